package wheel_test

import (
	"container/heap"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/ppspd/ppspd/wheel"
)

// A twin keeps the wheel's promise in the plainest way: a heap of deadlines.
// Its time is the owner's, it knows neither lines nor levels.
type twin struct {
	timers  timerHeap
	armed   map[uint32]*twinTimer
	earlier wheel.Tick // no deadline is before this one: what Shift makes of tick 1
}

type twinTimer struct {
	handle   uint32
	deadline wheel.Tick
	index    int // in timers
}

func newTwin() *twin {
	return &twin{armed: map[uint32]*twinTimer{}, earlier: 1}
}

func (t *twin) arm(h uint32, deadline wheel.Tick) {
	t.disarm(h)
	timer := &twinTimer{handle: h, deadline: max(deadline, t.earlier)}
	t.armed[h] = timer
	heap.Push(&t.timers, timer)
}

func (t *twin) disarm(h uint32) {
	if timer := t.armed[h]; timer != nil {
		heap.Remove(&t.timers, timer.index)
		delete(t.armed, h)
	}
}

func (t *twin) deadline(h uint32) wheel.Tick {
	if timer := t.armed[h]; timer != nil {
		return timer.deadline
	}
	return 0
}

// shift keeps the order of the heap: all deadlines move alike.
func (t *twin) shift(by wheel.Tick) {
	t.earlier += by
	for _, timer := range t.timers {
		timer.deadline += by
	}
}

// earliest returns the earliest deadline, and false when there is none.
func (t *twin) earliest() (wheel.Tick, bool) {
	if len(t.timers) == 0 {
		return wheel.MaxTick, false
	}
	return t.timers[0].deadline, true
}

// timerHeap is a container/heap by deadline.
type timerHeap []*twinTimer

func (h timerHeap) Len() int           { return len(h) }
func (h timerHeap) Less(i, j int) bool { return h[i].deadline < h[j].deadline }
func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *timerHeap) Push(x any) {
	x.(*twinTimer).index = len(*h)
	*h = append(*h, x.(*twinTimer))
}

func (h *timerHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// A pair is a wheel and its twin, given the same operations. Each method
// returns an error when the wheel breaks its promise.
type pair struct {
	wheel *wheel.Wheel
	twin  *twin
	now   wheel.Tick
	fired []uint32 // reused; its capacity is the room for one Expire
}

func newPair(now wheel.Tick, room int) *pair {
	return &pair{wheel: wheel.New(now), twin: newTwin(), now: max(now, 1), fired: make([]uint32, 0, room)}
}

func (p *pair) arm(h uint32, deadline wheel.Tick) error {
	p.wheel.Arm(h, deadline)
	p.twin.arm(h, deadline)
	return p.same(h)
}

func (p *pair) disarm(h uint32) error {
	p.wheel.Disarm(h)
	p.twin.disarm(h)
	return p.same(h)
}

func (p *pair) shift(by wheel.Tick) {
	p.wheel.Shift(by)
	p.twin.shift(by)
	p.now += by
}

func (p *pair) same(h uint32) error {
	if got, want := p.wheel.Deadline(h), p.twin.deadline(h); got != want {
		return fmt.Errorf("timer %d: deadline %d, want %d", h, got, want)
	}
	return nil
}

// expire gives the wheel one slice of work at now: what fires must be due, and
// when there is no more, nothing that is due may be left.
func (p *pair) expire(budget int) (more bool, err error) {
	fired, more := p.wheel.Expire(p.now, p.fired[:0], budget)
	if cap(fired) != cap(p.fired) {
		return false, fmt.Errorf("room grew from %d to %d", cap(p.fired), cap(fired))
	}
	for _, h := range fired {
		if d := p.twin.deadline(h); d == 0 || d > p.now {
			return false, fmt.Errorf("timer %d with deadline %d fired at %d", h, d, p.now)
		}
		p.twin.disarm(h)
		if err := p.same(h); err != nil {
			return false, err
		}
	}
	if d, ok := p.twin.earliest(); ok && !more && d <= p.now {
		return false, fmt.Errorf("deadline %d has not fired at %d", d, p.now)
	}
	if lag := p.wheel.Lag(p.now); !more && lag != 0 {
		return false, fmt.Errorf("lag %d with no more to do", lag)
	}
	return more, nil
}

// check compares everything that can be counted.
func (p *pair) check() error {
	stats := p.wheel.Stats()
	if stats.Armed != len(p.twin.armed) {
		return fmt.Errorf("%d armed, want %d", stats.Armed, len(p.twin.armed))
	}
	return p.wheel.Check()
}

// A usage is how timers are used in a random test, in ticks and in how many of
// 100 steps do what.
type usage struct {
	name                   string
	handles                uint32 // fewer handles, more of them reused
	minTimeout, maxTimeout wheel.Tick
	maxStep                wheel.Tick // between two calls of Expire
	disarm                 int        // steps that disarm
	past                   int        // steps that arm with a deadline before now
	jump                   int        // steps that shift by up to 1 h
	maxBudget, room        int        // of one Expire
	perTick                int        // steps between two ticks
	ticks                  wheel.Tick // how long it lasts
}

var usages = []usage{
	{name: "track timer", handles: 5000, minTimeout: 1200, maxTimeout: 1200, maxStep: 1, disarm: 5, maxBudget: 1000, room: 1000, perTick: 10, ticks: 10_000},
	{name: "both timers", handles: 300, minTimeout: 100, maxTimeout: 1200, maxStep: 1, disarm: 20, past: 1, maxBudget: 1000, room: 100, perTick: 3, ticks: 20_000},
	{name: "few handles", handles: 17, minTimeout: 1, maxTimeout: 50, maxStep: 2, disarm: 40, past: 10, maxBudget: 3, room: 3, perTick: 3, ticks: 20_000},
	{name: "one handle", handles: 1, minTimeout: 1, maxTimeout: 5000, maxStep: 20, disarm: 30, past: 5, maxBudget: 2, room: 1, perTick: 4, ticks: 100_000},
	{name: "backlog", handles: 3000, minTimeout: 1, maxTimeout: 300, maxStep: 3, disarm: 5, maxBudget: 4, room: 4, perTick: 20, ticks: 4_000},
	{name: "level 0 and 1", handles: 2000, minTimeout: 1, maxTimeout: 3 * wheel.NearSlots, maxStep: 5, disarm: 5, maxBudget: 500, room: 500, perTick: 5, ticks: 40_000},
	{name: "slot borders", handles: 64, minTimeout: 1020, maxTimeout: 2052, maxStep: 1, disarm: 10, maxBudget: 100, room: 100, perTick: 1, ticks: 40_000},
	{name: "24 h", handles: 3000, minTimeout: 1, maxTimeout: 864_000, maxStep: 2000, disarm: 3, maxBudget: 3000, room: 1000, perTick: 30, ticks: 2_000_000},
	{name: "beyond 24 h", handles: 500, minTimeout: 700_000, maxTimeout: 2_000_000, maxStep: 60_000, disarm: 3, maxBudget: 60_000, room: 1000, perTick: 10, ticks: 20_000_000},
	{name: "every level", handles: 500, minTimeout: 1, maxTimeout: 1 << 30, maxStep: 1 << 16, disarm: 2, maxBudget: 1 << 16, room: 1000, perTick: 3, ticks: 1 << 24},
	{name: "suspend", handles: 1000, minTimeout: 1, maxTimeout: 3000, maxStep: 3, disarm: 5, past: 2, jump: 2, maxBudget: 100, room: 50, perTick: 5, ticks: 40_000},
	{name: "suspend with backlog", handles: 1000, minTimeout: 1, maxTimeout: 300_000, maxStep: 300, disarm: 5, past: 2, jump: 5, maxBudget: 150, room: 5, perTick: 5, ticks: 400_000},
}

var seed = flag.Uint64("seed", 0, "seed of the random tests; 0 takes one from the clock")

// newRand returns a source of randomness whose seed is in the test's log.
func newRand(t *testing.T) *rand.Rand {
	s := *seed
	if s == 0 {
		s = uint64(time.Now().UnixNano())
	}
	t.Logf("-seed %d", s)
	return rand.New(rand.NewPCG(s, 0))
}

// TestTwin runs every usage at random against the twin.
func TestTwin(t *testing.T) {
	for _, u := range usages {
		t.Run(u.name, func(t *testing.T) {
			t.Parallel()
			r := newRand(t)
			p := newPair(wheel.Tick(r.Uint32N(100_000)), u.room)
			if err := u.run(p, r); err != nil {
				t.Fatalf("at tick %d: %v", p.now, err)
			}
		})
	}
}

// run lives through the usage and ends with a wheel that is empty.
func (u usage) run(p *pair, r *rand.Rand) error {
	for end := p.now + u.ticks; p.now < end; {
		for range u.perTick {
			if err := u.step(p, r); err != nil {
				return err
			}
		}
		p.now += wheel.Tick(r.Uint32N(uint32(u.maxStep) + 1))
		if _, err := p.expire(1 + r.IntN(u.maxBudget)); err != nil {
			return err
		}
		if r.IntN(100) == 0 {
			if err := p.check(); err != nil {
				return err
			}
		}
	}
	return u.drain(p)
}

// step does one operation to a timer, or to the clock.
func (u usage) step(p *pair, r *rand.Rand) error {
	h := r.Uint32N(u.handles)
	timeout := u.minTimeout + wheel.Tick(r.Uint32N(uint32(u.maxTimeout-u.minTimeout)+1))
	n := r.IntN(100)
	switch {
	case n < u.disarm:
		return p.disarm(h)
	case n < u.disarm+u.past:
		return p.arm(h, p.now-min(p.now, timeout))
	case n < u.disarm+u.past+u.jump:
		if r.IntN(10) == 0 {
			p.shift(50 + wheel.Tick(r.Uint32N(36_000)))
		}
		return nil
	}
	return p.arm(h, p.now+timeout)
}

// drain expires what is armed, in slices, from deadline to deadline.
func (u usage) drain(p *pair) error {
	for p.wheel.Stats().Entries != 0 {
		earliest, _ := p.twin.earliest()
		p.now = max(p.now, earliest)
		for more := true; more; {
			var err error
			if more, err = p.expire(u.maxBudget + 1000); err != nil {
				return err
			}
		}
		if err := p.check(); err != nil {
			return err
		}
	}
	if len(p.twin.armed) != 0 {
		return fmt.Errorf("%d timers are lost", len(p.twin.armed))
	}
	return nil
}
