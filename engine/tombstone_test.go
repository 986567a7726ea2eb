package engine

import (
	"math/rand/v2"
	"testing"
	"time"
	"unsafe"

	"github.com/ppspd/ppspd/wheel"
)

func TestTombstoneSize(t *testing.T) {
	if n := unsafe.Sizeof(tombstone{}); n != 16 {
		t.Errorf("a tombstone has %d bytes, want 16", n)
	}
}

// TestTombstones compares the ring with a map, at random.
func TestTombstones(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	var ring tombstones
	until := map[uint64]wheel.Tick{}
	var order []uint64
	now := wheel.Tick(1)
	for range 20_000 {
		switch r.IntN(8) {
		case 0:
			now += wheel.Tick(r.IntN(3))
		case 1:
			if r.IntN(100) == 0 {
				by := wheel.Tick(r.IntN(1000))
				ring.shift(by)
				now += by
				for f := range until {
					until[f] += by
				}
			}
		case 2, 3, 4:
			f := r.Uint64()
			ring.add(f, now)
			until[f] = now + tombstoneLife
			order = append(order, f)
			if len(order) > tombstoneCount {
				delete(until, order[0])
				order = order[1:]
			}
		default:
			if len(order) == 0 {
				continue
			}
			f := order[r.IntN(len(order))]
			if want := until[f] > now; ring.find(f, now) != want {
				t.Fatalf("at %d: one until %d: %v, want %v", now, until[f], !want, want)
			}
			if ring.find(r.Uint64(), now) {
				t.Fatal("found what nobody added")
			}
		}
	}
}

// Without a fingerprint nothing is remembered.
func TestTombstonesWithoutFingerprint(t *testing.T) {
	var ring tombstones
	ring.add(0, 1)
	if ring.next != 0 || ring.find(0, 0) {
		t.Error("fingerprint 0 is remembered")
	}
}
