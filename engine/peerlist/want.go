package peerlist

import "github.com/ppspd/ppspd/codec"

// MaxCandidates is the most candidates that a list can be chosen from.
const MaxCandidates = 2048

// Want is what is wanted of the list of one swarm.
type Want struct {
	Count    int            // most peers to list, at most MaxCandidates/2
	Mode     codec.Mode     // of the requester in this swarm
	Self     uint32         // number of the requester, never listed; 0: none
	Seen     uint32         // Card.Seen of the requester
	Families codec.Families // that the requester can use; 0: any
	Prefer   codec.PeerNum  // the preferred capabilities; the rest is ignored

	// Now is the current tick. A peer that registered at least OnlineHigh ticks
	// before has been online for a HIGH time, OnlineNormal ticks a NORMAL one.
	Now, OnlineNormal, OnlineHigh uint32
}

// Share is the part of a whole list's count that is for swarm i of n: even,
// the first ones get one more.
func Share(count, i, n int) int {
	share := count / n
	if i < count%n {
		share++
	}
	return share
}

// Draws beyond what is needed make up for those who cannot be listed or are not
// preferred. With preferences, or again, so many times as much is drawn, and at
// least widelyMin of each side.
const (
	preferring = 2
	widely     = 4
	widelyMin  = 64
)

// Draws says how many candidates to draw from a swarm with so many seeders and
// leechers. If Choose finds them short, again draws once more, from more.
func (w *Want) Draws(seeders, leechers int, again bool) (fromSeeders, fromLeechers int) {
	if w.Count <= 0 {
		return 0, 0
	}
	count := min(w.Count, MaxCandidates/2)
	first := w.seederShare(count)
	s := min(seeders, first)
	l := min(leechers, count-s)
	s = min(seeders, count-l)
	return min(seeders, w.spare(s, again)), min(leechers, w.spare(l, again))
}

// spare is how many to draw where n are needed.
func (w *Want) spare(n int, again bool) int {
	switch {
	case again:
		n = max(widely*n, widelyMin)
	case w.Prefer.Preference():
		n = max(preferring*n, widelyMin)
	default:
		n += n/8 + 2
	}
	return min(n, MaxCandidates/2)
}

// seederShare is how many of a list of n should be seeders.
func (w *Want) seederShare(n int) int {
	if w.Mode == codec.ModeSeed {
		return 0
	}
	return (n + 1) / 2
}

// prefers reports whether a peer has all of the preferred capabilities.
func (w *Want) prefers(c *codec.Card) bool {
	p := &w.Prefer
	return (p.NAT == codec.NATUnknown || p.NAT == c.Traits.NAT()) &&
		(p.Links == codec.LevelAny || p.Links == c.Traits.Links()) &&
		(p.Upload == codec.LevelAny || p.Upload == c.Traits.Upload()) &&
		(p.Online == codec.LevelAny || p.Online == w.online(c.Join))
}

// online is the level of the time since a peer registered.
func (w *Want) online(join uint32) codec.Level {
	age := w.Now - join
	switch {
	case join > w.Now: // seen by two clocks a tick apart
		return codec.LevelLow
	case age >= w.OnlineHigh:
		return codec.LevelHigh
	case age >= w.OnlineNormal:
		return codec.LevelNormal
	}
	return codec.LevelLow
}
