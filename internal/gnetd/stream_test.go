package gnetd

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ppspd/ppspd/internal/exchange"
	"github.com/ppspd/ppspd/internal/fronttest"
	"github.com/ppspd/ppspd/internal/httphead"
	"github.com/ppspd/ppspd/wheel"
)

// post is a request with fields of its own.
func post(body string, fields ...string) string {
	head := append([]string{"POST / HTTP/1.1", "Host: tracker.example", "Content-Type: application/ppsp-tracker+xml"}, fields...)
	return strings.Join(append(head, fmt.Sprintf("Content-Length: %d", len(body)), "", body), "\r\n")
}

// streams are what peers send: each ends where the peer closes its side.
func streams() []string {
	return []string{
		"", "\r\n", "\r\n\r\n", "P", "POST / HTTP/1.1\r\n", "\x16\x03\x01",
		post("hello"),
		post("hello") + "\r\n",
		"\r\n" + post("one") + post("two") + "\r\n" + post("three"),
		post("bad") + post("forbidden") + post("boom") + post("full") + post("times20"),
		post("one") + post("two", "Connection: close") + post("three"),
		post("one", "Expect: 100-continue") + post("two"),
		post("one", "Expect: 200-ok") + post("two"),
		post("hello")[:len(post("hello"))-1],
		post("one") + strings.TrimSuffix(post("hello"), "hello"),
		post("one") + strings.TrimSuffix(post("hello"), "\r\nhello"),
		post(strings.Repeat("x", fronttest.MaxBody)) + post("hello"),
		post(strings.Repeat("x", fronttest.MaxBody+1)) + post("hello"),
		"POST / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Type: text/xml\r\nContent-Length: 2\r\n\r\nhi" + post("two"),
		"POST / HTTP/1.0\r\nContent-Type: text/xml\r\nContent-Length: 2\r\n\r\nhi" + post("two"),
		"GET / HTTP/1.1\r\nHost: t\r\n\r\n" + post("two"),
		"POST / HTTP/1.1\r\nHost: t\r\n\r\n" + post("two"),
		"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
		"POST / HTTP/1.1\nHost: t\n\n",
	}
}

// sink drives one stream in memory.
type sink struct {
	responder
	stream
	got []byte
}

func newSink(x *exchange.Exchange) *sink {
	return &sink{responder: newResponder(x, 50)}
}

// read is what a loop does with bytes from a connection.
func (k *sink) read(in []byte, now wheel.Tick) error {
	for len(in) > 0 && !k.closing {
		in = k.feed(&k.stream, in, now)
		k.flush()
		if err := k.stream.check(); err != nil {
			return err
		}
	}
	return nil
}

// close is what a loop does when the peer has closed its side.
func (k *sink) close(now wheel.Tick) {
	k.end(&k.stream, now)
	k.flush()
}

func (k *sink) flush() {
	k.got = append(k.got, k.out...)
	k.out = k.out[:0]
}

// converse has k read a stream of its own, cut at these places, and returns the
// masked answers.
func (k *sink) converse(text string, cuts ...int) (string, error) {
	k.stream, k.got = stream{}, k.got[:0]
	from := 0
	for _, to := range append(cuts, len(text)) {
		// A copy, overwritten afterwards: nobody may keep what was borrowed.
		piece := []byte(text[from:to])
		if err := k.read(piece, 1); err != nil {
			return "", fmt.Errorf("after byte %d: %w", to, err)
		}
		for i := range piece {
			piece[i] = '#'
		}
		from = to
	}
	k.close(1)
	return fronttest.Mask(k.got), nil
}

// A stream is answered as the model says, cut anywhere.
func TestStreamCutAnywhere(t *testing.T) {
	x := fronttest.NewExchange()
	k := newSink(x)
	for _, text := range streams() {
		want := fronttest.Model(x, []byte(text))
		for cut := range len(text) + 1 {
			if got, err := k.converse(text, cut); err != nil || got != want {
				t.Fatalf("%.200q cut at %d: %v\n got %q\nwant %q", text, cut, err, got, want)
			}
		}
		if got, err := k.converse(text, everyByte(text)...); err != nil || got != want {
			t.Fatalf("%.200q byte by byte: %v\n got %q\nwant %q", text, err, got, want)
		}
	}
}

func everyByte(text string) (cuts []int) {
	for i := range len(text) {
		cuts = append(cuts, i)
	}
	return cuts
}

// A long pipelined batch is answered in order, in random pieces.
func TestStreamPipelinedBatch(t *testing.T) {
	x := fronttest.NewExchange()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	var batch strings.Builder
	for i := range 1500 { // more than flushSize bytes of answers
		batch.WriteString(post(fmt.Sprintf("word %d %s", i, strings.Repeat("x", r.IntN(80)))))
	}
	text := batch.String()
	want := fronttest.Model(x, []byte(text))
	k := newSink(x)
	for range 8 {
		cuts := make([]int, r.IntN(40))
		for i := range cuts {
			cuts[i] = r.IntN(len(text))
		}
		slices.Sort(cuts)
		if got, err := k.converse(text, cuts...); err != nil || got != want {
			t.Fatalf("cuts %v: %v, %d bytes, want %d", cuts, err, len(got), len(want))
		}
	}
}

// The read timeout counts from the first byte of a request, not from the last
// one that came, and is answered 408 (B.4).
func TestStreamExpires(t *testing.T) {
	text := post("hello")
	for cut := 1; cut < len(text); cut++ {
		k := newSink(fronttest.NewExchange())
		_ = k.read([]byte(text[:1]), 100)
		_ = k.read([]byte(text[1:cut]), 140)
		if k.expire(&k.stream, 150) {
			t.Fatalf("cut at %d: expired early", cut)
		}
		if !k.expire(&k.stream, 151) || !k.closing || !k.unread {
			t.Fatalf("cut at %d: not expired after 50 ticks", cut)
		}
		if got := string(k.out); !strings.HasPrefix(got, "HTTP/1.1 408 Request Timeout\r\n") || !strings.Contains(got, "Connection: close") {
			t.Fatalf("cut at %d: %q", cut, got)
		}
	}
}

// Between requests nothing expires, and an empty line begins none (RFC 9112 2.2).
func TestStreamIdle(t *testing.T) {
	for _, text := range []string{"", "\r\n", post("hello"), post("hello") + "\r\n"} {
		k := newSink(fronttest.NewExchange())
		for i := range len(text) {
			_ = k.read([]byte{text[i]}, 100)
		}
		if k.busy() || k.expire(&k.stream, 1000) {
			t.Errorf("after %.20q… a request has begun", text)
		}
	}
}

// A claimed length costs nothing before its bytes are there.
func TestStreamGrowsWithItsBytes(t *testing.T) {
	x := exchange.New(exchange.Config{Handle: nothing, XML: fronttest.Words{}, MaxBody: 1 << 30})
	k := newSink(x)
	_ = k.read([]byte("POST / HTTP/1.1\r\nHost: t\r\nContent-Type: text/xml\r\nContent-Length: 1000000000\r\n\r\nx"), 1)
	if k.pending == nil || cap(k.pending.buf) > 1024 {
		t.Errorf("a claim of 1 GB: %d bytes", cap(k.pending.buf))
	}
}

// A request that comes byte by byte is copied O(log n) times.
func TestStreamByteByByteCopies(t *testing.T) {
	text := post("hello", "X-Long: "+strings.Repeat("y", httphead.MaxHead-1000))
	k := newSink(fronttest.NewExchange())
	grown, last := 0, 0
	for i := range len(text) - 1 {
		_ = k.read([]byte(text[i:i+1]), 1)
		if c := cap(k.pending.buf); c != last {
			grown, last = grown+1, c
		}
	}
	if grown > 30 {
		t.Errorf("%d bytes one by one: the buffer grew %d times", len(text), grown)
	}
}

// What a responder keeps for later is bounded.
func TestResponderSpare(t *testing.T) {
	r := newResponder(fronttest.NewExchange(), 50)
	for range 2 * sparePendings {
		r.give(&pending{buf: make([]byte, 0, sparePendCap+1)})
	}
	if len(r.spare) != sparePendings {
		t.Errorf("%d pendings kept", len(r.spare))
	}
	for _, p := range r.spare {
		if cap(p.buf) > sparePendCap {
			t.Fatalf("a buffer of %d bytes kept", cap(p.buf))
		}
	}
}

// Any bytes in any pieces are answered as the model says.
func FuzzStream(f *testing.F) {
	for i, text := range streams() {
		f.Add([]byte(text), uint64(i))
	}
	x := fronttest.NewExchange()
	f.Fuzz(func(t *testing.T, text []byte, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 0))
		k := newSink(x)
		for rest := text; len(rest) > 0; {
			n := 1 + r.IntN(min(len(rest), 1+int(seed%512)))
			if err := k.read(bytes.Clone(rest[:n]), 1); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		k.close(1)
		if got, want := fronttest.Mask(k.got), fronttest.Model(x, text); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	})
}
