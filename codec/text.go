package codec

// Span is a piece of a message's Text: an offset and a length in bytes.
// The zero Span is the absent value; Span.Present tells it from an empty one.
//
//	off: bits 0..30 the offset, bit 31 set = into Text.Scratch, clear = into Text.Body
//	len: bits 0..30 the length, bit 31 set = present
type Span struct{ off, len uint32 }

const spanBit = 1 << 31

// BodySpan is the piece body[start:end] of a message. Bodies are below 2 GiB.
func BodySpan(start, end int) Span {
	return Span{uint32(start), uint32(end-start) | spanBit}
}

// ScratchSpan is the piece scratch[start:end] of a message.
func ScratchSpan(start, end int) Span {
	return Span{uint32(start) | spanBit, uint32(end-start) | spanBit}
}

// Len is the length in bytes.
func (s Span) Len() int { return int(s.len &^ spanBit) }

// InBody is the offset of the first byte in Text.Body; ok is false for a value
// that is absent or stands in Text.Scratch.
func (s Span) InBody() (offset int, ok bool) { return int(s.off), s.Present() && s.off&spanBit == 0 }

// Slice is the piece [from:to] of the value; it is present.
func (s Span) Slice(from, to int) Span {
	return Span{s.off + uint32(from), uint32(to-from) | spanBit}
}

// Present reports whether the value was in the message, be it empty.
func (s Span) Present() bool { return s.len != 0 }

// Text is the memory that the spans of a message index: the body as it was
// received, and scratch for what had to be decoded (entities, CDATA, escapes).
type Text struct {
	Body    []byte // borrowed from the caller of Parse
	Scratch []byte // owned, reused
}

// Bytes is the piece that s names. It is valid as long as Body is and until
// the message is reset; it must not be changed.
func (t *Text) Bytes(s Span) []byte {
	n := s.len &^ spanBit
	if s.off&spanBit == 0 {
		return t.Body[s.off : s.off+n : s.off+n]
	}
	o := s.off &^ spanBit
	return t.Scratch[o : o+n : o+n]
}

// Keep copies b to the end of Scratch and returns its span.
func (t *Text) Keep(b []byte) Span {
	start := len(t.Scratch)
	t.Scratch = append(t.Scratch, b...)
	return ScratchSpan(start, len(t.Scratch))
}

func (t *Text) reset() {
	t.Body = nil
	t.Scratch = t.Scratch[:0]
}
