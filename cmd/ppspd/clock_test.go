package main

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/ppspd/ppspd/engine"
	"github.com/ppspd/ppspd/wheel"
)

// A gap of more than 5 s does not count; a shorter one does.
func TestClockJump(t *testing.T) {
	var elapsed time.Duration
	c := newClock(engine.New(engine.Default()), slog.New(slog.NewTextHandler(io.Discard, nil)))
	c.elapsed = func() time.Duration { return elapsed }
	at := func(e time.Duration, want wheel.Tick) {
		t.Helper()
		elapsed = e
		if got := c.now(); got != want {
			t.Errorf("at %v: tick %d, want %d", e, got, want)
		}
		c.tick()
	}
	at(0, 0)
	at(time.Second, 10)
	at(6*time.Second, 60)
	at(3600*time.Second, 60)
	at(3601*time.Second, 70)
}
