package host

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// Usage is what a process has used since it started.
type Usage struct {
	CPU    time.Duration // user and system time of all threads, to the nanosecond
	System time.Duration // the system part, in ticks of 10 ms
	RSS    int64         // resident memory now, bytes
}

// Sub is the CPU time used between two readings; RSS stays the later one.
func (u Usage) Sub(earlier Usage) Usage {
	u.CPU -= earlier.CPU
	u.System -= earlier.System
	return u
}

// UsageOf reads the usage of a process.
func UsageOf(pid int) (Usage, error) {
	var ts unix.Timespec
	if err := unix.ClockGettime(cpuClock(pid), &ts); err != nil {
		return Usage{}, fmt.Errorf("CPU clock of process %d: %w", pid, err)
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return Usage{}, err
	}
	u, err := parseStat(stat)
	u.CPU = time.Duration(ts.Nano())
	return u, err
}

// cpuClock is the clock id that clock_getcpuclockid(3) gives for a process:
// the complement of the pid above three bits, of which 2 means "scheduled
// time of the whole process".
func cpuClock(pid int) int32 { return ^int32(pid)<<3 | 2 }

// Fields of /proc/PID/stat, counted from the one after the command name
// (proc_pid_stat(5) counts from 1 and the name is its second).
const (
	statSystemTime = 15 - 3
	statResident   = 24 - 3
	statTick       = 10 * time.Millisecond // USER_HZ is 100 on every Linux port of Go
)

// parseStat reads what follows the last ')': a command name may hold blanks
// and parentheses.
func parseStat(stat []byte) (Usage, error) {
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) <= statResident {
		return Usage{}, fmt.Errorf("/proc/PID/stat has %d fields", len(fields))
	}
	ticks, err := strconv.ParseInt(string(fields[statSystemTime]), 10, 64)
	if err != nil {
		return Usage{}, fmt.Errorf("/proc/PID/stat stime: %w", err)
	}
	pages, err := strconv.ParseInt(string(fields[statResident]), 10, 64)
	if err != nil {
		return Usage{}, fmt.Errorf("/proc/PID/stat rss: %w", err)
	}
	return Usage{System: time.Duration(ticks) * statTick, RSS: pages * int64(os.Getpagesize())}, nil
}
