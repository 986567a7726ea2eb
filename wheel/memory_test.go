package wheel_test

import (
	"os/exec"
	"reflect"
	"regexp"
	"testing"

	"github.com/ppspd/ppspd/wheel"
)

// TestSizes: what Stats counts with is what the compiler makes.
func TestSizes(t *testing.T) {
	f := func(what string, got uintptr, want int) {
		t.Helper()
		if int(got) != want {
			t.Errorf("%s: %d bytes, want %d", what, got, want)
		}
	}
	f("line", wheel.SizeofLine, 8)
	f("block", wheel.SizeofBlock, 64)
	f("Wheel", wheel.SizeofWheel, wheel.WheelBytes)
	f("chunk", wheel.SizeofChunk, wheel.ChunkBytes)
	f("entry of chunks", wheel.SizeofChunkEntry, wheel.ChunkEntryBytes)
	f("blocks", wheel.SizeofBlocksChunk, wheel.BlocksChunkBytes)
	f("entry of blocks", wheel.SizeofBlocksEntry, wheel.BlocksEntryBytes)
	if perTimer := float64(wheel.ChunkBytes) / wheel.ChunkTimers; perTimer != 4.5 {
		t.Errorf("%v bytes a timer, want 4.5", perTimer)
	}
}

// TestBytesPerTimer holds the figures of the package comment: many lines in each
// slot, each line in a slot of its own, and no timers.
func TestBytesPerTimer(t *testing.T) {
	f := func(what string, bytes, most float64) {
		t.Helper()
		if bytes > most {
			t.Errorf("%s: %.2f bytes, want at most %v", what, bytes, most)
		}
	}
	const timers = 1_000_000
	f("each, 1M timers", float64(spread(timers).Stats().Bytes)/timers, 4.5+0.5)

	empty := wheel.New(1)
	f("empty", float64(empty.Stats().Bytes), 15<<10)

	alone := wheel.New(1)
	for h := range uint32(wheel.ChunkTimers) {
		alone.Arm(h, 2+wheel.Tick(h/wheel.LineTimers))
	}
	f("each, lines alone", float64(alone.Stats().Bytes-empty.Stats().Bytes)/wheel.ChunkTimers, 4.5+4+0.1)
}

// TestNoPointers: the collector has nothing to scan in what grows.
func TestNoPointers(t *testing.T) {
	for _, typ := range wheel.Grown {
		for typ.Kind() == reflect.Array {
			typ = typ.Elem()
		}
		if typ.Kind() == reflect.Struct {
			for i := range typ.NumField() {
				f := typ.Field(i).Type
				for f.Kind() == reflect.Array {
					f = f.Elem()
				}
				if f.Kind() != reflect.Uint32 {
					t.Errorf("%v.%s is %v", typ, typ.Field(i).Name, f)
				}
			}
		} else if typ.Kind() != reflect.Uint32 {
			t.Errorf("%v", typ)
		}
	}
}

// TestLinesAreCacheLines: the deadlines of a line are in one cache line.
func TestLinesAreCacheLines(t *testing.T) {
	w := wheel.New(1)
	for h := uint32(0); h < 5*wheel.ChunkTimers; h += wheel.LineTimers {
		w.Arm(h, 10)
		if off := w.LineOffset(h); off != 0 {
			t.Fatalf("the line of %d starts at %d of a cache line", h, off)
		}
	}
}

// TestMemoryIsBounded: memory depends on the handles alone, whatever is done to
// them. Each pattern below would pile up entries if any were left behind.
func TestMemoryIsBounded(t *testing.T) {
	const lines = 64
	patterns := map[string]func(w *wheel.Wheel, now wheel.Tick, h uint32){
		"arm, disarm": func(w *wheel.Wheel, now wheel.Tick, h uint32) {
			w.Arm(h, now+1200)
			w.Disarm(h)
		},
		"earlier, later": func(w *wheel.Wheel, now wheel.Tick, h uint32) {
			w.Arm(h, now+1)
			w.Arm(h, now+864_000)
		},
		"later, earlier": func(w *wheel.Wheel, now wheel.Tick, h uint32) {
			w.Arm(h, now+864_000)
			w.Arm(h, now+2)
		},
		"ever earlier": func(w *wheel.Wheel, now wheel.Tick, h uint32) {
			for timeout := wheel.Tick(864_000); timeout > 1; timeout /= 2 {
				w.Arm(h, now+timeout)
			}
			w.Disarm(h)
		},
	}
	for name, pattern := range patterns {
		t.Run(name, func(t *testing.T) {
			w := wheel.New(1)
			r := newRand(t)
			dst := make([]uint32, 0, 1000)
			for now := wheel.Tick(1); now < 5000; now++ {
				for range 10 {
					pattern(w, now, r.Uint32N(lines*wheel.LineTimers))
				}
				w.Expire(now, dst, plenty)
			}
			// One entry a line, and in the worst case a block for each.
			s := w.Stats()
			most := wheel.WheelBytes + wheel.ChunkBytes + wheel.ChunkEntryBytes + wheel.BlocksChunkBytes + wheel.BlocksEntryBytes
			if s.Entries > lines || s.Bytes > most {
				t.Errorf("%+v, want at most %d entries, %d bytes", s, lines, most)
			}
			if err := w.Check(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestNoAllocs: once handles and slots have been used, nothing allocates.
func TestNoAllocs(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	const timers = 10_000
	w := wheel.New(1)
	now := wheel.Tick(1)
	dst := make([]uint32, 0, timers)
	r := newRand(t)
	some := func() uint32 { return r.Uint32N(timers) }
	step := func() {
		for range 100 {
			w.Arm(some(), now+1200)
			w.Arm(some(), now+100)
			w.Arm(some(), now+36_000)
			w.Disarm(some())
		}
		now++
		dst, _ = w.Expire(now, dst[:0], 1000)
	}
	for range 2000 {
		step()
	}
	f := func(what string, op func()) {
		t.Helper()
		if n := testing.AllocsPerRun(1000, op); n != 0 {
			t.Errorf("%s: %v allocations", what, n)
		}
	}
	f("TryArm", func() { w.TryArm(some(), now+1200) })
	f("Arm", func() { w.Arm(some(), now+1200) })
	f("Arm earlier", func() { w.Arm(some(), now+1) })
	f("Disarm", func() { w.Disarm(some()) })
	f("Deadline", func() { w.Deadline(some()) })
	f("Shift", func() { w.Shift(1); now++ })
	f("Stats", func() { w.Stats() })
	f("all, with Expire", step)
}

// TestInlining: the operations of every request are inlined into the caller.
func TestInlining(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("runs the compiler")
	}
	out, err := exec.Command("go", "build", "-gcflags=-m", ".").CombinedOutput()
	if err != nil {
		t.Skipf("go build: %v\n%s", err, out)
	}
	for _, name := range []string{"(*Wheel).TryArm", "(*Wheel).Disarm", "(*Wheel).Deadline", "(*Wheel).Lag", "(*Wheel).Shift", "beforeEarliest", "slotFor"} {
		if !regexp.MustCompile(`can inline ` + regexp.QuoteMeta(name) + `\n`).Match(out) {
			t.Errorf("%s is not inlined", name)
		}
	}
}
