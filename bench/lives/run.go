package lives

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"net/netip"
	"sort"
	"sync"
	"sync/atomic"
	"time"
)

// run is the state that the workers of one Run share.
type run struct {
	Config
	names names
	host  string     // to dial
	local netip.Addr // the address that the tracker sees
	peers []peer
	zipf  []float64 // cumulated popularity of the swarms; nil if all alike
	began time.Time

	requests, errors atomic.Uint64
	timeoutNS        atomic.Int64 // track timeout that the tracker told
}

func (r *run) now() moment            { return time.Since(r.began) }
func (r *run) timeout() time.Duration { return time.Duration(r.timeoutNS.Load()) }

// swarm draws a swarm by popularity.
func (r *run) swarm(rnd *rand.Rand) int {
	if r.zipf == nil {
		return rnd.IntN(r.Swarms)
	}
	return min(sort.SearchFloat64s(r.zipf, rnd.Float64()), r.Swarms-1)
}

// Run plays the peers of c until its duration or ctx is over. The error is one
// of the configuration or of the first connection; what goes wrong later is in
// the Result.
func Run(ctx context.Context, c Config) (*Result, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	r := &run{Config: c, names: newNames(c.Seed), zipf: cumulated(c.Swarms, c.Zipf)}
	r.timeoutNS.Store(int64(c.Timeout))
	if err := r.reach(ctx); err != nil {
		return nil, err
	}
	workers := r.cast()
	ctx, cancel := context.WithTimeout(ctx, c.Duration)
	defer cancel()
	r.began = time.Now()
	stop := r.reportProgress(ctx)
	r.play(ctx, workers)
	stop()
	return r.result(workers, r.now()), nil
}

// reach finds out whether the tracker is there and which address it sees.
func (r *run) reach(ctx context.Context) error {
	r.host = r.Target.Host
	if r.Target.Port() == "" {
		r.host = net.JoinHostPort(r.Target.Hostname(), "80")
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", r.host)
	if err != nil {
		return fmt.Errorf("no tracker at %s: %w", r.host, err)
	}
	defer conn.Close()
	r.local = conn.LocalAddr().(*net.TCPAddr).AddrPort().Addr().Unmap()
	return nil
}

// cast makes the peers and deals them out to the workers.
func (r *run) cast() []*worker {
	rnd := rand.New(rand.NewPCG(r.Seed, 1))
	r.peers = make([]peer, r.Peers)
	mine := make([][]*peer, r.Connections)
	for i := range r.peers {
		r.peers[i].index = i
		r.peers[i].seeder = rnd.Float64() < r.Mix.Seeders
		mine[i%r.Connections] = append(mine[i%r.Connections], &r.peers[i])
	}
	workers := make([]*worker, r.Connections)
	for i := range workers {
		workers[i] = newWorker(r, mine[i], uint64(i)+2)
	}
	return workers
}

func (r *run) play(ctx context.Context, workers []*worker) {
	var interval time.Duration
	if r.Rate > 0 {
		interval = time.Duration(float64(len(workers)) / r.Rate * float64(time.Second))
	}
	var wg sync.WaitGroup
	for i, w := range workers {
		first := interval * time.Duration(i) / time.Duration(len(workers))
		wg.Go(func() { w.play(ctx, first, interval) })
	}
	wg.Wait()
}

func (r *run) reportProgress(ctx context.Context) (stop func()) {
	if r.Progress == nil {
		return func() {}
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		ticker := time.NewTicker(250 * time.Millisecond)
		defer ticker.Stop()
		for {
			r.Progress(Progress{r.now(), r.Duration, r.requests.Load(), r.errors.Load()})
			select {
			case <-ticker.C:
			case <-done:
				return
			}
		}
	})
	return func() { close(done); wg.Wait() }
}

// cumulated is the cumulated Zipf distribution of n swarms, nil for s = 0.
func cumulated(n int, s float64) []float64 {
	if s == 0 {
		return nil
	}
	out, sum := make([]float64, n), 0.0
	for i := range out {
		sum += math.Pow(float64(i+1), -s)
		out[i] = sum
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}
