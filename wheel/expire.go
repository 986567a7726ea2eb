package wheel

// Expire disarms timers whose deadline is at or before now, appends their
// handles to dst, in no particular order, and returns the extended dst. It
// reports whether there may be more: when false, no timer that is due at now is
// left.
//
// The work is bounded twice. At most budget lines are examined, a line being 16
// timers, and a tick that is passed counts as one. And dst is never
// reallocated: at most cap(dst)-len(dst) handles are appended, so without room
// nothing is fired. After true, call again, now or later; timers may be armed
// and disarmed in between.
//
// A now before the tick that the wheel has reached does nothing. Expire does not
// allocate, but for entry blocks when lines spread over more slots than ever.
func (w *Wheel) Expire(now Tick, dst []uint32, budget int) (fired []uint32, more bool) {
	if now <= w.origin || now-w.origin < w.reached {
		return dst, false
	}
	e := expiry{wheel: w, now: now - w.origin, fired: dst, budget: budget}
	for e.finishTick() {
		if w.reached == e.now {
			return e.fired, false
		}
		if e.budget <= 0 {
			break
		}
		e.budget--
		w.enter(min(w.next(), e.now))
	}
	return e.fired, true
}

// next returns the tick to work on when reached is finished: that after it, but
// for stretches in which there is nothing to do.
func (w *Wheel) next() Tick {
	if w.near != 0 {
		return w.reached + 1
	}
	if w.far == 0 {
		return MaxTick
	}
	for u := range upperLevel(upperLevels) {
		if *w.descending(u) != 0 {
			return w.reached + 1
		}
	}
	return w.reached + upperLevel(0).left(w.reached)
}

// enter makes t the tick that is worked on, and sets what has to descend
// meanwhile: of each slot that descends an even share, the last of it in the
// last tick before the slot begins.
func (w *Wheel) enter(t Tick) {
	w.reached = t
	for u := range upperLevel(upperLevels) {
		if n := *w.descending(u); n != 0 {
			w.owed[u] = (n-1)/uint32(u.left(t)) + 1
		}
	}
}

// descending returns the number of lines in the slot of level u that descends,
// which is the one after that of reached.
func (w *Wheel) descending(u upperLevel) *uint32 {
	return &w.upper[u.slot(u.ordinal(w.reached)+1)-nearSlots]
}

// An expiry is one call of Expire.
type expiry struct {
	wheel  *Wheel
	now    Tick
	fired  []uint32
	budget int
}

// finishTick does what there is to do at the tick reached. It returns false
// when the budget, or the room for handles, ends before.
func (e *expiry) finishTick() bool {
	w := e.wheel
	for slot := uint32(w.reached) % nearSlots; w.top[slot] != none; {
		if !e.examine(slot, blockLines) {
			return false
		}
	}
	for u := range upperLevel(upperLevels) {
		if w.owed[u] != 0 && !e.descend(u) {
			return false
		}
	}
	return true
}

// descend examines the lines that level u owes at the tick reached.
func (e *expiry) descend(u upperLevel) bool {
	w := e.wheel
	slot, waiting := u.slot(u.ordinal(w.reached)+1), w.descending(u)
	for w.owed[u] != 0 && *waiting != 0 {
		before := *waiting
		ok := e.examine(slot, int(w.owed[u]))
		w.owed[u] -= before - *waiting
		if !ok {
			return false
		}
	}
	w.owed[u] = 0
	return true
}

// examine takes lines from the top block of slot, at most limit: it fires the
// timers that are due and links the lines for the earliest deadline that is
// left, in other slots. It returns false when the budget, or the room for
// handles, ends before.
func (e *expiry) examine(slot uint32, limit int) bool {
	w := e.wheel
	top := w.top[slot]
	b := w.block(top)
	end := int(top%blockWords) + 1
	start := end - min(end, limit, max(e.budget, 0))

	// First one deadline of each line, so that the cache misses overlap, then
	// all the others.
	var before [blockLines]Tick
	for i := start; i < end; i++ {
		before[i] = w.deadlines(b.line[i])[0] - 1
	}
	for i := start; i < end; i++ {
		before[i] = min(before[i], beforeEarliest(w.deadlines(b.line[i])))
	}
	for i := end - 1; i >= start; i-- {
		if !e.take(slot, b.line[i], before[i]) {
			return false
		}
	}
	return start < end
}

// take takes line l, which is on top of slot, off it. It returns false, and
// leaves the line there, when the room for handles ends before.
func (e *expiry) take(slot, l uint32, before Tick) bool {
	w := e.wheel
	if before < e.now {
		if !e.fire(l) {
			return false
		}
		before = beforeEarliest(w.deadlines(l))
	}
	e.budget--
	w.pop(slot)
	w.count(slot, -1)
	if before == MaxTick {
		*w.line(l) = line{due: MaxTick, place: none}
		return true
	}
	w.link(l, before+1)
	return true
}

// beforeEarliest returns the tick before the earliest deadline, or MaxTick when
// no timer is armed: taking 1 off turns their 0 into the latest tick there is.
func beforeEarliest(deadlines *[lineTimers]Tick) Tick {
	before := MaxTick
	for _, d := range deadlines {
		before = min(before, d-1)
	}
	return before
}

// fire disarms the timers of line l that are due and appends their handles. It
// returns false when the room ends before.
func (e *expiry) fire(l uint32) bool {
	deadlines := e.wheel.deadlines(l)
	for i, d := range deadlines {
		if d-1 >= e.now {
			continue
		}
		if len(e.fired) == cap(e.fired) {
			return false
		}
		deadlines[i] = 0
		e.fired = append(e.fired, l*lineTimers+uint32(i))
	}
	return true
}
