package engine

import (
	"net/netip"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/engine/peerlist"
	"github.com/ppspd/ppspd/engine/swarm"
	"github.com/ppspd/ppspd/wheel"
)

// list draws the peer lists of a CONNECT into the response: one for each JOIN
// of a leecher and, if the request has a PeerNum, of a seeder (section 4.1).
// PeerNum bounds all of them together; each gets an equal share of what the
// lists before it have left. The requester's own addresses are addrs.
func (c *call) list(addrs []codec.Address) {
	room, lists := c.listRoom(), c.listCount()
	if room == 0 || lists == 0 {
		return
	}
	w := c.want(addrs)
	actions := c.req.Actions()
	for i := range actions {
		if !c.listed(&actions[i]) {
			continue
		}
		before := len(c.resp.Peers)
		w.Mode, w.Count = actions[i].Mode, (room+lists-1)/lists
		c.listSwarm(&w, i)
		room -= len(c.resp.Peers) - before
		lists--
	}
	c.own.count.ListedPeers += uint64(len(c.resp.Peers))
}

// listRoom is the number of peers that the lists may hold together.
func (c *call) listRoom() int {
	if !c.req.PeerNum.Present {
		return min(c.t.config.PeersDefault, c.t.config.PeersMax)
	}
	return int(min(c.req.PeerNum.Count, uint32(c.t.config.PeersMax)))
}

// listCount is the number of lists.
func (c *call) listCount() (n int) {
	actions := c.req.Actions()
	for i := range actions {
		if c.listed(&actions[i]) {
			n++
		}
	}
	return n
}

// listed reports whether the action is answered with a list.
func (c *call) listed(a *codec.Action) bool {
	return a.Verb == codec.VerbJoin && (a.Mode == codec.ModeLeech || c.req.PeerNum.Present)
}

// want is what the requester wants of its lists.
func (c *call) want(addrs []codec.Address) peerlist.Want {
	here := c.req.Observed.Addr()
	w := peerlist.Want{
		Seen:       c.seen,
		Families:   familiesOf(addrs, here),
		Prefer:     c.req.PeerNum,
		Now:        uint32(c.now),
		OnlineHigh: uint32(wheel.Ticks(c.t.config.Levels.OnlineHigh)),
	}
	if w.Prefer.NAT == codec.NATProxy {
		w.Prefer.NAT = codec.NATTURN // see natKind
	}
	if c.h != 0 {
		w.Self = c.peers.Number(c.h)
	}
	return w
}

// familiesOf are the address families that a peer with these addresses, seen at
// here, can use.
func familiesOf(addrs []codec.Address, here netip.Addr) codec.Families {
	f := familyOf(here.Is6())
	for i := range addrs {
		f |= familyOf(isV6(&addrs[i]))
	}
	return f
}

func familyOf(v6 bool) codec.Families {
	if v6 {
		return codec.FamilyIPv6
	}
	return codec.FamilyIPv4
}

// listSwarm draws the list of the swarm of action i. When too few of those that were
// drawn are wanted, it draws once more, from more.
func (c *call) listSwarm(w *peerlist.Want, i int) {
	ref, ok := c.swarmOf(i)
	if !ok {
		return
	}
	r := c.resp
	tag := uint32(len(r.Swarms))
	r.Swarms = append(r.Swarms, r.Carry(c.req, c.req.Actions()[i].SwarmID))
	seeders, leechers := c.t.index.Counts(ref)
	fromSeeders, fromLeechers := w.Draws(seeders, leechers, false)
	if !c.choose(w, ref, tag, fromSeeders, fromLeechers) {
		return
	}
	if s, l := w.Draws(seeders, leechers, true); s > fromSeeders || l > fromLeechers {
		for len(r.Peers) > 0 && r.Peers[len(r.Peers)-1].Swarm == tag {
			r.Peers = r.Peers[:len(r.Peers)-1]
		}
		c.choose(w, ref, tag, s, l)
	}
}

// choose appends a list chosen from so many members, and reports whether it is
// short.
func (c *call) choose(w *peerlist.Want, ref swarm.Ref, tag uint32, seeders, leechers int) (short bool) {
	x, random, space := c.t.index, &c.own.random, c.space
	space.sample.Reset()
	drawn := x.DrawSides(&space.sample, &c.resp.Text, ref, seeders, leechers, random)
	c.resp.Peers, short = space.chooser.Choose(c.resp.Peers, w, peerlist.Candidates{
		Cards: space.sample.Cards, Owners: space.sample.Owners, Seeders: drawn, Text: &c.resp.Text,
	}, tag, random)
	return short
}

// swarmOf finds the swarm of action i.
func (c *call) swarmOf(i int) (swarm.Ref, bool) {
	// Fast path: the peer is in it.
	if f := c.space.found[i]; f.ok {
		return c.peers.Swarm(c.h, f.member), true
	}
	return c.t.index.Lookup(c.req.Bytes(c.req.Actions()[i].SwarmID))
}
