package config

import (
	"errors"
	"fmt"
	"net/netip"
	"runtime"
	"strings"
	"time"
)

// Front ends of -frontend.
const (
	FrontendGnet     = "gnet"
	FrontendFasthttp = "fasthttp"
)

// Config is the configuration of one tracker process. The zero value is not
// usable; Default is.
type Config struct {
	File    string // -config, the file that was read
	Version bool   // -version
	// Ignored are the variables that start with EnvPrefix and name no setting.
	// They are no error: an orchestrator makes such names for its services.
	Ignored []string

	Listen   string // host:port of plain HTTP
	Frontend string // FrontendGnet or FrontendFasthttp
	Paths    []string

	Loops, Stripes, Procs int // 0 = from the machine

	InitTimeout, TrackTimeout time.Duration
	ReadTimeout, IdleTimeout  time.Duration

	MaxBody                  Bytes
	PeersDefault, PeersMax   int
	MaxPeers, MaxConnections int   // 0 = off
	MaxMemory                Bytes // 0 = off
	Announced                string
	Relays                   []netip.Prefix
	PeerBinding              string
	Admin                    string // host:port, "" = off
	LogFormat, LogLevel      string
}

// Default is the configuration of ppspd without any flag.
func Default() Config {
	return Config{
		Listen:       ":7846",
		Frontend:     FrontendGnet,
		Paths:        []string{"/"},
		InitTimeout:  10 * time.Second,
		TrackTimeout: 2 * time.Minute,
		ReadTimeout:  5 * time.Second,
		IdleTimeout:  75 * time.Second,
		MaxBody:      65536,
		PeersDefault: 30,
		PeersMax:     50,
		Announced:    "verified",
		PeerBinding:  "ip",
		Admin:        "127.0.0.1:7847",
		LogFormat:    "text",
		LogLevel:     "info",
	}
}

// Bounds of settings that are bounded for a reason of their own.
const (
	maxTimeout = 24 * time.Hour // the reach that the track timers are tested to
	maxBodyTop = 64 << 20       // a body is held in memory, one per connection
	maxStripes = 1 << 16
	maxLoops   = 1024
	maxPeersOf = 1000 // one list; -peers-max
)

// Validate checks every setting and names each one that is wrong.
func (c *Config) Validate() error {
	var errs []error
	bad := func(flag, format string, args ...any) {
		errs = append(errs, fmt.Errorf("-%s: "+format, append([]any{flag}, args...)...))
	}
	c.validateNames(bad)
	c.validateNumbers(bad)
	c.validateTimes(bad)
	return errors.Join(errs...)
}

type complaint func(flag, format string, args ...any)

func (c *Config) validateNames(bad complaint) {
	oneOf := func(flag, value string, allowed ...string) {
		for _, a := range allowed {
			if value == a {
				return
			}
		}
		bad(flag, "%q is none of %s", value, strings.Join(allowed, ", "))
	}
	oneOf("frontend", c.Frontend, FrontendGnet, FrontendFasthttp)
	oneOf("announced-addresses", c.Announced, "all", "verified", "none")
	oneOf("peer-binding", c.PeerBinding, "ip", "none")
	oneOf("log-format", c.LogFormat, "text", "json")
	oneOf("log-level", c.LogLevel, "debug", "info", "warn", "error")
	if c.Listen == "" {
		bad("listen", "no address")
	}
	if len(c.Paths) == 0 {
		bad("path", "no path")
	}
	for _, p := range c.Paths {
		if !validPath(p) {
			bad("path", "%q is neither a path nor a path that ends in /*", p)
		}
	}
}

// validPath accepts /a/b and /a/b/*; a star stands only there.
func validPath(p string) bool {
	exact := strings.TrimSuffix(p, "/*")
	return (strings.HasPrefix(p, "/")) && !strings.ContainsAny(exact, "*?# ")
}

func (c *Config) validateNumbers(bad complaint) {
	within := func(flag string, n, low, high int) {
		if n < low || n > high {
			bad(flag, "%d is not within %d and %d", n, low, high)
		}
	}
	within("loops", c.Loops, 0, maxLoops)
	within("procs", c.Procs, 0, 16*runtime.NumCPU())
	within("stripes", c.Stripes, 0, maxStripes)
	if c.Stripes&(c.Stripes-1) != 0 {
		bad("stripes", "%d is no power of two", c.Stripes)
	}
	within("peers-max", c.PeersMax, 0, maxPeersOf)
	within("peers-default", c.PeersDefault, 0, c.PeersMax)
	within("max-body", int(c.MaxBody), 1, maxBodyTop)
	within("max-peers", c.MaxPeers, 0, 1<<32-2)
	within("max-connections", c.MaxConnections, 0, 1<<31-1)
	if c.MaxMemory < 0 {
		bad("max-memory", "negative")
	}
}

func (c *Config) validateTimes(bad complaint) {
	within := func(flag string, d, low time.Duration) {
		if d < low || d > maxTimeout {
			bad(flag, "%v is not within %v and %v", d, low, maxTimeout)
		}
	}
	within("init-timeout", c.InitTimeout, 100*time.Millisecond)
	within("track-timeout", c.TrackTimeout, 100*time.Millisecond)
	within("read-timeout", c.ReadTimeout, 100*time.Millisecond)
	within("idle-timeout", c.IdleTimeout, 100*time.Millisecond)
}
