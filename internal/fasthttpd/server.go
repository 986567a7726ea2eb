package fasthttpd

import (
	"context"
	"math"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/ppspd/ppspd/internal/exchange"
	"github.com/ppspd/ppspd/wheel"
)

// Config is what a Server needs to know. Exchange, Now and the timeouts must be
// set.
type Config struct {
	Exchange *exchange.Exchange
	// Now is the tracker's time. It is called once for each request.
	Now func() wheel.Tick

	ReadTimeout time.Duration // from the first byte of a request to its last
	IdleTimeout time.Duration // of a connection without a request
	// MaxConnections is how many connections are served at once, 0 = any number.
	MaxConnections int
	// Descriptors is the first descriptor number that no connection may have
	// (fdlimit.Limit.Ceiling), 0 = none.
	Descriptors int
}

// Server is a front end.
type Server struct {
	config   Config
	http     fasthttp.Server
	workers  sync.Pool // of *exchange.Worker
	draining atomic.Bool

	mu        sync.Mutex // protects listeners and gates
	listeners []net.Listener
	gates     map[*gate]struct{} // of the connections that are served
	empty     chan struct{}      // closed when a draining server has no gates
	emptied   sync.Once

	accepted, refused atomic.Uint64
	farewells         atomic.Int32 // goroutines that send 503 and linger
}

// Counts are the connections of a Server.
type Counts struct {
	Open     int    // now
	Accepted uint64 // since the start, the refused ones included
	Refused  uint64 // since the start: beyond a ceiling
}

// New makes a Server that serves nothing yet.
func New(c Config) *Server {
	s := &Server{config: c, gates: make(map[*gate]struct{}), empty: make(chan struct{})}
	s.workers.New = func() any { return c.Exchange.Worker() }
	s.http = fasthttp.Server{
		Handler:      s.handle,
		Logger:       silence{},
		Concurrency:  math.MaxInt32, // the door knows the ceiling
		WriteTimeout: c.IdleTimeout,
		// PPSP-Track-Timeout keeps its letters, and no field stands in an
		// answer that the exchange does not know.
		DisableHeaderNamesNormalizing: true,
		NoDefaultServerHeader:         true,
		NoDefaultContentType:          true,
	}
	return s
}

// silence is a Logger: what fasthttp would log are errors of connections.
type silence struct{}

// Printf drops the message.
func (silence) Printf(string, ...any) {}

// Serve serves the connections of l until Shutdown, and closes l. It may be
// called for several listeners. It returns nil after Shutdown, else the error
// of the listener.
func (s *Server) Serve(l net.Listener) error {
	s.mu.Lock()
	s.listeners = append(s.listeners, l)
	closed := s.draining.Load()
	s.mu.Unlock()
	if closed {
		return l.Close()
	}
	return s.http.Serve(&door{Listener: l, s: s})
}

// Shutdown stops accepting, lets requests that have started be answered with
// Connection: close, closes idle connections at once, and waits. When ctx ends
// first, the remaining connections are cut and its error is returned.
//
// fasthttp's own Shutdown is of no use: it takes a connection for idle whose
// request has not yet come through the gate.
func (s *Server) Shutdown(ctx context.Context) error {
	s.config.Exchange.Drain()
	s.mu.Lock()
	s.draining.Store(true)
	for _, l := range s.listeners {
		_ = l.Close()
	}
	for g := range s.gates {
		g.wake()
	}
	s.checkEmpty()
	s.mu.Unlock()
	select {
	case <-s.empty:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for g := range s.gates {
		_ = g.Conn.Close()
	}
	return ctx.Err()
}

// enter and leave count the connections that are served.
func (s *Server) enter(g *gate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gates[g] = struct{}{}
}

func (s *Server) leave(g *gate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.gates, g)
	s.checkEmpty()
}

// checkEmpty closes empty when a draining server has no connection any more.
// s.mu is held.
func (s *Server) checkEmpty() {
	if s.draining.Load() && len(s.gates) == 0 {
		s.emptied.Do(func() { close(s.empty) })
	}
}

// Counts counts connections.
func (s *Server) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Counts{len(s.gates), s.accepted.Load(), s.refused.Load()}
}

func (s *Server) worker() *exchange.Worker { return s.workers.Get().(*exchange.Worker) }

// handle answers a request that the gate has admitted.
func (s *Server) handle(ctx *fasthttp.RequestCtx) {
	g := ctx.Conn().(*gate)
	w := s.worker()
	a, body := w.Answer(s.config.Now(), &g.head, g.rawHead(), g.body(), g.observed)
	writeHead(&ctx.Response, a)
	ctx.Response.SetBody(body)
	g.lingers = a.Close
	s.workers.Put(w)
}

// writeHead makes fasthttp write the fields that exchange writes, in its order:
// Date, Content-Type, Content-Encoding and Content-Length come first, Connection
// last, whatever the order of the calls.
func writeHead(r *fasthttp.Response, a *exchange.Answer) {
	h := &r.Header
	h.SetStatusCode(int(a.Status))
	h.SetStatusMessage(append(h.StatusMessage()[:0], a.Reason...))
	h.SetContentType(a.Type)
	if a.Gzip {
		h.SetContentEncoding("gzip")
	}
	if a.Vary {
		h.Set("Vary", "Accept-Encoding")
	}
	if a.TrackTimeout != 0 {
		setNumber(h, "PPSP-Track-Timeout", a.TrackTimeout)
	}
	if a.RetryAfter != 0 {
		setNumber(h, "Retry-After", a.RetryAfter)
	}
	if a.Close {
		h.SetConnectionClose()
	} else if a.KeepAlive {
		h.Set("Connection", "keep-alive")
	}
}

func setNumber(h *fasthttp.ResponseHeader, field string, n uint32) {
	var digits [10]byte
	h.SetBytesV(field, strconv.AppendUint(digits[:0], uint64(n), 10))
}
