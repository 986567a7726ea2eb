package swarm

import (
	"sync/atomic"

	"github.com/ppspd/ppspd/codec"
)

// EventKind is what has happened to a membership.
type EventKind uint8

// The kinds.
const (
	EventNone   EventKind = iota
	EventJoin             // a peer has joined a swarm
	EventLeave            // it has left
	EventMode             // it has changed sides; Mode is the new one
	EventCard             // its card was rewritten
	EventExpire           // it was taken out, being silent for too long
)

// An Event is one change of a membership. The ids are packed; those that do not
// fit into a key are FormWide: ask the index for them while they are there.
type Event struct {
	Kind  EventKind
	Mode  codec.Mode
	Peer  codec.Key
	Swarm codec.Key
	Owner uint32 // the peer's number, see Stripe.Number
	Ref   Ref    // of the swarm
}

// A stream is the change stream of a stripe: a ring that one consumer empties.
// It is guarded by the stripe's lock. When it is full, what happens is counted,
// not kept.
//
//	ring  | . . . e e e e . . |     first: the oldest, count of them
type stream struct {
	ring    []Event // nil: no consumer
	first   int
	count   int
	dropped uint64
}

// Attach starts the change stream of a stripe with room for n events, n > 0,
// or, with n = 0, ends it.
func (s *Stripe) Attach(n int) {
	s.stream = stream{}
	if n > 0 {
		s.stream.ring = make([]Event, n)
	}
}

// Drain moves events to dst, the oldest first, at most cap(dst)-len(dst) of
// them. dropped is how many were lost after these, since the last time.
func (s *Stripe) Drain(dst []Event) (events []Event, dropped uint64) {
	t := &s.stream
	for t.count > 0 && len(dst) < cap(dst) {
		dst = append(dst, t.ring[t.first])
		t.first = (t.first + 1) % len(t.ring)
		t.count--
	}
	if t.count == 0 {
		dropped, t.dropped = t.dropped, 0
	}
	return dst, dropped
}

// event records what happens to a membership, if there is a consumer.
func (s *Stripe) event(k EventKind, h Handle, m Member) {
	if s.stream.ring != nil {
		s.eventSlow(k, h, m)
	}
}

func (s *Stripe) eventSlow(k EventKind, h Handle, m Member) {
	t := &s.stream
	if t.count == len(t.ring) || t.dropped > 0 {
		t.dropped++
		return
	}
	r := s.Swarm(h, m)
	w := s.x.swarm(r.number)
	e := Event{Kind: k, Mode: s.Mode(h, m), Peer: s.key(h), Owner: s.Number(h), Ref: r}
	e.Swarm.Form = w.form
	if w.form != codec.FormWide {
		e.Swarm.ID = w.id
	}
	t.ring[(t.first+t.count)%len(t.ring)] = e
	t.count++
}

// peerCounters are written under the stripe's lock and read without.
type peerCounters struct {
	peers, leechers, seeders atomic.Int64
}

func (c *peerCounters) of(m codec.Mode) *atomic.Int64 {
	if m == codec.ModeSeed {
		return &c.seeders
	}
	return &c.leechers
}
