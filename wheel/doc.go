// Package wheel is a hierarchical timing wheel for the tracker's timers: one
// timer per peer, tens of millions of them, nearly all reset long before they
// are due.
//
// # Promise
//
// A timer is never fired before its deadline. It is fired by the first Expire at
// or after its deadline that neither its budget nor its room for handles ends:
// so it is late by the time between two calls of Expire at most, plus the time
// in which the caller works off a backlog, which Lag shows.
//
// # Terminology
//
// A timer is known by its handle, a number that the caller chooses: the index of
// the peer in its slab. It is armed when it has a deadline, a tick. Expire fires
// it: disarms it and returns its handle.
//
// # How it works
//
// The deadlines stand in a dense array, 4 bytes each. Sixteen timers with
// adjacent handles are a line: their deadlines fill one cache line, and the line
// has one entry in the wheel, in the slot for when it is examined next. That is
// no later than the earliest deadline in it (see line), and this one rule makes
// all the rest simple:
//
//   - A reset to a later deadline, and a disarming, are only a store. When the
//     line comes up, it is found to be early and linked for its new earliest
//     deadline: lazy re-arming, for sixteen timers at the price of one.
//   - An earlier deadline moves the line's entry. There is no second entry and
//     thus none that is stale: memory depends on the handles alone, not on what
//     was done to them.
//   - An entry says nothing about who uses a handle, the deadline alone decides.
//     A handle can be reused at once, and no generation is needed.
//
// The levels, with ticks of 100 ms:
//
//	level  slots  a slot spans        the level reaches
//	    0   2048  1 tick    100 ms    2^11 ticks  204.8 s
//	    1    256  2^10      102.4 s   2^18          7.3 h
//	    2    256  2^17        3.6 h   2^25         38.8 days
//	    3    256  2^24       19.4 d   2^32         13.6 years
//
//	           reached
//	level 0       |#|#|#|#|#|#|#|#|#|#|#|                2048 slots ahead
//	level 1   ....|.......|#######|#######|#######| ...
//	                       descends: into level 0, an even share per tick
//	level 2   ............|...................|###################| ...
//	                                           descends: into levels 0 and 1
//
// There are no cascade storms: a slot of an upper level is not moved down when
// it begins but during the whole span before, an even share of its lines in each
// tick. As it is examined on the way, most of it goes back up.
//
// # Invariants
//
// Check verifies them all. The main ones: a line with an armed timer is linked,
// in exactly one slot; reached <= due <= max(reached, its earliest deadline);
// its slot is met, or has descended, before due has passed.
//
// # Threads and memory
//
// A Wheel is passive: it has no goroutine, clock, lock or log. It must not be
// used by two goroutines at the same time; the owner calls it under the lock of
// the index stripe that it belongs to. Each call does a bounded amount of work,
// but for Stats and Check.
//
// A timer costs 4.5 bytes, and its share of an entry: 0.3 bytes where slots hold
// many lines, up to 4 where each line has a slot for itself. A Wheel without
// timers takes 14 KiB. Chunks of 2048 timers and of 64 entry blocks are
// allocated as needed, hold no pointers, are never moved and are kept for reuse
// until the Wheel is dropped.
//
// The package knows nothing of peers or of PPSP. What it is for are the init
// timer and the track timer of the base tracker protocol (sections 2.4.1 and 2.4.2).
package wheel
