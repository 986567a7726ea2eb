package swarm

import (
	"math/rand/v2"

	"github.com/ppspd/ppspd/codec"
)

// A walk goes over the segments of a side, without any lock. The members of
// the side count through from segment to segment, place by place.
//
//	members   0 ......... base ......... base+count ..... members
//	                      segment
type walk struct {
	stripe  *swarmStripe
	kind    uint32
	members uint32 // of the side when the walk began
	only    uint32 // sideOne: the segment
	root    *root  // sideRoot
	page    *page  // that place is on; nil: sideEmpty, sideOne

	place   uint32 // of the segment in the directory
	base    uint32 // members before the segment
	count   uint32 // members of the segment
	segment uint32 // number in the stripe
}

// open starts a walk over a side.
func (w *walk) open(x *Index, r Ref, m codec.Mode) {
	w.stripe = &x.swarms[r.number>>localBits]
	s := x.swarm(r.number).side(m)
	w.members = s.members.Load()
	kind, number := s.load()
	w.kind = kind
	switch kind {
	case sideOne:
		w.only = number
	case sidePage:
		w.page = w.stripe.pages.at(number)
	case sideRoot:
		w.root = w.stripe.roots.at(number)
	}
	w.restart()
}

// restart goes to place 0.
func (w *walk) restart() {
	w.place, w.base = 0, 0
	switch w.kind {
	case sideOne:
		w.segment, w.count = w.only, w.members
		return
	case sideRoot:
		w.page = w.stripe.pages.at(uint32(w.root.entry[0].Load()))
	case sideEmpty:
		return
	}
	w.read()
}

// read reads the entry of the place.
func (w *walk) read() {
	e := w.page.entry[w.place%pageSize].Load()
	w.count, w.segment = uint32(e>>32), uint32(e)
}

// seek goes to the segment of a member. It is cheap to go on in increasing
// order. false: there are not so many members any more.
func (w *walk) seek(member uint32) bool {
	if member < w.base {
		w.restart()
	}
	for member >= w.base+w.count {
		if w.page == nil {
			return false
		}
		w.base += w.count
		w.count = 0
		w.place++
		if w.place%pageSize == 0 && !w.turn(member) {
			return false
		}
		w.read()
	}
	return true
}

// turn goes to the page of a member, from its first place.
func (w *walk) turn(member uint32) bool {
	if w.root == nil {
		w.place-- // stay on the only page
		return false
	}
	for pages := w.root.pages.Load(); ; w.place += pageSize {
		if w.place/pageSize >= pages {
			w.place--
			return false
		}
		e := w.root.entry[w.place/pageSize].Load()
		if sum := uint32(e >> 32); member >= w.base+sum {
			w.base += sum
			continue
		}
		w.page = w.stripe.pages.at(uint32(e))
		return true
	}
}

// leapTries is how many random places leap tries for one window. A tenth of
// them is enough in a side that has grown and not shrunk.
const leapTries = 32

// leap finds a random member of a side with many segments: a random place of
// all that there could be, again until it is taken.
func (w *walk) leap(l *leap, rnd *rand.PCG) bool {
	places := uint64(w.root.pages.Load() * pageSize)
	for range leapTries {
		v := rnd.Uint64()
		place := uint32(v >> 32 * places >> 32)
		l.slot = uint32(v) % segmentMax
		e := w.stripe.pages.at(uint32(w.root.entry[place/pageSize].Load())).entry[place%pageSize].Load()
		if l.count = uint32(e >> 32); l.slot < l.count {
			l.segment = uint32(e)
			return true
		}
	}
	return false
}
