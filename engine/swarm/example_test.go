package swarm_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/engine/swarm"
)

// Two peers join a swarm; a third one asks who is there.
func Example() {
	x := swarm.New(swarm.Config{})
	var text codec.Text
	for _, id := range []string{"alice", "bob"} {
		hash := x.Hash([]byte(id))
		s := x.Stripe(hash)
		s.Lock()
		h := s.Add(hash, []byte(id))
		var card codec.Card
		codec.PutCard(&card, &text, []byte(id), nil)
		_, made, _ := s.Join(h, []byte("1111"), codec.ModeLeech, &card, &text)
		fmt.Println(id, "made the swarm:", made)
		s.Unlock()
	}
	ref, _ := x.Lookup([]byte("1111"))
	var sample swarm.Sample
	x.Draw(&sample, &text, ref, codec.ModeLeech, 50, rand.NewPCG(1, 2))
	fmt.Println(len(sample.Cards), "leechers")
	// Output:
	// alice made the swarm: true
	// bob made the swarm: false
	// 2 leechers
}
