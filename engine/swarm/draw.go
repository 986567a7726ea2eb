package swarm

import (
	"math/rand/v2"

	"github.com/ppspd/ppspd/codec"
)

// A Sample is what Draw fills: cards of members and, for each, the number of
// the peer. len(Owners) == len(Cards). It is the caller's and can be used again.
//
// Card.Seen is set only where one of the card's addresses is private or is not
// where the peer was observed.
type Sample struct {
	Cards  []codec.Card
	Owners []uint32
}

// Reset empties the sample and keeps its memory.
func (s *Sample) Reset() { s.Cards, s.Owners = s.Cards[:0], s.Owners[:0] }

// Windows is the number of windows that are drawn for a list, each at a random
// start of its own.
const Windows = 4

// copyMax is the most cards that are copied under one lock.
const copyMax = 64

// Draw appends up to n members of one side of a swarm to s, every member with
// the same chance; all of them when there are not more than n. Blobs of wide
// cards are appended to t.Scratch.
//
// The members come in Windows runs of neighbours. As long as nobody changes the
// swarm at the same time, none is there twice. Draw takes segment locks only,
// and costs the same for a swarm of any size. A dead Ref has no members.
func (x *Index) Draw(s *Sample, t *codec.Text, r Ref, m codec.Mode, n int, rnd *rand.PCG) {
	x.draw(s, t, r, m, n, Windows, rnd)
}

// DrawSides is Draw from both sides for one list, with the windows divided
// between them. It returns how many seeders it has appended; leechers follow. A
// peer that changes sides meanwhile may be there twice, or not at all.
func (x *Index) DrawSides(s *Sample, t *codec.Text, r Ref, seeders, leechers int, rnd *rand.PCG) (drawn int) {
	a, b := uint32(Windows/2), uint32(Windows/2)
	switch {
	case seeders < Windows:
		a, b = 1, Windows
	case leechers < Windows:
		a, b = Windows, 1
	}
	before := len(s.Cards)
	x.draw(s, t, r, codec.ModeSeed, seeders, a, rnd)
	drawn = len(s.Cards) - before
	x.draw(s, t, r, codec.ModeLeech, leechers, b, rnd)
	return drawn
}

func (x *Index) draw(s *Sample, t *codec.Text, r Ref, m codec.Mode, n int, windows uint32, rnd *rand.PCG) {
	if r.number == 0 || n <= 0 {
		return
	}
	d := drawing{index: x, sample: s, text: t, ref: r, mode: m}
	d.walk.open(x, r, m)
	want := uint32(min(n, int(d.walk.members)))
	switch {
	case want == 0:
		return
	case want == d.walk.members || want < windows:
		windows = 1
	}
	if d.walk.kind != sideRoot || !d.leap(want, windows, rnd) {
		d.lay(want, windows, rnd)
	}
	d.unlock()
}

// A drawing is one Draw.
type drawing struct {
	index  *Index
	sample *Sample
	text   *codec.Text
	ref    Ref
	mode   codec.Mode
	walk   walk
	held   *segment // locked; nil: none
	copied uint32   // under that lock
}

// lay copies want members in windows that do not overlap.
//
// The side is a ring of its members, segment by segment. The windows are laid
// on it with the gaps between them at random, then the ring is turned at
// random: so every member is in one of them with the same chance.
//
//	total - want members in the gaps, cut at random:
//	turn |gap|--window--|gap|--window--|...|gap| turn
func (d *drawing) lay(want, windows uint32, rnd *rand.PCG) {
	total := d.walk.members
	turn := below(rnd, total)
	var gap [Windows]uint32
	for i := range gap[:windows] {
		gap[i] = below(rnd, total-want+1)
		for j := i; j > 0 && gap[j] < gap[j-1]; j-- {
			gap[j], gap[j-1] = gap[j-1], gap[j]
		}
	}
	taken := uint32(0)
	for i := range windows {
		size := (want - taken) / (windows - i)
		start := turn + gap[i] + taken
		if start >= total {
			start -= total
		}
		d.window(start, size)
		taken += size
	}
}

// window copies size members from member start on, going on with member 0 after
// the last one. It copies less when the swarm has changed meanwhile.
func (d *drawing) window(start, size uint32) {
	for wrapped := false; size > 0; {
		if !d.walk.seek(start) {
			if wrapped {
				return
			}
			start, wrapped = 0, true
			continue
		}
		n := min(size, d.walk.base+d.walk.count-start)
		d.copy(d.walk.segment, start-d.walk.base, n)
		start, size = start+n, size-n
	}
}

// Fast path: leap is lay for a side of so many segments that counting through
// them would cost too much. Each window is at a random place, in a segment that
// it does not leave; so every member is in one with the same chance, but in a
// segment that is smaller than a window. Windows in the same segment become one.
// It returns false, and nothing is done, when the segments are mostly empty.
func (d *drawing) leap(want, windows uint32, rnd *rand.PCG) bool {
	var at [Windows]leap
	for i := range at[:windows] {
		if !d.walk.leap(&at[i], rnd) {
			return false
		}
	}
	for i := range windows {
		at[i].size = (want + i) / windows
		for j := range i {
			if at[j].segment == at[i].segment {
				at[j].size += at[i].size
				at[i].size = 0
				break
			}
		}
	}
	for _, l := range at[:windows] {
		first := min(l.size, l.count-l.slot)
		d.copy(l.segment, l.slot, first)
		d.copy(l.segment, 0, min(l.size-first, l.slot))
	}
	return true
}

// A leap is where a window is.
type leap struct {
	segment, slot, count, size uint32
}

// copy copies n members from slot i of a segment on.
func (d *drawing) copy(segment, i, n uint32) {
	for ; n > copyMax; n -= copyMax {
		d.copySome(segment, i, copyMax)
		i += copyMax
	}
	if n > 0 {
		d.copySome(segment, i, n)
	}
}

// copySome copies up to copyMax members. The lock is kept for the next ones.
func (d *drawing) copySome(segment, i, n uint32) {
	g := d.walk.stripe.segments.at(segment)
	if d.held != g || d.copied+n > copyMax {
		d.unlock()
		g.mu.Lock()
		d.held, d.copied = g, 0
	}
	d.copied += n
	if d.current(g) {
		g.appendTo(d.index, d.sample, d.text, i, n)
	}
}

// current reports whether a segment is still of the swarm that is listed.
func (d *drawing) current(g *segment) bool {
	return g.swarm == d.ref.number&numberMask && g.gen == d.ref.gen && g.mode == d.mode
}

func (d *drawing) unlock() {
	if d.held != nil {
		d.held.mu.Unlock()
		d.held = nil
	}
}
