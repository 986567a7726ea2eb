package codec

import "encoding/binary"

// CardSize is the size of a Card in bytes.
const CardSize = 56

// Card is all that a peer list says of one peer in one swarm. Cards are values
// without pointers, compared and moved by copying.
//
//	 0  ID      20  packed Peer-ID, as in Key
//	20  Form     1  how ID spells it; FormWide: the id is in the blob
//	21  Layout   1  what Addr holds
//	22  Traits   1  mode, NAT kind, levels
//	23  Class    1  transport class: how the peer reached the tracker
//	24  Join     4  tick at which the peer registered
//	28  Seen     4  keyed hash of the observed IP
//	32  Addr    24  addresses, or the reference to a blob
//
// Addr by Layout:
//
//	Layout4   one IPv4 slot, 12 bytes unused
//	Layout44  two IPv4 slots     ip 4 | priority 4 | port 2 | kind 1 | words 1
//	Layout6   one IPv6 slot      ip 16 | priority 4 | port 2 | kind 1 | words 1
//	LayoutWide  ref 4 | length 4 of the blob
//
// kind is AddrType in bits 0-1 and AddrFlags in bits 2-7; words is Protocol in
// bits 0-3 and Connection in bits 4-7. Numbers are little-endian.
type Card struct {
	ID     [KeySize]byte
	Form   Form
	Layout Layout
	Traits Traits
	Class  uint8
	Join   uint32
	Seen   uint32
	Addr   [24]byte
}

// Layout tells what the address bytes of a Card hold.
type Layout uint8

// The layouts.
const (
	LayoutNone Layout = iota
	Layout4
	Layout44
	Layout6
	LayoutWide // a blob: see PutCard
)

// Traits are the properties of a peer that preferences ask for.
//
//	bit 0     seeder
//	bits 1-3  NAT
//	bits 4-5  concurrent links, a Level
//	bits 6-7  upload level, a Level
type Traits uint8

// MakeTraits packs the properties of a peer.
func MakeTraits(m Mode, n NAT, links, upload Level) Traits {
	t := Traits(n)<<1 | Traits(links)<<4 | Traits(upload)<<6
	if m == ModeSeed {
		t |= 1
	}
	return t
}

// Mode is how the peer takes part in the swarm.
func (t Traits) Mode() Mode {
	if t&1 != 0 {
		return ModeSeed
	}
	return ModeLeech
}

// WithMode is t with the mode replaced.
func (t Traits) WithMode(m Mode) Traits {
	if m == ModeSeed {
		return t | 1
	}
	return t &^ 1
}

// NAT is the peer's kind of NAT traversal.
func (t Traits) NAT() NAT { return NAT(t >> 1 & 7) }

// Links is the level of the peer's concurrent links.
func (t Traits) Links() Level { return Level(t >> 4 & 3) }

// Upload is the level of the peer's upload bandwidth.
func (t Traits) Upload() Level { return Level(t >> 6) }

// Key is the card's packed Peer-ID. Wide ids have no key of their own.
func (c *Card) Key() Key { return Key{c.ID, c.Form} }

// Wide reports whether the card refers to a blob.
func (c *Card) Wide() bool { return c.Layout == LayoutWide }

// Blob is where the blob of a wide card is: an offset into a message's Scratch,
// or whatever its keeper has put there with SetBlob; and its length in bytes.
func (c *Card) Blob() (ref, size uint32) {
	return binary.LittleEndian.Uint32(c.Addr[0:]), binary.LittleEndian.Uint32(c.Addr[4:])
}

// SetBlob makes the card refer to a blob.
func (c *Card) SetBlob(ref, size uint32) {
	c.Layout = LayoutWide
	binary.LittleEndian.PutUint32(c.Addr[0:], ref)
	binary.LittleEndian.PutUint32(c.Addr[4:], size)
}

// AppendID appends the Peer-ID. t holds the blob of a wide card.
func (c *Card) AppendID(dst []byte, t *Text) []byte {
	if b := c.Bytes(t); b != nil {
		return append(dst, b...)
	}
	return appendID(dst, &c.ID, c.Form)
}

// Bytes is the Peer-ID where it is not packed, nil where it is. It is a view of
// the card, or of the blob of a wide one, which t holds.
func (c *Card) Bytes(t *Text) []byte {
	if c.Form <= KeySize {
		return c.ID[:c.Form]
	}
	if c.Form != FormWide {
		return nil
	}
	ref, _ := c.Blob()
	n := uint32(t.Scratch[ref])
	return t.Scratch[ref+blobHead : ref+blobHead+n]
}

// AppendAddresses appends the addresses of the card, hidden ones included.
// t holds the blob of a wide card.
func (c *Card) AppendAddresses(dst []Address, t *Text) []Address {
	n := len(dst)
	switch c.Layout {
	case Layout4:
		dst = append(dst, Address{})
		getSlot4(&dst[n], c.Addr[:12])
	case Layout44:
		dst = append(dst, Address{}, Address{})
		getSlot4(&dst[n], c.Addr[:12])
		getSlot4(&dst[n+1], c.Addr[12:])
	case Layout6:
		dst = append(dst, Address{})
		getSlot6(&dst[n], c.Addr[:])
	case LayoutWide:
		return appendBlobAddresses(dst, c, t)
	}
	return dst
}

// Slot4 is an IPv4 address as it stands in a card.
type Slot4 struct {
	IP                   [4]byte
	Priority             uint32
	Port                 uint16
	Type                 AddrType
	Flags                AddrFlags
	Protocol, Connection Word
}

// Slot4 is the address of a card with Layout4, the first one of Layout44.
func (c *Card) Slot4() Slot4 {
	b := &c.Addr
	return Slot4{
		IP:         [4]byte(b[:4]),
		Priority:   binary.LittleEndian.Uint32(b[4:]),
		Port:       binary.LittleEndian.Uint16(b[8:]),
		Type:       AddrType(b[10] & 3),
		Flags:      AddrFlags(b[10] >> 2),
		Protocol:   Word(b[11] & 15),
		Connection: Word(b[11] >> 4),
	}
}

// PutUUID writes the Peer-ID of a card with FormUUIDLower.
func (c *Card) PutUUID(b *[36]byte) { putUUID(b, &c.ID, &hexLower) }

// PutCard sets the Peer-ID and the addresses of c. What does not fit into the
// card goes into a blob at the end of t.Scratch, to which c then refers. The
// other fields of c are left alone. Texts of the addresses are read from t.
// len(id) is at most LimitID, len(addrs) at most LimitCardAddresses.
func PutCard(c *Card, t *Text, id []byte, addrs []Address) {
	k, fits := PackID(id)
	c.ID, c.Form, c.Addr = k.ID, k.Form, [24]byte{}
	if fits && putSlots(c, addrs) {
		return
	}
	if fits {
		id = nil
	}
	start := len(t.Scratch)
	t.Scratch = appendBlob(t.Scratch, t, id, addrs)
	c.SetBlob(uint32(start), uint32(len(t.Scratch)-start))
}

// putSlots puts the addresses into the card itself, if that can hold them.
func putSlots(c *Card, addrs []Address) bool {
	for i := range addrs {
		a := &addrs[i]
		if a.Flags&AddrASN != 0 || a.Protocol == WordOther || a.Connection == WordOther {
			return false
		}
	}
	v6 := func(i int) bool { return addrs[i].Flags&AddrV6 != 0 }
	switch {
	case len(addrs) == 0:
		c.Layout = LayoutNone
	case len(addrs) == 1 && v6(0):
		c.Layout = Layout6
		putSlot6(c.Addr[:], &addrs[0])
	case len(addrs) == 1:
		c.Layout = Layout4
		putSlot4(c.Addr[:12], &addrs[0])
	case len(addrs) == 2 && !v6(0) && !v6(1):
		c.Layout = Layout44
		putSlot4(c.Addr[:12], &addrs[0])
		putSlot4(c.Addr[12:], &addrs[1])
	default:
		return false
	}
	return true
}

func putSlot4(b []byte, a *Address) {
	copy(b, a.IP[12:])
	putSlotRest(b[4:], a)
}

func putSlot6(b []byte, a *Address) {
	copy(b, a.IP[:])
	putSlotRest(b[16:], a)
}

func putSlotRest(b []byte, a *Address) {
	binary.LittleEndian.PutUint32(b, a.Priority)
	binary.LittleEndian.PutUint16(b[4:], a.Port)
	b[6] = uint8(a.Type) | uint8(a.Flags)<<2
	b[7] = uint8(a.Protocol) | uint8(a.Connection)<<4
}

func getSlot4(a *Address, b []byte) {
	a.IP[10], a.IP[11] = 0xff, 0xff
	copy(a.IP[12:], b[:4])
	getSlotRest(a, b[4:])
}

func getSlot6(a *Address, b []byte) {
	copy(a.IP[:], b[:16])
	getSlotRest(a, b[16:])
}

func getSlotRest(a *Address, b []byte) {
	a.Priority = binary.LittleEndian.Uint32(b)
	a.Port = binary.LittleEndian.Uint16(b[4:])
	a.Type = AddrType(b[6] & 3)
	a.Flags = AddrFlags(b[6] >> 2)
	a.Protocol = Word(b[7] & 15)
	a.Connection = Word(b[7] >> 4)
}

// A blob is what a wide card refers to:
//
//	idLen 1 | addresses 1 | id idLen | per address: slot 24 (as Layout6) |
//	  asn 4 | protocolLen 1 | connectionLen 1 | protocol | connection
//
// idLen is 0 if the id is in the card. The IP of an IPv4 address is mapped.
const (
	blobHead = 2
	blobAddr = 24 + 4 + 2

	// BlobLimit is the largest size of a blob, in bytes.
	BlobLimit = blobHead + LimitID + LimitCardAddresses*(blobAddr+2*LimitWord)
)

func appendBlob(dst []byte, t *Text, id []byte, addrs []Address) []byte {
	dst = append(dst, uint8(len(id)), uint8(len(addrs)))
	dst = append(dst, id...)
	for i := range addrs {
		dst = appendBlobAddress(dst, t, &addrs[i])
	}
	return dst
}

func appendBlobAddress(dst []byte, t *Text, a *Address) []byte {
	var b [blobAddr]byte
	putSlot6(b[:], a)
	binary.LittleEndian.PutUint32(b[24:], a.ASN)
	var protocol, connection []byte
	if a.Protocol == WordOther {
		protocol = t.Bytes(a.ProtocolText)
	}
	if a.Connection == WordOther {
		connection = t.Bytes(a.ConnectionText)
	}
	b[28], b[29] = uint8(len(protocol)), uint8(len(connection))
	dst = append(dst, b[:]...)
	dst = append(dst, protocol...)
	return append(dst, connection...)
}

func appendBlobAddresses(dst []Address, c *Card, t *Text) []Address {
	ref, _ := c.Blob()
	at := int(ref)
	n := int(t.Scratch[at+1])
	at += blobHead + int(t.Scratch[at])
	for range n {
		b := t.Scratch[at : at+blobAddr]
		var a Address
		getSlot6(&a, b)
		a.ASN = binary.LittleEndian.Uint32(b[24:])
		at += blobAddr
		a.ProtocolText, at = blobText(a.Protocol, at, b[28])
		a.ConnectionText, at = blobText(a.Connection, at, b[29])
		dst = append(dst, a)
	}
	return dst
}

func blobText(w Word, at int, n uint8) (Span, int) {
	if w != WordOther {
		return Span{}, at
	}
	return ScratchSpan(at, at+int(n)), at + int(n)
}
