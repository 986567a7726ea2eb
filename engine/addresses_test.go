package engine

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

// announce makes addresses from texts like "10.0.0.1:80/HOST".
func announce(t *testing.T, texts ...string) []codec.Address {
	var r codec.Request
	r.Reset()
	for _, text := range texts {
		buildAddress(t, &r, text)
	}
	return append([]codec.Address(nil), r.Addresses()...)
}

// show tells addresses with their flags: ! hidden, ~ private, * observed.
func show(addrs []codec.Address) string {
	var words []string
	for i := range addrs {
		a := &addrs[i]
		text := netip.AddrPortFrom(a.Addr(), a.Port).String()
		for _, m := range []struct {
			flag codec.AddrFlags
			mark string
		}{{codec.AddrHidden, "!"}, {codec.AddrPrivate, "~"}, {codec.AddrObserved, "*"}} {
			if a.Has(m.flag) {
				text += m.mark
			}
		}
		words = append(words, text)
	}
	return strings.Join(words, " ")
}

// Each line is one row of the design's decisions on addresses.
func TestAddressesSettle(t *testing.T) {
	verified := addressPolicy{relays: []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("2001:db8:f::/48")}}
	f := func(p addressPolicy, seen, announced, want string) {
		t.Helper()
		got := show(p.settle(nil, netip.MustParseAddrPort(seen), announce(t, strings.Fields(announced)...), nil))
		if got != want {
			t.Errorf("seen at %s, announces %q:\n got %s\nwant %s", seen, announced, got, want)
		}
	}
	// Nothing announced: what is seen.
	f(verified, "192.0.2.1:999", "", "192.0.2.1:999*")
	f(verified, "[2001:db8::1]:999", "", "[2001:db8::1]:999*")
	// The observed IP, any port: verified, and the observed address is not listed.
	f(verified, "192.0.2.1:999", "192.0.2.1:80", "192.0.2.1:80")
	f(verified, "192.0.2.1:999", "192.0.2.1:80/HOST 192.0.2.1:81/REFLEXIVE", "192.0.2.1:80 192.0.2.1:81")
	// A third party: counted, not listed.
	f(verified, "192.0.2.1:999", "198.51.100.7:80", "198.51.100.7:80! 192.0.2.1:999*")
	// A private HOST: to neighbours; the others see the observed address.
	f(verified, "192.0.2.1:999", "10.0.0.5:80/HOST", "10.0.0.5:80~ 192.0.2.1:999*")
	f(verified, "192.0.2.1:999", "10.0.0.5:80", "10.0.0.5:80~ 192.0.2.1:999*")
	f(verified, "192.0.2.1:999", "10.0.0.5:80/REFLEXIVE", "10.0.0.5:80! 192.0.2.1:999*")
	f(verified, "192.0.2.1:999", "10.0.0.5:80/PROXY", "10.0.0.5:80! 192.0.2.1:999*")
	f(verified, "10.0.0.5:999", "10.0.0.5:80/HOST", "10.0.0.5:80")
	// PROXY: inside the relays only; others cannot use the relays as HOST.
	f(verified, "192.0.2.1:999", "203.0.113.9:80/PROXY", "203.0.113.9:80 192.0.2.1:999!*")
	f(verified, "192.0.2.1:999", "203.0.113.9:80/HOST", "203.0.113.9:80! 192.0.2.1:999*")
	f(verified, "192.0.2.1:999", "198.51.100.7:80/PROXY", "198.51.100.7:80! 192.0.2.1:999*")
	f(verified, "192.0.2.1:999", "[2001:db8:f::9]:80/PROXY", "[2001:db8:f::9]:80 192.0.2.1:999*")
	// The other family: hidden until seen.
	f(verified, "192.0.2.1:999", "192.0.2.1:80 [2001:db8::2]:80", "192.0.2.1:80 [2001:db8::2]:80!")
	f(verified, "[2001:db8::2]:999", "192.0.2.1:80 [2001:db8::2]:80", "192.0.2.1:80! [2001:db8::2]:80")
	// The other policies.
	f(addressPolicy{announced: AnnouncedAll}, "192.0.2.1:999", "198.51.100.7:80 10.0.0.1:80/HOST", "198.51.100.7:80 10.0.0.1:80")
	f(addressPolicy{announced: AnnouncedAll}, "192.0.2.1:999", "[2001:db8::2]:80", "[2001:db8::2]:80 192.0.2.1:999*")
	f(addressPolicy{announced: AnnouncedNone}, "192.0.2.1:999", "192.0.2.1:80", "192.0.2.1:80! 192.0.2.1:999*")
	// As many as can be kept: a hidden one makes room.
	eight := "192.0.2.2:1 192.0.2.2:2 10.0.0.1:3 192.0.2.2:4 10.0.0.1:5 10.0.0.1:6 10.0.0.1:7 10.0.0.1:8"
	f(verified, "192.0.2.1:999", eight, "192.0.2.2:1! 192.0.2.2:2! 10.0.0.1:3~ 192.0.2.1:999* 10.0.0.1:5~ 10.0.0.1:6~ 10.0.0.1:7~ 10.0.0.1:8~")
	eight = "192.0.2.2:1 192.0.2.2:2 192.0.2.2:3 192.0.2.2:4 192.0.2.2:5 192.0.2.2:6 192.0.2.2:7 192.0.2.2:8"
	f(addressPolicy{announced: AnnouncedAll}, "192.0.2.1:999", eight, eight)
	f(addressPolicy{announced: AnnouncedAll}, "[2001:db8::1]:999", eight, strings.Replace(eight, "192.0.2.2:8", "[2001:db8::1]:999*", 1))
}

// A later CONNECT: with what was known.
func TestAddressesSettleAgain(t *testing.T) {
	var p addressPolicy
	seen := netip.MustParseAddrPort
	known := p.settle(nil, seen("192.0.2.1:1"), announce(t, "192.0.2.1:80", "[2001:db8::2]:80", "198.51.100.7:80"), nil)
	f := func(from string, announced []codec.Address, want string) {
		t.Helper()
		known = p.settle(nil, seen(from), announced, known)
		if got := show(known); got != want {
			t.Errorf("from %s:\n got %s\nwant %s", from, got, want)
		}
	}
	f("192.0.2.1:2", known, "192.0.2.1:80 [2001:db8::2]:80! 198.51.100.7:80!")
	// The other family comes: verified, and the first stays so.
	f("[2001:db8::2]:3", known, "192.0.2.1:80 [2001:db8::2]:80 198.51.100.7:80!")
	f("192.0.2.1:4", known, "192.0.2.1:80 [2001:db8::2]:80 198.51.100.7:80!")
	f("192.0.2.1:4", announce(t, "[2001:db8::2]:81"), "[2001:db8::2]:81 192.0.2.1:4*")
	// Only observed there: kept when the other family comes again.
	f("[2001:db8::2]:5", known, "[2001:db8::2]:81 192.0.2.1:4*")
	f("[2001:db8::2]:5", announce(t), "[2001:db8::2]:5* 192.0.2.1:4*")
	f("[2001:db8::2]:6", known, "[2001:db8::2]:6* 192.0.2.1:4*")
	f("[2001:db8::2]:6", announce(t, "192.0.2.1:90"), "192.0.2.1:90 [2001:db8::2]:6*")
	// Moved from elsewhere: nothing is known, what was announced is judged anew.
	moved := p.settle(nil, seen("198.51.100.99:1"), known, nil)
	if got, want := show(moved), "192.0.2.1:90! 198.51.100.99:1*"; got != want {
		t.Errorf("moved:\n got %s\nwant %s", got, want)
	}
}

func TestAddressesReveal(t *testing.T) {
	var p addressPolicy
	known := p.settle(nil, netip.MustParseAddrPort("192.0.2.1:1"), announce(t, "[2001:db8::2]:80", "[2001:db8::3]:80"), nil)
	if p.reveal(known, netip.MustParseAddr("2001:db8::9")) || !p.reveal(known, netip.MustParseAddr("2001:db8::2")) {
		t.Fatal("revealed the wrong one")
	}
	if got, want := show(known), "[2001:db8::2]:80 [2001:db8::3]:80! 192.0.2.1:1*"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if p.reveal(known, netip.MustParseAddr("2001:db8::2")) {
		t.Error("revealed again")
	}
	none := addressPolicy{announced: AnnouncedNone}
	known = none.settle(nil, netip.MustParseAddrPort("192.0.2.1:1"), announce(t, "[2001:db8::2]:80"), nil)
	if none.reveal(known, netip.MustParseAddr("2001:db8::2")) {
		t.Error("revealed against the policy")
	}
}

// Unspecified, multicast and broadcast addresses are those of no peer.
func TestAddressesUnicast(t *testing.T) {
	for text, want := range map[string]bool{
		"0.0.0.0": false, "::": false, "224.0.0.1": false, "239.1.2.3": false, "ff02::1": false, "255.255.255.255": false,
		"192.0.2.1": true, "10.0.0.1": true, "127.0.0.1": true, "2001:db8::1": true, "fe80::1": true, "255.255.255.254": true,
	} {
		a := codec.Address{Port: 1}
		a.SetAddr(netip.MustParseAddr(text))
		if got := unicast([]codec.Address{a}); got != want {
			t.Errorf("unicast(%s) = %v", text, got)
		}
	}
}

func TestAddressesPrivate(t *testing.T) {
	for text, want := range map[string]bool{
		"10.1.2.3": true, "172.16.0.1": true, "172.32.0.1": false, "192.168.1.1": true, "169.254.1.1": true, "127.0.0.2": true,
		"fc00::1": true, "fdff::1": true, "fe80::1": true, "::1": true, "192.0.2.1": false, "2001:db8::1": false, "100.64.0.1": false,
	} {
		if got := private(netip.MustParseAddr(text)); got != want {
			t.Errorf("private(%s) = %v", text, got)
		}
	}
}

func TestNATKind(t *testing.T) {
	f := func(seen, announced string, want codec.NAT) {
		t.Helper()
		var p addressPolicy
		from := netip.MustParseAddrPort(seen)
		addrs := p.settle(nil, from, announce(t, strings.Fields(announced)...), nil)
		if got := natKind(addrs, from.Addr()); got != want {
			t.Errorf("seen at %s, announces %q: %v, want %v", seen, announced, got, want)
		}
	}
	f("192.0.2.1:9", "", codec.NATUnknown)
	f("192.0.2.1:9", "192.0.2.1:80", codec.NATNone)
	f("192.0.2.1:9", "192.0.2.1:80/HOST", codec.NATNone)
	f("192.0.2.1:9", "203.0.113.1:80/PROXY 192.0.2.1:80/HOST", codec.NATNone)
	f("192.0.2.1:9", "192.0.2.1:80/REFLEXIVE", codec.NATSTUN)
	f("192.0.2.1:9", "10.0.0.1:80/HOST", codec.NATSTUN)
	f("192.0.2.1:9", "10.0.0.1:80/HOST 192.0.2.1:81/REFLEXIVE", codec.NATSTUN)
	f("192.0.2.1:9", "10.0.0.1:80/HOST 192.0.2.1:81/REFLEXIVE 203.0.113.1:80/PROXY", codec.NATTURN)
	f("192.0.2.1:9", "203.0.113.1:80/PROXY", codec.NATTURN)
	f("192.0.2.1:9", "[2001:db8::1]:80/HOST", codec.NATUnknown)
}
