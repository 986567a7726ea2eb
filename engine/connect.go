package engine

import "github.com/ppspd/ppspd/codec"

// connect handles a CONNECT (section 4.1). What it asks for is judged in this
// order, and the first answer holds:
//
//	malformed  400, whoever it is from
//	repeated   answered as before
//	bound      403 from an IP that may not speak for the peer
//	rules      403, or 200 for a last LEAVE
//	room       503
func (c *call) connect() {
	if f := c.malformed(); f != codec.FaultNone {
		c.refuse(f)
		return
	}
	c.takeSpace()
	c.seen = uint32(c.t.index.HashIP(c.req.Observed.Addr()))
	if !c.find() {
		c.connectUnknown()
		return
	}
	u := update{mark: c.mark(), bound: c.bound()}
	u.card, u.known = c.card()
	if c.repeats(u.mark) {
		c.tally()
		c.repeat(u.known)
		return
	}
	u.moved = !u.bound && !c.announcedHere(u.known)
	if u.moved && c.t.config.PeerBinding == BindingIP && !c.silent() {
		c.refuse(codec.FaultBinding)
		return
	}
	c.connectTracking(&u)
}

// connectUnknown is a CONNECT in START. The state is PEER REGISTERED while its
// actions are judged.
func (c *call) connectUnknown() {
	count, mark := c.tally(), c.mark()
	r := lookUp(c.req.Dialect, StateStart, eventConnect, count.shape(), count.leaving(0))
	if r.verdict == valid {
		r = lookUp(c.req.Dialect, r.next, eventConnect, count.shape(), count.leaving(0))
	}
	switch {
	case r.verdict == valid:
		c.register(mark)
	case r.verdict == invalid && count.unjoined == len(c.req.Actions()) && c.own.tombstones.find(c.req.Fingerprint, c.now):
		c.succeed(OutcomeRepeated)
	default:
		c.refuse(r.fault)
	}
}

// connectTracking is a CONNECT in TRACKING, from an IP that speaks for the peer.
func (c *call) connectTracking(u *update) {
	count := c.tally()
	u.memberships = c.peers.Members(c.h)
	u.after = u.memberships + count.entered - count.left()
	r := lookUp(codec.Dialect(c.peers.Peer(c.h).State), StateTracking, eventConnect, count.shape(), count.leaving(u.memberships))
	if r.verdict == refused {
		c.refuse(r.fault)
		return
	}
	if u.moved && c.t.config.PeerBinding == BindingIP {
		c.own.count.Takeovers++
	}
	switch {
	case r.verdict == invalid:
		c.begin()
		c.remove()
		c.own.count.Deregistered++
		c.end()
		c.refuse(r.fault)
	case r.next == StateTerminate:
		c.begin()
		c.remove()
		c.own.count.Left++
		c.own.tombstones.add(c.req.Fingerprint, c.now)
		c.end()
		c.succeed(OutcomeOK)
	default:
		c.update(u)
	}
}

// malformed finds what makes a CONNECT a 400 although its format accepts it.
func (c *call) malformed() codec.Fault {
	if !unicast(c.req.Addresses()) {
		return codec.FaultAddressUse
	}
	actions := c.req.Actions()
	for i := range actions {
		a := &actions[i]
		switch {
		case a.SwarmID.Len() == 0:
			return codec.FaultSwarmID
		case a.Verb == codec.VerbNone:
			return codec.FaultAction
		case a.Mode == codec.ModeNone:
			return codec.FaultPeerMode
		case c.named(a, actions[:i]):
			return codec.FaultSwarmTwice
		}
	}
	return codec.FaultNone
}

// named reports whether one of the actions names the swarm of a.
func (c *call) named(a *codec.Action, actions []codec.Action) bool {
	id := c.req.Bytes(a.SwarmID)
	for i := range actions {
		if string(c.req.Bytes(actions[i].SwarmID)) == string(id) {
			return true
		}
	}
	return false
}

// tally counts the actions, and finds the memberships that they name: none of a
// peer that is not registered.
func (c *call) tally() (count tally) {
	actions := c.req.Actions()
	for i := range actions {
		a, f := &actions[i], &c.space.found[i]
		*f = found{}
		if c.h != 0 {
			f.member, f.ok = c.peers.Member(c.h, c.req.Bytes(a.SwarmID))
		}
		count.add(a, f.ok)
	}
	return count
}

// remove ends the peer's registration (TERMINATE), inside a commit.
func (c *call) remove() {
	c.own.wheel.Disarm(uint32(c.h))
	c.peers.Remove(c.h)
	c.t.population.leave()
}

// repeat answers the last successful CONNECT again: nothing is performed, but
// the lists are drawn anew.
func (c *call) repeat(addrs []codec.Address) {
	c.list(addrs)
	c.begin()
	c.rearm()
	c.end()
	c.succeed(OutcomeRepeated)
}

// succeed answers a CONNECT that is, or was, performed.
func (c *call) succeed(o Outcome) {
	r := c.resp
	r.Results = append(r.Results, codec.Result{TransactionID: r.TransactionID, Status: codec.StatusOK})
	actions := c.req.Actions()
	for i := range actions {
		if id := actions[i].TransactionID; id.Present() {
			r.Results = append(r.Results, codec.Result{TransactionID: r.Carry(c.req, id), Status: codec.StatusOK})
		}
	}
	r.PeerID, r.HasOwn = r.Carry(c.req, c.req.PeerID), true
	r.Own = observedAddress(c.req.Observed)
	r.Own.Flags &^= codec.AddrObserved
	r.TrackTimeout = c.t.seconds
	c.finish(o)
}
