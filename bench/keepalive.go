package bench

import "github.com/ppspd/ppspd/bench/request"

// reports are STAT_REPORTs of random peers.
type reports struct {
	*writer
	population *Population
}

func newReports(p *Population) *reports {
	return &reports{newWriter(request.Report, request.Statistics), p}
}

// AppendNext appends a report; every second one, at random, has statistics.
func (r *reports) AppendNext(dst []byte) []byte {
	r.population.describe(&r.values, r.rng.IntN(r.population.peers), 0)
	if r.rng.Uint64()&1 == 0 {
		return r.write(dst, request.Report)
	}
	r.measure()
	return r.write(dst, request.Statistics)
}
