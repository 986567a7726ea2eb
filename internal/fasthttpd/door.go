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
	// maxFarewells bounds the goroutines, and with them the descriptors, that
	// linger to tell a peer that it cannot be served. Beyond, the answer is
	// curt.
	maxFarewells = 64

	acceptPauseMin = 5 * time.Millisecond
	acceptPauseMax = 100 * time.Millisecond
)

// door is a listener that puts every connection behind a gate, and refuses
// those beyond a ceiling. It belongs to the goroutine that accepts.
//
// No connection that is refused keeps a descriptor of the reserve, from
// Config.Descriptors on, over the next Accept: so the reserve does not run out,
// however many come.
type door struct {
	net.Listener
	s *Server

	out []byte           // the last curt answer
	in  [bufferSize]byte // what its peer had sent
}

// Accept returns the next connection that may be served.
func (d *door) Accept() (net.Conn, error) {
	pause := acceptPauseMin
	for {
		c, err := d.Listener.Accept()
		switch {
		case err == nil:
			pause = acceptPauseMin
			f := d.s.admit(c)
			if f == codec.FaultNone {
				g := newGate(d.s, c)
				d.s.enter(g)
				return g, nil
			}
			d.turnAway(c, f)
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
	case s.inReserve(c):
		return codec.FaultOverload
	}
	return codec.FaultNone
}

// inReserve reports whether c has a descriptor that no connection may keep.
func (s *Server) inReserve(c net.Conn) bool {
	return s.config.Descriptors > 0 && descriptor(c) >= s.config.Descriptors
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
func (d *door) turnAway(c net.Conn, f codec.Fault) {
	s := d.s
	s.refused.Add(1)
	if s.inReserve(c) {
		d.curt(c, f)
		return
	}
	if s.farewells.Add(1) > maxFarewells {
		s.farewells.Add(-1)
		d.curt(c, f)
		return
	}
	go s.farewell(c, f)
}

// farewell answers and lingers, so that the answer is not lost to a peer that is
// still sending.
func (s *Server) farewell(c net.Conn, f codec.Fault) {
	_ = c.SetReadDeadline(time.Now().Add(lingerTime)) // of a TLS handshake
	g := newGate(s, c)
	g.refuse(f)
	_ = g.Close()
	s.farewells.Add(-1)
}

// curt answers as far as the socket takes it at once, and closes. What has come
// already is read: left there, it would have the peer reset. A connection that
// is no socket, as under TLS, is closed without a word.
func (d *door) curt(c net.Conn, f codec.Fault) {
	defer c.Close()
	sc, ok := c.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return
	}
	w := d.s.worker()
	d.out = w.Refuse(d.out[:0], d.s.config.Now(), f, true)
	d.s.workers.Put(w)
	_ = raw.Write(func(fd uintptr) bool { _, _ = syscall.Write(int(fd), d.out); return true })
	_ = raw.Read(func(fd uintptr) bool { _, _ = syscall.Read(int(fd), d.in[:]); return true })
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
