package engine

import (
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

// What a format should have refused is refused here, too, and changes nothing.
func TestMalformedRequests(t *testing.T) {
	s := newStage(t)
	s.play(t, "connect peer=a from=192.0.2.1:1 join=1111:LEECH")
	before := s.deadline("a")
	f := func(want codec.Fault, spoil func(r *codec.Request)) {
		t.Helper()
		s.elapsed += 1e9
		s.request(t, []string{"connect", "peer=a", "from=192.0.2.1:1", "join=2222:LEECH"})
		spoil(&s.req)
		s.handle()
		if s.resp.Fault != want || s.resp.Status != codec.StatusBadRequest {
			t.Errorf("%d %v, want %v", s.resp.Status, s.resp.Fault, want)
		}
		if s.deadline("a") != before {
			t.Errorf("%v: the timer was touched", want)
		}
	}
	f(codec.FaultVersion, func(r *codec.Request) { r.Dialect = codec.DialectNone })
	f(codec.FaultVersion, func(r *codec.Request) { r.Dialect = dialectCount })
	f(codec.FaultRequest, func(r *codec.Request) { r.Method = codec.MethodNone })
	f(codec.FaultSwarmID, func(r *codec.Request) { r.Actions()[0].SwarmID = codec.Span{} })
	f(codec.FaultAction, func(r *codec.Request) { r.Actions()[0].Verb = codec.VerbNone })
	f(codec.FaultPeerMode, func(r *codec.Request) { r.Actions()[0].Mode = codec.ModeNone })
	s.want(t, "state", "peers=1 swarms=1 memberships=1")
}

// The ceiling holds however many come at once.
func TestMaxPeersHolds(t *testing.T) {
	c := testConfig()
	c.MaxPeers = 50
	tr := New(c)
	var admitted atomic.Int64
	var wait sync.WaitGroup
	for g := range 4 {
		wait.Go(func() {
			var req codec.Request
			var resp codec.Response
			for i := range 100 {
				req.Reset()
				req.Dialect, req.Method = codec.DialectBase, codec.MethodConnect
				req.Observed = netip.MustParseAddrPort("192.0.2.1:1")
				req.PeerID, req.TransactionID = req.Keep(fmt.Appendf(nil, "%d-%d", g, i)), req.Keep([]byte("t"))
				a := req.AddAction()
				a.Verb, a.Mode, a.SwarmID = codec.VerbJoin, codec.ModeLeech, req.Keep([]byte("1111"))
				if tr.Handle(36000, &req, &resp); resp.Fault == codec.FaultNone {
					admitted.Add(1)
				}
			}
		})
	}
	wait.Wait()
	if st := tr.Stats(); admitted.Load() != 50 || st.Peers != 50 || st.Memberships != 50 || st.Requests[codec.MethodConnect][OutcomeFull] != 350 {
		t.Errorf("%d admitted, %+v", admitted.Load(), st)
	}
	if err := tr.Check(); err != nil {
		t.Error(err)
	}
}
