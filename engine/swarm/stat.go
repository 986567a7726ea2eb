package swarm

import "github.com/ppspd/ppspd/codec"

// Statistics are what a peer has reported of its part in a swarm.
type Statistics struct {
	Uploaded   uint64 // bytes sent to the swarm
	Downloaded uint64 // bytes received from the swarm
	Bandwidth  uint64 // available upstream bandwidth, bit/s
}

// A stat holds the last report of a membership: 24 bytes for those who report.
type stat struct {
	Statistics
}

func (s *stat) next() uint32     { return uint32(s.Uploaded) }
func (s *stat) setNext(n uint32) { s.Uploaded = uint64(n) }

// A mark is what a membership keeps of its statistics and of its card.
//
//	bits 0-23   number of the stat; 0: none
//	bits 24-27  block of the region that the card was last found in
//	bit  28     form of that region
//
// The place is a hint: others move cards about in their segment without
// telling. The next to look finds the card elsewhere and corrects it.
type mark uint32

const (
	markStat  = slabLimit - 1
	markPlace = 24 // bits below the place
	markForm  = 4  // bits below the form, in the place
)

func (k mark) stat() uint32 { return uint32(k) & markStat }

func (k *mark) setStat(n uint32) { *k = *k&^markStat | mark(n) }

// place is the form and the first slot of the block that the card was in.
func (k mark) place() (form int, first uint32) {
	p := uint32(k) >> markPlace
	return int(p >> markForm & 1), p & (1<<markForm - 1) * fullBlock
}

func (k *mark) setPlace(form int, slot uint32) {
	*k = *k&markStat | mark(uint32(form)<<markForm|slot/fullBlock)<<markPlace
}

// markOf is the mark of a membership.
func (s *Stripe) markOf(h Handle, m Member) *mark {
	if m != 0 {
		return &s.members.at(uint32(m)).mark
	}
	return &s.peers.at(uint32(h)).mark
}

// Report keeps what a peer reports of its part in a swarm; has says which of
// the values count. The sums of the swarm grow by what is new: a count of bytes
// that is lower than the one before began anew at 0. What is new of the two
// counts is returned. It takes no lock.
func (s *Stripe) Report(h Handle, m Member, r Statistics, has codec.StatFields) (uploaded, downloaded uint64) {
	at := s.markOf(h, m)
	if at.stat() == 0 {
		n := s.stats.alloc()
		if n == 0 {
			return 0, 0
		}
		at.setStat(n)
		*s.stats.at(n) = stat{}
	}
	last := s.stats.at(at.stat())
	sums := &s.x.swarm(s.Swarm(h, m).number).sums
	if has&codec.StatUploaded != 0 {
		uploaded = progress(&last.Uploaded, r.Uploaded)
		sums.uploaded.Add(uploaded)
	}
	if has&codec.StatDownloaded != 0 {
		downloaded = progress(&last.Downloaded, r.Downloaded)
		sums.downloaded.Add(downloaded)
	}
	if has&codec.StatBandwidth != 0 {
		sums.bandwidth.Add(r.Bandwidth - last.Bandwidth)
		last.Bandwidth = r.Bandwidth
	}
	return uploaded, downloaded
}

// progress sets last to value and returns what has come since.
func progress(last *uint64, value uint64) uint64 {
	d := value - *last
	if value < *last {
		d = value
	}
	*last = value
	return d
}

// Reported is the last report of a membership.
func (s *Stripe) Reported(h Handle, m Member) (Statistics, bool) {
	n := s.markOf(h, m).stat()
	if n == 0 {
		return Statistics{}, false
	}
	return s.stats.at(n).Statistics, true
}

// dropStat forgets the report of a membership. The swarm keeps the bytes, but
// its bandwidth shrinks.
func (s *Stripe) dropStat(h Handle, m Member) {
	at := s.markOf(h, m)
	n := at.stat()
	if n == 0 {
		return
	}
	s.x.swarm(s.Swarm(h, m).number).sums.bandwidth.Add(-s.stats.at(n).Bandwidth)
	s.stats.release(n)
	at.setStat(0)
}
