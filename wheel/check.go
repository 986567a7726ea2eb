package wheel

import "fmt"

// Check returns an error that tells which invariant does not hold, or nil. It
// reads every line and slot: it is for tests and for a debugging command.
func (w *Wheel) Check() error {
	linked := 0
	for l := range uint32(len(w.chunks) * chunkLines) {
		if err := w.checkLine(l); err != nil {
			return fmt.Errorf("wheel: line %d %+v, reached %d: %w", l, *w.line(l), w.reached, err)
		}
		if w.line(l).place != none {
			linked++
		}
	}
	// A linked line is at its place, so no line is at two; as many lines in
	// the slots as are linked are all of them.
	lines := [2]int{} // near, far
	blocks := 0
	for slot := range uint32(slots) {
		n, b, err := w.checkSlot(slot)
		if err != nil {
			return fmt.Errorf("wheel: slot %d, reached %d: %w", slot, w.reached, err)
		}
		lines[min(slot/nearSlots, 1)] += n
		blocks += b
	}
	if lines != [2]int{w.near, w.far} || w.near+w.far != linked {
		return fmt.Errorf("wheel: near and far are %d, counted %d+%d; %d lines are linked", lines, w.near, w.far, linked)
	}
	if err := w.checkFree(blocks); err != nil {
		return err
	}
	return w.checkDescent()
}

// checkLine compares line l with its deadlines.
func (w *Wheel) checkLine(l uint32) error {
	n, before := w.line(l), beforeEarliest(w.deadlines(l))
	switch {
	case n.place == none && before != MaxTick:
		return fmt.Errorf("deadline %d, not linked", before+1)
	case n.place == none && n.due != MaxTick:
		return fmt.Errorf("due, not linked")
	case n.place != none && n.due < w.reached:
		return fmt.Errorf("due in the past")
	case n.place != none && before != MaxTick && n.due > max(w.reached, before+1):
		return fmt.Errorf("due after the deadline %d", before+1)
	}
	return nil
}

// checkSlot returns how many lines and blocks are in slot.
func (w *Wheel) checkSlot(slot uint32) (lines, blocks int, err error) {
	for top := w.top[slot]; top != none; top = w.block(top).below {
		if b := w.block(top); b.slot != slot {
			return 0, 0, fmt.Errorf("block %d is of slot %d", top/blockWords, b.slot)
		}
		if blocks == len(w.blocks)*blocksChunk {
			return 0, 0, fmt.Errorf("more blocks than there are")
		}
		if blocks > 0 && top%blockWords != blockLines-1 {
			return 0, 0, fmt.Errorf("block %d is not full", top/blockWords)
		}
		for i := range top%blockWords + 1 {
			if err := w.checkPlace(slot, top-i); err != nil {
				return 0, 0, err
			}
		}
		lines += int(top%blockWords) + 1
		blocks++
	}
	if slot >= nearSlots && int(w.upper[slot-nearSlots]) != lines {
		return 0, 0, fmt.Errorf("%d lines, counted %d", lines, w.upper[slot-nearSlots])
	}
	return lines, blocks, nil
}

// checkPlace tells whether the line at place knows that it is there, and will
// be met there before its due has passed.
func (w *Wheel) checkPlace(slot, place uint32) error {
	l := w.block(place).line[place%blockWords]
	if int(l/chunkLines) >= len(w.chunks) || w.line(l).place != place {
		return fmt.Errorf("line %d is not at place %d", l, place)
	}
	due := w.line(l).due
	if slot < nearSlots {
		if due-w.reached >= nearSlots || uint32(due)%nearSlots != slot {
			return fmt.Errorf("line %d, due %d", l, due)
		}
		return nil
	}
	u := upperLevel((slot - nearSlots) / upperSlots)
	ahead := u.ordinal(due) - u.ordinal(w.reached)
	if u.slot(u.ordinal(due)) != slot || ahead < 1 || ahead > upperSlots {
		return fmt.Errorf("line %d, due %d, in level %d", l, due, u+1)
	}
	return nil
}

// checkFree tells whether the blocks that no slot uses are those on the list of
// free ones.
func (w *Wheel) checkFree(used int) error {
	all := len(w.blocks) * blocksChunk
	free := 0
	for place := w.free; place != none && free <= all; place = w.block(place).below {
		free++
	}
	if used+free != all {
		return fmt.Errorf("wheel: of %d blocks %d are used and %d free", all, used, free)
	}
	return nil
}

// checkDescent tells whether every slot that descends will be empty by the time
// it begins.
func (w *Wheel) checkDescent() error {
	for u := range upperLevel(upperLevels) {
		n := *w.descending(u)
		if n > w.owed[u] && u.left(w.reached) == 1 {
			return fmt.Errorf("wheel: level %d owes %d of %d lines in the last tick, %d", u+1, w.owed[u], n, w.reached)
		}
	}
	return nil
}
