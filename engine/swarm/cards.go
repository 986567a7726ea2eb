package swarm

import (
	"sync"
	"sync/atomic"

	"github.com/ppspd/ppspd/codec"
)

// The classes of card arrays, by how many cards they have room for: about 1/8
// more from one class to the next, so that the arrays of a side of any size are
// on average 1/16 larger than what they hold.
const (
	exactClasses = 16 // 1, 2, 3, ... 16
	classSteps   = 8  // from there to each doubling: 18, 20, ... 32, 36, ...
	cardClasses  = exactClasses + 6*classSteps
)

// rooms is the room of every class; the last one is segmentMax.
var rooms = func() (t [cardClasses]uint16) {
	for i := range t {
		t[i] = uint16(i + 1)
		if i >= exactClasses {
			double, step := (i-exactClasses)/classSteps, (i-exactClasses)%classSteps
			t[i] = uint16((classSteps + step + 1) * (2 << double))
		}
	}
	return t
}()

func room(class uint8) uint32 { return uint32(rooms[class]) }

// A cardPool keeps the arrays of segments: owners and cards, in chunks of
// about 256 KiB for each class.
//
//	class 3 (room 4)   dir [ chunk ][ chunk ] ...   1<<shift slots to a chunk
//	chunk   owners | slot 0: o o o o | slot 1: o o o o | ...
//	        cards  | slot 0: c c c c | slot 1: c c c c | ...
//
// A slot is owned by the segment that has got it. A free slot has one more than
// the number of the next free one in its first owner.
type cardPool struct {
	class [cardClasses]cardClass
}

type cardClass struct {
	mu    sync.Mutex // a leaf: nothing is locked under it
	dir   atomic.Pointer[[]cardChunk]
	shift uint8
	size  uint32 // slots that were ever given out
	first uint32 // one more than the first free slot; 0: none
	used  uint32 // slots that segments own
	_     [64]byte
}

type cardChunk struct {
	owners []uint32
	cards  []codec.Card
}

const cardChunkBytes = 256 << 10

func (p *cardPool) init() {
	for i := range p.class {
		c := &p.class[i]
		for (room(uint8(i))*(codec.CardSize+4))<<(c.shift+1) <= cardChunkBytes {
			c.shift++
		}
	}
}

// alloc gives out a slot.
func (p *cardPool) alloc(class uint8) uint32 {
	c := &p.class[class]
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used++
	if n := c.first; n != 0 {
		c.first = p.arrays(class, n-1).owners[0]
		return n - 1
	}
	n := c.size
	c.size++
	if n&(1<<c.shift-1) == 0 {
		c.extend(room(class))
	}
	return n
}

// extend adds a chunk.
func (c *cardClass) extend(room uint32) {
	var d []cardChunk
	if old := c.dir.Load(); old != nil {
		d = *old
	}
	n := room << c.shift
	d = append(d, cardChunk{make([]uint32, n), make([]codec.Card, n)})
	c.dir.Store(&d)
}

// release takes a slot back.
func (p *cardPool) release(class uint8, slot uint32) {
	c := &p.class[class]
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used--
	p.arrays(class, slot).owners[0] = c.first
	c.first = slot + 1
}

// arrays are the owners and cards of a segment, with all their room.
type arrays struct {
	owners []uint32
	cards  []codec.Card
}

func (p *cardPool) arrays(class uint8, slot uint32) arrays {
	c := &p.class[class]
	k := &(*c.dir.Load())[slot>>c.shift]
	n := room(class)
	at := slot & (1<<c.shift - 1) * n
	return arrays{k.owners[at : at+n : at+n], k.cards[at : at+n : at+n]}
}

// find returns where the card of an owner is.
func (a *arrays) find(owner uint32, count uint16) int {
	for i, o := range a.owners[:count] {
		if o == owner {
			return i
		}
	}
	panic("BUG: a member without a card")
}

func (a *arrays) swap(i, j uint32) {
	a.owners[i], a.owners[j] = a.owners[j], a.owners[i]
	a.cards[i], a.cards[j] = a.cards[j], a.cards[i]
}
