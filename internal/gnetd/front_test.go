package gnetd

import (
	"context"
	"testing"
	"time"

	"github.com/ppspd/ppspd/internal/fronttest"
	"github.com/ppspd/ppspd/wheel"
)

// clock is the ticks since the start of the test binary.
func clock() func() wheel.Tick {
	start := time.Now()
	return func() wheel.Tick { return wheel.Since(time.Since(start)) }
}

// start serves c on a free port until the test ends.
func start(t testing.TB, c Config) *Server {
	t.Helper()
	return startAt(t, "127.0.0.1:0", c)
}

// startAt does so on an address.
func startAt(t testing.TB, addr string, c Config) *Server {
	t.Helper()
	c.Addr = addr
	if c.Now == nil {
		c.Now = clock()
	}
	if c.Loops == 0 {
		c.Loops = 2
	}
	s, err := Listen(c)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve() }()
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = s.Shutdown(ctx) // what the test left open is cut off
		if err := <-ended; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	select {
	case <-s.Ready():
	case err := <-ended:
		ended <- err
		t.Fatalf("Serve: %v", err)
	}
	return s
}

// front starts a server for fronttest.
func front(t *testing.T, u fronttest.Setup) *Server {
	return start(t, Config{
		Exchange: u.Exchange, ReadTimeout: u.ReadTimeout, IdleTimeout: u.IdleTimeout,
		MaxConnections: u.MaxConnections,
	})
}

func frontAddr(t *testing.T, u fronttest.Setup) string { return front(t, u).Addr().String() }

func frontDrain(t *testing.T, u fronttest.Setup) (string, func(context.Context) error) {
	s := front(t, u)
	return s.Addr().String(), s.Shutdown
}

func TestFront(t *testing.T) { fronttest.Run(t, frontAddr) }

func TestFrontStreams(t *testing.T) { fronttest.RunStreams(t, frontAddr, 200) }

func TestFrontCeiling(t *testing.T) { fronttest.RunCeiling(t, frontAddr) }

func TestFrontDrain(t *testing.T) { fronttest.RunDrain(t, frontDrain) }

func TestFrontCut(t *testing.T) { fronttest.RunCut(t, frontDrain) }
