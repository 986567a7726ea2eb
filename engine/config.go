package engine

import (
	"errors"
	"fmt"
	"net/netip"
	"runtime"
	"time"

	"github.com/ppspd/ppspd/engine/swarm"
)

// Binding says who may change or end a registration.
type Binding uint8

// The bindings. Peer-IDs are public: every peer list tells some.
const (
	// BindingIP: requests from the IP that registered, or from the verified
	// one of the other family; any IP once the peer has been silent for half
	// the track timeout.
	BindingIP Binding = iota
	// BindingNone: any request with the Peer-ID. For trackers whose front
	// ends authenticate the Peer-ID.
	BindingNone
)

// Config is what an operator decides about a Tracker. Default tells the usual
// values; zero is never taken for one of them.
type Config struct {
	// InitTimeout is how long a peer may stay in PEER REGISTERED, from 100 ms.
	// The base dialect processes a CONNECT in one go, so that state ends with
	// the request. Default 10 s.
	InitTimeout time.Duration
	// TrackTimeout is how long a registration lives without a request of its
	// peer, from 100 ms to a day. Peers are told the whole seconds, at least
	// one. Default 2 min.
	TrackTimeout time.Duration

	// PeersDefault is the number of peers in a list that was asked for without
	// a PeerNum, PeersMax the largest of any list; 0 to 65535. Default 30, 50.
	PeersDefault, PeersMax int

	// MaxPeers is the number of registered peers, and MaxMemory the size of
	// the index in bytes, from which on new peers are refused. 0, the default,
	// is no ceiling.
	MaxPeers  int
	MaxMemory int64

	// Announced says which announced addresses are listed, Relays where the
	// relayed ones among them must be. Default AnnouncedVerified, none.
	Announced Announced
	Relays    []netip.Prefix

	// PeerBinding says who may change a registration. Default BindingIP.
	PeerBinding Binding

	// Stripes is the number of parts of the index that are locked each on its
	// own, rounded up to a power of two; more than swarm.MaxStripes count as
	// that. Default: 64 for each processor that the program may use.
	Stripes int

	// Levels are the thresholds of the preferred capabilities.
	Levels Levels

	// Seed makes the choice of peers for lists repeatable; tests set it.
	// 0, the default, is a random one.
	Seed uint64
}

// Levels tells from which amount on a capability of a peer is HIGH (Table 2).
type Levels struct {
	OnlineHigh time.Duration // time since the peer registered; default 10 min
	UploadHigh uint64        // AvailBandwidth, bit/s; default 8,000,000
	LinksHigh  int           // swarms that the peer is in, from 2; default 4. One is LOW.
}

// Default returns the usual configuration.
func Default() Config {
	return Config{
		InitTimeout:  10 * time.Second,
		TrackTimeout: 2 * time.Minute,
		PeersDefault: 30,
		PeersMax:     50,
		Stripes:      defaultStripes(runtime.GOMAXPROCS(0)),
		Levels:       Levels{OnlineHigh: 10 * time.Minute, UploadHigh: 8_000_000, LinksHigh: 4},
	}
}

// defaultStripes is 64 for each processor, rounded up to a power of two.
func defaultStripes(procs int) int {
	n := 64
	for n < 64*procs && n < swarm.MaxStripes {
		n *= 2
	}
	return n
}

// maxListed bounds the lists.
const maxListed = 65535

// Validate returns all that is wrong with c, joined, or nil.
func (c *Config) Validate() error {
	var errs []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	check(c.InitTimeout >= 100*time.Millisecond && c.InitTimeout <= 24*time.Hour, "init timeout %v is not within 100ms and 24h", c.InitTimeout)
	check(c.TrackTimeout >= 100*time.Millisecond && c.TrackTimeout <= 24*time.Hour, "track timeout %v is not within 100ms and 24h", c.TrackTimeout)
	check(c.PeersDefault >= 0 && c.PeersDefault <= maxListed, "peers default %d is not within 0 and %d", c.PeersDefault, maxListed)
	check(c.PeersMax >= 0 && c.PeersMax <= maxListed, "peers max %d is not within 0 and %d", c.PeersMax, maxListed)
	check(c.MaxPeers >= 0, "max peers %d is negative", c.MaxPeers)
	check(c.MaxMemory >= 0, "max memory %d is negative", c.MaxMemory)
	check(c.Announced <= AnnouncedNone, "announced addresses policy %d is unknown", c.Announced)
	check(c.PeerBinding <= BindingNone, "peer binding %d is unknown", c.PeerBinding)
	check(c.Stripes > 0, "stripes %d is not positive", c.Stripes)
	check(c.Levels.OnlineHigh > 0, "online time from which on it is HIGH is %v", c.Levels.OnlineHigh)
	check(c.Levels.UploadHigh > 0, "upload bandwidth from which on it is HIGH is 0")
	check(c.Levels.LinksHigh >= 2, "concurrent links from which on they are HIGH are %d, less than 2", c.Levels.LinksHigh)
	for _, r := range c.Relays {
		check(r.IsValid(), "relay range %v is not valid", r)
	}
	return errors.Join(errs...)
}
