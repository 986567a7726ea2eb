package codec_test

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

// rng is a random source whose seed is printed with a failing test.
func rng(t testing.TB) *rand.Rand {
	a, b := rand.Uint64(), rand.Uint64()
	t.Logf("seed %#x, %#x", a, b)
	return rand.New(rand.NewPCG(a, b))
}

func TestPackIDForms(t *testing.T) {
	f := func(id string, form codec.Form, ok bool) {
		t.Helper()
		k, got := codec.PackID([]byte(id))
		if k.Form != form || got != ok {
			t.Errorf("PackID(%q) = form %d, %v; want %d, %v", id, k.Form, got, form, ok)
		}
		if ok && (string(k.AppendID(nil)) != id || k.Len() != len(id)) {
			t.Errorf("PackID(%q) unpacks to %q, length %d", id, k.AppendID(nil), k.Len())
		}
		if !ok && (k.Len() != 0 || k.AppendID(nil) != nil) {
			t.Errorf("PackID(%q): a wide key has bytes", id)
		}
	}
	f("", codec.FormWide, false)
	f("a", 1, true)
	f("656164657221", 12, true)
	f("exactly-twenty-bytes", 20, true)
	f("twenty-one-bytes-long", codec.FormWide, false)
	f("0191d9a7-3f2c-7b60-8c1d-2e4f6a8b0c1d", codec.FormUUIDLower, true)
	f("0191D9A7-3F2C-7B60-8C1D-2E4F6A8B0C1D", codec.FormUUIDUpper, true)
	f("01919997-3021-7060-8010-204060800010", codec.FormUUIDLower, true)
	f("0191D9a7-3F2C-7B60-8C1D-2E4F6A8B0C1D", codec.FormWide, false)
	f("0191d9a7-3f2c-7b60-8c1d-2e4f6a8b0c1g", codec.FormWide, false)
	f("0191d9a7-3f2c-7b60-8c1d52e4f6a8b0c1d", codec.FormWide, false)
	f("0191d9a73f2c7b608c1d2e4f6a8b0c1d", codec.FormHex32Lower, true)
	f("0191D9A73F2C7B608C1D2E4F6A8B0C1D", codec.FormHex32Upper, true)
	f("0191d9A73f2c7b608c1d2e4f6a8b0c1d", codec.FormWide, false)
	f("0191d9a73f2c7b608c1d2e4f6a8b0c1d01234567", codec.FormHex40Lower, true)
	f("0191D9A73F2C7B608C1D2E4F6A8B0C1D01234567", codec.FormHex40Upper, true)
	f(strings.Repeat("-", 40), codec.FormWide, false)
	f(strings.Repeat("x", codec.LimitID), codec.FormWide, false)
	f("\x00", 1, true)
	f("\x00\x00", 2, true)
}

// packSlow is the twin of PackID.
func packSlow(id []byte) (codec.Key, bool) {
	lower, upper := []byte("0123456789abcdef"), []byte("0123456789ABCDEF")
	text := id
	if len(id) == 36 && id[8] == '-' && id[13] == '-' && id[18] == '-' && id[23] == '-' {
		text = slices.Concat(id[:8], id[9:13], id[14:18], id[19:23], id[24:])
	}
	forms := map[int]codec.Form{36: codec.FormUUIDLower, 32: codec.FormHex32Lower, 40: codec.FormHex40Lower}
	form, packed := forms[len(id)]
	packed = packed && (len(id) == 36) == (len(text) != len(id))
	for i, digits := range [][]byte{lower, upper} {
		k := codec.Key{Form: form + codec.Form(i)}
		if n, err := hex.Decode(k.ID[:], trimTo(digits, text)); packed && err == nil && n > 0 {
			return k, true
		}
	}
	if len(id) == 0 || len(id) > codec.KeySize {
		return codec.Key{Form: codec.FormWide}, false
	}
	k := codec.Key{Form: codec.Form(len(id))}
	copy(k.ID[:], id)
	return k, true
}

// trimTo is text if it consists of digits and is short enough to pack.
func trimTo(digits, text []byte) []byte {
	if len(text) > 2*codec.KeySize || len(bytes.Trim(text, string(digits))) > 0 {
		return nil
	}
	return text
}

func TestPackIDAgainstSlow(t *testing.T) {
	r := rng(t)
	for range 100_000 {
		id := randomID(r)
		if r.IntN(2) == 0 {
			id[r.IntN(len(id))] = byte(r.Uint32())
		}
		k, ok := codec.PackID(id)
		if want, wantOK := packSlow(id); k != want || ok != wantOK {
			t.Fatalf("PackID(%q) = %v, %v; want %v, %v", id, k, ok, want, wantOK)
		}
	}
}

// Two ids that differ must not share a key: an id stored as it is must not look
// like a packed one, nor a shorter one like a longer one with zero bytes.
func TestKeysAreEqualOnlyForEqualIDs(t *testing.T) {
	r := rng(t)
	seen := map[codec.Key]string{}
	for range 200_000 {
		id := randomID(r)
		k, ok := codec.PackID(id)
		if !ok {
			continue
		}
		if other, dup := seen[k]; dup && other != string(id) {
			t.Fatalf("%q and %q have the same key", other, id)
		}
		seen[k] = string(id)
		if got := k.AppendID(nil); !bytes.Equal(got, id) {
			t.Fatalf("%q unpacks to %q", id, got)
		}
	}
}

// randomID makes ids near the borders of the packed forms.
func randomID(r *rand.Rand) []byte {
	digits := []string{"0123456789abcdef", "0123456789ABCDEF", "0123456789", "0123456789abcdefABCDEF", "01g-\x00\xff"}[r.IntN(5)]
	n := []int{1 + r.IntN(3), 1 + r.IntN(48), 20, 32, 36, 40}[r.IntN(6)]
	id := make([]byte, n)
	for i := range id {
		id[i] = digits[r.IntN(len(digits))]
	}
	if n == 36 && r.IntN(4) > 0 {
		id[8], id[13], id[18], id[23] = '-', '-', '-', '-'
	}
	return id
}

func FuzzPackID(f *testing.F) {
	f.Add([]byte("0191d9a7-3f2c-7b60-8c1d-2e4f6a8b0c1d"), []byte("0191D9A7-3F2C-7B60-8C1D-2E4F6A8B0C1D"))
	f.Add([]byte("0191d9a73f2c7b608c1d2e4f6a8b0c1d"), []byte("0191d9a73f2c7b608c1d2e4f6a8b0c1d01234567"))
	f.Add([]byte("1111"), []byte("1111\x00"))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		ka, oka := codec.PackID(a)
		kb, okb := codec.PackID(b)
		if oka && !bytes.Equal(ka.AppendID(nil), a) {
			t.Fatalf("%q unpacks to %q", a, ka.AppendID(nil))
		}
		if oka && okb && (ka == kb) != bytes.Equal(a, b) {
			t.Fatalf("keys of %q and %q: equal is %v", a, b, ka == kb)
		}
	})
}
