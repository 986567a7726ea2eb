package swarm

import (
	"math/rand/v2"
	"sync"

	"github.com/ppspd/ppspd/codec"
)

// A segment holds up to segmentMax members of one side of a swarm: their cards
// and, in an array beside, their owners (peer numbers). 32 bytes.
//
//	owners  | o0 o1 o2 ... | room |      owners[i] is the peer of cards[i]
//	cards   | c0 c1 c2 ... | room |      0 <= count <= room of the class
//
// The order is random: a new member changes places with a random one, and with
// each join one more random pair changes places. So the members change places
// inside the segment, but never leave it for another one: a membership knows
// its segment for good, and the card is found by searching the owners.
//
// mu guards the arrays, count, store, class, and the blobs of the wide cards.
// It is held for a search through 4 KiB, the copy of at most 64 cards, or the
// move of all cards into an array of the next class. swarm, gen, mode and place
// are set by who makes the segment, under mu as well, for the lists' sake; who
// has a member in the segment may read them under the lock of the member's
// stripe. members belongs to the swarm stripe's lock.
type segment struct {
	mu      sync.Mutex
	swarm   uint32 // number in the stripe; 0: free
	gen     uint32 // of the swarm
	place   uint32 // in the directory of the side
	store   uint32 // where the arrays are, in the pool of the class
	members uint16 // places that are promised; count once all have come
	count   uint16
	class   uint8
	mode    codec.Mode
}

func (g *segment) next() uint32     { return g.store }
func (g *segment) setNext(n uint32) { g.store = n }

// newSegment makes an empty segment. The swarm stripe's lock is held.
func (ss *swarmStripe) newSegment(x *Index, swarm uint32, m codec.Mode, place uint32) uint32 {
	n := ss.segments.alloc()
	g := ss.segments.at(n)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.swarm, g.gen, g.mode, g.place = swarm, ss.swarms.at(swarm).gen, m, place
	g.class, g.store = 0, x.cards.alloc(0)
	g.members, g.count = 0, 0
	return n
}

// freeSegment frees a segment without members. The swarm stripe's lock is held:
// this and newSegment are the only places where a segment's lock is taken under
// it, and nobody takes a stripe's lock under a segment's.
func (ss *swarmStripe) freeSegment(x *Index, n uint32) {
	g := ss.segments.at(n)
	g.mu.Lock()
	defer g.mu.Unlock()
	x.cards.release(g.class, g.store)
	g.swarm = 0
	ss.segments.release(n)
}

// insert puts a card into a segment that has promised a place.
func (x *Index) insert(number, owner uint32, m codec.Mode, c *codec.Card, t *codec.Text, rnd *rand.PCG) {
	stored := *c
	stored.Traits = c.Traits.WithMode(m)
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
	n := uint32(g.count)
	if n == room(g.class) {
		x.resize(g, g.class+1)
	}
	a := x.cards.arrays(g.class, g.store)
	a.owners[n], a.cards[n] = owner, *c
	a.swap(n, below(rnd, n+1))
	a.swap(below(rnd, n+1), below(rnd, n+1))
	g.count++
}

// take removes the card of a member.
func (x *Index) take(number, owner uint32) {
	g := x.segment(number)
	g.mu.Lock()
	c := x.remove(g, owner)
	if c.Wide() {
		x.dropBlob(&c)
	}
	g.mu.Unlock()
}

// remove takes a card out and puts the last one in its place.
func (x *Index) remove(g *segment, owner uint32) codec.Card {
	a := x.cards.arrays(g.class, g.store)
	i := a.find(owner, g.count)
	c := a.cards[i]
	g.count--
	a.owners[i], a.cards[i] = a.owners[g.count], a.cards[g.count]
	if g.class >= 2 && uint32(g.count) <= room(g.class-2) {
		x.resize(g, g.class-1)
	}
	return c
}

// transfer moves a card to a segment of the other side.
func (x *Index) transfer(from, to, owner uint32, m codec.Mode, rnd *rand.PCG) {
	g := x.segment(from)
	g.mu.Lock()
	c := x.remove(g, owner)
	g.mu.Unlock()
	c.Traits = c.Traits.WithMode(m)
	g = x.segment(to)
	g.mu.Lock()
	x.put(g, &c, owner, rnd)
	g.mu.Unlock()
}

// rewrite replaces the card of a member, but for the mode.
func (x *Index) rewrite(number, owner uint32, c *codec.Card, t *codec.Text) {
	stored := *c
	if c.Wide() {
		x.keepBlob(&stored, t)
	}
	g := x.segment(number)
	g.mu.Lock()
	defer g.mu.Unlock()
	a := x.cards.arrays(g.class, g.store)
	at := &a.cards[a.find(owner, g.count)]
	if at.Wide() {
		x.dropBlob(at)
	}
	stored.Traits = stored.Traits.WithMode(g.mode)
	*at = stored
}

// setTraits changes the traits of a member, but for the mode.
func (x *Index) setTraits(number, owner uint32, traits codec.Traits) {
	g := x.segment(number)
	g.mu.Lock()
	defer g.mu.Unlock()
	a := x.cards.arrays(g.class, g.store)
	a.cards[a.find(owner, g.count)].Traits = traits.WithMode(g.mode)
}

// card copies the card of a member, its blob to t.Scratch.
func (x *Index) card(number, owner uint32, t *codec.Text) codec.Card {
	g := x.segment(number)
	g.mu.Lock()
	defer g.mu.Unlock()
	a := x.cards.arrays(g.class, g.store)
	c := a.cards[a.find(owner, g.count)]
	if c.Wide() {
		x.copyBlob(&c, t)
	}
	return c
}

// resize moves the cards into arrays of another class.
func (x *Index) resize(g *segment, class uint8) {
	to := x.cards.alloc(class)
	a, b := x.cards.arrays(g.class, g.store), x.cards.arrays(class, to)
	copy(b.owners, a.owners[:g.count])
	copy(b.cards, a.cards[:g.count])
	x.cards.release(g.class, g.store)
	g.class, g.store = class, to
}
