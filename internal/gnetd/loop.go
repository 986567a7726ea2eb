package gnetd

import (
	"context"
	"net"
	"net/netip"
	"sync/atomic"

	"github.com/panjf2000/gnet/v2"
	"golang.org/x/sys/unix"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/wheel"
)

// A conn is one connection: its stream, and what is to be written, waited for
// and closed. It belongs to its loop.
//
//	open ──▶ flushing ──▶ lingering ──▶ closed
//	  └──────────┴────────────┴───────────▲
//
// open: requests are read. flushing: the last answer is partly in gnet's
// outbound buffer. lingering: all is sent and the peer has been told so by a
// half-close; what it still sends is dropped, for a short time: closing at once
// would reset the connection, and the peer might lose the answer.
type conn struct {
	stream
	sock   gnet.Conn // nil once closed
	loop   *loop
	handle uint32 // in loop.conns and loop.timers
	phase  phase
	// paused: more answers wait in gnet's outbound buffer than the limit, so
	// requests are only kept, in backlog. A paused conn is stalled.
	paused bool

	// A conn with a part of its answers in gnet's outbound buffer is stalled:
	// it stands in loop.stalled. The buffer is a queue, so what had been
	// written up to mark has left it once sent minus the bytes in it reaches
	// mark; that must be so before overdue. Then both are set anew.
	sent    uint64 // bytes of answers so far
	mark    uint64
	stall   int32 // index in loop.stalled, or notStalled
	overdue wheel.Tick
	backlog []byte
}

type phase uint8

const (
	open phase = iota
	flushing
	lingering
)

const notStalled = -1

// A loop is what one event loop owns. Its methods run on that loop's goroutine,
// but for the two atomic fields.
type loop struct {
	server *Server
	events gnet.EventLoop
	responder

	timers  *wheel.Wheel // the next deadline of each conn, by handle
	conns   []*conn      // by handle; nil: free
	free    []uint32     // handles
	old     []*conn      // for later use
	stalled []*conn
	due     []uint32 // room for expired handles

	occupied atomic.Int64 // connections
	ticking  atomic.Bool  // a tick is in the loop's queue
	hurried  atomic.Bool  // the next tick shall come soon
}

// Bounds of the work of one tick, and of what a loop keeps.
const (
	expireRoom   = 256  // connections that may expire
	expireBudget = 4096 // steps of the wheel
	spareConns   = 1024
)

func newLoop(s *Server, events gnet.EventLoop) *loop {
	return &loop{
		server:    s,
		events:    events,
		responder: newResponder(s.config.Exchange, s.readTimeout),
		timers:    wheel.New(s.config.Now()),
		due:       make([]uint32, 0, expireRoom),
	}
}

// accept makes a conn for a new connection.
func (l *loop) accept(sock gnet.Conn) {
	c := l.newConn()
	c.sock, c.loop, c.stall = sock, l, notStalled
	c.observed = addrPort(sock.RemoteAddr())
	sock.SetContext(c)
	l.occupied.Add(1)
	l.rearm(c, l.server.config.Now())
}

// newConn returns a conn with a handle.
func (l *loop) newConn() *conn {
	c := new(conn)
	if n := len(l.old); n > 0 {
		c, l.old = l.old[n-1], l.old[:n-1]
	}
	if n := len(l.free); n > 0 {
		c.handle, l.free = l.free[n-1], l.free[:n-1]
		l.conns[c.handle] = c
		return c
	}
	c.handle = uint32(len(l.conns))
	l.conns = append(l.conns, c)
	return c
}

// forget lets go of a conn that gnet is closing.
func (l *loop) forget(c *conn) {
	l.timers.Disarm(c.handle)
	l.unstall(c)
	l.drop(&c.stream)
	l.conns[c.handle] = nil
	l.free = append(l.free, c.handle)
	l.occupied.Add(-1)
	*c = conn{}
	if len(l.old) < spareConns {
		l.old = append(l.old, c)
	}
}

// traffic takes what gnet has just read. gnet's inbound buffer is always
// emptied: what is not complete is kept by the stream, so that a request that
// comes byte by byte is not copied again for each byte, and Next returns the
// loop's read buffer itself.
func (l *loop) traffic(c *conn) gnet.Action {
	in, _ := c.sock.Next(-1)
	switch {
	case c.phase != open:
		return gnet.None
	case c.paused:
		return l.keep(c, in)
	}
	return l.answer(c, in, l.server.config.Now())
}

// answer has the requests in in answered and writes the answers: with one write
// unless they are many.
func (l *loop) answer(c *conn, in []byte, now wheel.Tick) gnet.Action {
	for len(in) > 0 {
		if c.stall != notStalled && c.sock.OutboundBuffered() > l.server.config.MaxOutbound {
			c.paused = true
			return l.keep(c, in)
		}
		in = l.feed(&c.stream, in, now)
		if !l.write(c, now) {
			return gnet.None
		}
		if c.closing {
			c.unread = c.unread || len(in) > 0
			return l.finish(c, now)
		}
	}
	l.rearm(c, now)
	return gnet.None
}

// write hands the collected answers to gnet. It returns false if the connection
// broke: then gnet has closed it and c is gone.
func (l *loop) write(c *conn, now wheel.Tick) bool {
	n := len(l.out)
	if n == 0 {
		return true
	}
	out := l.out
	l.out = l.out[:0]
	if cap(out) > spareOutputCap {
		l.out = nil
	}
	if _, err := c.sock.Write(out); err != nil {
		return false
	}
	c.sent += uint64(n)
	if c.stall == notStalled && c.sock.OutboundBuffered() > 0 {
		l.addStalled(c, now)
	}
	return true
}

// keep holds back what a paused connection has sent, up to the limit. A peer
// that goes on sending beyond it without reading is cut off.
func (l *loop) keep(c *conn, in []byte) gnet.Action {
	if len(c.backlog)+len(in) > l.server.config.MaxBacklog {
		l.server.counts.slow.Add(1)
		return gnet.Close
	}
	c.backlog = append(c.backlog, in...)
	return gnet.None
}

// finish leads a conn whose last answer was written to its end.
func (l *loop) finish(c *conn, now wheel.Tick) gnet.Action {
	switch {
	case c.stall != notStalled:
		c.phase = flushing
		return gnet.None
	case !c.unread || unix.Shutdown(c.sock.Fd(), unix.SHUT_WR) != nil:
		return gnet.Close
	}
	c.phase = lingering
	l.timers.Arm(c.handle, now+1+l.server.linger)
	return gnet.None
}

// rearm sets the deadline of an open connection: that of the pending request,
// or of the silence between requests.
func (l *loop) rearm(c *conn, now wheel.Tick) {
	deadline := now + 1 + l.server.idleTimeout
	if c.busy() {
		deadline = c.pending.deadline
	}
	l.timers.Arm(c.handle, deadline)
}

// do performs what gnet would have done with an action that a callback returns.
func (l *loop) do(c *conn, action gnet.Action) {
	if action == gnet.Close {
		_ = l.events.Close(c.sock) // the error is of a descriptor that is gone
	}
}

// Run is one tick, executed by the event loop between its events.
func (l *loop) Run(context.Context) (err error) {
	defer l.guard(nil, nil)
	l.ticking.Store(false)
	now := l.server.config.Now()
	var more bool
	l.due, more = l.timers.Expire(now, l.due[:0], expireBudget)
	for _, h := range l.due {
		if c := l.conns[h]; c != nil {
			l.expired(c, now)
		}
	}
	l.checkStalled(now)
	l.hurried.Store(more || len(l.stalled) > 0)
	return nil
}

// expired ends what c's deadline was for.
func (l *loop) expired(c *conn, now wheel.Tick) {
	switch {
	case c.phase == lingering:
		l.do(c, gnet.Close)
	case c.paused || c.phase == flushing || c.stall != notStalled && !c.busy():
		l.timers.Arm(c.handle, now+1+l.server.writeTimeout) // checkStalled has the say
	case l.expire(&c.stream, now):
		l.server.counts.timedOut.Add(1)
		if l.write(c, now) {
			l.do(c, l.finish(c, now))
		}
	case !c.busy():
		l.server.counts.idle.Add(1)
		l.do(c, gnet.Close)
	default:
		l.rearm(c, now)
	}
}

// addStalled starts to watch how c's answers leave gnet's outbound buffer.
func (l *loop) addStalled(c *conn, now wheel.Tick) {
	c.stall = int32(len(l.stalled))
	l.stalled = append(l.stalled, c)
	c.mark, c.overdue = c.sent, now+1+l.server.writeTimeout
	l.hurried.Store(true)
}

// unstall stops that.
func (l *loop) unstall(c *conn) {
	if c.stall == notStalled {
		return
	}
	last := len(l.stalled) - 1
	l.stalled[c.stall] = l.stalled[last]
	l.stalled[c.stall].stall = c.stall
	l.stalled[last] = nil
	l.stalled = l.stalled[:last]
	c.stall = notStalled
}

// checkStalled looks at all stalled conns: gnet does not tell when a buffer has
// drained. It goes backwards, as a conn that leaves the list is replaced by the
// last.
func (l *loop) checkStalled(now wheel.Tick) {
	for i := len(l.stalled) - 1; i >= 0; i-- {
		if i >= len(l.stalled) {
			continue // more than one left meanwhile
		}
		c := l.stalled[i]
		left := c.sock.OutboundBuffered()
		switch {
		case left == 0:
			l.unstall(c)
			l.drained(c, now)
		case c.sent-uint64(left) >= c.mark:
			c.mark, c.overdue = c.sent, now+1+l.server.writeTimeout
		case now >= c.overdue:
			l.server.counts.slow.Add(1)
			l.do(c, gnet.Close)
		}
	}
}

// drained goes on with a conn when all of its answers are with the kernel.
func (l *loop) drained(c *conn, now wheel.Tick) {
	switch {
	case c.phase == flushing:
		l.do(c, l.finish(c, now))
	case c.paused:
		l.resumeConn(c, now)
	case l.exchange.Draining() && !c.busy():
		l.do(c, gnet.Close)
	}
}

// resumeConn goes on with the requests of a paused conn. The time that they had
// to wait is not the peer's.
func (l *loop) resumeConn(c *conn, now wheel.Tick) {
	in := c.backlog
	c.paused, c.backlog = false, nil
	if c.busy() {
		c.pending.deadline = now + 1 + l.readTimeout
	}
	l.do(c, l.answer(c, in, now))
}

// drain closes the connections on which nothing has begun. The others close
// with their next answer, of which there will be one: what is in the kernel's
// buffer has yet to be read.
func (l *loop) drain() {
	for _, c := range l.conns {
		if c != nil && c.phase == open && !c.busy() && c.stall == notStalled && !readable(c.sock.Fd()) {
			l.do(c, gnet.Close)
		}
	}
}

// readable reports whether the kernel holds bytes of a connection.
func readable(fd int) bool {
	n, err := unix.IoctlGetInt(fd, unix.TIOCINQ)
	return err == nil && n > 0
}

// ended tells c that its connection has ended: by the peer if byPeer. What is
// written now still reaches a peer that has only closed its half.
func (l *loop) ended(c *conn, byPeer bool) {
	now := l.server.config.Now()
	switch {
	case c.phase != open || c.paused:
	case byPeer:
		l.end(&c.stream, now)
	case c.busy() && l.exchange.Draining():
		l.refuse(&c.stream, nil, codec.FaultDraining, now)
	}
	if len(l.out) > 0 {
		_, _ = c.sock.Write(l.out)
		l.out = l.out[:0]
	}
}

// addrPort is the address of a peer, unmapped and without a zone.
func addrPort(a net.Addr) netip.AddrPort {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	ip, _ := netip.AddrFromSlice(tcp.IP)
	return netip.AddrPortFrom(ip.Unmap(), uint16(tcp.Port))
}
