package ppspxml

import (
	"encoding/binary"
	"math/bits"
)

// Eight bytes at once: the same byte in each lane.
const (
	lanes     = 0x0101010101010101
	laneHigh  = 0x80 * lanes
	laneLow   = 0x28 * lanes // the first plain byte, '('
	laneAngle = 0x3e * lanes // '>'; '<' differs from it in bit 1
	laneBit1  = 0x02 * lanes
	laneBlank = ' ' * lanes
)

// skipPlain is the end of the run of plain bytes that begins at i, or -1 if the
// run comes closer than 8 bytes to the end of b, which no value of a complete
// message does.
//
// Plain bytes stand for themselves wherever a value may stand and are not white
// space: 0x28 to 0x7f without '<' and '>'. All of & " ' < > end the run, and so
// does what needs a closer look: white space, control characters, UTF-8.
func skipPlain(b []byte, i int) int {
	for ; i <= len(b)-8; i += 8 {
		x := load(b, i)
		angle := (x | laneBit1) ^ laneAngle
		// The lowest lane that is marked is marked rightly: subtraction borrows
		// only into lanes above one that was marked.
		if m := ((x-laneLow)&^x | (angle-lanes)&^angle | x) & laneHigh; m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
	}
	return -1
}

// spaces has a bit for every white space character of XML.
const spaces = 1<<' ' | 1<<'\t' | 1<<'\n' | 1<<'\r'

func isSpace(c byte) bool { return c <= ' ' && spaces>>c&1 != 0 }

// skipSpace is the end of the white space that begins at i. Runs of blanks, as
// indentation has them, are counted eight at once.
func skipSpace(b []byte, i int) int {
	for i < len(b) && isSpace(b[i]) {
		i++
		if i <= len(b)-8 {
			i += bits.TrailingZeros64(load(b, i)^laneBlank) >> 3
		}
	}
	return i
}

// load is the eight bytes at i.
func load(b []byte, i int) uint64 { return binary.LittleEndian.Uint64(b[i:]) }

// follows reports whether s stands at i in b.
func follows(b []byte, i int, s string) bool {
	return len(b)-i >= len(s) && string(b[i:i+len(s)]) == s
}

// tag is a text of 8 to 24 bytes that is compared by words.
//
//	first | middle | last    they overlap if the text is shorter than 24 bytes
type tag struct {
	first, middle, last uint64
	size                int
}

func newTag(s string) tag {
	b := []byte(s)
	return tag{load(b, 0), load(b, max(0, len(b)-16)), load(b, len(b)-8), len(b)}
}

// follows reports whether the tag stands at i in b.
func (t *tag) follows(b []byte, i int) bool {
	return len(b)-i >= t.size && load(b, i) == t.first && load(b, i+t.size-8) == t.last &&
		load(b, i+max(0, t.size-16)) == t.middle
}
