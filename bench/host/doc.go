// Package host tells what a measurement has to say about the machine, the
// source tree and the process that was measured, and keeps two processes on
// cores of their own.
//
// It does not measure time, start servers or write records.
//
// Everything here is for Linux: affinity by sched_setaffinity(2), CPU time by
// the per-process clock of clock_getcpuclockid(3), which counts nanoseconds
// where /proc/PID/stat counts ticks of 10 ms.
//
// Thread rule: every function may be called from any goroutine. Memory rule:
// nothing is kept between calls.
package host
