package ppspxml

import "github.com/ppspd/ppspd/codec"

// appendAddress appends a PeerAddress (Table 3), its attributes in the order of
// the draft's examples. t holds the texts of a.
func appendAddress(dst []byte, t *codec.Text, a *codec.Address) []byte {
	if a.Has(codec.AddrV6) {
		dst = append(dst, `<PeerAddress addrType="ipv6" ip="`...)
	} else {
		dst = append(dst, `<PeerAddress addrType="ipv4" ip="`...)
	}
	dst = a.AppendIP(dst)
	dst = appendNumber(dst, `" port="`, uint64(a.Port), `"`)
	if a.Has(codec.AddrPriority) {
		dst = appendNumber(dst, ` priority="`, uint64(a.Priority), `"`)
	}
	if a.Type != codec.AddrTypeNone {
		dst = appendWord(dst, ` type="`, a.Type.String())
	}
	if a.Connection != codec.WordNone {
		dst = appendOpen(dst, ` connection="`, t, a.Connection, codec.ConnectionName(a.Connection), a.ConnectionText)
	}
	if a.Has(codec.AddrASN) {
		dst = appendNumber(dst, ` asn="`, uint64(a.ASN), `"`)
	}
	if a.Protocol != codec.WordNone {
		dst = appendOpen(dst, ` peerProtocol="`, t, a.Protocol, codec.ProtocolName(a.Protocol), a.ProtocolText)
	}
	return append(dst, "/>"...)
}

// appendOpen appends an attribute of an open vocabulary.
func appendOpen(dst []byte, start string, t *codec.Text, w codec.Word, name string, text codec.Span) []byte {
	if w == codec.WordOther {
		return appendAttr(dst, start, t, text)
	}
	return appendWord(dst, start, name)
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
