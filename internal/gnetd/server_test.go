package gnetd

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ppspd/ppspd/internal/exchange"
	"github.com/ppspd/ppspd/internal/fronttest"
)

// patience is how long a test waits for what must come.
const patience = 10 * time.Second

// dial connects to s.
func dial(t testing.TB, s *Server) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(patience))
	return c.(*net.TCPConn)
}

// tell writes text.
func tell(t testing.TB, c net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

// all reads to the end of the connection.
func all(t testing.TB, c net.Conn) string {
	t.Helper()
	b, err := io.ReadAll(c)
	if err != nil && !errors.Is(err, syscall.ECONNRESET) {
		t.Fatal(err)
	}
	return string(b)
}

// answered reads one answer.
func answered(t testing.TB, r *bufio.Reader) *http.Response {
	t.Helper()
	a, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, a.Body)
	return a
}

// eventually waits until f holds.
func eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !f(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

// A port in use is an error, whatever options its user has set; one that was in
// use is none.
func TestTakenPort(t *testing.T) {
	c := Config{Exchange: fronttest.NewExchange(), Now: clock()}
	s := start(t, c)
	foreign, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer foreign.Close()
	for _, c.Addr = range []string{s.Addr().String(), foreign.Addr().String()} {
		_, err := Listen(c)
		if !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), c.Addr) || strings.Contains(err.Error(), "\n") {
			t.Errorf("Listen: %v", err)
		}
	}
	peer := dial(t, s)
	tell(t, peer, post("hello", "Connection: close"))
	all(t, peer) // the server has closed first: TIME_WAIT
	if err := s.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.Addr = s.Addr().String()
	again, err := Listen(c)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Shutdown(t.Context()); err != nil { // never served
		t.Error(err)
	}
}

func TestListenErrors(t *testing.T) {
	for _, addr := range []string{"", "x", "127.0.0.1", "127.0.0.1:x", "192.0.2.1:0", "host.invalid:80"} {
		s, err := Listen(Config{Addr: addr, Exchange: fronttest.NewExchange(), Now: clock()})
		if err == nil {
			t.Errorf("%q: %v", addr, s.Addr())
		} else if !strings.Contains(err.Error(), "listen on "+addr) {
			t.Errorf("%q: %v", addr, err)
		}
	}
}

// Every address there is: IPv4 peers are unmapped.
func TestListenEverywhere(t *testing.T) {
	for _, addr := range []string{":0", "[::]:0", "0.0.0.0:0"} {
		s := startAt(t, addr, Config{Exchange: fronttest.NewExchange()})
		c, err := net.Dial("tcp4", net.JoinHostPort("127.0.0.1", portOf(s)))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		tell(t, c, post("hello", "Connection: close"))
		if got := all(t, c); !strings.HasPrefix(got, "HTTP/1.1 200 OK") {
			t.Errorf("%s: %q", addr, got)
		}
	}
}

func portOf(s *Server) string {
	_, port, _ := net.SplitHostPort(s.Addr().String())
	return port
}

// Draining: what has begun is answered, what has not is closed, nobody new is
// let in.
func TestDrain(t *testing.T) {
	s := start(t, Config{Exchange: fronttest.NewExchange()})
	silent, between, begun := dial(t, s), dial(t, s), dial(t, s)
	tell(t, between, post("one"))
	answered(t, bufio.NewReader(between))
	text := post("hello")
	tell(t, begun, text[:30])
	eventually(t, "three connections, one of them busy", func() bool { return s.Counts().Open == 3 && s.busy() == 1 })

	drained := make(chan error, 1)
	go func() { drained <- s.Shutdown(t.Context()) }()
	if got := all(t, silent) + all(t, between); got != "" {
		t.Errorf("idle connections got %q", got)
	}
	if c, err := net.Dial("tcp", s.Addr().String()); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("a new connection: %v, %v", c, err)
	}
	select {
	case err := <-drained:
		t.Fatalf("Shutdown returned %v while a request is not answered", err)
	default:
	}
	tell(t, begun, text[30:])
	if got := all(t, begun); !strings.HasPrefix(got, "HTTP/1.1 200 OK\r\n") || !strings.Contains(got, "Connection: close") {
		t.Errorf("the begun request got %q", got)
	}
	if err := <-drained; err != nil {
		t.Error(err)
	}
	if err := s.Shutdown(t.Context()); err != nil { // again
		t.Error(err)
	}
}

// busy is the number of requests that have begun.
func (s *Server) busy() int { return s.count((*conn).isBusy) }

// detached is the number of detached connections.
func (s *Server) detached() int { return s.count((*conn).isDetached) }

func (c *conn) isBusy() bool     { return c.busy() }
func (c *conn) isDetached() bool { return c.sock == nil }

// count asks the loops how many of their conns are so.
func (s *Server) count(is func(*conn) bool) (n int) {
	answers := make(chan int, s.config.Loops)
	asked := 0
	s.eachLoop(func(l *loop) {
		asked++
		s.execute(l, runnable(func() {
			n := 0
			for _, c := range l.conns {
				if c != nil && is(c) {
					n++
				}
			}
			answers <- n
		}))
	})
	for range asked {
		n += <-answers
	}
	return n
}

type runnable func()

func (f runnable) Run(context.Context) error { f(); return nil }

// A request that is not complete when the time of draining is over gets 503.
func TestDrainIsCutShort(t *testing.T) {
	s := start(t, Config{Exchange: fronttest.NewExchange()})
	peer := dial(t, s)
	tell(t, peer, "POST / HTTP/1.1\r\n")
	eventually(t, "a busy connection", func() bool { return s.busy() == 1 })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Shutdown: %v", err)
	}
	if got := all(t, peer); !strings.HasPrefix(got, "HTTP/1.1 503 Tracker is shutting down\r\n") {
		t.Errorf("got %q", got)
	}
}

// Shutdown may come at any moment of the start.
func TestShutdownWhileStarting(t *testing.T) {
	for i := range 20 {
		s, err := Listen(Config{Addr: "127.0.0.1:0", Exchange: fronttest.NewExchange(), Now: clock(), Loops: 2})
		if err != nil {
			t.Fatal(err)
		}
		served := make(chan error, 1)
		go func() { served <- s.Serve() }()
		time.Sleep(time.Duration(i) * 50 * time.Microsecond)
		if err := s.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	}
}

// Serve leaves nothing behind: no goroutine, no descriptor.
func TestNothingIsLeft(t *testing.T) {
	round := func() {
		s, err := Listen(Config{Addr: "127.0.0.1:0", Exchange: fronttest.NewExchange(), Now: clock(), Loops: 3})
		if err != nil {
			t.Fatal(err)
		}
		served := make(chan error, 1)
		go func() { served <- s.Serve() }()
		<-s.Ready()
		peer := dial(t, s)
		tell(t, peer, post("hello"))
		answered(t, bufio.NewReader(peer))
		if err := s.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		<-served
		if n := s.Counts().Restarts; n != 0 {
			t.Errorf("%d restarts", n)
		}
		peer.Close()
	}
	round()
	goroutines, top := runtime.NumGoroutine(), lowestFree(t)
	for range 5 {
		round()
	}
	eventually(t, "no goroutine more than before", func() bool { return runtime.NumGoroutine() <= goroutines })
	if n := lowestFree(t); n > top {
		t.Errorf("descriptor %d is the first that is free, before it was %d", n, top)
	}
}

// lowestFree is the number that the next descriptor gets.
func lowestFree(t *testing.T) int {
	fd, err := syscall.Open("/dev/null", syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	syscall.Close(fd)
	return fd
}

// A peer that asks for more and more without reading costs bounded memory, and
// is cut off; its neighbours are served.
func TestSlowReader(t *testing.T) {
	s := start(t, Config{Exchange: fronttest.NewExchange(), Loops: 1, WriteTimeout: 300 * time.Millisecond})
	peer, neighbour := dial(t, s), dial(t, s)
	_ = peer.SetReadBuffer(4 << 10)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	go func() {
		burst := strings.Repeat(post("times900"), 100) // 720 kB of answers
		for {
			if _, err := io.WriteString(peer, burst); err != nil {
				return
			}
		}
	}()
	in := bufio.NewReader(neighbour)
	largest := uint64(0)
	eventually(t, "the slow reader is cut off", func() bool {
		tell(t, neighbour, post("hello"))
		if a := answered(t, in); a.StatusCode != 200 {
			t.Fatalf("status %d", a.StatusCode)
		}
		runtime.ReadMemStats(&after)
		largest = max(largest, after.HeapInuse)
		return s.Counts().Slow == 1
	})
	// Twice what may wait, for buffers that grew by doubling and are not
	// collected yet, and the write of gnet that puts more behind.
	if grown := int64(largest) - int64(before.HeapInuse); grown > 8<<20 {
		t.Errorf("the heap grew by %d bytes", grown)
	}
}

// A peer that sends a thousand requests, closes its half and then reads gets a
// thousand answers.
func TestHalfCloseBehindABatch(t *testing.T) {
	s := start(t, Config{Exchange: fronttest.NewExchange(), MaxBacklog: 1 << 20})
	peer := dial(t, s)
	_ = peer.SetReadBuffer(16 << 10)
	const requests = 1000
	tell(t, peer, strings.Repeat(post("times999"), requests))
	if err := peer.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(20 * time.Millisecond) // the server reads all, and the end
	if n := strings.Count(all(t, peer), "HTTP/1.1 200 OK"); n != requests {
		t.Errorf("%d answers to %d requests", n, requests)
	}
	eventually(t, "the connection is gone", func() bool { return s.Counts().Open == 0 })
}

// What is detached does not outlive the server.
func TestShutdownOfDetached(t *testing.T) {
	s := start(t, Config{Exchange: fronttest.NewExchange(), MaxBacklog: 4 << 20})
	top := lowestFree(t)
	peer := dial(t, s)
	_ = peer.SetReadBuffer(4 << 10)
	tell(t, peer, strings.Repeat(post("times999"), 2000))
	if err := peer.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a detached connection", func() bool { return s.detached() == 1 })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Shutdown: %v", err)
	}
	peer.Close()
	if n := lowestFree(t); n > top || s.Counts().Open != 0 {
		t.Errorf("descriptor %d is the first that is free, before it was %d; %+v", n, top, s.Counts())
	}
}

// Serving over a real connection allocates nothing per request, gnet included.
func TestServerAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	s := start(t, Config{Exchange: exchange.New(exchange.Config{Handle: nothing, XML: fronttest.Words{}}), Loops: 1})
	peer := dial(t, s)
	text, answer := []byte(post("hello")), make([]byte, 4096)
	ask := func(n int) {
		for range n {
			if _, err := peer.Write(text); err != nil {
				t.Fatal(err)
			}
			if _, err := peer.Read(answer); err != nil {
				t.Fatal(err)
			}
		}
	}
	ask(100)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	const requests = 3000
	ask(requests)
	runtime.ReadMemStats(&after)
	// The ticker wakes the loop ten times a second, at a few objects each.
	if n := after.Mallocs - before.Mallocs; n > requests/20 {
		t.Errorf("%d objects for %d requests", n, requests)
	}
}
