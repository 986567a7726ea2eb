package swarm

// Stats tells how large an index is.
type Stats struct {
	Peers    int
	Swarms   int
	Seeders  int // memberships
	Leechers int // memberships
	Bytes    Bytes
}

// Bytes is the memory of an index by structure, free room included.
type Bytes struct {
	Tables     int // of peers and swarms
	Peers      int // records, extra records
	Members    int // memberships beyond the first
	Statistics int
	Swarms     int // records, directories, segments
	Cards      int // with owners
	Blobs      int
}

// Total is the sum of all structures.
func (b *Bytes) Total() int {
	return b.Tables + b.Peers + b.Members + b.Statistics + b.Swarms + b.Cards + b.Blobs
}

// What the records weigh, in bytes. A test compares it with the compiler.
const (
	peerBytes    = 48
	extraBytes   = 48
	memberBytes  = 12
	statBytes    = 24
	swarmBytes   = 72
	segmentBytes = 48
	pageBytes    = 8*pageSize + 8
	rootBytes    = 8*rootSize + 8
	spineBytes   = 4 * segmentMax / fullBlock
	slimBytes    = 36
	ownerBytes   = 4
)

// Stats counts. It takes no lock; while the index changes, the numbers are of
// slightly different moments. It costs some reads for each stripe.
func (x *Index) Stats() (s Stats) {
	for i := range x.peers {
		x.peers[i].addStats(&s)
		x.swarms[i].addStats(&s)
	}
	for form := range x.cards.class {
		for i := range x.cards.class[form] {
			s.Bytes.Cards += x.cards.bytes(form, uint8(i))
		}
	}
	s.Bytes.Cards += spineBytes * x.spines.slab.records()
	for i := range x.blobs.class {
		s.Bytes.Blobs += x.blobs.class[i].bytes(i)
	}
	return s
}

func (s *Stripe) addStats(to *Stats) {
	to.Peers += int(s.count.peers.Load())
	to.Seeders += int(s.count.seeders.Load())
	to.Leechers += int(s.count.leechers.Load())
	to.Bytes.Tables += int(s.table.bytes.Load())
	to.Bytes.Peers += peerBytes*s.peers.records() + extraBytes*s.extras.records()
	to.Bytes.Members += memberBytes * s.members.records()
	to.Bytes.Statistics += statBytes * s.stats.records()
}

func (ss *swarmStripe) addStats(to *Stats) {
	to.Swarms += int(ss.live.Load())
	to.Bytes.Tables += int(ss.table.bytes.Load())
	to.Bytes.Swarms += swarmBytes*ss.swarms.records() + segmentBytes*ss.segments.records() +
		pageBytes*ss.pages.records() + rootBytes*ss.roots.records()
}

func (p *cardPool) bytes(form int, class uint8) int {
	c := &p.class[form][class]
	d := c.dir.Load()
	if d == nil {
		return 0
	}
	return len(*d) * int(room(class)<<c.shift*(ownerBytes+cardBytes[form]))
}

func (c *blobClass) bytes(class int) int {
	d := c.dir.Load()
	if d == nil {
		return 0
	}
	return len(*d) * (class + 1) * blobStep << blobShift
}
