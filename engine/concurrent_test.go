package engine

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/wheel"
)

// Many goroutines play random requests on the same peers and swarms while
// another one looks after the timers. Nobody knows the answers then, but every
// list must be possible, and in the end all must be consistent, and end.
func TestConcurrent(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	c := testConfig()
	c.TrackTimeout, c.Stripes = time.Second, 4
	s := newStageWith(t, c)
	tr := s.tracker
	var clock atomic.Uint32
	clock.Store(uint32(s.now()))
	var players sync.WaitGroup
	for i := range 4 {
		players.Go(func() { playConcurrently(t, tr, &clock, rand.New(rand.NewPCG(seed, uint64(i)))) })
	}
	done := make(chan struct{})
	var owner sync.WaitGroup
	owner.Go(func() { ownConcurrently(tr, &clock, done) })
	players.Wait()
	close(done)
	owner.Wait()
	if err := tr.Check(); err != nil {
		t.Fatal(err)
	}
	st := tr.Stats()
	if gone := st.Left + st.Deregistered + st.Expired; st.Registered != gone+uint64(st.Peers) || st.Expired == 0 || st.Left == 0 || st.Deregistered == 0 {
		t.Errorf("peers came and went: %+v", st)
	}
	for more := true; more; {
		_, more = tr.Advance(wheel.Tick(clock.Load())+100, 10)
	}
	if st = tr.Stats(); st.Peers+st.Swarms+st.Memberships != 0 || st.State != TrackerInit {
		t.Errorf("left: %+v", st)
	}
}

// ownConcurrently does what the owner of a tracker does, at every speed.
func ownConcurrently(tr *Tracker, clock *atomic.Uint32, done <-chan struct{}) {
	for n := 0; ; n++ {
		select {
		case <-done:
			return
		default:
		}
		tr.Advance(wheel.Tick(clock.Load()), n%20)
		if n%16 == 0 {
			tr.Stats()
		}
		if n%64 == 0 {
			tr.Shift(2)
		}
		time.Sleep(20 * time.Microsecond)
	}
}

func playConcurrently(t *testing.T, tr *Tracker, clock *atomic.Uint32, r *rand.Rand) {
	s := &stage{tracker: tr}
	p := &player{Rand: r}
	for i := range 3000 {
		if i%50 == 0 {
			clock.Add(1 + uint32(r.IntN(8)))
		}
		s.request(t, strings.Fields(p.command()))
		tr.Handle(wheel.Tick(clock.Load()), &s.req, &s.resp)
		if err := possible(&s.req, &s.resp); err != nil {
			t.Error(err)
			return
		}
	}
}

// possible checks what holds for every list.
func possible(req *codec.Request, r *codec.Response) error {
	seen := map[string]bool{}
	for i := range r.Peers {
		p := &r.Peers[i]
		id := string(p.Card.AppendID(nil, &r.Text))
		key := fmt.Sprint(p.Swarm, " ", id)
		if seen[key] || id == string(req.Bytes(req.PeerID)) {
			return fmt.Errorf("%s is listed to %s, or twice", id, req.Bytes(req.PeerID))
		}
		seen[key] = true
		if !strings.Contains(strings.Join(twinPeers, " "), id) {
			return fmt.Errorf("nobody is called %q", id)
		}
		for _, a := range p.Card.AppendAddresses(nil, &r.Text) {
			if a.Port == 0 || !a.Addr().IsValid() {
				return fmt.Errorf("%s has the address %+v", id, a)
			}
		}
	}
	return nil
}

// A storm: all peers have vanished. It is worked off in calls of bounded work,
// each of which can be followed by requests, and the lag tells of it.
func TestAdvanceIsBounded(t *testing.T) {
	s := newStage(t)
	const peers, budget = 2000, 4
	for i := range peers {
		s.play(t, fmt.Sprintf("connect peer=p%d from=192.0.2.1:%d join=1111:LEECH num=0", i, i+1))
	}
	s.sweep()
	s.elapsed += 5 * time.Minute
	gone, calls := 0, 0
	for more := true; more; calls++ {
		var n int
		n, more = s.tracker.Advance(s.now(), budget)
		if n > budget*slicePeers {
			t.Fatalf("%d peers in one call", n)
		}
		gone += n
		if lag := s.tracker.Stats().Lag; more && gone < peers/2 && lag == 0 {
			t.Errorf("no lag after %d peers", gone)
		}
		s.play(t, fmt.Sprintf("stat peer=p%d from=192.0.2.1:1", gone%peers))
	}
	if st := s.tracker.Stats(); st.Expired != peers || st.Peers != 0 || st.Lag != 0 || calls < peers/budget/slicePeers {
		t.Errorf("%d calls, then %+v", calls, st)
	}
}
