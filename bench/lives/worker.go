package lives

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"strconv"
	"time"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/codec/ppsphttp"
)

// requestTimeout is how long an answer may take.
const requestTimeout = 10 * time.Second

// worker plays its share of the peers over one connection.
type worker struct {
	run    *run
	mine   []*peer
	rnd    *rand.Rand
	writer writer
	check  checker
	conn   *ppsphttp.Conn
	local  netip.AddrPort
	req    codec.Request
	resp   codec.Response

	latency    Histogram
	requests   uint64
	errors     map[string]uint64
	violations map[string]uint64
	sent, got  int64 // bytes of closed connections
}

func newWorker(r *run, mine []*peer, seed uint64) *worker {
	w := &worker{run: r, mine: mine, rnd: rand.New(rand.NewPCG(r.Seed, seed)),
		errors: map[string]uint64{}, violations: map[string]uint64{}}
	w.writer = writer{names: r.names, mix: r.Mix, local: r.local}
	w.check = checker{names: r.names, peers: r.peers, listed: map[int]struct{}{},
		fail: func(kind string) { w.violations[kind]++; r.errors.Add(1) }}
	return w
}

// play lives until ctx ends. A closed loop sends at once; an open loop sends
// every interval, beginning at first.
func (w *worker) play(ctx context.Context, first moment, interval time.Duration) {
	defer w.hangUp()
	for start := first; ctx.Err() == nil; start += interval {
		if interval > 0 && !sleepUntil(ctx, w.run.began.Add(start)) {
			return
		}
		if interval == 0 {
			start = w.run.now()
		}
		if w.conn == nil && !w.dial(ctx) {
			continue
		}
		if p := w.pick(); p != nil {
			w.live(p, start)
		} else {
			sleepUntil(ctx, time.Now().Add(Tick)) // everybody is silent
		}
	}
}

func sleepUntil(ctx context.Context, t time.Time) bool {
	d := time.Until(t)
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// pick is a random peer that has something to say now: one whose registration
// is about to expire waits until it certainly has.
func (w *worker) pick() *peer {
	now := w.run.now()
	for range 64 {
		p := w.mine[w.rnd.IntN(len(w.mine))]
		if p.phase == offline {
			return p
		}
		silent := p.silent(now)
		switch {
		case silent > w.run.timeout()+5*Tick:
			p.leaveAll(p.contact + w.run.timeout() + 2*Tick)
			p.phase = offline
			return p
		case p.phase == online && silent < w.run.timeout()-5*Tick:
			return p
		}
	}
	return nil
}

// live lets p do one thing.
func (w *worker) live(p *peer, start moment) {
	m := &w.run.Mix
	if p.phase == offline {
		w.connect(p, start)
		return
	}
	n := w.rnd.IntN(m.Report + m.Refresh + m.Switch + m.Leave + m.Vanish)
	switch {
	case n < m.Report:
		w.report(p, start)
	case n < m.Report+m.Refresh && !p.seeder:
		w.refresh(p, start)
	case n < m.Report+m.Refresh+m.Switch && !p.seeder:
		w.change(p, start)
	case n < m.Report+m.Refresh+m.Switch:
		w.report(p, start) // a seeder stays with its swarms
	case n < m.Report+m.Refresh+m.Switch+m.Leave:
		w.leave(p, start)
	default:
		p.phase = vanished
	}
}

func (w *worker) connect(p *peer, start moment) {
	swarms := [3]int{w.run.swarm(w.rnd), w.run.swarm(w.rnd), w.run.swarm(w.rnd)}
	joined := swarms[:1]
	if p.seeder && swarms[1] != swarms[0] {
		joined = swarms[:2]
		if swarms[2] != swarms[0] && swarms[2] != swarms[1] {
			joined = swarms[:3]
		}
	}
	w.writer.joins(&w.req, p, joined...)
	for _, s := range joined {
		p.join(s)
	}
	if w.exchange(p, start) {
		p.phase = online
	}
}

func (w *worker) refresh(p *peer, start moment) {
	w.writer.joins(&w.req, p, p.current[0].swarm)
	w.exchange(p, start)
}

func (w *worker) change(p *peer, start moment) {
	from, to := p.current[0].swarm, w.run.swarm(w.rnd)
	if from == to {
		w.refresh(p, start)
		return
	}
	w.writer.leaves(&w.req, p, to, from)
	p.join(to)
	if w.exchange(p, start) {
		p.leave(from, w.run.now())
	}
}

func (w *worker) leave(p *peer, start moment) {
	var buf [4]int
	swarms := buf[:0]
	for _, m := range p.current {
		swarms = append(swarms, m.swarm)
	}
	w.writer.leaves(&w.req, p, -1, swarms...)
	if w.exchange(p, start) {
		p.leaveAll(w.run.now())
		p.phase = offline
	}
}

func (w *worker) report(p *peer, start moment) {
	p.uploaded += w.rnd.Uint64N(1 << 20)
	p.downloaded += w.rnd.Uint64N(1 << 20)
	w.writer.report(&w.req, p, w.rnd.Float64() < w.run.Mix.Statistics)
	w.exchange(p, start)
}

// exchange sends the request at hand and checks the answer. It reports whether
// the tracker did what was asked.
func (w *worker) exchange(p *peer, start moment) bool {
	p.begin(w.local.Port(), w.req.Method == codec.MethodConnect)
	sent := w.run.now()
	_ = w.conn.NetConn().SetDeadline(w.run.began.Add(sent + requestTimeout)) // fails only on a closed one, as Do does
	err := w.conn.Do(&w.req, &w.resp)
	now := w.run.now()
	p.end(now)
	w.requests++
	w.run.requests.Add(1)
	w.latency.Add(now - start)
	if err != nil {
		w.broken(p, err)
		return false
	}
	if w.resp.Status != codec.StatusOK {
		w.refused(p, now)
		return false
	}
	if w.resp.TrackTimeout > 0 {
		w.run.timeoutNS.Store(int64(w.resp.TrackTimeout) * int64(time.Second))
	}
	w.check.answer(p, &w.req, &w.resp, sent, w.local, w.run)
	return true
}

// broken: nobody knows what the tracker did; the peer keeps silent until its
// registration has expired for certain.
func (w *worker) broken(p *peer, err error) {
	p.phase = vanished
	kind := "transport"
	var fault *codec.Error
	switch {
	case errors.As(err, &fault):
		kind = "answer: " + fault.Error()
	case errors.Is(err, context.DeadlineExceeded) || isTimeout(err):
		kind = "no answer in " + requestTimeout.String()
	}
	w.count(kind)
	w.hangUp()
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}

// refused: a 403 has de-registered the peer; after any other refusal all is as
// it was, which for one that just connects means that it is nowhere.
func (w *worker) refused(p *peer, now moment) {
	w.count(strconv.Itoa(int(w.resp.Status)) + " " + w.conn.Reason)
	if p.phase == offline || w.resp.Status == codec.StatusForbidden {
		p.leaveAll(now)
		p.phase = offline
	}
}

func (w *worker) count(kind string) {
	w.errors[kind]++
	w.run.errors.Add(1)
}

func (w *worker) dial(ctx context.Context) bool {
	d := net.Dialer{Timeout: requestTimeout}
	c, err := d.DialContext(ctx, "tcp", w.run.host)
	if err != nil {
		if ctx.Err() == nil {
			w.count(fmt.Sprintf("connect: %v", errors.Unwrap(err)))
			sleepUntil(ctx, time.Now().Add(Tick))
		}
		return false
	}
	w.local = c.LocalAddr().(*net.TCPAddr).AddrPort()
	w.local = netip.AddrPortFrom(w.local.Addr().Unmap(), w.local.Port())
	w.conn = ppsphttp.NewConn(c, w.run.Target, w.run.Encoding, w.run.Gzip)
	return true
}

func (w *worker) hangUp() {
	if w.conn != nil {
		w.sent += w.conn.Sent
		w.got += w.conn.Received
		w.conn.Close()
		w.conn = nil
	}
}
