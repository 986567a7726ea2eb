package engine

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/wheel"
)

// twin is a tracker made of maps, that reads like the draft and the design. It
// shares with Tracker only the pure functions on addresses, which have tests of
// their own.
type twin struct {
	config Config
	policy addressPolicy
	peers  map[string]*twinPeer
	left   map[uint64]wheel.Tick // fingerprints of last LEAVEs, and until when
	swept  wheel.Tick            // now of the last sweep
}

type twinPeer struct {
	swarms   map[string]codec.Mode
	last     uint64 // fingerprint
	heard    wheel.Tick
	bound    [2]netip.Addr // IPv4, IPv6
	firstV6  bool
	from     netip.Addr // of the last CONNECT
	addrs    []codec.Address
	uploaded map[string]uint64
}

// twinAnswer is what is known of an answer beforehand: all but chance.
type twinAnswer struct {
	fault   codec.Fault
	results []string
	lists   []twinList
}

// twinList says that count peers of a swarm are listed, none twice: among must
// and may. Those of may have expired, but nobody has swept since.
type twinList struct {
	swarm     string
	least     int
	most      int
	must, may map[string]string // Peer-ID to the card's text
}

func newTwin(c Config) *twin {
	return &twin{config: c, policy: addressPolicy{c.Announced, c.Relays}, peers: map[string]*twinPeer{}, left: map[uint64]wheel.Tick{}}
}

func (w *twin) timeout() wheel.Tick { return wheel.Ticks(w.config.TrackTimeout) }

// expired: heard is the tick that had begun, and a timeout must pass in full.
func (w *twin) expired(p *twinPeer, now wheel.Tick) bool { return now >= p.heard+1+w.timeout() }

// sweep forgets the expired peers.
func (w *twin) sweep(now wheel.Tick) {
	maps.DeleteFunc(w.peers, func(_ string, p *twinPeer) bool { return w.expired(p, now) })
	w.swept = now
}

func (w *twin) handle(now wheel.Tick, r *codec.Request) twinAnswer {
	id := string(r.Bytes(r.PeerID))
	if r.Method == codec.MethodStatReport {
		return w.report(now, id, r)
	}
	seen := map[string]bool{}
	for _, a := range r.Actions() {
		if seen[string(r.Bytes(a.SwarmID))] {
			return twinAnswer{fault: codec.FaultSwarmTwice}
		}
		seen[string(r.Bytes(a.SwarmID))] = true
	}
	if len(r.Actions()) == 0 {
		if p := w.peers[id]; p == nil || w.expired(p, now) || w.speaksFor(p, now, r.Observed.Addr()) {
			w.forgetExpired(id, now)
			return twinAnswer{fault: codec.FaultSwarmID}
		}
		return twinAnswer{fault: codec.FaultBinding}
	}
	w.forgetExpired(id, now)
	p := w.peers[id]
	if p != nil && p.last == r.Fingerprint {
		p.heard = now
		return w.answer(now, id, r)
	}
	if p == nil {
		return w.connectUnknown(now, id, r)
	}
	return w.connectTracking(now, id, p, r)
}

func (w *twin) forgetExpired(id string, now wheel.Tick) {
	if p := w.peers[id]; p != nil && w.expired(p, now) {
		delete(w.peers, id)
	}
}

func (w *twin) report(now wheel.Tick, id string, r *codec.Request) twinAnswer {
	w.forgetExpired(id, now)
	p := w.peers[id]
	if p == nil {
		return twinAnswer{fault: codec.FaultUnknownPeer}
	}
	p.heard = now
	if p.last == r.Fingerprint {
		return twinAnswer{}
	}
	p.last = r.Fingerprint
	if here := r.Observed.Addr(); w.otherFamily(p, here) {
		p.bound[family(here)] = here
		w.policy.reveal(p.addrs, here)
	}
	for _, s := range r.Stats() {
		if swarm := string(r.Bytes(s.SwarmID)); s.Has&codec.StatUploaded != 0 && p.swarms[swarm] != 0 {
			p.uploaded[swarm] = s.Uploaded
		}
	}
	return twinAnswer{}
}

func family(ip netip.Addr) int {
	if ip.Is6() {
		return 1
	}
	return 0
}

// otherFamily: the request comes from exactly an announced address of the other
// family than the one that the peer has registered with.
func (w *twin) otherFamily(p *twinPeer, here netip.Addr) bool {
	return here.Is6() != p.firstV6 && slices.ContainsFunc(p.addrs, func(a codec.Address) bool { return a.Addr() == here })
}

func (w *twin) isBound(p *twinPeer, here netip.Addr) bool {
	return p.bound[family(here)] == here || w.otherFamily(p, here)
}

func (w *twin) speaksFor(p *twinPeer, now wheel.Tick, here netip.Addr) bool {
	return w.config.PeerBinding == BindingNone || w.isBound(p, here) || 2*(now-p.heard) >= w.timeout()
}

func (w *twin) connectUnknown(now wheel.Tick, id string, r *codec.Request) twinAnswer {
	acts := r.Actions()
	all := func(v codec.Verb, m codec.Mode) bool {
		return !slices.ContainsFunc(acts, func(a codec.Action) bool { return a.Verb != v || m != 0 && a.Mode != m })
	}
	switch {
	case all(codec.VerbLeave, 0) && w.left[r.Fingerprint] > now:
		return w.answer(now, id, r)
	case !(all(codec.VerbJoin, codec.ModeSeed) || len(acts) == 1 && all(codec.VerbJoin, codec.ModeLeech)):
		return twinAnswer{fault: codec.FaultNotAllowed}
	case w.config.MaxPeers > 0 && len(w.peers) >= w.config.MaxPeers:
		return twinAnswer{fault: codec.FaultFull}
	}
	answer := w.answer(now, id, r)
	p := &twinPeer{swarms: map[string]codec.Mode{}, uploaded: map[string]uint64{}}
	w.peers[id] = p
	w.place(p, r, true, r.Addresses())
	w.perform(p, now, r)
	return answer
}

// place settles where the peer is.
func (w *twin) place(p *twinPeer, r *codec.Request, anew bool, announced []codec.Address) {
	here := r.Observed.Addr()
	known := p.addrs
	if anew {
		p.bound, known, p.firstV6 = [2]netip.Addr{}, nil, here.Is6()
	}
	p.bound[family(here)] = here
	p.from = here
	p.addrs = slices.Clone(w.policy.settle(nil, r.Observed, announced, known))
	for i := range p.addrs {
		p.addrs[i].ProtocolText = codec.Span{}
	}
}

func (w *twin) perform(p *twinPeer, now wheel.Tick, r *codec.Request) {
	for _, a := range r.Actions() {
		swarm := string(r.Bytes(a.SwarmID))
		if a.Verb == codec.VerbJoin {
			p.swarms[swarm] = a.Mode
		} else {
			delete(p.swarms, swarm)
		}
	}
	p.heard, p.last = now, r.Fingerprint
}

func (w *twin) connectTracking(now wheel.Tick, id string, p *twinPeer, r *codec.Request) twinAnswer {
	here := r.Observed.Addr()
	if !w.speaksFor(p, now, here) {
		return twinAnswer{fault: codec.FaultBinding}
	}
	var joins, leaves, unjoined, seed int
	for _, a := range r.Actions() {
		if a.Mode == codec.ModeSeed {
			seed++
		}
		if a.Verb == codec.VerbJoin {
			joins++
			continue
		}
		leaves++
		if p.swarms[string(r.Bytes(a.SwarmID))] == 0 {
			unjoined++
		}
	}
	oneMode := seed == 0 || seed == joins+leaves
	leave := joins == 0 && oneMode
	join := joins == 1 && leaves <= 1 && seed == 0
	if !leave && !join || unjoined > 0 {
		delete(w.peers, id)
		return twinAnswer{fault: codec.FaultNotAllowed}
	}
	answer := w.answer(now, id, r)
	if leave && leaves == len(p.swarms) {
		delete(w.peers, id)
		w.left[r.Fingerprint] = now + 300
		return answer
	}
	announced, anew := r.Addresses(), !w.isBound(p, here)
	if !r.PeerGroup && !(anew && w.config.PeerBinding == BindingIP) {
		announced = p.addrs
	}
	w.place(p, r, anew, announced)
	w.perform(p, now, r)
	return answer
}

// answer is the answer to a CONNECT that succeeds, with the lists as they are
// before it is performed.
func (w *twin) answer(now wheel.Tick, id string, r *codec.Request) (t twinAnswer) {
	t.results = append(t.results, string(r.Bytes(r.TransactionID)))
	room := w.config.PeersDefault
	if r.PeerNum.Present {
		room = int(r.PeerNum.Count)
	}
	room = min(room, w.config.PeersMax)
	var listed []string
	for _, a := range r.Actions() {
		if a.TransactionID.Present() {
			t.results = append(t.results, string(r.Bytes(a.TransactionID)))
		}
		if a.Verb == codec.VerbJoin && (a.Mode == codec.ModeLeech || r.PeerNum.Present) {
			listed = append(listed, string(r.Bytes(a.SwarmID)))
		}
	}
	for i, swarm := range listed {
		share := (room + len(listed) - i - 1) / (len(listed) - i)
		l := w.list(now, id, swarm, r.Observed.Addr())
		l.least, l.most = min(share, len(l.must)), min(share, len(l.must)+len(l.may))
		room -= l.most
		t.lists = append(t.lists, l)
	}
	return t
}

// list finds the peers that may be listed.
func (w *twin) list(now wheel.Tick, id, swarm string, reader netip.Addr) twinList {
	l := twinList{swarm: swarm, must: map[string]string{}, may: map[string]string{}}
	for other, p := range w.peers {
		mode := p.swarms[swarm]
		if other == id || mode == 0 {
			continue
		}
		text := fmt.Sprintf("%s %v", other, mode)
		for i := range p.addrs {
			a := &p.addrs[i]
			if a.Has(codec.AddrHidden) || a.Has(codec.AddrPrivate) && p.from != reader {
				continue
			}
			text += fmt.Sprintf(" %v/%v/%d", netip.AddrPortFrom(a.Addr(), a.Port), a.Type, a.Priority)
		}
		if w.expired(p, now) {
			l.may[other] = text
		} else {
			l.must[other] = text
		}
	}
	return l
}

// compare says how a response differs from what is known of it.
func (t *twinAnswer) compare(r *codec.Response) error {
	if r.Fault != t.fault || r.Status != t.fault.Status() {
		return fmt.Errorf("%d %v, want %v", r.Status, r.Fault, t.fault)
	}
	if t.fault != codec.FaultNone {
		return nil
	}
	var results []string
	for _, res := range r.Results {
		results = append(results, string(r.Bytes(res.TransactionID)))
		if res.Status != codec.StatusOK {
			return fmt.Errorf("result %d", res.Status)
		}
	}
	if !slices.Equal(results, t.results) {
		return fmt.Errorf("results %q, want %q", results, t.results)
	}
	return t.compareLists(r)
}

func (t *twinAnswer) compareLists(r *codec.Response) error {
	got := map[string]map[string]string{}
	for i := range r.Peers {
		c := &r.Peers[i].Card
		swarm, id := string(r.Bytes(r.Swarms[r.Peers[i].Swarm])), string(c.AppendID(nil, &r.Text))
		if got[swarm] == nil {
			got[swarm] = map[string]string{}
		}
		if _, twice := got[swarm][id]; twice {
			return fmt.Errorf("%s is listed twice in %s", id, swarm)
		}
		text := fmt.Sprintf("%s %v", id, c.Traits.Mode())
		for _, a := range c.AppendAddresses(nil, &r.Text) {
			if !a.Has(codec.AddrHidden) {
				text += fmt.Sprintf(" %v/%v/%d", netip.AddrPortFrom(a.Addr(), a.Port), a.Type, a.Priority)
			}
		}
		got[swarm][id] = text
	}
	for _, l := range t.lists {
		peers := got[l.swarm]
		delete(got, l.swarm)
		if len(peers) < l.least || len(peers) > l.most {
			return fmt.Errorf("%d peers of %s, want %d to %d of %v and %v", len(peers), l.swarm, l.least, l.most, l.must, l.may)
		}
		for id, text := range peers {
			if text != l.must[id] && text != l.may[id] {
				return fmt.Errorf("%s lists %q, want %q or %q", l.swarm, text, l.must[id], l.may[id])
			}
		}
	}
	if len(got) > 0 {
		return fmt.Errorf("lists that nobody asked for: %v", got)
	}
	return nil
}

// memberships counts them.
func (w *twin) memberships() (n int) {
	for _, p := range w.peers {
		n += len(p.swarms)
	}
	return n
}

// play is a random player of requests, as text for stage.play.
type player struct {
	*rand.Rand
	recent []string // requests to be repeated
	tid    int
}

var (
	twinPeers = []string{"a", "b", "656164657220", "123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-426614174000",
		"0123456789abcdef0123456789abcdef01234567", strings.Repeat("long", 9), strings.Repeat("l", 200), "h", "i"}
	twinSwarms = []string{"1111", "2222", "123e4567-e89b-12d3-a456-426614174111", strings.Repeat("swarm", 12), "5555"}
	twinFrom   = []string{"192.0.2.1:1", "192.0.2.1:2", "192.0.2.2:1", "10.0.0.1:7", "[2001:db8::1]:1", "[2001:db8::2]:1"}
	twinAddrs  = []string{"192.0.2.1:80", "192.0.2.1:81/HOST/5", "192.0.2.2:80/REFLEXIVE/1", "10.0.0.1:80/HOST", "10.0.0.9:80",
		"203.0.113.1:80/PROXY", "198.51.100.1:80/HOST", "[2001:db8::1]:80/HOST", "[2001:db8::2]:80", "[fd00::1]:80/HOST"}
)

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// command makes one command.
func (p *player) command() string {
	switch n := p.IntN(100); {
	case n < 5 && len(p.recent) > 0:
		return pick(p.Rand, p.recent)
	case n < 25:
		return p.remember(p.stat())
	default:
		return p.remember(p.connect())
	}
}

func (p *player) remember(line string) string {
	p.recent = append(p.recent, line)
	if len(p.recent) > 6 {
		p.recent = p.recent[1:]
	}
	return line
}

func (p *player) head(verb string) string {
	p.tid++
	peer := p.IntN(len(twinPeers))
	from := twinFrom[peer%len(twinFrom)] // mostly where it always is
	if p.IntN(8) == 0 {
		from = pick(p.Rand, twinFrom)
	}
	return fmt.Sprintf("%s peer=%s from=%s tid=t%d", verb, twinPeers[peer], from, p.tid)
}

func (p *player) stat() string {
	line := p.head("stat")
	for range p.IntN(3) {
		line += fmt.Sprintf(" swarm=%s up=%d bw=%d", pick(p.Rand, twinSwarms), p.IntN(1000), p.IntN(1<<24))
	}
	return line
}

func (p *player) connect() string {
	line := p.head("connect")
	shapes := []string{"join LEECH", "join LEECH", "join LEECH", "join SEED", "join SEED SEED", "leave LEECH", "leave SEED", "leave LEECH LEECH",
		"leave LEECH join LEECH", "leave LEECH join LEECH", "join LEECH LEECH", "join SEED LEECH", "leave SEED join LEECH", ""}
	swarms := slices.Clone(twinSwarms)
	p.Shuffle(len(swarms), func(i, j int) { swarms[i], swarms[j] = swarms[j], swarms[i] })
	verb, n := "", 0
	for _, w := range strings.Fields(pick(p.Rand, shapes)) {
		if w == "join" || w == "leave" {
			verb = w
			continue
		}
		line += fmt.Sprintf(" %s=%s:%s", verb, swarms[n], w)
		if p.IntN(60) > 0 { // else the same one twice
			n++
		}
	}
	if p.IntN(2) == 0 {
		line += fmt.Sprintf(" num=%d", p.IntN(8))
		if p.IntN(3) == 0 {
			line += " nat=STUN links=LOW"
		}
	}
	if p.IntN(3) == 0 {
		var addrs []string
		for range 1 + p.IntN(3) {
			addrs = append(addrs, pick(p.Rand, twinAddrs))
		}
		line += " addr=" + strings.Join(addrs, ",")
	}
	return line
}

// TestTwin plays random requests, in random time, against both.
func TestTwin(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	for round := range 16 {
		t.Run(fmt.Sprintf("seed=%d", seed+uint64(round)), func(t *testing.T) { playTwin(t, seed+uint64(round), 1500) })
	}
}

func playTwin(t *testing.T, seed uint64, steps int) {
	r := rand.New(rand.NewPCG(seed, 1))
	c := testConfig()
	c.TrackTimeout = time.Duration(10+r.IntN(100)) * 300 * time.Millisecond
	c.PeersDefault, c.PeersMax = r.IntN(8), 2+r.IntN(8)
	c.Announced, c.PeerBinding = Announced(r.IntN(3)), Binding(r.IntN(2))
	c.Relays = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}
	c.MaxPeers = pick(r, []int{0, 0, 4})
	c.Stripes = pick(r, []int{1, 2, 16})
	st, w, p := newStageWith(t, c), newTwin(c), &player{Rand: r}
	var log []string
	for i := range steps {
		if r.IntN(3) == 0 {
			st.elapsed += time.Duration(r.IntN(int(c.TrackTimeout) / 3))
			log = append(log, fmt.Sprint("at ", st.elapsed))
			if r.IntN(3) > 0 || c.MaxPeers > 0 {
				st.sweep()
				w.sweep(st.now())
			}
		}
		line := p.command()
		log = append(log, line)
		st.request(t, strings.Fields(line))
		want := w.handle(st.now(), &st.req)
		st.build(t, st.last)
		st.handle()
		err := want.compare(&st.resp)
		if err == nil && i%50 == 0 {
			err = st.compareSizes(w)
		}
		if err != nil {
			t.Fatalf("%v\n%+v\n%s", err, c, strings.Join(log[max(0, len(log)-40):], "\n"))
		}
	}
}

// compareSizes sweeps both and compares what is left.
func (s *stage) compareSizes(w *twin) error {
	s.sweep()
	w.sweep(s.now())
	got := s.tracker.Stats()
	if got.Peers != len(w.peers) || got.Memberships != w.memberships() || (got.State == TrackerStarted) != (len(w.peers) > 0) {
		return fmt.Errorf("%d peers, %d memberships, want %d, %d", got.Peers, got.Memberships, len(w.peers), w.memberships())
	}
	return s.tracker.Check()
}
