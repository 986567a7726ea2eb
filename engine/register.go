package engine

import (
	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/wheel"
)

// maxMemberships bounds the swarms that a peer can be in, and so what is done
// under one lock when it goes. Who wants to join more gets 503 and stays what it
// is.
const maxMemberships = 512

// register performs the first CONNECT of a peer, whose actions are JOINs.
func (c *call) register(mark uint64) {
	if c.t.full() {
		c.refuse(codec.FaultFull)
		return
	}
	addrs := c.t.addresses.settle(c.space.settled[:0], c.req.Observed, c.req.Addresses(), nil)
	c.list(addrs)
	card := c.makeCard(addrs, c.now, len(c.req.Actions()), codec.LevelAny)
	c.begin()
	ok := c.enter(&card, mark)
	c.end()
	if !ok {
		c.refuse(codec.FaultFull)
		return
	}
	c.succeed(OutcomeOK)
}

// full reports whether a ceiling for new peers is reached.
func (t *Tracker) full() bool {
	peers, memory := int64(t.config.MaxPeers), t.config.MaxMemory
	return peers > 0 && t.population.count.Load() >= peers || memory > 0 && t.memory.Load() >= memory
}

// enter puts the peer into the index and its swarms, inside a commit. It
// returns false, and nothing is changed, when somebody else took the last room.
func (c *call) enter(card *codec.Card, mark uint64) bool {
	if !c.t.population.enter(c.t.config.MaxPeers) {
		return false
	}
	if c.h = c.peers.Add(c.hash, c.id); c.h == 0 {
		c.t.population.leave()
		return false
	}
	p := c.peers.Peer(c.h)
	p.State, p.Fingerprint, p.Join = uint8(c.req.Dialect), mark, uint32(c.now)
	c.bind(false)
	actions := c.req.Actions()
	for i := range actions {
		if _, _, ok := c.peers.Join(c.h, c.req.Bytes(actions[i].SwarmID), actions[i].Mode, card, &c.req.Text); !ok {
			c.remove()
			return false
		}
	}
	c.rearm()
	c.own.count.Registered++
	return true
}

// makeCard is the card of the peer with these addresses, without a mode.
func (c *call) makeCard(addrs []codec.Address, join wheel.Tick, memberships int, upload codec.Level) (card codec.Card) {
	here := c.req.Observed.Addr()
	codec.PutCard(&card, &c.req.Text, c.id, addrs)
	card.Traits = codec.MakeTraits(codec.ModeNone, natKind(addrs, here), c.t.config.Levels.links(memberships), upload)
	card.Join, card.Seen = uint32(join), c.seen
	return card
}

// links is the level of a peer's concurrent links.
func (l *Levels) links(memberships int) codec.Level {
	switch {
	case memberships >= l.LinksHigh:
		return codec.LevelHigh
	case memberships <= 1:
		return codec.LevelLow
	}
	return codec.LevelNormal
}

// update is a valid CONNECT of a registered peer that stays registered.
type update struct {
	card        codec.Card      // before
	known       []codec.Address // of card
	memberships int             // before
	after       int             // memberships, after it
	mark        uint64
	bound       bool // the peer is bound to the IP of the request already
	moved       bool // it comes from an IP that the tracker knows nothing of
}

// update performs it.
func (c *call) update(u *update) {
	if u.after > maxMemberships && u.after > u.memberships {
		c.refuse(codec.FaultSwarms)
		return
	}
	addrs := c.settle(u)
	c.list(addrs)
	p := c.peers.Peer(c.h)
	card := c.makeCard(addrs, wheel.Tick(p.Join), u.after, p.Traits().Upload())
	same := sameCard(&u.card, &card, &c.req.Text)
	c.begin()
	if !c.join(&card) {
		c.end()
		c.refuse(codec.FaultFull)
		return
	}
	c.leave()
	if !same {
		c.peers.SetCard(c.h, &card, &c.req.Text)
	}
	if !u.bound {
		c.bind(!u.moved)
	}
	p.State, p.Fingerprint = uint8(c.req.Dialect), u.mark
	c.rearm()
	c.end()
	c.succeed(OutcomeOK)
}

// settle is the addresses of a registered peer after this request. Without a
// PeerGroup the announced ones are kept, unless somebody else takes the
// registration over: they were those of the former holder, who could come back
// through one of the other family.
func (c *call) settle(u *update) []codec.Address {
	announced, known := c.req.Addresses(), u.known
	if !c.req.PeerGroup && !(u.moved && c.t.config.PeerBinding == BindingIP) {
		announced = u.known
	}
	if u.moved {
		known = nil
	}
	return c.t.addresses.settle(c.space.settled[:0], c.req.Observed, announced, known)
}

// sameCard reports whether two cards, whose blobs are in t, say the same but
// for the mode.
func sameCard(a, b *codec.Card, t *codec.Text) bool {
	x := *a
	x.Traits = x.Traits.WithMode(b.Traits.Mode())
	if a.Wide() && b.Wide() && string(blob(a, t)) == string(blob(b, t)) {
		x.Addr = b.Addr
	}
	return x == *b
}

func blob(c *codec.Card, t *codec.Text) []byte {
	ref, size := c.Blob()
	return t.Scratch[ref : ref+size]
}

// join performs the JOINs of a registered peer: new swarms are joined, in one
// that it is in already its mode is set. At most one needs room, so false means
// that nothing has changed.
func (c *call) join(card *codec.Card) (ok bool) {
	actions := c.req.Actions()
	ok = true
	for i := range actions {
		a := &actions[i]
		if a.Verb != codec.VerbJoin {
			continue
		}
		if f := c.space.found[i]; f.ok {
			ok = ok && c.peers.SetMode(c.h, f.member, a.Mode)
		} else if ok {
			_, _, ok = c.peers.Join(c.h, c.req.Bytes(a.SwarmID), a.Mode, card, &c.req.Text)
		}
	}
	return ok
}

// leave performs the LEAVEs of a peer that stays in another swarm.
func (c *call) leave() {
	actions := c.req.Actions()
	for i := range actions {
		if actions[i].Verb != codec.VerbLeave {
			continue
		}
		if m, ok := c.peers.Member(c.h, c.req.Bytes(actions[i].SwarmID)); ok {
			c.peers.Leave(c.h, m)
		}
	}
}

// bind binds the peer to the IP of this request. keep keeps the other family's;
// else the IP is the first one that the tracker knows of it.
func (c *call) bind(keep bool) {
	here := c.req.Observed.Addr()
	var v4 uint32
	var v6 uint64
	if keep {
		v4, v6 = c.peers.Bound(c.h)
	} else {
		c.peers.Peer(c.h).Flags = firstFamily(here)
	}
	if here.Is4() {
		v4 = number4(here)
	} else {
		v6 = c.t.index.HashIP(here)
	}
	c.peers.SetBound(c.h, v4, v6)
}
