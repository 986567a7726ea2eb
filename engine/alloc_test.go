//go:build !race

package engine

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// Once everything has grown, no request allocates, whatever becomes of it.
func TestHandleDoesNotAllocate(t *testing.T) {
	c := testConfig()
	c.TrackTimeout = time.Hour
	s := newStageWith(t, c)
	for i := range 300 {
		s.play(t, fmt.Sprintf("connect peer=old%d from=192.0.2.1:%d join=1111:%s", i, i+1, []string{"SEED", "LEECH"}[i%2]))
		s.play(t, fmt.Sprintf("connect peer=an-old-peer-with-a-very-long-name-%d from=[2001:db8::1]:%d join=2222:LEECH addr=[2001:db8::1]:5,192.0.2.7:5", i, i+1))
	}
	s.play(t, "connect peer=a from=192.0.2.1:9 join=1111:LEECH")
	s.play(t, "connect peer=w from=[2001:db8::1]:9 join=2222:LEECH addr=[2001:db8::1]:80,192.0.2.7:80")
	f := func(lines ...string) {
		t.Helper()
		run := func() {
			for _, l := range lines {
				s.build(t, strings.Fields(l))
				s.req.Fingerprint = 0 // else every one but the first is a repetition
				s.tracker.Handle(s.now(), &s.req, &s.resp)
			}
		}
		base := testing.AllocsPerRun(200, func() {
			for _, l := range lines {
				s.build(t, strings.Fields(l))
			}
		})
		run()
		if n := testing.AllocsPerRun(200, run); n > base {
			t.Errorf("%d allocations for %q", int(n-base), lines)
		}
	}
	f("stat peer=a from=192.0.2.1:9 tid=1")
	f("stat peer=a from=192.0.2.1:9 tid=1 swarm=1111 up=1 down=2 bw=3 swarm=9 up=1")
	f("stat peer=w from=192.0.2.7:9 tid=1")
	f("connect peer=a from=192.0.2.1:9 tid=1 join=1111:LEECH num=50")
	f("connect peer=a from=192.0.2.1:9 tid=1 join=1111:LEECH num=50 nat=STUN links=HIGH")
	f("connect peer=w from=[2001:db8::1]:9 tid=1 join=2222:LEECH num=50 addr=[2001:db8::1]:80,192.0.2.7:81")
	f("connect peer=a from=192.0.2.1:9 tid=1 leave=1111:LEECH join=2222:LEECH", "connect peer=a from=192.0.2.1:9 tid=1 leave=2222:LEECH join=1111:LEECH")
	f("connect peer=n from=192.0.2.3:9 tid=1 join=1111:SEED,2222:SEED num=50", "connect peer=n from=192.0.2.3:9 tid=1 leave=1111:SEED,2222:SEED")
	f("connect peer=n from=192.0.2.3:9 tid=1 join=1111:LEECH", "connect peer=n from=192.0.2.3:9 tid=1 join=1111:SEED")
	f("connect peer=x from=192.0.2.3:9 tid=1 leave=1111:LEECH")
	f("connect peer=a from=198.51.100.1:9 tid=1 leave=1111:LEECH")
	f("stat peer=x from=192.0.2.3:9 tid=1")
}

// Nor does looking after the timers.
func TestAdvanceDoesNotAllocate(t *testing.T) {
	s := newStage(t)
	lines := []string{"connect peer=a from=192.0.2.1:9 tid=1 join=1111:LEECH,2222:LEECH", "connect peer=b from=192.0.2.1:9 tid=1 join=1111:SEED,2222:SEED"}
	build := func() {
		for _, l := range lines {
			s.build(t, strings.Fields(l))
		}
	}
	run := func() {
		for _, l := range lines {
			s.build(t, strings.Fields(l))
			s.tracker.Handle(s.now(), &s.req, &s.resp)
		}
		s.elapsed += 3 * time.Minute
		s.tracker.Advance(s.now(), 100)
	}
	run()
	if n, base := testing.AllocsPerRun(100, run), testing.AllocsPerRun(100, build); n > base {
		t.Errorf("%d allocations", int(n-base))
	}
}
