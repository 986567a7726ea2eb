package exchange_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/internal/exchange"
	"github.com/ppspd/ppspd/internal/httphead"
	"github.com/ppspd/ppspd/wheel"
)

// echo is a format whose messages are single words: a request is its own
// TransactionID, an answer repeats it as often as TrackTimeout says. "bad" is
// malformed.
type echo struct{}

func (echo) ParseRequest(q *codec.Request, body []byte) error {
	q.Reset()
	q.Body, q.Method = body, codec.MethodConnect
	q.TransactionID = codec.BodySpan(0, len(body))
	if string(body) == "bad" {
		return q.Fail(codec.FaultPort, 0)
	}
	return nil
}

func (echo) AppendResponse(dst []byte, r *codec.Response) []byte {
	if string(r.Bytes(r.TransactionID)) == "panic" {
		panic("in the format")
	}
	for range max(r.TrackTimeout, 1) {
		dst = append(dst, r.Bytes(r.TransactionID)...)
	}
	return dst
}

func (echo) ParseResponse(*codec.Response, []byte) error       { return nil }
func (echo) AppendRequest(dst []byte, _ *codec.Request) []byte { return dst }

// handle answers every word, refuses "forbidden" and "full".
func handle(_ wheel.Tick, q *codec.Request, r *codec.Response) {
	r.Answer(q)
	switch word := q.Bytes(q.TransactionID); string(word) {
	case "forbidden":
		r.Refuse(codec.FaultNotAllowed)
	case "full":
		r.Refuse(codec.FaultFull)
	case "boom":
		panic("in the engine")
	default:
		if n, ok := bytes.CutPrefix(word, []byte("times")); ok {
			for _, c := range n {
				r.TrackTimeout = 10*r.TrackTimeout + uint32(c-'0')
			}
		}
	}
}

func testConfig() exchange.Config {
	return exchange.Config{
		Handle: handle, XML: echo{}, Paths: []string{"/", "/ppsp/*"}, MaxBody: 1000,
		Clock: func() time.Time { return time.Date(2013, 2, 14, 9, 30, 0, 0, time.UTC) },
	}
}

var observed = netip.MustParseAddrPort("192.0.2.7:4711")

// serve scans message and serves it; a head that is not admitted is refused.
func serve(t testing.TB, x *exchange.Exchange, w *exchange.Worker, message string) (answer string, closing bool) {
	t.Helper()
	var head httphead.Head
	n, f := head.Scan([]byte(message))
	if f != codec.FaultNone {
		return string(w.Refuse(nil, 1, f, true)), true
	}
	if n == 0 {
		t.Fatalf("unfinished head %q", message)
	}
	raw := []byte(message[:n])
	a := x.Admit(&head, raw)
	if a.Fault != codec.FaultNone {
		return string(w.Refuse(nil, 1, a.Fault, true)), true
	}
	out, closing := w.Serve(nil, 1, &head, raw, []byte(message[n:n+a.Body]), observed)
	return string(out), closing
}

func post(fields, body string) string {
	return fmt.Sprintf("POST / HTTP/1.1\r\nHost: t\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n%s\r\n%s", len(body), fields, body)
}

func TestServe(t *testing.T) {
	x := exchange.New(testConfig())
	w := x.Worker()
	const date = "Date: Thu, 14 Feb 2013 09:30:00 GMT\r\n"
	const ok = "HTTP/1.1 200 OK\r\n" + date + "Content-Type: application/ppsp-tracker+xml; charset=utf-8\r\n"
	for _, c := range []struct{ message, want string }{
		{post("", "hello"), ok + "Content-Length: 5\r\nVary: Accept-Encoding\r\n\r\nhello"},
		{post("", "hello again"), ok + "Content-Length: 11\r\nVary: Accept-Encoding\r\n\r\nhello again"},
		{post("", "hello world"), ok + "Content-Length: 11\r\nVary: Accept-Encoding\r\n\r\nhello world"},
		{post("", "hello twelve"), ok + "Content-Length: 12\r\nVary: Accept-Encoding\r\n\r\nhello twelve"},
		{post("", "times2"), ok + "Content-Length: 12\r\nVary: Accept-Encoding\r\nPPSP-Track-Timeout: 2\r\n\r\ntimes2times2"},
		{post("", "times3"), ok + "Content-Length: 18\r\nVary: Accept-Encoding\r\nPPSP-Track-Timeout: 3\r\n\r\ntimes3times3times3"},
		{post("Connection: close\r\n", "x"), ok + "Content-Length: 1\r\nVary: Accept-Encoding\r\nConnection: close\r\n\r\nx"},
		{strings.Replace(post("Connection: Keep-Alive\r\n", "x"), "1.1", "1.0", 1), ok + "Content-Length: 1\r\nVary: Accept-Encoding\r\nConnection: keep-alive\r\n\r\nx"},
		{strings.Replace(post("", "x"), "1.1", "1.0", 1), ok + "Content-Length: 1\r\nVary: Accept-Encoding\r\nConnection: close\r\n\r\nx"},
		{post("", "bad"), "HTTP/1.1 400 Missing or invalid port\r\n" + date + "Content-Length: 0\r\n\r\n"},
		{post("", "forbidden"), "HTTP/1.1 403 Action not allowed\r\n" + date + "Content-Length: 0\r\n\r\n"},
		{post("", "boom"), "HTTP/1.1 500 Internal Server Error\r\n" + date + "Content-Length: 0\r\nConnection: close\r\n\r\n"},
		{post("", "panic"), "HTTP/1.1 500 Internal Server Error\r\n" + date + "Content-Length: 0\r\nConnection: close\r\n\r\n"},
	} {
		got, closing := serve(t, x, w, c.message)
		if got != c.want {
			t.Errorf("%.60q:\n got %q\nwant %q", c.message, got, c.want)
		}
		if closing != strings.Contains(c.want, "Connection: close") {
			t.Errorf("%.60q: closing %v", c.message, closing)
		}
	}
}

// The prefix of dst is kept, whatever happens behind it.
func TestServeAppends(t *testing.T) {
	x := exchange.New(testConfig())
	w := x.Worker()
	for _, body := range []string{"hello", "times400", "bad", "boom", "panic"} {
		message := []byte(post("", body))
		var head httphead.Head
		n, _ := head.Scan(message)
		dst := append(make([]byte, 0, 64), "before"...)
		alone, _ := w.Serve(nil, 1, &head, message[:n], message[n:], observed)
		alone = bytes.Clone(alone)
		out, _ := w.Serve(dst, 1, &head, message[:n], message[n:], observed)
		if string(out) != "before"+string(alone) {
			t.Errorf("%s: %q", body, out)
		}
	}
}
