package wheel_test

import (
	"slices"
	"testing"

	"github.com/ppspd/ppspd/wheel"
)

const plenty = 1 << 30 // of budget

// expire returns what is fired at now, with enough budget and room.
func expire(t *testing.T, w *wheel.Wheel, now wheel.Tick) []uint32 {
	t.Helper()
	fired, more := w.Expire(now, make([]uint32, 0, 10_000), plenty)
	if more {
		t.Fatalf("more to do at %d", now)
	}
	if err := w.Check(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(fired)
	return fired
}

// borders are timeouts on both sides of where a level or a slot ends, and those
// of the protocol: init timer, track timer, an hour of SIP, a day of a ban.
var borders = []wheel.Tick{
	1, 2, 1023, 1024, 1025, 2047, 2048, 2049, 3071, 3072, 3073,
	1<<17 - 1, 1 << 17, 1<<17 + 1, 1<<18 - 1, 1 << 18, 1<<18 + 1,
	1<<24 - 1, 1 << 24, 1<<24 + 1, 1<<25 - 1, 1 << 25, 1<<25 + 1, 1 << 31,
	100, 1200, 36_000, 864_000, 7 * 864_000,
}

// TestFiresAtDeadline: not a tick before the deadline, and at the deadline,
// however far it is and wherever in a slot it was armed.
func TestFiresAtDeadline(t *testing.T) {
	for _, start := range []wheel.Tick{0, 1, 1000, 1023, 1024, 2047, 123_456, 1<<24 - 1, 1 << 24} {
		for _, timeout := range borders {
			w := wheel.New(start)
			w.Arm(3, start+timeout)
			if fired := expire(t, w, start+timeout-1); len(fired) != 0 && timeout > 1 {
				t.Fatalf("armed at %d for %d: fired before", start, timeout)
			}
			if fired := expire(t, w, start+timeout); !slices.Equal(fired, []uint32{3}) {
				t.Fatalf("armed at %d for %d: fired %v at the deadline", start, timeout, fired)
			}
		}
	}
}

// TestFiresAtDeadlineTickByTick is the same with an Expire each tick, so that
// lines descend in shares.
func TestFiresAtDeadlineTickByTick(t *testing.T) {
	const end = 300_000 // beyond level 1
	w := wheel.New(1)
	for h := range uint32(5000) {
		w.Arm(h*lineApart, 2+wheel.Tick(h)*59)
	}
	dst := make([]uint32, 0, 100)
	for now := wheel.Tick(1); now <= end; now++ {
		fired, more := w.Expire(now, dst, plenty)
		if more {
			t.Fatalf("more at %d", now)
		}
		for _, h := range fired {
			if at := 2 + wheel.Tick(h)/lineApart*59; at != now {
				t.Fatalf("deadline %d fired at %d", at, now)
			}
		}
	}
	if s := w.Stats(); s.Armed != 0 || s.Entries != 0 {
		t.Fatalf("left: %+v", s)
	}
}

// lineApart is the distance of handles that share no line.
const lineApart = wheel.LineTimers

// TestDeadlineThatHasPassed fires at the next Expire, even one at the same tick.
func TestDeadlineThatHasPassed(t *testing.T) {
	w := wheel.New(1000)
	expire(t, w, 2000)
	w.Arm(0, 2000)
	w.Arm(40, 1500)
	w.Arm(80, 0)
	if got := w.Deadline(80); got != 1 {
		t.Errorf("deadline 0 became %d, want 1", got)
	}
	if fired := expire(t, w, 2000); !slices.Equal(fired, []uint32{0, 40, 80}) {
		t.Errorf("fired %v", fired)
	}
}

// TestReset: the last deadline counts, whichever way it moved.
func TestReset(t *testing.T) {
	f := func(deadlines ...wheel.Tick) {
		t.Helper()
		w := wheel.New(1)
		for _, d := range deadlines {
			w.Arm(7, d)
			if got := w.Deadline(7); got != d {
				t.Fatalf("deadline %d, want %d", got, d)
			}
		}
		last := deadlines[len(deadlines)-1]
		if fired := expire(t, w, last-1); len(fired) != 0 {
			t.Errorf("%v: fired before", deadlines)
		}
		if fired := expire(t, w, last); !slices.Equal(fired, []uint32{7}) {
			t.Errorf("%v: did not fire", deadlines)
		}
		if fired := expire(t, w, wheel.MaxTick); len(fired) != 0 {
			t.Errorf("%v: fired again", deadlines)
		}
	}
	f(100)
	f(100, 100)
	f(100, 200)
	f(200, 100)
	f(200, 100, 300)
	f(300, 100, 200)
	f(864_000, 100)
	f(100, 864_000)
	f(1<<25, 1<<18, 1<<11, 2)
	f(2, 1<<11, 1<<18, 1<<25)
	f(5000, 4999, 5000)
}

// TestTryArm says when a store is enough.
func TestTryArm(t *testing.T) {
	w := wheel.New(1)
	f := func(what string, h uint32, deadline wheel.Tick, want bool) {
		t.Helper()
		before := w.Deadline(h)
		got := w.TryArm(h, deadline)
		if got != want {
			t.Errorf("%s: %t, want %t", what, got, want)
		}
		after := w.Deadline(h)
		if got && after != deadline || !got && after != before {
			t.Errorf("%s: deadline %d became %d", what, before, after)
		}
		if err := w.Check(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	f("a handle beyond all", 3, 100, false)
	w.Arm(3, 100)
	f("an earlier deadline", 3, 99, false)
	f("a later deadline", 3, 101, true)
	f("the last tick there is", 3, wheel.MaxTick, true)
	f("another timer of the line", 4, 200, true)
	f("a timer of another line", 3+lineApart, 100, false)
	f("the last tick there is, of another line", 3+lineApart, wheel.MaxTick, false)
	f("what was before the origin", 3, 0, false)
	w.Shift(1000)
	f("before the origin after a shift", 3, 1000, false)
}

// TestHandleReuse: a handle's next user never sees what the one before has left.
func TestHandleReuse(t *testing.T) {
	w := wheel.New(1)
	w.Arm(5, 50)
	w.Disarm(5)
	if d := w.Deadline(5); d != 0 {
		t.Errorf("disarmed, deadline %d", d)
	}
	w.Arm(5, 90)
	if fired := expire(t, w, 89); len(fired) != 0 {
		t.Errorf("fired %v for the user before", fired)
	}
	if fired := expire(t, w, 90); !slices.Equal(fired, []uint32{5}) {
		t.Errorf("fired %v", fired)
	}
	w.Arm(5, 91)
	w.Disarm(5)
	if fired := expire(t, w, 1000); len(fired) != 0 {
		t.Errorf("fired %v after Disarm", fired)
	}
	if n := w.Stats().Entries; n != 0 {
		t.Errorf("%d entries are left", n)
	}
}

// TestNeverArmed: handles that the wheel has not seen are not armed.
func TestNeverArmed(t *testing.T) {
	w := wheel.New(1)
	for _, h := range []uint32{0, 1, wheel.ChunkTimers, 1<<32 - 1} {
		w.Disarm(h)
		if d := w.Deadline(h); d != 0 {
			t.Errorf("deadline of %d: %d", h, d)
		}
	}
	if s, empty := w.Stats(), wheel.New(1).Stats(); s != empty {
		t.Errorf("%+v, want %+v", s, empty)
	}
}

// TestTimeDoesNotGoBack: an earlier now does nothing, not even fire what is due.
func TestTimeDoesNotGoBack(t *testing.T) {
	w := wheel.New(1)
	expire(t, w, 100)
	w.Arm(1, 50)
	if fired := expire(t, w, 99); len(fired) != 0 {
		t.Errorf("fired %v", fired)
	}
	if lag := w.Lag(99); lag != 0 {
		t.Errorf("lag %d", lag)
	}
	if fired := expire(t, w, 100); len(fired) != 1 {
		t.Errorf("fired %v", fired)
	}
	w.Arm(1, 200)
	w.Shift(36_000)
	if fired := expire(t, w, 5); len(fired) != 0 || w.Deadline(1) != 36_200 {
		t.Errorf("fired %v at what was before the shift", fired)
	}
}

// TestNewAtZero: the wheel is not behind before the clock's first tick.
func TestNewAtZero(t *testing.T) {
	w := wheel.New(0)
	if lag := w.Lag(1); lag != 0 {
		t.Errorf("lag %d", lag)
	}
	w.Arm(0, 1)
	if fired := expire(t, w, 0); len(fired) != 0 {
		t.Errorf("fired %v before the deadline", fired)
	}
	if fired := expire(t, w, 1); len(fired) != 1 {
		t.Error("did not fire")
	}
}

// TestTicksCostBudget: a jump of now over many ticks is bounded work, too.
func TestTicksCostBudget(t *testing.T) {
	w := wheel.New(1)
	w.Arm(0, 2001)
	if fired, more := w.Expire(2001, make([]uint32, 0, 1), 100); len(fired) != 0 || !more {
		t.Errorf("fired %v, more %t", fired, more)
	}
	if lag := w.Lag(2001); lag != 1900 {
		t.Errorf("lag %d, want 1900", lag)
	}
}

// TestBudget: an Expire examines no more lines than it may, and the rest comes
// later: nothing is lost, nothing is fired twice, Lag tells how late it is.
func TestBudget(t *testing.T) {
	const timers, budget = 10_000, 10
	w := wheel.New(1)
	for h := range uint32(timers) {
		w.Arm(h, 100)
	}
	seen := make([]bool, timers)
	dst := make([]uint32, 0, timers)
	fired, more := w.Expire(99, dst, plenty)
	if len(fired) != 0 || more {
		t.Fatal("fired before")
	}
	calls := 0
	for now := wheel.Tick(100); ; now++ {
		fired, more := w.Expire(now, dst, budget)
		if len(fired) > budget*wheel.LineTimers {
			t.Fatalf("fired %d with a budget of %d lines", len(fired), budget)
		}
		for _, h := range fired {
			if seen[h] {
				t.Fatalf("%d fired twice", h)
			}
			seen[h] = true
		}
		if calls++; !more {
			break
		}
		if lag := w.Lag(now); lag != now-100 {
			t.Fatalf("lag %d at %d", lag, now)
		}
		if err := w.Check(); err != nil {
			t.Fatal(err)
		}
	}
	if slices.Contains(seen, false) {
		t.Error("timers are lost")
	}
	if least := timers / wheel.LineTimers / budget; calls < least || calls > 2*least {
		t.Errorf("%d calls, want about %d", calls, least)
	}
}

// TestNoBudget: without budget nothing is done, and without room nothing fired.
func TestNoBudget(t *testing.T) {
	w := wheel.New(1)
	w.Arm(1, 10)
	f := func(what string, dst []uint32, budget int) {
		t.Helper()
		fired, more := w.Expire(20, dst, budget)
		if !more || len(fired) != len(dst) || w.Deadline(1) != 10 || budget <= 0 && w.Lag(20) != 19 {
			t.Errorf("%s: fired %v, more %t, lag %d", what, fired, more, w.Lag(20))
		}
		if err := w.Check(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	f("no budget", make([]uint32, 0, 10), 0)
	f("negative budget", make([]uint32, 0, 10), -1)
	f("no room", nil, plenty)
	f("full", []uint32{7}, plenty)
}

// TestRoom: dst is appended to and never reallocated, also within a line.
func TestRoom(t *testing.T) {
	w := wheel.New(1)
	for h := range uint32(10) {
		w.Arm(h, 10)
	}
	dst := append(make([]uint32, 0, 4), 99)
	var all []uint32
	for more := true; more; {
		var fired []uint32
		fired, more = w.Expire(10, dst, plenty)
		if fired[0] != 99 || cap(fired) != cap(dst) {
			t.Fatalf("fired %v, capacity %d", fired, cap(fired))
		}
		all = append(all, fired[1:]...)
		if err := w.Check(); err != nil {
			t.Fatal(err)
		}
	}
	if slices.Sort(all); !slices.Equal(all, []uint32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) {
		t.Errorf("fired %v", all)
	}
}

// TestDescentIsSpread: the lines of an upper slot do not come down at once, but
// an even share of them in each tick of the span before.
func TestDescentIsSpread(t *testing.T) {
	f := func(level int, deadline, span wheel.Tick, lines int) {
		t.Helper()
		w := wheel.New(1)
		for l := range uint32(lines) {
			w.Arm(l*lineApart, deadline)
		}
		share := (lines-1)/int(span) + 1
		begin := deadline / span * span
		dst := make([]uint32, 0, 1)
		w.Expire(begin-span-1, dst, plenty)
		for now := begin - span; now < begin; now++ {
			before := w.Above(level)
			if _, more := w.Expire(now, dst, plenty); more {
				t.Fatalf("more at %d", now)
			}
			if down := before - w.Above(level); down > share {
				t.Fatalf("%d lines came down at %d, of %d in %d ticks", down, now, lines, span)
			}
		}
		if left := w.Above(level); left != 0 {
			t.Fatalf("%d lines are still in level %d when their slot begins", left, level)
		}
		if err := w.Check(); err != nil {
			t.Fatal(err)
		}
	}
	f(1, 50<<10+1, 1<<10, 10_000)
	f(1, 50<<10+1, 1<<10, 1024)
	f(1, 50<<10+1, 1<<10, 100)
	f(2, 3<<17, 1<<17, 10_000)
}

// TestShift moves what is armed, and now, alike.
func TestShift(t *testing.T) {
	w := wheel.New(100)
	w.Arm(1, 150)
	w.Arm(2, 864_000)
	w.Shift(36_000)
	if d1, d2 := w.Deadline(1), w.Deadline(2); d1 != 36_150 || d2 != 900_000 {
		t.Errorf("deadlines %d, %d", d1, d2)
	}
	if lag := w.Lag(36_100); lag != 0 {
		t.Errorf("lag %d at the tick that the jump has led to", lag)
	}
	if fired := expire(t, w, 36_149); len(fired) != 0 {
		t.Errorf("fired %v early", fired)
	}
	w.Arm(3, 36_150)
	if fired := expire(t, w, 36_150); !slices.Equal(fired, []uint32{1, 3}) {
		t.Errorf("fired %v", fired)
	}
	w.Arm(4, 36_000) // before the shifted epoch, so the deadline has passed
	if d := w.Deadline(4); d != 36_001 {
		t.Errorf("deadline %d, want 36001", d)
	}
	if fired := expire(t, w, 36_150); !slices.Equal(fired, []uint32{4}) {
		t.Errorf("fired %v", fired)
	}
	if fired := expire(t, w, 900_000); !slices.Equal(fired, []uint32{2}) {
		t.Errorf("fired %v", fired)
	}
}

// TestEndOfTime: what saturates does so without harm.
func TestEndOfTime(t *testing.T) {
	w := wheel.New(1)
	w.Arm(1, wheel.MaxTick)
	w.Arm(2, wheel.MaxTick-1)
	w.Shift(wheel.MaxTick)
	w.Shift(wheel.MaxTick)
	if d := w.Deadline(1); d != wheel.MaxTick {
		t.Errorf("deadline %d, want MaxTick", d)
	}
	w.Arm(3, 5)
	if fired := expire(t, w, wheel.MaxTick); !slices.Equal(fired, []uint32{3}) {
		t.Errorf("fired %v", fired)
	}
	w = wheel.New(wheel.MaxTick)
	w.Arm(1, wheel.MaxTick)
	if fired := expire(t, w, wheel.MaxTick); !slices.Equal(fired, []uint32{1}) {
		t.Errorf("fired %v", fired)
	}
}

// TestStats counts timers and entries.
func TestStats(t *testing.T) {
	w := wheel.New(1)
	for h := range uint32(100) {
		w.Arm(h, 1200)
	}
	w.Disarm(0)
	w.Disarm(0)
	s := w.Stats()
	if s.Armed != 99 || s.Entries != 7 {
		t.Errorf("%+v, want 99 armed, 7 entries", s)
	}
	if want := wheel.WheelBytes + wheel.ChunkBytes + wheel.ChunkEntryBytes + wheel.BlocksChunkBytes + wheel.BlocksEntryBytes; s.Bytes != want {
		t.Errorf("%d bytes, want %d", s.Bytes, want)
	}
}
