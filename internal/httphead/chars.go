package httphead

import (
	"bytes"
	"encoding/binary"
)

// The classes of bytes.
const (
	token = 1 << iota // tchar of RFC 9110 5.6.2
	uri               // may stand in a request target
	host              // unreserved, sub-delims and percent of RFC 3986: a reg-name
)

// class says for every byte which classes it is of.
var class = classes()

func classes() (t [256]uint8) {
	mark := func(bits uint8, chars string) {
		for _, c := range []byte(chars) {
			t[c] |= bits
		}
	}
	const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	mark(token, alphanumeric+"!#$%&'*+-.^_`|~")
	mark(host, alphanumeric+"-._~%!$&'()*+,;=")
	for c := '!'; c <= '~'; c++ {
		if c != '#' { // a fragment is never sent (RFC 9112 3.2)
			t[c] |= uri
		}
	}
	return t
}

// tokenLen is the length of the token at the start of b.
func tokenLen(b []byte) int {
	for i, c := range b {
		if class[c]&token == 0 {
			return i
		}
	}
	return len(b)
}

// visible reports whether b may be a field value: no control byte but the tab
// (RFC 9110 5.5).
func visible(b []byte) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	// Fast path: eight bytes at a time. A byte below 0x20 borrows from its top
	// bit; one that is 0x7f is zero after the exclusive or. A byte above can
	// be marked by the borrow of the one below it, so a mark is only a reason
	// to look closely.
	for ; len(b) >= 8; b = b[8:] {
		x := binary.LittleEndian.Uint64(b)
		y := x ^ 0x7f*ones
		if ((x-0x20*ones)&^x|(y-ones)&^y)&tops != 0 && !visibleSlow(b[:8]) {
			return false
		}
	}
	return visibleSlow(b)
}

func visibleSlow(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// is reports whether b is a word when case is ignored. usual is how it is mostly
// written, lower is it in lower case.
func is(b []byte, usual, lower string) bool {
	// Fast path: a comparison of whole machine words.
	return string(b) == usual || fold(b, lower)
}

// fold reports whether b is lower, a lower-case word of letters, digits,
// hyphens and the like, when case is ignored. b must be free of control bytes.
func fold(b []byte, lower string) bool {
	return len(b) == len(lower) && hasPrefixFold(b, lower)
}

// hasPrefixFold is the same for the start of b. Setting bit 5 turns an upper
// letter into the lower one; of the bytes that are no letters it maps only
// control bytes to what may stand in a word.
func hasPrefixFold(b []byte, lower string) bool {
	if len(b) < len(lower) {
		return false
	}
	for i := range len(lower) {
		if b[i]|0x20 != lower[i] {
			return false
		}
	}
	return true
}

// nextItem cuts the first element off a comma-separated list; it is trimmed and
// may be empty.
func nextItem(list []byte) (item, rest []byte) {
	item = list
	if n := bytes.IndexByte(list, ','); n >= 0 {
		item, rest = list[:n], list[n+1:]
	}
	return trimRight(trimLeft(item)), rest
}

// trim is b[from:to] without the white space around it.
func trim(b []byte, from, to int) (int, int) {
	for from < to && blank(b[from]) {
		from++
	}
	for from < to && blank(b[to-1]) {
		to--
	}
	return from, to
}

func trimLeft(b []byte) []byte {
	for len(b) > 0 && blank(b[0]) {
		b = b[1:]
	}
	return b
}

func trimRight(b []byte) []byte {
	for len(b) > 0 && blank(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

func blank(c byte) bool { return c == ' ' || c == '\t' }
