package bench

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/ppspd/ppspd/bench/load"
	"github.com/ppspd/ppspd/bench/request"
)

// Mix is a named load: who is registered before it starts and what is asked.
type Mix struct {
	Name     string
	About    string // one sentence for the report
	Peers    int    // registered before the first round
	Swarms   int
	Smallest int      // members of the smallest swarm
	Flags    []string // flags that the tracker needs beyond the usual ones

	source  func(p *Population, inFlight int) load.Source
	inspect func(response []byte) error // of the sizing round; nil: any response
}

// Mixes are all mixes, in the order of the report.
func Mixes() []Mix {
	listAll := []string{"-announced-addresses", "all"}
	return []Mix{
		{
			Name: "keepalive", Peers: 100_000, Swarms: 50, Smallest: 1000, Flags: listAll,
			About:   "STAT_REPORT of random peers among 100,000 registered ones, half of them with a StreamStatistics block",
			source:  func(p *Population, _ int) load.Source { return newReports(p) },
			inspect: wantPeers(0),
		},
		{
			Name: "connect50", Peers: 100_000, Swarms: 50, Smallest: 1000, Flags: listAll,
			About:   "CONNECT of random leechers among 100,000 registered peers that join their swarm again and get 50 peers of it, identity coding",
			source:  func(p *Population, _ int) load.Source { return newRefreshes(p, 50) },
			inspect: wantPeers(50),
		},
		{
			Name: "churn", Peers: 100_000, Swarms: 50, Smallest: 1000, Flags: listAll,
			About:  "whole lives among 100,000 places: joins, reports, refreshes, switches of swarm, leaves, peers that vanish",
			source: func(p *Population, inFlight int) load.Source { return newLives(p, inFlight) },
		},
	}
}

// FloorsOnly is the mix of a run without a tracker.
func FloorsOnly() Mix {
	return Mix{Name: "fixed", About: "requests and responses of one size, no tracker"}
}

// MixNamed finds a mix.
func MixNamed(name string) (Mix, error) {
	all := Mixes()
	i := slices.IndexFunc(all, func(m Mix) bool { return m.Name == name })
	if i < 0 {
		return Mix{}, fmt.Errorf("no mix %q", name)
	}
	return all[i], nil
}

// wantPeers checks a successful response that lists n peers besides the
// requester, or no peer group at all if n is 0.
func wantPeers(n int) func([]byte) error {
	return func(response []byte) error {
		if !bytes.Contains(response, []byte("<Response>SUCCESSFUL</Response>")) {
			return fmt.Errorf("not a successful response:\n%s", response)
		}
		want := n
		if n > 0 {
			want = n + 1 // the requester's own address comes first
		}
		if got := bytes.Count(response, []byte("<PeerInfo")); got != want {
			return fmt.Errorf("%d PeerInfo elements, want %d, in\n%s", got, want, response)
		}
		return nil
	}
}

// writer draws styles and numbers and writes requests of a few kinds. It is
// the part that all sources share.
type writer struct {
	rng       *rand.Rand
	templates map[request.Kind][]*request.Template
	values    request.Values
}

func newWriter(kinds ...request.Kind) *writer {
	w := &writer{rng: rand.New(rand.NewPCG(1, 2)), templates: map[request.Kind][]*request.Template{}}
	for _, k := range kinds {
		for s := range request.Styles() {
			w.templates[k] = append(w.templates[k], request.NewTemplate(k, s))
		}
	}
	w.values.Transaction = 1_000_000_000
	return w
}

// write appends a request of the given kind with a fresh TransactionID, in the
// style of the peer: one peer is of one make, whatever it says.
func (w *writer) write(dst []byte, kind request.Kind) []byte {
	w.values.Transaction++
	styles := w.templates[kind]
	return styles[int(w.values.Port)%len(styles)].Append(dst, &w.values)
}

// measure draws the figures of a StreamStatistics block.
func (w *writer) measure() {
	r := w.rng.Uint64()
	w.values.Uploaded = r >> 24
	w.values.Downloaded = r << 8 >> 28
	w.values.Bandwidth = r % 50_000_000
}

// joins registers every place of a population once.
type joins struct {
	*writer
	population *Population
	next       int
}

func newJoins(p *Population) *joins {
	return &joins{writer: newWriter(request.Join), population: p}
}

// AppendNext appends the registration of the next place.
func (j *joins) AppendNext(dst []byte) []byte {
	j.population.describe(&j.values, j.population.place(j.next), 0)
	j.values.PeerNum = 10
	j.next++
	return j.write(dst, request.Join)
}

// Measured are the paths of the source tree that the figures of a run speak
// of, as host.Commit and host.Older take them.
func Measured() []string {
	return []string{"cmd/ppspd", "codec", "engine", "wheel", "internal", "go.mod", "!internal/lint", "!*_test.go"}
}
