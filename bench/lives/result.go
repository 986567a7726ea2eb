package lives

import (
	"maps"
	"time"
)

// Result is what a run has found.
type Result struct {
	Elapsed  time.Duration
	Requests uint64
	// Errors are refusals and broken exchanges by kind.
	Errors map[string]uint64
	// Violations are answers that contradict the model, by kind.
	Violations map[string]uint64
	// Listed is how many listed peers were checked.
	Listed         uint64
	Sent, Received int64 // bytes, heads included
	Latency        Histogram
	TrackTimeout   time.Duration // that the tracker told
}

// OK reports whether nothing went wrong.
func (r *Result) OK() bool { return len(r.Errors) == 0 && len(r.Violations) == 0 && r.Requests > 0 }

func (r *run) result(workers []*worker, elapsed time.Duration) *Result {
	out := &Result{Elapsed: elapsed, Errors: map[string]uint64{}, Violations: map[string]uint64{}, TrackTimeout: r.timeout()}
	for _, w := range workers {
		out.Requests += w.requests
		out.Listed += w.check.checked
		out.Sent += w.sent
		out.Received += w.got
		out.Latency.Merge(&w.latency)
		add(out.Errors, w.errors)
		add(out.Violations, w.violations)
	}
	return out
}

func add(to, from map[string]uint64) {
	for k, n := range maps.All(from) {
		to[k] += n
	}
}
