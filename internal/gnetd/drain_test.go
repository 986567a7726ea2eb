package gnetd

import (
	"net"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ppspd/ppspd/internal/fronttest"
	"github.com/ppspd/ppspd/wheel"
)

// Draining closes what is idle. What has begun stays until it is answered: also
// what the kernel holds and nobody has read, and answers on their way.
func TestDrainOfALoop(t *testing.T) {
	x := fronttest.NewExchange()
	r := newRig(t, Config{Exchange: x})
	idle, emptyLine, begun, unread, stalled := r.connect(unlimited), r.connect(unlimited), r.connect(unlimited), r.connect(unlimited), r.connect(10)
	r.send(emptyLine, "\r\n")
	r.send(begun, post("hello")[:20])
	unread.waiting = true
	r.send(stalled, post("hello"))

	x.Drain()
	r.server.draining.Store(true)
	r.loop().drain()
	r.check()
	for i, closed := range []bool{true, true, false, false, false} {
		if f := []*fakeConn{idle, emptyLine, begun, unread, stalled}[i]; f.closed != closed {
			t.Errorf("connection %d: closed %v", i, f.closed)
		}
	}
	r.send(begun, post("hello")[20:])
	r.send(unread, post("hello"))
	stalled.take(unlimited)
	r.tick(1)
	for i, f := range []*fakeConn{begun, unread, stalled} {
		if !f.closed || status(f.got) != "200 OK" {
			t.Errorf("connection %d: closed %v, %q", i, f.closed, f.got)
		}
	}
	if late := r.connect(unlimited); !late.closed || !strings.HasPrefix(status(late.got), "503") {
		t.Errorf("a new one: closed %v, %q", late.closed, late.got)
	}
	r.check()
}

// The time for which a paused connection is not read does not count against the
// request that had begun.
func TestPauseIsNotThePeersTime(t *testing.T) {
	const read = 20
	r := newRig(t, Config{Exchange: fronttest.NewExchange(), ReadTimeout: read * wheel.TickDuration, WriteTimeout: time.Hour, MaxOutbound: 10})
	f := r.connect(0)
	r.send(f, post("one")+post("two")[:30])
	r.send(f, post("two")[30:40]) // paused now
	r.tick(2 * read)
	f.take(unlimited)
	r.tick(read)
	r.check()
	if f.closed || strings.Contains(string(f.got), "408") {
		t.Fatalf("closed %v, %q", f.closed, f.got)
	}
	r.send(f, post("two")[40:])
	if n := strings.Count(string(f.got), "200 OK"); n != 2 {
		t.Errorf("%d answers", n)
	}
}

// What a connection held goes back to its loop.
func TestForgetGivesBack(t *testing.T) {
	r := newRig(t, Config{Exchange: fronttest.NewExchange()})
	for range 3 {
		f := r.connect(unlimited)
		r.send(f, "POST / HT")
		r.close(f, unix.ECONNRESET)
		r.check()
	}
	l := r.loop()
	if len(l.spare) != 1 || len(l.old) != 1 || len(l.conns) != 1 {
		t.Errorf("%d pendings, %d conns, %d handles kept", len(l.spare), len(l.old), len(l.conns))
	}
}

// Where a listening socket was, accept finds no connection and no error, and
// the kernel refuses new ones. Other sockets are left alone.
func TestStopListening(t *testing.T) {
	b, err := bind("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer b.release()
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	var fds []int
	for range 2 {
		fds = append(fds, listenOn(t, b))
	}
	if err := b.stopListening(2, 1<<16); err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		if _, _, err := unix.Accept4(fd, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC); err != unix.EAGAIN {
			t.Errorf("accept: %v", err)
		}
	}
	if c, err := net.Dial("tcp", b.addr.String()); err == nil {
		c.Close()
		t.Error("connected")
	}
	if c, err := net.Dial("tcp", other.Addr().String()); err != nil {
		t.Error(err)
	} else {
		c.Close()
	}
}

// listenOn makes a listening socket as gnet does.
func listenOn(t *testing.T, b *binding) int {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	for _, option := range []int{unix.SO_REUSEPORT, unix.SO_REUSEADDR} {
		if err := setInt(fd, unix.SOL_SOCKET, option, true); err != nil {
			t.Fatal(err)
		}
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Port: int(b.addr.Port()), Addr: b.addr.Addr().As4()}); err != nil {
		t.Fatal(err)
	}
	if err := unix.Listen(fd, 1); err != nil {
		t.Fatal(err)
	}
	return fd
}
