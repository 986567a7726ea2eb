// Package report makes BENCHMARKS.md from the raw files of bench/results and
// from nothing else: every figure names the file that it is from and the
// command that makes it again.
//
// A file is told by its benchmarks: Serve (bench/cmd/bench), Scale
// (bench/cmd/scale), anything else is output of go test -bench
// (bench/cmd/micro). Figures of code that has changed since are marked.
//
// Not here: measuring. A report is the same for the same files and the same
// commit, however fast the machine is that makes it.
//
// Thread rule: none is needed; Write is a function of its arguments.
package report
