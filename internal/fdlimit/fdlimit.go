package fdlimit

import (
	"fmt"
	"math"

	"golang.org/x/sys/unix"
)

// A Limit is the number of descriptors the process may have open
// (RLIMIT_NOFILE). All of them have numbers below it.
type Limit int

// Bounds of the reserve.
const (
	minReserve   = 16  // standard streams, pollers, listeners, admin
	maxReserve   = 256 // also for a limit of a million
	reserveShare = 16  // else one in so many
)

// Raise sets the soft limit to the hard one and returns what holds then. With
// an error, which names the system call, the Limit is the one found.
func Raise() (Limit, error) {
	var r unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &r); err != nil {
		return 0, fmt.Errorf("getrlimit RLIMIT_NOFILE: %w", err)
	}
	found := clamp(uint64(r.Cur))
	if r.Cur >= r.Max {
		return found, nil
	}
	r.Cur = r.Max
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &r); err != nil {
		return found, fmt.Errorf("setrlimit RLIMIT_NOFILE: %w", err)
	}
	return clamp(uint64(r.Cur)), nil
}

// clamp makes a Limit of what the kernel says, which may be infinity.
func clamp(n uint64) Limit { return Limit(min(n, math.MaxInt32)) }

// Ceiling is the first descriptor number that no connection may keep, when
// accepting is done by so many threads: each may hold one more that it has not
// looked at yet. It is 1/16 of the limit, at least 16 and at most 256, below
// it, but never takes more than half.
func (l Limit) Ceiling(acceptors int) int {
	reserve := min(max(int(l)/reserveShare, minReserve), maxReserve) + acceptors
	return int(l) - min(reserve, int(l)/2)
}
