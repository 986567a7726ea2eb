package swarm

import "sync"

// A region is the members of a segment whose cards have the same form, in
// blocks. It is guarded by the segment's lock.
//
//	slots    0 ... 63 | 64 ... 127 | 128 ... count-1 | room
//	blocks   spine[0]   spine[1]     tail
//
// All blocks but the last are full. The last, the tail, is of the smallest class
// that holds its slots, or the one above. Without members there is no tail, with
// up to 64 no spine.
type region struct {
	spine uint32 // number of the spine; 0: none
	tail  uint32 // block
	count uint16
	class uint8 // of the tail
}

// A spine lists the full blocks of a region before its tail.
type spine struct {
	block [segmentMax/fullBlock - 1]uint32
	after uint32 // in the free list
}

func (s *spine) next() uint32     { return s.after }
func (s *spine) setNext(n uint32) { s.after = n }

// A spinePool keeps the spines of all segments.
type spinePool struct {
	mu   sync.Mutex // a leaf
	slab slab[spine, *spine]
}

func (p *spinePool) alloc() uint32 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.slab.alloc()
}

func (p *spinePool) release(n uint32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.slab.release(n)
}

// blockAt returns the block that slot i is in, and the slot in the block.
func (x *Index) blockAt(r *region, form int, i uint32) (block, uint32) {
	if k := i / fullBlock; k != uint32(r.count-1)/fullBlock {
		return x.cards.block(form, fullClass, x.spines.slab.at(r.spine).block[k]), i % fullBlock
	}
	return x.cards.block(form, r.class, r.tail), i % fullBlock
}

// push makes room for one member more, in slot count-1.
func (x *Index) push(r *region, form int) {
	n := uint32(r.count) % fullBlock
	switch {
	case r.count == 0:
		r.class, r.tail = 0, x.cards.alloc(form, 0)
	case n == 0:
		if r.spine == 0 {
			r.spine = x.spines.alloc()
		}
		x.spines.slab.at(r.spine).block[r.count/fullBlock-1] = r.tail
		r.class, r.tail = 0, x.cards.alloc(form, 0)
	case n == room(r.class):
		x.resize(r, form, n, r.class+1)
	}
	r.count++
}

// pop gives up slot count-1.
func (x *Index) pop(r *region, form int) {
	r.count--
	n := uint32(r.count) % fullBlock
	if n == 0 {
		x.cards.release(form, r.class, r.tail)
		if r.count == 0 {
			return
		}
		r.class, r.tail = fullClass, x.spines.slab.at(r.spine).block[r.count/fullBlock-1]
		if r.count == fullBlock {
			x.spines.release(r.spine)
			r.spine = 0
		}
		return
	}
	if r.class >= 2 && n <= room(r.class-2) {
		x.resize(r, form, n, r.class-1)
	}
}

// resize moves the n members of the tail into a block of another class.
func (x *Index) resize(r *region, form int, n uint32, class uint8) {
	to := x.cards.alloc(form, class)
	a, b := x.cards.block(form, r.class, r.tail), x.cards.block(form, class, to)
	b.take(0, &a, 0, n)
	x.cards.release(form, r.class, r.tail)
	r.class, r.tail = class, to
}

// find returns the slot of an owner.
func (x *Index) find(r *region, form int, owner uint32) (slot uint32, ok bool) {
	for at := uint32(0); at < uint32(r.count); at += fullBlock {
		if i, ok := x.findIn(r, form, at, owner); ok {
			return i, true
		}
	}
	return 0, false
}

// findIn returns the slot of an owner that is in the block which begins with
// slot first.
func (x *Index) findIn(r *region, form int, first, owner uint32) (slot uint32, ok bool) {
	if first >= uint32(r.count) {
		return 0, false
	}
	b, _ := x.blockAt(r, form, first)
	for i, o := range b.owners()[:min(uint32(r.count)-first, b.room)] {
		if o == owner {
			return first + uint32(i), true
		}
	}
	return 0, false
}

// swap lets two slots change places.
func (x *Index) swap(r *region, form int, i, j uint32) {
	a, i := x.blockAt(r, form, i)
	b, j := x.blockAt(r, form, j)
	a.swap(i, &b, j)
}
