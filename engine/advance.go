package engine

import (
	"github.com/ppspd/ppspd/engine/swarm"
	"github.com/ppspd/ppspd/wheel"
)

// slicePeers and sliceLines bound what Advance does while it holds a lock: the
// peers that it removes, and the groups of 16 timers that it looks at.
const (
	slicePeers = 16
	sliceLines = 64
)

// Advance removes the peers whose track timer has run out at now. It takes the
// locks of the stripes one after the other. A hold removes at most 16 peers;
// each stripe has one, and budget more are spent where there is more to do. It
// reports how many peers it has removed, and whether there is more to do: the
// caller goes on when it sees fit. A caller that ticks every wheel.TickDuration
// and always goes on keeps a peer in no list that begins two ticks after its
// deadline.
//
// Calls exclude each other. A panic in here is one inside a commit: a *Torn.
func (t *Tracker) Advance(now wheel.Tick, budget int) (expired int, more bool) {
	defer tear()
	t.round.Lock()
	for left := len(t.stripes); left > 0 && !more; left-- {
		var n int
		n, budget, more = t.advanceStripe(t.round.next, now, budget)
		expired += n
		if !more {
			t.round.next = (t.round.next + 1) % len(t.stripes)
		}
	}
	t.advanced.Store(uint32(now))
	if t.config.MaxMemory > 0 {
		t.memory.Store(t.Stats().Bytes)
	}
	t.round.Unlock()
	return expired, more
}

// tear makes a panic one of a torn index.
func tear() {
	if v := recover(); v != nil {
		panic(&Torn{v})
	}
}

// advanceStripe is Advance for one stripe; left is what it leaves of the budget.
func (t *Tracker) advanceStripe(i int, now wheel.Tick, budget int) (expired, left int, more bool) {
	for {
		n, more := t.advanceSlice(i, now)
		expired += n
		if !more || budget <= 0 {
			return expired, budget, more
		}
		budget--
	}
}

// advanceSlice is what is done under one hold of a stripe's lock.
func (t *Tracker) advanceSlice(i int, now wheel.Tick) (expired int, more bool) {
	peers, own := t.index.StripeAt(i), &t.stripes[i]
	peers.Lock()
	fired, more := own.wheel.Expire(now, own.fired[:0], sliceLines)
	for _, h := range fired {
		t.expire(peers, own, swarm.Handle(h))
	}
	peers.Unlock()
	return len(fired), more
}

// expire ends a registration whose track timer has run out (2.4.2 C): the peer
// is gone from every swarm.
func (t *Tracker) expire(peers *swarm.Stripe, own *stripe, h swarm.Handle) {
	own.wheel.Disarm(uint32(h))
	peers.Expire(h)
	own.count.Expired++
	t.population.leave()
}

// Shift moves all deadlines into the future: for an owner whose clock has
// jumped by so many ticks while nothing could be heard (suspended, paused). It
// must come before the first request and Advance with a now after the jump.
func (t *Tracker) Shift(by wheel.Tick) {
	for i := range t.stripes {
		peers, own := t.index.StripeAt(i), &t.stripes[i]
		peers.Lock()
		own.wheel.Shift(by)
		own.tombstones.shift(by)
		peers.Unlock()
	}
}
