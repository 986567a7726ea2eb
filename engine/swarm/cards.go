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
		c.first = *p.link(form, class, n-1)
		return n - 1
	}
	n := c.size
	c.size++
	if n&(1<<c.shift-1) == 0 {
		c.extend(form, room(class)<<c.shift)
	}
	return n
}

// link is where a free block keeps the next one.
func (p *cardPool) link(form int, class uint8, number uint32) *uint32 {
	b := p.block(form, class, number)
	return &b.chunk.owners[b.at]
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
	*p.link(form, class, number) = c.first
	c.first = number + 1
}

// A block is a piece of a chunk: the slots at ... at+room-1, counted from 0.
type block struct {
	chunk    *cardChunk
	at, room uint32
}

// block returns a block with all its room.
func (p *cardPool) block(form int, class uint8, number uint32) block {
	c := &p.class[form][class]
	n := room(class)
	return block{&(*c.dir.Load())[number>>c.shift], number & (1<<c.shift - 1) * n, n}
}

func (b *block) owners() []uint32 { return b.chunk.owners[b.at : b.at+b.room] }

// put keeps a card in slot i.
func (b *block) put(i, owner uint32, c *codec.Card) {
	i += b.at
	b.chunk.owners[i] = owner
	if b.chunk.slim != nil {
		b.chunk.slim[i].slim(c)
		return
	}
	b.chunk.whole[i] = *c
}

// get returns the card in slot i; Seen of a slim one is missing.
func (b *block) get(i uint32) (c codec.Card) {
	i += b.at
	if b.chunk.slim != nil {
		b.chunk.slim[i].widen(&c)
		return c
	}
	return b.chunk.whole[i]
}

// take copies n slots of o from slot i on, which has the same form, to slot j.
func (b *block) take(j uint32, o *block, i, n uint32) {
	to, from := b.chunk, o.chunk
	i, j = i+o.at, j+b.at
	copy(to.owners[j:j+n], from.owners[i:i+n])
	if to.slim != nil {
		copy(to.slim[j:j+n], from.slim[i:i+n])
		return
	}
	copy(to.whole[j:j+n], from.whole[i:i+n])
}

// swap lets slot i of b and slot j of o change places.
func (b *block) swap(i uint32, o *block, j uint32) {
	x, y := b.chunk, o.chunk
	i, j = i+b.at, j+o.at
	x.owners[i], y.owners[j] = y.owners[j], x.owners[i]
	if x.slim != nil {
		x.slim[i], y.slim[j] = y.slim[j], x.slim[i]
		return
	}
	x.whole[i], y.whole[j] = y.whole[j], x.whole[i]
}

// appendTo appends n cards and their owners from slot i on.
func (b *block) appendTo(s *Sample, i, n uint32) {
	i += b.at
	k := b.chunk
	s.Owners = append(s.Owners, k.owners[i:i+n]...)
	if k.slim == nil {
		s.Cards = append(s.Cards, k.whole[i:i+n]...)
		return
	}
	at := len(s.Cards)
	s.Cards = extend(s.Cards, int(n))
	to := s.Cards[at:]
	from := k.slim[i:][:len(to)]
	for j := range to {
		from[j].widen(&to[j])
	}
}

// extend returns cards with n more, whatever they hold.
func extend(cards []codec.Card, n int) []codec.Card {
	if len(cards)+n <= cap(cards) {
		return cards[:len(cards)+n]
	}
	return append(cards, make([]codec.Card, n)...)
}
