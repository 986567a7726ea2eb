package gnetd

import (
	"context"
	"log/slog"
	"net/netip"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/panjf2000/gnet/v2"

	"github.com/ppspd/ppspd/internal/exchange"
	"github.com/ppspd/ppspd/internal/fdlimit"
	"github.com/ppspd/ppspd/wheel"
)

// Defaults of Config.
const (
	DefaultReadTimeout  = 5 * time.Second
	DefaultIdleTimeout  = 75 * time.Second
	DefaultWriteTimeout = 10 * time.Second
	DefaultLinger       = time.Second
	DefaultMaxOutbound  = 256 << 10
	DefaultMaxBacklog   = 256 << 10
)

// Config is what a Server needs to know. The zero value of a field is its
// default; Exchange and Now must be set.
type Config struct {
	// Addr is where to listen, host:port. An empty host is every address, port
	// 0 lets the kernel choose.
	Addr string
	// Exchange answers the requests.
	Exchange *exchange.Exchange
	// Now is the current tick, wheel.Since of the time since some start. It is
	// called once for each burst of bytes, from every loop.
	Now func() wheel.Tick
	// Loops is the number of event loops. Default: GOMAXPROCS.
	Loops int

	// ReadTimeout is the time from the first byte of a request to its last.
	// Default: 5 s.
	ReadTimeout time.Duration
	// IdleTimeout is the time without a request. Default: 75 s.
	IdleTimeout time.Duration
	// WriteTimeout is the time in which a peer must have taken what was sent,
	// but for what it has asked for since. Default: 10 s.
	WriteTimeout time.Duration
	// Linger is how long a connection is kept after a last answer that the peer
	// may still be sending to. Default: 1 s.
	Linger time.Duration

	// MaxConnections is how many connections are served at a time; those beyond
	// are answered 503 and closed. Default: no limit but that of Descriptors.
	MaxConnections int
	// Descriptors is the process's limit of open files. Connections that would
	// take the last ones are answered 503 and closed. Default: no limit; then
	// one accept too many ends all event loops and they start anew.
	Descriptors fdlimit.Limit
	// MaxOutbound is how many bytes of answers a connection may have waiting
	// before its further requests are left alone, MaxBacklog how many bytes of
	// those are kept. Default: 256 KiB each.
	MaxOutbound, MaxBacklog int

	// Log is told what went wrong, at most once a second. Default: no one.
	Log *slog.Logger
}

func (c Config) withDefaults() Config {
	def := func(d *time.Duration, value time.Duration) {
		if *d <= 0 {
			*d = value
		}
	}
	def(&c.ReadTimeout, DefaultReadTimeout)
	def(&c.IdleTimeout, DefaultIdleTimeout)
	def(&c.WriteTimeout, DefaultWriteTimeout)
	def(&c.Linger, DefaultLinger)
	if c.Loops <= 0 {
		c.Loops = runtime.GOMAXPROCS(0)
	}
	if c.MaxOutbound <= 0 {
		c.MaxOutbound = DefaultMaxOutbound
	}
	if c.MaxBacklog <= 0 {
		c.MaxBacklog = DefaultMaxBacklog
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// Server is the gnet front end on one address.
type Server struct {
	config  Config
	binding *binding
	ceiling int // descriptor number from which on connections are refused

	readTimeout, idleTimeout, writeTimeout, linger wheel.Tick

	kernel kernel
	log    throttle
	counts counters
	open   atomic.Int64  // connections
	ready  chan struct{} // closed when connections are accepted
	done   chan struct{} // closed when Serve returns

	draining atomic.Bool
	stopping chan struct{} // closed when the event loops are to end
	emptied  chan struct{} // of 1: the last connection of a draining server is gone
	stopOnce sync.Once
	readied  sync.Once

	mu      sync.Mutex // protects what follows
	started bool       // Serve was called, or never will be
	engine  gnet.Engine
	loops   map[gnet.EventLoop]*loop // those that ever had a connection
}

// Listen takes the address, so that nobody else can, and returns a server that
// is ready to Serve. The error is one line that names the address. It panics if
// Exchange or Now is missing.
func Listen(c Config) (*Server, error) {
	if c.Exchange == nil || c.Now == nil {
		panic("gnetd: Config.Exchange and Config.Now must be set")
	}
	b, err := bind(c.Addr)
	if err != nil {
		return nil, err
	}
	s := newServer(c)
	s.binding = b
	return s, nil
}

// newServer makes a Server without an address.
func newServer(c Config) *Server {
	c = c.withDefaults()
	s := &Server{
		config: c, kernel: system,
		readTimeout: wheel.Ticks(c.ReadTimeout), idleTimeout: wheel.Ticks(c.IdleTimeout),
		writeTimeout: wheel.Ticks(c.WriteTimeout), linger: wheel.Ticks(c.Linger),
		ready: make(chan struct{}), done: make(chan struct{}),
		stopping: make(chan struct{}), emptied: make(chan struct{}, 1),
	}
	if c.Descriptors > 0 {
		s.ceiling = c.Descriptors.Ceiling(c.Loops)
	}
	s.log.log = c.Log
	return s
}

// Addr is the address that is served, with the port that the kernel chose.
func (s *Server) Addr() netip.AddrPort { return s.binding.addr }

// Ready is closed as soon as connections are accepted.
func (s *Server) Ready() <-chan struct{} { return s.ready }

// Times between ticks, and before event loops that broke down start anew.
const (
	tickPause    = wheel.TickDuration
	hurriedPause = 10 * time.Millisecond
	restartPause = 200 * time.Millisecond
)

// Serve accepts and serves connections until Shutdown, and then returns nil. It
// is called once. It returns an error if it could not begin. Later it goes on
// whatever happens: if the event loops end by themselves, as gnet's do when a
// connection cannot be accepted, all connections are lost and new loops start.
func (s *Server) Serve() error {
	if s.begun() {
		return nil
	}
	defer s.end()
	for {
		err := s.run()
		s.eachLoop((*loop).abandon)
		if s.isStopping() {
			return nil
		}
		if err != nil && !s.isReady() {
			return err
		}
		s.counts.restarts.Add(1)
		s.log.tell(slog.LevelError, "event loops ended, starting anew", "listen", s.Addr().String(), "err", err)
		select {
		case <-s.stopping:
			return nil
		case <-time.After(restartPause):
		}
	}
}

// begun reports whether Serve was called before, or Shutdown, and notes that it
// is now.
func (s *Server) begun() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.started
	s.started = true
	return was
}

// end gives up the address.
func (s *Server) end() {
	s.binding.release()
	close(s.done)
}

// run is one life of the event loops.
func (s *Server) run() error {
	return gnet.Run(events{s}, s.binding.url,
		gnet.WithNumEventLoop(s.config.Loops),
		gnet.WithReusePort(true),
		gnet.WithReuseAddr(true),
		gnet.WithTCPNoDelay(gnet.TCPNoDelay),
		gnet.WithReadBufferCap(readBufferSize),
		gnet.WithTicker(true),
		gnet.WithLogger(warnings{&s.log}))
}

// readBufferSize is how many bytes a loop reads at a time: the most work that
// one connection can ask for while others wait.
const readBufferSize = 64 << 10

func (s *Server) isStopping() bool { return isClosed(s.stopping) }
func (s *Server) isReady() bool    { return isClosed(s.ready) }

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// Shutdown drains the server: from now on connections are refused; those on
// which nothing has begun are closed; a request that has begun is answered, its
// answer says Connection: close, and the connection is closed. When the last
// one is gone, or ctx ends, the loops end and Serve returns. Shutdown waits for
// that. Its error is that of ctx, if ctx cut it short; requests that were not
// complete then are answered 503.
//
// It may be called at any time, also before Serve and more than once.
func (s *Server) Shutdown(ctx context.Context) error {
	s.config.Exchange.Drain()
	if !s.draining.Swap(true) {
		s.stopListening()
		s.eachLoop(func(l *loop) { s.execute(l, gnet.RunnableFunc(l.drainTask)) })
	}
	err := s.await(ctx)
	s.stopOnce.Do(func() { close(s.stopping) })
	s.stopEngine()
	if !s.begun() {
		s.end()
	}
	<-s.done
	return err
}

// await waits until no connection is left.
func (s *Server) await(ctx context.Context) error {
	for s.open.Load() > 0 {
		select {
		case <-s.emptied:
		case <-s.done:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// stopListening makes the kernel refuse connections. Should that fail, OnOpen
// refuses them.
func (s *Server) stopListening() {
	top := int(s.config.Descriptors)
	if top == 0 {
		top = listenersBelow
	}
	if err := s.binding.stopListening(s.config.Loops, top); err != nil {
		s.log.tell(slog.LevelWarn, "listening sockets stay open while draining", "err", err)
	}
}

// listenersBelow bounds the search for listening sockets when the limit of
// descriptors is not known. They are made at the start, with low numbers.
const listenersBelow = 1 << 16

// stopEngine ends the event loops. Engine.Stop waits for them in steps of half
// a second; Serve knows sooner.
func (s *Server) stopEngine() {
	s.mu.Lock()
	engine := s.engine
	s.mu.Unlock()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_ = engine.Stop(ctx) // ended is what it is to be
}

// eachLoop calls f for all loops that ever had a connection.
func (s *Server) eachLoop(f func(*loop)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.loops {
		f(l)
	}
}

// execute has r run on l's goroutine.
func (s *Server) execute(l *loop, r gnet.Runnable) {
	if err := l.events.Execute(context.Background(), r); err != nil {
		l.ticking.Store(false)
	}
}

// loop returns what belongs to an event loop.
func (s *Server) loop(events gnet.EventLoop) *loop {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.loops[events]
	if l == nil {
		l = newLoop(s, events)
		s.loops[events] = l
	}
	return l
}
