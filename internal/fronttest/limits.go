package fronttest

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/ppspd/ppspd/codec"
)

// whole sends all at once.
func whole(n int) int { return n }

// peers opens n connections.
func peers(t *testing.T, addr string, n int) []*client {
	t.Helper()
	all := make([]*client, n)
	for i := range all {
		c, err := dial(addr, whole)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.conn.Close() })
		all[i] = c
	}
	return all
}

// must runs steps on c.
func must(t *testing.T, c *client, script ...Step) {
	t.Helper()
	for i, step := range script {
		if err := step(c); err != nil {
			t.Fatalf("step %d: %v", i+1, err)
		}
	}
}

// RunCeiling checks that connections beyond MaxConnections are answered with
// 503, whether they send something or not, and that those below go on.
func RunCeiling(t *testing.T, start Start) {
	const ceiling = 3
	addr := start(t, Setup{Exchange: NewExchange(), ReadTimeout: time.Minute, IdleTimeout: time.Minute, MaxConnections: ceiling})
	served := peers(t, addr, ceiling)
	for _, c := range served {
		must(t, c, open)
	}
	full := strings.Replace(end(codec.FaultFull), "Connection", "Retry-After: *\r\nConnection", 1)
	for i, c := range peers(t, addr, 10) {
		if i%2 == 0 {
			c.send(post("hello"))
		}
		must(t, c, get(full), closed)
	}
	for _, c := range served {
		must(t, c, open)
	}
	served[0].conn.Close()
	for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		c := peers(t, addr, 1)[0]
		if open(c) == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("a place that is free again is not given away")
		}
	}
}

// StartDrain is Start for a front end that the test shuts down itself.
type StartDrain func(t *testing.T, s Setup) (addr string, shutdown func(context.Context) error)

// RunDrain checks the end of a front end: idle connections are closed at once,
// a request that has begun is answered and its connection closed, new
// connections are refused, and then Shutdown returns.
func RunDrain(t *testing.T, start StartDrain) {
	addr, shutdown := start(t, Setup{Exchange: NewExchange(), ReadTimeout: time.Minute, IdleTimeout: time.Minute})
	all := peers(t, addr, 4)
	idle, silent, inHead, inBody := all[0], all[1], all[2], all[3]
	for _, c := range []*client{idle, inHead, inBody} {
		must(t, c, open)
	}
	message := post("hello")
	inHead.send(message[:20])
	inBody.send(message[:len(message)-2])
	time.Sleep(50 * time.Millisecond) // the server has these bytes

	done := make(chan error, 1)
	go func() { done <- shutdown(context.Background()) }()
	must(t, idle, closed)
	must(t, silent, closed)
	if c, err := net.DialTimeout("tcp", addr, patience); err == nil {
		c.Close()
		t.Error("a new connection is accepted")
	}
	select {
	case err := <-done:
		t.Fatalf("Shutdown returned (%v) while requests were coming in", err)
	default:
	}
	for c, rest := range map[*client]string{inHead: message[20:], inBody: message[len(message)-2:]} {
		c.send(rest)
		must(t, c, get(ok("hello", "Connection: close")), closed)
	}
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("Shutdown: %v", err)
		}
	case <-time.After(patience):
		t.Error("Shutdown does not return")
	}
}

// RunCut checks that Shutdown ends with its context, and cuts what is left.
func RunCut(t *testing.T, start StartDrain) {
	addr, shutdown := start(t, Setup{Exchange: NewExchange(), ReadTimeout: time.Minute, IdleTimeout: time.Minute})
	c := peers(t, addr, 1)[0]
	must(t, c, open)
	c.send(post("hello")[:20])
	time.Sleep(50 * time.Millisecond)
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	begin := time.Now()
	if err := shutdown(ctx); err == nil {
		t.Error("Shutdown reports that all was answered")
	}
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("Shutdown took %v", took)
	}
	c.conn.SetReadDeadline(time.Now().Add(patience))
	if _, err := c.in.ReadByte(); err == nil {
		return // an answer on the way out is fine
	} else if e, ok := err.(net.Error); ok && e.Timeout() {
		t.Error("the connection is still open")
	}
}
