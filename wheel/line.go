package wheel

import "math"

// A line is what the wheel moves about: lineTimers timers with adjacent
// handles. Their deadlines fill one cache line, so to look at one is to look at
// all, and they share one entry in the wheel:
//
//	handle    0 ......... 15 | 16 ........ 31 | 32 ...
//	deadline  d d 0 d ... d  | 0 0 0 ..... 0  | d ...   4 bytes a timer
//	line      {due place}    | {MaxTick none} | ...     half a byte a timer
//
// A line with an armed timer is linked: it is in exactly one slot, and due is
// when it is examined at the latest:
//
//	reached <= due <= max(reached, earliest deadline in the line)
//
// A reset to a later deadline and a disarming leave the line as it is: due is
// then early, the examination finds no timer due and links the line anew.
type line struct {
	due   Tick   // MaxTick when not linked, so that no deadline is after it
	place uint32 // where the slot has it; none: not linked
}

const (
	none = math.MaxUint32

	lineTimers  = 16
	chunkLines  = 128
	chunkTimers = chunkLines * lineTimers
)

// A chunk is what the wheel grows by. Its arrays hold no pointers: the garbage
// collector does not look inside. Each is allocated for itself, in a size that
// the allocator has, so that nothing is wasted and that the deadlines of a line
// start on a cache line.
type chunk struct {
	deadline *[chunkTimers]Tick // 0: not armed
	line     *[chunkLines]line
}

// newChunk returns a chunk with no timer armed and no line linked.
func newChunk() chunk {
	c := chunk{new([chunkTimers]Tick), new([chunkLines]line)}
	for i := range c.line {
		c.line[i] = line{due: MaxTick, place: none}
	}
	return c
}

// line returns line l, which exists.
func (w *Wheel) line(l uint32) *line {
	return &w.chunks[l/chunkLines].line[l%chunkLines]
}

// deadlines returns the deadlines of line l, which exists.
func (w *Wheel) deadlines(l uint32) *[lineTimers]Tick {
	first := l % chunkLines * lineTimers
	return (*[lineTimers]Tick)(w.chunks[l/chunkLines].deadline[first : first+lineTimers])
}

// link puts line l, which is not linked, into the slot for due.
func (w *Wheel) link(l uint32, due Tick) {
	slot := slotFor(due, w.reached)
	*w.line(l) = line{due: due, place: w.push(slot, l)}
	w.count(slot, 1)
}

// unlink takes line l, which is linked, out of its slot.
func (w *Wheel) unlink(l uint32) {
	n := w.line(l)
	w.count(w.remove(n.place), -1)
	*n = line{due: MaxTick, place: none}
}

// count adds n to the number of lines in slot.
func (w *Wheel) count(slot uint32, n int) {
	if slot < nearSlots {
		w.near += n
		return
	}
	w.far += n
	w.upper[slot-nearSlots] += uint32(n)
}
