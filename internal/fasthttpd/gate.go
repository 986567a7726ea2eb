package fasthttpd

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"sync/atomic"
	"time"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/internal/exchange"
	"github.com/ppspd/ppspd/internal/httphead"
)

const (
	bufferSize = 4 << 10  // of a gate, at first
	keptBuffer = 16 << 10 // a larger one is given back after its request

	// A connection that is closed with an answer is read on for a while: a
	// peer that is still sending would be reset and lose the answer
	// (RFC 9112 9.6).
	lingerTime  = time.Second
	lingerBytes = 1 << 20
)

// call is the request that fasthttp reads for each one that was admitted.
const call = "POST / HTTP/1.1\r\nHost: gate\r\nContent-Length: 0\r\n\r\n"

// gate is the connection that fasthttp sees.
//
//	in[:size]     the head of the request at hand, size = head.Size()
//	in[size:end]  its body
//	in[end:]      what has come of the next requests
//	call[given:]  not read by fasthttp yet
//
// in grows as bytes come, never by the length that the peer claims.
type gate struct {
	net.Conn
	s        *Server
	observed netip.AddrPort

	in    []byte
	head  httphead.Head
	end   int
	given int

	until   time.Time   // when the request at hand must be complete
	idle    atomic.Bool // no request has started
	over    bool        // nothing is read any more
	lingers bool        // Close waits for the peer
}

func newGate(s *Server, c net.Conn) *gate {
	return &gate{Conn: c, s: s, observed: observedAddr(c), given: len(call)}
}

// rawHead is the bytes of the head at hand, body those of the body.
func (g *gate) rawHead() []byte { return g.in[:g.head.Size()] }
func (g *gate) body() []byte    { return g.in[g.head.Size():g.end] }

// Read calls fasthttp when a request is there and admitted. Fasthttp asks for
// the next one when it has sent all answers. io.EOF ends the connection.
func (g *gate) Read(p []byte) (int, error) {
	if g.given == len(call) {
		if g.over || !g.next() {
			return 0, io.EOF
		}
		g.given = 0
	}
	n := copy(p, call[g.given:])
	g.given += n
	return n, nil
}

// next waits for the next request. If it reports false, the connection is at
// its end and everything was answered.
func (g *gate) next() bool {
	g.drop()
	return g.readHead() && g.admit() && g.readBody()
}

// drop forgets the request at hand.
func (g *gate) drop() {
	rest := g.in[g.end:]
	if cap(g.in) > keptBuffer && len(rest) <= bufferSize {
		g.in = make([]byte, 0, bufferSize)
	}
	g.in = append(g.in[:0], rest...)
	g.end = 0
	g.head.Reset()
	g.until = time.Time{}
}

// readHead reads a head that the scanner accepts.
func (g *gate) readHead() bool {
	for {
		size, f := g.head.Scan(g.in)
		if f != codec.FaultNone {
			return g.refuse(f)
		}
		if size > 0 {
			return true
		}
		if err := g.readMore(); err != nil {
			return g.fail(err, codec.FaultHead)
		}
	}
}

// admit asks the exchange what follows the head.
func (g *gate) admit() bool {
	a := g.s.config.Exchange.Admit(&g.head, g.rawHead())
	if a.Fault != codec.FaultNone {
		return g.refuse(a.Fault)
	}
	if a.Continue {
		g.write([]byte(exchange.Continue100))
	}
	g.end = g.head.Size() + a.Body
	return true
}

// readBody reads the body of an admitted request.
func (g *gate) readBody() bool {
	for len(g.in) < g.end {
		if err := g.readMore(); err != nil {
			return g.fail(err, codec.FaultLength)
		}
	}
	return true
}

// readMore reads what comes next into the buffer.
func (g *gate) readMore() error {
	if len(g.in) == cap(g.in) {
		g.in = append(make([]byte, 0, max(bufferSize, 2*cap(g.in))), g.in...)
	}
	until := g.until
	switch {
	case !g.head.Started():
		until = time.Now().Add(g.s.config.IdleTimeout)
		g.idle.Store(true)
		defer g.idle.Store(false)
	case until.IsZero():
		until = time.Now().Add(g.s.config.ReadTimeout)
		g.until = until
	}
	n, err := g.readBefore(until, g.in[len(g.in):cap(g.in)])
	g.in = g.in[:len(g.in)+n]
	return err
}

// readBefore reads at least one byte until a point in time. The time may be cut
// short by wake, which is no reason to end a request that has started.
func (g *gate) readBefore(until time.Time, p []byte) (int, error) {
	for {
		if err := g.Conn.SetReadDeadline(until); err != nil {
			return 0, err
		}
		if g.idle.Load() && g.s.draining.Load() {
			return 0, io.EOF
		}
		n, err := g.Conn.Read(p)
		if n > 0 {
			return n, nil
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) || g.idle.Load() || !time.Now().Before(until) {
			return 0, err
		}
	}
}

// wake ends the wait of a connection on which no request has started. Either
// the gate sees draining after it has set its own deadline, or this deadline
// comes after that one.
func (g *gate) wake() {
	if g.idle.Load() {
		_ = g.Conn.SetReadDeadline(time.Unix(1, 0))
	}
}

// fail ends the connection after a read error: in silence if no request has
// started or the peer is gone, else with the fault of a message that was cut
// off, or that came too slowly. It returns false.
func (g *gate) fail(err error, cut codec.Fault) bool {
	switch {
	case !g.head.Started():
	case errors.Is(err, os.ErrDeadlineExceeded):
		return g.refuse(codec.FaultTimeout)
	case errors.Is(err, io.EOF):
		return g.refuse(cut)
	}
	g.over = true
	return false
}

// refuse sends the last answer of the connection. It returns false.
func (g *gate) refuse(f codec.Fault) bool {
	w := g.s.worker()
	g.write(w.Refuse(nil, g.s.config.Now(), f, true))
	g.s.workers.Put(w)
	g.over, g.lingers = true, true
	return false
}

// write sends b past fasthttp, which has sent all it had when the gate reads.
func (g *gate) write(b []byte) {
	_ = g.Conn.SetWriteDeadline(time.Now().Add(g.s.config.IdleTimeout))
	_, _ = g.Conn.Write(b) // a peer that is gone is found out by the next read
}

// Close closes the connection, after the peer has had time to read the last
// answer.
func (g *gate) Close() error {
	if g.lingers {
		g.linger()
	}
	err := g.Conn.Close()
	g.s.leave(g)
	return err
}

// linger ends the sending side and reads what comes until the peer has closed.
func (g *gate) linger() {
	half, ok := g.Conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	_ = g.Conn.SetReadDeadline(time.Now().Add(lingerTime))
	buf := g.in[:cap(g.in)]
	if len(buf) == 0 {
		buf = make([]byte, bufferSize)
	}
	for total := 0; total < lingerBytes; {
		n, err := g.Conn.Read(buf)
		if err != nil {
			return
		}
		total += n
	}
}
