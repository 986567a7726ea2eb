package engine

import (
	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/wheel"
)

// Outcome is how a request ended.
type Outcome uint8

// The outcomes.
const (
	OutcomeOK          Outcome = iota // performed
	OutcomeRepeated                   // the last successful one again: answered, not performed again
	OutcomeMalformed                  // 400: something that no format refuses
	OutcomeUnknownPeer                // 403: STAT_REPORT of a peer that is not registered
	OutcomeNotAllowed                 // 403: the rules refuse the actions
	OutcomeBinding                    // 403: from an IP that the registration is not bound to
	OutcomeFull                       // 503: no room for a new peer
	outcomeCount
)

// Outcomes is the number of outcomes, Methods that of methods with counters,
// codec.MethodNone among them.
const (
	Outcomes = int(outcomeCount)
	Methods  = int(codec.MethodStatReport) + 1
)

// String is the name of the outcome in metrics.
func (o Outcome) String() string {
	return [...]string{"ok", "repeated", "malformed", "unknown_peer", "not_allowed", "binding", "full"}[o]
}

// outcomeOf is the outcome of a request that ends with a fault of the engine.
func outcomeOf(f codec.Fault) Outcome {
	switch f {
	case codec.FaultUnknownPeer:
		return OutcomeUnknownPeer
	case codec.FaultNotAllowed:
		return OutcomeNotAllowed
	case codec.FaultBinding:
		return OutcomeBinding
	case codec.FaultFull, codec.FaultSwarms:
		return OutcomeFull
	}
	return OutcomeMalformed
}

// Counters only grow.
type Counters struct {
	Requests [Methods][Outcomes]uint64 // by codec.Method and Outcome

	Registered   uint64 // peers that came
	Deregistered uint64 // peers that went by an invalid CONNECT
	Left         uint64 // peers that went by their last LEAVE
	Expired      uint64 // peers that went by the track timer

	ListedPeers uint64 // in all lists
	Uploaded    uint64 // bytes that peers have reported in all swarms
	Downloaded  uint64
	Takeovers   uint64 // registrations taken over from another IP
	Revealed    uint64 // peers with an announced address that was verified later

	StatsIgnored       uint64 // Stat blocks that name a swarm that was not joined
	OnlineTimeMismatch uint64 // reports of an OnlineTime that is not the tracker's own
	TransactionReused  uint64 // other requests with the last one's TransactionID
}

// add adds the counters of another stripe.
func (c *Counters) add(o *Counters) {
	for m := range c.Requests {
		for i := range c.Requests[m] {
			c.Requests[m][i] += o.Requests[m][i]
		}
	}
	c.Registered += o.Registered
	c.Deregistered += o.Deregistered
	c.Left += o.Left
	c.Expired += o.Expired
	c.ListedPeers += o.ListedPeers
	c.Uploaded += o.Uploaded
	c.Downloaded += o.Downloaded
	c.Takeovers += o.Takeovers
	c.Revealed += o.Revealed
	c.StatsIgnored += o.StatsIgnored
	c.OnlineTimeMismatch += o.OnlineTimeMismatch
	c.TransactionReused += o.TransactionReused
}

// TrackerState is the state of the tracker's own machine (Figure 4). TERMINATED
// is transient: it is counted, never seen.
type TrackerState uint8

// The states.
const (
	TrackerInit    TrackerState = iota // no peer is registered
	TrackerStarted                     // at least one is
)

// String is the name of Figure 4.
func (s TrackerState) String() string { return [...]string{"INIT", "STARTED"}[s] }

// Stats is a view of a Tracker. Its parts are read one after the other while
// requests go on.
type Stats struct {
	Counters

	State       TrackerState
	Started     uint64 // times that the first peer came
	Terminated  uint64 // times that the last one went
	Peers       int    // registered
	Swarms      int
	Memberships int
	Bytes       int64 // memory of the index and the timers

	// Lag is how far the removal of expired peers is behind, in ticks.
	Lag wheel.Tick
}

// Stats reads the counters. It takes the lock of one stripe after the other.
func (t *Tracker) Stats() (s Stats) {
	now := wheel.Tick(t.advanced.Load())
	for i := range t.stripes {
		peers, own := t.index.StripeAt(i), &t.stripes[i]
		peers.Lock()
		s.Counters.add(&own.count)
		s.Lag = max(s.Lag, own.wheel.Lag(now))
		s.Bytes += int64(own.wheel.Stats().Bytes)
		peers.Unlock()
	}
	index := t.index.Stats()
	s.Swarms, s.Memberships = index.Swarms, index.Seeders+index.Leechers
	s.Bytes += int64(index.Bytes.Total())
	s.Peers = int(t.population.count.Load())
	s.Started, s.Terminated = t.population.started.Load(), t.population.terminated.Load()
	if s.Peers > 0 {
		s.State = TrackerStarted
	}
	return s
}
