package record

import (
	"fmt"
	"math"
	"slices"

	"golang.org/x/perf/benchmath"
)

// Spread is a set of samples in three figures.
type Spread struct {
	Median, Min, Max float64
}

// SpreadOf summarizes samples; of none it is NaN.
func SpreadOf(samples []float64) Spread {
	if len(samples) == 0 {
		return Spread{math.NaN(), math.NaN(), math.NaN()}
	}
	s := slices.Sorted(slices.Values(samples))
	middle := s[len(s)/2]
	if len(s)%2 == 0 {
		middle = (s[len(s)/2-1] + middle) / 2
	}
	return Spread{middle, s[0], s[len(s)-1]}
}

// Ratio divides round by round what two servers took in turns and summarizes
// the quotients. The rounds must be as many on both sides.
func Ratio(subject, floor []float64) (Spread, error) {
	if len(subject) != len(floor) || len(floor) == 0 {
		return SpreadOf(nil), fmt.Errorf("record: %d rounds of the subject, %d of the floor", len(subject), len(floor))
	}
	quotients := make([]float64, len(floor))
	for i := range floor {
		if floor[i] <= 0 {
			return SpreadOf(nil), fmt.Errorf("record: round %d of the floor is %v", i, floor[i])
		}
		quotients[i] = subject[i] / floor[i]
	}
	return SpreadOf(quotients), nil
}

// Verdict is what a gate says about one unit of one benchmark.
type Verdict struct {
	Base, Head float64 // medians
	P          float64 // of the Mann-Whitney test that both are the same
	Worse      bool
}

// Gate rules. A slowdown by tolerance that chance does not explain is a
// fault; so a true slowdown by a tenth, measured with a few per cent of noise,
// is always one. Fewer is better in every unit that is gated.
const (
	tolerance    = 0.05
	significance = 0.05
)

// Gate compares samples of an older and a newer revision, taken in turns.
// Being faster is never a fault.
func Gate(base, head []float64) Verdict {
	v := Verdict{Base: SpreadOf(base).Median, Head: SpreadOf(head).Median}
	thresholds := benchmath.DefaultThresholds
	thresholds.CompareAlpha = significance
	v.P = benchmath.AssumeNothing.Compare(
		benchmath.NewSample(slices.Clone(base), &thresholds),
		benchmath.NewSample(slices.Clone(head), &thresholds)).P
	v.Worse = v.Head > v.Base*(1+tolerance) && v.P < significance
	return v
}

// GateExact compares counts that do not vary, such as allocs/op: one more is a
// fault.
func GateExact(base, head []float64) Verdict {
	v := Verdict{Base: SpreadOf(base).Median, Head: SpreadOf(head).Median}
	v.Worse = v.Head > v.Base
	return v
}
