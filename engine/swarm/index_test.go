package swarm

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

func TestSmoke(t *testing.T) {
	x := New(Config{Stripes: 4, Seed: 1})
	var text codec.Text
	swarm := []byte("1111")
	for i := range 3000 {
		id := []byte(fmt.Sprintf("%08x-0000-4000-8000-000000000000", i))
		h := x.Hash(id)
		s := x.Stripe(h)
		s.Lock()
		p := s.Add(h, id)
		var c codec.Card
		codec.PutCard(&c, &text, id, nil)
		m, made, ok := s.Join(p, swarm, codec.ModeLeech, &c, &text)
		if made != (i == 0) || !ok {
			t.Fatal(i, made, ok)
		}
		if i%3 == 0 {
			s.SetMode(p, m, codec.ModeSeed)
		}
		if f, ok := s.Find(h, id); !ok || f != p {
			t.Fatal("not found")
		}
		s.Unlock()
	}
	r, ok := x.Lookup(swarm)
	if !ok {
		t.Fatal("no swarm")
	}
	fmt.Println(x.Counts(r))
	var sm Sample
	rnd := rand.NewPCG(1, 2)
	for range 1000 {
		sm.Reset()
		x.Draw(&sm, &text, r, codec.ModeLeech, 50, rnd)
		if len(sm.Cards) != 50 {
			t.Fatal(len(sm.Cards))
		}
		seen := map[uint32]bool{}
		for _, o := range sm.Owners {
			if seen[o] {
				t.Fatal("twice")
			}
			seen[o] = true
		}
	}
	for i := range 3000 {
		id := []byte(fmt.Sprintf("%08x-0000-4000-8000-000000000000", i))
		h := x.Hash(id)
		s := x.Stripe(h)
		s.Lock()
		p, ok := s.Find(h, id)
		if !ok {
			t.Fatal(i)
		}
		s.Remove(p)
		s.Unlock()
	}
	if _, ok := x.Lookup(swarm); ok {
		t.Fatal("swarm left")
	}
}
