package swarm

import (
	"math/rand/v2"
	"sync/atomic"

	"github.com/ppspd/ppspd/codec"
)

// A side is the seeders or the leechers of a swarm: a directory of segments,
// whose members in a row are places 0, 1, 2, ... of the side.
//
//	sideEmpty                       no segment
//	sideOne    -> segment           up to segmentMax members
//	sidePage   -> page              up to 64 segments
//	sideRoot   -> root -> pages     up to 1024 pages of 64 segments
//
// An entry of a page is a segment and its members, an entry of a root a page
// and the sum of its entries. Entries without members name no segment; pages
// below root.pages are there even if empty.
//
// A directory grows and never gets back to the kind before, but when the side
// is empty. New members go to its first places as many as are needed, so that
// after a swarm has shrunk the places behind them run empty.
//
// All of it is written under the swarm stripe's lock, with atomic stores: lists
// read it without. What they read may be torn or belong to another swarm by
// now; they find out under the segment's lock.
type side struct {
	members atomic.Uint32
	at      atomic.Uint32 // kind << 24 | number in the stripe
}

const (
	sideEmpty = iota
	sideOne
	sidePage
	sideRoot
)

const (
	pageSize = 64
	rootSize = 1024

	// segmentMax is the most members of a segment: the owners are searched for
	// one, 4 KiB at most.
	segmentMax = 1024
	// segmentGoal is how many members a segment has on average before a side
	// gets one more. That leaves the others room while the new one fills.
	segmentGoal = segmentMax / 8 * 5
	// sideMax is the most members of a side: 41 million.
	sideMax = rootSize*pageSize*segmentGoal - 1
)

// A page lists segments: segment | members << 32.
type page struct {
	entry [pageSize]atomic.Uint64
	after uint32 // in the free list; not in entry, where a late list reads
}

func (p *page) next() uint32     { return p.after }
func (p *page) setNext(n uint32) { p.after = n }

// A root lists pages: page | sum of members << 32.
type root struct {
	entry [rootSize]atomic.Uint64
	pages atomic.Uint32
	after uint32 // in the free list
}

func (r *root) next() uint32     { return r.after }
func (r *root) setNext(n uint32) { r.after = n }

func entryOf(number, members uint32) uint64 { return uint64(members)<<32 | uint64(number) }

func (s *side) load() (kind, number uint32) {
	at := s.at.Load()
	return at >> localBits, at & numberMask
}

func (s *side) store(kind, number uint32) { s.at.Store(kind<<localBits | number) }

// choose promises a place on a side of a swarm: in the lesser of two random
// segments among the first ones, as many as the members need. It returns the
// number of the segment, 0 when the side is full.
func (ss *swarmStripe) choose(swarm uint32, m codec.Mode, rnd *rand.PCG) uint32 {
	d := ss.swarms.at(swarm).side(m)
	total := d.members.Load()
	kind, number := d.load()
	// Fast path: a side of one segment.
	if kind == sideOne && total < segmentMax {
		g := ss.segments.at(number)
		g.members++
		d.members.Store(total + 1)
		return numberOf(ss.index, number)
	}
	if kind == sideEmpty {
		n := ss.newSegment(swarm, m, 0)
		ss.segments.at(n).members = 1
		d.members.Store(1)
		d.store(sideOne, n)
		return numberOf(ss.index, n)
	}
	if total == sideMax {
		return 0
	}
	return ss.chooseSlow(swarm, m, rnd)
}

// chooseSlow is choose for a side with a directory, or that needs one now.
func (ss *swarmStripe) chooseSlow(swarm uint32, m codec.Mode, rnd *rand.PCG) uint32 {
	d := ss.swarms.at(swarm).side(m)
	if kind, number := d.load(); kind == sideOne {
		p := ss.newPage()
		ss.pages.at(p).entry[0].Store(entryOf(number, d.members.Load()))
		d.store(sidePage, p)
	}
	wanted := d.members.Load()/segmentGoal + 1
	for ss.places(d) < wanted {
		ss.extend(d)
	}
	place := ss.lesser(d, below(rnd, wanted), below(rnd, wanted))
	for ss.entry(d, place)>>32 == segmentMax {
		place = (place + 1) % wanted
	}
	n := uint32(ss.entry(d, place))
	if n == 0 {
		n = ss.newSegment(swarm, m, place)
	}
	g := ss.segments.at(n)
	g.members++
	ss.setEntry(d, place, n, uint32(g.members))
	ss.add(d, place, 1)
	return numberOf(ss.index, n)
}

// lesser returns which of two places has less members.
func (ss *swarmStripe) lesser(d *side, a, b uint32) uint32 {
	if ss.entry(d, b)>>32 < ss.entry(d, a)>>32 {
		return b
	}
	return a
}

// drop takes back the promise of a place in a segment, and frees the segment
// when it was the last one.
func (ss *swarmStripe) drop(number uint32) {
	g := ss.segments.at(number)
	d := ss.swarms.at(g.swarm).side(g.mode)
	g.members--
	left := g.members
	if kind, _ := d.load(); kind == sideOne {
		d.members.Store(uint32(left))
		if left == 0 {
			d.store(sideEmpty, 0)
			ss.freeSegment(number)
		}
		return
	}
	place := g.place
	if left == 0 {
		ss.freeSegment(number)
		number = 0
	}
	ss.setEntry(d, place, number, uint32(left))
	ss.add(d, place, ^uint32(0))
	if d.members.Load() == 0 {
		ss.freeDirectory(d)
	}
}

// places is the number of segments that the directory can list without growing.
func (ss *swarmStripe) places(d *side) uint32 {
	kind, number := d.load()
	if kind == sidePage {
		return pageSize
	}
	return ss.roots.at(number).pages.Load() * pageSize
}

// extend gives a directory one page more.
func (ss *swarmStripe) extend(d *side) {
	kind, number := d.load()
	if kind == sidePage {
		n := ss.roots.alloc()
		r := ss.roots.at(n)
		r.entry[0].Store(entryOf(number, d.members.Load()))
		r.pages.Store(1)
		d.store(sideRoot, n)
		number = n
	}
	r := ss.roots.at(number)
	n := r.pages.Load()
	r.entry[n].Store(entryOf(ss.newPage(), 0))
	r.pages.Store(n + 1)
}

func (ss *swarmStripe) newPage() uint32 {
	n := ss.pages.alloc()
	p := ss.pages.at(n)
	for i := range p.entry {
		p.entry[i].Store(0)
	}
	return n
}

// page returns the page that a place is on.
func (ss *swarmStripe) page(d *side, place uint32) *page {
	kind, number := d.load()
	if kind == sideRoot {
		number = uint32(ss.roots.at(number).entry[place/pageSize].Load())
	}
	return ss.pages.at(number)
}

func (ss *swarmStripe) entry(d *side, place uint32) uint64 {
	return ss.page(d, place).entry[place%pageSize].Load()
}

func (ss *swarmStripe) setEntry(d *side, place, number, members uint32) {
	ss.page(d, place).entry[place%pageSize].Store(entryOf(number, members))
}

// add adds n to the sums that the members of a place are part of.
func (ss *swarmStripe) add(d *side, place, n uint32) {
	d.members.Store(d.members.Load() + n)
	if kind, number := d.load(); kind == sideRoot {
		e := &ss.roots.at(number).entry[place/pageSize]
		v := e.Load()
		e.Store(entryOf(uint32(v), uint32(v>>32)+n))
	}
}

// freeDirectory frees the directory of a side that has become empty.
func (ss *swarmStripe) freeDirectory(d *side) {
	kind, number := d.load()
	d.store(sideEmpty, 0)
	if kind == sidePage {
		ss.pages.release(number)
		return
	}
	r := ss.roots.at(number)
	for i := range r.pages.Load() {
		ss.pages.release(uint32(r.entry[i].Load()))
	}
	ss.roots.release(number)
}
