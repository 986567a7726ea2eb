package exchange

import (
	"math/rand/v2"
	"net/netip"
	"runtime/debug"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/internal/httphead"
	"github.com/ppspd/ppspd/wheel"
)

// Worker answers requests, one at a time. It owns the memory that they need.
type Worker struct {
	x        *Exchange
	count    *counters
	random   *rand.Rand // of Retry-After
	recent   httphead.Recent
	request  codec.Request
	response codec.Response
	answer   Answer

	plain, coded []byte // bodies that are not made in place
	sizes        [8]int // of the last body that answered each method
	digitsAt     int    // where the last head has the digits of its Content-Length

	date     [len(dateLayout)]byte
	dateTick wheel.Tick // when date was made
	dateLife wheel.Tick // how long it holds; 0 = there is none yet
}

// Answer is what an answer says but for its body and its Date.
type Answer struct {
	Fault  codec.Fault // FaultNone: 200
	Status codec.Status
	Reason string // Reason-Phrase
	// Type is the Content-Type, "" without a body.
	Type string
	// Gzip: the body is coded. Vary: it might have been.
	Gzip, Vary   bool
	TrackTimeout uint32 // PPSP-Track-Timeout in seconds, 0 = not told
	RetryAfter   uint32 // Retry-After in seconds, 0 = not told
	// Close: Connection: close, and the connection must close after this
	// answer. KeepAlive: Connection: keep-alive, for HTTP/1.0.
	Close, KeepAlive bool
}

// Worker makes a worker.
func (x *Exchange) Worker() *Worker {
	n := x.workers.Add(1) - 1
	return &Worker{
		x:      x,
		count:  x.shards[int(n)%len(x.shards)],
		random: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())),
	}
}

// Scan is head.Scan(buf), faster for heads like those that this worker saw
// lately.
func (w *Worker) Scan(head *httphead.Head, buf []byte) (size int, f codec.Fault) {
	return w.recent.Scan(head, buf)
}

// Serve answers one request that was admitted: it appends the complete answer
// to dst. raw is the head's bytes, body the Admission.Body bytes after it; both
// are borrowed and not changed. observed is the peer's address, after trusted
// proxies. If closing, the connection must be closed once out is sent.
func (w *Worker) Serve(dst []byte, now wheel.Tick, head *httphead.Head, raw, body []byte, observed netip.AddrPort) (out []byte, closing bool) {
	out, ok := w.tryServe(dst, now, head, raw, body, observed)
	if !ok {
		out = w.Refuse(dst, now, codec.FaultInternal, true)
	}
	return out, w.answer.Close
}

// tryServe is Serve, not ok if it panicked. Then bytes behind dst may be
// written, dst is as it was.
func (w *Worker) tryServe(dst []byte, now wheel.Tick, head *httphead.Head, raw, body []byte, observed netip.AddrPort) (out []byte, ok bool) {
	defer func() {
		if !ok {
			w.recovered(recover(), now)
		}
	}()
	w.decide(now, head, raw, body, observed)
	return w.appendAnswer(dst, now, head), true
}

// Answer is Serve for a server library that writes heads itself: it returns
// what the head must say, and the body. Both are part of w and valid until its
// next use.
func (w *Worker) Answer(now wheel.Tick, head *httphead.Head, raw, body []byte, observed netip.AddrPort) (*Answer, []byte) {
	content, ok := w.tryAnswer(now, head, raw, body, observed)
	if !ok {
		w.refuse(codec.FaultInternal, true)
		content = nil
	}
	return &w.answer, content
}

func (w *Worker) tryAnswer(now wheel.Tick, head *httphead.Head, raw, body []byte, observed netip.AddrPort) (content []byte, ok bool) {
	defer func() {
		if !ok {
			w.recovered(recover(), now)
		}
	}()
	w.decide(now, head, raw, body, observed)
	if w.answer.Fault != codec.FaultNone {
		return nil, true
	}
	w.makePlain()
	return w.code(head.Gzip()), true
}

// Refuse appends the answer to a request that is not served: a fault of the
// scanner, of Admit or of the connection (timeout, overload).
func (w *Worker) Refuse(dst []byte, now wheel.Tick, f codec.Fault, closing bool) []byte {
	w.refuse(f, closing)
	return w.appendHead(dst, now, 0)
}

func (w *Worker) refuse(f codec.Fault, closing bool) {
	w.answer = Answer{Close: closing || w.x.Draining()}
	w.fail(f)
}

// fail completes the answer for a fault and counts it.
func (w *Worker) fail(f codec.Fault) {
	a := &w.answer
	a.Fault, a.Status, a.Reason = f, f.Status(), f.Reason()
	if a.Status == codec.StatusUnavailable {
		base := uint32(w.x.config.RetryAfter / time.Second)
		a.RetryAfter = base + w.random.Uint32N(base+1)
	}
	w.count.answers[f].Add(1)
}

// decide judges the request and makes the answer but for its body.
func (w *Worker) decide(now wheel.Tick, head *httphead.Head, raw, body []byte, observed netip.AddrPort) {
	w.count.bytesIn.Add(uint64(len(raw) + len(body)))
	w.answer = Answer{Close: !head.Persistent() || w.x.Draining()}
	w.answer.KeepAlive = head.Version == httphead.HTTP10 && !w.answer.Close
	f := w.x.judge(head, raw)
	if f == codec.FaultNone {
		f = w.handle(now, body, observed)
	}
	if f != codec.FaultNone {
		w.fail(f)
		return
	}
	w.count.answers[codec.FaultNone].Add(1)
	a := &w.answer
	a.Status, a.Reason, a.Type = codec.StatusOK, "OK", typeXML
	a.Vary = w.x.config.GzipFrom >= 0
	a.TrackTimeout = w.response.TrackTimeout
}

// handle parses the body and has the request performed.
func (w *Worker) handle(now wheel.Tick, body []byte, observed netip.AddrPort) codec.Fault {
	q := &w.request
	if err := w.x.config.XML.ParseRequest(q, body); err != nil {
		return faultOf(err)
	}
	w.count.methods[q.Method&7].Add(1)
	q.Observed = observed
	q.Fingerprint = max(xxhash.Sum64(body), 1)
	w.x.config.Handle(now, q, &w.response)
	return w.response.Fault
}

// faultOf is the fault of a Format's error.
func faultOf(err error) codec.Fault {
	if e, ok := err.(*codec.Error); ok && e.Fault != codec.FaultNone {
		return e.Fault
	}
	return codec.FaultSyntax
}

// recovered counts and tells a panic, or lets it go on if it was fatal.
func (w *Worker) recovered(value any, now wheel.Tick) {
	c := &w.x.config
	if value == nil {
		return // runtime.Goexit
	}
	if c.Fatal(value) {
		panic(value)
	}
	w.count.panics.Add(1)
	last := w.x.panicTick.Load()
	if c.Panicked == nil || last != 0 && uint32(now)+1-last < uint32(time.Second/wheel.TickDuration) ||
		!w.x.panicTick.CompareAndSwap(last, uint32(now)+1) {
		w.x.panicUntold.Add(1)
		return
	}
	c.Panicked(Panic{Value: value, Stack: debug.Stack(), Untold: w.x.panicUntold.Swap(0)})
}
