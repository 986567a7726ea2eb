package peerlist_test

import (
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/engine/peerlist"
)

func TestAllocs(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	w := peerlist.Want{Count: 50, Mode: codec.ModeLeech, Families: codec.FamilyIPv4}
	c := candidatesOf(append(crowd(1, 30, seeder), crowd(100, 30, leecher)...))
	var ch peerlist.Chooser
	rnd := rand.NewPCG(1, 2)
	list, _ := ch.Choose(nil, &w, c, 0, rnd)
	if n := testing.AllocsPerRun(1000, func() { list, _ = ch.Choose(list[:0], &w, c, 0, rnd) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
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

// BenchmarkChoose rotates 64 sets of candidates of four shapes.
func BenchmarkChoose(b *testing.B) {
	for _, prefer := range []codec.PeerNum{{}, {NAT: codec.NATSTUN}} {
		for _, count := range []int{10, 50, 200} {
			b.Run(fmt.Sprintf("count=%d/preference=%v", count, prefer.Preference()), func(b *testing.B) {
				w := peerlist.Want{Count: count, Mode: codec.ModeLeech, Families: codec.FamilyIPv4, Prefer: prefer}
				s, l := w.Draws(1e6, 1e6, false)
				r := rand.New(rand.NewPCG(1, 2))
				var sets [64]peerlist.Candidates
				for i := range sets {
					list := append(crowd(r.Uint32N(1<<24), s, seeder), crowd(1<<24, l, leecher)...)
					for j := range list {
						list[j].owner = r.Uint32()
						list[j].nat = codec.NAT(r.IntN(4))
						list[j].v6 = i%4 == 1 && r.IntN(10) == 0
						list[j].private = i%4 == 2 && r.IntN(10) == 0
					}
					sets[i] = candidatesOf(list)
				}
				var ch peerlist.Chooser
				var out []codec.ListedPeer
				rnd := rand.NewPCG(1, 2)
				b.ReportAllocs()
				start := cpuTime()
				for i := 0; b.Loop(); i++ {
					out, _ = ch.Choose(out[:0], &w, sets[i%64], 0, rnd)
				}
				b.ReportMetric(float64(cpuTime()-start)/float64(b.N), "cpu-ns/op")
			})
		}
	}
}
