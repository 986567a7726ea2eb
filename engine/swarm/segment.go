package swarm

import (
	"math/rand/v2"
	"sync"

	"github.com/ppspd/ppspd/codec"
)

// A segment holds up to segmentMax members of one side of a swarm: their cards
// and, beside, their owners (peer numbers). 48 bytes.
//
//	slots   0 ...                count of slim | ...      count
//	        region of slim cards               | region of whole ones
//
// The order in a region is random: a new member changes places with a random
// one, and with each that comes one more random pair changes places. So members
// change places inside the segment, but never leave it for another one: a
// membership knows its segment for good, and the card is found by searching the
// owners.
//
// mu guards the regions with their blocks, and the blobs of wide cards. It is
// held for a search through 4 KiB, the move of at most 64 cards into a block of
// another class, or the copy of at most 64 cards to a list. swarm, gen, mode and
// place are set by who makes the segment, under mu as well, for the lists' sake;
// who has a member in the segment may read them under the lock of the member's
// stripe. members belongs to the swarm stripe's lock.
type segment struct {
	mu      sync.Mutex
	swarm   uint32 // number in the stripe; 0: free
	gen     uint32 // of the swarm
	place   uint32 // in the directory of the side
	members uint16 // places that are promised; the count once all have come
	mode    codec.Mode
	regions [cardForms]region
}

func (g *segment) next() uint32     { return g.place }
func (g *segment) setNext(n uint32) { g.place = n }

// count is the number of members that have come.
func (g *segment) count() uint32 {
	return uint32(g.regions[formSlim].count) + uint32(g.regions[formWhole].count)
}

// newSegment makes an empty segment. The swarm stripe's lock is held.
func (ss *swarmStripe) newSegment(swarm uint32, m codec.Mode, place uint32) uint32 {
	n := ss.segments.alloc()
	g := ss.segments.at(n)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.swarm, g.gen, g.mode, g.place = swarm, ss.swarms.at(swarm).gen, m, place
	g.members = 0
	return n
}

// freeSegment frees a segment without members. The swarm stripe's lock is held:
// this and newSegment are the only places where a segment's lock is taken under
// it, and nobody takes a stripe's lock under a segment's.
func (ss *swarmStripe) freeSegment(n uint32) {
	g := ss.segments.at(n)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.swarm = 0
	ss.segments.release(n)
}

// insert puts a card into a segment that has promised a place.
func (x *Index) insert(number, owner uint32, c *codec.Card, t *codec.Text, rnd *rand.PCG) {
	stored := *c
	if c.Wide() {
		x.keepBlob(&stored, t)
	}
	g := x.segment(number)
	g.mu.Lock()
	x.put(g, &stored, owner, rnd)
	g.mu.Unlock()
}

// put adds a card at a random slot and lets one more random pair change places.
func (x *Index) put(g *segment, c *codec.Card, owner uint32, rnd *rand.PCG) {
	c.Traits = c.Traits.WithMode(g.mode)
	form := x.formOf(c)
	r := &g.regions[form]
	x.push(r, form)
	n := uint32(r.count)
	b, i := x.blockAt(r, form, n-1)
	b.put(i, owner, c)
	x.swap(r, form, n-1, below(rnd, n))
	x.swap(r, form, below(rnd, n), below(rnd, n))
}

// seek finds the card of a member, first where it was the last time.
func (x *Index) seek(g *segment, owner uint32, at *mark) (form int, i uint32) {
	// Fast path: it is still in that block.
	form, first := at.place()
	if i, ok := x.findIn(&g.regions[form], form, first, owner); ok {
		return form, i
	}
	form, i = x.slot(g, owner)
	at.setPlace(form, i)
	return form, i
}

// slot finds the card of a member.
func (x *Index) slot(g *segment, owner uint32) (form int, i uint32) {
	for form := range g.regions {
		if i, ok := x.find(&g.regions[form], form, owner); ok {
			return form, i
		}
	}
	panic("BUG: a member without a card")
}

// take removes the card of a member.
func (x *Index) take(number, owner uint32, at *mark) {
	g := x.segment(number)
	g.mu.Lock()
	form, i := x.seek(g, owner, at)
	if c := x.cut(g, form, i); c.Wide() {
		x.dropBlob(&c)
	}
	g.mu.Unlock()
}

// cut takes a card out and puts the last one of its region in its place.
func (x *Index) cut(g *segment, form int, i uint32) codec.Card {
	r := &g.regions[form]
	b, j := x.blockAt(r, form, i)
	c := x.whole(&b, j)
	last, k := x.blockAt(r, form, uint32(r.count)-1)
	b.take(j, &last, k, 1)
	x.pop(r, form)
	return c
}

// whole returns the card in slot i with nothing missing.
func (x *Index) whole(b *block, i uint32) codec.Card {
	c := b.get(i)
	if b.chunk.slim != nil {
		c.Seen = x.seenAt(c.Addr[:4])
	}
	return c
}

// transfer moves a card to a segment of the other side.
func (x *Index) transfer(from, to, owner uint32, at *mark, rnd *rand.PCG) {
	g := x.segment(from)
	g.mu.Lock()
	form, i := x.seek(g, owner, at)
	c := x.cut(g, form, i)
	g.mu.Unlock()
	g = x.segment(to)
	g.mu.Lock()
	x.put(g, &c, owner, rnd)
	g.mu.Unlock()
}

// rewrite replaces the card of a member, but for the mode.
func (x *Index) rewrite(number, owner uint32, at *mark, c *codec.Card, t *codec.Text, rnd *rand.PCG) {
	stored := *c
	if c.Wide() {
		x.keepBlob(&stored, t)
	}
	g := x.segment(number)
	g.mu.Lock()
	defer g.mu.Unlock()
	form, i := x.seek(g, owner, at)
	stored.Traits = stored.Traits.WithMode(g.mode)
	if x.formOf(&stored) == form {
		x.overwrite(g, form, i, &stored, owner)
		return
	}
	if old := x.cut(g, form, i); old.Wide() {
		x.dropBlob(&old)
	}
	x.put(g, &stored, owner, rnd)
}

// overwrite replaces the card in slot i of a region by one of the same form.
func (x *Index) overwrite(g *segment, form int, i uint32, c *codec.Card, owner uint32) {
	b, i := x.blockAt(&g.regions[form], form, i)
	if old := b.get(i); old.Wide() {
		x.dropBlob(&old)
	}
	b.put(i, owner, c)
}

// formOf is the form that a card is stored in.
func (x *Index) formOf(c *codec.Card) int {
	if x.slimmable(c) {
		return formSlim
	}
	return formWhole
}

// setTraits changes the traits of a member, but for the mode.
func (x *Index) setTraits(number, owner uint32, at *mark, traits codec.Traits) {
	g := x.segment(number)
	g.mu.Lock()
	defer g.mu.Unlock()
	form, i := x.seek(g, owner, at)
	b, i := x.blockAt(&g.regions[form], form, i)
	c := b.get(i)
	c.Traits = traits.WithMode(g.mode)
	b.put(i, owner, &c)
}

// card copies the card of a member, its blob to t.Scratch.
func (x *Index) card(number, owner uint32, at *mark, t *codec.Text) codec.Card {
	g := x.segment(number)
	g.mu.Lock()
	defer g.mu.Unlock()
	form, i := x.seek(g, owner, at)
	b, i := x.blockAt(&g.regions[form], form, i)
	c := x.whole(&b, i)
	if c.Wide() {
		x.copyBlob(&c, t)
	}
	return c
}

// appendTo appends n cards from slot i on, and their owners, as far as there are
// so many.
func (g *segment) appendTo(x *Index, s *Sample, t *codec.Text, i, n uint32) {
	for form := range g.regions {
		r := &g.regions[form]
		for n > 0 && i < uint32(r.count) {
			b, j := x.blockAt(r, form, i)
			k := min(n, uint32(r.count)-i, b.room-j)
			b.appendTo(s, j, k)
			if form == formWhole {
				x.copyBlobs(s.Cards[len(s.Cards)-int(k):], t)
			}
			i, n = i+k, n-k
		}
		i -= min(i, uint32(r.count))
	}
}

// copyBlobs gives the wide ones of stored cards blobs in t.
func (x *Index) copyBlobs(cards []codec.Card, t *codec.Text) {
	for i := range cards {
		if cards[i].Wide() {
			x.copyBlob(&cards[i], t)
		}
	}
}
