package lives

import (
	"math/bits"
	"time"
)

// Histogram counts durations in buckets of less than 1.6 % width: 64 for each
// power of two of nanoseconds. The zero Histogram is empty.
type Histogram struct {
	buckets [64 * 40]uint64
	count   uint64
}

// bucket of d: below 64 ns one for each; above, the six bits behind the
// leading one.
func bucket(d time.Duration) int {
	n := uint64(max(d, 0))
	if n < 64 {
		return int(n)
	}
	shift := bits.Len64(n) - 7
	return min((shift+1)*64+int(n>>shift&63), 64*40-1)
}

// upper is the largest duration of bucket i.
func upper(i int) time.Duration {
	if i < 64 {
		return time.Duration(i)
	}
	shift := i/64 - 1
	return time.Duration((uint64(64+i%64)+1)<<shift - 1)
}

// Add counts d.
func (h *Histogram) Add(d time.Duration) {
	h.buckets[bucket(d)]++
	h.count++
}

// Merge adds all of o.
func (h *Histogram) Merge(o *Histogram) {
	for i, n := range o.buckets {
		h.buckets[i] += n
	}
	h.count += o.count
}

// Quantile is the duration that the share q of all does not exceed; 0 if empty.
func (h *Histogram) Quantile(q float64) time.Duration {
	rank, seen := uint64(q*float64(h.count)), uint64(0)
	for i, n := range h.buckets {
		if seen += n; seen > rank || n > 0 && seen == h.count {
			return upper(i)
		}
	}
	return 0
}
