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
// locks of the stripes one after the other, and stops when budget holds of a
// lock have been spent on removing: each is for at most 16 peers. Holds that
// find nothing to do are free, and there are not more of them than stripes.
//
// It reports how many peers it has removed, and whether there is more to do at
// now: the caller goes on when it sees fit. A caller that ticks every
// wheel.TickDuration and always goes on keeps a peer in no list that begins two
// ticks after its deadline.
//
// Calls exclude each other. A panic in here is one inside a commit: a *Torn.
func (t *Tracker) Advance(now wheel.Tick, budget int) (expired int, more bool) {
	defer tear()
	r := &t.round
	r.Lock()
	if now != r.now {
		r.now, r.done = now, 0
		t.advanced.Store(uint32(now))
	}
	for budget > 0 && r.done < len(t.stripes) {
		n, unfinished := t.advanceStripe(r.next, now)
		expired += n
		if n > 0 || unfinished {
			budget--
		}
		if !unfinished {
			r.next = (r.next + 1) % len(t.stripes)
			r.done++
		}
	}
	more = r.done < len(t.stripes)
	if !more && t.config.MaxMemory > 0 {
		t.memory.Store(t.Stats().Bytes)
	}
	r.Unlock()
	return expired, more
}

// tear makes a panic one of a torn index.
func tear() {
	if v := recover(); v != nil {
		panic(&Torn{v})
	}
}

// advanceStripe is what is done under one hold of a stripe's lock.
func (t *Tracker) advanceStripe(i int, now wheel.Tick) (expired int, more bool) {
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
