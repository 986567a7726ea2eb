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

// statOf is where a membership keeps the number of its stat.
func (s *Stripe) statOf(h Handle, m Member) *uint32 {
	if m != 0 {
		return &s.members.at(uint32(m)).stat
	}
	return &s.peers.at(uint32(h)).stat
}

// Report keeps what a peer reports of its part in a swarm; has says which of
// the values count. The sums of the swarm grow by what is new: a count of bytes
// that is lower than the one before began anew at 0. It takes no lock.
func (s *Stripe) Report(h Handle, m Member, r Statistics, has codec.StatFields) {
	at := s.statOf(h, m)
	if *at == 0 {
		*at = s.stats.alloc()
		if *at == 0 {
			return
		}
		*s.stats.at(*at) = stat{}
	}
	last := s.stats.at(*at)
	sums := &s.x.swarm(s.Swarm(h, m).number).sums
	if has&codec.StatUploaded != 0 {
		sums.uploaded.Add(progress(&last.Uploaded, r.Uploaded))
	}
	if has&codec.StatDownloaded != 0 {
		sums.downloaded.Add(progress(&last.Downloaded, r.Downloaded))
	}
	if has&codec.StatBandwidth != 0 {
		sums.bandwidth.Add(r.Bandwidth - last.Bandwidth)
		last.Bandwidth = r.Bandwidth
	}
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
	n := *s.statOf(h, m)
	if n == 0 {
		return Statistics{}, false
	}
	return s.stats.at(n).Statistics, true
}

// dropStat forgets the report of a membership. The swarm keeps the bytes, but
// its bandwidth shrinks.
func (s *Stripe) dropStat(h Handle, m Member) {
	at := s.statOf(h, m)
	if *at == 0 {
		return
	}
	s.x.swarm(s.Swarm(h, m).number).sums.bandwidth.Add(-s.stats.at(*at).Bandwidth)
	s.stats.release(*at)
	*at = 0
}
