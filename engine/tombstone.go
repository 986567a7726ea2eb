package engine

import (
	"time"

	"github.com/ppspd/ppspd/wheel"
)

// tombstoneLife is how long a last LEAVE may be repeated.
const tombstoneLife = wheel.Tick(30 * time.Second / wheel.TickDuration)

// tombstoneCount bounds the tombstones of a stripe; when more peers leave
// within tombstoneLife, the oldest ones are forgotten.
const tombstoneCount = 512

// A tombstone is what is left of a peer whose last LEAVE was performed: enough
// to know that request again. The fingerprint covers the Peer-ID.
type tombstone struct {
	fingerprint uint64
	until       wheel.Tick // the first tick at which it is void
}

// tombstones are those of one stripe, in the order of their making:
//
//	ring[next-1], ring[next-2], ... from the youngest to the oldest
//
// A void one is followed by void ones only: until grows with each.
type tombstones struct {
	ring [tombstoneCount]tombstone
	next int
}

// add remembers a request. Fingerprint 0 is none.
func (t *tombstones) add(fingerprint uint64, now wheel.Tick) {
	if fingerprint == 0 {
		return
	}
	t.ring[t.next] = tombstone{fingerprint, now + tombstoneLife}
	t.next = (t.next + 1) % tombstoneCount
}

// find reports whether the request was a last LEAVE not long ago. It looks at
// the live ones, so only what cannot be valid otherwise should be looked for.
func (t *tombstones) find(fingerprint uint64, now wheel.Tick) bool {
	if fingerprint == 0 {
		return false
	}
	for i := 1; i <= tombstoneCount; i++ {
		s := &t.ring[(t.next-i+tombstoneCount)%tombstoneCount]
		if s.until <= now {
			return false
		}
		if s.fingerprint == fingerprint {
			return true
		}
	}
	return false
}

// shift moves their ends like the timers, when the clock has jumped.
func (t *tombstones) shift(by wheel.Tick) {
	for i := range t.ring {
		if s := &t.ring[i]; s.until != 0 {
			s.until += min(by, wheel.MaxTick-s.until)
		}
	}
}
