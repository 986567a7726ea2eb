package peerlist_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/engine/peerlist"
)

// A candidate is what the tests make a card of.
type candidate struct {
	owner   uint32
	seeder  bool
	v4, v6  bool
	private bool // its addresses
	seen    uint32
	nat     codec.NAT
	links   codec.Level
	upload  codec.Level
	join    uint32
}

// candidatesOf makes cards, the seeders first.
func candidatesOf(list []candidate) peerlist.Candidates {
	c := peerlist.Candidates{Text: new(codec.Text)}
	for _, seeders := range []bool{true, false} {
		for i := range list {
			if list[i].seeder == seeders {
				c.Cards = append(c.Cards, list[i].card(c.Text))
				c.Owners = append(c.Owners, list[i].owner)
			}
		}
		if seeders {
			c.Seeders = len(c.Cards)
		}
	}
	return c
}

func (c *candidate) card(t *codec.Text) codec.Card {
	var addrs []codec.Address
	add := func(ip netip.Addr) {
		a := codec.Address{Port: 1}
		a.SetAddr(ip)
		if c.private {
			a.Flags |= codec.AddrPrivate
		}
		addrs = append(addrs, a)
	}
	if c.v4 {
		add(netip.AddrFrom4([4]byte{192, 0, 2, 1}))
	}
	if c.v6 {
		add(netip.AddrFrom16([16]byte{0x20, 1}))
	}
	mode := codec.ModeLeech
	if c.seeder {
		mode = codec.ModeSeed
	}
	k := codec.Card{Traits: codec.MakeTraits(mode, c.nat, c.links, c.upload), Join: c.join, Seen: c.seen}
	codec.PutCard(&k, t, fmt.Appendf(nil, "%d", c.owner), addrs)
	return k
}

// choose runs Choose and returns who is listed.
func choose(w *peerlist.Want, list []candidate, rnd *rand.PCG) (owners []uint32, short bool) {
	var ch peerlist.Chooser
	c := candidatesOf(list)
	peers, short := ch.Choose(nil, w, c, 3, rnd)
	for i := range peers {
		var owner uint32
		fmt.Sscan(string(peers[i].Card.AppendID(nil, c.Text)), &owner)
		owners = append(owners, owner)
	}
	return owners, short
}

// crowd makes n equal candidates, numbered from first on.
func crowd(first uint32, n int, like candidate) (list []candidate) {
	for i := range n {
		like.owner = first + uint32(i)
		list = append(list, like)
	}
	return list
}

var (
	leecher = candidate{v4: true}
	seeder  = candidate{v4: true, seeder: true}
	stun    = candidate{v4: true, nat: codec.NATSTUN}
	foreign = candidate{v6: true}
	near    = candidate{v4: true, private: true, seen: 7}
)

func TestChoose(t *testing.T) {
	leech := peerlist.Want{Count: 10, Mode: codec.ModeLeech, Families: codec.FamilyIPv4, Seen: 7}
	seed := leech
	seed.Mode = codec.ModeSeed
	// f checks how many are listed of the peers 100-199, 200-299, ...
	f := func(name string, w peerlist.Want, short bool, want []int, lists ...[]candidate) {
		t.Helper()
		owners, isShort := choose(&w, slices.Concat(lists...), rand.NewPCG(1, 2))
		got := make([]int, len(want))
		for _, o := range owners {
			got[o/100-1]++
		}
		if !slices.Equal(got, want) || short != isShort {
			t.Errorf("%s: %v, short %v; want %v, %v", name, got, isShort, want, short)
		}
	}
	f("half of each", leech, false, []int{5, 5}, crowd(100, 20, leecher), crowd(200, 20, seeder))
	f("few seeders", leech, false, []int{8, 2}, crowd(100, 20, leecher), crowd(200, 2, seeder))
	f("few leechers", leech, false, []int{1, 9}, crowd(100, 1, leecher), crowd(200, 20, seeder))
	f("few of both", leech, true, []int{1, 2}, crowd(100, 1, leecher), crowd(200, 2, seeder))
	f("nobody", leech, true, []int{})
	f("a seeder gets leechers", seed, false, []int{10, 0}, crowd(100, 20, leecher), crowd(200, 20, seeder))
	f("seeders fill up", seed, false, []int{4, 6}, crowd(100, 4, leecher), crowd(200, 20, seeder))
	f("another family fills up", leech, true, []int{0, 3, 4, 3}, nil,
		crowd(200, 3, leecher), crowd(300, 20, foreign), crowd(400, 3, seeder))
	f("the family goes before the side", seed, true, []int{1, 5, 4}, crowd(100, 1, leecher), crowd(200, 5, seeder), crowd(300, 20, foreign))
	f("private ones at the same IP", leech, true, []int{2, 0}, crowd(100, 2, near),
		crowd(200, 2, candidate{v4: true, private: true, seen: 8}))
	f("without addresses", leech, true, []int{0}, crowd(100, 5, candidate{}))
	f("twice", leech, true, []int{3, 0}, crowd(100, 3, seeder), crowd(100, 3, leecher))

	own := leech
	own.Self = 100
	f("the requester", own, true, []int{2}, crowd(100, 3, leecher))
	none := leech
	none.Count = 0
	f("none are wanted", none, false, []int{0}, crowd(100, 3, leecher))
	any := leech
	any.Families = 0
	f("any family", any, false, []int{3, 7}, crowd(100, 3, seeder), crowd(200, 20, foreign))

	prefer := leech
	prefer.Prefer.NAT = codec.NATSTUN
	f("a preference", prefer, false, []int{0, 10}, crowd(100, 20, leecher), crowd(200, 20, stun))
	f("no filter", prefer, true, []int{7, 3}, crowd(100, 20, leecher), crowd(200, 3, stun))
	f("the side goes before the preference", prefer, true, []int{5, 5}, crowd(100, 20, seeder), crowd(200, 20, stun))
	f("the family goes before the preference", prefer, true, []int{9, 1}, crowd(100, 9, leecher),
		crowd(200, 20, candidate{v6: true, nat: codec.NATSTUN}))
}

// TestPreferences has a row for each preferred capability.
func TestPreferences(t *testing.T) {
	like := candidate{owner: 1, v4: true, nat: codec.NATTURN, links: codec.LevelHigh, upload: codec.LevelLow, join: 400}
	w := peerlist.Want{Count: 1, Mode: codec.ModeLeech, Now: 1000, OnlineNormal: 100, OnlineHigh: 500}
	f := func(name string, p codec.PeerNum, match bool) {
		t.Helper()
		w.Prefer = p
		if _, short := choose(&w, []candidate{{}, like}, rand.NewPCG(1, 2)); short == match {
			t.Errorf("%s: short %v", name, short)
		}
	}
	f("none", codec.PeerNum{}, true)
	f("NAT", codec.PeerNum{NAT: codec.NATTURN}, true)
	f("other NAT", codec.PeerNum{NAT: codec.NATSTUN}, false)
	f("links", codec.PeerNum{Links: codec.LevelHigh}, true)
	f("other links", codec.PeerNum{Links: codec.LevelNormal}, false)
	f("upload", codec.PeerNum{Upload: codec.LevelLow}, true)
	f("other upload", codec.PeerNum{Upload: codec.LevelHigh}, false)
	f("one of two", codec.PeerNum{Upload: codec.LevelLow, Links: codec.LevelLow}, false)
	for _, c := range []struct {
		join uint32
		want codec.Level
	}{{0, codec.LevelHigh}, {500, codec.LevelHigh}, {501, codec.LevelNormal}, {900, codec.LevelNormal}, {901, codec.LevelLow}, {1000, codec.LevelLow}, {1001, codec.LevelLow}} {
		for l := codec.LevelLow; l <= codec.LevelHigh; l++ {
			like.join = c.join
			f(fmt.Sprintf("online since %d, %v", c.join, l), codec.PeerNum{Online: l}, l == c.want)
		}
	}
}

// TestDraws is the table of how many candidates are drawn.
func TestDraws(t *testing.T) {
	leech := peerlist.Want{Count: 50, Mode: codec.ModeLeech}
	f := func(name string, w peerlist.Want, seeders, leechers int, again bool, wantS, wantL int) {
		t.Helper()
		if s, l := w.Draws(seeders, leechers, again); s != wantS || l != wantL {
			t.Errorf("%s: draws %d and %d, want %d and %d", name, s, l, wantS, wantL)
		}
	}
	f("large", leech, 1000, 1000, false, 30, 30)
	f("few seeders", leech, 3, 1000, false, 3, 54)
	f("few leechers", leech, 1000, 3, false, 54, 3)
	f("small", leech, 3, 4, false, 3, 4)
	f("empty", leech, 0, 0, false, 0, 0)
	f("again", leech, 1000, 1000, true, 100, 100)
	f("again, small", leech, 1000, 40, true, 100, 40)
	seed := leech
	seed.Mode = codec.ModeSeed
	f("seeder", seed, 1000, 1000, false, 2, 58)
	f("seeder, few leechers", seed, 1000, 10, false, 47, 10)
	one := leech
	one.Count = 1
	f("one", one, 1000, 1000, false, 3, 2)
	one.Prefer.NAT = codec.NATSTUN
	f("one with preference", one, 1000, 1000, false, 64, 64)
	f("one with preference, again", one, 1000, 1000, true, 64, 64)
	one.Count = 100
	f("many with preference", one, 1000, 1000, false, 100, 100)
	f("many with preference, again", one, 1000, 1000, true, 200, 200)
	none := leech
	none.Count = 0
	f("none", none, 1000, 1000, false, 0, 0)
	huge := leech
	huge.Count = 1 << 30
	f("huge", huge, 1<<20, 1<<20, true, peerlist.MaxCandidates/2, peerlist.MaxCandidates/2)
}

func TestShare(t *testing.T) {
	for _, c := range []struct{ count, n int }{{50, 1}, {50, 3}, {2, 5}, {0, 4}, {64, 64}} {
		sum := 0
		for i := range c.n {
			share := peerlist.Share(c.count, i, c.n)
			if sum += share; share < c.count/c.n || share > c.count/c.n+1 {
				t.Errorf("Share(%d, %d, %d) = %d", c.count, i, c.n, share)
			}
		}
		if sum != c.count {
			t.Errorf("the shares of %d are %d", c.count, sum)
		}
	}
}
