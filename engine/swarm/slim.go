package swarm

import (
	"encoding/binary"
	"net/netip"

	"github.com/ppspd/ppspd/codec"
)

// A slimCard is a card of a peer like most: its Peer-ID packs into 16 bytes, it
// has one IPv4 address, not a private one, and is observed at that IP. 36 bytes
// instead of 56, without loss.
//
//	 0  id      16  Card.ID
//	16  join     4
//	20  addr    12  Card.Addr, the first slot
//	32  form     1
//	33  traits   1
//	34  class    1
//	35           1  unused
//
// Seen is not kept: it is the hash of the IP in addr.
type slimCard struct {
	id     [16]byte
	join   uint32
	addr   [12]byte
	form   codec.Form
	traits codec.Traits
	class  uint8
}

// slotKind is where a slot's address type and flags are.
const slotKind = 10

// slimmable reports whether a card can be kept as a slimCard.
func (x *Index) slimmable(c *codec.Card) bool {
	private := codec.AddrFlags(c.Addr[slotKind]>>2)&codec.AddrPrivate != 0
	return c.Layout == codec.Layout4 && !private &&
		[4]byte(c.ID[16:]) == [4]byte{} && [12]byte(c.Addr[12:]) == [12]byte{} &&
		c.Seen == x.seenAt(c.Addr[:4])
}

// seenAt is Card.Seen of a peer observed at an IPv4 address.
func (x *Index) seenAt(ip []byte) uint32 {
	return uint32(x.HashIP(netip.AddrFrom4([4]byte(ip))))
}

// slim keeps a slimmable card.
func (s *slimCard) slim(c *codec.Card) {
	s.id, s.addr = [16]byte(c.ID[:]), [12]byte(c.Addr[:])
	s.join, s.form, s.traits, s.class = c.Join, c.Form, c.Traits, c.Class
}

// widen gives the card back, but for Seen, which is 0.
func (s *slimCard) widen(c *codec.Card) {
	le := binary.LittleEndian
	le.PutUint64(c.ID[0:], le.Uint64(s.id[0:]))
	le.PutUint64(c.ID[8:], le.Uint64(s.id[8:]))
	le.PutUint32(c.ID[16:], 0)
	c.Form, c.Layout, c.Traits, c.Class = s.form, codec.Layout4, s.traits, s.class
	c.Join, c.Seen = s.join, 0
	le.PutUint64(c.Addr[0:], le.Uint64(s.addr[0:]))
	le.PutUint32(c.Addr[8:], le.Uint32(s.addr[8:]))
	le.PutUint32(c.Addr[12:], 0)
	le.PutUint64(c.Addr[16:], 0)
}
