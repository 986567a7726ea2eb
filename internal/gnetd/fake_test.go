package gnetd

import (
	"io"
	"net"
	"testing"

	"github.com/panjf2000/gnet/v2"
	"golang.org/x/sys/unix"

	"github.com/ppspd/ppspd/wheel"
)

// fakeConn is a connection in memory, as gnet and the kernel show it. Methods
// that the front end must not use are nil.
type fakeConn struct {
	gnet.Conn
	rig     *rig
	fd      int
	context any
	inbound []byte
	room    int    // bytes that the kernel takes yet
	got     []byte // what the peer has got
	waiting bool   // the kernel has bytes that gnet has not read
	signals int    // writes that are interrupted before one works
	broken  bool   // writing fails
	shut    bool   // half-closed by the server
	closed  bool   // by gnet
	dups    int    // descriptors beside gnet's
}

func (f *fakeConn) Context() any              { return f.context }
func (f *fakeConn) SetContext(c any)          { f.context = c }
func (f *fakeConn) RemoteAddr() net.Addr      { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 999} }
func (f *fakeConn) EventLoop() gnet.EventLoop { return f.rig }
func (f *fakeConn) Fd() int                   { return f.fd }

func (f *fakeConn) Next(int) ([]byte, error) {
	in := f.inbound
	f.inbound = nil
	return in, nil
}

// gone reports whether no descriptor is left.
func (f *fakeConn) gone() bool { return f.closed && f.dups == 0 }

func (f *fakeConn) write(p []byte) (int, error) {
	switch {
	case f.gone() || f.shut:
		f.rig.t.Error("a write to a closed connection")
	case f.signals > 0:
		f.signals--
		return -1, unix.EINTR
	case f.broken:
		return -1, unix.EPIPE
	case f.room == 0:
		return -1, unix.EAGAIN
	}
	n := min(len(p), f.room)
	f.got, f.room = append(f.got, p[:n]...), f.room-n
	return n, nil
}

// take makes room for n bytes more.
func (f *fakeConn) take(n int) { f.room += n }

// rig is one event loop in memory, with its server and clock.
type rig struct {
	gnet.EventLoop
	t      testing.TB
	server *Server
	events events
	now    wheel.Tick
	conns  []*fakeConn
}

// unlimited is room for all answers of a test.
const unlimited = 1 << 40

func newRig(t testing.TB, c Config) *rig {
	r := &rig{t: t, now: 1000}
	if c.Now == nil {
		c.Now = func() wheel.Tick { return r.now }
	}
	r.server = newServer(c)
	r.server.kernel = r.kernel()
	r.server.loops = make(map[gnet.EventLoop]*loop)
	r.events = events{r.server}
	return r
}

// kernel is the kernel of the rig's connections. Descriptor n is r.conns[n]; a
// duplicate has the same number.
func (r *rig) kernel() kernel {
	return kernel{
		write:    func(fd int, p []byte) (int, error) { return r.conns[fd].write(p) },
		shut:     func(fd int) error { r.conns[fd].shut = true; return nil },
		waiting:  func(fd int) bool { return r.conns[fd].waiting },
		dup:      func(fd int) (int, error) { r.conns[fd].dups++; return fd, nil },
		closeDup: func(fd int) { r.conns[fd].dups-- },
	}
}

// outbound is the number of bytes that wait for the kernel.
func (r *rig) outbound(f *fakeConn) int {
	for _, c := range r.loop().stalled {
		if int(c.fd) == f.fd {
			return len(c.stall.outbound)
		}
	}
	return 0
}

func (r *rig) loop() *loop { return r.server.loop(r) }

// check fails the test if the loop's promises do not hold.
func (r *rig) check() {
	r.t.Helper()
	if err := r.loop().check(); err != nil {
		r.t.Fatal(err)
	}
}

// connect opens a connection to a peer that takes room bytes.
func (r *rig) connect(room int) *fakeConn {
	f := &fakeConn{rig: r, room: room, fd: len(r.conns)}
	r.conns = append(r.conns, f)
	out, action := r.events.OnOpen(f)
	f.got = append(f.got, out...)
	r.act(f, action)
	return f
}

// send gives the loop bytes of the peer. They are overwritten afterwards.
func (r *rig) send(f *fakeConn, text string) {
	if f.closed {
		return
	}
	f.inbound = []byte(text)
	piece := f.inbound
	r.act(f, r.events.OnTraffic(f))
	if f.inbound != nil {
		r.t.Error("bytes left in the inbound buffer")
	}
	for i := range piece {
		piece[i] = '#'
	}
}

// end closes the peer's side.
func (r *rig) end(f *fakeConn) { r.close(f, &net.OpError{Err: io.EOF}) }

func (r *rig) act(f *fakeConn, a gnet.Action) {
	if a == gnet.Close {
		r.close(f, nil)
	}
}

func (r *rig) close(f *fakeConn, err error) {
	if f.closed {
		return
	}
	r.events.OnClose(f, err)
	f.closed, f.context = true, nil
}

// Close is gnet.EventLoop's.
func (r *rig) Close(c gnet.Conn) error {
	f := c.(*fakeConn)
	if f.closed {
		r.t.Error("closed twice")
	}
	r.close(f, nil)
	return nil
}

// tick moves the clock and lets the loop look at it, as often as it wants to.
func (r *rig) tick(n wheel.Tick) {
	for range n {
		r.now++
		for again := true; again; again = r.loop().hurried.Load() && len(r.loop().stalled) == 0 {
			if err := r.loop().Run(r.t.Context()); err != nil {
				r.t.Fatal(err)
			}
		}
	}
}
