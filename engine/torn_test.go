package engine

import (
	"testing"

	"github.com/ppspd/ppspd/codec"
)

// recovered is the value of the panic that f ends with, nil for none.
func recovered(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}

// A panic outside a commit releases the stripe and changes nothing.
func TestPanicOutsideCommit(t *testing.T) {
	s := newStage(t)
	s.play(t, "connect peer=a from=192.0.2.1:1 join=1111:LEECH")
	s.request(t, []string{"connect", "peer=a", "from=192.0.2.1:1", "join=2222:LEECH"})
	s.req.Actions()[0].SwarmID = codec.BodySpan(1000, 2000) // as only a bug can make it
	value := recovered(func() { s.handle() })
	if value == nil || Fatal(value) {
		t.Fatalf("panic %v", value)
	}
	if err := s.tracker.Check(); err != nil {
		t.Fatal(err)
	}
	s.want(t, "state", "peers=1 swarms=1 memberships=1")
	s.want(t, "connect peer=a from=192.0.2.1:1 join=2222:LEECH", "200")
}

// A panic inside a commit comes out as a *Torn, and the stripe stays locked.
func TestPanicInsideCommit(t *testing.T) {
	s := newStage(t)
	s.play(t, "connect peer=a from=192.0.2.1:1 join=1111:LEECH")
	hash := s.tracker.index.Hash([]byte("a"))
	peers := s.tracker.index.Stripe(hash)
	value := recovered(func() {
		c := call{t: s.tracker, peers: peers, own: &s.tracker.stripes[peers.Index()]}
		peers.Lock()
		defer c.release()
		c.begin()
		panic("the index")
	})
	torn, ok := value.(*Torn)
	if !ok || !Fatal(value) || torn.Value != "the index" || torn.Error() == "" {
		t.Fatalf("panic %#v", value)
	}
	if peers.TryLock() {
		t.Error("the torn stripe is not locked")
	}
}

// So does one in Advance.
func TestPanicInsideAdvance(t *testing.T) {
	s := newStage(t)
	s.play(t, "connect peer=a from=192.0.2.1:1 join=1111:LEECH")
	hash := s.tracker.index.Hash([]byte("a"))
	peers := s.tracker.index.Stripe(hash)
	own := &s.tracker.stripes[peers.Index()]
	own.wheel.Arm(1<<20, 5) // a timer of no peer
	if value := recovered(func() { s.tracker.Advance(s.now(), 1) }); !Fatal(value) {
		t.Fatalf("panic %v", value)
	}
}
