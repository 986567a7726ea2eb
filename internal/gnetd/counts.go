package gnetd

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"
)

// counters are what Counts reads. None of them is touched by a request.
type counters struct {
	accepted, refused, timedOut, idle, slow, panics, restarts atomic.Uint64
}

// Counts are sums since the start, but for Open. They are read one by one:
// together they are no snapshot of one moment.
type Counts struct {
	Open     int64  // connections now, those being refused included
	Accepted uint64 // connections
	Refused  uint64 // connections beyond a limit, or while draining
	TimedOut uint64 // connections closed with 408: a request took too long
	Idle     uint64 // connections closed without a word: no request came
	Slow     uint64 // connections cut off: the peer did not take its answers
	Panics   uint64 // in the front end; the exchange counts its own
	Restarts uint64 // of all event loops
}

// Counts reads the counters. It may be called at any time.
func (s *Server) Counts() Counts {
	c := &s.counts
	return Counts{
		Open:     s.open.Load(),
		Accepted: c.accepted.Load(),
		Refused:  c.refused.Load(),
		TimedOut: c.timedOut.Load(),
		Idle:     c.idle.Load(),
		Slow:     c.slow.Load(),
		Panics:   c.panics.Load(),
		Restarts: c.restarts.Load(),
	}
}

// A throttle lets one log line through each second and counts the others.
type throttle struct {
	log    *slog.Logger
	last   atomic.Int64 // when a line was let through, Unix time in ns
	untold atomic.Uint64
}

// tell logs msg, or counts it.
func (t *throttle) tell(level slog.Level, msg string, args ...any) {
	now, last := time.Now().UnixNano(), t.last.Load()
	if now-last < int64(time.Second) || !t.last.CompareAndSwap(last, now) {
		t.untold.Add(1)
		return
	}
	t.log.Log(context.Background(), level, msg, append(args, "untold", t.untold.Swap(0))...)
}

// warnings is gnet's log, as far as it says that something went wrong.
type warnings struct{ *throttle }

// Debugf drops what is of no interest.
func (w warnings) Debugf(string, ...any) {}

// Infof drops what is of no interest.
func (w warnings) Infof(string, ...any) {}

// Warnf logs a warning.
func (w warnings) Warnf(format string, args ...any) {
	w.tell(slog.LevelWarn, "gnet: "+fmt.Sprintf(format, args...))
}

// Errorf logs an error.
func (w warnings) Errorf(format string, args ...any) {
	w.tell(slog.LevelError, "gnet: "+fmt.Sprintf(format, args...))
}

// Fatalf logs an error; gnet does not call it.
func (w warnings) Fatalf(format string, args ...any) { w.Errorf(format, args...) }
