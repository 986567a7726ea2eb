package codec

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// This file turns bytes into digits and back. Digits are written through
// tables, two or three at a time, and read eight at a time, each in a lane of a
// 64-bit word, the first one of the text in the lowest byte.

// hexTable holds the two hex digits of every byte.
type hexTable [256]uint16

var hexLower, hexUpper = newHexTable("0123456789abcdef"), newHexTable("0123456789ABCDEF")

func newHexTable(digits string) (t hexTable) {
	for i := range t {
		t[i] = uint16(digits[i>>4]) | uint16(digits[i&15])<<8
	}
	return t
}

// appendHex appends the hex digits of b.
func appendHex(dst, b []byte, t *hexTable) []byte {
	for _, c := range b {
		dst = binary.LittleEndian.AppendUint16(dst, t[c])
	}
	return dst
}

// putPair is small enough to be inlined.
func putPair(b []byte, pair uint16) { binary.LittleEndian.PutUint16(b, pair) }

// appendUUID appends the 8-4-4-4-12 text of the first 16 bytes of id.
func appendUUID(dst []byte, id *[KeySize]byte, t *hexTable) []byte {
	n := len(dst)
	dst = slices.Grow(dst, 36)[:n+36]
	putUUID((*[36]byte)(dst[n:]), id, t)
	return dst
}

func putUUID(u *[36]byte, id *[KeySize]byte, t *hexTable) {
	u[8], u[13], u[18], u[23] = '-', '-', '-', '-'
	putPair(u[0:], t[id[0]])
	putPair(u[2:], t[id[1]])
	putPair(u[4:], t[id[2]])
	putPair(u[6:], t[id[3]])
	putPair(u[9:], t[id[4]])
	putPair(u[11:], t[id[5]])
	putPair(u[14:], t[id[6]])
	putPair(u[16:], t[id[7]])
	putPair(u[19:], t[id[8]])
	putPair(u[21:], t[id[9]])
	putPair(u[24:], t[id[10]])
	putPair(u[26:], t[id[11]])
	putPair(u[28:], t[id[12]])
	putPair(u[30:], t[id[13]])
	putPair(u[32:], t[id[14]])
	putPair(u[34:], t[id[15]])
}

const (
	laneOnes = 0x0101010101010101 // the same byte in each lane
	laneHigh = 0x80 * laneOnes
)

// digitCase says which cases hex digits can be of.
type digitCase uint8

const (
	caseLower digitCase = 1 << iota
	caseUpper
	caseBoth = caseLower | caseUpper
)

// hexBytes is the four bytes, in the low half, that eight hex digits stand
// for, and which cases all of them can be of: none if one is no digit.
func hexBytes(x uint64) (b uint32, c digitCase) {
	// Lanes are below 0x80 from here on, if the message is to be right: sums
	// of two such do not carry into the next lane.
	y := x &^ laneHigh
	digit := within(y^'0'*laneOnes, 0, 9)
	lower := within(y^0x60*laneOnes, 1, 6)
	upper := within(y^0x40*laneOnes, 1, 6)
	if digit|lower == laneHigh {
		c = caseLower
	}
	if digit|upper == laneHigh {
		c |= caseUpper
	}
	if x&laneHigh != 0 {
		c = 0
	}
	v := y&(0x0f*laneOnes) + (lower|upper)>>7*9
	v = (v<<4 | v>>8) & 0x00ff00ff00ff00ff
	v = (v | v>>8) & 0x0000ffff0000ffff
	return uint32(v | v>>16), c
}

// within marks the lanes of x, all below 0x80, that hold lo to hi, in their
// highest bits.
func within(x, lo, hi uint64) uint64 {
	return (x + (0x80-lo)*laneOnes) &^ (x + (0x7f-hi)*laneOnes) & laneHigh
}

// NumberRoom is the room that PutNumber needs, in bytes.
const NumberRoom = 16

// PutNumber writes the decimal digits of n to the start of b and returns how
// many they are. The bytes behind them are overwritten too.
func PutNumber(b *[NumberRoom]byte, n uint32) int {
	count := countDigits(n)
	if n < 1e6 {
		binary.LittleEndian.PutUint64(b[:], sixDigits(n)>>((48-8*count)&63))
		return int(count)
	}
	binary.LittleEndian.PutUint64(b[:], sixDigits(n/1e6)>>((96-8*count)&63))
	binary.LittleEndian.PutUint64(b[(count-6)&7:], sixDigits(n%1e6))
	return int(count)
}

// AppendNumber appends the decimal digits of n.
func AppendNumber(dst []byte, n uint32) []byte {
	at := len(dst)
	dst = slices.Grow(dst, NumberRoom)
	return dst[:at+PutNumber((*[NumberRoom]byte)(dst[at:at+NumberRoom]), n)]
}

// countDigits is how many digits n has: known before they are, so that the
// bytes that follow need not wait for them.
func countDigits(n uint32) uint {
	less := uint(bits.Len32(n|1)) * 1233 >> 12 // the digits of n, or one less
	if n >= powers[less] {
		less++
	}
	return less
}

// powers are those of ten, but for the first: 0 has a digit too.
var powers = [...]uint32{0, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000}

// sixDigits is the digits of n < 1,000,000, the first in the lowest byte.
func sixDigits(n uint32) uint64 {
	return uint64(threeDigits[n/1000]) | uint64(threeDigits[n%1000])<<24
}

// threeDigits holds the digits of every number below 1000.
var threeDigits = func() (t [1000]uint32) {
	for i := range uint32(1000) {
		t[i] = '0' + i/100 | ('0'+i/10%10)<<8 | ('0'+i%10)<<16
	}
	return t
}()
