package record

import (
	"io"

	"golang.org/x/perf/benchfmt"

	"github.com/ppspd/ppspd/bench/host"
)

// A Value is one figure of a sample with its unit, as in "6789 cpu-ns/op".
type Value struct {
	Amount float64
	Unit   string
}

// Writer writes samples under one configuration.
type Writer struct {
	out    *benchfmt.Writer
	config []benchfmt.Config
}

// NewWriter writes to w. The configuration lines come before the first sample.
// An empty value leaves its line out.
func NewWriter(w io.Writer, config []host.Fact) *Writer {
	r := &Writer{out: benchfmt.NewWriter(w)}
	for _, f := range config {
		if f.Value != "" {
			r.config = append(r.config, benchfmt.Config{Key: f.Key, Value: []byte(f.Value), File: true})
		}
	}
	return r
}

// Write writes one sample of n operations. The name goes without the word
// Benchmark.
func (w *Writer) Write(name string, n int, values ...Value) error {
	sample := &benchfmt.Result{Config: w.config, Name: benchfmt.Name(name), Iters: n}
	for _, v := range values {
		sample.Values = append(sample.Values, benchfmt.Value{Value: v.Amount, Unit: v.Unit})
	}
	return w.out.Write(sample)
}
