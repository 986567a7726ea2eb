package swarm

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

// twin is the index as it would be without any care for speed.
type twin struct {
	peers map[string]*twinPeer
	sums  map[string]*Statistics // of swarms with members
}

type twinPeer struct {
	join   uint32
	v4     uint32
	v6     uint64
	addrs  []codec.Address
	traits codec.Traits
	in     map[string]*twinMember
	order  []string // of joining
}

type twinMember struct {
	mode     codec.Mode
	last     Statistics
	reported bool
}

func (w *twin) members(swarm string) (seeders, leechers int) {
	for _, p := range w.peers {
		if m := p.in[swarm]; m != nil && m.mode == codec.ModeSeed {
			seeders++
		} else if m != nil {
			leechers++
		}
	}
	return seeders, leechers
}

// A pair runs the index and its twin side by side.
type pair struct {
	t    *testing.T
	seed uint64
	rnd  *rand.Rand
	x    *Index
	twin twin
	text codec.Text

	peers, swarms int // how many different ids
	live          []string
}

// runTwin does n random operations.
func runTwin(t *testing.T, seed uint64, stripes, peers, swarms, n int) *pair {
	p := &pair{
		t: t, seed: seed, rnd: rand.New(rand.NewPCG(seed, 1)),
		x:    New(Config{Stripes: stripes, Seed: seed}),
		twin: twin{map[string]*twinPeer{}, map[string]*Statistics{}},

		peers: peers, swarms: swarms,
	}
	for i := range n {
		// Waves: the index fills, then empties.
		p.step(i/(2*peers)%2 == 1)
		if i%(n/4+1) == 0 {
			p.compare()
		}
	}
	p.compare()
	return p
}

func (p *pair) fail(format string, args ...any) {
	p.t.Helper()
	p.t.Fatalf("seed %d: %s", p.seed, fmt.Sprintf(format, args...))
}

// peerID spells one of the ids in every form that there is.
func (p *pair) peerID() string { return spell(p.rnd.IntN(p.peers), "") }

func (p *pair) swarmID() string {
	// Few swarms get most of the members.
	return spell(int(float64(p.swarms)*p.rnd.Float64()*p.rnd.Float64()*p.rnd.Float64()), "s")
}

func spell(i int, prefix string) string {
	switch i % 8 {
	case 0:
		return fmt.Sprintf("%s%d", prefix, i)
	case 1:
		return fmt.Sprintf("%s%030d-wide", prefix, i)
	case 2:
		return fmt.Sprintf("%040x", i)
	case 3:
		return fmt.Sprintf("%s%016d", prefix, i) // 16 or 17 bytes as they are
	case 4:
		return fmt.Sprintf("%s%0200d", prefix, i)
	}
	return fmt.Sprintf("%08x-0000-4000-8000-000000000abc", i)
}

func (p *pair) step(empty bool) {
	id := p.peerID()
	op := p.rnd.IntN(100)
	if empty && op < 50 {
		op = 99
	}
	s, h := p.open(id)
	defer s.Unlock()
	w := p.twin.peers[id]
	switch {
	case op < 45:
		p.join(s, h, w)
	case op < 55:
		p.leave(s, h, w)
	case op < 65:
		p.setMode(s, h, w)
	case op < 70:
		p.setCard(s, h, w)
	case op < 75:
		w.traits = p.traits()
		s.SetTraits(h, w.traits)
	case op < 90:
		p.report(s, h, w)
	case op < 93:
		w.v4, w.v6 = uint32(p.rnd.IntN(2))*p.rnd.Uint32(), uint64(p.rnd.IntN(2))*(p.rnd.Uint64()|1<<63)
		s.SetBound(h, w.v4, w.v6)
	default:
		p.remove(s, h, id)
	}
}

// open finds or adds a peer, in both. The stripe stays locked.
func (p *pair) open(id string) (*Stripe, Handle) {
	hash := p.x.Hash([]byte(id))
	s := p.x.Stripe(hash)
	s.Lock()
	h, ok := s.Find(hash, []byte(id))
	if ok != (p.twin.peers[id] != nil) {
		p.fail("Find(%s) = %v", id, ok)
	}
	if !ok {
		h = s.Add(hash, []byte(id))
		w := &twinPeer{join: p.rnd.Uint32(), in: map[string]*twinMember{}, addrs: p.addresses()}
		s.Peer(h).Join = w.join
		p.twin.peers[id] = w
		p.live = append(p.live, id)
	}
	return s, h
}

func (p *pair) traits() codec.Traits {
	return codec.Traits(p.rnd.Uint32()).WithMode(codec.ModeNone)
}

func (p *pair) addresses() []codec.Address {
	list := make([]codec.Address, []int{0, 1, 1, 1, 1, 2, 8}[p.rnd.IntN(7)])
	for i := range list {
		a := &list[i]
		a.SetAddr(netip.AddrFrom4([4]byte{192, 0, byte(p.rnd.Uint32()), byte(i)}))
		if p.rnd.IntN(4) == 0 {
			a.SetAddr(netip.AddrFrom16([16]byte{0x20, 1, 14: byte(p.rnd.Uint32()), 15: byte(i)}))
		}
		a.Port, a.Type = uint16(1+p.rnd.IntN(65535)), codec.AddrHost
		if p.rnd.IntN(2) == 0 {
			a.Flags |= codec.AddrPriority
			a.Priority = p.rnd.Uint32()
		}
	}
	return list
}

// card makes the card of a peer in the twin's view.
func (p *pair) card(id string, w *twinPeer, t *codec.Text) codec.Card {
	c := codec.Card{Traits: w.traits, Join: w.join, Seen: w.join * 3, Class: uint8(w.join)}
	codec.PutCard(&c, t, []byte(id), w.addrs)
	return c
}

func (p *pair) join(s *Stripe, h Handle, w *twinPeer) {
	swarm, mode := p.swarmID(), codec.ModeLeech+codec.Mode(p.rnd.IntN(2))
	m, ok := s.Member(h, []byte(swarm))
	if ok != (w.in[swarm] != nil) {
		p.fail("Member(%s) = %v", swarm, ok)
	}
	if ok {
		s.SetMode(h, m, mode)
		w.in[swarm].mode = mode
		return
	}
	p.text.Scratch = p.text.Scratch[:0]
	if len(w.in) > 0 && p.rnd.IntN(2) == 0 {
		w.traits = s.Peer(h).Traits() // a peer's cards have the same traits
	} else if len(w.in) == 0 {
		w.traits = p.traits()
	}
	c := p.card(string(s.AppendID(nil, h)), w, &p.text)
	_, made, ok := s.Join(h, []byte(swarm), mode, &c, &p.text)
	if made != (p.twin.sums[swarm] == nil) || !ok {
		p.fail("Join(%s): made %v, ok %v", swarm, made, ok)
	}
	if made {
		p.twin.sums[swarm] = &Statistics{}
	}
	w.in[swarm] = &twinMember{mode: mode}
	w.order = append(w.order, swarm)
}

// some picks one of the peer's swarms.
func (p *pair) some(s *Stripe, h Handle, w *twinPeer) (string, Member, bool) {
	if len(w.order) == 0 {
		return "", 0, false
	}
	swarm := w.order[p.rnd.IntN(len(w.order))]
	m, ok := s.Member(h, []byte(swarm))
	if !ok {
		p.fail("Member(%s) is missing", swarm)
	}
	return swarm, m, true
}

func (p *pair) leave(s *Stripe, h Handle, w *twinPeer) {
	swarm, m, ok := p.some(s, h, w)
	if !ok {
		return
	}
	emptied := s.Leave(h, m)
	p.forget(swarm, w)
	if emptied != (p.twin.sums[swarm] == nil) {
		p.fail("Leave(%s): emptied %v", swarm, emptied)
	}
}

// forget ends a membership in the twin.
func (p *pair) forget(swarm string, w *twinPeer) {
	p.twin.sums[swarm].Bandwidth -= w.in[swarm].last.Bandwidth
	delete(w.in, swarm)
	w.order = slices.DeleteFunc(w.order, func(s string) bool { return s == swarm })
	if a, b := p.twin.members(swarm); a+b == 0 {
		delete(p.twin.sums, swarm)
	}
}

func (p *pair) setMode(s *Stripe, h Handle, w *twinPeer) {
	if swarm, m, ok := p.some(s, h, w); ok {
		mode := codec.ModeLeech + codec.Mode(p.rnd.IntN(2))
		s.SetMode(h, m, mode)
		w.in[swarm].mode = mode
	}
}

func (p *pair) setCard(s *Stripe, h Handle, w *twinPeer) {
	w.addrs, w.traits = p.addresses(), p.traits()
	p.text.Scratch = p.text.Scratch[:0]
	c := p.card(string(s.AppendID(nil, h)), w, &p.text)
	s.SetCard(h, &c, &p.text)
}

func (p *pair) report(s *Stripe, h Handle, w *twinPeer) {
	swarm, m, ok := p.some(s, h, w)
	if !ok {
		return
	}
	r := Statistics{uint64(p.rnd.IntN(1000)), uint64(p.rnd.IntN(1000)), uint64(p.rnd.IntN(1000))}
	has := codec.StatFields(p.rnd.IntN(16))
	s.Report(h, m, r, has)
	in, sums := w.in[swarm], p.twin.sums[swarm]
	in.reported = true
	grow := func(sum, last *uint64, v uint64) {
		if *sum += v; v >= *last {
			*sum -= *last
		}
		*last = v
	}
	if has&codec.StatUploaded != 0 {
		grow(&sums.Uploaded, &in.last.Uploaded, r.Uploaded)
	}
	if has&codec.StatDownloaded != 0 {
		grow(&sums.Downloaded, &in.last.Downloaded, r.Downloaded)
	}
	if has&codec.StatBandwidth != 0 {
		sums.Bandwidth += r.Bandwidth - in.last.Bandwidth
		in.last.Bandwidth = r.Bandwidth
	}
}

func (p *pair) remove(s *Stripe, h Handle, id string) {
	if p.rnd.IntN(2) == 0 {
		s.Expire(h)
	} else {
		s.Remove(h)
	}
	w := p.twin.peers[id]
	delete(p.twin.peers, id)
	for len(w.order) > 0 {
		p.forget(w.order[0], w)
	}
}

// compare looks at everything in both.
func (p *pair) compare() {
	p.t.Helper()
	if err := p.x.Check(); err != nil {
		p.fail("%v", err)
	}
	want := Stats{Peers: len(p.twin.peers), Swarms: len(p.twin.sums)}
	for id, w := range p.twin.peers {
		p.comparePeer(id, w)
		for _, m := range w.in {
			if m.mode == codec.ModeSeed {
				want.Seeders++
			} else {
				want.Leechers++
			}
		}
	}
	got := p.x.Stats()
	got.Bytes = Bytes{}
	if got != want {
		p.fail("stats %+v, want %+v", got, want)
	}
	p.compareSwarms()
	p.compareDraws()
}

func (p *pair) comparePeer(id string, w *twinPeer) {
	p.t.Helper()
	s, h := p.open(id)
	defer s.Unlock()
	v4, v6 := s.Bound(h)
	if got := s.AppendID(nil, h); string(got) != id || v4 != w.v4 || v6 != w.v6 || s.Members(h) != len(w.in) {
		p.fail("peer %s: is %s, bound %x %x, %d memberships", id, got, v4, v6, s.Members(h))
	}
	i := 0
	for m, ok := s.First(h); ok; m, ok = s.Next(m) {
		swarm := w.order[i]
		i++
		if got := s.AppendSwarmID(nil, h, m); string(got) != swarm || s.Mode(h, m) != w.in[swarm].mode {
			p.fail("peer %s: %s is %s, %v", id, swarm, got, s.Mode(h, m))
		}
		if r, ok := s.Reported(h, m); ok != w.in[swarm].reported || r != w.in[swarm].last {
			p.fail("peer %s in %s: reported %v", id, swarm, r)
		}
		var have, want codec.Text
		a, b := s.CardOf(h, m, &have), p.card(id, w, &want)
		b.Traits = b.Traits.WithMode(w.in[swarm].mode)
		if a != b || !bytes.Equal(have.Scratch, want.Scratch) {
			p.fail("peer %s in %s: card %+v, want %+v", id, swarm, a, b)
		}
	}
}

func (p *pair) compareSwarms() {
	p.t.Helper()
	found := map[string]bool{}
	for i := range p.x.Stripes() {
		for place := 0; ; {
			var refs []Ref
			refs, place = p.x.AppendSwarms(nil, i, place, 3)
			for _, r := range refs {
				id, got, ok := p.x.Swarm(nil, r)
				want := Summary{Statistics: *p.twin.sums[string(id)]}
				want.Seeders, want.Leechers = p.twin.members(string(id))
				if !ok || got != want || found[string(id)] {
					p.fail("swarm %s: %+v, want %+v", id, got, want)
				}
				found[string(id)] = true
			}
			if place == 0 {
				break
			}
		}
	}
	if len(found) != len(p.twin.sums) {
		p.fail("%d swarms, want %d", len(found), len(p.twin.sums))
	}
}

// compareDraws draws all of a swarm, and some.
func (p *pair) compareDraws() {
	p.t.Helper()
	pcg := rand.NewPCG(p.seed, 2)
	for _, swarm := range slices.Sorted(maps.Keys(p.twin.sums)) {
		r, ok := p.x.Lookup([]byte(swarm))
		if !ok {
			p.fail("no swarm %s", swarm)
		}
		seeders, leechers := p.twin.members(swarm)
		for _, mode := range []codec.Mode{codec.ModeSeed, codec.ModeLeech} {
			size := leechers
			if mode == codec.ModeSeed {
				size = seeders
			}
			for _, n := range []int{0, 1, 3, 10, size - 1, size, size + 1} {
				var sample Sample
				var text codec.Text
				p.x.Draw(&sample, &text, r, mode, n, pcg)
				p.checkDraw(swarm, mode, &sample, &text, max(min(n, size), 0))
			}
		}
	}
}

func (p *pair) checkDraw(swarm string, mode codec.Mode, s *Sample, t *codec.Text, n int) {
	p.t.Helper()
	if len(s.Cards) != n || len(s.Owners) != n {
		p.fail("swarm %s: %d cards, want %d", swarm, len(s.Cards), n)
	}
	seen := map[uint32]bool{}
	for i := range s.Cards {
		id := string(s.Cards[i].AppendID(nil, t))
		w := p.twin.peers[id]
		if w == nil || w.in[swarm] == nil || w.in[swarm].mode != mode {
			p.fail("swarm %s: %s is no %v", swarm, id, mode)
		}
		if seen[s.Owners[i]] {
			p.fail("swarm %s: %s is there twice", swarm, id)
		}
		seen[s.Owners[i]] = true
		if got := s.Cards[i].AppendAddresses(nil, t); len(got) != len(w.addrs) {
			p.fail("swarm %s: %s has %d addresses", swarm, id, len(got))
		}
	}
}

func TestTwin(t *testing.T) {
	seed := rand.Uint64()
	for i, c := range []struct{ stripes, peers, swarms, ops int }{
		{1, 3, 2, 2000},
		{2, 40, 10, 4000},
		{1, 300, 300, 6000},
		{8, 600, 5, 12000},
		{256, 500, 40, 3000},
	} {
		t.Run(fmt.Sprintf("stripes=%d/peers=%d/swarms=%d", c.stripes, c.peers, c.swarms), func(t *testing.T) {
			runTwin(t, seed+uint64(i), c.stripes, c.peers, c.swarms, c.ops)
		})
	}
}
