package swarm

import (
	"encoding/binary"
	"sync"
	"sync/atomic"

	"github.com/ppspd/ppspd/codec"
)

// A blobRef is where a blob is: its place in the pool of its size, and the size
// in bytes, which tells which pool.
type blobRef struct{ at, size uint32 }

// A blobPool is the overflow slab: blobs of wide cards, and ids that are too
// long for their records. It is chunked by size classes.
//
//	class i   rooms of 32*(i+1) bytes, in chunks of 1<<blobShift
//
// Each class has its own lock, a leaf. Whoever owns a blob (a card in a
// segment, a peer, a swarm) reads it under the lock that guards the owner, and
// frees it only under that lock: reading needs no lock of the pool. A free room
// has one more than the number of the next free one in its first 4 bytes.
type blobPool struct {
	class [blobClasses]blobClass
}

type blobClass struct {
	mu    sync.Mutex
	dir   atomic.Pointer[[][]byte]
	size  uint32 // rooms that were ever given out
	first uint32 // one more than the first free room; 0: none
	used  uint32
	_     [64]byte
}

const (
	blobStep    = 32
	blobClasses = (codec.BlobLimit + blobStep - 1) / blobStep
	blobShift   = 6
)

func classOf(size uint32) (class uint32) { return (max(size, 1) - 1) / blobStep }

// put keeps a copy of b, which has at most codec.BlobLimit bytes.
func (p *blobPool) put(b []byte) blobRef {
	r := blobRef{size: uint32(len(b))}
	class := classOf(r.size)
	r.at = p.alloc(class)
	copy(p.bytes(r), b)
	return r
}

func (p *blobPool) alloc(class uint32) uint32 {
	c := &p.class[class]
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used++
	if n := c.first; n != 0 {
		c.first = binary.LittleEndian.Uint32(c.room(class, n-1))
		return n - 1
	}
	n := c.size
	c.size++
	if n%(1<<blobShift) == 0 {
		c.extend(class)
	}
	return n
}

func (c *blobClass) extend(class uint32) {
	var d [][]byte
	if old := c.dir.Load(); old != nil {
		d = *old
	}
	d = append(d, make([]byte, (class+1)*blobStep<<blobShift))
	c.dir.Store(&d)
}

// room is all of room n.
func (c *blobClass) room(class, n uint32) []byte {
	size := (class + 1) * blobStep
	at := n % (1 << blobShift) * size
	return (*c.dir.Load())[n>>blobShift][at : at+size]
}

// bytes is the blob, valid until it is released.
func (p *blobPool) bytes(r blobRef) []byte {
	class := classOf(r.size)
	return p.class[class].room(class, r.at)[:r.size]
}

func (p *blobPool) release(r blobRef) {
	class := classOf(r.size)
	c := &p.class[class]
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used--
	binary.LittleEndian.PutUint32(c.room(class, r.at), c.first)
	c.first = r.at + 1
}

// keepBlob moves the blob of a wide card from t into the pool.
func (x *Index) keepBlob(c *codec.Card, t *codec.Text) {
	at, size := c.Blob()
	r := x.blobs.put(t.Scratch[at : at+size])
	c.SetBlob(r.at, r.size)
}

// dropBlob frees the blob of a stored wide card.
func (x *Index) dropBlob(c *codec.Card) {
	at, size := c.Blob()
	x.blobs.release(blobRef{at, size})
}

// copyBlob copies the blob of a stored wide card to the end of t.Scratch, and
// makes the card refer to the copy.
func (x *Index) copyBlob(c *codec.Card, t *codec.Text) {
	at, size := c.Blob()
	start := len(t.Scratch)
	t.Scratch = append(t.Scratch, x.blobs.bytes(blobRef{at, size})...)
	c.SetBlob(uint32(start), size)
}

func getUint32(b []byte) uint32    { return binary.LittleEndian.Uint32(b) }
func putUint32(b []byte, v uint32) { binary.LittleEndian.PutUint32(b, v) }
