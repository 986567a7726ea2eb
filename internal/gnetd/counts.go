package gnetd

import (
	"fmt"
	"log/slog"
	"sync/atomic"
)

// counters are what Counts reads. None of them is touched by a request.
type counters struct {
	accepted, refused, timedOut, idle, slow, panics, restarts atomic.Uint64

	panicTold atomic.Int64 // when a panic was last logged, Unix time in ns
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

// warnings is gnet's log, as far as it says that something went wrong.
type warnings struct{ log *slog.Logger }

// Debugf drops what is of no interest.
func (w warnings) Debugf(string, ...any) {}

// Infof drops what is of no interest.
func (w warnings) Infof(string, ...any) {}

// Warnf logs a warning.
func (w warnings) Warnf(format string, args ...any) { w.tell(slog.LevelWarn, format, args) }

// Errorf logs an error.
func (w warnings) Errorf(format string, args ...any) { w.tell(slog.LevelError, format, args) }

// Fatalf logs an error; gnet does not call it.
func (w warnings) Fatalf(format string, args ...any) { w.tell(slog.LevelError, format, args) }

func (w warnings) tell(level slog.Level, format string, args []any) {
	w.log.Log(nil, level, "gnet: "+fmt.Sprintf(format, args...))
}
