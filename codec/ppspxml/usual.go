package ppspxml

import (
	"slices"

	"github.com/ppspd/ppspd/codec"
)

// What stands around the values of a usual peer, as arrays: copied by a few
// instructions, where a string is copied by a call.
var (
	usualIP       = [42]byte([]byte(`</PeerID><PeerAddress addrType="ipv4" ip="`))
	usualPort     = [8]byte([]byte(`" port="`))
	usualPriority = [12]byte([]byte(`" priority="`))
	usualEnd      = [13]byte([]byte(`/></PeerInfo>`))
)

// usualRoom is the room for all that appendUsual may write, in bytes.
const usualRoom = 36 + len(usualIP) + codec.IPv4Room + len(usualPort) + len(usualPriority) +
	2*codec.NumberRoom + 1 + 3*pieceSize + len(usualEnd)

// appendUsual is appendCard for the peers that a list is made of.
//
// Fast path: the Peer-ID is a UUID, the address the only one and IPv4.
func appendUsual(dst []byte, t *codec.Text, c *codec.Card) []byte {
	a := c.Slot4()
	if a.Flags&codec.AddrHidden != 0 {
		return appendCard(dst, t, c)
	}
	n := len(dst)
	dst = slices.Grow(dst, usualRoom)
	b := (*[usualRoom]byte)(dst[n : n+usualRoom])
	c.PutUUID((*[36]byte)(b[:]))
	*(*[len(usualIP)]byte)(b[36:]) = usualIP
	at := 36 + len(usualIP)
	at += codec.PutIPv4((*[codec.IPv4Room]byte)(b[at:]), a.IP)
	*(*[len(usualPort)]byte)(b[at:]) = usualPort
	at += len(usualPort)
	at += codec.PutNumber((*[codec.NumberRoom]byte)(b[at:]), uint32(a.Port))
	if a.Flags&codec.AddrPriority != 0 {
		*(*[len(usualPriority)]byte)(b[at:]) = usualPriority
		at += len(usualPriority)
		at += codec.PutNumber((*[codec.NumberRoom]byte)(b[at:]), a.Priority)
	}
	b[at] = '"'
	at++
	at += typeAttributes[a.Type&3].put(b[at:])
	at += connectionAttributes[a.Connection&15].put(b[at:])
	at += protocolAttributes[a.Protocol&15].put(b[at:])
	*(*[len(usualEnd)]byte)(b[at:]) = usualEnd
	return dst[:n+at+len(usualEnd)]
}

// put writes the piece to the start of b and returns its length.
func (p *piece) put(b []byte) int {
	if p.size > 0 {
		*(*[pieceSize]byte)(b) = p.text
	}
	return p.size
}
