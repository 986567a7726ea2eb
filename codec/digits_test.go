package codec_test

import (
	"math"
	"strconv"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

func TestAppendNumber(t *testing.T) {
	f := func(n uint32) {
		t.Helper()
		if got, want := string(codec.AppendNumber([]byte("n="), n)), "n="+strconv.FormatUint(uint64(n), 10); got != want {
			t.Fatalf("%s, want %s", got, want)
		}
	}
	for n := range uint32(20_000) {
		f(n)
	}
	for n := uint64(1); n < math.MaxUint32; n *= 10 {
		f(uint32(n - 1))
		f(uint32(n))
		f(uint32(n + 1))
	}
	f(math.MaxUint32)
	r := rng(t)
	for range 100_000 {
		f(r.Uint32() >> r.IntN(32))
	}
}

func BenchmarkAppendNumber(b *testing.B) {
	dst := make([]byte, 0, 64)
	b.ReportAllocs()
	n := uint32(1)
	for b.Loop() {
		n = n*1664525 + 1013904223
		dst = codec.AppendNumber(dst[:0], n>>(n>>28))
	}
}
