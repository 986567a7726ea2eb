package engine

import (
	"encoding/binary"
	"net/netip"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/engine/swarm"
	"github.com/ppspd/ppspd/wheel"
)

// call is one request in the hands of the tracker. It holds the lock of the
// peer's stripe from Handle to release.
//
//	find, judge, draw lists   | commit: begin ... end        | release
//	nothing has changed yet   | a panic leaves a torn index  |
type call struct {
	t    *Tracker
	now  wheel.Tick
	req  *codec.Request
	resp *codec.Response

	id    []byte // Peer-ID
	hash  uint64 // of id
	seen  uint32 // Card.Seen of who sends it
	peers *swarm.Stripe
	own   *stripe
	h     swarm.Handle // of a registered peer; 0: none
	space *workspace   // nil until takeSpace

	committing bool
}

// begin starts a commit: from here to end nothing may fail.
func (c *call) begin() { c.committing = true }

func (c *call) end() { c.committing = false }

// release unlocks the stripe at the end of Handle, be it a panic. Inside a
// commit the lock stays: nobody may see the torn stripe.
func (c *call) release() {
	if c.committing {
		panic(&Torn{recover()})
	}
	c.peers.Unlock()
	if c.space != nil {
		c.t.workspaces.Put(c.space)
	}
}

// takeSpace gets what most requests need to work in, STAT_REPORTs do not.
func (c *call) takeSpace() { c.space = c.t.workspaces.Get().(*workspace) }

// perform answers the request.
func (c *call) perform() {
	if c.req.Dialect == codec.DialectNone || c.req.Dialect >= dialectCount {
		c.refuse(codec.FaultVersion)
		return
	}
	switch c.req.Method {
	case codec.MethodStatReport:
		c.report()
	case codec.MethodConnect:
		c.connect()
	default:
		c.refuse(codec.FaultRequest)
	}
}

// refuse answers with a fault.
func (c *call) refuse(f codec.Fault) {
	c.resp.Refuse(f)
	c.finish(outcomeOf(f))
}

// finish counts how the request ended.
func (c *call) finish(o Outcome) {
	c.own.count.Requests[c.req.Method][o]++
}

// find looks the peer up. One whose track timer has run out is removed now: it
// is an unknown peer, wherever the wheel is.
func (c *call) find() bool {
	h, ok := c.peers.Find(c.hash, c.id)
	if !ok {
		return false
	}
	if c.own.wheel.Deadline(uint32(h)) <= c.now {
		c.begin()
		c.t.expire(c.peers, c.own, h)
		c.end()
		return false
	}
	c.h = h
	return true
}

// The mark of a peer's last successful request is kept in Peer.Fingerprint:
//
//	| fingerprint of the request 48 | hash of its TransactionID 16 |    0: none
const markShift = 16

// mark is that of this request.
func (c *call) mark() uint64 {
	if c.req.Fingerprint == 0 {
		return 0
	}
	return c.req.Fingerprint>>markShift<<markShift | c.t.index.Hash(c.req.Bytes(c.req.TransactionID))>>(64-markShift)
}

// repeats reports whether this is the last successful request once more. A
// different one with the same TransactionID is counted.
func (c *call) repeats(mark uint64) bool {
	last := c.peers.Peer(c.h).Fingerprint
	if last == 0 || mark == 0 {
		return false
	}
	same := last ^ mark
	if same>>markShift == 0 {
		return true
	}
	if same<<(64-markShift) == 0 {
		c.own.count.TransactionReused++
	}
	return false
}

// rearm starts the track timer, or resets it.
func (c *call) rearm() {
	c.own.wheel.Arm(uint32(c.h), c.now+1+c.t.track)
}

// silent reports whether the peer was not heard for half the track timeout.
func (c *call) silent() bool {
	left := c.own.wheel.Deadline(uint32(c.h)) - c.now // 1 to track+1
	return left <= 1+c.t.track/2
}

// firstFamily is what Peer.Flags says of the IP that a peer has registered from.
func firstFamily(ip netip.Addr) uint8 {
	if ip.Is6() {
		return 6
	}
	return 4
}

// bound reports whether the peer is bound to the IP of this request.
func (c *call) bound() bool {
	v4, v6 := c.peers.Bound(c.h)
	here := c.req.Observed.Addr()
	if here.Is4() {
		return v4 == number4(here)
	}
	return v6 == c.t.index.HashIP(here)
}

func number4(ip netip.Addr) uint32 {
	b := ip.As4()
	return binary.BigEndian.Uint32(b[:])
}

// announcedHere reports whether the request comes from exactly an address of
// the other family than the first one, that the peer has announced.
func (c *call) announcedHere(known []codec.Address) bool {
	here := c.req.Observed.Addr()
	return firstFamily(here) != c.peers.Peer(c.h).Flags && contains(known, here)
}

// card is the peer's card in its first swarm, with its addresses. Both are
// valid until release.
func (c *call) card() (codec.Card, []codec.Address) {
	m, ok := c.peers.First(c.h)
	if !ok {
		return codec.Card{}, nil
	}
	card := c.peers.CardOf(c.h, m, &c.req.Text)
	return card, card.AppendAddresses(c.space.known[:0], &c.req.Text)
}
