package codec

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
	"slices"
)

// Address is one PeerAddress element (Table 3).
type Address struct {
	IP         [16]byte // IPv4 in its mapped form ::ffff:a.b.c.d
	Priority   uint32   // valid if Has(AddrPriority)
	ASN        uint32   // valid if Has(AddrASN)
	Port       uint16   // 1..65535
	Type       AddrType
	Flags      AddrFlags
	Protocol   Word
	Connection Word
	// The texts of Protocol and Connection where they are WordOther.
	ProtocolText, ConnectionText Span
}

// AddrFlags says what an Address has and who may see it.
type AddrFlags uint8

// The flags.
const (
	AddrPriority AddrFlags = 1 << iota // Priority was given
	AddrASN                            // ASN was given
	AddrV6                             // IPv6; clear: IPv4
	AddrPrivate                        // listed only to peers with the same observed IP
	AddrHidden                         // kept, not listed: not verified (yet)
	AddrObserved                       // seen by the tracker, not announced by the peer
)

// Has reports whether all of f are set.
func (a *Address) Has(f AddrFlags) bool { return a.Flags&f == f }

// Addr is the address as netip knows it, IPv4 unmapped.
func (a *Address) Addr() netip.Addr { return netip.AddrFrom16(a.IP).Unmap() }

// Unicast reports whether a peer can have the address: it is not unspecified,
// not multicast and not the IPv4 broadcast address.
func (a *Address) Unicast() bool {
	if a.Flags&AddrV6 == 0 {
		v4 := binary.BigEndian.Uint32(a.IP[12:])
		return v4 != 0 && v4>>28 != 0xe && v4 != 0xffffffff
	}
	return a.IP[0] != 0xff && a.IP != [16]byte{}
}

// SetAddr sets the IP and the family from ip. A zone is dropped; an IPv4
// address mapped into IPv6 is IPv4.
func (a *Address) SetAddr(ip netip.Addr) {
	ip = ip.Unmap()
	a.IP = ip.As16()
	a.Flags &^= AddrV6
	if ip.Is6() {
		a.Flags |= AddrV6
	}
}

// octets holds the decimal digits of every byte, a dot behind them, and the
// number of both in the highest byte's place of its own.
//
//	bits 0-31   digits and dot, the first in the lowest byte
//	bits 32-34  how many they are: 2 to 4
var octets = func() (t [256]uint64) {
	for i := range t {
		var b [NumberRoom]byte
		n := PutNumber(&b, uint32(i))
		b[n], b[4] = '.', byte(n+1)
		t[i] = binary.LittleEndian.Uint64(b[:]) & 0xffffffffff
	}
	return t
}()

// AppendIP appends the canonical text of the address: dotted decimal, or RFC
// 5952 for IPv6.
func (a *Address) AppendIP(dst []byte) []byte {
	if a.Flags&AddrV6 != 0 {
		return appendIPv6(dst, &a.IP)
	}
	return AppendIPv4(dst, [4]byte(a.IP[12:]))
}

// AppendIPv4 appends the dotted decimal text of ip.
func AppendIPv4(dst []byte, ip [4]byte) []byte {
	n := len(dst)
	dst = slices.Grow(dst, IPv4Room)
	return dst[:n+PutIPv4((*[IPv4Room]byte)(dst[n:n+IPv4Room]), ip)]
}

// IPv4Room is the room that PutIPv4 needs, in bytes.
const IPv4Room = 16

// PutIPv4 writes the dotted decimal text of ip to the start of b and returns its
// length in bytes. What is behind it is overwritten too.
func PutIPv4(b *[IPv4Room]byte, ip [4]byte) int {
	at := uint64(0)
	for _, octet := range ip {
		t := octets[octet]
		binary.LittleEndian.PutUint32(b[at&15:], uint32(t))
		at += t >> 32
	}
	return int(at) - 1
}

// appendIPv6 appends the canonical text of RFC 5952: 39 bytes at most, and what
// the last store has too many.
func appendIPv6(dst []byte, ip *[16]byte) []byte {
	gap, gapEnd := zeroGroups(ip)
	n, at := len(dst), 0
	dst = slices.Grow(dst, 48)
	b := dst[n : n+48]
	for i := 0; i < 8; i++ {
		if i == gap {
			b[at], b[at+1] = ':', ':'
			at += 2
			if i = gapEnd; i == 8 {
				break
			}
		} else if i > 0 {
			b[at] = ':'
			at++
		}
		hi, lo := ip[2*i], ip[2*i+1]
		lead := bits.LeadingZeros16(uint16(hi)<<8|uint16(lo)|1) / 4
		digits := uint32(hexLower[hi]) | uint32(hexLower[lo])<<16
		binary.LittleEndian.PutUint32(b[at:], digits>>(8*lead))
		at += 4 - lead
	}
	return dst[:n+at]
}

// zeroGroups is the first of the longest runs of two or more groups of zeros, 8
// for none.
func zeroGroups(ip *[16]byte) (gap, end int) {
	gap, end = 8, 8
	for i, longest := 0, 1; i < 8; i++ {
		j := i
		for j < 8 && ip[2*j]|ip[2*j+1] == 0 {
			j++
		}
		if j-i > longest {
			gap, end, longest = i, j, j-i
		}
		i = j
	}
	return gap, end
}

// ParseIPv4 reads dotted decimal text without leading zeros, as netip does.
func ParseIPv4(b []byte) (ip [16]byte, ok bool) {
	ip[10], ip[11] = 0xff, 0xff
	if len(b) < 7 || len(b) > 15 {
		return ip, false
	}
	field, value, digits := 12, 0, 0
	for _, c := range b {
		switch {
		case c-'0' <= 9:
			if digits > 0 && value == 0 {
				return ip, false
			}
			value = value*10 + int(c-'0')
			if digits++; value > 255 {
				return ip, false
			}
		case c == '.' && digits > 0 && field < 15:
			ip[field] = byte(value)
			field, value, digits = field+1, 0, 0
		default:
			return ip, false
		}
	}
	ip[15] = byte(value)
	return ip, field == 15 && digits > 0
}

// ParseIPv6 reads the text of an IPv6 address, RFC 4291 section 2.2, without a
// zone. An IPv4-mapped one is refused: it would be an IPv4 address under
// another family's name.
func ParseIPv6(b []byte) (ip [16]byte, ok bool) {
	at, gap := 0, -1
	if len(b) < 2 || len(b) > 45 {
		return ip, false
	}
	if b[0] == ':' {
		if b[1] != ':' {
			return ip, false
		}
		gap, b = 0, b[2:]
	}
	for len(b) > 0 && at < 16 {
		n := hexGroup(b)
		if n < len(b) && b[n] == '.' {
			return finishMixed(ip, b, at, gap)
		}
		if n == 0 || n > 4 {
			return ip, false
		}
		binary.BigEndian.PutUint16(ip[at:], hexValue(b[:n]))
		at += 2
		if b = b[n:]; len(b) == 0 {
			break
		}
		if b[0] != ':' || len(b) == 1 {
			return ip, false
		}
		if b = b[1:]; b[0] == ':' {
			if gap >= 0 {
				return ip, false
			}
			gap, b = at, b[1:]
		}
	}
	if len(b) > 0 {
		return ip, false
	}
	return finishIPv6(ip, at, gap)
}

// finishMixed reads the dotted decimal end of an IPv6 address.
func finishMixed(ip [16]byte, b []byte, at, gap int) ([16]byte, bool) {
	v4, ok := ParseIPv4(b)
	if !ok || at > 12 {
		return ip, false
	}
	copy(ip[at:], v4[12:])
	return finishIPv6(ip, at+4, gap)
}

// finishIPv6 puts the zeros where the "::" stood and refuses mapped addresses.
func finishIPv6(ip [16]byte, at, gap int) ([16]byte, bool) {
	if at < 16 {
		if gap < 0 {
			return ip, false
		}
		tail := at - gap
		copy(ip[16-tail:], ip[gap:at])
		clear(ip[gap : 16-tail])
	} else if gap >= 0 {
		return ip, false
	}
	return ip, !netip.AddrFrom16(ip).Is4In6()
}

func hexGroup(b []byte) (n int) {
	for n < len(b) && n < 5 && unhex[b[n]] >= 0 {
		n++
	}
	return n
}

func hexValue(b []byte) (v uint16) {
	for _, c := range b {
		v = v<<4 | uint16(unhex[c])
	}
	return v
}

// unhex is the value of every hex digit, -1 for any other byte.
var unhex = func() (t [256]int8) {
	for i := range t {
		t[i] = -1
	}
	for i, c := range []byte("0123456789abcdef") {
		t[c] = int8(i)
	}
	for i, c := range []byte("ABCDEF") {
		t[c] = int8(10 + i)
	}
	return t
}()
