package peerlist

import (
	"math/rand/v2"

	"github.com/ppspd/ppspd/codec"
)

// Candidates are peers drawn from one swarm: first those drawn from its
// seeders, then those from its leechers. Owners[i] is the number of the peer of
// Cards[i]. Choosing hides addresses in the cards, and in their blobs in Text,
// that the requester may not see.
type Candidates struct {
	Cards   []codec.Card
	Owners  []uint32
	Seeders int // of Cards
	Text    *codec.Text
}

// A Chooser chooses. It is only room to work in, about 22 KiB, to be used again.
type Chooser struct {
	order [MaxCandidates]uint16     // candidates in random order
	kind  [MaxCandidates]kind       // of each candidate
	seen  [2 * MaxCandidates]uint32 // set of owners, by open addressing
}

// kind is what the rules see in a candidate: the side, and its rank.
type kind uint8

// The ranks of a side. Those of seeders have the bit kindSeeder in addition.
const (
	kindBest     kind = iota // shares a family, has the preferred capabilities
	kindUsable               // shares a family
	kindForeign              // has the preferred capabilities only
	kindLeast                // neither
	kindSeeder               // bit
	kindUnlisted kind = 2 * kindSeeder
	kinds             = kindUnlisted
)

// Choose appends the list to dst, tagged with the index of the swarm. At most
// MaxCandidates are looked at. short tells that peers of a lesser kind had to
// fill up, or that the list is not full: drawing again from more may help, if
// the swarm has more.
func (ch *Chooser) Choose(dst []codec.ListedPeer, w *Want, c Candidates, swarm uint32, rnd *rand.PCG) (list []codec.ListedPeer, short bool) {
	n := min(len(c.Cards), MaxCandidates)
	count := min(w.Count, MaxCandidates/2)
	if count <= 0 {
		return dst, false
	}
	have := ch.judge(w, &c, n)
	take := w.quotas(&have, count)
	ch.shuffle(n, rnd)
	short = take[kindBest]+take[kindBest|kindSeeder] < count
	return ch.list(dst, &c, n, take, swarm), short
}

// judge finds the kind of every candidate and how many there are of each.
func (ch *Chooser) judge(w *Want, c *Candidates, n int) (have [kinds]int) {
	clear(ch.set(n))
	preference := w.Prefer.Preference()
	for i := range n {
		k := kindUnlisted
		if owner := c.Owners[i]; owner != w.Self && ch.add(owner, n) {
			k = w.rank(&c.Cards[i], c.Text, preference)
		}
		if k != kindUnlisted {
			if i < c.Seeders {
				k |= kindSeeder
			}
			have[k]++
		}
		ch.kind[i] = k
	}
	return have
}

// rank is the kind of a card, the side left out.
func (w *Want) rank(c *codec.Card, t *codec.Text, preference bool) kind {
	families := c.Disclose(t, c.Seen == w.Seen)
	if families == 0 {
		return kindUnlisted
	}
	k := kindBest
	if w.Families != 0 && families&w.Families == 0 {
		k = kindForeign
	}
	if preference && !w.prefers(c) {
		k++
	}
	return k
}

// set is the part of seen that n candidates need: at most half full.
func (ch *Chooser) set(n int) []uint32 {
	size := 16
	for size < 2*n {
		size *= 2
	}
	return ch.seen[:size]
}

// add puts an owner into the set; false: it is there already.
func (ch *Chooser) add(owner uint32, n int) bool {
	set := ch.set(n)
	for at := owner * 0x9e3779b1 >> 7; ; at++ {
		switch p := &set[at&uint32(len(set)-1)]; *p {
		case owner + 1:
			return false
		case 0:
			*p = owner + 1
			return true
		}
	}
}

// quotas says how many of each kind make a list of count.
func (w *Want) quotas(have *[kinds]int, count int) (take [kinds]int) {
	for first := kindBest; first < kindSeeder; first += kindForeign {
		l, s := have[first]+have[first+1], have[first+kindSeeder]+have[first+1+kindSeeder]
		fromS := min(s, w.seederShare(count))
		fromL := min(l, count-fromS)
		fromS = min(s, count-fromL)
		take[first] = min(have[first], fromL)
		take[first+1] = fromL - take[first]
		take[first+kindSeeder] = min(have[first+kindSeeder], fromS)
		take[first+1+kindSeeder] = fromS - take[first+kindSeeder]
		count -= fromL + fromS
	}
	return take
}

// shuffle puts the numbers below n into random order.
func (ch *Chooser) shuffle(n int, rnd *rand.PCG) {
	for i := range n {
		v := rnd.Uint64() >> 32
		j := v * uint64(i+1) >> 32
		ch.order[i] = ch.order[j]
		ch.order[j] = uint16(i)
	}
}

// list appends the first candidates of each kind in random order, as many as
// there are to take, the best rank first.
func (ch *Chooser) list(dst []codec.ListedPeer, c *Candidates, n int, take [kinds]int, swarm uint32) []codec.ListedPeer {
	var at [kindSeeder]int
	total := len(dst)
	for k := range kindSeeder {
		at[k] = total
		total += take[k] + take[k|kindSeeder]
	}
	dst = grow(dst, total)
	for _, i := range ch.order[:n] {
		k := ch.kind[i]
		if k == kindUnlisted || take[k] == 0 {
			continue
		}
		take[k]--
		p := &dst[at[k&^kindSeeder]]
		p.Card, p.Swarm = c.Cards[i], swarm
		at[k&^kindSeeder]++
	}
	return dst
}

// grow returns dst with length n.
func grow(dst []codec.ListedPeer, n int) []codec.ListedPeer {
	if n <= cap(dst) {
		return dst[:n]
	}
	return append(dst[:cap(dst)], make([]codec.ListedPeer, n-cap(dst))...)
}
