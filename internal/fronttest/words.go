package fronttest

import (
	"strconv"
	"strings"
	"time"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/internal/exchange"
	"github.com/ppspd/ppspd/wheel"
)

// Words is a Format whose messages are words. A request is its own
// TransactionID; the answer repeats it. Some words have a meaning:
//
//	bad        is malformed (FaultPort)
//	boom       panics while it is handled
//	forbidden  is refused (FaultNotAllowed)
//	full       is refused (FaultFull)
//	timesN     is repeated N times, and N is the PPSP-Track-Timeout
type Words struct{}

// ParseRequest accepts every body but "bad".
func (Words) ParseRequest(q *codec.Request, body []byte) error {
	q.Reset()
	q.Body, q.Method = body, codec.MethodConnect
	q.TransactionID = codec.BodySpan(0, len(body))
	if string(body) == "bad" {
		return q.Fail(codec.FaultPort, 0)
	}
	return nil
}

// AppendResponse repeats the word.
func (Words) AppendResponse(dst []byte, r *codec.Response) []byte {
	for range max(r.TrackTimeout, 1) {
		dst = append(dst, r.Bytes(r.TransactionID)...)
	}
	return dst
}

// ParseResponse and AppendRequest complete the interface; fronts use neither.
func (Words) ParseResponse(*codec.Response, []byte) error { return nil }

// AppendRequest appends the word.
func (Words) AppendRequest(dst []byte, q *codec.Request) []byte {
	return append(dst, q.Bytes(q.TransactionID)...)
}

// handle is the tracker of words.
func handle(_ wheel.Tick, q *codec.Request, r *codec.Response) {
	r.Answer(q)
	switch word := string(q.Bytes(q.TransactionID)); word {
	case "forbidden":
		r.Refuse(codec.FaultNotAllowed)
	case "full":
		r.Refuse(codec.FaultFull)
	case "boom":
		panic("boom")
	default:
		if s, ok := strings.CutPrefix(word, "times"); ok {
			n, _ := strconv.ParseUint(s, 10, 10)
			r.TrackTimeout = uint32(n)
		}
	}
}

// MaxBody is the largest body that the tracker of words reads.
const MaxBody = 1000

// NewExchange is the exchange that the table is written for: the tracker of
// words at / and below /ppsp/, bodies of up to MaxBody bytes, gzip from 100.
func NewExchange() *exchange.Exchange {
	return exchange.New(exchange.Config{
		Handle:     handle,
		XML:        Words{},
		Paths:      []string{"/", "/ppsp/*"},
		MaxBody:    MaxBody,
		GzipFrom:   100,
		RetryAfter: 10 * time.Second,
	})
}
