package lives

import (
	"net/netip"
	"net/url"
	"testing"
	"time"

	"github.com/ppspd/ppspd/codec"
)

// stage is a run with three peers and an answer to peer 0 that lists peer 1.
type stage struct {
	run   *run
	w     *worker
	local netip.AddrPort
	req   codec.Request
	resp  codec.Response
}

const timeout = time.Minute

func newStage() *stage {
	mix, _ := MixNamed("vod")
	r := &run{Config: Config{Target: &url.URL{}, Peers: 3, Swarms: 4, Mix: mix, Connections: 1}, names: newNames(7)}
	r.local = netip.MustParseAddr("127.0.0.1")
	r.timeoutNS.Store(int64(timeout))
	s := &stage{run: r, local: netip.MustParseAddrPort("127.0.0.1:4000")}
	s.w = r.cast()[0]
	p, q := &r.peers[0], &r.peers[1]
	p.seeder = false
	q.join(2)
	q.begin(5000, true)
	q.end(10 * time.Second)
	s.w.writer.joins(&s.req, p, 2)
	s.answer()
	return s
}

func (s *stage) answer() {
	s.resp.Reset()
	s.resp.Status = codec.StatusOK
	s.resp.HasOwn = true
	s.resp.Own.SetAddr(s.local.Addr())
	s.resp.Own.Port, s.resp.Own.Type = s.local.Port(), codec.AddrReflexive
	keep := func(x codec.Span) codec.Span { return s.resp.Keep(s.req.Bytes(x)) }
	s.resp.Results = append(s.resp.Results, codec.Result{TransactionID: keep(s.req.TransactionID), Status: 200},
		codec.Result{TransactionID: keep(s.req.Actions()[0].TransactionID), Status: 200})
	s.resp.Swarms = append(s.resp.Swarms, keep(s.req.Actions()[0].SwarmID))
	s.list(1, "127.0.0.1", port(1))
}

func (s *stage) list(peer int, ip string, p uint16) {
	var l codec.ListedPeer
	a := codec.Address{Port: p}
	a.SetAddr(netip.MustParseAddr(ip))
	codec.PutCard(&l.Card, &s.resp.Text, s.run.names.appendPeerID(nil, peer), []codec.Address{a})
	s.resp.Peers = append(s.resp.Peers, l)
}

func (s *stage) check(sent time.Duration) map[string]uint64 {
	s.w.check.answer(&s.run.peers[0], &s.req, &s.resp, sent, s.local, s.run)
	return s.w.violations
}

func TestRightAnswer(t *testing.T) {
	s := newStage()
	if v := s.check(11 * time.Second); len(v) != 0 {
		t.Fatalf("violations %v", v)
	}
	if s.w.check.checked != 1 {
		t.Fatal("the listed peer was not checked")
	}
	s.resp.Peers = s.resp.Peers[:0]
	s.list(1, "127.0.0.1", 5000) // the port that its CONNECT came from
	if v := s.check(11 * time.Second); len(v) != 0 {
		t.Fatalf("observed address: violations %v", v)
	}
}

// Every violation is noticed.
func TestViolations(t *testing.T) {
	f := func(kind string, sent time.Duration, spoil func(*stage)) {
		t.Helper()
		s := newStage()
		spoil(s)
		if v := s.check(sent); v[kind] == 0 {
			t.Errorf("%s: not noticed, but %v", kind, v)
		}
	}
	const now = 11 * time.Second
	f(wrongTransaction, now, func(s *stage) { s.resp.Results = s.resp.Results[:1] })
	f(wrongTransaction, now, func(s *stage) { s.resp.Results[1].TransactionID = s.resp.Keep([]byte("other")) })
	f(wrongTransaction, now, func(s *stage) { s.resp.Results[1].Status = 403 })
	f(wrongOwn, now, func(s *stage) { s.resp.HasOwn = false })
	f(wrongOwn, now, func(s *stage) { s.resp.Own.Port++ })
	f(tooMany, now, func(s *stage) { s.req.PeerNum.Count = 0 })
	f(foreignSwarm, now, func(s *stage) { s.resp.Swarms[0] = s.resp.Keep([]byte("elsewhere")) })
	f(foreignPeer, now, func(s *stage) { codec.PutCard(&s.resp.Peers[0].Card, &s.resp.Text, []byte("who"), nil) })
	f(listsRequester, now, func(s *stage) { s.list(0, "127.0.0.1", port(0)) })
	f(listsTwice, now, func(s *stage) { s.list(1, "127.0.0.1", port(1)) })
	f(listsStranger, now, func(s *stage) { s.list(2, "127.0.0.1", port(2)) })
	f(listsLeft, now, func(s *stage) { s.run.peers[1].leave(2, now-1) })
	f(listsExpired, 10*time.Second+timeout+2*Tick+1, func(*stage) {})
	f(wrongAddress, now, func(s *stage) { s.resp.Peers = s.resp.Peers[:0]; s.list(1, "192.0.2.1", port(1)) })
	f(wrongAddress, now, func(s *stage) { s.resp.Peers = s.resp.Peers[:0]; s.list(1, "127.0.0.1", 6000) })
}

// What may be, because a request was under way, is no violation.
func TestBenefitOfDoubt(t *testing.T) {
	s := newStage()
	s.run.peers[1].leave(2, 12*time.Second)
	if v := s.check(11 * time.Second); len(v) != 0 {
		t.Errorf("left after the request was sent: %v", v)
	}
	s = newStage()
	s.run.peers[1].begin(5000, false)
	if v := s.check(10*time.Second + 2*timeout); len(v) != 0 {
		t.Errorf("a report is under way: %v", v)
	}
}

func TestNames(t *testing.T) {
	n, other := newNames(7<<32|5), newNames(8<<32|5)
	for i := range 1000 {
		k, ok := codec.PackID(n.appendPeerID(nil, i))
		if !ok || n.peerOf(k) != i {
			t.Fatalf("peer %d became %d", i, n.peerOf(k))
		}
		if other.peerOf(k) >= 0 {
			t.Fatal("a peer of another run was taken for ours")
		}
		if got := n.swarmOf(n.appendSwarmID(nil, i)); got != i {
			t.Fatalf("swarm %d became %d", i, got)
		}
	}
}

func TestHistogram(t *testing.T) {
	var h Histogram
	for i := 1; i <= 100000; i++ {
		h.Add(time.Duration(i) * time.Microsecond)
	}
	for _, q := range []float64{0.5, 0.9, 0.99, 0.999} {
		got, want := float64(h.Quantile(q)), q*1e8
		if got < want*0.999 || got > want*1.017 {
			t.Errorf("quantile %v: %v, want %v", q, got, want)
		}
	}
	for d := time.Duration(0); d < 1<<20; d++ {
		if b := bucket(d); upper(b) < d || b > 0 && upper(b-1) >= d {
			t.Fatalf("%d is in bucket %d with bound %d", d, b, upper(b))
		}
	}
}

func TestZipf(t *testing.T) {
	c := cumulated(4, 1)
	if c[3] != 1 || c[0] < 0.47 || c[0] > 0.49 {
		t.Errorf("popularity %v", c)
	}
	if cumulated(4, 0) != nil {
		t.Error("exponent 0 is uniform")
	}
}
