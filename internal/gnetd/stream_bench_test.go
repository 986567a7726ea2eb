package gnetd

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"testing"

	"github.com/ppspd/ppspd/internal/exchange"
	"github.com/ppspd/ppspd/internal/fronttest"
)

// benchRequests are requests of four makes of clients, with random bodies of
// the size of a keep-alive, and how long they are together.
func benchRequests() (requests [][]byte, total int64) {
	heads := []string{
		"POST / HTTP/1.1\r\nHost: tracker.example\r\nContent-Type: application/ppsp-tracker+xml\r\nContent-Length: %d\r\n\r\n%s",
		"POST / HTTP/1.1\r\nHost: tracker.example:7846\r\nUser-Agent: player/4.1\r\nAccept: */*\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n\r\n%s",
		"POST /?session=1 HTTP/1.1\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nHost: 192.0.2.10:7846\r\nConnection: keep-alive\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s",
		"POST / HTTP/1.0\r\nConnection: Keep-Alive\r\nContent-Length: %d\r\nContent-Type: text/xml\r\n\r\n%s",
	}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 4096 {
		body := fmt.Sprintf("%016x%s", r.Uint64(), strings.Repeat("x", 200+r.IntN(150)))
		requests = append(requests, fmt.Appendf(nil, heads[i%len(heads)], len(body), body))
		total += int64(len(requests[i]))
	}
	return requests, total
}

// BenchmarkStream is bytes in, answers out, in memory, with a tracker that does
// nothing: what the front end and the exchange cost. One op is one request.
func BenchmarkStream(b *testing.B) {
	requests, total := benchRequests()
	x := exchange.New(exchange.Config{Handle: nothing, XML: fronttest.Words{}, GzipFrom: -1})
	run := func(name string, perOp int, ask func(k *sink, i int)) {
		b.Run(name, func(b *testing.B) {
			k := newSink(x)
			b.SetBytes(total / int64(len(requests)))
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				ask(k, i)
				i += perOp
				k.out = k.out[:0]
			}
		})
	}
	run("arrival=whole", 1, func(k *sink, i int) {
		k.feed(&k.stream, requests[i%len(requests)], 1)
	})
	run("arrival=head,body", 1, func(k *sink, i int) {
		q := requests[i%len(requests)]
		cut := bytes.Index(q, []byte("\r\n\r\n")) + 4
		k.feed(&k.stream, q[:cut], 1)
		k.feed(&k.stream, q[cut:], 1)
	})
	run("arrival=bytes", 1, func(k *sink, i int) {
		q := requests[i%len(requests)]
		for j := range q {
			k.feed(&k.stream, q[j:j+1], 1)
		}
	})
}

// BenchmarkStreamBatch is the same with 32 pipelined requests in each burst.
// One op is one burst.
func BenchmarkStreamBatch(b *testing.B) {
	const burst = 32
	requests, total := benchRequests()
	x := exchange.New(exchange.Config{Handle: nothing, XML: fronttest.Words{}, GzipFrom: -1})
	var batches [][]byte
	for i := 0; i < len(requests); i += burst {
		var batch []byte
		for _, q := range requests[i : i+burst] {
			batch = append(batch, q...)
		}
		batches = append(batches, batch)
	}
	for _, cut := range []int{0, 1000} {
		b.Run(fmt.Sprintf("cut=%d", cut), func(b *testing.B) {
			k := newSink(x)
			b.SetBytes(total / int64(len(batches)))
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				batch := batches[i%len(batches)]
				k.feed(&k.stream, batch[:cut], 1)
				k.feed(&k.stream, batch[cut:], 1)
				k.out = k.out[:0]
				i++
			}
		})
	}
}

// BenchmarkLoop adds the conn, its deadline and a connection in memory: what a
// read event costs in user space but for gnet. The connections rotate.
func BenchmarkLoop(b *testing.B) {
	requests, _ := benchRequests()
	x := exchange.New(exchange.Config{Handle: nothing, XML: fronttest.Words{}, GzipFrom: -1})
	for _, conns := range []int{1, 4096} {
		b.Run(fmt.Sprintf("conns=%d", conns), func(b *testing.B) {
			r := newRig(b, Config{Exchange: x})
			r.server.kernel.write = func(_ int, p []byte) (int, error) { return len(p), nil }
			for range conns {
				r.connect(0)
			}
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				f := r.conns[i%conns]
				f.inbound = requests[i%len(requests)]
				r.events.OnTraffic(f)
				i++
			}
		})
	}
}

// BenchmarkServer is one request and its answer over a loopback connection, the
// client included.
func BenchmarkServer(b *testing.B) {
	requests, _ := benchRequests()
	s := start(b, Config{Exchange: exchange.New(exchange.Config{Handle: nothing, XML: fronttest.Words{}, GzipFrom: -1}), Loops: 1})
	peer, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer peer.Close()
	answer := make([]byte, 4096)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := peer.Write(requests[i%len(requests)]); err != nil {
			b.Fatal(err)
		}
		if _, err := peer.Read(answer); err == io.EOF {
			b.Fatal(err)
		}
		i++
	}
}
