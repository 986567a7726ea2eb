package bench

import "github.com/ppspd/ppspd/bench/request"

// refreshes are CONNECTs of random leechers for the swarm that they are in.
type refreshes struct {
	*writer
	population *Population
	peerNum    int
}

func newRefreshes(p *Population, peerNum int) *refreshes {
	return &refreshes{newWriter(request.Refresh), p, peerNum}
}

// AppendNext appends a refresh.
func (r *refreshes) AppendNext(dst []byte) []byte {
	place := r.rng.IntN(r.population.peers)
	for r.population.seeds(place) {
		place = r.rng.IntN(r.population.peers)
	}
	r.population.describe(&r.values, place, 0)
	r.values.PeerNum = r.peerNum
	return r.write(dst, request.Refresh)
}
