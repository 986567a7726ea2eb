package swarm

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ppspd/ppspd/codec"
)

// BenchmarkHold reports how long a peer stripe's lock, the longest of all, is
// held: by peers that come (tables and slabs grow), by peers that change a
// crowded index, and by a peer that leaves 64 large swarms. It is the CPU time
// of the thread: what the machine does meanwhile does not count, page faults do.
func BenchmarkHold(b *testing.B) {
	const n = 1_000_000
	b.Run("op=come", func(b *testing.B) {
		for b.Loop() {
			c := crowd{x: New(Config{}), n: n, swarm: zipf(n / 100)}
			reportHolds(b, n, c.add)
		}
	})
	b.Run("op=churn", func(b *testing.B) {
		c := newCrowd(n, zipf(n/100))
		for i := 0; b.Loop(); i += n {
			reportHolds(b, n, func(k int) {
				c.remove(i + k)
				c.add(i + k + n)
			})
		}
	})
	b.Run("op=leave64", func(b *testing.B) {
		c := newCrowd(n, func(i int) int { return i % 64 })
		for b.Loop() {
			reportHolds(b, 2000, func(k int) { c.roam(2*n+k, 64) })
		}
	})
	b.Run("op=draw64", func(b *testing.B) {
		c := newCrowd(n, func(int) int { return 0 })
		r, _ := c.x.Lookup([]byte("0"))
		rnd := rand.NewPCG(1, 2)
		var s Sample
		for b.Loop() {
			reportHolds(b, n, func(int) {
				s.Reset()
				c.x.Draw(&s, &c.text, r, codec.ModeSeed, copyMax, rnd)
			})
		}
	})
}

// roam lets peer i join the first swarms and leave them all at once.
func (c *crowd) roam(i, swarms int) {
	var b, w [40]byte
	id := appendUUID(b[:0], i)
	hash := c.x.Hash(id)
	s := c.x.Stripe(hash)
	k := c.card(id, i)
	s.Lock()
	h := s.Add(hash, id)
	for n := range swarms {
		s.Join(h, strconv.AppendInt(w[:0], int64(n), 10), codec.ModeLeech, &k, &c.text)
	}
	s.Unlock()
	s.Lock()
	s.Remove(h)
	s.Unlock()
}

// reportHolds does n operations, each of which holds a lock for as long as it
// takes, or a little less.
func reportHolds(b *testing.B, n int, do func(i int)) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	holds := make([]time.Duration, n)
	for i := range holds {
		start := threadTime()
		do(i)
		holds[i] = threadTime() - start
	}
	slices.Sort(holds)
	micro := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }
	b.ReportMetric(micro(holds[n/2]), "p50-µs")
	b.ReportMetric(micro(holds[n-1-n/1000]), "p99.9-µs")
	b.ReportMetric(micro(holds[n-1-n/10_000]), "p99.99-µs")
	b.ReportMetric(micro(holds[n-1]), "max-µs")
}

// threadTime is the CPU time of this thread so far.
func threadTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		return 0
	}
	return time.Duration(t.Nano())
}
