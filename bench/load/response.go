package load

import (
	"bytes"
	"errors"
)

// What can be wrong with a response or its connection.
var (
	ErrMalformed = errors.New("malformed response head")
	ErrLength    = errors.New("response without a usable Content-Length")
	ErrTooLong   = errors.New("response longer than the driver's buffer")
	ErrClosed    = errors.New("connection closed before the response was complete")
	ErrExcess    = errors.New("bytes behind the last response")
	ErrTimeout   = errors.New("no response in time")
	ErrStatus    = errors.New("unexpected status")
)

var (
	version   = []byte("HTTP/1.1 ")
	endOfHead = []byte("\r\n\r\n")
	lengthKey = []byte("content-length:")
)

// parseResponse measures the response at the start of b: its bytes, head and
// body, and its status. size is 0 while more bytes are needed.
func parseResponse(b []byte) (size, status int, err error) {
	if len(b) < len(version)+4 {
		return 0, 0, prefixError(b)
	}
	status = decimal(b[len(version) : len(version)+3])
	if !bytes.HasPrefix(b, version) || status < 0 {
		return 0, 0, ErrMalformed
	}
	end := bytes.Index(b, endOfHead)
	if end < 0 {
		return 0, 0, nil
	}
	body := contentLength(b[:end+2])
	if body < 0 {
		return 0, 0, ErrLength
	}
	size = end + len(endOfHead) + body
	if size > len(b) {
		return 0, 0, nil
	}
	return size, status, nil
}

// prefixError is nil as long as b can become a status line.
func prefixError(b []byte) error {
	n := min(len(b), len(version))
	if !bytes.Equal(b[:n], version[:n]) {
		return ErrMalformed
	}
	return nil
}

// contentLength is the value of the only Content-Length of a head whose every
// line ends with CRLF, or -1.
func contentLength(head []byte) int {
	found := -1
	for {
		end := bytes.IndexByte(head, '\n')
		if end < 0 {
			return found
		}
		line := head[:end]
		head = head[end+1:]
		if len(line) <= len(lengthKey) || line[0]|0x20 != 'c' || !bytes.EqualFold(line[:len(lengthKey)], lengthKey) {
			continue
		}
		if found >= 0 {
			return -1
		}
		if found = decimal(bytes.TrimSpace(line[len(lengthKey):])); found < 0 {
			return -1
		}
	}
}

// decimal reads 1 to 9 digits, or gives -1.
func decimal(b []byte) int {
	if len(b) == 0 || len(b) > 9 {
		return -1
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	return n
}
