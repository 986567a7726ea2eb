package swarm

import "testing"

// A mark fits beside any number of a stat, and says where a card is.
func TestMark(t *testing.T) {
	var k mark
	k.setStat(slabLimit - 1)
	k.setPlace(formSlim, segmentMax-1)
	form, first := k.place()
	if k.stat() != slabLimit-1 || form != formSlim || first != segmentMax-fullBlock {
		t.Fatalf("mark %#x: stat %d, form %d, first %d", k, k.stat(), form, first)
	}
	k.setStat(0)
	if form, first := k.place(); k.stat() != 0 || form != formSlim || first != segmentMax-fullBlock {
		t.Fatalf("mark %#x without a stat lost its place", k)
	}
}

// Whoever has looked for its card knows the block that it is in; when others
// have moved the card, the next look finds it all the same.
func TestMarkFollowsCard(t *testing.T) {
	const n = 900
	x, _ := newSide(n)
	s := x.StripeAt(0)
	found, stale := 0, 0
	look := func() {
		for h := Handle(1); h < s.Limit(); h++ {
			if !s.Exists(h) {
				continue
			}
			m, _ := s.First(h)
			before := *s.markOf(h, m)
			s.CardOf(h, m, nil)
			at := s.markOf(h, m)
			if *at != before {
				stale++
			}
			form, first := at.place()
			g := x.segment(s.segmentOf(h, m))
			if _, ok := x.findIn(&g.regions[form], form, first, s.Number(h)); !ok {
				t.Fatalf("peer %d is not in block %d of form %d", h, first/fullBlock, form)
			}
			found++
		}
	}
	look()
	if found != n {
		t.Fatalf("%d of %d cards found", found, n)
	}
	stale = 0
	if look(); stale != 0 {
		t.Errorf("%d marks changed although nothing moved", stale)
	}
	for h := Handle(1); h < s.Limit(); h += 2 {
		s.Remove(h)
	}
	if look(); stale == 0 {
		t.Error("half of the side has left, and no card has moved")
	}
}
