package fasthttpd

import (
	"errors"
	"net"
	"net/netip"
	"syscall"
	"time"

	"github.com/ppspd/ppspd/codec"
)

const (
	// maxFarewells bounds the goroutines that tell a peer that it cannot be
	// served. Beyond, connections are closed without a word.
	maxFarewells = 64

	acceptPauseMin = 5 * time.Millisecond
	acceptPauseMax = time.Second
)

// door is a listener that puts every connection behind a gate, and refuses
// those beyond a ceiling.
type door struct {
	net.Listener
	s *Server
}

// Accept returns the next connection that may be served.
func (d *door) Accept() (net.Conn, error) {
	pause := acceptPauseMin
	for {
		c, err := d.Listener.Accept()
		switch {
		case err == nil:
			f := d.s.admit(c)
			if f == codec.FaultNone {
				g := newGate(d.s, c)
				d.s.enter(g)
				return g, nil
			}
			d.s.turnAway(c, f)
		case passing(err):
			// For want of a descriptor or memory: both come back when
			// connections end.
			time.Sleep(pause)
			pause = min(2*pause, acceptPauseMax)
		default:
			return nil, err
		}
	}
}

// passing reports whether accepting may work again later.
func passing(err error) bool {
	for _, e := range []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// admit counts a new connection and says which ceiling it is beyond.
func (s *Server) admit(c net.Conn) codec.Fault {
	s.accepted.Add(1)
	switch {
	case s.config.MaxConnections > 0 && s.Counts().Open >= s.config.MaxConnections:
		return codec.FaultFull
	case s.config.Descriptors > 0 && descriptor(c) >= s.config.Descriptors:
		return codec.FaultOverload
	}
	return codec.FaultNone
}

// descriptor is the number of a connection's descriptor, 0 if it has none.
func descriptor(c net.Conn) (fd int) {
	if sc, ok := c.(syscall.Conn); ok {
		if raw, err := sc.SyscallConn(); err == nil {
			_ = raw.Control(func(n uintptr) { fd = int(n) })
		}
	}
	return fd
}

// turnAway answers 503 and closes, without keeping the listener waiting.
func (s *Server) turnAway(c net.Conn, f codec.Fault) {
	s.refused.Add(1)
	if s.farewells.Add(1) > maxFarewells {
		s.farewells.Add(-1)
		_ = c.Close()
		return
	}
	go func() {
		_ = c.SetReadDeadline(time.Now().Add(lingerTime)) // of a TLS handshake
		g := newGate(s, c)
		g.refuse(f)
		_ = g.Close()
		s.farewells.Add(-1)
	}()
}

// observedAddr is the peer's address as codec.Request.Observed wants it.
func observedAddr(c net.Conn) netip.AddrPort {
	tcp, ok := c.RemoteAddr().(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	ap := tcp.AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap().WithZone(""), ap.Port())
}
