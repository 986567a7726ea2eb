package ppspxml

import "github.com/ppspd/ppspd/codec"

// piece is a short text in a fixed place: it can be copied as a whole, by a few
// instructions, before only its length is counted.
type piece struct {
	text [pieceSize]byte
	size int
}

const pieceSize = 32

func (p *piece) bytes() []byte { return p.text[:p.size] }

// Attributes of a PeerAddress whose values are known beforehand, by value.
var (
	typeAttributes       [4]piece
	connectionAttributes [16]piece
	protocolAttributes   [16]piece
)

func init() {
	set := func(p *piece, start, value string) {
		if value != "" {
			p.size = len(start + value + `"`)
			copy(p.text[:], start+value+`"`)
		}
	}
	for x := range typeAttributes {
		set(&typeAttributes[x], ` type="`, codec.AddrType(x).String())
	}
	for w := range protocolAttributes {
		set(&connectionAttributes[w], ` connection="`, codec.ConnectionName(codec.Word(w)))
		set(&protocolAttributes[w], ` peerProtocol="`, codec.ProtocolName(codec.Word(w)))
	}
}

// appendAddress appends a PeerAddress (Table 3), its attributes in the order of
// the draft's examples. t holds the texts of a.
func appendAddress(dst []byte, t *codec.Text, a *codec.Address) []byte {
	if a.Has(codec.AddrV6) {
		dst = append(dst, `<PeerAddress addrType="ipv6" ip="`...)
	} else {
		dst = append(dst, `<PeerAddress addrType="ipv4" ip="`...)
	}
	dst = a.AppendIP(dst)
	dst = append(dst, `" port="`...)
	dst = codec.AppendNumber(dst, uint32(a.Port))
	if a.Has(codec.AddrPriority) {
		dst = append(dst, `" priority="`...)
		dst = codec.AppendNumber(dst, a.Priority)
	}
	dst = append(dst, '"')
	dst = append(dst, typeAttributes[a.Type].bytes()...)
	dst = append(dst, connectionAttributes[a.Connection].bytes()...)
	if a.Flags&codec.AddrASN != 0 || a.Connection == codec.WordOther || a.Protocol == codec.WordOther {
		dst = appendWide(dst, t, a)
	}
	dst = append(dst, protocolAttributes[a.Protocol].bytes()...)
	return append(dst, "/>"...)
}

// appendWide appends the attributes that only wide cards have, but for a known
// @connection that goes before them.
func appendWide(dst []byte, t *codec.Text, a *codec.Address) []byte {
	if a.Connection == codec.WordOther {
		dst = appendAttr(dst, ` connection="`, t, a.ConnectionText)
	}
	if a.Has(codec.AddrASN) {
		dst = append(codec.AppendNumber(append(dst, ` asn="`...), a.ASN), '"')
	}
	if a.Protocol == codec.WordOther {
		dst = appendAttr(dst, ` peerProtocol="`, t, a.ProtocolText)
	}
	return dst
}

// appendAddresses appends those that are not hidden.
func appendAddresses(dst []byte, t *codec.Text, list []codec.Address) []byte {
	for i := range list {
		if !list[i].Has(codec.AddrHidden) {
			dst = appendAddress(dst, t, &list[i])
		}
	}
	return dst
}
