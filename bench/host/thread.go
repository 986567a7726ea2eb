package host

import (
	"time"

	"golang.org/x/sys/unix"
)

// ThreadCPU is the CPU time of the calling thread, which the caller must have
// locked (runtime.LockOSThread) for differences to mean anything.
func ThreadCPU() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		panic("BUG: no thread clock: " + err.Error())
	}
	return time.Duration(t.Nano())
}
