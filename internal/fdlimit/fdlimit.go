// Package fdlimit raises the number of descriptors that the process may have
// open, and tells the front ends when to stop taking connections.
//
// The kernel gives out the lowest number that is free. A connection whose
// descriptor is numbered n or higher therefore proves that n descriptors are
// open, whoever opened them: no count has to be kept, and none can drift. What
// lies above Ceiling is the reserve: a front end that accepts a connection there
// refuses it and closes it at once. So accept never fails for want of a
// descriptor, which would leave the connection in the queue and the event loop
// spinning on it, and files, certificates and the admin server still open.
//
// It does not count connections and does not close them. Values are immutable;
// any goroutine may use them. Nothing here allocates.
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
