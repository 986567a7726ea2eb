package peerlist_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/engine/peerlist"
)

// rank is what the rules say of a candidate: lower comes first; unlisted last.
func rank(w *peerlist.Want, c *candidate) int {
	const unlisted = 4
	if c.owner == w.Self || !c.v4 && !c.v6 || c.private && c.seen != w.Seen {
		return unlisted
	}
	r := 0
	usable := w.Families == 0 || c.v4 && w.Families&codec.FamilyIPv4 != 0 || c.v6 && w.Families&codec.FamilyIPv6 != 0
	if !usable {
		r += 2
	}
	p := &w.Prefer
	if p.NAT != 0 && p.NAT != c.nat || p.Links != 0 && p.Links != c.links || p.Upload != 0 && p.Upload != c.upload {
		r++
	}
	return r
}

// chooseSlow picks one peer after the other: always of the side that is behind.
func chooseSlow(w *peerlist.Want, list []candidate) (chosen []candidate) {
	var kinds [2][4][]candidate // leechers and seeders by rank
	known := map[uint32]bool{}
	for _, seeders := range []bool{true, false} {
		for _, c := range list {
			r := rank(w, &c)
			if c.seeder != seeders || r == 4 || known[c.owner] {
				continue
			}
			known[c.owner] = true
			side := 0
			if seeders {
				side = 1
			}
			kinds[side][r] = append(kinds[side][r], c)
		}
	}
	take := func(side, first int) bool {
		for r := first; r < first+2; r++ {
			if k := kinds[side][r]; len(k) > 0 {
				chosen = append(chosen, k[0])
				kinds[side][r] = k[1:]
				return true
			}
		}
		return false
	}
	for first := 0; first < 4; first += 2 {
		have := [2]int{}
		for len(chosen) < w.Count {
			side := 0
			if w.Mode == codec.ModeLeech && have[1] <= have[0] {
				side = 1
			}
			if have[side]++; take(side, first) || take(1-side, first) {
				continue
			}
			break
		}
	}
	return chosen
}

// TestTwin compares with chooseSlow: as many of each kind, the better ranks
// first, nobody twice.
func TestTwin(t *testing.T) {
	seed := rand.Uint64()
	rnd, pcg := rand.New(rand.NewPCG(seed, 1)), rand.NewPCG(seed, 2)
	for i := range 4000 {
		w := peerlist.Want{
			Count: rnd.IntN(20), Mode: codec.ModeLeech + codec.Mode(rnd.IntN(2)), Self: rnd.Uint32N(40),
			Families: codec.Families(rnd.IntN(4)), Seen: rnd.Uint32N(2),
		}
		if rnd.IntN(2) == 0 {
			w.Prefer = codec.PeerNum{NAT: codec.NAT(rnd.IntN(2)), Links: codec.Level(rnd.IntN(2)), Upload: codec.Level(rnd.IntN(2))}
		}
		list := make([]candidate, rnd.IntN(50))
		byOwner := map[uint32]*candidate{}
		for j := range list {
			list[j] = candidate{
				owner: 1 + rnd.Uint32N(60), seeder: rnd.IntN(2) == 0, v4: rnd.IntN(3) > 0, v6: rnd.IntN(3) == 0,
				private: rnd.IntN(4) == 0, seen: rnd.Uint32N(2), nat: codec.NAT(rnd.IntN(2)),
				links: codec.Level(rnd.IntN(2)), upload: codec.Level(rnd.IntN(2)),
			}
			// What an owner is twice, it is alike but for the side.
			if k := byOwner[list[j].owner]; k != nil {
				side := list[j].seeder
				list[j] = *k
				list[j].seeder = side
			}
			byOwner[list[j].owner] = &list[j]
		}
		owners, short := choose(&w, list, pcg)
		want := chooseSlow(&w, list)
		var got, expected, sorted []int
		for _, o := range owners {
			got = append(got, rank(&w, byOwner[o]))
		}
		best := 0
		for j := range want {
			expected = append(expected, rank(&w, &want[j]))
			if expected[j] == 0 {
				best++
			}
		}
		sorted = slices.Sorted(slices.Values(expected))
		if !slices.Equal(got, sorted) {
			t.Fatalf("seed %d, list %d: ranks %v, want %v", seed, i, got, sorted)
		}
		if short != (best < w.Count) {
			t.Fatalf("seed %d, list %d: short %v with %d of %d", seed, i, short, best, w.Count)
		}
		slices.Sort(owners)
		if len(slices.Compact(owners)) != len(got) || slices.Contains(owners, w.Self) {
			t.Fatalf("seed %d, list %d: %v has somebody twice, or the requester", seed, i, owners)
		}
	}
}

// TestFair counts how often each of equal candidates is chosen, and how often
// it is the first of the list.
func TestFair(t *testing.T) {
	const rounds, n, count = 20_000, 40, 10
	w := peerlist.Want{Count: count, Mode: codec.ModeLeech}
	c := candidatesOf(append(crowd(1, n/2, seeder), crowd(1+n/2, n/2, leecher)...))
	var ch peerlist.Chooser
	rnd := rand.NewPCG(3, 4)
	chosen, first := map[codec.Key]int{}, map[codec.Key]int{}
	var list []codec.ListedPeer
	for range rounds {
		list, _ = ch.Choose(list[:0], &w, c, 0, rnd)
		first[list[0].Card.Key()]++
		seeders := 0
		for i := range list {
			chosen[list[i].Card.Key()]++
			if list[i].Card.Traits.Mode() == codec.ModeSeed {
				seeders++
			}
		}
		if seeders != count/2 {
			t.Fatalf("%d seeders of %d", seeders, count)
		}
	}
	for i := range c.Cards {
		k := c.Cards[i].Key()
		if v := chosen[k]; v < 4650 || v > 5350 { // 5000, deviation 61
			t.Errorf("candidate %d is chosen %d times of %d", i, v, rounds*count/n)
		}
		if v := first[k]; v < 370 || v > 630 { // 500, deviation 22
			t.Errorf("candidate %d is the first %d times of %d", i, v, rounds/n)
		}
	}
}
