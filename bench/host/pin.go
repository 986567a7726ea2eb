package host

import (
	"fmt"
	"os"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// Pin keeps every thread of this process, and each that they start, on one
// core.
func Pin(core int) error {
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return fmt.Errorf("pin to core %d: %w", core, err)
	}
	only := coreSet(core)
	for _, t := range threads {
		tid, err := strconv.Atoi(t.Name())
		if err != nil {
			continue
		}
		if err := unix.SchedSetaffinity(tid, &only); err != nil && err != unix.ESRCH {
			return fmt.Errorf("pin thread %d to core %d: %w", tid, core, err)
		}
	}
	return nil
}

// OnCore calls f on a thread that runs on one core only. A process that f
// starts inherits the core for all its threads. Afterwards the thread has its
// former cores back.
func OnCore(core int, f func() error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var former unix.CPUSet
	if err := unix.SchedGetaffinity(0, &former); err != nil {
		return fmt.Errorf("read affinity: %w", err)
	}
	only := coreSet(core)
	if err := unix.SchedSetaffinity(0, &only); err != nil {
		return fmt.Errorf("pin to core %d: %w", core, err)
	}
	defer unix.SchedSetaffinity(0, &former)
	return f()
}

func coreSet(core int) unix.CPUSet {
	var set unix.CPUSet
	set.Set(core)
	return set
}
