package wheel

// The levels. A slot of level 0 is one tick; a slot of an upper level spans
// half of what the level below it reaches, so that all of its lines fit below
// during the whole span before it begins: that is when they descend.
//
//	level  slots  a slot spans        the level reaches
//	    0   2048  1 tick    100 ms    2^11 ticks  204.8 s
//	    1    256  2^10      102.4 s   2^18          7.3 h
//	    2    256  2^17        3.6 h   2^25         38.8 days
//	    3    256  2^24       19.4 d   2^32         13.6 years: every Tick
const (
	nearSlots   = 2048
	upperSlots  = 256
	upperLevels = 3
	slots       = nearSlots + upperLevels*upperSlots

	// spanShift is log2 of the ticks in a slot of level 1; each level above
	// multiplies by upperSlots/2.
	spanShift = 10
	stepShift = 7
)

// An upperLevel is one of the levels 1 to 3, by its index 0 to 2.
type upperLevel uint32

// ordinal returns the number, counted from the epoch, of the slot that t is in.
func (u upperLevel) ordinal(t Tick) Tick {
	return t >> (spanShift + stepShift*uint32(u))
}

// slot returns where the slot of that ordinal is in Wheel.head.
func (u upperLevel) slot(ordinal Tick) uint32 {
	return nearSlots + uint32(u)*upperSlots + uint32(ordinal)%upperSlots
}

// left returns how many ticks, t itself included, are left before the slot
// after that of t begins. It is never 0.
func (u upperLevel) left(t Tick) Tick {
	span := Tick(1) << (spanShift + stepShift*uint32(u))
	return span - t%span
}

// slotFor returns the slot for a line that is to be examined at due, when the
// wheel has reached now <= due: the lowest level that reaches due.
//
// A line never enters the slot that descends (ordinal 1 after now's). Level 1
// gets due >= now + 2^11, which is two slots of 2^10 on; an upper level gets
// what lies more than 256 slots of the level below on, and 256 of those are two
// of its own.
func slotFor(due, now Tick) uint32 {
	if due-now < nearSlots {
		return uint32(due) % nearSlots
	}
	u := upperLevel(0)
	for u.ordinal(due)-u.ordinal(now) > upperSlots {
		u++
	}
	return u.slot(u.ordinal(due))
}
