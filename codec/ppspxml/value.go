package ppspxml

import (
	"math"

	"github.com/ppspd/ppspd/codec"
)

// parseNumber reads decimal digits, leading zeros included, as XML Schema's
// unsigned numbers without a sign. ok is false if there are none or the number
// needs more than 64 bits.
func parseNumber(b []byte) (n uint64, ok bool) {
	if len(b) == 0 || len(b) > 19 {
		return parseNumberSlow(b)
	}
	for _, c := range b {
		d := c - '0'
		if d > 9 {
			return 0, false
		}
		n = n*10 + uint64(d)
	}
	return n, true
}

// parseNumberSlow is parseNumber for what may not fit.
func parseNumberSlow(b []byte) (n uint64, ok bool) {
	for _, c := range b {
		d := uint64(c - '0')
		if d > 9 || n > (math.MaxUint64-d)/10 {
			return 0, false
		}
		n = n*10 + d
	}
	return n, len(b) > 0
}

func allDigits(b []byte) bool {
	for _, c := range b {
		if c-'0' > 9 {
			return false
		}
	}
	return len(b) > 0
}

// setAddress fills a from the attributes of a PeerAddress (Table 3).
func setAddress(a *codec.Address, t *codec.Text, at *attributes) codec.Fault {
	if fault := setIP(a, t.Bytes(at.get(attrAddrType)), t.Bytes(at.get(attrIP))); fault != codec.FaultNone {
		return fault
	}
	port, ok := parseNumber(t.Bytes(at.get(attrPort)))
	if !ok || port == 0 || port > math.MaxUint16 {
		return codec.FaultPort
	}
	a.Port = uint16(port)
	if at.has(attrPriority) {
		n, ok := parseNumber(t.Bytes(at.value[attrPriority]))
		if !ok || n > math.MaxUint32 {
			return codec.FaultPriority
		}
		a.Priority, a.Flags = uint32(n), a.Flags|codec.AddrPriority
	}
	if at.present&optionalOfAddress != 0 {
		setOptional(a, t, at)
	}
	return codec.FaultNone
}

// setIP reads @ip in the family that @addrType names.
func setIP(a *codec.Address, family, ip []byte) codec.Fault {
	var ok bool
	switch string(family) {
	case "ipv4":
		a.IP, ok = codec.ParseIPv4(ip)
	case "ipv6":
		a.IP, ok = codec.ParseIPv6(ip)
		a.Flags |= codec.AddrV6
	default:
		return codec.FaultAddrType
	}
	if !ok {
		return codec.FaultAddress
	}
	return codec.FaultNone
}

const optionalOfAddress = 1<<attrType | 1<<attrConnection | 1<<attrASN | 1<<attrPeerProtocol

// setOptional reads what is ignored if it is not understood.
func setOptional(a *codec.Address, t *codec.Text, at *attributes) {
	if at.has(attrType) {
		a.Type = codec.ParseAddrType(t.Bytes(at.value[attrType]))
	}
	if at.has(attrASN) {
		if n, ok := parseNumber(t.Bytes(at.value[attrASN])); ok && n <= math.MaxUint32 {
			a.ASN, a.Flags = uint32(n), a.Flags|codec.AddrASN
		}
	}
	if v := at.get(attrPeerProtocol); v.Len() > 0 && v.Len() <= codec.LimitWord {
		a.Protocol, a.ProtocolText = codec.ParseProtocol(t.Bytes(v)), v
	}
	if v := at.get(attrConnection); v.Len() > 0 && v.Len() <= codec.LimitWord {
		a.Connection, a.ConnectionText = codec.ParseConnection(t.Bytes(v)), v
	}
}
