package codec

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// This file turns bytes into digits and back, eight digits at a time: a digit
// is a lane of a 64-bit word, the first one of the text in the lowest byte.

const (
	laneOnes = 0x0101010101010101 // the same byte in each lane
	laneHigh = 0x80 * laneOnes
)

// hexDigits is the eight hex digits of the first four bytes of b. letter is
// what lies between '9'+1 and the case's first letter.
func hexDigits(b []byte, letter uint64) uint64 {
	x := uint64(binary.LittleEndian.Uint32(b))
	x = (x | x<<16) & 0x0000ffff0000ffff
	x = (x | x<<8) & 0x00ff00ff00ff00ff   // a byte in every other lane
	x = (x>>4 | x<<8) & (0x0f * laneOnes) // its halves, the high one first
	letters := (x + 6*laneOnes) >> 4 & laneOnes
	return x + '0'*laneOnes + letters*letter
}

const (
	lettersLower = 'a' - '9' - 1
	lettersUpper = 'A' - '9' - 1
)

// appendHex appends the hex digits of b, whose length is a multiple of four.
func appendHex(dst, b []byte, letter uint64) []byte {
	n := len(dst)
	dst = slices.Grow(dst, 2*len(b))[:n+2*len(b)]
	for i := 0; i < len(b); i += 4 {
		binary.LittleEndian.PutUint64(dst[n+2*i:], hexDigits(b[i:], letter))
	}
	return dst
}

// appendUUID appends the 8-4-4-4-12 text of the first 16 bytes of id.
func appendUUID(dst []byte, id *[KeySize]byte, letter uint64) []byte {
	n := len(dst)
	dst = slices.Grow(dst, 36)[:n+36]
	u := (*[36]byte)(dst[n:])
	binary.LittleEndian.PutUint64(u[0:], hexDigits(id[0:], letter))
	a, b := hexDigits(id[4:], letter), hexDigits(id[8:], letter)
	u[8], u[13], u[18], u[23] = '-', '-', '-', '-'
	binary.LittleEndian.PutUint32(u[9:], uint32(a))
	binary.LittleEndian.PutUint32(u[14:], uint32(a>>32))
	binary.LittleEndian.PutUint32(u[19:], uint32(b))
	binary.LittleEndian.PutUint32(u[24:], uint32(b>>32))
	binary.LittleEndian.PutUint64(u[28:], hexDigits(id[12:], letter))
	return dst
}

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

// AppendNumber appends the decimal digits of n.
func AppendNumber(dst []byte, n uint32) []byte {
	if n >= 1e8 {
		dst = appendDigits(dst, n/1e8, countDigits(n/1e8))
		return binary.LittleEndian.AppendUint64(dst, decimalDigits(n%1e8)|'0'*laneOnes)
	}
	return appendDigits(dst, n, countDigits(n))
}

// countDigits is how many digits n has: known before they are, so that the
// bytes that follow need not wait for them.
func countDigits(n uint32) int {
	less := bits.Len32(n|1) * 1233 >> 12 // the digits of n, or one less
	if n >= powers[less] {
		less++
	}
	return less
}

// powers are those of ten, but for the first: 0 has a digit too.
var powers = [...]uint32{0, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000}

// appendDigits appends the last count digits of n < 100,000,000.
func appendDigits(dst []byte, n uint32, count int) []byte {
	at := len(dst)
	dst = binary.LittleEndian.AppendUint64(dst, (decimalDigits(n)|'0'*laneOnes)>>(64-8*count))
	return dst[:at+count]
}

// decimalDigits is the values of the eight digits of n < 100,000,000: split in
// two lanes of four digits, those in two, and again.
func decimalDigits(n uint32) uint64 {
	x := uint64(n/10000) | uint64(n%10000)<<32
	t := x * 10486 >> 20 & 0x0000007f0000007f // x/100 in each lane below 10000
	x = t | (x-t*100)<<16
	t = x * 103 >> 10 & 0x000f000f000f000f // x/10 in each lane below 100
	return t | (x-t*10)<<8
}
