package lives

import (
	"net/netip"

	"github.com/ppspd/ppspd/codec"
)

// Faults of answers, as Result.Violations counts them.
const (
	wrongTransaction = "TransactionID or Results do not match the request"
	wrongOwn         = "own address missing or not the observed one"
	tooMany          = "list longer than PeerNum"
	foreignSwarm     = "list of a swarm that was not asked for"
	foreignPeer      = "listed peer is unknown"
	listsRequester   = "list holds the requester"
	listsTwice       = "list holds a peer twice"
	listsStranger    = "listed peer never joined the swarm"
	listsLeft        = "listed peer had left the swarm"
	listsExpired     = "listed peer had expired"
	wrongAddress     = "listed peer has an address that it never had"
)

// checker checks answers against the model. It belongs to one worker.
type checker struct {
	names   names
	peers   []peer
	fail    func(kind string)
	listed  map[int]struct{}
	addrs   []codec.Address
	swarm   []int
	checked uint64 // listed peers that were looked at
}

// answer checks the answer r to m, which p sent at the moment sent.
func (c *checker) answer(p *peer, m *codec.Request, r *codec.Response, sent moment, local netip.AddrPort, run *run) {
	if !c.transactions(m, r) {
		c.fail(wrongTransaction)
	}
	if m.Method != codec.MethodConnect {
		return
	}
	if !r.HasOwn || r.Own.Addr() != local.Addr() || r.Own.Port != local.Port() || r.Own.Type != codec.AddrReflexive {
		c.fail(wrongOwn)
	}
	if m.PeerNum.Present && len(r.Peers) > int(m.PeerNum.Count) {
		c.fail(tooMany)
	}
	c.swarms(m, r)
	clear(c.listed)
	last := -1
	for i := range r.Peers {
		l := &r.Peers[i]
		if int(l.Swarm) != last {
			clear(c.listed)
			last = int(l.Swarm)
		}
		c.peer(p, c.swarm[l.Swarm], l, r, sent, run)
	}
}

// transactions: the TransactionIDs of request and actions come back with 200.
func (c *checker) transactions(m *codec.Request, r *codec.Response) bool {
	if m.Method == codec.MethodStatReport {
		return string(r.Bytes(r.TransactionID)) == string(m.Bytes(m.TransactionID))
	}
	actions := m.Actions()
	if len(r.Results) != 1+len(actions) {
		return false
	}
	for i, result := range r.Results {
		want := m.TransactionID
		if i > 0 {
			want = actions[i-1].TransactionID
		}
		if result.Status != codec.StatusOK || string(r.Bytes(result.TransactionID)) != string(m.Bytes(want)) {
			return false
		}
	}
	return true
}

// swarms finds the run's swarm of each list, -1 for one that was not joined
// by m.
func (c *checker) swarms(m *codec.Request, r *codec.Response) {
	c.swarm = c.swarm[:0]
	for _, s := range r.Swarms {
		id := r.Bytes(s)
		found := -1
		for _, a := range m.Actions() {
			if a.Verb == codec.VerbJoin && string(m.Bytes(a.SwarmID)) == string(id) {
				found = c.names.swarmOf(id)
			}
		}
		c.swarm = append(c.swarm, found)
	}
}

// peer checks one listed peer.
func (c *checker) peer(asker *peer, swarm int, l *codec.ListedPeer, r *codec.Response, sent moment, run *run) {
	c.checked++
	who := c.names.peerOf(l.Card.Key())
	_, twice := c.listed[who]
	c.listed[who] = struct{}{}
	switch {
	case swarm < 0:
		c.fail(foreignSwarm)
		return
	case who < 0 || who >= len(c.peers):
		c.fail(foreignPeer)
		return
	case who == asker.index:
		c.fail(listsRequester)
	case twice:
		c.fail(listsTwice)
	}
	q := &c.peers[who]
	switch q.listed(swarm, sent, run.timeout()) {
	case neverJoined:
		c.fail(listsStranger)
	case hasLeft:
		c.fail(listsLeft)
	case hasExpired:
		c.fail(listsExpired)
	}
	c.addresses(q, l, r, run)
}

func (c *checker) addresses(q *peer, l *codec.ListedPeer, r *codec.Response, run *run) {
	c.addrs = l.Card.AppendAddresses(c.addrs[:0], &r.Text)
	ok := len(c.addrs) > 0
	for i := range c.addrs {
		a := &c.addrs[i]
		announced := a.Port == port(q.index) && (a.Addr() == run.local || q.index%3 == 0 && a.Addr() == private(q.index))
		observed := a.Addr() == run.local && q.seenAt(a.Port)
		ok = ok && (announced || observed)
	}
	if !ok {
		c.fail(wrongAddress)
	}
}
