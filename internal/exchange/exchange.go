package exchange

import (
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/engine"
	"github.com/ppspd/ppspd/internal/httphead"
	"github.com/ppspd/ppspd/wheel"
)

// Defaults of Config.
const (
	DefaultMaxBody    = 64 << 10
	DefaultGzipFrom   = 512
	DefaultRetryAfter = 10 * time.Second
)

// Continue100 is the interim response to Expect: 100-continue.
const Continue100 = "HTTP/1.1 100 Continue\r\n\r\n"

// Config is what an Exchange needs to know. The zero value of a field is its
// default, but for Handle and XML, which must be set.
type Config struct {
	// Handle judges and performs a request, and makes the response its answer:
	// engine.Tracker.Handle.
	Handle func(now wheel.Tick, q *codec.Request, r *codec.Response)
	// XML reads and writes messages in XML.
	XML codec.Format

	// Paths are the tracker's resources: /exact or /prefix/*, which stands for
	// every path below /prefix/. Default: "/".
	Paths []string
	// MaxBody is the largest body that is read, in bytes. Default: 64 KiB.
	MaxBody int
	// GzipFrom is the smallest body worth coding, in bytes; below 0 nothing is
	// coded. Default: 512.
	GzipFrom int
	// RetryAfter is the shortest Retry-After of a 503; the longest is twice
	// that. Full seconds. Default: 10 s.
	RetryAfter time.Duration

	// Clock is asked for the time of the Date field, at most once a second by
	// each worker. Default: time.Now.
	Clock func() time.Time
	// Fatal reports whether a panic that Handle ended with left the tracker
	// torn: it then goes on up and ends the process. Default: engine.Fatal.
	Fatal func(value any) bool
	// Panicked is told of the other panics, at most once a second.
	Panicked func(Panic)
}

// Panic is a panic that was answered with 500.
type Panic struct {
	Value any
	Stack []byte
	// Untold is the number of panics since the last one that was told.
	Untold uint64
}

// Exchange is what all connections of a tracker share.
type Exchange struct {
	config   Config
	resource []resource
	draining atomic.Bool
	coders   sync.Pool // of *coder

	shards  []*counters
	workers atomic.Uint32 // made so far

	panicTick   atomic.Uint32 // when Panicked was last called, plus 1
	panicUntold atomic.Uint64
}

// resource is one pattern of Config.Paths.
type resource struct {
	path   string // ends in a slash if below
	below  bool   // every path that starts with path
	length int
}

// New makes an Exchange. It panics if Handle or XML is missing.
func New(c Config) *Exchange {
	if c.Handle == nil || c.XML == nil {
		panic("exchange: Config.Handle and Config.XML must be set")
	}
	x := &Exchange{config: c.withDefaults()}
	for _, p := range x.config.Paths {
		path, below := strings.CutSuffix(p, "*")
		x.resource = append(x.resource, resource{path, below, len(path)})
	}
	for range runtime.GOMAXPROCS(0) {
		x.shards = append(x.shards, new(counters))
	}
	return x
}

func (c Config) withDefaults() Config {
	if len(c.Paths) == 0 {
		c.Paths = []string{"/"}
	}
	if c.MaxBody == 0 {
		c.MaxBody = DefaultMaxBody
	}
	if c.GzipFrom == 0 {
		c.GzipFrom = DefaultGzipFrom
	}
	if c.RetryAfter < time.Second {
		c.RetryAfter = DefaultRetryAfter
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Fatal == nil {
		c.Fatal = engine.Fatal
	}
	return c
}

// Drain makes every answer from now on close its connection.
func (x *Exchange) Drain() { x.draining.Store(true) }

// Draining reports whether Drain was called.
func (x *Exchange) Draining() bool { return x.draining.Load() }

// Admission is what follows a complete head.
type Admission struct {
	// Fault, if there is one, is to be answered at once with Refuse, and the
	// connection closed: what follows the head is not read.
	Fault codec.Fault
	// Body is the number of bytes that follow the head. With them, Serve
	// gives the answer, be it an error.
	Body int
	// Continue asks for Continue100 before the body is waited for.
	Continue bool
}

// Admit decides what to do after a complete head. raw is the head's bytes.
func (x *Exchange) Admit(head *httphead.Head, raw []byte) Admission {
	f := x.judge(head, raw)
	switch {
	case head.Flags&httphead.HasTransfer != 0,
		!head.Has(httphead.HasLength) && head.Method == httphead.MethodPOST,
		head.Length > int64(x.config.MaxBody),
		head.Has(httphead.ExpectOther):
		return Admission{Fault: f}
	case !head.Has(httphead.ExpectContinue) || head.Version == httphead.HTTP10:
		return Admission{Body: int(head.Length)}
	case f != codec.FaultNone:
		// The peer may send the body or not: where the next request starts
		// cannot be known (RFC 9110 10.1.1).
		return Admission{Fault: f}
	}
	return Admission{Body: int(head.Length), Continue: true}
}

// judge is the first thing that is wrong with a head that the scanner accepted.
func (x *Exchange) judge(head *httphead.Head, raw []byte) codec.Fault {
	switch {
	case head.Method != httphead.MethodPOST:
		return codec.FaultMethod // appendix B.2
	case !x.serves(head.Path.Of(raw)):
		return codec.FaultResource
	case !head.Has(httphead.HasLength):
		return codec.FaultLength // section 4.3
	case head.Length > int64(x.config.MaxBody):
		return codec.FaultBodyTooLarge
	case head.Has(httphead.ExpectOther):
		return codec.FaultExpectation
	case head.Length == 0:
		return codec.FaultNoBody // appendix B.3
	}
	return mediaFault(head)
}

// mediaFault is what is wrong with the declared form of a body. XML is the only
// format so far.
func mediaFault(head *httphead.Head) codec.Fault {
	switch {
	case head.Type == httphead.MediaNone:
		return codec.FaultContentType // appendix B.1
	case head.Type != httphead.MediaXML:
		return codec.FaultMediaType
	case head.Coding != httphead.CodingNone:
		return codec.FaultCoding
	case head.Charset == httphead.CharsetOther:
		return codec.FaultEncoding
	}
	return codec.FaultNone
}

// serves reports whether a tracker is at this path; it is compared literally.
func (x *Exchange) serves(path []byte) bool {
	for i := range x.resource {
		r := &x.resource[i]
		if len(path) == r.length || r.below && len(path) > r.length {
			if string(path[:r.length]) == r.path {
				return true
			}
		}
	}
	return false
}
