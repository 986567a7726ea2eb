package codec

// KeySize is the room for a Peer-ID or Swarm-ID inside a Key or Card, in bytes.
const KeySize = 20

// Form tells how the bytes of a Key spell an id. Values up to KeySize are the
// length of an id that is stored as it is.
type Form uint8

// The packed forms. Packing is exact: unpacking gives back the same bytes, and
// two ids are equal if and only if their keys are.
const (
	FormUUIDLower  Form = 32 + iota // 8-4-4-4-12 hex digits, lower case, 16 bytes
	FormUUIDUpper                   // the same in upper case
	FormHex32Lower                  // 32 hex digits, 16 bytes
	FormHex32Upper
	FormHex40Lower // 40 hex digits, 20 bytes
	FormHex40Upper
	FormWide Form = 255 // does not fit; the id's bytes are elsewhere
)

// Key is an id of at most KeySize bytes, or one that packs into as many.
//
//	| ID 20 bytes, unused ones zero | Form 1 |   21 bytes, comparable
type Key struct {
	ID   [KeySize]byte
	Form Form
}

// PackID makes the key of an id. ok is false if the id does not fit (or is
// empty): it is then kept as bytes, and Form is FormWide.
func PackID(id []byte) (k Key, ok bool) {
	switch len(id) {
	case 36:
		if packUUID(&k, id) {
			return k, true
		}
	case 32:
		if packHex(&k, id, FormHex32Lower) {
			return k, true
		}
	case 40:
		if packHex(&k, id, FormHex40Lower) {
			return k, true
		}
	}
	if len(id) == 0 || len(id) > KeySize {
		return Key{Form: FormWide}, false
	}
	k = Key{Form: Form(len(id))}
	copy(k.ID[:], id)
	return k, true
}

// Len is the length of the id in bytes, 0 for FormWide.
func (k *Key) Len() int { return formLen(k.Form) }

func formLen(f Form) int {
	switch f {
	case FormUUIDLower, FormUUIDUpper:
		return 36
	case FormHex32Lower, FormHex32Upper:
		return 32
	case FormHex40Lower, FormHex40Upper:
		return 40
	}
	if f <= KeySize {
		return int(f)
	}
	return 0
}

// AppendID appends the id to dst, nothing for FormWide.
func (k *Key) AppendID(dst []byte) []byte { return appendID(dst, &k.ID, k.Form) }

func appendID(dst []byte, id *[KeySize]byte, f Form) []byte {
	switch f {
	case FormUUIDLower:
		return appendUUID(dst, id, &hexLower)
	case FormUUIDUpper:
		return appendUUID(dst, id, &hexUpper)
	case FormHex32Lower:
		return appendHex(dst, id[:16], &hexLower)
	case FormHex32Upper:
		return appendHex(dst, id[:16], &hexUpper)
	case FormHex40Lower:
		return appendHex(dst, id[:20], &hexLower)
	case FormHex40Upper:
		return appendHex(dst, id[:20], &hexUpper)
	}
	if f <= KeySize {
		return append(dst, id[:f]...)
	}
	return dst
}

// hexLower and hexUpper hold the two digits of every byte.
var hexLower, hexUpper = hexPairs("0123456789abcdef"), hexPairs("0123456789ABCDEF")

func hexPairs(digits string) (t [256][2]byte) {
	for i := range t {
		t[i] = [2]byte{digits[i>>4], digits[i&15]}
	}
	return t
}

func appendHex(dst, b []byte, t *[256][2]byte) []byte {
	for _, c := range b {
		dst = append(dst, t[c][0], t[c][1])
	}
	return dst
}

func appendUUID(dst []byte, id *[KeySize]byte, t *[256][2]byte) []byte {
	var u [36]byte
	u[8], u[13], u[18], u[23] = '-', '-', '-', '-'
	for i, at := range uuidAt {
		p := t[id[i]]
		u[at], u[at+1] = p[0], p[1]
	}
	return append(dst, u[:]...)
}

// uuidAt is where the two digits of each byte of a UUID stand in its text.
var uuidAt = [16]uint8{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34}

// Digit classes of unhex: the value, and which cases the digit can be part of.
const (
	digitLower = 1 << 4
	digitUpper = 1 << 5
	digitBoth  = digitLower | digitUpper
)

// unhex holds value and case of every hex digit, 0 for any other byte.
var unhex = func() (t [256]uint8) {
	for i := range 10 {
		t['0'+i] = uint8(i) | digitBoth
	}
	for i := range 6 {
		t['a'+i] = uint8(10+i) | digitLower
		t['A'+i] = uint8(10+i) | digitUpper
	}
	return t
}()

// packHex packs hex digits of one case. All-decimal digits count as lower case.
func packHex(k *Key, id []byte, lower Form) bool {
	all := uint8(digitBoth)
	for i := 0; i+1 < len(id); i += 2 {
		hi, lo := unhex[id[i]], unhex[id[i+1]]
		all &= hi & lo
		k.ID[i/2] = hi<<4 | lo&15
	}
	return setForm(k, all, lower)
}

func packUUID(k *Key, id []byte) bool {
	if id[8] != '-' || id[13] != '-' || id[18] != '-' || id[23] != '-' {
		return false
	}
	all := uint8(digitBoth)
	for i, at := range uuidAt {
		hi, lo := unhex[id[at]], unhex[id[at+1]]
		all &= hi & lo
		k.ID[i] = hi<<4 | lo&15
	}
	return setForm(k, all, FormUUIDLower)
}

func setForm(k *Key, all uint8, lower Form) bool {
	switch {
	case all&digitLower != 0:
		k.Form = lower
	case all&digitUpper != 0:
		k.Form = lower + 1
	default:
		*k = Key{}
		return false
	}
	return true
}
