package swarm

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ppspd/ppspd/codec"
)

// A crowd is the peers of a benchmark: peer i has a UUID, an IPv4 address with
// priority, one swarm, and, being even, statistics.
type crowd struct {
	x     *Index
	n     int
	swarm func(i int) int
	text  codec.Text
}

// appendUUID appends the UUID of peer i, random for all that look at it.
func appendUUID(dst []byte, i int) []byte {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:], scramble(uint64(i)))
	binary.LittleEndian.PutUint64(b[8:], scramble(uint64(i)+1<<40))
	h := hex.AppendEncode(dst, b[:4])
	h = hex.AppendEncode(append(h, '-'), b[4:6])
	h = hex.AppendEncode(append(h, '-'), b[6:8])
	h = hex.AppendEncode(append(h, '-'), b[8:10])
	return hex.AppendEncode(append(h, '-'), b[10:])
}

// scramble is the finalizer of splitmix64.
func scramble(v uint64) uint64 {
	v += 0x9e3779b97f4a7c15
	v = (v ^ v>>30) * 0xbf58476d1ce4e5b9
	v = (v ^ v>>27) * 0x94d049bb133111eb
	return v ^ v>>31
}

// zipf returns swarm numbers below n, the number k with a chance of about 1/k.
func zipf(n int) func(i int) int {
	return func(i int) int {
		u := float64(scramble(uint64(i)+1<<41)>>11) / (1 << 53)
		return int(math.Exp(u*math.Log(float64(n+1)))) - 1
	}
}

func newCrowd(n int, swarm func(i int) int) *crowd {
	c := &crowd{x: New(Config{}), n: n, swarm: swarm}
	for i := range n {
		c.add(i)
	}
	return c
}

func (c *crowd) card(id []byte, i int) codec.Card {
	v := scramble(uint64(i) + 1<<42)
	var a [1]codec.Address
	var ip [4]byte
	binary.LittleEndian.PutUint32(ip[:], uint32(v))
	a[0].SetAddr(netip.AddrFrom4(ip))
	a[0].Port, a[0].Priority, a[0].Type = uint16(v>>32)|1, uint32(v>>48), codec.AddrHost
	a[0].Flags |= codec.AddrPriority
	k := codec.Card{Join: uint32(i), Seen: uint32(c.x.HashIP(a[0].Addr()))}
	codec.PutCard(&k, &c.text, id, a[:])
	return k
}

// add registers peer i: the odd ones are seeders.
func (c *crowd) add(i int) { c.addAs(i, codec.ModeLeech+codec.Mode(i&1)) }

func (c *crowd) addAs(i int, mode codec.Mode) {
	var b, w [40]byte
	id := appendUUID(b[:0], i)
	hash := c.x.Hash(id)
	s := c.x.Stripe(hash)
	k := c.card(id, i)
	s.Lock()
	h := s.Add(hash, id)
	m, _, _ := s.Join(h, strconv.AppendInt(w[:0], int64(c.swarm(i)), 10), mode, &k, &c.text)
	if i&2 == 0 {
		s.Report(h, m, Statistics{1, 2, 3}, codec.StatUploaded)
	}
	s.Unlock()
}

func (c *crowd) remove(i int) {
	var b [40]byte
	id := appendUUID(b[:0], i)
	hash := c.x.Hash(id)
	s := c.x.Stripe(hash)
	s.Lock()
	h, _ := s.Find(hash, id)
	s.Remove(h)
	s.Unlock()
}

// sizes of the benchmarks; 10M peers need 1.5 GB.
func peerCounts(b *testing.B) []int {
	if os.Getenv("PPSPD_BENCH_LARGE") != "" {
		return []int{100_000, 1_000_000, 10_000_000}
	}
	return []int{100_000, 1_000_000}
}

// cpuTime is the user time of the process: unlike the clock it does not count
// what else the machine does.
func cpuTime() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano())
}

// reportCPU reports what was used since start.
func reportCPU(b *testing.B, start time.Duration) {
	b.ReportMetric(float64(cpuTime()-start)/float64(b.N), "cpu-ns/op")
}

func BenchmarkFind(b *testing.B) {
	for _, n := range peerCounts(b) {
		b.Run(fmt.Sprintf("peers=%d", n), func(b *testing.B) {
			c := newCrowd(n, zipf(n/100))
			ids := make([][36]byte, 1<<18)
			for j := range ids {
				appendUUID(ids[j][:0], rand.IntN(n))
			}
			b.ReportAllocs()
			start := cpuTime()
			for i := 0; b.Loop(); i++ {
				id := ids[i%len(ids)][:]
				hash := c.x.Hash(id)
				s := c.x.Stripe(hash)
				s.Lock()
				if _, ok := s.Find(hash, id); !ok {
					b.Fatal("lost")
				}
				s.Unlock()
			}
			reportCPU(b, start)
		})
	}
}

func BenchmarkDraw(b *testing.B) {
	for _, n := range []int{1_000, 100_000, 1_000_000} {
		c := newCrowd(2*n, func(int) int { return 0 })
		r, _ := c.x.Lookup([]byte("0"))
		for _, k := range []int{12, 30, 60, 128} {
			b.Run(fmt.Sprintf("side=%d/n=%d", n, k), func(b *testing.B) {
				rnd := rand.NewPCG(1, 2)
				var s Sample
				b.ReportAllocs()
				start := cpuTime()
				for b.Loop() {
					s.Reset()
					c.x.Draw(&s, &c.text, r, codec.ModeSeed, k, rnd)
				}
				reportCPU(b, start)
			})
		}
	}
}

func BenchmarkChurn(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		for _, w := range []struct {
			name  string
			swarm func(int) int
		}{{"zipf", zipf(n / 100)}, {"one", func(int) int { return 0 }}} {
			b.Run(fmt.Sprintf("peers=%d/swarms=%s", n, w.name), func(b *testing.B) {
				c := newCrowd(n, w.swarm)
				b.ReportAllocs()
				start := cpuTime()
				for i := 0; b.Loop(); i++ {
					c.remove(i)
					c.add(i + n)
				}
				reportCPU(b, start)
			})
		}
	}
}

// BenchmarkMixed is what keep-alives and refreshes do, by as many goroutines as
// there are cores (-cpu 1,2): find a peer, keep its report, and each eighth time
// draw a list of 50. With swarms=one all of them meet in one swarm.
func BenchmarkMixed(b *testing.B) {
	const n = 1_000_000
	for _, w := range []struct {
		name  string
		swarm func(int) int
	}{{"zipf", zipf(100_000)}, {"one", func(int) int { return 0 }}} {
		c := newCrowd(n, w.swarm)
		b.Run("swarms="+w.name, func(b *testing.B) {
			start := cpuTime()
			b.RunParallel(func(pb *testing.PB) { c.mixed(pb) })
			reportCPU(b, start)
		})
	}
}

func (c *crowd) mixed(pb *testing.PB) {
	rnd := rand.NewPCG(rand.Uint64(), 1)
	var sample Sample
	var text codec.Text
	var b, w [40]byte
	for k := 0; pb.Next(); k++ {
		i := int(below(rnd, uint32(c.n)))
		id := appendUUID(b[:0], i)
		swarm := strconv.AppendInt(w[:0], int64(c.swarm(i)), 10)
		hash := c.x.Hash(id)
		s := c.x.Stripe(hash)
		s.Lock()
		h, _ := s.Find(hash, id)
		m, _ := s.Member(h, swarm)
		r := s.Swarm(h, m)
		s.Report(h, m, Statistics{Uploaded: uint64(k)}, codec.StatUploaded)
		s.Unlock()
		if k%8 == 0 {
			sample.Reset()
			c.x.DrawSides(&sample, &text, r, 30, 30, rnd)
		}
	}
}

// rss is the resident memory of the process, in bytes.
func rss(b *testing.B) float64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		b.Skip(err)
	}
	pages, _ := strconv.Atoi(strings.Fields(string(text))[1])
	return float64(pages * os.Getpagesize())
}

// gcTime is the CPU time of the garbage collector so far.
func gcTime() time.Duration {
	s := []metrics.Sample{{Name: "/cpu/classes/gc/total:cpu-seconds"}}
	metrics.Read(s)
	return time.Duration(s[0].Value.Float64() * 1e9)
}

// BenchmarkMemory reports the bytes of a peer: one membership in one of 100k
// Zipf swarms for 10M peers, half of them with statistics.
func BenchmarkMemory(b *testing.B) {
	for _, n := range peerCounts(b) {
		b.Run(fmt.Sprintf("peers=%d", n), func(b *testing.B) {
			for b.Loop() {
				debug.FreeOSMemory()
				before := rss(b)
				c := newCrowd(n, zipf(n/100))
				for i := range n / 2 {
					c.remove(i)
					c.add(i + n)
				}
				grown := rss(b) - before
				gc := gcTime()
				runtime.GC()
				b.ReportMetric(float64((gcTime() - gc).Microseconds()), "gc-cpu-µs")
				debug.FreeOSMemory()
				after := rss(b) - before
				s := c.x.Stats().Bytes
				b.ReportMetric(grown/float64(n), "rss-B/peer")
				b.ReportMetric(after/float64(n), "rss-gc-B/peer")
				b.ReportMetric(float64(s.Total())/float64(n), "index-B/peer")
				b.ReportMetric(float64(s.Tables)/float64(n), "table-B/peer")
				b.ReportMetric(float64(s.Peers)/float64(n), "record-B/peer")
				b.ReportMetric(float64(s.Cards)/float64(n), "card-B/peer")
				b.ReportMetric(float64(s.Statistics)/float64(n), "stat-B/peer")
				b.ReportMetric(float64(s.Swarms)/float64(n), "swarm-B/peer")
				runtime.KeepAlive(c)
			}
		})
	}
}
