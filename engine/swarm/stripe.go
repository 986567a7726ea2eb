package swarm

import (
	"math/rand/v2"
	"sync"

	"github.com/ppspd/ppspd/codec"
)

// A Stripe holds the peers whose Peer-IDs have the same top bits of the hash,
// with all that belongs to a peer: extra records, memberships, statistics.
// Every method but Lock needs the stripe's lock, unless it says otherwise.
//
// The lock is the first in the order (see doc.go): whoever holds it may take
// one lock of a swarm stripe or segment at a time, never another stripe's.
type Stripe struct {
	mu    sync.Mutex
	x     *Index
	index uint32

	table   table
	peers   slab[Peer, *Peer]
	extras  slab[extra, *extra]
	members slab[member, *member]
	stats   slab[stat, *stat]
	rnd     rand.PCG
	stream  stream
	count   peerCounters

	_ [64]byte // the next stripe's lock is in another cache line
}

func (s *Stripe) init(x *Index, i uint32, seed uint64) {
	s.x, s.index = x, i
	s.peers.shift, s.extras.shift, s.members.shift, s.stats.shift = 11, 6, 8, 10
	s.rnd.Seed(seed, uint64(i))
}

// Lock takes the stripe's lock.
func (s *Stripe) Lock() { s.mu.Lock() }

// TryLock takes the stripe's lock if nobody holds it.
func (s *Stripe) TryLock() bool { return s.mu.TryLock() }

// Unlock releases the stripe's lock. Pointers and memberships that the
// stripe's methods returned are invalid from then on, handles are not.
func (s *Stripe) Unlock() { s.mu.Unlock() }

// Index is the stripe's place in the index, 0 <= Index() < Stripes. It needs
// no lock.
func (s *Stripe) Index() int { return int(s.index) }

// Number is the peer number of h: unique in the index, the owner of the peer's
// cards. It needs no lock.
func (s *Stripe) Number(h Handle) uint32 { return numberOf(s.index, uint32(h)) }

// Len is the number of peers.
func (s *Stripe) Len() int { return int(s.table.live) }

// Limit is one more than the greatest handle ever given out: who goes over the
// peers, be it piece by piece, goes from 1 to below it, past handles that Exists
// denies.
func (s *Stripe) Limit() Handle { return Handle(max(s.peers.size, 1)) }

// Exists reports whether there is a peer with handle h, 0 < h < Limit().
func (s *Stripe) Exists(h Handle) bool { return s.peers.at(uint32(h)).form != 0 }

// Find looks a peer up. hash is Index.Hash(id).
func (s *Stripe) Find(hash uint64, id []byte) (Handle, bool) {
	k, _ := codec.PackID(id)
	for p := s.table.probe(hash); ; {
		n := p.next()
		if n == 0 {
			return 0, false
		}
		if s.holds(n, &k, id) {
			return Handle(n), true
		}
	}
}

// holds reports whether peer n has that id, k its key.
func (s *Stripe) holds(n uint32, k *codec.Key, id []byte) bool {
	p := s.peers.at(n)
	// Fast path: the id is in the record.
	if !p.has(formExtra) {
		return p.id == [inlineID]byte(k.ID[:]) && p.form&formMask == shortForm(k.Form)
	}
	return s.holdsSlow(p, k, id)
}

func (s *Stripe) holdsSlow(p *Peer, k *codec.Key, id []byte) bool {
	e := s.extras.at(p.extraNumber())
	if e.key != *k {
		return false
	}
	return k.Form != codec.FormWide || string(s.x.blobs.bytes(e.id)) == string(id)
}

// Peer is the record of h, valid until Unlock.
func (s *Stripe) Peer(h Handle) *Peer { return s.peers.at(uint32(h)) }

// Add registers a peer that Find does not find, without memberships. id has 1
// to codec.LimitID bytes. The record is empty. The handle is 0 when the stripe
// is full: it can hold 1<<24 peers.
func (s *Stripe) Add(hash uint64, id []byte) Handle {
	n := s.peers.alloc()
	if n == 0 {
		return 0
	}
	k, fits := codec.PackID(id)
	p := s.peers.at(n)
	*p = Peer{id: [inlineID]byte(k.ID[:]), form: shortForm(k.Form)}
	if !fits || k.ID[16]|k.ID[17]|k.ID[18]|k.ID[19] != 0 || k.Form > inlineID && k.Form <= codec.KeySize {
		s.addExtra(p, &k, id)
	}
	s.table.insert(hash, n, s.hashOf)
	s.count.peers.Add(1)
	return Handle(n)
}

// addExtra gives a peer an extra record that holds its id.
func (s *Stripe) addExtra(p *Peer, k *codec.Key, id []byte) *extra {
	n := s.extras.alloc()
	e := s.extras.at(n)
	*e = extra{key: *k}
	if k.Form == codec.FormWide {
		e.id = s.x.blobs.put(id)
	}
	p.setExtra(n)
	return e
}

// hashOf computes the hash of a peer's id again.
func (s *Stripe) hashOf(n uint32) uint64 {
	var b [codec.LimitID]byte
	return s.x.Hash(s.AppendID(b[:0], Handle(n)))
}

// AppendID appends the Peer-ID of h.
func (s *Stripe) AppendID(dst []byte, h Handle) []byte {
	p := s.peers.at(uint32(h))
	if !p.has(formExtra) {
		k := codec.Key{Form: codec.Form(p.form & formMask)}
		copy(k.ID[:], p.id[:])
		return k.AppendID(dst)
	}
	e := s.extras.at(p.extraNumber())
	if e.key.Form == codec.FormWide {
		return append(dst, s.x.blobs.bytes(e.id)...)
	}
	return e.key.AppendID(dst)
}

// key is the packed Peer-ID of h, FormWide if there is none.
func (s *Stripe) key(h Handle) codec.Key {
	p := s.peers.at(uint32(h))
	if p.has(formExtra) {
		return s.extras.at(p.extraNumber()).key
	}
	k := codec.Key{Form: codec.Form(p.form & formMask)}
	copy(k.ID[:], p.id[:])
	return k
}

// Remove takes a peer out of every swarm and forgets it. The handle may be
// given out again.
func (s *Stripe) Remove(h Handle) { s.remove(h, EventLeave) }

// Expire is Remove of a peer that has been silent for too long: the change
// stream tells the difference.
func (s *Stripe) Expire(h Handle) { s.remove(h, EventExpire) }

func (s *Stripe) remove(h Handle, why EventKind) {
	for m, ok := s.First(h); ok; m, ok = s.First(h) {
		s.leave(h, m, why)
	}
	s.table.remove(s.hashOf(uint32(h)), uint32(h), s.hashOf)
	p := s.peers.at(uint32(h))
	if p.has(formExtra) {
		s.dropExtra(p)
	}
	*p = Peer{}
	s.peers.release(uint32(h))
	s.count.peers.Add(-1)
}

func (s *Stripe) dropExtra(p *Peer) {
	n := p.extraNumber()
	if e := s.extras.at(n); e.key.Form == codec.FormWide {
		s.x.blobs.release(e.id)
	}
	s.extras.release(n)
}

// Bound is what SetBound has set: the addresses that the peer is bound to.
func (s *Stripe) Bound(h Handle) (v4 uint32, v6 uint64) {
	p := s.peers.at(uint32(h))
	if p.has(formExtra) {
		e := s.extras.at(p.extraNumber())
		return e.bound4, e.bound6
	}
	if p.bound>>63 != 0 {
		return 0, p.bound
	}
	return uint32(p.bound), 0
}

// SetBound sets the addresses that the peer is bound to: an IPv4 address as a
// number, and an IPv6 address by Index.HashIP, 0 where there is none.
func (s *Stripe) SetBound(h Handle, v4 uint32, v6 uint64) {
	p := s.peers.at(uint32(h))
	if v4 != 0 && v6 != 0 && !p.has(formExtra) {
		k := s.key(h)
		s.addExtra(p, &k, nil)
	}
	if p.has(formExtra) {
		e := s.extras.at(p.extraNumber())
		e.bound4, e.bound6 = v4, v6
		return
	}
	p.bound = uint64(v4) | v6
}
