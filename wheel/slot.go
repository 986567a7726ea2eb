package wheel

// A block holds lines of one slot. A slot is a stack of blocks, of which only
// the top one is not full:
//
//	slots.top -> [l l l . . .]  -> below [l l l l l l] -> below [l l l l l l]
//
// To work through a slot is to read its blocks, not to follow a list from line
// to line: the processor can fetch the lines of a block at the same time.
type block struct {
	line  [blockLines]uint32
	below uint32 // the next block of the slot, or of the free blocks; or none
	slot  uint32
}

const (
	blockWords  = 16
	blockLines  = blockWords - 2
	blocksChunk = 64
)

// A place is where a slot has a line: block number * blockWords + index.

// block returns the block that place is in.
func (w *Wheel) block(place uint32) *block {
	b := place / blockWords
	return &w.blocks[b/blocksChunk][b%blocksChunk]
}

// push puts line l on top of slot and returns its place.
func (w *Wheel) push(slot, l uint32) (place uint32) {
	top := w.top[slot]
	if top == none || top%blockWords == blockLines-1 {
		place = w.newBlock(slot, top)
	} else {
		place = top + 1
	}
	w.block(place).line[place%blockWords] = l
	w.top[slot] = place
	return place
}

// newBlock returns the first place of an empty block of slot, above top.
func (w *Wheel) newBlock(slot, below uint32) (place uint32) {
	if w.free == none {
		w.moreBlocks()
	}
	place = w.free
	b := w.block(place)
	w.free = b.below
	b.below, b.slot = below, slot
	return place
}

// moreBlocks allocates free blocks.
func (w *Wheel) moreBlocks() {
	first := uint32(len(w.blocks) * blocksChunk * blockWords)
	w.blocks = append(w.blocks, new([blocksChunk]block))
	for place := first + (blocksChunk-1)*blockWords; ; place -= blockWords {
		w.block(place).below = w.free
		w.free = place
		if place == first {
			return
		}
	}
}

// pop takes the line on top off slot, which is not empty.
func (w *Wheel) pop(slot uint32) {
	top := w.top[slot]
	if top%blockWords != 0 {
		w.top[slot] = top - 1
		return
	}
	b := w.block(top)
	w.top[slot] = b.below
	b.below = w.free
	w.free = top
}

// remove takes the line at place out of its slot, which it returns. The line on
// top takes the place.
func (w *Wheel) remove(place uint32) (slot uint32) {
	b := w.block(place)
	slot = b.slot
	top := w.top[slot]
	l := w.block(top).line[top%blockWords]
	b.line[place%blockWords] = l
	w.line(l).place = place
	w.pop(slot)
	return slot
}
