package bench

import (
	"fmt"
	"math"
	"time"

	"github.com/ppspd/ppspd/bench/host"
	"github.com/ppspd/ppspd/bench/load"
	"github.com/ppspd/ppspd/bench/record"
)

// Plan is one run: a mix, the servers that take turns, how long and how hard.
type Plan struct {
	Mix         Mix
	Trackers    []Server
	FloorPath   string   // the floor command
	FloorKinds  []string // see floor.Kinds
	Request     int      // bytes; 0: the mean of the mix. Needed without trackers
	Response    int      // bytes; 0: the mean of the tracker's responses
	Rounds      int
	Slice       time.Duration // of one server in one round
	Warm        time.Duration // before each slice, not counted
	Connections int
	Depth       int // requests in flight per connection
	ServerCore  int
	DriverCore  int
}

// How the preload and the sizing round are driven.
const (
	preloadConnections = 32
	preloadDepth       = 16
	sizingRequests     = 8192
)

// contestant is a server in the run with its driver and requests.
type contestant struct {
	process *Process
	driver  *load.Driver
	source  load.Source
}

// run is a plan that is being carried out.
type run struct {
	plan     Plan
	say      func(format string, args ...any) // progress for a person
	trackers []*contestant
	floors   []*contestant
	request  int
	response int
}

// Run carries out a plan. It gives the configuration of the record before the
// first sample, then each sample. Any unexpected answer of any server is an
// error.
func Run(plan Plan, say func(format string, args ...any), open func(config []host.Fact) *record.Writer) error {
	if err := host.Pin(plan.DriverCore); err != nil {
		return err
	}
	r := &run{plan: plan, say: say, request: plan.Request, response: plan.Response}
	defer r.stop()
	if err := r.startTrackers(); err != nil {
		return err
	}
	if err := r.startFloors(); err != nil {
		return err
	}
	return r.rounds(open(r.config()))
}

func (r *run) stop() {
	for _, c := range append(r.floors, r.trackers...) {
		c.driver.Close()
		c.process.Stop()
	}
}

// enter starts a server and connects its driver.
func (r *run) enter(s Server) (*contestant, error) {
	p, err := Start(s, r.plan.ServerCore)
	if err != nil {
		return nil, err
	}
	d, err := load.Dial(load.Config{Addr: p.Addr, Connections: r.plan.Connections, Depth: r.plan.Depth})
	if err != nil {
		p.Stop()
		return nil, err
	}
	return &contestant{process: p, driver: d}, nil
}

func (r *run) startTrackers() error {
	mix := r.plan.Mix
	population := NewPopulation(mix.Peers, mix.Swarms, mix.Smallest)
	for _, s := range r.plan.Trackers {
		c, err := r.enter(s)
		if err != nil {
			return err
		}
		r.trackers = append(r.trackers, c)
		r.say("%s: registering %v", s.Name, population)
		if err := preload(c.process, population); err != nil {
			return fmt.Errorf("%s: preload: %w", s.Name, err)
		}
		c.source = mix.source(population, c.driver.InFlight())
		if err := r.size(c); err != nil {
			return fmt.Errorf("%s: sizing round: %w", s.Name, err)
		}
	}
	return nil
}

// preload registers a population through the tracker itself.
func preload(p *Process, population *Population) error {
	d, err := load.Dial(load.Config{Addr: p.Addr, Connections: preloadConnections, Depth: preloadDepth})
	if err != nil {
		return err
	}
	defer d.Close()
	_, err = d.RunCount(newJoins(population), population.peers, nil)
	return err
}

// size looks into the responses of a first round and takes the mean sizes of
// the first tracker for the floors.
func (r *run) size(c *contestant) error {
	tally, err := c.driver.RunCount(c.source, sizingRequests, r.plan.Mix.inspect)
	if err != nil {
		return err
	}
	if r.request == 0 {
		r.request = mean(tally.Sent, tally.Requests)
	}
	if r.response == 0 {
		r.response = mean(tally.Received, tally.Requests)
	}
	return nil
}

func mean(bytes int64, requests int) int {
	return int(math.Round(float64(bytes) / float64(requests)))
}

func (r *run) startFloors() error {
	r.say("floors: %d bytes of request, %d of response", r.request, r.response)
	for _, kind := range r.plan.FloorKinds {
		c, err := r.enter(Floor(r.plan.FloorPath, kind, r.request, r.response))
		if err != nil {
			return err
		}
		r.floors = append(r.floors, c)
		if c.source, err = newFixed(r.request); err != nil {
			return err
		}
	}
	return nil
}

// config is what makes the figures of this run what they are.
func (r *run) config() []host.Fact {
	number := func(n int) string { return fmt.Sprint(n) }
	return []host.Fact{
		{Key: "mix", Value: r.plan.Mix.Name},
		{Key: "about", Value: r.plan.Mix.About},
		{Key: "peers", Value: number(r.plan.Mix.Peers)},
		{Key: "swarms", Value: number(r.plan.Mix.Swarms)},
		{Key: "connections", Value: number(r.plan.Connections)},
		{Key: "depth", Value: number(r.plan.Depth)},
		{Key: "slice", Value: r.plan.Slice.String()},
		{Key: "request-bytes", Value: number(r.request)},
		{Key: "response-bytes", Value: number(r.response)},
	}
}

// rounds lets everyone take turns, forwards and backwards, so that a drift of
// the machine hits all alike.
func (r *run) rounds(w *record.Writer) error {
	everyone := append(append([]*contestant{}, r.floors...), r.trackers...)
	for round := range r.plan.Rounds {
		for i := range everyone {
			if round%2 == 1 {
				i = len(everyone) - 1 - i
			}
			if err := r.turn(w, everyone[i]); err != nil {
				return fmt.Errorf("round %d, %s: %w", round+1, everyone[i].process.Server.Name, err)
			}
		}
	}
	return nil
}

// turn warms one server up, measures it and writes the sample.
func (r *run) turn(w *record.Writer, c *contestant) error {
	if _, err := c.driver.RunFor(c.source, r.plan.Warm); err != nil {
		return err
	}
	before, err := c.process.Usage()
	if err != nil {
		return err
	}
	tally, err := c.driver.RunFor(c.source, r.plan.Slice)
	if err != nil {
		return err
	}
	after, err := c.process.Usage()
	if err != nil {
		return err
	}
	name := fmt.Sprintf("Serve/mix=%s/server=%s-1", r.plan.Mix.Name, c.process.Server.Name)
	return w.Write(name, tally.Requests, sample(tally, after.Sub(before))...)
}

// sample is what one slice says. cores is how busy the server was.
func sample(t load.Tally, u host.Usage) []record.Value {
	per := func(d time.Duration) float64 { return round(float64(d) / float64(t.Requests)) }
	return []record.Value{
		{Amount: per(t.Elapsed), Unit: "ns/op"},
		{Amount: per(u.CPU), Unit: "cpu-ns/op"},
		{Amount: per(u.CPU - u.System), Unit: "user-ns/op"},
		{Amount: math.Round(1000*float64(u.CPU)/float64(t.Elapsed)) / 1000, Unit: "cores"},
		{Amount: round(float64(t.Sent) / float64(t.Requests)), Unit: "req-B/op"},
		{Amount: round(float64(t.Received) / float64(t.Requests)), Unit: "resp-B/op"},
		{Amount: round(float64(u.RSS) / (1 << 20)), Unit: "rss-MiB"},
	}
}

// round keeps one digit behind the point.
func round(x float64) float64 { return math.Round(x*10) / 10 }
