package swarm

import (
	"sync"
	"sync/atomic"

	"github.com/ppspd/ppspd/codec"
)

// Card arrays are blocks of one of these classes, by how many cards they have
// room for: about 1/8 more from one class to the next.
const (
	exactClasses = 16 // 1, 2, 3, ... 16
	classSteps   = 8  // from there to each doubling: 18, 20, ... 32, 36, ... 64
	cardClasses  = exactClasses + 2*classSteps
	fullClass    = cardClasses - 1
	fullBlock    = 64
)

// rooms is the room of every class.
var rooms = func() (t [cardClasses]uint8) {
	for i := range t {
		t[i] = uint8(i + 1)
		if i >= exactClasses {
			double, step := (i-exactClasses)/classSteps, (i-exactClasses)%classSteps
			t[i] = uint8((classSteps + step + 1) * (2 << double))
		}
	}
	return t
}()

func room(class uint8) uint32 { return uint32(rooms[class]) }

// The two forms in which cards are kept.
const (
	formSlim  = iota // slimCard
	formWhole        // codec.Card
	cardForms
)

// A cardPool keeps the blocks of segments, in chunks for each form and class.
//
//	form, class 3 (room 4)   dir [ chunk ][ chunk ] ...   1<<shift blocks each
//	chunk   owners | block 0: o o o o | block 1: o o o o | ...
//	        cards  | block 0: c c c c | block 1: c c c c | ...
//
// A block belongs to the segment that has got it. A free block has one more
// than the number of the next free one in its first owner.
type cardPool struct {
	class [cardForms][cardClasses]cardClass
}

type cardClass struct {
	mu    sync.Mutex // a leaf: nothing is locked under it
	dir   atomic.Pointer[[]cardChunk]
	shift uint8
	size  uint32 // blocks that were ever given out
	first uint32 // one more than the first free block; 0: none
	used  uint32 // blocks that segments have
	_     [64]byte
}

// A cardChunk has owners, and cards of one form.
type cardChunk struct {
	owners []uint32
	slim   []slimCard
	whole  []codec.Card
}

// Chunks have at most so many bytes, those of full blocks and others.
const (
	fullChunkBytes = 256 << 10
	tailChunkBytes = 64 << 10
)

var cardBytes = [cardForms]uint32{formSlim: slimBytes, formWhole: codec.CardSize}

func (p *cardPool) init() {
	for form := range p.class {
		for i := range p.class[form] {
			c, limit := &p.class[form][i], uint32(tailChunkBytes)
			if i == fullClass {
				limit = fullChunkBytes
			}
			for room(uint8(i))*(cardBytes[form]+ownerBytes)<<(c.shift+1) <= limit {
				c.shift++
			}
		}
	}
}

// alloc gives out a block.
func (p *cardPool) alloc(form int, class uint8) uint32 {
	c := &p.class[form][class]
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used++
	if n := c.first; n != 0 {
		c.first = p.block(form, class, n-1).owners[0]
		return n - 1
	}
	n := c.size
	c.size++
	if n&(1<<c.shift-1) == 0 {
		c.extend(form, room(class)<<c.shift)
	}
	return n
}

// extend adds a chunk of n cards.
func (c *cardClass) extend(form int, n uint32) {
	var d []cardChunk
	if old := c.dir.Load(); old != nil {
		d = *old
	}
	k := cardChunk{owners: make([]uint32, n)}
	if form == formSlim {
		k.slim = make([]slimCard, n)
	} else {
		k.whole = make([]codec.Card, n)
	}
	d = append(d, k)
	c.dir.Store(&d)
}

// release takes a block back.
func (p *cardPool) release(form int, class uint8, number uint32) {
	c := &p.class[form][class]
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used--
	p.block(form, class, number).owners[0] = c.first
	c.first = number + 1
}

// A block is a piece of a chunk: owners, and cards of one form beside them.
type block cardChunk

// block returns a block with all its room.
func (p *cardPool) block(form int, class uint8, number uint32) block {
	c := &p.class[form][class]
	k := &(*c.dir.Load())[number>>c.shift]
	n := room(class)
	at := number & (1<<c.shift - 1) * n
	if form == formSlim {
		return block{owners: k.owners[at : at+n], slim: k.slim[at : at+n]}
	}
	return block{owners: k.owners[at : at+n], whole: k.whole[at : at+n]}
}

// put keeps a card in slot i.
func (b *block) put(i, owner uint32, c *codec.Card) {
	b.owners[i] = owner
	if b.slim != nil {
		b.slim[i].slim(c)
		return
	}
	b.whole[i] = *c
}

// get returns the card in slot i; Seen of a slim one is missing.
func (b *block) get(i uint32) (c codec.Card) {
	if b.slim != nil {
		b.slim[i].widen(&c)
		return c
	}
	return b.whole[i]
}

// move copies slot i of b to slot j of to, which has the same form.
func (b *block) move(i uint32, to *block, j uint32) {
	to.owners[j] = b.owners[i]
	if b.slim != nil {
		to.slim[j] = b.slim[i]
		return
	}
	to.whole[j] = b.whole[i]
}

// swap lets slot i of b and slot j of o change places.
func (b *block) swap(i uint32, o *block, j uint32) {
	b.owners[i], o.owners[j] = o.owners[j], b.owners[i]
	if b.slim != nil {
		b.slim[i], o.slim[j] = o.slim[j], b.slim[i]
		return
	}
	b.whole[i], o.whole[j] = o.whole[j], b.whole[i]
}

// copyTo copies the first n slots of b to o, which has the same form.
func (b *block) copyTo(o *block, n uint32) {
	copy(o.owners, b.owners[:n])
	if b.slim != nil {
		copy(o.slim, b.slim[:n])
		return
	}
	copy(o.whole, b.whole[:n])
}

// appendTo appends n cards and their owners from slot i on.
func (b *block) appendTo(s *Sample, i, n uint32) {
	s.Owners = append(s.Owners, b.owners[i:i+n]...)
	if b.slim == nil {
		s.Cards = append(s.Cards, b.whole[i:i+n]...)
		return
	}
	at := len(s.Cards)
	s.Cards = extend(s.Cards, int(n))
	to := s.Cards[at:]
	for k := range b.slim[i : i+n] {
		b.slim[i+uint32(k)].widen(&to[k])
	}
}

// extend returns cards with n more, whatever they hold.
func extend(cards []codec.Card, n int) []codec.Card {
	if len(cards)+n <= cap(cards) {
		return cards[:len(cards)+n]
	}
	return append(cards, make([]codec.Card, n)...)
}
