package swarm

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"github.com/ppspd/ppspd/codec"
)

// A Ref names a swarm for as long as it has members: once the last one has
// left, the Ref is dead, even if a swarm with the same Swarm-ID comes again.
// The zero Ref is dead.
type Ref struct{ number, gen uint32 }

// A swarmStripe holds the swarms whose Swarm-IDs have the same top bits of the
// hash. Its lock guards the table, which swarms there are, and how many members
// each segment of theirs has been promised (segment.members and all that is
// summed from it). It is taken after a peer stripe's lock, never together with
// another swarm stripe's, and held for a lookup and a few additions.
//
// Joining and leaving take it and a segment's lock one after the other:
//
//	join   [swarm stripe: find or make the swarm, choose a segment, members++]
//	       [segment: put the card]
//	leave  [segment: take the card out]
//	       [swarm stripe: members--; at 0 free the segment, then the swarm]
//
// So a segment whose members are 0 holds no card and nobody is on the way to
// put one: it can be freed under the stripe's lock. Only a list may still come
// for it, which reads directories without any lock:
//
//	A (list): reads in swarm 7 that its leechers are in segment 3
//	B: leaves, frees segment 3 and swarm 7
//	C: makes another swarm, which gets number 7 or segment 3 or both
//	A: locks segment 3, finds its swarm and gen unlike those of its Ref,
//	   and lists nothing
type swarmStripe struct {
	mu    sync.Mutex
	index uint32

	table    table
	swarms   slab[swarmRecord, *swarmRecord]
	segments slab[segment, *segment]
	pages    slab[page, *page]
	roots    slab[root, *root]
	live     atomic.Int64 // swarms

	_ [64]byte // the next stripe's lock is in another cache line
}

func (ss *swarmStripe) init(i uint32) {
	ss.index = i
	ss.swarms.shift, ss.segments.shift, ss.pages.shift, ss.roots.shift = 8, 8, 4, 0
}

// A swarmRecord is one swarm, 72 bytes.
//
//	id     the packed Swarm-ID; FormWide: the blobRef of its bytes
//	gen    grows with each swarm that gets this number
//	sides  the leechers, then the seeders
//	sums   of what the members report
//
// id and form are written by who makes the swarm and stay until it is freed.
// A free record has form 0 and the link of the free list in id.
type swarmRecord struct {
	id    [codec.KeySize]byte
	form  codec.Form
	gen   uint32
	sides [2]side
	sums  sums
}

// sums are added to without any lock by who holds a member's stripe.
type sums struct {
	uploaded, downloaded, bandwidth atomic.Uint64
}

func (w *swarmRecord) next() uint32     { return getUint32(w.id[:]) }
func (w *swarmRecord) setNext(n uint32) { w.form = 0; putUint32(w.id[:], n) }

func (w *swarmRecord) side(m codec.Mode) *side {
	if m == codec.ModeSeed {
		return &w.sides[1]
	}
	return &w.sides[0]
}

// holds reports whether w has that Swarm-ID, k its key.
func (w *swarmRecord) holds(b *blobPool, k *codec.Key, id []byte) bool {
	if w.form != k.Form {
		return false
	}
	if w.form == codec.FormWide {
		return string(b.bytes(w.blob())) == string(id)
	}
	return w.id == k.ID
}

func (w *swarmRecord) blob() blobRef {
	return blobRef{getUint32(w.id[0:]), getUint32(w.id[4:])}
}

func (w *swarmRecord) appendID(dst []byte, b *blobPool) []byte {
	if w.form == codec.FormWide {
		return append(dst, b.bytes(w.blob())...)
	}
	k := codec.Key{ID: w.id, Form: w.form}
	return k.AppendID(dst)
}

// reserve promises a place in a segment of the swarm to a peer that is about to
// join, and makes the swarm if there is none. It returns the number of the
// segment, 0 when the stripe or the side is full.
func (x *Index) reserve(swarmID []byte, m codec.Mode, rnd *rand.PCG) (segment uint32, made bool) {
	hash := x.Hash(swarmID)
	ss := &x.swarms[x.stripeOf(hash)]
	ss.mu.Lock()
	defer ss.mu.Unlock()
	if !ss.room() {
		return 0, false
	}
	local := ss.find(x, hash, swarmID)
	if made = local == 0; made {
		local = ss.make(x, hash, swarmID)
	}
	return ss.choose(local, m, rnd), made
}

// reserveBeside is reserve for a member of the swarm who changes sides.
func (x *Index) reserveBeside(number uint32, m codec.Mode, rnd *rand.PCG) (segment uint32) {
	ss := &x.swarms[number>>localBits]
	ss.mu.Lock()
	defer ss.mu.Unlock()
	if !ss.room() {
		return 0
	}
	return ss.choose(x.segment(number).swarm, m, rnd)
}

// room reports whether a swarm, a segment, and what lists them can be made.
func (ss *swarmStripe) room() bool {
	return ss.swarms.room(1) && ss.segments.room(1) && ss.pages.room(2) && ss.roots.room(1)
}

// giveUp takes back the promise of a place. emptied tells that it was the last
// one of the swarm, which is no more.
func (x *Index) giveUp(number uint32) (emptied bool) {
	ss := &x.swarms[number>>localBits]
	ss.mu.Lock()
	defer ss.mu.Unlock()
	local := x.segment(number).swarm
	ss.drop(number & numberMask)
	w := ss.swarms.at(local)
	if w.sides[0].members.Load()|w.sides[1].members.Load() != 0 {
		return false
	}
	ss.free(x, local)
	return true
}

// find returns the number of a swarm, 0 if there is none.
func (ss *swarmStripe) find(x *Index, hash uint64, id []byte) uint32 {
	k, _ := codec.PackID(id)
	for p := ss.table.probe(hash); ; {
		n := p.next()
		if n == 0 || ss.swarms.at(n).holds(&x.blobs, &k, id) {
			return n
		}
	}
}

// make makes a swarm without members.
func (ss *swarmStripe) make(x *Index, hash uint64, id []byte) uint32 {
	n := ss.swarms.alloc()
	w := ss.swarms.at(n)
	k, fits := codec.PackID(id)
	w.id, w.form = k.ID, k.Form
	if !fits {
		b := x.blobs.put(id)
		putUint32(w.id[0:], b.at)
		putUint32(w.id[4:], b.size)
	}
	w.gen++
	w.sums.uploaded.Store(0)
	w.sums.downloaded.Store(0)
	w.sums.bandwidth.Store(0)
	ss.table.insert(hash, n, func(n uint32) uint64 { return ss.hashOf(x, n) })
	ss.live.Add(1)
	return n
}

// free forgets a swarm without members.
func (ss *swarmStripe) free(x *Index, n uint32) {
	hashOf := func(n uint32) uint64 { return ss.hashOf(x, n) }
	ss.table.remove(hashOf(n), n, hashOf)
	if w := ss.swarms.at(n); w.form == codec.FormWide {
		x.blobs.release(w.blob())
	}
	ss.swarms.release(n)
	ss.live.Add(-1)
}

// hashOf computes the hash of a swarm's id again.
func (ss *swarmStripe) hashOf(x *Index, n uint32) uint64 {
	var b [codec.LimitID]byte
	return x.Hash(ss.swarms.at(n).appendID(b[:0], &x.blobs))
}

// Lookup finds a swarm by its Swarm-ID.
func (x *Index) Lookup(swarmID []byte) (Ref, bool) {
	hash := x.Hash(swarmID)
	ss := &x.swarms[x.stripeOf(hash)]
	ss.mu.Lock()
	defer ss.mu.Unlock()
	n := ss.find(x, hash, swarmID)
	if n == 0 {
		return Ref{}, false
	}
	return Ref{numberOf(ss.index, n), ss.swarms.at(n).gen}, true
}

// Counts are the members of a swarm by mode. It takes no lock; for a dead Ref
// the result means nothing.
func (x *Index) Counts(r Ref) (seeders, leechers int) {
	if r.number == 0 {
		return 0, 0
	}
	w := x.swarm(r.number)
	return int(w.sides[1].members.Load()), int(w.sides[0].members.Load())
}

// Summary tells about one swarm.
type Summary struct {
	Seeders, Leechers int
	Statistics        // sums of what the members have reported
}

// Swarm tells about a swarm and appends its Swarm-ID to dst; ok is false when
// the Ref is dead.
func (x *Index) Swarm(dst []byte, r Ref) (id []byte, s Summary, ok bool) {
	ss := &x.swarms[r.number>>localBits]
	ss.mu.Lock()
	defer ss.mu.Unlock()
	n := r.number & numberMask
	if n == 0 || n >= ss.swarms.size {
		return dst, s, false
	}
	w := ss.swarms.at(n)
	if w.form == 0 || w.gen != r.gen {
		return dst, s, false
	}
	s.Seeders, s.Leechers = int(w.sides[1].members.Load()), int(w.sides[0].members.Load())
	s.Uploaded, s.Downloaded, s.Bandwidth = w.sums.uploaded.Load(), w.sums.downloaded.Load(), w.sums.bandwidth.Load()
	return w.appendID(dst, &x.blobs), s, true
}

// AppendSwarms appends the swarms of stripe i, 0 <= i < Stripes(), at most
// limit of them, from the place that the call before returned, 0 at first.
// A place of 0 means that there are no more. Swarms that come or go meanwhile
// may be there or not.
func (x *Index) AppendSwarms(dst []Ref, i, place, limit int) (refs []Ref, next int) {
	ss := &x.swarms[i]
	ss.mu.Lock()
	defer ss.mu.Unlock()
	for n := uint32(max(place, 1)); n < ss.swarms.size; n++ {
		if limit == 0 {
			return dst, int(n)
		}
		if w := ss.swarms.at(n); w.form != 0 {
			dst = append(dst, Ref{numberOf(ss.index, n), w.gen})
		}
		limit--
	}
	return dst, 0
}
