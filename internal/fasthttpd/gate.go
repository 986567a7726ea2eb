package fasthttpd

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/internal/exchange"
	"github.com/ppspd/ppspd/internal/httphead"
)

const (
	bufferSize = 4 << 10 // of a gate, at first

	// A connection that is closed with an answer is read on for a while: a
	// peer that is still sending would be reset and lose the answer
	// (RFC 9112 9.6).
	lingerTime  = time.Second
	lingerBytes = 1 << 20
)

// gate is the connection that fasthttp sees.
//
//	in[:size]         the head of the request at hand, size = head.Size()
//	in[size:next]     its body, as far as it was handed over from here
//	in[next:]         read and not handed over: body, then further requests
//	made[given:]      the head made for fasthttp, not handed over
//	left              bytes of the body not handed over
type gate struct {
	net.Conn
	s        *Server
	observed netip.AddrPort

	in    []byte
	next  int
	head  httphead.Head
	left  int
	made  []byte
	given int

	until   time.Time   // when the request at hand must be complete
	idle    atomic.Bool // no request has started
	over    bool        // the last answer was given: nothing is read or written
	lingers bool        // Close waits for the peer
}

func newGate(s *Server, c net.Conn) *gate {
	return &gate{Conn: c, s: s, observed: observedAddr(c)}
}

// rawHead is the bytes of the head at hand.
func (g *gate) rawHead() []byte { return g.in[:g.head.Size()] }

// Read gives fasthttp the next bytes of what was admitted, never those of two
// requests: fasthttp asks for more only when it has sent all answers. io.EOF
// ends the connection.
func (g *gate) Read(p []byte) (int, error) {
	if g.given == len(g.made) && g.left == 0 && !g.nextHead() {
		return 0, io.EOF
	}
	n := copy(p, g.made[g.given:])
	g.given += n
	if k := min(len(p)-n, g.left, len(g.in)-g.next); k > 0 {
		copy(p[n:], g.in[g.next:g.next+k])
		g.next += k
		g.left -= k
		n += k
	}
	if n > 0 || g.left == 0 {
		return n, nil
	}
	return g.readBody(p)
}

// readBody reads from the connection what the buffer does not hold of a body.
func (g *gate) readBody(p []byte) (int, error) {
	n, err := g.readBefore(g.until, p[:min(len(p), g.left)])
	if err != nil {
		g.fail(err, codec.FaultLength)
		return 0, io.EOF
	}
	g.left -= n
	return n, nil
}

// nextHead reads the next head and has it admitted. If it reports false, the
// connection is at its end and everything was answered.
func (g *gate) nextHead() bool {
	if g.over {
		return false
	}
	g.in = g.in[:copy(g.in, g.in[g.next:])]
	g.next, g.given, g.made = 0, 0, g.made[:0]
	g.head.Reset()
	g.until = time.Time{}
	for {
		size, f := g.head.Scan(g.in)
		if f != codec.FaultNone {
			return g.refuse(f)
		}
		if size > 0 {
			g.next = size
			return g.admit()
		}
		if err := g.readHead(); err != nil {
			g.fail(err, codec.FaultHead)
			return false
		}
	}
}

// readHead reads more bytes into the buffer.
func (g *gate) readHead() error {
	if len(g.in) == cap(g.in) {
		g.in = append(make([]byte, 0, max(bufferSize, 2*cap(g.in))), g.in...)
	}
	until := g.until
	if !g.head.Started() {
		until = time.Now().Add(g.s.config.IdleTimeout)
		g.idle.Store(true)
		defer g.idle.Store(false)
	} else if until.IsZero() {
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

// admit prepares what fasthttp is given of an admitted request.
func (g *gate) admit() bool {
	a := g.s.config.Exchange.Admit(&g.head, g.rawHead())
	if a.Fault != codec.FaultNone {
		return g.refuse(a.Fault)
	}
	if a.Continue {
		g.write([]byte(exchange.Continue100))
	}
	if g.until.IsZero() && len(g.in)-g.next < a.Body {
		g.until = time.Now().Add(g.s.config.ReadTimeout)
	}
	g.left = a.Body
	g.made = append(g.made, "POST / HTTP/1.1\r\nHost: gate\r\nContent-Length: "...)
	g.made = strconv.AppendInt(g.made, int64(a.Body), 10)
	g.made = append(g.made, "\r\n\r\n"...)
	return true
}

// fail ends the connection after a read error: in silence if no request has
// started or the peer is gone, else with the fault of a message that was cut
// off, or that came too slowly.
func (g *gate) fail(err error, cut codec.Fault) {
	switch {
	case !g.head.Started():
		g.over = true
	case errors.Is(err, os.ErrDeadlineExceeded):
		g.refuse(codec.FaultTimeout)
	case errors.Is(err, io.EOF):
		g.refuse(cut)
	default:
		g.over = true
	}
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

// Write sends what fasthttp writes; behind the last answer nothing.
func (g *gate) Write(p []byte) (int, error) {
	if g.over {
		return len(p), nil
	}
	return g.Conn.Write(p)
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
