package swarm

import (
	"math/rand/v2"

	"github.com/ppspd/ppspd/codec"
)

// A Sample is what Draw fills: cards of members and, for each, the number of
// the peer. len(Owners) == len(Cards). It is the caller's and can be used again.
type Sample struct {
	Cards  []codec.Card
	Owners []uint32
}

// Reset empties the sample and keeps its memory.
func (s *Sample) Reset() { s.Cards, s.Owners = s.Cards[:0], s.Owners[:0] }

// Windows is the number of windows that Draw takes from a side, each at a
// random start of its own.
const Windows = 4

// copyMax is the most cards that are copied under one lock.
const copyMax = 64

// Draw appends up to n members of one side of a swarm to s, every member with
// the same chance; all of them when there are not more than n. Blobs of wide
// cards are appended to t.Scratch.
//
// The members come in Windows runs of neighbours. As long as nobody changes the
// swarm at the same time, none is there twice. Draw takes segment locks only,
// and costs the same for a swarm of any size. A dead Ref has no members.
func (x *Index) Draw(s *Sample, t *codec.Text, r Ref, m codec.Mode, n int, rnd *rand.PCG) {
	if r.number == 0 || n <= 0 {
		return
	}
	d := drawing{index: x, sample: s, text: t, ref: r, mode: m}
	d.side.open(x, r, m)
	total := d.side.members
	if total == 0 {
		return
	}
	want, windows := uint32(min(n, int(total))), uint32(Windows)
	if want == total || want < Windows {
		windows = 1
	}
	d.windows(want, windows, rnd)
	d.unlock()
}

// windows copies want members in windows that do not overlap.
//
// The side is a ring of places. The windows are laid on it with the gaps
// between them at random, then the ring is turned at random: so every place is
// in one of them with the same chance.
//
//	total - want places in the gaps, cut at random:
//	turn |gap|--window--|gap|--window--|...|gap| turn
func (d *drawing) windows(want, windows uint32, rnd *rand.PCG) {
	total := d.side.members
	turn := below(rnd, total)
	var gap [Windows]uint32
	for i := range gap[:windows] {
		gap[i] = below(rnd, total-want+1)
		for j := i; j > 0 && gap[j] < gap[j-1]; j-- {
			gap[j], gap[j-1] = gap[j-1], gap[j]
		}
	}
	taken := uint32(0)
	for i := range windows {
		size := (want - taken) / (windows - i)
		start := turn + gap[i] + taken
		if start >= total {
			start -= total
		}
		d.window(start, size)
		taken += size
	}
}

// A drawing is one Draw.
type drawing struct {
	index  *Index
	sample *Sample
	text   *codec.Text
	ref    Ref
	mode   codec.Mode
	side   walk
	held   *segment // locked, nil: none
	copied uint32   // under that lock
}

// window copies size members from place start on, going on at place 0 after the
// last one. It copies less when the swarm has changed meanwhile.
func (d *drawing) window(start, size uint32) {
	for wraps := 0; size > 0; {
		if !d.side.seek(start) {
			if wraps++; wraps > 1 {
				return
			}
			start = 0
			continue
		}
		n := min(size, d.side.base+d.side.count-start)
		for n > 0 {
			k := min(n, copyMax)
			d.copy(start-d.side.base, k)
			start, size, n = start+k, size-k, n-k
		}
	}
}

// copy copies n members from slot i of the walk's segment on.
func (d *drawing) copy(i, n uint32) {
	g := d.index.segment(d.side.segment)
	if d.held != g || d.copied+n > copyMax {
		d.unlock()
		g.mu.Lock()
		d.held, d.copied = g, 0
	}
	d.copied += n
	if !d.current(g) || i >= uint32(g.count) {
		return
	}
	n = min(n, uint32(g.count)-i)
	a := d.index.cards.arrays(g.class, g.store)
	d.sample.Owners = append(d.sample.Owners, a.owners[i:i+n]...)
	first := len(d.sample.Cards)
	d.sample.Cards = append(d.sample.Cards, a.cards[i:i+n]...)
	for j := range d.sample.Cards[first:] {
		if c := &d.sample.Cards[first+j]; c.Wide() {
			d.index.copyBlob(c, d.text)
		}
	}
}

// current reports whether a segment is still of the swarm that is listed.
func (d *drawing) current(g *segment) bool {
	return g.swarm == d.ref.number&numberMask && g.gen == d.ref.gen && g.mode == d.mode
}

func (d *drawing) unlock() {
	if d.held != nil {
		d.held.mu.Unlock()
		d.held = nil
	}
}

// A walk goes over the segments of a side, without any lock.
//
//	places   0 ......... base ......... base+count ..... members
//	                     segment
type walk struct {
	stripe  *swarmStripe
	kind    uint32
	number  uint32 // of the segment, page or root in the stripe
	members uint32 // of the side when the walk began

	place   uint32 // of the segment in the directory
	base    uint32 // members before the segment
	count   uint32 // members of the segment
	segment uint32 // number; 0: not on any segment
}

func (w *walk) open(x *Index, r Ref, m codec.Mode) {
	w.stripe = &x.swarms[r.number>>localBits]
	s := x.swarm(r.number).side(m)
	w.members = s.members.Load()
	w.kind, w.number = s.load()
	w.restart()
}

func (w *walk) restart() {
	w.place, w.base, w.count, w.segment = 0, 0, 0, 0
	if w.kind == sideOne {
		w.segment, w.count = numberOf(w.stripe.index, w.number), w.members
		return
	}
	w.read()
}

// seek goes to the segment with that member. It is cheap to go on in
// increasing order. false: there are not so many members any more.
func (w *walk) seek(member uint32) bool {
	if member < w.base {
		w.restart()
	}
	for member >= w.base+w.count {
		if !w.advance(member) {
			return false
		}
	}
	return true
}

// advance goes to the next place, or past the rest of a page that ends before
// the member.
func (w *walk) advance(member uint32) bool {
	if w.kind == sideEmpty || w.kind == sideOne {
		return false
	}
	w.base += w.count
	w.place++
	w.count = 0
	for w.kind == sideRoot && w.place%pageSize == 0 {
		r := w.stripe.roots.at(w.number)
		if w.place/pageSize >= r.pages.Load() {
			break
		}
		sum := uint32(r.entry[w.place/pageSize].Load() >> 32)
		if member < w.base+sum {
			break
		}
		w.base += sum
		w.place += pageSize
	}
	return w.read()
}

// read reads the entry of the place. false: there is none.
func (w *walk) read() bool {
	page := w.number
	if w.kind == sideRoot {
		r := w.stripe.roots.at(w.number)
		if w.place/pageSize >= r.pages.Load() {
			return false
		}
		page = uint32(r.entry[w.place/pageSize].Load())
	} else if w.kind != sidePage || w.place >= pageSize {
		return false
	}
	e := w.stripe.pages.at(page).entry[w.place%pageSize].Load()
	w.count, w.segment = uint32(e>>32), numberOf(w.stripe.index, uint32(e))
	return true
}
