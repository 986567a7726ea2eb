package swarm

import (
	"math/rand/v2"
	"testing"
)

// TestTableTwin runs a table against a map, with hashes of which many are equal
// in their bucket or tag.
func TestTableTwin(t *testing.T) {
	seed := rand.Uint64()
	rnd := rand.New(rand.NewPCG(seed, 0))
	for _, spread := range []uint64{1, 4, 1 << 10, 1 << 40} {
		var tab table
		hashes := map[uint32]uint64{}
		var numbers []uint32
		hashOf := func(n uint32) uint64 { return hashes[n] }
		for i := range 4000 {
			if grow := i/1000%2 == 0; len(numbers) == 0 || rnd.IntN(10) < 4 || grow && rnd.IntN(10) < 8 {
				n := uint32(i + 1)
				hashes[n] = rnd.Uint64()%spread | rnd.Uint64()%4<<48
				tab.insert(hashes[n], n, hashOf)
				numbers = append(numbers, n)
			} else {
				k := rnd.IntN(len(numbers))
				n := numbers[k]
				tab.remove(hashes[n], n, hashOf)
				if tab.finds(hashes[n], n) {
					t.Fatalf("seed %d, spread %d: %d is found after its removal", seed, spread, n)
				}
				delete(hashes, n)
				numbers[k] = numbers[len(numbers)-1]
				numbers = numbers[:len(numbers)-1]
			}
			if i%500 != 0 {
				continue
			}
			found, err := tab.check(hashOf)
			if err != nil || len(found) != len(hashes) {
				t.Fatalf("seed %d, spread %d: %d of %d, %v", seed, spread, len(found), len(hashes), err)
			}
		}
	}
}

// TestTableGrowth bounds what one operation moves, and what a table of any size
// has room for.
func TestTableGrowth(t *testing.T) {
	var tab table
	moved := 0
	hashOf := func(n uint32) uint64 {
		moved++
		return scramble(uint64(n))
	}
	check := func(n int) {
		t.Helper()
		if moved > 64 {
			t.Fatalf("operation %d moves %d numbers", n, moved)
		}
		if slots := len(tab.slots); int(tab.live) > 100 && slots > 5*int(tab.live) {
			t.Fatalf("%d slots for %d numbers", slots, tab.live)
		}
		moved = 0
	}
	const n = 100_000
	for i := range n {
		before, old := tab.moved, tab.old
		tab.insert(scramble(uint64(i+1)), uint32(i+1), hashOf)
		if old != nil && tab.moved-before > 64 {
			t.Fatalf("operation %d looks at %d slots", i, tab.moved-before)
		}
		check(i)
	}
	// Churn at the same size must end in a table without gone slots, again and
	// again, and never in a larger one.
	for i := range 2 * n {
		tab.remove(scramble(uint64(i+1)), uint32(i+1), hashOf)
		check(i)
		tab.insert(scramble(uint64(i+n+1)), uint32(i+n+1), hashOf)
		check(i)
	}
}
