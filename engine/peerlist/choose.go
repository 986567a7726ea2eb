package peerlist

import (
	"math/rand/v2"

	"github.com/ppspd/ppspd/codec"
)

// Candidates are peers drawn from one swarm: first those drawn from its
// seeders, then those from its leechers. Owners[i] is the number, not 0, of
// the peer of Cards[i]. Choosing hides addresses in the cards, and in their
// blobs in Text, that the requester may not see.
type Candidates struct {
	Cards   []codec.Card
	Owners  []uint32
	Seeders int // of Cards
	Text    *codec.Text
}

// A Chooser chooses. It is only room to work in, 38 KiB, to be used again.
type Chooser struct {
	order [MaxCandidates]uint16     // candidates in random order
	kind  [MaxCandidates]kind       // of each candidate
	seen  [4 * MaxCandidates]uint32 // set of owners, by open addressing
}

// kind is what the rules see in a candidate: the side, and its rank.
type kind uint8

// The ranks of a side. Those of seeders have the bit kindSeeder in addition.
const (
	kindBest     kind = iota // shares a family, has the preferred capabilities
	kindUsable               // shares a family
	kindForeign              // has the preferred capabilities only
	kindLeast                // neither
	kindUnlisted             // not to be listed
	kindSeeder   kind = 8    // bit
	kinds             = 2 * kindSeeder
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
	set := ch.emptySet(n)
	preference := w.Prefer.Preference()
	for i, owner := range c.Owners[:n] {
		k := kindUnlisted
		if owner != w.Self && add(set, owner) {
			k = w.rank(&c.Cards[i], c.Text, preference)
		}
		if i < c.Seeders {
			k |= kindSeeder
		}
		have[k]++
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

// emptySet is a set for n candidates, a power of two. It is so large that most
// searches end at once: clearing it costs less than guessing wrong.
func (ch *Chooser) emptySet(n int) []uint32 {
	size := 16
	for size < 8*n && size < len(ch.seen) {
		size *= 2
	}
	set := ch.seen[:size]
	clear(set)
	return set
}

// add puts an owner, which is not 0, into a set; false: it is there already.
func add(set []uint32, owner uint32) bool {
	for at := owner * 0x9e3779b1 >> 16; ; at++ {
		p := &set[at&uint32(len(set)-1)]
		if *p == 0 {
			*p = owner
			return true
		}
		if *p == owner {
			return false
		}
	}
}

// quotas says how many of each kind make a list of count.
func (w *Want) quotas(have *[kinds]int, count int) (take [kinds]int) {
	for first := kindBest; first < kindUnlisted; first += kindForeign {
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
	for i := 0; i < n; i += 2 {
		v := rnd.Uint64()
		ch.insert(i, v>>32)
		if i+1 < n {
			ch.insert(i+1, v&0xffffffff)
		}
	}
}

// insert puts i at a random place among the numbers below it, random being 32
// random bits.
func (ch *Chooser) insert(i int, random uint64) {
	j := random * uint64(i+1) >> 32
	ch.order[i%MaxCandidates] = ch.order[j%MaxCandidates]
	ch.order[j%MaxCandidates] = uint16(i)
}

// list appends the first candidates of each kind in random order, as many as
// there are to take, the best rank first.
func (ch *Chooser) list(dst []codec.ListedPeer, c *Candidates, n int, take [kinds]int, swarm uint32) []codec.ListedPeer {
	var at [kindUnlisted]int // where the next one of each rank goes
	total := len(dst)
	for k := range kindUnlisted {
		at[k] = total
		total += take[k] + take[k|kindSeeder]
	}
	dst = grow(dst, total)
	for _, i := range ch.order[:n] {
		k := ch.kind[i]
		if take[k] == 0 {
			continue
		}
		take[k]--
		next := &at[k&^kindSeeder]
		p := &dst[*next]
		p.Card, p.Swarm = c.Cards[i], swarm
		*next++
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
