package wheel

import (
	"math"
	"time"
)

// A Tick is a point in time: the number of TickDurations since the owner's
// epoch, or a distance of so many. 32 bits reach 13.6 years.
//
// Tick 0 is the epoch itself; it is never a deadline, so Deadline can return 0
// for a timer that is not armed.
type Tick uint32

const (
	// TickDuration is the length of a Tick.
	TickDuration = 100 * time.Millisecond

	// MaxTick is the last Tick there is. Conversions saturate here.
	MaxTick Tick = math.MaxUint32
)

// Ticks returns d in ticks, rounded up: 1 ns is 1 tick. What is negative is 0,
// what is beyond MaxTick is MaxTick.
//
// The deadline of a timeout that starts at elapsed (time since the epoch, as
// exact as the owner has it) is Ticks(elapsed + timeout): by the time Since
// shows that tick, the timeout has passed in full.
func Ticks(d time.Duration) Tick {
	if d <= 0 {
		return 0
	}
	return saturate((d-1)/TickDuration + 1)
}

// Since returns the tick that has begun when elapsed has passed since the
// epoch: elapsed in ticks, rounded down. It is the now of Expire.
func Since(elapsed time.Duration) Tick {
	return saturate(max(elapsed, 0) / TickDuration)
}

// saturate cuts a number of ticks to what a Tick holds; n is not negative.
func saturate(n time.Duration) Tick {
	return Tick(min(n, time.Duration(MaxTick)))
}
