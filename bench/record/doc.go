// Package record keeps measurements in the Go benchmark format and compares
// them: configuration lines first, then one line per sample, so that benchstat
// reads the same files.
//
//	commit: 4e73a9e…
//	cpu: AMD EPYC
//	BenchmarkServe/mix=keepalive/server=gnet-1  812345  7012 ns/op  6789 cpu-ns/op
//
// Two comparisons: Ratio for servers that took turns in one run (paired, round
// by round, because the machine drifts between rounds), and Gate for an older
// and a newer revision (one-sided: getting faster is never a fault).
//
// Not here: measuring, what a figure means, how a report looks.
//
// Thread rule: values are not shared between goroutines while they are
// written. Format: golang.org/design/14313-benchmark-format, by way of
// golang.org/x/perf/benchfmt.
package record
