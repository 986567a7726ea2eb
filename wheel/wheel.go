package wheel

// A Wheel holds timers by handle. New makes one.
//
// Inside, time is counted from origin: Shift moves that instead of the timers.
//
//	deadline, due, reached = tick of the owner - origin; 1 <= reached
//
//	       done                   level 0                upper levels
//	|----------------------|--------------------------|----------------->
//	origin              reached             reached + 2^11
//
// The slot of reached may hold lines: what an Expire left over, and what was
// armed since with a deadline that has passed. In each upper level the slot of
// reached is empty, the one after it descends.
type Wheel struct {
	chunks []chunk // timer h is in chunks[h/chunkTimers]
	origin Tick

	reached Tick                // the tick that Expire has got to
	owed    [upperLevels]uint32 // lines that still have to descend at reached
	near    int                 // lines that are linked in level 0
	far     int                 // lines that are linked in an upper level

	blocks []*[blocksChunk]block
	free   uint32 // place in the first block that no slot uses, or none

	upper [slots - nearSlots]uint32 // lines in each slot of the upper levels
	top   [slots]uint32             // place of the line on top of each slot, or none

	_ noCopy
}

// noCopy makes vet complain when a Wheel is copied.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

// New returns a wheel without timers that has reached now. Ticks start at 1:
// a now of 0 is taken for 1.
func New(now Tick) *Wheel {
	w := &Wheel{reached: max(now, 1), free: none}
	for i := range w.top {
		w.top[i] = none
	}
	return w
}

// Arm starts timer h, or resets it, to fire at deadline. A deadline that has
// passed fires at the next Expire. The earliest deadline there is is 1, or what
// Shift has made of it; an earlier one is taken for that.
//
// Handles have to be dense: memory is proportional to the greatest one that was
// ever armed. Arm allocates a chunk when h is beyond those there are, and entry
// blocks until there are enough for how the lines spread over the slots.
func (w *Wheel) Arm(h uint32, deadline Tick) {
	// Fast path: a later deadline is only a store.
	if !w.TryArm(h, deadline) {
		w.armSlow(h, deadline)
	}
}

// TryArm does what Arm does if that takes only a store: if the line of h is
// examined before deadline anyway, as it is with every reset to a later tick that
// has not been reached.
// Otherwise it does nothing and returns false.
//
// It is the fast path of Arm, kept simple to be inlinable, for callers who need
// it:
//
//	if !w.TryArm(h, deadline) {
//		w.Arm(h, deadline)
//	}
func (w *Wheel) TryArm(h uint32, deadline Tick) bool {
	if i := int(h / chunkTimers); i < len(w.chunks) && deadline > w.origin {
		// The old deadline is not read: it need not be in the cache.
		if c := &w.chunks[i]; c.line[h/lineTimers%chunkLines].due < deadline-w.origin {
			c.deadline[h%chunkTimers] = deadline - w.origin
			return true
		}
	}
	return false
}

// armSlow is Arm when the line of h may have to be examined earlier than it is.
func (w *Wheel) armSlow(h uint32, deadline Tick) {
	for int(h/chunkTimers) >= len(w.chunks) {
		w.chunks = append(w.chunks, newChunk())
	}
	l := h / lineTimers
	d := max(deadline, w.origin+1) - w.origin
	w.deadlines(l)[h%lineTimers] = d
	due := max(d, w.reached)
	if n := w.line(l); n.place != none {
		if n.due <= due {
			return
		}
		w.unlink(l)
	}
	w.link(l, due)
}

// Disarm stops timer h. It does nothing when h is not armed. The handle may be
// used for another timer at once.
func (w *Wheel) Disarm(h uint32) {
	if d := w.at(h); d != nil {
		*d = 0
	}
}

// Deadline returns when timer h fires, or 0 when it is not armed.
func (w *Wheel) Deadline(h uint32) Tick {
	d := w.at(h)
	if d == nil || *d == 0 {
		return 0
	}
	return *d + min(w.origin, MaxTick-*d)
}

// at returns the place of h's deadline, or nil when h was never armed.
func (w *Wheel) at(h uint32) *Tick {
	if c := int(h / chunkTimers); c < len(w.chunks) {
		return &w.chunks[c].deadline[h%chunkTimers]
	}
	return nil
}

// Shift moves all deadlines, and the tick that the wheel has reached, into the
// future by that many ticks: for a clock that has jumped while nothing could be
// heard. It costs the same for any number of timers. Deadlines beyond MaxTick
// are never fired.
func (w *Wheel) Shift(by Tick) {
	w.origin += min(by, MaxTick-1-w.origin)
}

// Lag returns how many ticks the wheel is behind now: 0 when all that was due
// before now has been fired.
func (w *Wheel) Lag(now Tick) Tick {
	if now <= w.origin || now-w.origin <= w.reached {
		return 0
	}
	return now - w.origin - w.reached
}

// What the parts weigh, in bytes.
const (
	wheelBytes       = 4*(slots+slots-nearSlots) + 96
	chunkBytes       = 4*chunkTimers + 8*chunkLines
	chunkEntryBytes  = 16 // in Wheel.chunks
	blocksChunkBytes = 4 * blockWords * blocksChunk
	blocksEntryBytes = 8 // in Wheel.blocks
)

// Stats tells the size of a wheel.
type Stats struct {
	Armed   int // timers that are armed
	Entries int // lines of 16 timers that wait in the wheel
	Bytes   int // memory of the wheel, all parts
}

// Stats returns the size of the wheel. To count what is armed it reads every
// deadline.
func (w *Wheel) Stats() Stats {
	s := Stats{Entries: w.near + w.far}
	for _, c := range w.chunks {
		for _, d := range c.deadline {
			if d != 0 {
				s.Armed++
			}
		}
	}
	s.Bytes = wheelBytes +
		len(w.chunks)*chunkBytes + cap(w.chunks)*chunkEntryBytes +
		len(w.blocks)*blocksChunkBytes + cap(w.blocks)*blocksEntryBytes
	return s
}
