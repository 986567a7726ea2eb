package codec_test

import (
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

// TestDisclose compares what a card discloses with the addresses it was made
// of, for every layout.
func TestDisclose(t *testing.T) {
	const seed = 1
	r := rand.New(rand.NewPCG(seed, seed))
	for i := range 2000 {
		var text codec.Text
		addrs := make([]codec.Address, r.IntN(codec.LimitAddresses+1))
		near := r.IntN(2) == 0
		var want codec.Families
		var listed []netip.Addr
		for j := range addrs {
			a := &addrs[j]
			a.Port = 1
			ip := netip.AddrFrom4([4]byte{192, 0, 2, byte(j)})
			family := codec.FamilyIPv4
			if r.IntN(2) == 0 {
				ip = netip.AddrFrom16([16]byte{0x20, 1, 15: byte(j)})
				family = codec.FamilyIPv6
			}
			a.Flags = []codec.AddrFlags{0, codec.AddrPriority, codec.AddrPrivate, codec.AddrHidden}[r.IntN(4)]
			a.SetAddr(ip)
			if !a.Has(codec.AddrHidden) && (near || !a.Has(codec.AddrPrivate)) {
				want |= family
				listed = append(listed, ip)
			}
		}
		var c codec.Card
		codec.PutCard(&c, &text, []byte("peer"), addrs)
		if got := c.Disclose(&text, near); got != want {
			t.Fatalf("seed %d, card %d: families %b, want %b", seed, i, got, want)
		}
		for _, a := range c.AppendAddresses(nil, &text) {
			if a.Has(codec.AddrHidden) {
				continue
			}
			if len(listed) == 0 || a.Addr() != listed[0] {
				t.Fatalf("seed %d, card %d: discloses %v, want %v", seed, i, a.Addr(), listed)
			}
			listed = listed[1:]
		}
		if len(listed) != 0 {
			t.Fatalf("seed %d, card %d: hides %v", seed, i, listed)
		}
	}
}
