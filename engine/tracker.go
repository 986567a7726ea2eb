package engine

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/engine/peerlist"
	"github.com/ppspd/ppspd/engine/swarm"
	"github.com/ppspd/ppspd/wheel"
)

// Tracker is a tracker service: it registers peers, keeps them while they
// report, and lists them to each other. New makes one. All of its methods may
// be called by many goroutines at once.
type Tracker struct {
	config    Config
	addresses addressPolicy
	track     wheel.Tick // the track timeout, in ticks rounded up
	seconds   uint32     // the same as peers are told it

	index   *swarm.Index
	stripes []stripe // beside those of index, each under the same lock

	population population
	memory     atomic.Int64  // bytes of index and wheels, when Advance was last done
	advanced   atomic.Uint32 // now of the last Advance

	workspaces sync.Pool // of *workspace

	round round
}

// round is how far Advance has got. Its lock is held by Advance.
type round struct {
	sync.Mutex
	now  wheel.Tick
	next int // the stripe to go on with
	done int // stripes that are done at now
}

// stripe is what the tracker keeps beside a stripe of the index. It is
// protected by that stripe's lock.
type stripe struct {
	wheel      *wheel.Wheel // timers by swarm.Handle
	tombstones tombstones
	count      Counters

	random rand.PCG
	fired  [slicePeers]uint32 // room for advanceStripe
	_      [64]byte           // the next one is in another cache line
}

// workspace is what a request needs to work in. It is not part of a stripe: there are
// many of those, and this is to stay in the processor's cache.
type workspace struct {
	known, settled [codec.LimitAddresses]codec.Address
	sample         swarm.Sample
	chooser        peerlist.Chooser

	// found are the memberships that the actions of a CONNECT, or the blocks of
	// a STAT_REPORT, name: valid until the commit joins or leaves a swarm.
	found [max(codec.LimitActions, codec.LimitStats)]found
}

// found is a membership that was looked up.
type found struct {
	member swarm.Member
	ok     bool // there is one
}

// New returns a tracker without peers. c must be valid.
func New(c Config) *Tracker {
	t := &Tracker{
		config:    c,
		addresses: addressPolicy{c.Announced, c.Relays},
		track:     wheel.Ticks(c.TrackTimeout),
		seconds:   max(1, uint32(c.TrackTimeout/time.Second)),
		index:     swarm.New(swarm.Config{Stripes: c.Stripes, Seed: c.Seed}),
	}
	t.stripes = make([]stripe, t.index.Stripes())
	t.workspaces.New = func() any { return new(workspace) }
	seed := c.Seed
	if seed == 0 {
		seed = rand.Uint64()
	}
	for i := range t.stripes {
		t.stripes[i].wheel = wheel.New(0)
		t.stripes[i].random.Seed(seed, uint64(i))
	}
	return t
}

// Handle answers a request: it judges it, performs it if it is valid, and fills
// resp, which borrows from req. now is the current tick, rounded down.
//
// req.Observed must be set. req.Fingerprint should be a hash of the request's
// bytes; with 0, a repeated request is taken for a new one. Handle may append
// to req.Scratch.
func (t *Tracker) Handle(now wheel.Tick, req *codec.Request, resp *codec.Response) {
	resp.Answer(req)
	c := call{t: t, now: now, req: req, resp: resp, id: req.Bytes(req.PeerID)}
	c.hash = t.index.Hash(c.id)
	c.peers = t.index.Stripe(c.hash)
	c.own = &t.stripes[c.peers.Index()]
	c.peers.Lock()
	defer c.release()
	c.perform()
}

// population counts the registered peers, and is the tracker's state machine
// (Figure 4): INIT without peers, STARTED with them.
type population struct {
	_                   [64]byte
	count               atomic.Int64
	started, terminated atomic.Uint64
	_                   [64]byte
}

// enter counts one more peer. It returns false when there are limit already;
// a limit of 0 is none.
func (p *population) enter(limit int) bool {
	n := p.count.Add(1)
	if limit > 0 && n > int64(limit) {
		p.leave()
		return false
	}
	if n == 1 {
		p.started.Add(1)
	}
	return true
}

// leave counts one peer less. With the last one the tracker is TERMINATED and
// at once INIT again.
func (p *population) leave() {
	if p.count.Add(-1) == 0 {
		p.terminated.Add(1)
	}
}

// Torn is what a panic inside a commit becomes: the index is not consistent any
// more, and the lock of a stripe is never released.
type Torn struct {
	Value any // of the panic
}

// Error makes a Torn readable where the program ends with it.
func (e *Torn) Error() string { return "BUG: panic inside a commit, the index is torn" }

// Fatal reports whether a recovered value is that of a panic after which the
// tracker must not be used. Who recovered it must panic with it again.
func Fatal(value any) bool {
	_, torn := value.(*Torn)
	return torn
}
