package swarm

import (
	"fmt"

	"github.com/ppspd/ppspd/codec"
)

// Check proves the invariants of all structures. The error names the first one
// that does not hold. It takes every stripe's lock, in order, and all the time
// and memory it needs: it is for tests, and for a doubt in operation.
func (x *Index) Check() error {
	for i := range x.peers {
		x.peers[i].mu.Lock()
		defer x.peers[i].mu.Unlock()
	}
	for i := range x.swarms {
		x.swarms[i].mu.Lock()
		defer x.swarms[i].mu.Unlock()
	}
	c := checker{
		x:       x,
		promise: map[uint32]map[uint32]bool{},
		stores:  map[storeRef]bool{},
		spines:  map[uint32]bool{},
		blobs:   map[blobRef]bool{},
		rates:   map[uint32]uint64{},
	}
	for i := range x.peers {
		if err := c.stripe(&x.peers[i]); err != nil {
			return fmt.Errorf("peer stripe %d: %w", i, err)
		}
	}
	for i := range x.swarms {
		if err := c.swarmStripe(&x.swarms[i]); err != nil {
			return fmt.Errorf("swarm stripe %d: %w", i, err)
		}
	}
	if err := c.cardPool(); err != nil {
		return err
	}
	return c.blobPool()
}

// A checker gathers who claims to own what.
type checker struct {
	x       *Index
	promise map[uint32]map[uint32]bool // segment -> owners that are members by their own account
	stores  map[storeRef]bool          // blocks of the card pool that segments own
	spines  map[uint32]bool
	blobs   map[blobRef]bool  // by class (in size) and place
	rates   map[uint32]uint64 // swarm -> sum of reported bandwidth
}

type storeRef struct {
	form  int
	class uint8
	block uint32
}

// own notes a blob.
func (c *checker) own(r blobRef) error {
	if r.size == 0 || r.size > codec.BlobLimit {
		return fmt.Errorf("blob of %d bytes", r.size)
	}
	k := blobRef{r.at, classOf(r.size)}
	if c.blobs[k] {
		return fmt.Errorf("blob %v is owned twice", k)
	}
	c.blobs[k] = true
	return nil
}

// slab checks the free list and returns what is free.
func checkSlab[T any, P linked[T]](s *slab[T, P]) (free map[uint32]bool, err error) {
	free = map[uint32]bool{}
	for _, n := range s.freeNumbers(nil) {
		if n >= s.size || free[n] {
			return nil, fmt.Errorf("free list has %d of %d twice or too far", n, s.size)
		}
		free[n] = true
	}
	if int(max(s.size, 1)) != 1+len(free)+int(s.used) {
		return nil, fmt.Errorf("size %d, %d free, %d used", s.size, len(free), s.used)
	}
	return free, nil
}

// table checks that each number is where a search finds it, and once.
func (t *table) check(hashOf func(uint32) uint64) (numbers map[uint32]bool, err error) {
	numbers = map[uint32]bool{}
	taken := 0
	for at, v := range append(t.slots[:len(t.slots):len(t.slots)], t.old...) {
		if v != 0 && at < len(t.slots) {
			taken++
		}
		if at >= len(t.slots) && at-len(t.slots) < int(t.moved) && v != 0 && v != gone {
			return nil, fmt.Errorf("slot %d of old was not moved", at-len(t.slots))
		}
		if v == 0 || v == gone {
			continue
		}
		n := v & numberMask
		if numbers[n] {
			return nil, fmt.Errorf("number %d is there twice", n)
		}
		numbers[n] = true
		if !t.finds(hashOf(n), n) {
			return nil, fmt.Errorf("number %d is not found", n)
		}
	}
	if taken != int(t.taken) || len(numbers) != int(t.live) {
		return nil, fmt.Errorf("taken %d counted %d, live %d counted %d", t.taken, taken, t.live, len(numbers))
	}
	if len(t.slots) > 0 && full(t.taken, uint32(len(t.slots))) {
		return nil, fmt.Errorf("%d of %d slots are taken", taken, len(t.slots))
	}
	return numbers, nil
}

func (t *table) finds(hash uint64, number uint32) bool {
	for p := t.probe(hash); ; {
		switch p.next() {
		case number:
			return true
		case 0:
			return false
		}
	}
}

// stripe checks the peers of a stripe and gathers their memberships.
func (c *checker) stripe(s *Stripe) error {
	free, err := checkSlab(&s.peers)
	if err != nil {
		return fmt.Errorf("peers: %w", err)
	}
	listed, err := s.table.check(s.hashOf)
	if err != nil {
		return fmt.Errorf("table: %w", err)
	}
	w := stripeCheck{checker: c, s: s, extras: map[uint32]bool{}, members: map[uint32]bool{}, stats: map[uint32]bool{}}
	for n := uint32(1); n < s.peers.size; n++ {
		if free[n] == s.Exists(Handle(n)) || free[n] == listed[n] {
			return fmt.Errorf("peer %d: free %v, exists %v, in the table %v", n, free[n], s.Exists(Handle(n)), listed[n])
		}
		if free[n] {
			continue
		}
		if err := w.peer(Handle(n)); err != nil {
			return fmt.Errorf("peer %d: %w", n, err)
		}
	}
	return w.totals(len(listed))
}

// stripeCheck is the check of one peer stripe.
type stripeCheck struct {
	*checker
	s                      *Stripe
	extras, members, stats map[uint32]bool
	modes                  [3]int64
}

func (w *stripeCheck) peer(h Handle) error {
	p := w.s.Peer(h)
	if p.has(formExtra) {
		n := p.extraNumber()
		if w.extras[n] {
			return fmt.Errorf("extra %d is owned twice", n)
		}
		w.extras[n] = true
		if e := w.s.extras.at(n); e.key.Form == codec.FormWide {
			if err := w.own(e.id); err != nil {
				return err
			}
		}
	}
	count := 0
	for m, ok := w.s.First(h); ok; m, ok = w.s.Next(m) {
		count++
		if err := w.member(h, m); err != nil {
			return fmt.Errorf("membership %d: %w", m, err)
		}
	}
	if p.has(formMany) != (count > 1) {
		return fmt.Errorf("%d memberships, form %x", count, p.form)
	}
	return nil
}

func (w *stripeCheck) member(h Handle, m Member) error {
	if m != 0 {
		if w.members[uint32(m)] {
			return fmt.Errorf("owned twice")
		}
		w.members[uint32(m)] = true
	}
	number, owner := w.s.segmentOf(h, m), w.s.Number(h)
	if w.promise[number] == nil {
		w.promise[number] = map[uint32]bool{}
	}
	if w.promise[number][owner] {
		return fmt.Errorf("a second one in segment %x", number)
	}
	w.promise[number][owner] = true
	w.modes[w.x.segment(number).mode]++
	n := w.s.markOf(h, m).stat()
	if n == 0 {
		return nil
	}
	if w.stats[n] {
		return fmt.Errorf("statistics %d are owned twice", n)
	}
	w.stats[n] = true
	w.rates[w.s.Swarm(h, m).number] += w.s.stats.at(n).Bandwidth
	return nil
}

// totals compares what was counted with what was found.
func (w *stripeCheck) totals(peers int) error {
	s, k := w.s, &w.s.count
	if k.peers.Load() != int64(peers) || k.leechers.Load() != w.modes[codec.ModeLeech] || k.seeders.Load() != w.modes[codec.ModeSeed] {
		return fmt.Errorf("counters %d %d %d, found %d %v", k.peers.Load(), k.leechers.Load(), k.seeders.Load(), peers, w.modes)
	}
	if err := ownsAll(&s.extras, w.extras); err != nil {
		return fmt.Errorf("extras: %w", err)
	}
	if err := ownsAll(&s.members, w.members); err != nil {
		return fmt.Errorf("members: %w", err)
	}
	if err := ownsAll(&s.stats, w.stats); err != nil {
		return fmt.Errorf("statistics: %w", err)
	}
	return nil
}

// ownsAll checks that the records of a slab are owned or free.
func ownsAll[T any, P linked[T]](s *slab[T, P], owned map[uint32]bool) error {
	free, err := checkSlab(s)
	if err != nil {
		return err
	}
	for n := range owned {
		if free[n] || n == 0 || n >= s.size {
			return fmt.Errorf("%d is owned, but free or not there", n)
		}
	}
	if int(s.used) != len(owned) {
		return fmt.Errorf("%d used, %d owned", s.used, len(owned))
	}
	return nil
}

// swarmStripe checks the swarms of a stripe.
func (c *checker) swarmStripe(ss *swarmStripe) error {
	free, err := checkSlab(&ss.swarms)
	if err != nil {
		return fmt.Errorf("swarms: %w", err)
	}
	listed, err := ss.table.check(func(n uint32) uint64 { return ss.hashOf(c.x, n) })
	if err != nil {
		return fmt.Errorf("table: %w", err)
	}
	if int(ss.live.Load()) != len(listed) {
		return fmt.Errorf("%d live, %d listed", ss.live.Load(), len(listed))
	}
	w := swarmCheck{checker: c, ss: ss, segments: map[uint32]bool{}, pages: map[uint32]bool{}, roots: map[uint32]bool{}}
	for n := uint32(1); n < ss.swarms.size; n++ {
		if r := ss.swarms.at(n); free[n] != (r.form == 0) || free[n] == listed[n] {
			return fmt.Errorf("swarm %d: free %v, form %d, in the table %v", n, free[n], r.form, listed[n])
		}
		if free[n] {
			continue
		}
		if err := w.swarm(n); err != nil {
			return fmt.Errorf("swarm %d: %w", n, err)
		}
	}
	if err := ownsAll(&ss.segments, w.segments); err != nil {
		return fmt.Errorf("segments: %w", err)
	}
	if err := ownsAll(&ss.pages, w.pages); err != nil {
		return fmt.Errorf("pages: %w", err)
	}
	if err := ownsAll(&ss.roots, w.roots); err != nil {
		return fmt.Errorf("roots: %w", err)
	}
	return nil
}

// swarmCheck is the check of one swarm stripe.
type swarmCheck struct {
	*checker
	ss                     *swarmStripe
	segments, pages, roots map[uint32]bool
}

func (w *swarmCheck) swarm(n uint32) error {
	r := w.ss.swarms.at(n)
	if r.form == codec.FormWide {
		if err := w.own(r.blob()); err != nil {
			return err
		}
	}
	if r.sides[0].members.Load()+r.sides[1].members.Load() == 0 {
		return fmt.Errorf("has no members")
	}
	if sum, found := r.sums.bandwidth.Load(), w.rates[numberOf(w.ss.index, n)]; sum != found {
		return fmt.Errorf("bandwidth %d, members report %d", sum, found)
	}
	for _, m := range []codec.Mode{codec.ModeLeech, codec.ModeSeed} {
		if err := w.side(n, m); err != nil {
			return fmt.Errorf("%v side: %w", m, err)
		}
	}
	return nil
}

// side checks a directory and the segments that it lists.
func (w *swarmCheck) side(swarm uint32, m codec.Mode) error {
	d := w.ss.swarms.at(swarm).side(m)
	kind, number := d.load()
	members := uint32(0)
	switch kind {
	case sideEmpty:
	case sideOne:
		g := w.ss.segments.at(number)
		members = uint32(g.members)
		if err := w.segment(number, swarm, m, 0); err != nil {
			return fmt.Errorf("segment %d: %w", number, err)
		}
	case sidePage:
		n, err := w.page(number, swarm, m, 0)
		if err != nil {
			return fmt.Errorf("page %d: %w", number, err)
		}
		members = n
	case sideRoot:
		n, err := w.root(number, swarm, m)
		if err != nil {
			return fmt.Errorf("root %d: %w", number, err)
		}
		members = n
	}
	if d.members.Load() != members || (members == 0) != (kind == sideEmpty) {
		return fmt.Errorf("kind %d, members %d, found %d", kind, d.members.Load(), members)
	}
	return nil
}

func (w *swarmCheck) root(number, swarm uint32, m codec.Mode) (members uint32, err error) {
	if w.roots[number] {
		return 0, fmt.Errorf("owned twice")
	}
	w.roots[number] = true
	r := w.ss.roots.at(number)
	for i := range r.pages.Load() {
		e := r.entry[i].Load()
		n, err := w.page(uint32(e), swarm, m, i*pageSize)
		if err != nil {
			return 0, fmt.Errorf("page %d: %w", uint32(e), err)
		}
		if n != uint32(e>>32) {
			return 0, fmt.Errorf("page %d: sum %d, found %d", uint32(e), e>>32, n)
		}
		members += n
	}
	return members, nil
}

func (w *swarmCheck) page(number, swarm uint32, m codec.Mode, place uint32) (members uint32, err error) {
	if w.pages[number] {
		return 0, fmt.Errorf("owned twice")
	}
	w.pages[number] = true
	p := w.ss.pages.at(number)
	for i := range p.entry {
		e := p.entry[i].Load()
		if e == 0 {
			continue
		}
		n := uint32(e)
		if err := w.segment(n, swarm, m, place+uint32(i)); err != nil {
			return 0, fmt.Errorf("segment %d: %w", n, err)
		}
		if g := w.ss.segments.at(n); uint32(g.members) != uint32(e>>32) {
			return 0, fmt.Errorf("segment %d: entry says %d, members %d", n, e>>32, g.members)
		}
		members += uint32(e >> 32)
	}
	return members, nil
}

// segment checks a segment and its cards.
func (w *swarmCheck) segment(number, swarm uint32, m codec.Mode, place uint32) error {
	g := w.ss.segments.at(number)
	g.mu.Lock()
	defer g.mu.Unlock()
	if w.segments[number] {
		return fmt.Errorf("owned twice")
	}
	w.segments[number] = true
	if g.swarm != swarm || g.gen != w.ss.swarms.at(swarm).gen || g.mode != m || g.place != place {
		return fmt.Errorf("is of swarm %d gen %d mode %v place %d", g.swarm, g.gen, g.mode, g.place)
	}
	if g.count() != uint32(g.members) || g.count() == 0 || g.count() > segmentMax {
		return fmt.Errorf("%d cards, %d members", g.count(), g.members)
	}
	members := w.promise[numberOf(w.ss.index, number)]
	for form := range g.regions {
		if err := w.region(&g.regions[form], form); err != nil {
			return fmt.Errorf("form %d: %w", form, err)
		}
		if err := w.cards(g, form, members); err != nil {
			return fmt.Errorf("form %d: %w", form, err)
		}
	}
	if len(members) > 0 {
		return fmt.Errorf("%d members have no card", len(members))
	}
	return nil
}

// region checks the blocks of a region.
func (w *swarmCheck) region(r *region, form int) error {
	if (r.spine != 0) != (r.count > fullBlock) {
		return fmt.Errorf("spine %d for %d cards", r.spine, r.count)
	}
	if r.count == 0 {
		return nil
	}
	tail := (uint32(r.count)-1)%fullBlock + 1
	if tail > room(r.class) || r.class >= 2 && tail <= room(r.class-2) {
		return fmt.Errorf("%d cards in a room for %d", tail, room(r.class))
	}
	blocks := []storeRef{{form, r.class, r.tail}}
	if r.spine != 0 {
		if w.spines[r.spine] {
			return fmt.Errorf("spine %d is owned twice", r.spine)
		}
		w.spines[r.spine] = true
		for i := range (r.count - 1) / fullBlock {
			blocks = append(blocks, storeRef{form, fullClass, w.x.spines.slab.at(r.spine).block[i]})
		}
	}
	for _, b := range blocks {
		if w.stores[b] {
			return fmt.Errorf("block %v is owned twice", b)
		}
		w.stores[b] = true
	}
	return nil
}

// cards checks that the owners of a region are members of the segment by their
// own account, whom it strikes off, and each card the one of its owner.
func (w *swarmCheck) cards(g *segment, form int, members map[uint32]bool) error {
	for i := range uint32(g.regions[form].count) {
		b, j := w.x.blockAt(&g.regions[form], form, i)
		owner := b.owners()[j]
		if !members[owner] {
			return fmt.Errorf("slot %d: peer %x is no member, or twice", i, owner)
		}
		delete(members, owner)
		c := w.x.whole(&b, j)
		if w.x.slimmable(&c) != (form == formSlim) {
			return fmt.Errorf("slot %d: a card of the other form", i)
		}
		if err := w.card(&c, g.mode, owner); err != nil {
			return fmt.Errorf("slot %d: %w", i, err)
		}
	}
	return nil
}

func (w *swarmCheck) card(c *codec.Card, mode codec.Mode, owner uint32) error {
	s, h := &w.x.peers[owner>>localBits], Handle(owner&numberMask)
	if c.Traits != s.Peer(h).traits.WithMode(mode) {
		return fmt.Errorf("traits %x, the peer's are %x", c.Traits, s.Peer(h).traits)
	}
	if k := s.key(h); c.Key() != k {
		return fmt.Errorf("card of %v, the peer is %v", c.Key(), k)
	}
	if c.Wide() {
		at, size := c.Blob()
		return w.own(blobRef{at, size})
	}
	return nil
}

// cardPool checks that each block is owned or free.
func (c *checker) cardPool() error {
	if err := ownsAll(&c.x.spines.slab, c.spines); err != nil {
		return fmt.Errorf("spines: %w", err)
	}
	owned := [cardForms][cardClasses]int{}
	for s := range c.stores {
		owned[s.form][s.class]++
	}
	for form := range c.x.cards.class {
		for i := range c.x.cards.class[form] {
			if err := c.cardClass(form, uint8(i), owned[form][i]); err != nil {
				return fmt.Errorf("cards of form %d, class %d: %w", form, i, err)
			}
		}
	}
	return nil
}

func (c *checker) cardClass(form int, class uint8, owned int) error {
	k := &c.x.cards.class[form][class]
	free := 0
	for n := k.first; n != 0; n = *c.x.cards.link(form, class, n-1) {
		if free++; n > k.size || c.stores[storeRef{form, class, n - 1}] || free > int(k.size) {
			return fmt.Errorf("block %d is free and owned, or the list is a ring", n-1)
		}
	}
	if owned != int(k.used) || owned+free != int(k.size) {
		return fmt.Errorf("%d owned, %d used, %d free of %d", owned, k.used, free, k.size)
	}
	return nil
}

// blobPool checks that each room is owned or free.
func (c *checker) blobPool() error {
	owned := [blobClasses]int{}
	for b := range c.blobs {
		owned[b.size]++
	}
	for i := range c.x.blobs.class {
		k := &c.x.blobs.class[i]
		free := 0
		for n := k.first; n != 0; n = getUint32(k.room(uint32(i), n-1)) {
			if free++; n > k.size || c.blobs[blobRef{n - 1, uint32(i)}] || free > int(k.size) {
				return fmt.Errorf("blob class %d: room %d is free and owned, or the list is a ring", i, n-1)
			}
		}
		if owned[i] != int(k.used) || owned[i]+free != int(k.size) {
			return fmt.Errorf("blob class %d: %d owned, %d used, %d free of %d", i, owned[i], k.used, free, k.size)
		}
	}
	return nil
}
