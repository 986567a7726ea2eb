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
func (c *Card) Disclose(t *Text, near bool) (left Families) {
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
