package swarm

import "github.com/ppspd/ppspd/codec"

// A Handle is the number of a peer inside its stripe: dense, from 1 on, used
// again after the peer is gone. It is below 1<<24.
type Handle uint32

// A Peer is what the index keeps of a registered peer: 48 bytes, no pointers.
//
//	 0  id           16  packed Peer-ID, or [12:16] the number of the extra record
//	16  form          1  how id spells it, and the two flags below
//	17  State         1  the engine's
//	18  Flags         1  the engine's
//	19  traits        1  of the peer's cards
//	20  Join          4  the engine's
//	24  member        4  segment of the only membership, or the first of the list
//	28  mark          4  statistics and place of the only membership
//	32  bound         8  IPv4 address, or hash of an IPv6 one (top bit set)
//	40  Fingerprint   8  the engine's
//
// A free record has form 0 and the link of the free list in member.
type Peer struct {
	id     [inlineID]byte
	form   uint8
	State  uint8 // what the engine likes: state, dialect
	Flags  uint8 // what the engine likes
	traits codec.Traits
	Join   uint32 // tick at which the peer registered
	member uint32
	mark   mark
	bound  uint64
	// Fingerprint is that of the last successful request; 0: none.
	Fingerprint uint64
}

const (
	inlineID = 16

	formMask  = 0x3f // codec.Form, FormWide as all ones
	formExtra = 0x40 // the peer has an extra record
	formMany  = 0x80 // the peer has two memberships or more
)

func (p *Peer) next() uint32     { return p.member }
func (p *Peer) setNext(n uint32) { p.member = n }

func (p *Peer) has(flag uint8) bool { return p.form&flag != 0 }

// Traits are those of the peer's cards, without the mode.
func (p *Peer) Traits() codec.Traits { return p.traits }

// An extra record holds what few peers have: a Peer-ID of more than 16 packed
// bytes, or two bound addresses.
type extra struct {
	key    codec.Key // FormWide: the id is a blob
	id     blobRef
	bound4 uint32
	bound6 uint64
}

func (e *extra) next() uint32     { return e.bound4 }
func (e *extra) setNext(n uint32) { e.bound4 = n }

// shortForm is how the form of a key is kept in a Peer.
func shortForm(f codec.Form) uint8 {
	return uint8(f) & formMask // FormWide is 255
}

// extraNumber is the number of the peer's extra record.
func (p *Peer) extraNumber() uint32 {
	return uint32(p.id[12]) | uint32(p.id[13])<<8 | uint32(p.id[14])<<16
}

func (p *Peer) setExtra(n uint32) {
	p.id = [inlineID]byte{12: byte(n), 13: byte(n >> 8), 14: byte(n >> 16)}
	p.form |= formExtra
}
