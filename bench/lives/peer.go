package lives

import (
	"sync"
	"time"
)

// moment is a time since the start of the run.
type moment = time.Duration

// phase is what a peer is up to.
type phase uint8

const (
	offline  phase = iota // not registered, and knows it
	online                // registered
	vanished              // says nothing until it has expired
)

// membership is one stay in a swarm, as the model knows it.
type membership struct {
	swarm int
	left  moment // when the answer to the LEAVE came; 0: has not left
}

// peer is one simulated peer. Its worker alone changes it; the fields under mu
// are read by the checks of all workers.
type peer struct {
	index  int
	seeder bool
	phase  phase
	serial uint64 // of the last TransactionID

	uploaded, downloaded uint64

	mu      sync.Mutex
	current []membership
	past    []membership // those that a request under way may still ask for
	contact moment       // when the tracker may have heard of it last
	pending bool         // a request is under way: it may be heard any moment
	seen    [4]uint16    // latest local ports of its CONNECTs
	nseen   int
}

// join records that p may be in swarm from now on.
func (p *peer) join(swarm int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.current {
		if m.swarm == swarm {
			return
		}
	}
	p.current = append(p.current, membership{swarm: swarm})
}

// leave records that p has left swarm at now.
func (p *peer) leave(swarm int, now moment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, m := range p.current {
		if m.swarm == swarm {
			p.current = append(p.current[:i], p.current[i+1:]...)
			p.forget(m.swarm, now)
			return
		}
	}
}

// leaveAll records that p is in no swarm any more since now.
func (p *peer) leaveAll(now moment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.current {
		p.forget(m.swarm, now)
	}
	p.current = p.current[:0]
}

// forget moves a stay into the past, and drops those that no request which is
// under way can ask for any more.
func (p *peer) forget(swarm int, now moment) {
	recent := p.past[:0]
	for _, m := range p.past {
		if m.left+requestTimeout >= now {
			recent = append(recent, m)
		}
	}
	p.past = append(recent, membership{swarm, max(now, 1)})
}

// begin records that a request of p is under way over a connection from port;
// connect tells whether it is a CONNECT, which the tracker may list the port of.
func (p *peer) begin(port uint16, connect bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pending = true
	if connect {
		p.seen[p.nseen%len(p.seen)] = port
		p.nseen++
	}
}

// end records that no request of p is under way any more.
func (p *peer) end(now moment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pending = false
	p.contact = now
}

// silent is how long the tracker has not heard of p, at most.
func (p *peer) silent(now moment) time.Duration { return now - p.contact }

// verdict is what the model says of p being listed.
type verdict uint8

const (
	fine verdict = iota
	neverJoined
	hasLeft
	hasExpired
)

// listed judges whether p may be in a list of swarm that was asked for at sent.
func (p *peer) listed(swarm int, sent moment, timeout time.Duration) verdict {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.current {
		if m.swarm == swarm {
			if !p.pending && p.contact+timeout+2*Tick < sent {
				return hasExpired
			}
			return fine
		}
	}
	v := neverJoined
	for _, m := range p.past {
		if m.swarm == swarm {
			if m.left >= sent {
				return fine
			}
			v = hasLeft
		}
	}
	return v
}

// seenAt reports whether the tracker has seen a CONNECT of p from port.
func (p *peer) seenAt(port uint16) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.seen[:min(p.nseen, len(p.seen))] {
		if s == port {
			return true
		}
	}
	return false
}
