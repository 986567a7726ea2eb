package wheel_test

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/ppspd/ppspd/wheel"
)

// A bench is one implementation of per-peer timers, driven alike.
type bench struct {
	name  string
	start func(timers int) ops
}

// ops are what is measured.
type ops struct {
	reset func(handles []uint32, now wheel.Tick) // to a track timeout after now
	stop  func()
}

const trackTimeout = 1200 // 2 min

var benches = []bench{
	{"wheel", startWheel},
	{"time.Timer", startTimers},
	{"array", startArray},
}

func startWheel(timers int) ops {
	w := spread(timers)
	return ops{
		reset: func(handles []uint32, now wheel.Tick) {
			for _, h := range handles {
				if !w.TryArm(h, now+trackTimeout) {
					w.Arm(h, now+trackTimeout)
				}
			}
		},
		stop: func() {},
	}
}

// startTimers arms what the runtime offers. Its timers run while the benchmark
// does, so that they are armed an hour ahead.
func startTimers(timers int) ops {
	all := make([]*time.Timer, timers)
	for i := range all {
		all[i] = time.AfterFunc(time.Hour+time.Duration(i%trackTimeout)*wheel.TickDuration, func() {})
	}
	return ops{
		reset: func(handles []uint32, now wheel.Tick) {
			for _, h := range handles {
				all[h].Reset(time.Hour + time.Duration(now+trackTimeout)*wheel.TickDuration)
			}
		},
		stop: func() {
			for _, t := range all {
				t.Stop()
			}
		},
	}
}

// startArray is the floor: deadlines that nothing watches.
func startArray(timers int) ops {
	deadlines := make([]wheel.Tick, timers)
	return ops{
		reset: func(handles []uint32, now wheel.Tick) {
			for _, h := range handles {
				deadlines[h] = now + trackTimeout
			}
		},
		stop: func() {},
	}
}

// spread returns a wheel at tick 1 with timers due at random over the next
// track timeout.
func spread(timers int) *wheel.Wheel {
	w := wheel.New(1)
	r := order(1)
	for h := range uint32(timers) {
		w.Arm(h, 2+wheel.Tick(r.below(trackTimeout)))
	}
	return w
}

// An order is a cheap random order of handles (xorshift).
type order uint64

func (o *order) below(n int) uint32 {
	x := *o
	x ^= x << 13
	x ^= x >> 7
	x ^= x << 17
	*o = x
	return uint32(uint64(uint32(x)) * uint64(n) >> 32)
}

var sizes = []int{100_000, 1_000_000, 10_000_000}

// BenchmarkReset resets timers in random order to a later deadline, which is
// what every request of a peer does. One operation is one reset.
func BenchmarkReset(b *testing.B) {
	for _, timers := range sizes {
		handles := inOrder(2, timers, 1<<20)
		for _, bench := range benches {
			var ops ops // started once, and only when it is to run
			b.Run(fmt.Sprintf("impl=%s/timers=%d", bench.name, timers), func(b *testing.B) {
				if ops.reset == nil {
					ops = bench.start(timers)
					runtime.GC()
				}
				runtime.LockOSThread()
				b.ReportAllocs()
				b.ResetTimer()
				start := work()
				for done := 0; done < b.N; {
					first := done % len(handles)
					n := min(1024, b.N-done, len(handles)-first)
					done += n
					ops.reset(handles[first:first+n], wheel.Tick(trackTimeout+done>>20))
				}
				b.ReportMetric(float64(work()-start)/float64(b.N), "work-ns/op")
			})
			if ops.stop != nil {
				ops.stop()
			}
		}
	}
}

// inOrder returns n handles below timers in random order.
func inOrder(seed order, timers, n int) []uint32 {
	handles := make([]uint32, n)
	for i := range handles {
		handles[i] = seed.below(timers)
	}
	return handles
}

// BenchmarkTick does the work of one tick of 100 ms, with the peers' requests
// between the ticks: at=turn resets every timer once in half a track timeout, so
// none fires; at=random resets as many, but some twice and some too late, and
// those fire and are armed anew.
func BenchmarkTick(b *testing.B) {
	for _, timers := range sizes {
		for _, at := range []string{"turn", "random"} {
			var w *wheel.Wheel
			now := wheel.Tick(1)
			r, turn := order(2), uint64(0)
			dst := make([]uint32, 0, timers)
			tick := func() time.Duration {
				for range timers / (trackTimeout / 2) {
					h := r.below(timers)
					if at == "turn" {
						turn++
						h = uint32(turn * 982_451_653 % uint64(timers))
					}
					w.Arm(h, now+trackTimeout)
				}
				now++
				start := work()
				dst, _ = w.Expire(now, dst[:0], timers)
				took := work() - start
				for _, h := range dst {
					w.Arm(h, now+trackTimeout)
				}
				return took
			}
			b.Run(fmt.Sprintf("timers=%d/at=%s", timers, at), func(b *testing.B) {
				runtime.LockOSThread()
				b.ReportAllocs()
				if w == nil {
					w = spread(timers)
					for range 2 * trackTimeout {
						tick()
					}
				}
				took := make(durations, b.N)
				fired := 0
				for i := range took {
					took[i] = tick()
					fired += len(dst)
				}
				took.report(b)
				b.ReportMetric(float64(fired)/float64(b.N), "fired/op")
				b.ReportMetric(float64(w.Stats().Bytes)/float64(timers), "B/timer")
			})
		}
	}
}

// BenchmarkStripes does the work of one tick of 10M timers in as many wheels as
// an index has stripes. One operation is a tick of all wheels, in work; worst-ns is
// that of a single wheel, which is how long a stripe is locked.
func BenchmarkStripes(b *testing.B) {
	const timers, wheels = 10_000_000, 256
	var stripes [wheels]*wheel.Wheel
	now := wheel.Tick(1)
	turn := uint64(0)
	dst := make([]uint32, 0, 1024)
	tick := func(took *[wheels]time.Duration) {
		for range timers / (trackTimeout / 2) {
			turn++
			h := uint32(turn * 982_451_653 % timers)
			stripes[h%wheels].Arm(h/wheels, now+trackTimeout)
		}
		now++
		for i, w := range stripes {
			start := work()
			w.Expire(now, dst, 1024)
			took[i] = work() - start
		}
	}
	b.Run(fmt.Sprintf("timers=%d/wheels=%d", timers, wheels), func(b *testing.B) {
		runtime.LockOSThread()
		b.ReportAllocs()
		var took [wheels]time.Duration
		if stripes[0] == nil {
			for i := range stripes {
				stripes[i] = spread(timers/wheels + 1)
			}
			for range 2 * trackTimeout {
				tick(&took)
			}
		}
		var sum, worst time.Duration
		for range b.N {
			tick(&took)
			for _, t := range took {
				sum += t
				worst = max(worst, t)
			}
		}
		bytes := 0
		for _, w := range stripes {
			bytes += w.Stats().Bytes
		}
		b.ReportMetric(float64(sum)/float64(b.N), "ns/op")
		b.ReportMetric(float64(worst), "worst-ns")
		b.ReportMetric(float64(bytes)/timers, "B/timer")
	})
}

// BenchmarkStorm fires all timers at once: every peer has vanished. One
// operation is one slice of at most 1024 lines; worst-ns is the longest.
func BenchmarkStorm(b *testing.B) {
	for _, timers := range sizes {
		for _, room := range []int{1024, 16384} {
			b.Run(fmt.Sprintf("timers=%d/room=%d", timers, room), func(b *testing.B) {
				runtime.LockOSThread()
				b.ReportAllocs()
				dst := make([]uint32, 0, room)
				w := spread(timers)
				took := make(durations, b.N)
				fired := 0
				b.ResetTimer()
				for i, more := 0, false; i < b.N; i++ {
					for h := uint32(0); !more && h < uint32(timers); h++ {
						w.Arm(h, 1+trackTimeout)
					}
					var slice []uint32
					start := work()
					slice, more = w.Expire(1+trackTimeout, dst, 1024)
					took[i] = work() - start
					fired += len(slice)
				}
				took.report(b)
				b.ReportMetric(float64(fired)/float64(b.N), "fired/op")
			})
		}
	}
}

// BenchmarkArm measures what is not a reset to a later deadline, on wheels of
// which each line has armed timers, in random order. One operation is what the
// row names.
func BenchmarkArm(b *testing.B) {
	rows := []struct {
		name string
		op   func(w *wheel.Wheel, h uint32, now wheel.Tick)
	}{
		{"arm,disarm", func(w *wheel.Wheel, h uint32, now wheel.Tick) {
			w.Disarm(h)
			w.Arm(h, now+trackTimeout)
		}},
		{"earlier,later", func(w *wheel.Wheel, h uint32, now wheel.Tick) {
			w.Arm(h, now+1)
			w.Arm(h, now+trackTimeout)
		}},
		{"move", func(w *wheel.Wheel, h uint32, now wheel.Tick) {
			w.Arm(h, (1<<20)-now) // earlier than any before
		}},
		{"deadline", func(w *wheel.Wheel, h uint32, _ wheel.Tick) { sink = w.Deadline(h) }},
	}
	for _, row := range rows {
		for _, timers := range sizes {
			handles := inOrder(2, timers, 1<<20)
			var w *wheel.Wheel
			now := wheel.Tick(1)
			b.Run(fmt.Sprintf("op=%s/timers=%d", row.name, timers), func(b *testing.B) {
				if w == nil {
					w = wheel.New(1)
					for h := range uint32(timers) {
						w.Arm(h, 1<<20)
					}
				}
				b.ReportAllocs()
				b.ResetTimer()
				for i := range b.N {
					if i%timers == 0 {
						now++
					}
					row.op(w, handles[i%len(handles)], now)
				}
			})
		}
	}
}

var (
	sink      wheel.Tick
	sinkWheel *wheel.Wheel
)

// BenchmarkNew makes an empty wheel: what a stripe costs before its first peer.
func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		sinkWheel = wheel.New(1)
	}
}

// durations are those of single operations.
type durations []time.Duration

// report makes the mean the benchmark's ns/op. They are work, not time: neither
// what was between the operations counts, nor what else the machine did.
func (d durations) report(b *testing.B) {
	slices.Sort(d)
	sum := time.Duration(0)
	for _, t := range d {
		sum += t
	}
	b.ReportMetric(float64(sum)/float64(len(d)), "ns/op")
	b.ReportMetric(float64(d[len(d)*99/100]), "p99-ns")
	b.ReportMetric(float64(d[len(d)-1]), "worst-ns")
}
