package swarm

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

// TestConcurrent lets peers come, change and go, from and to few swarms that are
// emptied all the time, while others list them, by old Refs too.
func TestConcurrent(t *testing.T) {
	seed := rand.Uint64()
	for _, stripes := range []int{1, 8} {
		x := New(Config{Stripes: stripes, Seed: seed})
		var work sync.WaitGroup
		for i := range 3 {
			work.Go(func() { live(x, rand.New(rand.NewPCG(seed, uint64(i))), i) })
		}
		for i := range 2 {
			work.Go(func() {
				if err := look(x, rand.NewPCG(seed, uint64(10+i))); err != nil {
					t.Errorf("seed %d: %v", seed, err)
				}
			})
		}
		work.Wait()
		if err := x.Check(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if s := x.Stats(); s.Peers != s.Seeders+s.Leechers {
			t.Errorf("seed %d: %+v", seed, s)
		}
	}
}

const crowdedSwarms = 5

// live leads the lives of the peers of one worker. The Class of a card is the
// number of its swarm.
func live(x *Index, rnd *rand.Rand, worker int) {
	var text codec.Text
	for range 5_000 {
		id := fmt.Appendf(nil, "%d-%0*d", worker, 1+rnd.IntN(2)*30, rnd.IntN(40))
		hash := x.Hash(id)
		s := x.Stripe(hash)
		s.Lock()
		h, ok := s.Find(hash, id)
		if !ok {
			h = s.Add(hash, id)
			n := rnd.IntN(crowdedSwarms)
			c := crowdedCard(&text, id, n, rnd)
			s.Join(h, fmt.Appendf(nil, "%d", n), codec.ModeLeech+codec.Mode(rnd.IntN(2)), &c, &text)
			s.Unlock()
			continue
		}
		m, _ := s.First(h)
		switch rnd.IntN(5) {
		case 0:
			s.SetMode(h, m, codec.ModeLeech+codec.Mode(rnd.IntN(2)))
		case 1:
			s.Report(h, m, Statistics{rnd.Uint64N(100), 1, 2}, 7)
		case 2:
			c := crowdedCard(&text, id, int(s.CardOf(h, m, &text).Class), rnd)
			s.SetCard(h, &c, &text)
		default:
			s.Expire(h)
		}
		s.Unlock()
		text.Scratch = text.Scratch[:0]
	}
}

func crowdedCard(t *codec.Text, id []byte, swarm int, rnd *rand.Rand) codec.Card {
	var a [3]codec.Address
	for i := range a {
		a[i].IP = [16]byte{10: 0xff, 11: 0xff, 12: 192, 15: byte(swarm)}
		a[i].Port = uint16(i + 1)
	}
	c := codec.Card{Class: uint8(swarm)}
	codec.PutCard(&c, t, id, a[:rnd.IntN(4)])
	return c
}

// look lists swarms and checks that what it sees belongs there.
func look(x *Index, rnd *rand.PCG) error {
	var refs [crowdedSwarms]Ref
	var text codec.Text
	var s Sample
	for i := range 5_000 {
		n := int(below(rnd, crowdedSwarms))
		if i%3 == 0 {
			refs[n], _ = x.Lookup(fmt.Appendf(nil, "%d", n))
		}
		mode := codec.ModeLeech + codec.Mode(below(rnd, 2))
		s.Reset()
		text.Scratch = text.Scratch[:0]
		x.Draw(&s, &text, refs[n], mode, int(below(rnd, 30)), rnd)
		for i := range s.Cards {
			c := &s.Cards[i]
			if int(c.Class) != n || c.Traits.Mode() != mode {
				return fmt.Errorf("swarm %d, %v: a card of swarm %d, %v", n, mode, c.Class, c.Traits.Mode())
			}
			for j, a := range c.AppendAddresses(nil, &text) {
				if a.IP[15] != byte(n) || a.Port != uint16(j+1) {
					return fmt.Errorf("swarm %d: address %v, %d", n, a.IP, a.Port)
				}
			}
		}
		x.Counts(refs[n])
		x.Swarm(nil, refs[n])
		if i%1000 == 0 {
			x.Stats()
			x.AppendSwarms(nil, 0, 0, 10)
		}
	}
	return nil
}
