package httphead

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

// A Recent gives what Scan gives, whatever it has seen before.
func TestRecent(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	var r Recent
	var seen [][]byte
	for range 5000 {
		raw := randomHead(random)
		if len(seen) > 0 && random.IntN(3) > 0 {
			raw = bytes.Clone(seen[random.IntN(len(seen))])
			for range random.IntN(3) { // one more digit, another one, or a mistake
				i := random.IntN(len(raw))
				if c := raw[i]; c-'0' <= 9 || random.IntN(4) == 0 {
					raw[i] = "0123456789 \r:"[random.IntN(13)]
				}
			}
		}
		if len(seen) < 64 {
			seen = append(seen, raw)
		} else {
			seen[random.IntN(64)] = raw
		}
		checkRecent(t, &r, raw, random)
	}
}

func checkRecent(t *testing.T, r *Recent, raw []byte, random *rand.Rand) {
	t.Helper()
	want := whole(t, string(raw))
	var h Head
	cut := raw
	if random.IntN(3) == 0 {
		cut = raw[:random.IntN(len(raw)+1)]
	}
	_, f := r.Scan(&h, cut)
	if h.Size() == 0 && f == codec.FaultNone {
		_, f = r.Scan(&h, raw)
	}
	if got := say(&h, raw, f); got.Size != want.Size || got.Fault != want.Fault || want.Size > 0 && got != want {
		t.Fatalf("\n got %+v\nwant %+v\n%q", got, want, raw)
	}
}

// Known heads are found again, those with another number of digits too once they
// were seen; a crowd of different heads does not drive a known one out at once.
func TestRecentKnows(t *testing.T) {
	var r Recent
	var h Head
	known := func(raw []byte) bool {
		for i := range r.heads {
			if r.heads[i].matches(raw) {
				return true
			}
		}
		return false
	}
	for range 16 * recentEvery {
		for _, shape := range shapes {
			for _, n := range []int{443, 1443} {
				h.Reset()
				r.Scan(&h, fmt.Appendf(nil, shape, n))
			}
		}
	}
	for _, shape := range shapes {
		for _, n := range []int{101, 9999} {
			if !known(fmt.Appendf(nil, shape, n)) {
				t.Errorf("%d digits of %.40q are not known", n, shape)
			}
		}
		if known(fmt.Appendf(nil, shape, 5)) {
			t.Error("one digit is known")
		}
	}
}

func TestRecentNoAllocs(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	all, _ := heads(64)
	var r Recent
	var h Head
	scan := func() {
		for _, raw := range all {
			h.Reset()
			r.Scan(&h, raw)
		}
	}
	for range 100 {
		scan()
	}
	if n := testing.AllocsPerRun(100, scan); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkRecent(b *testing.B) {
	all, mean := heads(4096)
	b.Run("heads=mixed/known=yes", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(mean)
		var r Recent
		var h Head
		for i := 0; b.Loop(); i++ {
			h.Reset()
			r.Scan(&h, all[i%len(all)])
		}
	})
	b.Run("heads=mixed/known=no", func(b *testing.B) {
		b.ReportAllocs()
		var r Recent
		var h Head
		unique := make([][]byte, len(all))
		for i, raw := range all {
			unique[i] = bytes.Replace(raw, []byte("\r\n\r\n"), fmt.Appendf(nil, "\r\nX-Request-Id: %016x\r\n\r\n", i*0x9e3779b9), 1)
		}
		b.SetBytes(mean + 32)
		for i := 0; b.Loop(); i++ {
			h.Reset()
			r.Scan(&h, unique[i%len(unique)])
		}
	})
}
