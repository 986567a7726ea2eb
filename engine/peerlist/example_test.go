package peerlist_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/engine/peerlist"
)

// A leecher that can use IPv4 wants two peers of a swarm with one seeder and
// many leechers, half of them with IPv6 only.
func Example() {
	want := peerlist.Want{Count: 2, Mode: codec.ModeLeech, Families: codec.FamilyIPv4}
	seeders, leechers := want.Draws(1, 100, false)
	fmt.Println("draw", seeders, "seeder and", leechers, "leechers")

	drawn := candidatesOf([]candidate{
		{owner: 1, v4: true, seeder: true},
		{owner: 2, v6: true},
		{owner: 3, v4: true},
		{owner: 4, v6: true},
	})
	var chooser peerlist.Chooser
	list, short := chooser.Choose(nil, &want, drawn, 0, rand.NewPCG(1, 2))
	fmt.Println("listed", len(list), "short", short)
	// Output:
	// draw 1 seeder and 3 leechers
	// listed 2 short false
}
