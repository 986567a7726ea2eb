package swarm

import "github.com/ppspd/ppspd/codec"

// A Member names a membership of a peer: 0 for the only one, which is kept in
// the peer's record, else the number of a member record. It is valid until the
// peer's next Join, Leave or Remove, or Unlock.
type Member uint32

// A member record is one of two or more memberships of a peer.
//
//	peer.member -> member -> member -> 0      in the order of joining
//
// That a peer is a member of a segment pins the segment and its swarm: both
// stay what they are until the peer leaves, for which the lock of the peer's
// stripe is needed.
type member struct {
	segment uint32
	mark    mark
	after   uint32 // 0: the last one
}

func (m *member) next() uint32     { return m.after }
func (m *member) setNext(n uint32) { m.after = n }

// segmentOf is the segment of a membership.
func (s *Stripe) segmentOf(h Handle, m Member) uint32 {
	if m != 0 {
		return s.members.at(uint32(m)).segment
	}
	return s.peers.at(uint32(h)).member
}

func (s *Stripe) setSegment(h Handle, m Member, segment uint32) {
	if m != 0 {
		s.members.at(uint32(m)).segment = segment
		return
	}
	s.peers.at(uint32(h)).member = segment
}

// First is the peer's first membership, in the order of joining.
func (s *Stripe) First(h Handle) (Member, bool) {
	p := s.peers.at(uint32(h))
	if p.has(formMany) {
		return Member(p.member), true
	}
	return 0, p.member != 0
}

// Next is the membership after m.
func (s *Stripe) Next(m Member) (Member, bool) {
	if m == 0 {
		return 0, false
	}
	n := s.members.at(uint32(m)).after
	return Member(n), n != 0
}

// Members is the number of the peer's memberships.
func (s *Stripe) Members(h Handle) (n int) {
	for m, ok := s.First(h); ok; m, ok = s.Next(m) {
		n++
	}
	return n
}

// Member looks up the peer's membership in a swarm.
func (s *Stripe) Member(h Handle, swarmID []byte) (Member, bool) {
	m, ok := s.First(h)
	if !ok {
		return 0, false
	}
	k, _ := codec.PackID(swarmID)
	for ; ok; m, ok = s.Next(m) {
		number := s.segmentOf(h, m)
		w := s.x.swarm(numberOf(number>>localBits, s.x.segment(number).swarm))
		if w.holds(&s.x.blobs, &k, swarmID) {
			return m, true
		}
	}
	return 0, false
}

// Swarm names the swarm of a membership.
func (s *Stripe) Swarm(h Handle, m Member) Ref {
	number := s.segmentOf(h, m)
	g := s.x.segment(number)
	return Ref{numberOf(number>>localBits, g.swarm), g.gen}
}

// AppendSwarmID appends the Swarm-ID of a membership.
func (s *Stripe) AppendSwarmID(dst []byte, h Handle, m Member) []byte {
	return s.x.swarm(s.Swarm(h, m).number).appendID(dst, &s.x.blobs)
}

// Mode is how the peer takes part in the swarm of a membership.
func (s *Stripe) Mode(h Handle, m Member) codec.Mode {
	return s.x.segment(s.segmentOf(h, m)).mode
}

// Join makes the peer a member of a swarm that it is not a member of; made
// tells that it is the first one. The card is c with the mode put in, its blob,
// if it is wide, in t. The peer's traits become those of c. ok is false, and
// nothing is changed, when the index is full (1<<24 swarms to a stripe).
func (s *Stripe) Join(h Handle, swarmID []byte, mode codec.Mode, c *codec.Card, t *codec.Text) (m Member, made, ok bool) {
	if !s.members.room(2) {
		return 0, false, false
	}
	number, made := s.x.reserve(swarmID, mode, &s.rnd)
	if number == 0 {
		return 0, false, false
	}
	s.peers.at(uint32(h)).traits = c.Traits.WithMode(codec.ModeNone)
	s.x.insert(number, s.Number(h), c, t, &s.rnd)
	m = s.link(h, number)
	s.count.of(mode).Add(1)
	s.event(EventJoin, h, m)
	return m, made, true
}

// link adds a membership to the peer's list.
func (s *Stripe) link(h Handle, segment uint32) Member {
	p := s.peers.at(uint32(h))
	// Fast path: the first membership is kept in the record.
	if p.member == 0 {
		p.member = segment
		return 0
	}
	if !p.has(formMany) {
		n := s.newMember(p.member, p.mark)
		p.member, p.mark = n, 0
		p.form |= formMany
	}
	last := p.member
	for n := s.members.at(last).after; n != 0; n = s.members.at(last).after {
		last = n
	}
	n := s.newMember(segment, 0)
	s.members.at(last).after = n
	return Member(n)
}

func (s *Stripe) newMember(segment uint32, at mark) uint32 {
	n := s.members.alloc()
	*s.members.at(n) = member{segment: segment, mark: at}
	return n
}

// unlink takes a membership out of the peer's list. Of two, the other one
// moves into the record.
func (s *Stripe) unlink(h Handle, m Member) {
	p := s.peers.at(uint32(h))
	if m == 0 {
		p.member, p.mark = 0, 0
		return
	}
	at := &p.member
	for *at != uint32(m) {
		at = &s.members.at(*at).after
	}
	*at = s.members.at(uint32(m)).after
	s.members.release(uint32(m))
	if left := *s.members.at(p.member); left.after == 0 {
		s.members.release(p.member)
		p.member, p.mark = left.segment, left.mark
		p.form &^= formMany
	}
}

// Leave ends a membership; emptied tells that it was the swarm's last one.
func (s *Stripe) Leave(h Handle, m Member) (emptied bool) {
	return s.leave(h, m, EventLeave)
}

func (s *Stripe) leave(h Handle, m Member, why EventKind) (emptied bool) {
	s.event(why, h, m)
	s.dropStat(h, m)
	number := s.segmentOf(h, m)
	s.count.of(s.x.segment(number).mode).Add(-1)
	s.x.take(number, s.Number(h), s.markOf(h, m))
	emptied = s.x.giveUp(number)
	s.unlink(h, m)
	return emptied
}

// SetMode changes how the peer takes part in the swarm of a membership. m stays
// valid. ok is false, and nothing is changed, when the index is full.
func (s *Stripe) SetMode(h Handle, m Member, mode codec.Mode) (ok bool) {
	from := s.segmentOf(h, m)
	g := s.x.segment(from)
	if g.mode == mode {
		return true
	}
	to := s.x.reserveBeside(from, mode, &s.rnd)
	if to == 0 {
		return false
	}
	s.count.of(g.mode).Add(-1)
	s.x.transfer(from, to, s.Number(h), s.markOf(h, m), &s.rnd)
	s.x.giveUp(from)
	s.setSegment(h, m, to)
	s.count.of(mode).Add(1)
	s.event(EventMode, h, m)
	return true
}

// SetCard rewrites the peer's card in all of its swarms. The modes stay. The
// peer's traits become those of c.
func (s *Stripe) SetCard(h Handle, c *codec.Card, t *codec.Text) {
	s.peers.at(uint32(h)).traits = c.Traits.WithMode(codec.ModeNone)
	for m, ok := s.First(h); ok; m, ok = s.Next(m) {
		s.x.rewrite(s.segmentOf(h, m), s.Number(h), s.markOf(h, m), c, t, &s.rnd)
		s.event(EventCard, h, m)
	}
}

// SetTraits changes the traits in all of the peer's cards. The modes stay.
func (s *Stripe) SetTraits(h Handle, traits codec.Traits) {
	traits = traits.WithMode(codec.ModeNone)
	s.peers.at(uint32(h)).traits = traits
	for m, ok := s.First(h); ok; m, ok = s.Next(m) {
		s.x.setTraits(s.segmentOf(h, m), s.Number(h), s.markOf(h, m), traits)
	}
}

// CardOf is the peer's card in the swarm of a membership. The blob of a wide
// card is appended to t.Scratch.
func (s *Stripe) CardOf(h Handle, m Member, t *codec.Text) codec.Card {
	return s.x.card(s.segmentOf(h, m), s.Number(h), s.markOf(h, m), t)
}
