package codec

// Families is a set of address families.
type Families uint8

// The families.
const (
	FamilyIPv4 Families = 1 << iota
	FamilyIPv6
)

// Disclose makes the addresses of the card what one reader may see: private
// ones are hidden unless the reader is near, at the same observed IP. It
// returns the families of the addresses that are left; none means that there is
// nothing to list. The card and its blob in t have to be the reader's own copy.
//
// NOTE: The fast path is kept simple to keep this inlinable.
func (c *Card) Disclose(t *Text, near bool) (left Families) {
	// Fast path: one IPv4 address, for everybody.
	if c.Layout == Layout4 && c.Addr[10]&notForAll == 0 {
		return FamilyIPv4
	}
	return c.discloseSlow(t, near)
}

// notForAll are the flags, in a slot's byte for type and flags, of which an
// IPv4 address for everybody has none.
const notForAll = uint8((AddrV6 | AddrPrivate | AddrHidden) << 2)

func (c *Card) discloseSlow(t *Text, near bool) (left Families) {
	switch c.Layout {
	case Layout4:
		return discloseSlot(&c.Addr[10], near)
	case Layout44:
		return discloseSlot(&c.Addr[10], near) | discloseSlot(&c.Addr[22], near)
	case Layout6:
		return discloseSlot(&c.Addr[22], near)
	case LayoutWide:
		return discloseBlob(c, t, near)
	}
	return 0
}

// discloseSlot does it for one address, of which kind is the byte with the
// flags.
func discloseSlot(kind *uint8, near bool) Families {
	flags := AddrFlags(*kind >> 2)
	if flags&AddrPrivate != 0 && !near {
		*kind |= uint8(AddrHidden) << 2
		return 0
	}
	if flags&AddrHidden != 0 {
		return 0
	}
	if flags&AddrV6 != 0 {
		return FamilyIPv6
	}
	return FamilyIPv4
}

func discloseBlob(c *Card, t *Text, near bool) (left Families) {
	at, size := c.Blob()
	b := t.Scratch[at : at+size]
	n := b[1]
	b = b[blobHead+int(b[0]):]
	for range n {
		left |= discloseSlot(&b[22], near)
		b = b[blobAddr+int(b[28])+int(b[29]):]
	}
	return left
}
