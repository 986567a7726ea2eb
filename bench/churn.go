package bench

import "github.com/ppspd/ppspd/bench/request"

// lives is a population that lives: each place has a peer that joins, reports,
// asks for more peers, changes its swarm, leaves or vanishes, and is followed
// by another.
//
//	absent  --Join-->   present
//	present --Report, Statistics, Refresh, Switch--> present
//	present --Leave-->  absent, next life
//	present (vanishes)  absent, next life; the tracker's timer finds out
//
// Requests on different connections may overtake each other. So a place that
// was drawn for one of the requests still in flight is drawn again: the tracker
// has answered whatever a peer asked before.
type lives struct {
	*writer
	population *Population
	places     []life
	inFlight   uint64 // requests after which one is certainly answered
	sent       uint64
}

// life is the present peer of a place.
type life struct {
	last    uint64 // number of its latest request, 0: none
	number  int32  // how many peers had the place before
	swarm   int32  // the swarm it is in
	present bool
}

func newLives(p *Population, inFlight int) *lives {
	l := &lives{
		writer: newWriter(request.Join, request.Refresh, request.Switch, request.Leave,
			request.Report, request.Statistics),
		population: p,
		places:     make([]life, p.peers),
		inFlight:   uint64(inFlight),
		sent:       uint64(inFlight),
	}
	for place := range l.places {
		l.places[place] = life{swarm: int32(p.swarm(place)), present: true}
	}
	return l
}

// AppendNext appends what some peer asks next.
func (l *lives) AppendNext(dst []byte) []byte {
	place := l.rng.IntN(len(l.places))
	for l.places[place].last+l.inFlight > l.sent {
		place = l.rng.IntN(len(l.places))
	}
	l.sent++
	now := &l.places[place]
	now.last = l.sent
	kind := l.step(now, place)
	return l.write(dst, kind)
}

// step decides what the peer of a place does and sets the values of it. Of
// 100 draws for a present leecher 66 are reports, 20 refreshes, 6 switches and
// 6 leaves; in 2 it has vanished and the next peer joins. A seeder reports
// instead of what is not for it (Table 8).
func (l *lives) step(now *life, place int) request.Kind {
	draw := l.rng.IntN(100)
	if now.present && draw >= 98 {
		now.present = false
		now.number++
	}
	if !now.present {
		return l.join(now, place)
	}
	l.describe(now, place)
	switch {
	case draw < 33:
		return request.Report
	case draw < 66, draw < 92 && l.population.seeds(place):
		l.measure()
		return request.Statistics
	case draw < 86:
		return request.Refresh
	case draw < 92:
		return l.change(now)
	}
	return l.leave(now)
}

// describe sets the values of the present peer and the swarm that it is in.
func (l *lives) describe(now *life, place int) {
	l.population.describe(&l.values, place, int(now.number))
	l.values.Swarm = appendSwarmID(l.values.Swarm[:0], int(now.swarm))
	l.values.PeerNum = 30
}

func (l *lives) join(now *life, place int) request.Kind {
	now.present = true
	now.swarm = int32(l.population.swarm(place))
	l.describe(now, place)
	return request.Join
}

func (l *lives) leave(now *life) request.Kind {
	now.present = false
	now.number++
	return request.Leave
}

// change moves the peer to the swarm after its own.
func (l *lives) change(now *life) request.Kind {
	now.swarm = (now.swarm + 1) % int32(l.population.swarms())
	l.values.Other = appendSwarmID(l.values.Other[:0], int(now.swarm))
	return request.Switch
}
