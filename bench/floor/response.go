package floor

import (
	"bytes"
	"fmt"
	"strconv"
)

const contentType = "application/ppsp-tracker+xml"

// The heads that the three servers write, without the digits of the length.
const (
	bareHead     = "HTTP/1.1 200 OK\r\nContent-Type: " + contentType + "\r\nContent-Length: \r\n\r\n"
	datedHeadLen = len(bareHead) + len("Date: Mon, 02 Jan 2006 15:04:05 GMT\r\n")
)

// A shape divides the bytes of a response: fixed head, media type, body.
type shape struct {
	mediaType string
	body      int
}

// divide finds the body that makes the whole response size bytes long. Where
// no body does (one byte more of it needs one more digit of its length), an
// empty parameter behind the media type takes up the odd byte.
func divide(size, head int) (shape, error) {
	for _, mediaType := range []string{contentType, contentType + ";"} {
		rest := size - head - (len(mediaType) - len(contentType))
		for digits := 1; digits < 10; digits++ {
			if body := rest - digits; body >= 0 && len(strconv.Itoa(body)) == digits {
				return shape{mediaType, body}, nil
			}
		}
	}
	return shape{}, fmt.Errorf("floor: no response of %d bytes: the head alone has %d", size, head+1)
}

// bareResponse is a whole response of the given size.
func bareResponse(size int) ([]byte, error) {
	s, err := divide(size, len(bareHead))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n", s.mediaType, s.body)
	out.Write(s.bytes())
	return out.Bytes(), nil
}

// bytes is a body of printable filler.
func (s shape) bytes() []byte { return bytes.Repeat([]byte{'x'}, s.body) }
