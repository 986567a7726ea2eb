package codec_test

import (
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

// parseIPSlow is the twin of ParseIPv4 and ParseIPv6, by way of netip.
func parseIPSlow(s string, v6 bool) (ip [16]byte, ok bool) {
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" || a.Is4In6() || a.Is6() != v6 {
		return ip, false
	}
	return a.As16(), true
}

func checkIP(t *testing.T, s string) {
	t.Helper()
	for _, v6 := range []bool{false, true} {
		parse := codec.ParseIPv4
		if v6 {
			parse = codec.ParseIPv6
		}
		want, wantOK := parseIPSlow(s, v6)
		got, ok := parse([]byte(s))
		if ok != wantOK || ok && got != want {
			t.Fatalf("%q (IPv6 %v): %v, %v; netip: %v, %v", s, v6, got, ok, want, wantOK)
		}
	}
}

// ipVectors are spellings on both sides of each rule.
var ipVectors = []string{
	"", "0", "1.2.3.4", "0.0.0.0", "255.255.255.255", "256.1.1.1", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3",
	"01.2.3.4", "1.2.3.04", "00.0.0.0", "1..2.3", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4567", "1.2.3.-4", "1,2,3,4",
	"::", "::1", "1::", ":::", ":", "1:", ":1", "::1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7::",
	"::2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:9", "1:2:3:4::5:6:7:8",
	"12345::", "0001::", "00001::", "g::", "1::g", "2001:db8::2", "2001:DB8::2", "fe80::1%eth0", "::1%",
	"::1.2.3.4", "::ffff:1.2.3.4", "::ffff:0102:0304", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4",
	"1:2:3:4:5:1.2.3.4", "::1.2.3", "::1.2.3.4:5", "1.2.3.4::", "64:ff9b::192.0.2.33", "::1.2.3.256", "1:::2",
	"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2555",
}

func TestParseIPVectors(t *testing.T) {
	for _, s := range ipVectors {
		checkIP(t, s)
		for i := range s {
			checkIP(t, s[:i])
			checkIP(t, s[i:])
		}
	}
}

func TestParseIPRandom(t *testing.T) {
	r := rng(t)
	for range 100_000 {
		s := randomIP(r).String()
		if r.IntN(2) == 0 {
			s = mutate(r, s)
		}
		checkIP(t, s)
	}
}

// mutate changes, drops or repeats one byte of s.
func mutate(r *rand.Rand, s string) string {
	i := r.IntN(len(s))
	switch r.IntN(3) {
	case 0:
		return s[:i] + string("0123456789abcdefABCDEF:.%g "[r.IntN(27)]) + s[i+1:]
	case 1:
		return s[:i] + s[i+1:]
	}
	return s[:i] + strings.Repeat(s[i:i+1], 2) + s[i+1:]
}

func randomIP(r *rand.Rand) netip.Addr {
	var ip [16]byte
	for i := range ip {
		ip[i] = byte(r.Uint32()) & byte(-(r.IntN(3) & 1)) // runs of zeros
	}
	if r.IntN(2) == 0 {
		return netip.AddrFrom4([4]byte(ip[:4]))
	}
	return netip.AddrFrom16(ip)
}

func FuzzParseIP(f *testing.F) {
	for _, s := range ipVectors {
		f.Add(s)
	}
	f.Fuzz(checkIP)
}

func TestAppendIP(t *testing.T) {
	r := rng(t)
	for range 20_000 {
		ip := randomIP(r).Unmap()
		var a codec.Address
		a.SetAddr(ip)
		if got := string(a.AppendIP([]byte("ip="))); got != "ip="+ip.String() {
			t.Fatalf("AppendIP: %s, want %s", got, ip)
		}
		if a.Addr() != ip || a.Has(codec.AddrV6) != ip.Is6() {
			t.Fatalf("SetAddr(%v) is %v, v6 %v", ip, a.Addr(), a.Has(codec.AddrV6))
		}
	}
}

func TestSetAddrDropsZoneAndMapping(t *testing.T) {
	f := func(in, want string, v6 bool) {
		t.Helper()
		a := codec.Address{Flags: codec.AddrV6 | codec.AddrPriority}
		a.SetAddr(netip.MustParseAddr(in))
		if a.Addr().String() != want || a.Has(codec.AddrV6) != v6 || !a.Has(codec.AddrPriority) {
			t.Errorf("SetAddr(%s) is %v, flags %b", in, a.Addr(), a.Flags)
		}
	}
	f("192.0.2.1", "192.0.2.1", false)
	f("::ffff:192.0.2.1", "192.0.2.1", false)
	f("fe80::1%eth0", "fe80::1", true)
}

func TestUnicast(t *testing.T) {
	f := func(ip string, want bool) {
		t.Helper()
		var a codec.Address
		a.SetAddr(netip.MustParseAddr(ip))
		if a.Unicast() != want {
			t.Errorf("Unicast of %s is %v", ip, !want)
		}
	}
	f("192.0.2.1", true)
	f("127.0.0.1", true)
	f("0.0.0.0", false)
	f("0.0.0.1", true)
	f("223.255.255.255", true)
	f("224.0.0.1", false)
	f("239.255.255.255", false)
	f("240.0.0.1", true)
	f("255.255.255.255", false)
	f("2001:db8::1", true)
	f("::1", true)
	f("::", false)
	f("ff02::1", false)
	f("fe80::1", true)
}
