package main

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ppspd/ppspd/engine"
	"github.com/ppspd/ppspd/wheel"
)

// Draining expired peers takes at most a quarter of one core: after a slice
// that left work, the clock rests three times as long as it took. A slice that
// took longer than it can was interrupted: what others did meanwhile is not to
// be rested from, or a busy machine would make the expiry fall behind for good.
const (
	sliceHolds = 8 // lock holds of one call of Advance
	restFactor = 3 // rest after a slice, as a multiple of it
	sliceMost  = time.Millisecond
	jumpFrom   = 5 * time.Second // a gap that is no lag but a stopped machine
)

// clock is the tracker's time: it tells the tick, and lets the tracker expire
// peers at each. While the machine is stopped (suspend, a paused VM) nobody can
// be heard, so that time does not count: it is taken out of the ticks, which
// moves all deadlines by as much.
type clock struct {
	tracker *engine.Tracker
	log     *slog.Logger
	elapsed func() time.Duration // since the start, monotonic

	heard   atomic.Int64 // elapsed when time was last told by the ticker
	skipped atomic.Int64 // time that does not count
	jumping sync.Mutex

	worst atomic.Int64 // longest call of Advance, nanoseconds
	quit  chan struct{}
	done  chan struct{}
}

func newClock(t *engine.Tracker, log *slog.Logger) *clock {
	began := time.Now()
	return &clock{tracker: t, log: log, elapsed: func() time.Duration { return time.Since(began) },
		quit: make(chan struct{}), done: make(chan struct{})}
}

// now is the current tick. It may be called from any goroutine.
func (c *clock) now() wheel.Tick {
	e := c.elapsed()
	if e-time.Duration(c.heard.Load()) > jumpFrom {
		c.skip(e)
	}
	return wheel.Since(e - time.Duration(c.skipped.Load()))
}

// skip takes the gap before e out of the time, unless somebody else has.
func (c *clock) skip(e time.Duration) {
	c.jumping.Lock()
	defer c.jumping.Unlock()
	gap := e - time.Duration(c.heard.Load())
	if gap <= jumpFrom {
		return
	}
	c.skipped.Add(int64(gap))
	c.heard.Store(int64(e))
	c.log.Warn("the clock jumped: all timers move with it", "by", gap.String())
}

// run calls tick every wheel.TickDuration until stop.
func (c *clock) run() {
	defer close(c.done)
	ticker := time.NewTicker(wheel.TickDuration)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			c.tick()
		case <-c.quit:
			return
		}
	}
}

// stop ends run and waits for it.
func (c *clock) stop() {
	close(c.quit)
	<-c.done
}

// tick expires what is due, in slices.
func (c *clock) tick() {
	now := c.now()
	c.heard.Store(int64(c.elapsed()))
	for more := true; more && !c.quitting(); {
		start := c.elapsed()
		_, more = c.tracker.Advance(now, sliceHolds)
		took := c.elapsed() - start
		c.worst.Store(max(c.worst.Load(), int64(took)))
		if more {
			time.Sleep(restFactor * min(took, sliceMost))
			now = c.now()
			c.heard.Store(int64(c.elapsed()))
		}
	}
}

func (c *clock) quitting() bool {
	select {
	case <-c.quit:
		return true
	default:
		return false
	}
}
