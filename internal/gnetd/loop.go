package gnetd

import (
	"context"
	"sync/atomic"

	"github.com/panjf2000/gnet/v2"
	"golang.org/x/sys/unix"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/wheel"
)

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
	visit   int      // the next of stalled to look at, counted from the last
	due     []uint32 // room for expired handles

	ticking atomic.Bool // a tick is in the loop's queue
	hurried atomic.Bool // the next tick shall come soon
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
	c.sock, c.loop, c.fd = sock, l, int32(sock.Fd())
	c.observed = addrPort(sock.RemoteAddr())
	sock.SetContext(c)
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

// forget lets go of a conn that is being closed.
func (l *loop) forget(c *conn) {
	l.timers.Disarm(c.handle)
	l.unstall(c)
	l.drop(&c.stream)
	l.conns[c.handle] = nil
	l.free = append(l.free, c.handle)
	*c = conn{}
	if len(l.old) < spareConns {
		l.old = append(l.old, c)
	}
	l.server.closed()
}

// traffic takes what gnet has just read. gnet's inbound buffer is always
// emptied: what is not complete is kept by the stream, so that a request that
// comes byte by byte is not copied again for each byte, and Next returns the
// loop's read buffer itself.
func (l *loop) traffic(c *conn) gnet.Action {
	in, _ := c.sock.Next(-1)
	if c.phase != open {
		return gnet.None
	}
	return l.answer(c, in, l.server.config.Now())
}

// answer has the requests in in answered and writes the answers: with one write
// unless they are many. A detached conn sends no more after in.
func (l *loop) answer(c *conn, in []byte, now wheel.Tick) gnet.Action {
	for len(in) > 0 {
		if c.stall != nil && l.pauses(c.stall) {
			return l.keep(c.stall, in)
		}
		in = l.feed(&c.stream, in, now)
		if !l.write(c, now) {
			return gnet.Close
		}
		if c.closing {
			c.unread = c.unread || len(in) > 0
			return l.finish(c, now)
		}
	}
	if c.sock == nil {
		return l.endDetached(c, now)
	}
	l.rearm(c, now)
	return gnet.None
}

// write sends the collected answers, behind those that wait. It returns false if
// the connection is broken.
func (l *loop) write(c *conn, now wheel.Tick) bool {
	out := l.out
	if len(out) == 0 {
		return true
	}
	l.out = out[:0]
	if cap(out) > spareOutputCap {
		l.out = nil
	}
	if s := c.stall; s != nil {
		s.outbound = append(s.outbound, out...)
		s.queued += uint64(len(out))
		return true
	}
	// Fast path: the kernel takes all.
	n, ok := l.send(c, out)
	if ok && n < len(out) {
		l.addStalled(c, out[n:], now)
	}
	return ok
}

// send writes as much of p as the kernel takes. It is not ok if the connection
// is broken.
func (l *loop) send(c *conn, p []byte) (n int, ok bool) {
	for {
		n, err := l.server.kernel.write(int(c.fd), p)
		switch err {
		case nil:
			return n, true
		case unix.EAGAIN:
			return 0, true
		case unix.EINTR:
		default:
			return 0, false
		}
	}
}

// pauses reports whether a conn with this stall is paused, and sees to it.
func (l *loop) pauses(s *stall) bool {
	s.paused = s.paused || len(s.outbound) > l.server.config.MaxOutbound
	return s.paused
}

// keep holds back what a paused connection has sent, up to the limit. A peer
// that goes on sending beyond it without reading is cut off.
func (l *loop) keep(s *stall, in []byte) gnet.Action {
	if len(s.backlog)+len(in) > l.server.config.MaxBacklog {
		l.server.counts.slow.Add(1)
		return gnet.Close
	}
	s.backlog = append(s.backlog, in...)
	return gnet.None
}

// finish leads a conn whose last answer was written to its end.
func (l *loop) finish(c *conn, now wheel.Tick) gnet.Action {
	switch {
	case c.stall != nil:
		c.phase = flushing
		return gnet.None
	case c.sock == nil || !c.unread || l.server.kernel.shut(int(c.fd)) != nil:
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
	switch {
	case action != gnet.Close:
	case c.sock == nil:
		l.server.kernel.closeDup(int(c.fd))
		l.forget(c)
	default:
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

// expired ends what c's deadline was for. Of a conn that is stalled and waits
// for nothing else, checkStalled decides.
func (l *loop) expired(c *conn, now wheel.Tick) {
	switch {
	case c.phase == lingering:
		l.do(c, gnet.Close)
	case c.stall != nil && (c.stall.paused || c.phase == flushing || !c.busy()):
		l.timers.Arm(c.handle, now+1+l.server.writeTimeout)
	case l.expire(&c.stream, now):
		l.server.counts.timedOut.Add(1)
		if !l.write(c, now) {
			l.do(c, gnet.Close)
			return
		}
		l.do(c, l.finish(c, now))
	case !c.busy():
		l.server.counts.idle.Add(1)
		l.do(c, gnet.Close)
	default:
		l.rearm(c, now)
	}
}

// drain closes the connections on which nothing has begun. The others close
// with their next answer, of which there will be one: what is in the kernel's
// buffer has yet to be read.
func (l *loop) drain() {
	for _, c := range l.conns {
		if c != nil && c.phase == open && !c.busy() && c.stall == nil && !l.server.kernel.waiting(int(c.fd)) {
			l.do(c, gnet.Close)
		}
	}
}

// ended is called when gnet closes c: because the peer has sent all it will, if
// byPeer. A peer that has only closed its half still gets what it has asked
// for; ended reports whether c stays for that, detached.
func (l *loop) ended(c *conn, byPeer bool) (stays bool) {
	now := l.server.config.Now()
	paused := c.stall != nil && c.stall.paused
	switch {
	case c.phase == lingering:
		return false
	case byPeer && paused:
		// Its requests are not answered yet.
	case byPeer:
		l.end(&c.stream, now)
	case c.busy() && l.exchange.Draining():
		l.refuse(&c.stream, nil, codec.FaultDraining, now)
	}
	if !l.write(c, now) || !byPeer || c.stall == nil || !l.detach(c) {
		return false
	}
	if !paused {
		c.closing, c.phase = true, flushing
	}
	return true
}

// detach takes c out of gnet's hands, which are about to close the descriptor.
func (l *loop) detach(c *conn) bool {
	fd, err := l.server.kernel.dup(int(c.fd))
	if err != nil {
		return false
	}
	c.sock, c.fd = nil, int32(fd)
	return true
}

// endDetached is end for a conn that was paused when its peer closed its half.
func (l *loop) endDetached(c *conn, now wheel.Tick) gnet.Action {
	l.end(&c.stream, now)
	c.closing = true
	if !l.write(c, now) {
		return gnet.Close
	}
	return l.finish(c, now)
}

// abandon closes what is detached, after the event loop has ended.
func (l *loop) abandon() {
	for _, c := range l.conns {
		if c != nil && c.sock == nil {
			l.do(c, gnet.Close)
		}
	}
}
