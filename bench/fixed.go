package bench

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strconv"
)

// fixed rotates requests of one size for a floor, so many that the driver and
// the kernel touch as much memory as in a mix.
type fixed struct {
	requests []byte // fixedRequests of them, one after another
	size     int
	next     int
}

const (
	fixedRequests = 4096
	fixedHead     = "POST / HTTP/1.1\r\nHost: 127.0.0.1:7846\r\nContent-Type: application/ppsp-tracker+xml\r\nUser-Agent: bench%s\r\nContent-Length: %d\r\n\r\n"
	fixedFrame    = len(fixedHead) - len("%s%d")
)

// newFixed makes POST requests of exactly size bytes.
func newFixed(size int) (*fixed, error) {
	agent, body, err := divide(size)
	if err != nil {
		return nil, err
	}
	f := &fixed{size: size, requests: make([]byte, 0, fixedRequests*size)}
	filler := rand.New(rand.NewPCG(3, 4))
	for range fixedRequests {
		f.requests = fmt.Appendf(f.requests, fixedHead, agent, body)
		f.requests = append(f.requests, bytes.Repeat([]byte{'a' + byte(filler.IntN(26))}, body)...)
	}
	return f, nil
}

// divide finds the body that makes a request size bytes long. Where one byte
// more of body needs one more digit of its length, the odd byte goes to the
// name of the agent.
func divide(size int) (agent string, body int, err error) {
	for _, agent := range []string{"", "s"} {
		rest := size - fixedFrame - len(agent)
		for digits := 1; digits < 7; digits++ {
			if body := rest - digits; body >= 0 && len(strconv.Itoa(body)) == digits {
				return agent, body, nil
			}
		}
	}
	return "", 0, fmt.Errorf("no request of %d bytes: the head alone has %d", size, fixedFrame+1)
}

// AppendNext appends the next request.
func (f *fixed) AppendNext(dst []byte) []byte {
	at := f.next * f.size
	f.next = (f.next + 1) % fixedRequests
	return append(dst, f.requests[at:at+f.size]...)
}
