package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime"
	"strings"
	"time"

	"github.com/ppspd/ppspd/codec/ppspxml"
	"github.com/ppspd/ppspd/engine"
	"github.com/ppspd/ppspd/internal/admin"
	"github.com/ppspd/ppspd/internal/config"
	"github.com/ppspd/ppspd/internal/exchange"
	"github.com/ppspd/ppspd/internal/fdlimit"
)

// drainTime is the longest that draining takes.
const drainTime = 10 * time.Second

// process is a running tracker with all that belongs to it.
type process struct {
	config   config.Config
	log      *slog.Logger
	tracker  *engine.Tracker
	exchange *exchange.Exchange
	front    frontend
	clock    *clock
	admin    *admin.Server
	failed   chan error // of whatever serves
}

// serve runs a tracker until ctx is over, then drains it.
func serve(ctx context.Context, c config.Config, log *slog.Logger) error {
	if c.Procs > 0 {
		runtime.GOMAXPROCS(c.Procs)
	}
	p := &process{config: c, log: log, failed: make(chan error, 2)}
	if err := p.build(); err != nil {
		return err
	}
	if err := p.startAdmin(); err != nil {
		return err
	}
	go p.clock.run()
	defer p.clock.stop()
	go func() { p.failed <- p.front.Serve() }()
	select {
	case <-p.front.Ready():
	case err := <-p.failed:
		return err
	}
	p.announce()
	select {
	case <-ctx.Done():
		return p.drain()
	case err := <-p.failed:
		return fmt.Errorf("stopped serving: %w", err)
	}
}

// build wires tracker, exchange and front end.
func (p *process) build() (err error) {
	e := engineConfig(p.config)
	if err := e.Validate(); err != nil {
		return err
	}
	p.tracker = engine.New(e)
	p.exchange = exchange.New(exchange.Config{
		Handle:   p.tracker.Handle,
		XML:      ppspxml.Format{},
		Paths:    p.config.Paths,
		MaxBody:  int(p.config.MaxBody),
		Fatal:    engine.Fatal,
		Panicked: p.panicked,
	})
	p.clock = newClock(p.tracker, p.log)
	limit, err := fdlimit.Raise()
	if err != nil {
		p.log.Warn("cannot raise the limit of open files", "error", err, "limit", int(limit))
	}
	p.front, err = p.listen(limit)
	return err
}

func engineConfig(c config.Config) engine.Config {
	e := engine.Default()
	e.InitTimeout, e.TrackTimeout = c.InitTimeout, c.TrackTimeout
	e.PeersDefault, e.PeersMax = c.PeersDefault, c.PeersMax
	e.MaxPeers, e.MaxMemory = c.MaxPeers, int64(c.MaxMemory)
	e.Relays = c.Relays
	if c.Stripes > 0 {
		e.Stripes = c.Stripes
	}
	switch c.Announced {
	case "all":
		e.Announced = engine.AnnouncedAll
	case "none":
		e.Announced = engine.AnnouncedNone
	}
	if c.PeerBinding == "none" {
		e.PeerBinding = engine.BindingNone
	}
	return e
}

func (p *process) panicked(x exchange.Panic) {
	p.log.Error("a request ended in a panic and was answered 500", "panic", fmt.Sprint(x.Value),
		"untold", x.Untold, "stack", string(x.Stack))
}

func (p *process) startAdmin() error {
	if p.config.Admin == "" {
		return nil
	}
	l, err := net.Listen("tcp", p.config.Admin)
	if err != nil {
		return fmt.Errorf("-admin: %w", err)
	}
	p.admin = admin.New(admin.Config{Metrics: p.metrics(), Ready: p.ready})
	p.config.Admin = l.Addr().String()
	go func() {
		if err := p.admin.Serve(l); err != nil {
			p.log.Error("the admin pages are gone", "error", err)
		}
	}()
	return nil
}

func (p *process) ready() bool {
	select {
	case <-p.front.Ready():
		return !p.exchange.Draining()
	default:
		return false
	}
}

// announce says what listens where.
func (p *process) announce() {
	p.log.Info("serving", "version", versionLine(),
		"http", p.front.Addr().String(), "frontend", p.config.Frontend, "path", strings.Join(p.config.Paths, ","),
		"admin", p.config.Admin, "procs", runtime.GOMAXPROCS(0),
		"track_timeout", p.config.TrackTimeout.String())
}

// drain answers what is under way and refuses the rest.
func (p *process) drain() error {
	p.log.Info("draining", "at_most", drainTime.String())
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	p.exchange.Drain()
	err := p.front.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		p.log.Warn("draining took too long: connections were cut")
		err = nil
	}
	if p.admin != nil {
		_ = p.admin.Shutdown(ctx) // a scrape that hangs is not worth an error
	}
	s := p.tracker.Stats()
	p.log.Info("stopped", "peers", s.Peers, "swarms", s.Swarms)
	return err
}

func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }
