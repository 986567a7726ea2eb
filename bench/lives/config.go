package lives

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ppspd/ppspd/codec/ppsphttp"
)

// Tick is the tracker's unit of time; an expired peer may be listed two of them
// longer.
const Tick = 100 * time.Millisecond

// Config describes a run.
type Config struct {
	Target      *url.URL
	Peers       int
	Swarms      int
	Zipf        float64       // exponent of the swarms' popularity, 0 = all alike
	Rate        float64       // requests/s of the open loop, 0 = closed loop
	Duration    time.Duration // of the run
	Connections int
	Mix         Mix
	Encoding    ppsphttp.Encoding
	Gzip        bool
	Seed        uint64
	Timeout     time.Duration // track timeout to assume until the tracker tells its own

	// Progress, if any, is called about four times a second.
	Progress func(Progress)
}

// Progress is how far a run is.
type Progress struct {
	Elapsed, Duration time.Duration
	Requests, Errors  uint64
}

// Validate checks the bounds of every field.
func (c *Config) Validate() error {
	var errs []error
	want := func(ok bool, text string) {
		if !ok {
			errs = append(errs, errors.New(text))
		}
	}
	want(c.Target != nil && c.Target.Scheme == "http" && c.Target.Host != "", "-target is no http URL")
	want(c.Peers > 0 && c.Peers <= 1<<24, "-peers is not within 1 and 16777216")
	want(c.Swarms > 0 && c.Swarms <= 1<<24, "-swarms is not within 1 and 16777216")
	want(c.Zipf >= 0 && c.Zipf <= 10, "-zipf is not within 0 and 10")
	want(c.Rate >= 0, "-rate is negative")
	want(c.Duration > 0, "-duration is not positive")
	want(c.Connections > 0 && c.Connections <= c.Peers, "-connections is not within 1 and -peers")
	return errors.Join(errs...)
}

// Mix is what the peers of a run do: the weights of what one that is online
// does next, and what kind of peer it is.
type Mix struct {
	Name    string
	Report  int // STAT_REPORT
	Refresh int // JOIN of the joined swarm: a new list
	Switch  int // LEAVE of the joined swarm and JOIN of another, in one CONNECT
	Leave   int // LEAVE of all swarms; it comes back later
	Vanish  int // silence until its registration has expired

	Seeders    float64 // share of peers that seed
	Statistics float64 // share of reports that carry StreamStatistics
	PeerNum    int     // of leechers; 0 leaves it to the tracker
}

// mixes are the named ones.
var mixes = []Mix{
	{Name: "vod", Report: 80, Refresh: 8, Switch: 6, Leave: 4, Vanish: 2, Seeders: 0.2, Statistics: 0.5, PeerNum: 30},
	{Name: "live-event", Report: 88, Refresh: 6, Leave: 4, Vanish: 2, Seeders: 0.02, Statistics: 0.5, PeerNum: 50},
	{Name: "keepalive", Report: 1, Seeders: 0.1, Statistics: 0.5, PeerNum: 30},
	{Name: "churn", Report: 20, Refresh: 10, Switch: 30, Leave: 30, Vanish: 10, Seeders: 0.1, Statistics: 0.5, PeerNum: 30},
}

// MixNamed is the mix of that name.
func MixNamed(name string) (Mix, error) {
	i := slices.IndexFunc(mixes, func(m Mix) bool { return m.Name == name })
	if i < 0 {
		return Mix{}, fmt.Errorf("mix %q is none of %s", name, strings.Join(MixNames(), ", "))
	}
	return mixes[i], nil
}

// MixNames are the names of all mixes.
func MixNames() []string {
	names := make([]string, len(mixes))
	for i, m := range mixes {
		names[i] = m.Name
	}
	return names
}
