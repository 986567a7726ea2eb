package swarm

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/ppspd/ppspd/codec"
)

// TestSizes compares the sizes of the records with what the comments draw and
// Stats counts with.
func TestSizes(t *testing.T) {
	f := func(name string, got, want uintptr) {
		t.Helper()
		if got != want {
			t.Errorf("%s is %d bytes, want %d", name, got, want)
		}
	}
	f("Peer", unsafe.Sizeof(Peer{}), peerBytes)
	f("extra", unsafe.Sizeof(extra{}), extraBytes)
	f("member", unsafe.Sizeof(member{}), memberBytes)
	f("stat", unsafe.Sizeof(stat{}), statBytes)
	f("swarmRecord", unsafe.Sizeof(swarmRecord{}), swarmBytes)
	f("segment", unsafe.Sizeof(segment{}), segmentBytes)
	f("page", unsafe.Sizeof(page{}), pageBytes)
	f("root", unsafe.Sizeof(root{}), rootBytes)
	f("spine", unsafe.Sizeof(spine{}), spineBytes)
	f("slimCard", unsafe.Sizeof(slimCard{}), slimBytes)
	f("Card", unsafe.Sizeof(codec.Card{}), codec.CardSize)
	f("a slot of a table", unsafe.Sizeof(table{}.slots[:1][0]), slotBytes)
	for i := 1; i < cardClasses; i++ {
		if rooms[i] <= rooms[i-1] {
			t.Errorf("class %d has room for %d, the one before for %d", i, rooms[i], rooms[i-1])
		}
	}
	f("the last class", uintptr(rooms[fullClass]), fullBlock)
}

// TestAllocs is the promise that nothing allocates but growth.
func TestAllocs(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	c := newCrowd(5000, func(i int) int { return i % 3 })
	var b [36]byte
	id := appendUUID(b[:0], 7)
	hash := c.x.Hash(id)
	s := c.x.Stripe(hash)
	h, _ := s.Find(hash, id)
	m, _ := s.First(h)
	r := s.Swarm(h, m)
	rnd := rand.NewPCG(1, 2)
	var sample Sample
	card := c.card(id, 7)
	swarm := []byte("1")
	f := func(name string, do func()) {
		t.Helper()
		if n := testing.AllocsPerRun(1000, do); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
	f("Find", func() { s.Find(hash, id) })
	f("Member", func() { s.Member(h, swarm) })
	f("Report", func() { s.Report(h, m, Statistics{1, 2, 3}, 7) })
	f("Lookup", func() { c.x.Lookup(swarm) })
	f("Counts", func() { c.x.Counts(r) })
	f("Draw", func() {
		sample.Reset()
		c.x.Draw(&sample, &c.text, r, codec.ModeLeech, 60, rnd)
	})
	f("SetTraits", func() { s.SetTraits(h, 8) })
	f("SetCard", func() { s.SetCard(h, &card, &c.text) })
	f("SetMode", func() {
		s.SetMode(h, m, codec.ModeLeech)
		s.SetMode(h, m, codec.ModeSeed)
	})
	f("Leave and Join", func() {
		s.Leave(h, m)
		s.Join(h, swarm, codec.ModeSeed, &card, &c.text)
	})
	f("Remove and Add", func() {
		s.Remove(h)
		h = s.Add(hash, id)
		s.Join(h, swarm, codec.ModeSeed, &card, &c.text)
	})
	f("Stats", func() { c.x.Stats() })
}

// TestSlack bounds the room that lies idle: a tenth of the cards' bytes, with
// Zipf swarms and churn.
func TestSlack(t *testing.T) {
	if raceEnabled {
		t.Skip("one goroutine; slow under the race detector")
	}
	const n = 200_000
	c := newCrowd(n, zipf(n/100))
	for i := range n / 2 {
		c.remove(i)
		c.add(i + n)
	}
	used := uint32(0)
	for form := range c.x.cards.class {
		for i := range c.x.cards.class[form] {
			used += c.x.cards.class[form][i].used * room(uint8(i)) * (cardBytes[form] + ownerBytes)
		}
	}
	if need := n * (slimBytes + ownerBytes); float64(used) > 1.1*float64(need) {
		t.Errorf("%d bytes for cards that need %d", used, need)
	}
}
