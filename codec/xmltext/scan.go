package xmltext

import (
	"unicode/utf8"
)

// This file has no state. Its functions look at b from index i on and come in
// three shapes:
//
//   - skipX returns the index of the first byte that is no X. These are the
//     fast paths: one table look-up for each byte, small enough to be inlined.
//   - consumeX checks one X that begins at i and returns the index behind it.
//     With a fault, the index is that of the fault. ErrTruncated means that b
//     ended and nothing was wrong until then.
//   - parseX is a consumeX that also returns what it found.
//
// All of them go from left to right and stop at the first fault, so that a
// document has the same fault however it arrives.

// skipName returns the index of the first byte that is no plain name character.
//
// NOTE: kept simple to be inlinable, as are all skip functions.
func skipName(b []byte, i int) int {
	for uint(i) < uint(len(b)) && class[b[i]]&nameChar != 0 {
		i++
	}
	return i
}

// skipSpace is skipName for white space [3].
func skipSpace(b []byte, i int) int {
	for uint(i) < uint(len(b)) && class[b[i]]&space != 0 {
		i++
	}
	return i
}

// skipBlank is skipName for white space other than CR.
func skipBlank(b []byte, i int) int {
	for uint(i) < uint(len(b)) && class[b[i]]&blank != 0 {
		i++
	}
	return i
}

// skipText is skipName for what stands for itself in text.
func skipText(b []byte, i int) int {
	for uint(i) < uint(len(b)) && class[b[i]]&textPlain != 0 {
		i++
	}
	return i
}

// skipAttr is skipName for what stands for itself in attribute values.
func skipAttr(b []byte, i int) int {
	for uint(i) < uint(len(b)) && class[b[i]]&attrPlain != 0 {
		i++
	}
	return i
}

// parseRune returns the character beyond ASCII at b[i] and the index behind it.
func parseRune(b []byte, i int) (rune, int, Fault) {
	r, n := utf8.DecodeRune(b[i:])
	if r == utf8.RuneError && n <= 1 {
		if !utf8.FullRune(b[i:]) {
			return 0, len(b), ErrTruncated
		}
		return 0, i, ErrUTF8
	}
	if !isChar(r) {
		return 0, i, ErrChar
	}
	return r, i + n, faultNone
}

// consumeChar consumes one Char [2], i < len(b).
func consumeChar(b []byte, i int) (int, Fault) {
	if c := b[i]; c < utf8.RuneSelf {
		if class[c]&(charPlain|space) == 0 {
			return i, ErrChar
		}
		return i + 1, faultNone
	}
	_, i, f := parseRune(b, i)
	return i, f
}

// consumeNCName consumes a name without colon (Namespaces [4]) of at most limit
// bytes. The name ends at the first character that cannot be part of it.
func consumeNCName(b []byte, i, limit int) (int, Fault) {
	start := i
	for i < len(b) {
		c, next := b[i], i+1
		switch {
		case class[c]&nameStart != 0, class[c]&nameChar != 0 && i > start:
		case c < utf8.RuneSelf:
			return nameEnd(start, i)
		default:
			r, n, f := parseRune(b, i)
			if f != faultNone {
				return n, f
			}
			if !isNameStart(r) && (i == start || !isNameChar(r)) {
				return nameEnd(start, i)
			}
			next = n
		}
		if i = next; i-start > limit {
			return start, ErrNameLength
		}
	}
	return i, ErrTruncated
}

// nameEnd is the result for a name that ends at i: empty ones are none.
func nameEnd(start, i int) (int, Fault) {
	if i == start {
		return i, ErrName
	}
	return i, faultNone
}

// parseQNameSlow parses any qualified name (Namespaces [7]).
func parseQNameSlow(b []byte, start, limit int) (Name, int, Fault) {
	i, f := consumeNCName(b, start, limit)
	local := start
	if f == faultNone && b[i] == ':' {
		local = i + 1
		i, f = consumeNCName(b, local, limit-(local-start))
		if f == ErrNameLength {
			i = start
		}
		if f == ErrName || f == faultNone && b[i] == ':' {
			return Name{}, i, ErrColon
		}
	} else if f == ErrName && b[i] == ':' {
		f = ErrColon
	}
	return Name{uint32(start), uint16(i - start), uint16(local - start)}, i, f
}

// predefined are the entities of section 4.6.
var predefined = [...]struct {
	name string
	char rune
}{{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"apos", '\''}, {"quot", '"'}}

// parseReference parses the reference [67] at b[i] == '&' and returns the
// character that it stands for. All its faults but bad bytes are located at i.
func parseReference(b []byte, i int) (rune, int, Fault) {
	if i+1 < len(b) && b[i+1] == '#' {
		return parseCharRef(b, i)
	}
	end, f := consumeNCName(b, i+1, maxDocument)
	switch {
	case f == ErrName:
		return 0, i, ErrReference
	case f != faultNone:
		return 0, end, f
	case b[end] == ':':
		return 0, i, ErrEntity // a Name with a colon: declared by nobody
	case b[end] != ';':
		return 0, i, ErrReference
	}
	for k := range predefined {
		if string(b[i+1:end]) == predefined[k].name {
			return predefined[k].char, end + 1, faultNone
		}
	}
	return 0, i, ErrEntity
}

// parseCharRef parses the character reference [66] at b[i:], which is "&#".
func parseCharRef(b []byte, start int) (rune, int, Fault) {
	base, i := rune(10), start+2
	if i < len(b) && b[i] == 'x' {
		base, i = 16, i+1
	}
	r, digits := rune(0), i
	for ; i < len(b); i++ {
		v := digit(b[i])
		if v >= base {
			break
		}
		r = min(r*base+v, utf8.MaxRune+1)
	}
	switch {
	case i == len(b):
		return 0, i, ErrTruncated
	case i == digits || b[i] != ';':
		return 0, start, ErrReference
	case !isChar(r):
		return 0, start, ErrCharRef
	}
	return r, i + 1, faultNone
}

// digit is the value of a hexadecimal digit, 16 for any other byte.
func digit(c byte) rune {
	switch {
	case '0' <= c && c <= '9':
		return rune(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return rune(c|0x20-'a') + 10
	}
	return 16
}

// consumeText goes on with text [14] at b[i], of which b[start:i] is plain, up
// to the next '<'.
func consumeText(b []byte, start, i int) (int, Form, Fault) {
	form, f := FormVerbatim, faultNone
	for {
		i = skipText(b, i)
		if i == len(b) {
			return i, form, ErrTruncated
		}
		switch b[i] {
		case '<':
			return i, form, faultNone
		case '&':
			form = FormText
			_, i, f = parseReference(b, i)
		case '\r':
			form = FormText
			i++
		case '>':
			if i-start >= 2 && b[i-1] == ']' && b[i-2] == ']' {
				return i - 2, form, ErrSectionEnd
			}
			i++
		default:
			i, f = consumeChar(b, i)
		}
		if f != faultNone {
			return i, form, f
		}
	}
}

// consumeAttr goes on with an attribute value [10] at b[i] up to its quote.
func consumeAttr(b []byte, i int, quote byte) (int, Form, Fault) {
	form, f := FormVerbatim, faultNone
	for {
		i = skipAttr(b, i)
		if i == len(b) {
			return i, form, ErrTruncated
		}
		switch c := b[i]; {
		case c == quote:
			return i, form, faultNone
		case c == '<':
			return i, form, ErrLess
		case c == '&':
			form = FormAttr
			_, i, f = parseReference(b, i)
		case c == '\t', c == '\n', c == '\r':
			form = FormAttr
			i++
		default:
			i, f = consumeChar(b, i)
		}
		if f != faultNone {
			return i, form, f
		}
	}
}

// consumeUntil consumes Chars up to the first byte that is stop: what comments,
// CDATA sections and instructions are made of. It adds FormLines to form.
func consumeUntil(b []byte, i int, stop byte, form Form) (int, Form, Fault) {
	f := faultNone
	for i < len(b) {
		c := b[i]
		switch {
		case c == stop:
			return i, form, faultNone
		case class[c]&charPlain != 0:
			i++
		case c == '\r':
			form = FormLines
			i++
		default:
			if i, f = consumeChar(b, i); f != faultNone {
				return i, form, f
			}
		}
	}
	return i, form, ErrTruncated
}
