package codec

import "encoding/binary"

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

// packHex packs hex digits of one case, a multiple of eight. All-decimal digits
// count as lower case.
func packHex(k *Key, id []byte, lower Form) bool {
	all := caseBoth
	for i := 0; i < len(id); i += 8 {
		b, c := hexBytes(binary.LittleEndian.Uint64(id[i:]))
		binary.LittleEndian.PutUint32(k.ID[i/2:], b)
		all &= c
	}
	return setForm(k, all, lower)
}

// packUUID packs 36 bytes.
func packUUID(k *Key, id []byte) bool {
	u := (*[36]byte)(id)
	if u[8] != '-' || u[13] != '-' || u[18] != '-' || u[23] != '-' {
		return false
	}
	pair := func(a, b int) uint64 {
		return uint64(binary.LittleEndian.Uint32(u[a:])) | uint64(binary.LittleEndian.Uint32(u[b:]))<<32
	}
	b0, c0 := hexBytes(binary.LittleEndian.Uint64(u[0:]))
	b1, c1 := hexBytes(pair(9, 14))
	b2, c2 := hexBytes(pair(19, 24))
	b3, c3 := hexBytes(binary.LittleEndian.Uint64(u[28:]))
	binary.LittleEndian.PutUint64(k.ID[0:], uint64(b0)|uint64(b1)<<32)
	binary.LittleEndian.PutUint64(k.ID[8:], uint64(b2)|uint64(b3)<<32)
	return setForm(k, c0&c1&c2&c3, FormUUIDLower)
}

func setForm(k *Key, all digitCase, lower Form) bool {
	switch {
	case all&caseLower != 0:
		k.Form = lower
	case all&caseUpper != 0:
		k.Form = lower + 1
	default:
		*k = Key{}
		return false
	}
	return true
}
