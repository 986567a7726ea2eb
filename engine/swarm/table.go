package swarm

import "sync/atomic"

// A table finds numbers by hash: open addressing with linear probing over
// slots of 4 bytes.
//
//	slot  | tag 8 | number 24 |    0: empty, gone: a number was here
//
//	hash  | stripe 8 | tag 8 | ......... | bucket, as many bits as are needed |
//
// A table grows (or sheds its gone slots) by making a second one and moving
// moveSlots slots of the old one at each insert and remove:
//
//	old  | gone ... gone | not moved yet ... |
//	                     moved
//
// A number is in exactly one of both. Searching looks into slots, then old.
// The hash is not kept: the owner computes it again when a number moves.
type table struct {
	slots []uint32 // a power of two, or none
	old   []uint32 // nil: not growing
	moved uint32   // slots of old that are done
	live  uint32   // numbers in both
	taken uint32   // slots of slots that are not empty, gone ones included

	bytes atomic.Int64 // of both; read without the owner's lock
}

const (
	numberMask = slabLimit - 1
	gone       = numberMask // never a number of a slab
	slotBytes  = 4
	minSlots   = 16
	moveSlots  = 32 // at most 64 by design; 2 would be enough to be done in time
)

func tagOf(hash uint64) uint32 { return uint32(hash>>48) & 0xff }

// full reports whether that many slots are too many for a table of size slots.
func full(taken, size uint32) bool { return taken > size/16*13 }

// A probe walks over the numbers in a table that may belong to a hash.
type probe struct {
	slots, old []uint32
	at, tag    uint32
	hash       uint32
}

// probe starts a search. The table must not change while it lasts.
func (t *table) probe(hash uint64) probe {
	return probe{slots: t.slots, old: t.old, at: uint32(hash), tag: tagOf(hash), hash: uint32(hash)}
}

// next returns the next number with the tag of the hash, 0 at the end.
func (p *probe) next() uint32 {
	for {
		if n := p.scan(); n != 0 || p.old == nil {
			return n
		}
		p.slots, p.old, p.at = p.old, nil, p.hash
	}
}

// scan returns the next number in slots, 0 when an empty slot ends the search.
func (p *probe) scan() uint32 {
	if len(p.slots) == 0 {
		return 0
	}
	for mask := uint32(len(p.slots) - 1); ; {
		v := p.slots[p.at&mask]
		if v == 0 {
			return 0
		}
		p.at++
		if v>>24 == p.tag && v != gone {
			return v & numberMask
		}
	}
}

// insert adds a number that is not there yet. hashOf gives the hash of a number
// that has to move.
func (t *table) insert(hash uint64, number uint32, hashOf func(uint32) uint64) {
	t.move(hashOf)
	if t.old == nil && full(t.taken+1, uint32(len(t.slots))) {
		t.grow()
	}
	t.put(hash, number)
	t.live++
}

// grow starts moving into a table that is at most half full with what is there.
func (t *table) grow() {
	size := uint32(minSlots)
	for size < 2*t.live {
		size *= 2
	}
	if len(t.slots) > 0 {
		t.old, t.moved = t.slots, 0
	}
	t.slots, t.taken = make([]uint32, size), 0
	t.bytes.Store(slotBytes * int64(len(t.old)+len(t.slots)))
}

// put stores a number in slots.
func (t *table) put(hash uint64, number uint32) {
	mask := uint32(len(t.slots) - 1)
	at := uint32(hash) & mask
	for t.slots[at] != 0 && t.slots[at] != gone {
		at = (at + 1) & mask
	}
	if t.slots[at] == 0 {
		t.taken++
	}
	t.slots[at] = tagOf(hash)<<24 | number
}

// move moves at most moveSlots slots from old to slots.
func (t *table) move(hashOf func(uint32) uint64) {
	if t.old == nil {
		return
	}
	end := min(t.moved+moveSlots, uint32(len(t.old)))
	for ; t.moved < end; t.moved++ {
		v := t.old[t.moved]
		if v == 0 || v == gone {
			continue
		}
		t.old[t.moved] = gone
		t.put(hashOf(v&numberMask), v&numberMask)
	}
	if int(t.moved) == len(t.old) {
		t.old = nil
		t.bytes.Store(slotBytes * int64(len(t.slots)))
	}
}

// remove takes a number out that is there.
func (t *table) remove(hash uint64, number uint32, hashOf func(uint32) uint64) {
	t.move(hashOf)
	t.live--
	want := tagOf(hash)<<24 | number
	if t.erase(hash, want) || t.old == nil {
		return
	}
	mask := uint32(len(t.old) - 1)
	for at := uint32(hash); ; at++ {
		if t.old[at&mask] == want {
			t.old[at&mask] = gone
			return
		}
	}
}

// erase takes a slot out of slots, if it is there. The slot and gone ones
// before it become empty when no search has to pass them.
func (t *table) erase(hash uint64, want uint32) bool {
	mask := uint32(len(t.slots) - 1)
	at := uint32(hash) & mask
	for t.slots[at] != want {
		if t.slots[at] == 0 {
			return false
		}
		at = (at + 1) & mask
	}
	t.slots[at] = gone
	if t.slots[(at+1)&mask] != 0 {
		return true
	}
	for t.slots[at] == gone {
		t.slots[at] = 0
		t.taken--
		at = (at - 1) & mask
	}
	return true
}
