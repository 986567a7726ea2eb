package swarm

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

// newSide makes a swarm "0" with n leechers, peer i with handle i+1. With one
// stripe and a fixed seed every run is the same.
func newSide(n int) (x *Index, r Ref) {
	x = New(Config{Stripes: 1, Seed: 1})
	c := crowd{x: x, n: n, swarm: func(int) int { return 0 }}
	for i := range n {
		c.addAs(i, codec.ModeLeech)
	}
	r, _ = x.Lookup([]byte("0"))
	return x, r
}

// TestDrawUniform draws often and counts how often each member comes: like a
// fair lottery, for every kind of directory.
func TestDrawUniform(t *testing.T) {
	for _, c := range []struct{ side, n, rounds int }{
		{30, 13, 20_000},
		{1000, 50, 20_000},
		{5000, 50, 20_000},
		{45_000, 60, 24_000},
	} {
		if raceEnabled {
			c.rounds /= 8
		}
		x, r := newSide(c.side)
		rnd := rand.NewPCG(3, 4)
		var s Sample
		var text codec.Text
		times := make([]float64, c.side+1)
		for range c.rounds {
			s.Reset()
			x.Draw(&s, &text, r, codec.ModeLeech, c.n, rnd)
			for _, o := range s.Owners {
				times[o]++
			}
		}
		uniform(t, times[1:], c.n, c.rounds)
	}
}

// uniform checks counts of rounds draws of n: each is binomial, and members of
// the same window come together, which widens the spread of chi-square.
func uniform(t *testing.T, times []float64, n, rounds int) {
	t.Helper()
	members := float64(len(times))
	p := float64(n) / members
	want, sigma := float64(rounds)*p, math.Sqrt(float64(rounds)*p*(1-p))
	sum, chi := 0.0, 0.0
	for i, v := range times {
		if sum += v; math.Abs(v-want) > 6*sigma {
			t.Errorf("side of %d: member %d came %v times, want %.1f ± %.1f", len(times), i, v, want, sigma)
		}
		chi += (v - want) * (v - want) / (sigma * sigma)
	}
	window := float64(n) / Windows
	if off := (chi/members - 1) / math.Sqrt(2*window/members); math.Abs(off) > 5 {
		t.Errorf("side of %d: chi-square per member %.3f is %.1f deviations off", len(times), chi/members, off)
	}
	if full := float64(rounds * n); sum < 0.999*full || sum > full {
		t.Errorf("side of %d: %v cards drawn, want %v", len(times), sum, full)
	}
}

// TestDrawNeighbours bounds how often two members come together who have joined
// one after the other, or who were neighbours in the arrays before others came
// and went, compared with any two.
func TestDrawNeighbours(t *testing.T) {
	const side, n, rounds = 1000, 48, 3000
	x, r := newSide(side)
	together := func(next func(owner uint32) uint32) float64 {
		rnd := rand.NewPCG(5, 6)
		var s Sample
		var text codec.Text
		pairs := 0
		for range rounds {
			s.Reset()
			x.Draw(&s, &text, r, codec.ModeLeech, n, rnd)
			drawn := map[uint32]bool{}
			for _, o := range s.Owners {
				drawn[o] = true
			}
			for _, o := range s.Owners {
				if drawn[next(o)] {
					pairs++
				}
			}
		}
		return float64(pairs) / rounds * side / (n * (n - 1))
	}
	if v := together(func(o uint32) uint32 { return o + 1 }); v > 1.5 {
		t.Errorf("who joined one after the other comes together %.2f times as often as any two", v)
	}
	var all Sample
	var text codec.Text
	x.Draw(&all, &text, r, codec.ModeLeech, side, rand.NewPCG(1, 1))
	neighbour := map[uint32]uint32{}
	for i, o := range all.Owners {
		neighbour[o] = all.Owners[(i+1)%side]
	}
	next := func(o uint32) uint32 { return neighbour[o] }
	if v := together(next); v < 10 {
		t.Errorf("neighbours come together only %.2f times as often: the test measures nothing", v)
	}
	// Half of the members leave and others come.
	c := crowd{x: x, n: side, swarm: func(int) int { return 0 }}
	for i := range side / 2 {
		c.remove(2 * i)
		c.addAs(side+i, codec.ModeLeech)
		delete(neighbour, uint32(2*i+1))
	}
	for o, v := range neighbour {
		if _, ok := neighbour[v]; !ok {
			delete(neighbour, o)
		}
	}
	v := together(next) * side / float64(len(neighbour))
	if v > 3 {
		t.Errorf("old neighbours come together %.2f times as often as any two", v)
	}
}

// TestDrawShrunk draws from a side whose directory is far too large for it.
func TestDrawShrunk(t *testing.T) {
	const side, left = 45_000, 100
	x, r := newSide(side)
	c := crowd{x: x}
	for i := left; i < side; i++ {
		c.remove(i)
	}
	if err := x.Check(); err != nil {
		t.Fatal(err)
	}
	rnd := rand.NewPCG(7, 8)
	var s Sample
	var text codec.Text
	for _, n := range []int{1, 4, 50, 99, 100, 200} {
		for range 20 {
			s.Reset()
			x.Draw(&s, &text, r, codec.ModeLeech, n, rnd)
			seen := map[uint32]bool{}
			for _, o := range s.Owners {
				if seen[o] || o > left {
					t.Fatalf("member %d comes twice, or has left", o)
				}
				seen[o] = true
			}
			if len(s.Owners) != min(n, left) {
				t.Fatalf("%d members, want %d", len(s.Owners), min(n, left))
			}
		}
	}
	for i := range left {
		c.remove(i)
	}
	s.Reset()
	if x.Draw(&s, &text, r, codec.ModeLeech, 10, rnd); len(s.Owners) != 0 {
		t.Fatal("a dead swarm has members")
	}
	if err := x.Check(); err != nil {
		t.Fatal(err)
	}
}

// TestDrawLate lists a swarm that was emptied, and whose number and segment
// another swarm has got, between reading the directory and taking the lock.
func TestDrawLate(t *testing.T) {
	x := New(Config{Stripes: 1, Seed: 1})
	c := crowd{x: x, swarm: func(i int) int { return i / 10 }}
	for i := range 3 {
		c.addAs(i, codec.ModeLeech)
	}
	r, _ := x.Lookup([]byte("0"))
	var s Sample
	d := drawing{index: x, sample: &s, text: &c.text, ref: r, mode: codec.ModeLeech}
	d.walk.open(x, r, codec.ModeLeech)
	for i := range 3 {
		c.remove(i)
		c.addAs(10+i, codec.ModeLeech)
	}
	if other, _ := x.Lookup([]byte("1")); other.number == r.number && other.gen == r.gen {
		t.Fatalf("%+v is a Ref twice", r)
	}
	d.lay(3, 1, rand.NewPCG(1, 1))
	d.unlock()
	if len(s.Owners) != 0 {
		t.Errorf("lists %d members of another swarm", len(s.Owners))
	}
	if _, _, ok := x.Swarm(nil, r); ok {
		t.Error("the Ref is alive")
	}
}

// TestJoinSpread bounds how many of the joins of a large side meet in the same
// segment, that is, at the same lock.
func TestJoinSpread(t *testing.T) {
	const side, joins = 20_000, 500
	x, _ := newSide(side)
	c := crowd{x: x, swarm: func(int) int { return 0 }}
	s := x.StripeAt(0)
	met := map[uint32]int{}
	for i := range joins {
		c.addAs(side+i, codec.ModeLeech)
		met[s.segmentOf(Handle(side+i+1), 0)]++
	}
	for number, n := range met {
		if n > joins/4 {
			t.Errorf("%d of %d joins meet in segment %x", n, joins, number)
		}
	}
}
