package httphead

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// heads are n heads of the four makes of client, each with numbers of its own.
func heads(n int) (raw [][]byte, size int64) {
	random := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		head := fmt.Appendf(nil, shapes[i%len(shapes)], random.IntN(1000))
		raw = append(raw, head)
		size += int64(len(head))
	}
	random.Shuffle(n, func(i, j int) { raw[i], raw[j] = raw[j], raw[i] })
	return raw, size / int64(n)
}

func BenchmarkScan(b *testing.B) {
	all, mean := heads(4096)
	b.Run("heads=mixed/split=no", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(mean)
		var h Head
		for i := 0; b.Loop(); i++ {
			h.Reset()
			h.Scan(all[i%len(all)])
		}
	})
	for i, name := range []string{"curl", "go", "browser", "proxy"} {
		raw := fmt.Appendf(nil, shapes[i], 443)
		b.Run("heads="+name+"/split=no", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(raw)))
			var h Head
			for b.Loop() {
				h.Reset()
				h.Scan(raw)
			}
		})
	}
	b.Run("heads=mixed/split=bytes", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(mean)
		var h Head
		for i := 0; b.Loop(); i++ {
			raw := all[i%len(all)]
			h.Reset()
			for n := range len(raw) {
				h.Scan(raw[:n+1])
			}
		}
	})
	b.Run("heads=refused/split=no", func(b *testing.B) {
		b.ReportAllocs()
		raw := []byte("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n")
		b.SetBytes(int64(len(raw)))
		var h Head
		for b.Loop() {
			h.Reset()
			h.Scan(raw)
		}
	})
}
