package gnetd

import (
	"fmt"

	"github.com/ppspd/ppspd/internal/httphead"
)

// check proves what the comment of pending promises.
func (s *stream) check() error {
	p := s.pending
	switch {
	case p == nil:
		return nil
	case s.closing:
		return fmt.Errorf("closing, and a request is pending")
	case len(p.buf) == 0:
		return fmt.Errorf("pending without a byte")
	case p.size == 0 && len(p.buf) >= httphead.MaxHead:
		return fmt.Errorf("an incomplete head of %d bytes", len(p.buf))
	case p.size != 0 && (len(p.buf) < p.size || len(p.buf) >= p.need):
		return fmt.Errorf("size %d, %d bytes, need %d", p.size, len(p.buf), p.need)
	case p.size != 0 && p.deadline == 0:
		return fmt.Errorf("a complete head, and no deadline")
	}
	return nil
}

// check proves what the comments of loop and conn promise.
func (l *loop) check() error {
	for i, c := range l.stalled {
		if c.stall == nil || c.stall.index != i {
			return fmt.Errorf("stalled[%d] does not believe so", i)
		}
	}
	free := make(map[uint32]bool)
	for _, h := range l.free {
		if free[h] || l.conns[h] != nil || l.timers.Deadline(h) != 0 {
			return fmt.Errorf("handle %d is free twice, or in use, or armed", h)
		}
		free[h] = true
	}
	used := 0
	for h, c := range l.conns {
		if c == nil {
			if !free[uint32(h)] {
				return fmt.Errorf("handle %d is lost", h)
			}
			continue
		}
		used++
		if err := c.check(); err != nil {
			return fmt.Errorf("conn %d: %w", h, err)
		}
		if c.handle != uint32(h) {
			return fmt.Errorf("conn %d believes to be %d", h, c.handle)
		}
	}
	if n := l.server.open.Load(); n != int64(used) || len(l.out) != 0 {
		return fmt.Errorf("%d conns, %d open, %d bytes in out", used, n, len(l.out))
	}
	return nil
}

func (c *conn) check() error {
	s := c.stall
	switch {
	case c.loop == nil:
		return fmt.Errorf("forgotten, and still there")
	case c.sock == nil && s == nil:
		return fmt.Errorf("detached, and not stalled")
	case c.phase == flushing && s == nil:
		return fmt.Errorf("flushing, and not stalled")
	case (c.phase != open) != c.closing:
		return fmt.Errorf("phase %d, closing %v", c.phase, c.closing)
	case c.loop.timers.Deadline(c.handle) == 0:
		return fmt.Errorf("without a deadline")
	}
	if s != nil {
		if err := s.check(c); err != nil {
			return err
		}
	}
	return c.stream.check()
}

// check proves what the comment of stall promises; s is c's.
func (s *stall) check(c *conn) error {
	switch {
	case c.loop.stalled[s.index] != c:
		return fmt.Errorf("not in the list of the stalled at %d", s.index)
	case len(s.outbound) == 0:
		return fmt.Errorf("stalled by nothing")
	case uint64(len(s.outbound)) > s.queued || s.mark > s.queued:
		return fmt.Errorf("%d of %d bytes queued, mark %d", len(s.outbound), s.queued, s.mark)
	case len(s.backlog) > 0 && !s.paused:
		return fmt.Errorf("a backlog, and not paused")
	case len(s.backlog) > c.loop.server.config.MaxBacklog:
		return fmt.Errorf("backlog of %d bytes", len(s.backlog))
	}
	return nil
}
