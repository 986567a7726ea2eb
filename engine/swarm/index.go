package swarm

import (
	"hash/maphash"
	"math/rand/v2"
	"net/netip"
)

// MaxStripes is the most stripes that an index can have: a peer number has 8
// bits for its stripe.
const MaxStripes = 256

// Config is how an index is made. The zero value means the defaults.
type Config struct {
	// Stripes is the number of peer stripes and of swarm stripes, rounded up
	// to a power of two, at most MaxStripes. 0 is MaxStripes: a stripe costs
	// little, and with many of them tables are small when they have to grow.
	Stripes int
	// Seed starts the random numbers that mix the members of a swarm. 0 takes
	// one from the system. The hashes have a seed of their own, always random.
	Seed uint64
}

// An Index holds peers, swarms and the memberships between them. It may be
// used by many goroutines at once, as the package's comment says.
type Index struct {
	seed   maphash.Seed
	peers  []Stripe      // a power of two
	swarms []swarmStripe // as many
	cards  cardPool
	spines spinePool
	blobs  blobPool
	_      noCopy
}

// noCopy makes vet complain when its holder is copied.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

// New returns an empty index.
func New(c Config) *Index {
	n := 1
	for want := c.Stripes; n < want && n < MaxStripes || want <= 0 && n < MaxStripes; {
		n *= 2
	}
	seed := c.Seed
	if seed == 0 {
		seed = rand.Uint64()
	}
	x := &Index{
		seed:   maphash.MakeSeed(),
		peers:  make([]Stripe, n),
		swarms: make([]swarmStripe, n),
	}
	for i := range x.peers {
		x.peers[i].init(x, uint32(i), seed)
		x.swarms[i].init(uint32(i))
	}
	x.cards.init()
	x.spines.slab.shift = 8
	return x
}

// Hash is the keyed hash of a Peer-ID or Swarm-ID. It is the same for equal ids
// as long as the process lives, and nobody outside can foresee it.
func (x *Index) Hash(id []byte) uint64 { return maphash.Bytes(x.seed, id) }

// HashIP is the keyed hash of an address, for SetBound and Card.Seen. Its top
// bit is set, so it is never 0. An IPv4 address and its mapped form are equal.
func (x *Index) HashIP(ip netip.Addr) uint64 {
	b := ip.As16()
	return maphash.Bytes(x.seed, b[:]) | 1<<63
}

// Stripe is the stripe of the peer whose Peer-ID has that hash.
func (x *Index) Stripe(hash uint64) *Stripe { return &x.peers[x.stripeOf(hash)] }

// Stripes is the number of stripes.
func (x *Index) Stripes() int { return len(x.peers) }

// StripeAt is stripe i, 0 <= i < Stripes().
func (x *Index) StripeAt(i int) *Stripe { return &x.peers[i] }

func (x *Index) stripeOf(hash uint64) uint32 {
	return uint32(hash>>56) & uint32(len(x.peers)-1)
}

// A number of a record outside its stripe: the stripe's index and the number
// inside the stripe.
//
//	| stripe 8 | local 24 |
const localBits = 24

func numberOf(stripe, local uint32) uint32 { return stripe<<localBits | local }

func (x *Index) segment(number uint32) *segment {
	return x.swarms[number>>localBits].segments.at(number & numberMask)
}

func (x *Index) swarm(number uint32) *swarmRecord {
	return x.swarms[number>>localBits].swarms.at(number & numberMask)
}

// below returns a random number in [0, n).
func below(r *rand.PCG, n uint32) uint32 {
	return uint32(r.Uint64() >> 32 * uint64(n) >> 32)
}
