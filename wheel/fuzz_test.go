package wheel_test

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/ppspd/ppspd/wheel"
)

// An op is what the fuzzer can do: opBytes of input, little-endian.
//
//	byte 0    bits 0-2: which; bits 3-7: timeout >> (31 - that)
//	byte 1    handle
//	byte 2-3  timeout, high bits
//
// The shift of the timeout gives small and huge ones the same chance.
const opBytes = 4

const (
	opArm = iota
	opArmToo
	opArmPast
	opDisarm
	opStep
	opExpire
	opSlice
	opShift
)

// FuzzWheel runs a wheel and its twin through operations read from the input.
func FuzzWheel(f *testing.F) {
	for _, seed := range fuzzSeeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, ops []byte) {
		p := newPair(1, 3)
		for i := 0; len(ops) >= opBytes && i < 200; i++ {
			if err := p.do(ops); err != nil {
				t.Fatalf("operation %d at tick %d: %v", i, p.now, err)
			}
			if i%8 == 0 {
				checkPair(t, p)
			}
			ops = ops[opBytes:]
		}
		checkPair(t, p)
	})
}

func checkPair(t *testing.T, p *pair) {
	if err := p.check(); err != nil {
		t.Fatalf("at tick %d: %v", p.now, err)
	}
}

// do runs the first operation of ops. Time stops at half of what there is, so
// that no sum of two ticks overflows.
func (p *pair) do(ops []byte) error {
	h := uint32(ops[1])
	timeout := wheel.Tick(binary.LittleEndian.Uint16(ops[2:])) << 15 >> (31 - ops[0]>>3)
	switch ops[0] & 7 {
	default: // opArm, opArmToo
		return p.arm(h, p.now+timeout)
	case opArmPast:
		return p.arm(h, p.now-min(p.now, timeout))
	case opDisarm:
		return p.disarm(h)
	case opStep:
		p.now += min(timeout, 1<<31-min(p.now, 1<<31))
		return nil
	case opExpire:
		for range 1000 {
			if more, err := p.expire(1 << 14); !more || err != nil {
				return err
			}
		}
		return nil
	case opSlice:
		_, err := p.expire(int(ops[1] % 16))
		return err
	case opShift:
		p.shift(min(timeout, 1<<31-min(p.now, 1<<31)))
		return nil
	}
}

// fuzzOp returns the bytes of an operation.
func fuzzOp(op byte, h byte, timeout wheel.Tick) []byte {
	shift := byte(31)
	for timeout != 0 && timeout < 1<<30 && shift > 0 {
		timeout <<= 1
		shift--
	}
	return []byte{op | shift<<3, h, byte(timeout >> 15), byte(timeout >> 23)}
}

// fuzzSeeds are histories of the kind that matters; what the fuzzer has found
// beyond is in testdata.
var fuzzSeeds = [][]byte{
	slices.Concat( // a track timer that is reset, and expires
		fuzzOp(opArm, 1, 1200), fuzzOp(opStep, 0, 600), fuzzOp(opExpire, 0, 0), fuzzOp(opArm, 1, 1200),
		fuzzOp(opStep, 0, 600), fuzzOp(opExpire, 0, 0), fuzzOp(opStep, 0, 600), fuzzOp(opExpire, 0, 0)),
	slices.Concat( // init timer after a long one, in the same line
		fuzzOp(opArm, 1, 36_000), fuzzOp(opArm, 2, 100), fuzzOp(opArm, 2, 1200), fuzzOp(opStep, 0, 100),
		fuzzOp(opExpire, 0, 0), fuzzOp(opDisarm, 2, 0), fuzzOp(opStep, 0, 36_000), fuzzOp(opExpire, 0, 0)),
	slices.Concat( // a handle that is reused
		fuzzOp(opArm, 9, 50), fuzzOp(opDisarm, 9, 0), fuzzOp(opArm, 9, 70), fuzzOp(opStep, 0, 50),
		fuzzOp(opExpire, 0, 0), fuzzOp(opStep, 0, 20), fuzzOp(opExpire, 0, 0), fuzzOp(opArmPast, 9, 3), fuzzOp(opExpire, 0, 0)),
	slices.Concat( // every level, and down through all of them
		fuzzOp(opArm, 16, 2047), fuzzOp(opArm, 32, 1<<18), fuzzOp(opArm, 48, 1<<25), fuzzOp(opArm, 64, 1<<30),
		fuzzOp(opStep, 0, 2046), fuzzOp(opExpire, 0, 0), fuzzOp(opStep, 0, 1<<18), fuzzOp(opExpire, 0, 0),
		fuzzOp(opStep, 0, 1<<25), fuzzOp(opExpire, 0, 0), fuzzOp(opStep, 0, 1<<30), fuzzOp(opExpire, 0, 0)),
	slices.Concat( // a storm that is drained in slices while others are armed
		fuzzOp(opArm, 0, 10), fuzzOp(opArm, 1, 10), fuzzOp(opArm, 2, 10), fuzzOp(opArm, 3, 10), fuzzOp(opArm, 17, 10),
		fuzzOp(opStep, 0, 12), fuzzOp(opSlice, 12, 0), fuzzOp(opArm, 0, 5), fuzzOp(opDisarm, 3, 0), fuzzOp(opSlice, 1, 0),
		fuzzOp(opArmPast, 40, 1), fuzzOp(opSlice, 3, 0), fuzzOp(opStep, 0, 5), fuzzOp(opExpire, 0, 0)),
	slices.Concat( // a suspend
		fuzzOp(opArm, 5, 1200), fuzzOp(opShift, 0, 36_000), fuzzOp(opExpire, 0, 0), fuzzOp(opArm, 6, 100),
		fuzzOp(opArmPast, 7, 36_100), fuzzOp(opExpire, 0, 0), fuzzOp(opStep, 0, 1200), fuzzOp(opExpire, 0, 0)),
}
