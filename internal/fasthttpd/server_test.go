package fasthttpd_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/internal/fasthttpd"
	"github.com/ppspd/ppspd/internal/fronttest"
	"github.com/ppspd/ppspd/wheel"
)

// start serves s on a free port of the loopback address until the test ends.
func start(t testing.TB, s fronttest.Setup) (*fasthttpd.Server, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, l, config(s)), l.Addr().String()
}

func config(s fronttest.Setup) fasthttpd.Config {
	begin := time.Now()
	return fasthttpd.Config{
		Exchange:       s.Exchange,
		Now:            func() wheel.Tick { return wheel.Since(time.Since(begin)) },
		ReadTimeout:    s.ReadTimeout,
		IdleTimeout:    s.IdleTimeout,
		MaxConnections: s.MaxConnections,
	}
}

// serve serves l until the test ends.
func serve(t testing.TB, l net.Listener, c fasthttpd.Config) *fasthttpd.Server {
	server := fasthttpd.New(c)
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
		if n := server.Counts().Open; n != 0 {
			t.Errorf("%d connections are open after Shutdown", n)
		}
	})
	return server
}

func TestTable(t *testing.T) {
	fronttest.Run(t, func(t *testing.T, s fronttest.Setup) string {
		_, addr := start(t, s)
		return addr
	})
}

func TestStreams(t *testing.T) {
	fronttest.RunStreams(t, func(t *testing.T, s fronttest.Setup) string {
		_, addr := start(t, s)
		return addr
	}, 400)
}

func FuzzStreams(f *testing.F) {
	fronttest.Fuzz(f, func(s fronttest.Setup) string {
		_, addr := start(f, s)
		return addr
	})
}

func TestCeiling(t *testing.T) {
	var server *fasthttpd.Server
	fronttest.RunCeiling(t, func(t *testing.T, s fronttest.Setup) (addr string) {
		server, addr = start(t, s)
		return addr
	})
	if c := server.Counts(); c.Refused < 10 || c.Accepted < c.Refused+3 {
		t.Errorf("%+v", c)
	}
}

func startDrain(t *testing.T, s fronttest.Setup) (string, func(context.Context) error) {
	server, addr := start(t, s)
	return addr, server.Shutdown
}

func TestDrain(t *testing.T) { fronttest.RunDrain(t, startDrain) }

func TestCut(t *testing.T) { fronttest.RunCut(t, startDrain) }

// Connections with descriptors in the reserve are refused.
func TestDescriptors(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := config(fronttest.Setup{Exchange: fronttest.NewExchange(), ReadTimeout: time.Minute, IdleTimeout: time.Minute})
	c.Descriptors = 1
	server := serve(t, l, c)
	answer := exchangeOnce(t, l.Addr().String(), "")
	if !strings.HasPrefix(answer, "HTTP/1.1 503 Service Unavailable\r\n") || server.Counts().Refused != 1 {
		t.Errorf("%q, %+v", answer, server.Counts())
	}
}

// refusal is the answer to a connection that is not served, masked.
func refusal(f codec.Fault) string {
	return "HTTP/1.1 503 " + f.Reason() + "\r\nDate: *\r\nContent-Length: 0\r\nRetry-After: *\r\nConnection: close\r\n\r\n"
}

// crowd opens n connections, one after the other.
func crowd(t *testing.T, addr string, n int) []net.Conn {
	t.Helper()
	all := make([]net.Conn, n)
	for i := range all {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		all[i] = c
	}
	return all
}

// eachRefused checks that each of refused gets the answer to f, and no more, in
// the time that the tracker's clients may wait for it.
func eachRefused(t *testing.T, refused []net.Conn, f codec.Fault) {
	t.Helper()
	deadline := time.Now().Add(900 * time.Millisecond) // less than a farewell lingers
	for i, c := range refused {
		_ = c.SetReadDeadline(deadline)
		all, err := io.ReadAll(c)
		if errors.Is(err, syscall.ECONNRESET) {
			err = nil // closed while the peer was sending
		}
		if got := fronttest.Mask(all); err != nil || got != refusal(f) {
			t.Fatalf("connection %d of %d: %q, %v", i+1, len(refused), got, err)
		}
	}
}

// Every connection beyond MaxConnections is answered, also those that are more
// than the farewells, whether the peer sends or not.
func TestCrowd(t *testing.T) {
	const ceiling, all = 20, 120
	server, addr := start(t, fronttest.Setup{Exchange: fronttest.NewExchange(), ReadTimeout: time.Minute, IdleTimeout: time.Minute, MaxConnections: ceiling})
	conns := crowd(t, addr, all)
	for i := ceiling; i < all; i += 2 {
		_, _ = io.WriteString(conns[i], "POST / HTTP/1.1\r\nHost: t\r\n")
	}
	eachRefused(t, conns[ceiling:], codec.FaultFull)
	if c := server.Counts(); c.Open != ceiling || c.Accepted != all || c.Refused != all-ceiling {
		t.Errorf("%+v", c)
	}
}

// scarce is a listener in a process that has few descriptors.
type scarce struct {
	net.Listener
	left   atomic.Int32 // descriptors
	failed atomic.Int32 // calls of Accept for want of one
}

// scarceConn gives its descriptor back.
type scarceConn struct {
	*net.TCPConn
	l    *scarce
	once sync.Once
}

func (l *scarce) Accept() (net.Conn, error) {
	if l.left.Load() == 0 {
		l.failed.Add(1)
		return nil, &net.OpError{Op: "accept", Err: os.NewSyscallError("accept", syscall.EMFILE)}
	}
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.left.Add(-1)
	return &scarceConn{TCPConn: c.(*net.TCPConn), l: l}, nil
}

func (c *scarceConn) Close() error {
	defer c.once.Do(func() { c.l.left.Add(1) })
	return c.TCPConn.Close()
}

// The reserve of descriptors does not run out: a connection that is refused
// there is answered, and has ended before the next one is accepted.
func TestReserve(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &scarce{Listener: inner}
	l.left.Store(1)
	c := config(fronttest.Setup{Exchange: fronttest.NewExchange(), ReadTimeout: time.Minute, IdleTimeout: time.Minute})
	c.Descriptors = 1 // all are in the reserve
	serve(t, l, c)
	eachRefused(t, crowd(t, inner.Addr().String(), 120), codec.FaultOverload)
	if n := l.failed.Load(); n != 0 {
		t.Errorf("accepting failed %d times", n)
	}
}

// exchangeOnce sends message and reads until the server closes.
func exchangeOnce(t *testing.T, addr, message string) string {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	_, _ = io.WriteString(conn, message)
	all, err := io.ReadAll(conn)
	if err != nil {
		t.Errorf("%v after %q", err, all)
	}
	return string(all)
}

// A peer that is refused while it sends a large body still gets the answer:
// closing at once would reset the connection.
func TestLinger(t *testing.T) {
	_, addr := start(t, fronttest.Setup{Exchange: fronttest.NewExchange(), ReadTimeout: time.Minute, IdleTimeout: time.Minute})
	for range 20 {
		answer := exchangeOnce(t, addr, "POST / HTTP/1.1\r\nHost: t\r\nContent-Type: text/xml\r\nContent-Length: 500000\r\n\r\n"+strings.Repeat("x", 500000))
		if !strings.HasPrefix(answer, "HTTP/1.1 400 Message-body too large\r\n") {
			t.Fatalf("%q", answer)
		}
	}
}

// A peer that does not read its answers is cut off, and the server holds no
// more of them than the sockets do.
func TestSlowReader(t *testing.T) {
	x := fronttest.NewExchange()
	_, addr := start(t, fronttest.Setup{Exchange: x, ReadTimeout: time.Minute, IdleTimeout: 200 * time.Millisecond})
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.(*net.TCPConn).SetReadBuffer(4096)
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	message := []byte("POST / HTTP/1.1\r\nHost: t\r\nContent-Type: text/xml\r\nContent-Length: 8\r\n\r\ntimes999")
	sent := 0
	for {
		n, err := conn.Write(bytes.Repeat(message, 100))
		sent += n
		if e, ok := err.(net.Error); ok && e.Timeout() {
			t.Fatalf("still connected after %d bytes", sent)
		}
		if err != nil {
			break
		}
	}
	if made := x.Counts().BytesOut; made > 32<<20 {
		t.Errorf("the server made answers of %d bytes", made)
	}
}

// failing is a listener whose next errors are given.
type failing struct {
	net.Listener
	errs chan error
}

func (f failing) Accept() (net.Conn, error) {
	select {
	case err := <-f.errs:
		return nil, err
	default:
		return f.Listener.Accept()
	}
}

// Accepting goes on after it failed for want of a descriptor, and ends with
// another error.
func TestAcceptErrors(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := failing{inner, make(chan error, 3)}
	for _, e := range []error{syscall.EMFILE, syscall.ECONNABORTED, syscall.ENFILE} {
		l.errs <- &net.OpError{Op: "accept", Err: os.NewSyscallError("accept", e)}
	}
	serve(t, l, config(fronttest.Setup{Exchange: fronttest.NewExchange(), ReadTimeout: time.Minute, IdleTimeout: time.Minute}))
	answer := exchangeOnce(t, inner.Addr().String(), "GET / HTTP/1.0\r\n\r\n")
	if !strings.HasPrefix(answer, "HTTP/1.1 400 Method is not POST\r\n") {
		t.Errorf("%q", answer)
	}

	broken := failing{inner, make(chan error, 1)}
	broken.errs <- &net.OpError{Op: "accept", Err: os.NewSyscallError("accept", syscall.EBADF)}
	if err := fasthttpd.New(config(fronttest.Setup{Exchange: fronttest.NewExchange()})).Serve(broken); !errors.Is(err, syscall.EBADF) {
		t.Errorf("Serve: %v", err)
	}
}

func TestTLS(t *testing.T) {
	donor := httptest.NewTLSServer(nil)
	donor.Close()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := tls.NewListener(inner, &tls.Config{Certificates: donor.TLS.Certificates})
	serve(t, l, config(fronttest.Setup{Exchange: fronttest.NewExchange(), ReadTimeout: time.Minute, IdleTimeout: time.Minute}))
	conn, err := tls.Dial("tcp", inner.Addr().String(), &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: t\r\nContent-Type: text/xml\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\n\r\n")
	all, err := io.ReadAll(conn)
	if got := string(all); err != nil || !strings.Contains(got, "\r\n\r\nhelloHTTP/1.1 400 Missing or repeated Host header field\r\n") {
		t.Errorf("%q, %v", got, err)
	}
}
