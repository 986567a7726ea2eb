package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"

	"github.com/ppspd/ppspd/internal/config"
	"github.com/ppspd/ppspd/internal/fasthttpd"
	"github.com/ppspd/ppspd/internal/fdlimit"
	"github.com/ppspd/ppspd/internal/gnetd"
)

// frontend is what serves peers: gnetd.Server or fasthttpListener.
type frontend interface {
	Addr() netip.AddrPort
	Ready() <-chan struct{}
	Serve() error
	Shutdown(context.Context) error
}

// listen takes the address of -listen for the front end of -frontend.
func (p *process) listen(limit fdlimit.Limit) (frontend, error) {
	if p.config.Frontend == config.FrontendFasthttp {
		return p.listenFasthttp(limit)
	}
	c := &p.config
	return gnetd.Listen(gnetd.Config{
		Addr: c.Listen, Exchange: p.exchange, Now: p.clock.now, Loops: c.Loops,
		ReadTimeout: c.ReadTimeout, IdleTimeout: c.IdleTimeout,
		MaxConnections: c.MaxConnections, Descriptors: limit, Log: p.log,
	})
}

// fasthttpListener is the fasthttp front end on one listener.
type fasthttpListener struct {
	*fasthttpd.Server
	net.Listener
	ready chan struct{}
}

func (p *process) listenFasthttp(limit fdlimit.Limit) (*fasthttpListener, error) {
	l, err := net.Listen("tcp", p.config.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", p.config.Listen, syscallError(err))
	}
	c := &p.config
	s := fasthttpd.New(fasthttpd.Config{
		Exchange: p.exchange, Now: p.clock.now, ReadTimeout: c.ReadTimeout, IdleTimeout: c.IdleTimeout,
		MaxConnections: c.MaxConnections, Descriptors: limit.Ceiling(1),
	})
	return &fasthttpListener{s, l, make(chan struct{})}, nil
}

// syscallError is what is at the bottom of a network error: what surrounds it
// repeats the address.
func syscallError(err error) error {
	var at *os.SyscallError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// Addr is the address that is served.
func (f *fasthttpListener) Addr() netip.AddrPort {
	return f.Listener.Addr().(*net.TCPAddr).AddrPort()
}

// Ready is closed when connections are accepted.
func (f *fasthttpListener) Ready() <-chan struct{} { return f.ready }

// Serve serves until Shutdown.
func (f *fasthttpListener) Serve() error {
	close(f.ready)
	return f.Server.Serve(f.Listener)
}
