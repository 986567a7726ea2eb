package engine

import (
	"time"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/engine/swarm"
	"github.com/ppspd/ppspd/wheel"
)

// report handles a STAT_REPORT (section 4.2).
func (c *call) report() {
	state, dialect := StateStart, c.req.Dialect
	if c.find() {
		state, dialect = StateTracking, codec.Dialect(c.peers.Peer(c.h).State)
	}
	r := lookUp(dialect, state, eventStatReport, shapeNone, leavesNothing)
	if r.verdict != valid {
		c.refuse(r.fault)
		return
	}
	mark := c.mark()
	if c.repeats(mark) {
		c.begin()
		c.rearm()
		c.end()
		c.finish(OutcomeRepeated)
		return
	}
	// Fast path: a keep-alive from where the peer is bound to.
	if len(c.req.Stats()) == 0 && c.bound() {
		c.begin()
		c.keep(mark)
		c.end()
	} else {
		c.reportSlow(mark)
	}
	c.own.count.StatsIgnored += uint64(len(c.req.Actions()))
	c.finish(OutcomeOK)
}

// keep keeps the registration for another track timeout, inside a commit.
func (c *call) keep(mark uint64) {
	c.rearm()
	c.peers.Peer(c.h).Fingerprint = mark
}

// reportSlow keeps what the peer reports, and where it reports from.
func (c *call) reportSlow(mark uint64) {
	c.takeSpace()
	var card codec.Card
	var bind, revealed bool
	if !c.bound() {
		card, bind, revealed = c.verify()
	}
	c.findMemberships()
	c.begin()
	c.keep(mark)
	if bind {
		c.bind(true)
	}
	if revealed {
		c.peers.SetCard(c.h, &card, &c.req.Text)
		c.own.count.Revealed++
	}
	c.keepStatistics()
	c.end()
}

// verify tells whether a report comes from exactly an announced address of the
// other family: the peer is then bound to it, and the card lists it. A report
// from anywhere else is a keep-alive all the same.
func (c *call) verify() (card codec.Card, bind, revealed bool) {
	card, known := c.card()
	if !c.announcedHere(known) {
		return card, false, false
	}
	revealed = c.t.addresses.reveal(known, c.req.Observed.Addr())
	if revealed {
		codec.PutCard(&card, &c.req.Text, c.id, known)
	}
	return card, true, revealed
}

// findMemberships finds the membership that each block is about.
func (c *call) findMemberships() {
	stats := c.req.Stats()
	for i := range stats {
		c.space.found[i] = c.membershipOf(&stats[i])
	}
}

// keepStatistics keeps what the peer reports, block by block, inside a commit.
// Unknown properties are accepted, and are of no use to the tracker.
func (c *call) keepStatistics() {
	stats := c.req.Stats()
	for i := range stats {
		s, m := &stats[i], &c.space.found[i]
		if s.Has&codec.StatOnlineTime != 0 {
			c.compareOnlineTime(s.OnlineTime)
		}
		if !m.ok {
			if s.SwarmID.Present() {
				c.own.count.StatsIgnored++
			}
			continue
		}
		if has := s.Has & (codec.StatUploaded | codec.StatDownloaded | codec.StatBandwidth); has != 0 {
			up, down := c.peers.Report(c.h, m.member, swarm.Statistics{Uploaded: s.Uploaded, Downloaded: s.Downloaded, Bandwidth: s.Bandwidth}, has)
			c.own.count.Uploaded += up
			c.own.count.Downloaded += down
		}
		if s.Has&codec.StatBandwidth != 0 {
			c.setUpload(s.Bandwidth)
		}
	}
}

// membershipOf is the membership that a block is about: that of the swarm that
// it names or, when it names none, the only one.
func (c *call) membershipOf(s *codec.Stat) (f found) {
	if s.SwarmID.Present() {
		f.member, f.ok = c.peers.Member(c.h, c.req.Bytes(s.SwarmID))
		return f
	}
	f.member, f.ok = c.peers.First(c.h)
	if _, more := c.peers.Next(f.member); more {
		f.ok = false
	}
	return f
}

// setUpload keeps the level of the last bandwidth that the peer has reported,
// in bit/s.
func (c *call) setUpload(bandwidth uint64) {
	level := codec.LevelNormal
	if bandwidth >= c.t.config.Levels.UploadHigh {
		level = codec.LevelHigh
	}
	if t := c.peers.Peer(c.h).Traits(); t.Upload() != level {
		c.peers.SetTraits(c.h, codec.MakeTraits(codec.ModeNone, t.NAT(), t.Links(), level))
	}
}

// compareOnlineTime compares what the peer says of itself, in seconds, with the
// time since it registered. Only the tracker's own time is ever used (6.4).
func (c *call) compareOnlineTime(said uint64) {
	own := uint64(c.now-min(c.now, wheel.Tick(c.peers.Peer(c.h).Join))) * uint64(wheel.TickDuration) / uint64(time.Second)
	if max(said, own)-min(said, own) > uint64(c.t.seconds) {
		c.own.count.OnlineTimeMismatch++
	}
}
