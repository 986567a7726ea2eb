package wheel_test

import (
	"time"

	"golang.org/x/sys/unix"
)

// work returns the CPU time of the calling thread: what a tick costs, however
// often the machine does something else in between.
func work() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		panic(err)
	}
	return time.Duration(t.Nano())
}
