package engine

import (
	"fmt"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/engine/swarm"
)

// Check returns an error that tells which invariant does not hold, or nil. It
// reads everything, while nothing else may go on: it is for tests and for a
// debugging command.
//
//	population = sum of the peers of the stripes
//	each peer is in a swarm, bound to an IP, and its track timer is armed
//	no other timer is armed
func (t *Tracker) Check() error {
	if err := t.index.Check(); err != nil {
		return err
	}
	peers := 0
	for i := range t.stripes {
		n, err := t.checkStripe(i)
		if err != nil {
			return fmt.Errorf("engine: stripe %d: %w", i, err)
		}
		peers += n
	}
	if n := t.population.count.Load(); n != int64(peers) {
		return fmt.Errorf("engine: %d peers counted, %d registered", n, peers)
	}
	return nil
}

// checkStripe checks the peers of a stripe, and returns how many there are.
func (t *Tracker) checkStripe(i int) (n int, err error) {
	peers, own := t.index.StripeAt(i), &t.stripes[i]
	peers.Lock()
	defer peers.Unlock()
	if err := own.wheel.Check(); err != nil {
		return 0, err
	}
	for h := swarm.Handle(1); h < peers.Limit(); h++ {
		if !peers.Exists(h) {
			continue
		}
		n++
		p := peers.Peer(h)
		v4, v6 := peers.Bound(h)
		_, joined := peers.First(h)
		switch {
		case !joined:
			err = fmt.Errorf("peer %d is in no swarm", h)
		case v4 == 0 && v6 == 0:
			err = fmt.Errorf("peer %d is bound to no IP", h)
		case own.wheel.Deadline(uint32(h)) == 0:
			err = fmt.Errorf("the timer of peer %d is not armed", h)
		case p.State == uint8(codec.DialectNone) || p.Flags != 4 && p.Flags != 6:
			err = fmt.Errorf("peer %d: dialect %d, first family %d", h, p.State, p.Flags)
		}
	}
	if armed := own.wheel.Stats().Armed; armed != n && err == nil {
		err = fmt.Errorf("%d timers for %d peers", armed, n)
	}
	return n, err
}
