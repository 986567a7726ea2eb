package gnetd

import (
	"net/netip"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/internal/exchange"
	"github.com/ppspd/ppspd/internal/httphead"
	"github.com/ppspd/ppspd/wheel"
)

// A stream is the requests of one connection, without the connection: a
// responder feeds it bytes and makes answers.
type stream struct {
	observed netip.AddrPort // the peer, unmapped
	// pending is the request that has begun and is not complete; nil between
	// requests. What is complete where it was read never gets there.
	pending *pending
	// closing: an answer said that the connection closes; nothing is read any
	// more. unread: the peer may still be sending what nobody will read.
	closing, unread bool
}

// A pending is a request of which a part has arrived.
//
//	buf[:size]      the head, complete if size > 0
//	buf[size:need]  the body; need > len(buf)
//
// While size is 0, len(buf) < httphead.MaxHead: Scan refuses what is longer. buf
// grows as bytes arrive,
// never by the length that the peer claims.
type pending struct {
	head     httphead.Head
	size     int        // bytes of the head
	need     int        // bytes of head and body
	deadline wheel.Tick // 0: only an empty line before the head has arrived
	buf      []byte
}

// busy reports whether a request has begun and is not complete.
func (s *stream) busy() bool { return s.pending != nil && s.pending.deadline != 0 }

// Bounds of what a responder keeps for later use.
const (
	sparePendings  = 64
	sparePendCap   = 4 << 10 // bytes of a kept pending's buffer
	spareOutputCap = 1 << 20 // bytes of the kept output buffer
)

// flushSize is how many bytes of answers are collected, at least, before they
// are written: a burst of requests that asks for more is answered by several
// writes.
const flushSize = 64 << 10

// A responder answers the requests of many streams, one burst at a time. It
// does no input or output; its owner writes out and empties it.
type responder struct {
	exchange    *exchange.Exchange
	worker      *exchange.Worker
	readTimeout wheel.Tick

	head    httphead.Head // of a request that is read in place
	out     []byte        // answers that are not written yet
	spare   []*pending
	serving bool // a panic now comes from the tracker
}

func newResponder(x *exchange.Exchange, readTimeout wheel.Tick) responder {
	return responder{exchange: x, worker: x.Worker(), readTimeout: readTimeout}
}

// feed answers the requests in in, which follows what was fed to s before, and
// appends the answers to r.out. It borrows in. It stops when r.out holds
// flushSize bytes or when s is closing, and returns what it has not looked at.
func (r *responder) feed(s *stream, in []byte, now wheel.Tick) (rest []byte) {
	for len(in) > 0 && !s.closing && len(r.out) < flushSize {
		if s.pending == nil {
			in = r.inPlace(s, in, now)
		} else {
			in = r.resume(s, in, now)
		}
	}
	return in
}

// inPlace answers the request that starts in, or makes it pending.
func (r *responder) inPlace(s *stream, in []byte, now wheel.Tick) (rest []byte) {
	r.head.Reset()
	size, fault := r.worker.Scan(&r.head, in)
	if fault != codec.FaultNone {
		return r.refuse(s, in, fault, now)
	}
	if size == 0 {
		return r.suspend(s, in, now)
	}
	a := r.exchange.Admit(&r.head, in[:size])
	if a.Fault != codec.FaultNone {
		return r.refuse(s, in[size:], a.Fault, now)
	}
	r.continues(a)
	// Fast path: the whole request lies in the read buffer.
	if end := size + a.Body; end <= len(in) {
		r.serve(s, &r.head, in[:size], in[size:end], now)
		return in[end:]
	}
	rest = r.suspend(s, in, now)
	s.pending.size, s.pending.need = size, size+a.Body
	return rest
}

// continues asks for the body if the peer waits for that. It does so also when
// the body is there: the answers to a stream do not depend on how it is split.
func (r *responder) continues(a exchange.Admission) {
	if a.Continue {
		r.out = append(r.out, exchange.Continue100...)
	}
}

// suspend makes the request that starts in pending: all of in belongs to it.
func (r *responder) suspend(s *stream, in []byte, now wheel.Tick) (rest []byte) {
	p := r.take()
	p.head = r.head
	p.buf = append(p.buf[:0], in...)
	p.size, p.need, p.deadline = 0, 0, 0
	r.begin(p, now)
	s.pending = p
	return nil
}

// begin sets the deadline of a request when its head has begun. A first CR looks
// like that until the LF shows that it was an empty line.
func (r *responder) begin(p *pending, now wheel.Tick) {
	if !p.head.Started() {
		p.deadline = 0
	} else if p.deadline == 0 {
		p.deadline = now + 1 + r.readTimeout
	}
}

// resume goes on with the pending request and answers it if in completes it.
func (r *responder) resume(s *stream, in []byte, now wheel.Tick) (rest []byte) {
	p := s.pending
	if p.size == 0 {
		if in = r.resumeHead(s, in, now); s.closing || p.size == 0 {
			return in
		}
	}
	n := min(p.need-len(p.buf), len(in))
	p.buf = append(p.buf, in[:n]...)
	if len(p.buf) == p.need {
		s.pending = nil
		r.serve(s, &p.head, p.buf[:p.size], p.buf[p.size:], now)
		r.give(p)
	}
	return in[n:]
}

// headStep is how many bytes a pending head takes at a time: not all of a burst
// of requests when most of it follows the head.
const headStep = 512

// resumeHead goes on with the head of the pending request. It takes what may
// belong to the head, and gives back what turns out to follow the request.
func (r *responder) resumeHead(s *stream, in []byte, now wheel.Tick) (rest []byte) {
	p := s.pending
	before := len(p.buf)
	n := min(len(in), headStep)
	p.buf = append(p.buf, in[:n]...)
	size, fault := p.head.Scan(p.buf)
	if fault != codec.FaultNone {
		return r.refuse(s, in[n:], fault, now)
	}
	r.begin(p, now)
	if size == 0 {
		return in[n:]
	}
	a := r.exchange.Admit(&p.head, p.buf[:size])
	if a.Fault != codec.FaultNone {
		return r.refuse(s, in[size-before:], a.Fault, now)
	}
	// size > before, or the head would have been complete then.
	p.buf = p.buf[:min(len(p.buf), size+a.Body)]
	p.size, p.need = size, size+a.Body
	r.continues(a)
	return in[len(p.buf)-before:]
}

// serve has a complete request answered.
func (r *responder) serve(s *stream, head *httphead.Head, raw, body []byte, now wheel.Tick) {
	r.serving = true
	r.out, s.closing = r.worker.Serve(r.out, now, head, raw, body, s.observed)
	r.serving = false
}

// refuse answers a request that cannot be read to its end, and ends s. It
// returns what follows, which nobody will read.
func (r *responder) refuse(s *stream, rest []byte, f codec.Fault, now wheel.Tick) []byte {
	r.out = r.worker.Refuse(r.out, now, f, true)
	s.closing, s.unread = true, true
	r.drop(s)
	return rest
}

// expire refuses the pending request when its time is over.
func (r *responder) expire(s *stream, now wheel.Tick) (expired bool) {
	if !s.busy() || s.closing || now < s.pending.deadline {
		return false
	}
	r.refuse(s, nil, codec.FaultTimeout, now)
	return true
}

// end tells s that the peer has sent all it will. A request without the end of
// its body has a length that does not match, one without the end of its head is
// not properly formed (section 4.3).
func (r *responder) end(s *stream, now wheel.Tick) {
	p := s.pending
	switch {
	case !s.busy() || s.closing:
	case p.size > 0:
		r.refuse(s, nil, codec.FaultLength, now)
	default:
		r.refuse(s, nil, codec.FaultHead, now)
	}
	r.drop(s)
}

// drop forgets the pending request.
func (r *responder) drop(s *stream) {
	if s.pending != nil {
		r.give(s.pending)
		s.pending = nil
	}
}

// take returns a pending of unknown content.
func (r *responder) take() *pending {
	if n := len(r.spare); n > 0 {
		p := r.spare[n-1]
		r.spare = r.spare[:n-1]
		return p
	}
	return new(pending)
}

// give keeps p for the next take, without its memory if that is much.
func (r *responder) give(p *pending) {
	if len(r.spare) == sparePendings {
		return
	}
	if cap(p.buf) > sparePendCap {
		p.buf = nil
	}
	r.spare = append(r.spare, p)
}
