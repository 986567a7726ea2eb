package gnetd

import (
	"slices"

	"github.com/panjf2000/gnet/v2"

	"github.com/ppspd/ppspd/wheel"
)

// Stalled conns are written to at ticks. epoll would tell when the kernel takes
// more, but gnet passes that on for its own buffer only, and what is in there is
// out of reach when the peer closes its half.

// stalledVisits bounds the stalled conns that one tick looks at, each for the
// price of a system call.
const stalledVisits = 256

// addStalled makes c stalled by out, which the kernel did not take.
func (l *loop) addStalled(c *conn, out []byte, now wheel.Tick) {
	c.stall = &stall{
		index:    len(l.stalled),
		outbound: slices.Clone(out),
		queued:   uint64(len(out)),
		mark:     uint64(len(out)),
		overdue:  now + 1 + l.server.writeTimeout,
	}
	l.stalled = append(l.stalled, c)
	l.hurried.Store(true)
}

// unstall ends that, if it was.
func (l *loop) unstall(c *conn) {
	if c.stall == nil {
		return
	}
	i, last := c.stall.index, len(l.stalled)-1
	l.stalled[i] = l.stalled[last]
	l.stalled[i].stall.index = i
	l.stalled[last] = nil
	l.stalled = l.stalled[:last]
	c.stall = nil
}

// checkStalled goes on with stalled conns: with all, or as many as one tick may,
// in turn. It goes backwards, as one that leaves the list is replaced by the
// last.
func (l *loop) checkStalled(now wheel.Tick) {
	for n := min(len(l.stalled), stalledVisits); n > 0 && len(l.stalled) > 0; n-- {
		if l.visit == 0 || l.visit > len(l.stalled) {
			l.visit = len(l.stalled)
		}
		l.visit--
		l.flush(l.stalled[l.visit], now)
	}
}

// flush writes what waits in c, and cuts it off if that takes too long.
func (l *loop) flush(c *conn, now wheel.Tick) {
	s := c.stall
	n, ok := l.send(c, s.outbound)
	s.outbound = slices.Delete(s.outbound, 0, n)
	switch {
	case !ok:
		l.do(c, gnet.Close)
	case len(s.outbound) == 0:
		l.unstall(c)
		l.drained(c, s, now)
	case s.queued-uint64(len(s.outbound)) >= s.mark:
		s.mark, s.overdue = s.queued, now+1+l.server.writeTimeout
	case now >= s.overdue:
		l.server.counts.slow.Add(1)
		l.do(c, gnet.Close)
	}
}

// drained goes on with a conn that was stalled by s.
func (l *loop) drained(c *conn, s *stall, now wheel.Tick) {
	switch {
	case c.phase == flushing:
		l.do(c, l.finish(c, now))
	case s.paused:
		// The time for which its requests had to wait is not the peer's.
		if c.busy() {
			c.pending.deadline = now + 1 + l.readTimeout
		}
		l.do(c, l.answer(c, s.backlog, now))
	case l.exchange.Draining() && !c.busy():
		l.do(c, gnet.Close)
	}
}
