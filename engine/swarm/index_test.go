package swarm

import (
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

func TestStripes(t *testing.T) {
	for _, c := range []struct{ want, got int }{{0, 256}, {-1, 256}, {1, 1}, {3, 4}, {64, 64}, {1000, 256}} {
		x := New(Config{Stripes: c.want})
		if x.Stripes() != c.got {
			t.Errorf("Stripes: %d makes %d, want %d", c.want, x.Stripes(), c.got)
		}
		for i := range x.Stripes() {
			if x.StripeAt(i).Index() != i {
				t.Errorf("stripe %d says it is %d", i, x.StripeAt(i).Index())
			}
		}
	}
}

// TestHashes checks that two indexes do not agree on a hash: nobody can compute
// one outside.
func TestHashes(t *testing.T) {
	x, y := New(Config{Stripes: 1, Seed: 1}), New(Config{Stripes: 1, Seed: 1})
	id := []byte("peer")
	if x.Hash(id) != x.Hash([]byte("peer")) || x.Hash(id) == y.Hash(id) {
		t.Error("Hash is not keyed, or not a function")
	}
	v4 := netip.MustParseAddr("192.0.2.1")
	mapped := netip.MustParseAddr("::ffff:192.0.2.1")
	if x.HashIP(v4) != x.HashIP(mapped) || x.HashIP(v4) == y.HashIP(v4) || x.HashIP(v4)>>63 != 1 {
		t.Error("HashIP is not keyed, not a function, or without the top bit")
	}
}

// TestDrawSides checks what comes from which side, and from how many windows.
func TestDrawSides(t *testing.T) {
	c := crowd{x: New(Config{Stripes: 1, Seed: 1}), swarm: func(int) int { return 0 }}
	for i := range 3000 {
		c.add(i)
	}
	r, _ := c.x.Lookup([]byte("0"))
	rnd := rand.NewPCG(1, 2)
	for _, n := range []struct{ seeders, leechers int }{{0, 0}, {25, 25}, {0, 50}, {2, 50}, {50, 3}, {1500, 1500}, {5000, 0}} {
		var s Sample
		drawn := c.x.DrawSides(&s, &c.text, r, n.seeders, n.leechers, rnd)
		if drawn != min(n.seeders, 1500) || len(s.Cards) != drawn+min(n.leechers, 1500) || len(s.Owners) != len(s.Cards) {
			t.Errorf("%+v: %d seeders of %d", n, drawn, len(s.Cards))
		}
		for i := range s.Cards {
			if (s.Cards[i].Traits.Mode() == codec.ModeSeed) != (i < drawn) {
				t.Errorf("%+v: card %d is a %v", n, i, s.Cards[i].Traits.Mode())
			}
		}
	}
}

// TestHandles checks that handles are dense, and go over all peers.
func TestHandles(t *testing.T) {
	x := New(Config{Stripes: 1})
	s := x.StripeAt(0)
	if s.Limit() != 1 || s.Len() != 0 {
		t.Errorf("empty: limit %d, len %d", s.Limit(), s.Len())
	}
	for i := range 10 {
		id := []byte{'a' + byte(i)}
		if h := s.Add(x.Hash(id), id); h != Handle(i+1) || s.Number(h) != uint32(h) {
			t.Errorf("peer %d has handle %d", i, h)
		}
	}
	s.Remove(4)
	s.Remove(7)
	for _, want := range []Handle{7, 4, 11} {
		id := []byte{byte(want)}
		if h := s.Add(x.Hash(id), id); h != want {
			t.Errorf("handle %d, want %d", h, want)
		}
	}
	s.Remove(2)
	for h := Handle(1); h < s.Limit(); h++ {
		if s.Exists(h) != (h != 2) {
			t.Errorf("Exists(%d) = %v", h, s.Exists(h))
		}
	}
	if s.Limit() != 12 || s.Len() != 10 {
		t.Errorf("limit %d, len %d", s.Limit(), s.Len())
	}
}
