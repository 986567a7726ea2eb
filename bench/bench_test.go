package bench

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ppspd/ppspd/bench/floor"
	"github.com/ppspd/ppspd/bench/host"
	"github.com/ppspd/ppspd/bench/load"
	"github.com/ppspd/ppspd/bench/record"
)

// TestMain lets this binary be the server of a run: with FLOOR set it serves a
// floor on the address that follows -listen.
func TestMain(m *testing.M) {
	if kind := os.Getenv("FLOOR"); kind != "" {
		addr := os.Args[slices.Index(os.Args, "-listen")+1]
		fmt.Fprintln(os.Stderr, floor.Serve(kind, floor.Config{Addr: addr, Request: 300, Response: 250}))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// body is what a source's request says.
type body struct {
	Request string `xml:"Request"`
	Peer    string `xml:"PeerID"`
	Swarms  []struct {
		ID     string `xml:",chardata"`
		Action string `xml:"action,attr"`
		Mode   string `xml:"peerMode,attr"`
	} `xml:"SwarmID"`
	Root  string     `xml:"TransactionID"`
	Stats []struct{} `xml:"StatisticsGroup>Stat"`
}

func next(t *testing.T, src load.Source) body {
	t.Helper()
	message := src.AppendNext(nil)
	req, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(message)))
	if err != nil {
		t.Fatalf("%v in\n%s", err, message)
	}
	var b body
	decoder := xml.NewDecoder(req.Body)
	decoder.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	if err := decoder.Decode(&b); err != nil {
		t.Fatalf("%v in\n%s", err, message)
	}
	return b
}

func TestPopulation(t *testing.T) {
	p := NewPopulation(100_000, 50, 1000)
	for s := range p.swarms() {
		if size := p.bounds[s+1] - p.bounds[s]; size < 1000 {
			t.Errorf("swarm %d has %d members", s, size)
		}
		if p.swarm(p.bounds[s]) != s || p.swarm(p.bounds[s+1]-1) != s {
			t.Errorf("bounds of swarm %d", s)
		}
	}
	filled, ids := make([]bool, p.peers), map[string]bool{}
	for i := range p.peers {
		filled[p.place(i)] = true
		ids[string(appendPeerID(nil, i, 0))] = true
		ids[string(appendPeerID(nil, i, 1))] = true
	}
	if slices.Contains(filled, false) {
		t.Error("not every place fills up")
	}
	if len(ids) != 2*p.peers {
		t.Errorf("%d Peer-IDs for %d peers", len(ids), 2*p.peers)
	}
}

func TestAddressesAreGlobal(t *testing.T) {
	for place := range 100_000 {
		a := address(place, place%7)
		if !a.IsGlobalUnicast() || a.IsPrivate() {
			t.Fatalf("%v", a)
		}
	}
}

func TestJoinsRegisterEveryPlace(t *testing.T) {
	p := NewPopulation(3000, 3, 100)
	src, seen := newJoins(p), map[string]bool{}
	for range p.peers {
		b := next(t, src)
		if len(b.Swarms) != 1 || b.Swarms[0].Action != "JOIN" {
			t.Fatalf("%+v", b)
		}
		seen[b.Peer] = true
	}
	if len(seen) != p.peers {
		t.Errorf("%d of %d peers", len(seen), p.peers)
	}
}

// TestSources wants fresh TransactionIDs, many peers and the right requests.
func TestSources(t *testing.T) {
	const n = 4096
	for _, m := range Mixes() {
		p := NewPopulation(m.Peers, m.Swarms, m.Smallest)
		src := m.source(p, 64)
		roots, peers, reports, statistics := map[string]bool{}, map[string]bool{}, 0, 0
		for range n {
			b := next(t, src)
			roots[b.Root], peers[b.Peer] = true, true
			if b.Request == "STAT_REPORT" {
				reports++
				statistics += len(b.Stats)
			}
		}
		if len(roots) != n {
			t.Errorf("%s: %d TransactionIDs in %d requests", m.Name, len(roots), n)
		}
		if len(peers) < n*9/10 {
			t.Errorf("%s: only %d peers in %d requests", m.Name, len(peers), n)
		}
		if m.Name == "keepalive" && (reports != n || statistics < n*4/10 || statistics > n*6/10) {
			t.Errorf("%s: %d reports, %d with statistics", m.Name, reports, statistics)
		}
		if m.Name == "connect50" && reports != 0 {
			t.Errorf("%s: %d reports", m.Name, reports)
		}
	}
}

// tracked is what a simple tracker knows of a peer.
type tracked struct {
	swarm, mode string
	last        int
}

// TestLivesAreValid runs the churn against Table 8 and wants no peer to ask
// again before its last request is answered.
func TestLivesAreValid(t *testing.T) {
	const inFlight = 100
	p := NewPopulation(400, 5, 20)
	src, known := newLives(p, inFlight), map[string]*tracked{}
	for place := range p.peers {
		mode := "LEECH"
		if p.seeds(place) {
			mode = "SEED"
		}
		known[string(appendPeerID(nil, place, 0))] = &tracked{string(appendSwarmID(nil, p.swarm(place))), mode, -inFlight}
	}
	count := map[string]int{}
	for i := range 20_000 {
		b := next(t, src)
		peer := known[b.Peer]
		if peer != nil && i-peer.last < inFlight {
			t.Fatalf("request %d: %s asks again after %d", i, b.Peer, i-peer.last)
		}
		what, fault := apply(known, b)
		if fault != "" {
			t.Fatalf("request %d: %s: %+v", i, fault, b)
		}
		if peer = known[b.Peer]; peer != nil {
			peer.last = i
		}
		count[what]++
	}
	for _, what := range []string{"report", "refresh", "join", "leave", "switch"} {
		if count[what] == 0 {
			t.Errorf("no %s in %v", what, count)
		}
	}
}

// apply does what the request says and names it, or names its fault.
func apply(known map[string]*tracked, b body) (what, fault string) {
	peer := known[b.Peer]
	switch {
	case b.Request == "STAT_REPORT":
		if peer == nil {
			return "", "report of an unknown peer"
		}
		return "report", ""
	case len(b.Swarms) == 2:
		if peer == nil || peer.mode != "LEECH" || b.Swarms[0].ID != peer.swarm || b.Swarms[0].Action != "LEAVE" || b.Swarms[1].Action != "JOIN" {
			return "", "switch"
		}
		peer.swarm = b.Swarms[1].ID
		return "switch", ""
	case b.Swarms[0].Action == "LEAVE":
		if peer == nil || b.Swarms[0].ID != peer.swarm || b.Swarms[0].Mode != peer.mode {
			return "", "leave"
		}
		delete(known, b.Peer)
		return "leave", ""
	case peer == nil:
		known[b.Peer] = &tracked{b.Swarms[0].ID, b.Swarms[0].Mode, 0}
		return "join", ""
	case peer.mode == "LEECH" && b.Swarms[0].ID == peer.swarm:
		return "refresh", ""
	}
	return "", "join"
}

func TestFixed(t *testing.T) {
	for size := 150; size < 1400; size++ {
		agent, n, err := divide(size)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(fmt.Sprintf(fixedHead, agent, n)) + n; got != size {
			t.Fatalf("size %d became %d", size, got)
		}
	}
	src, err := newFixed(443)
	if err != nil {
		t.Fatal(err)
	}
	for range fixedRequests + 1 {
		req, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(src.AppendNext(nil))))
		if err != nil || req.ContentLength <= 0 {
			t.Fatal(err)
		}
	}
	if _, err := newFixed(40); err == nil {
		t.Error("a request of 40 bytes was made")
	}
}

func TestWantPeers(t *testing.T) {
	list := func(n int) []byte {
		return []byte("<Response>SUCCESSFUL</Response>" + strings.Repeat("<PeerInfo>x</PeerInfo>", n))
	}
	if err := wantPeers(50)(list(51)); err != nil {
		t.Error(err)
	}
	if err := wantPeers(0)(list(0)); err != nil {
		t.Error(err)
	}
	for _, bad := range [][]byte{list(50), list(1), []byte("")} {
		if wantPeers(50)(bad) == nil {
			t.Errorf("%.60q passed", bad)
		}
	}
}

// TestRun lets two floors take turns, one of them in the part of the tracker.
func TestRun(t *testing.T) {
	t.Setenv("FLOOR", "gnet")
	plan := Plan{
		Mix: FloorsOnly(), FloorPath: os.Args[0], FloorKinds: []string{"gnet", "fasthttp"},
		Request: 300, Response: 250, Rounds: 2, Slice: 5 * time.Millisecond, Warm: time.Millisecond, Connections: 4,
	}
	var out bytes.Buffer
	say := func(string, ...any) {}
	err := Run(plan, say, func(config []host.Fact) *record.Writer { return record.NewWriter(&out, config) })
	if err != nil {
		t.Fatal(err)
	}
	all, err := record.Read(&out, "")
	if err != nil || len(all) != 2 {
		t.Fatalf("%d series, %v", len(all), err)
	}
	for _, s := range all {
		if len(s.Values["cpu-ns/op"]) != 2 || s.Values["req-B/op"][0] != 300 || s.Values["resp-B/op"][1] != 250 {
			t.Errorf("%s: %v", s.Name, s.Values)
		}
	}
	if all[0].Key("server") != "floor-gnet" || all[0].Config["request-bytes"] != "300" {
		t.Errorf("%s %v", all[0].Name, all[0].Config)
	}
}

// TestRunFails wants a tracker with wrong answers to fail the run: the floor
// does not frame what the mix sends.
func TestRunFails(t *testing.T) {
	t.Setenv("FLOOR", "net-http")
	mix, err := MixNamed("keepalive")
	if err != nil {
		t.Fatal(err)
	}
	mix.Peers, mix.Smallest = 1000, 10
	plan := Plan{Mix: mix, Trackers: []Server{Tracker(os.Args[0], "gnet")}, Rounds: 1, Connections: 2}
	err = Run(plan, func(string, ...any) {}, func([]host.Fact) *record.Writer { return nil })
	if err == nil || !strings.Contains(err.Error(), "sizing round") {
		t.Errorf("got %v", err)
	}
}

func TestStartTellsWhatWentWrong(t *testing.T) {
	t.Setenv("FLOOR", "apache")
	_, err := Start(Floor(os.Args[0], "apache", 300, 250), 0)
	if err == nil || !strings.Contains(err.Error(), "is none of") {
		t.Errorf("got %v", err)
	}
}

func BenchmarkSources(b *testing.B) {
	for _, m := range Mixes() {
		b.Run("mix="+m.Name, func(b *testing.B) {
			src, dst := m.source(NewPopulation(m.Peers, m.Swarms, m.Smallest), 64), make([]byte, 0, 4096)
			b.ReportAllocs()
			for b.Loop() {
				dst = src.AppendNext(dst[:0])
			}
		})
	}
}
