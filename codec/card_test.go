package codec_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"unsafe"

	"github.com/ppspd/ppspd/codec"
)

func TestSizes(t *testing.T) {
	f := func(name string, got, want uintptr) {
		t.Helper()
		if got != want {
			t.Errorf("%s has %d bytes, want %d", name, got, want)
		}
	}
	f("Card", unsafe.Sizeof(codec.Card{}), codec.CardSize)
	f("Card", codec.CardSize, 56)
	f("Card.Addr offset", unsafe.Offsetof(codec.Card{}.Addr), 32)
	f("ListedPeer", unsafe.Sizeof(codec.ListedPeer{}), 60)
	f("Key", unsafe.Sizeof(codec.Key{}), 21)
	f("Span", unsafe.Sizeof(codec.Span{}), 8)
	f("Action", unsafe.Sizeof(codec.Action{}), 20)
	f("Address", unsafe.Sizeof(codec.Address{}), 48)
	f("Stat", unsafe.Sizeof(codec.Stat{}), 64)
}

// randomAddresses are n addresses as a card keeps them: what their flags say
// is absent is zero.
func randomAddresses(r *rand.Rand, n int) []codec.Address {
	list := make([]codec.Address, n)
	for i := range list {
		a := &list[i]
		a.SetAddr(randomIP(r))
		a.Port = uint16(1 + r.IntN(65535))
		a.Type = codec.AddrType(r.IntN(4))
		a.Flags |= []codec.AddrFlags{0, codec.AddrPriority, codec.AddrPrivate, codec.AddrHidden}[r.IntN(4)]
		if a.Has(codec.AddrPriority) {
			a.Priority = r.Uint32()
		}
		a.Protocol, a.Connection = codec.Word(r.IntN(7)), codec.Word(r.IntN(13))
	}
	return list
}

// widen gives some of the addresses what only a blob can hold.
func widen(r *rand.Rand, t *codec.Text, list []codec.Address) {
	word := func() codec.Span {
		return t.Keep([]byte(strings.Repeat("w", 1+r.IntN(codec.LimitWord))))
	}
	for i := range list {
		a := &list[i]
		switch r.IntN(4) {
		case 0:
			a.ASN, a.Flags = r.Uint32(), a.Flags|codec.AddrASN
		case 1:
			a.Protocol, a.ProtocolText = codec.WordOther, word()
		case 2:
			a.Connection, a.ConnectionText = codec.WordOther, word()
		}
	}
}

func sameAddresses(t *testing.T, ta *codec.Text, a []codec.Address, tb *codec.Text, b []codec.Address) {
	t.Helper()
	if len(a) != len(b) {
		t.Fatalf("%d addresses, want %d", len(a), len(b))
	}
	for i := range a {
		x, y := a[i], b[i]
		if !bytes.Equal(ta.Bytes(x.ProtocolText), tb.Bytes(y.ProtocolText)) ||
			!bytes.Equal(ta.Bytes(x.ConnectionText), tb.Bytes(y.ConnectionText)) {
			t.Fatalf("address %d: another word", i)
		}
		x.ProtocolText, x.ConnectionText = y.ProtocolText, y.ConnectionText
		if x != y {
			t.Fatalf("address %d: %+v, want %+v", i, x, y)
		}
	}
}

func TestCardRoundTrip(t *testing.T) {
	r := rng(t)
	for range 20_000 {
		var from, to codec.Text
		id := randomID(r)
		addrs := randomAddresses(r, r.IntN(codec.LimitCardAddresses+1))
		if r.IntN(2) == 0 {
			widen(r, &from, addrs)
		}
		to.Scratch = make([]byte, r.IntN(3), 64)
		to.Scratch = append(to.Scratch, from.Scratch...)
		skip := len(to.Scratch) - len(from.Scratch)
		moved := moveTexts(addrs, &from, &to, skip)

		c := codec.Card{Traits: 1, Class: 2, Join: 3, Seen: 4}
		codec.PutCard(&c, &to, id, moved)
		if got := c.AppendID(nil, &to); !bytes.Equal(got, id) {
			t.Fatalf("id %q, want %q", got, id)
		}
		sameAddresses(t, &to, c.AppendAddresses(nil, &to), &from, addrs)
		if c.Traits != 1 || c.Class != 2 || c.Join != 3 || c.Seen != 4 {
			t.Fatal("PutCard touched another field")
		}
		if k, ok := codec.PackID(id); ok && c.Key() != k {
			t.Fatal("the card has another key than the id")
		}
	}
}

// moveTexts is list with the spans of from as spans of to, whose Scratch holds
// that of from after skip other bytes.
func moveTexts(list []codec.Address, from, to *codec.Text, skip int) []codec.Address {
	at := skip
	move := func(s codec.Span) codec.Span {
		if !s.Present() {
			return s
		}
		at += s.Len()
		return codec.ScratchSpan(at-s.Len(), at)
	}
	out := append([]codec.Address(nil), list...)
	for i := range out {
		out[i].ProtocolText = move(out[i].ProtocolText)
		out[i].ConnectionText = move(out[i].ConnectionText)
	}
	return out
}

func TestCardLayouts(t *testing.T) {
	v4 := codec.Address{Port: 80}
	v4.IP[10], v4.IP[11], v4.IP[12] = 0xff, 0xff, 192
	v6 := codec.Address{Port: 80, Flags: codec.AddrV6}
	asn := v4
	asn.Flags, asn.ASN = codec.AddrASN, 64496
	long := strings.Repeat("x", 21)
	f := func(want codec.Layout, id string, addrs ...codec.Address) {
		t.Helper()
		var c codec.Card
		var text codec.Text
		codec.PutCard(&c, &text, []byte(id), addrs)
		if c.Layout != want || c.Wide() != (want == codec.LayoutWide) {
			t.Errorf("layout %d, want %d", c.Layout, want)
		}
		if !c.Wide() && len(text.Scratch) > 0 {
			t.Error("a blob that no card needs")
		}
		if ref, size := c.Blob(); c.Wide() && (ref != 0 || int(size) != len(text.Scratch)) {
			t.Errorf("blob %d+%d of %d bytes", ref, size, len(text.Scratch))
		}
	}
	f(codec.LayoutNone, "id")
	f(codec.Layout4, "id", v4)
	f(codec.Layout44, "id", v4, v4)
	f(codec.Layout6, "id", v6)
	f(codec.LayoutWide, "id", v4, v6)
	f(codec.LayoutWide, "id", v6, v6)
	f(codec.LayoutWide, "id", v4, v4, v4)
	f(codec.LayoutWide, "id", asn)
	f(codec.LayoutWide, long)
	f(codec.LayoutWide, long, v4)
}

func TestBlobLimit(t *testing.T) {
	var text codec.Text
	word := text.Keep([]byte(strings.Repeat("w", codec.LimitWord)))
	addrs := make([]codec.Address, codec.LimitCardAddresses)
	for i := range addrs {
		addrs[i] = codec.Address{Protocol: codec.WordOther, Connection: codec.WordOther, ProtocolText: word, ConnectionText: word}
	}
	var c codec.Card
	codec.PutCard(&c, &text, []byte(strings.Repeat("x", codec.LimitID)), addrs)
	if _, size := c.Blob(); size != codec.BlobLimit {
		t.Errorf("the largest blob has %d bytes, BlobLimit is %d", size, codec.BlobLimit)
	}
}

func TestTraits(t *testing.T) {
	for _, m := range []codec.Mode{codec.ModeLeech, codec.ModeSeed} {
		for n := codec.NATUnknown; n <= codec.NATProxy; n++ {
			for l := codec.LevelAny; l <= codec.LevelHigh; l++ {
				for u := codec.LevelAny; u <= codec.LevelHigh; u++ {
					x := codec.MakeTraits(m, n, l, u)
					if x.Mode() != m || x.NAT() != n || x.Links() != l || x.Upload() != u {
						t.Fatalf("MakeTraits(%v, %v, %v, %v) = %08b", m, n, l, u, x)
					}
				}
			}
		}
	}
}

func TestWithMode(t *testing.T) {
	x := codec.MakeTraits(codec.ModeLeech, codec.NATTURN, codec.LevelHigh, codec.LevelLow)
	for _, m := range []codec.Mode{codec.ModeSeed, codec.ModeLeech} {
		if x = x.WithMode(m); x != codec.MakeTraits(m, codec.NATTURN, codec.LevelHigh, codec.LevelLow) {
			t.Errorf("as %v the traits are %08b", m, x)
		}
	}
}

// Slot4 and PutUUID say the same as AppendAddresses and AppendID.
func TestSlot4(t *testing.T) {
	r := rng(t)
	var text codec.Text
	for range 2000 {
		var c codec.Card
		id := codec.Key{Form: codec.FormUUIDLower}
		for i := range 16 {
			id.ID[i] = byte(r.Uint32())
		}
		codec.PutCard(&c, &text, id.AppendID(nil), randomAddresses(r, 1+r.IntN(2)))
		if c.Layout != codec.Layout4 && c.Layout != codec.Layout44 {
			continue
		}
		var uuid [36]byte
		if c.PutUUID(&uuid); string(uuid[:]) != string(c.AppendID(nil, &text)) {
			t.Fatalf("PutUUID: %s, want %s", uuid, c.AppendID(nil, &text))
		}
		a, s := c.AppendAddresses(nil, &text)[0], c.Slot4()
		want := codec.Slot4{IP: [4]byte(a.IP[12:]), Priority: a.Priority, Port: a.Port, Type: a.Type, Flags: a.Flags, Protocol: a.Protocol, Connection: a.Connection}
		if s != want {
			t.Fatalf("Slot4 is %+v, want %+v", s, want)
		}
	}
}
