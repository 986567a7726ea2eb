package engine

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/ppspd/ppspd/codec"
)

// crowd is a tracker with registered peers: UUIDs, one announced IPv4 address
// with a priority each; every fifth seeds. Peer i is in swarm i%swarms.
type crowd struct {
	tracker *Tracker
	peers   int
	swarms  int
	plays   uint64
}

func newCrowd(b *testing.B, peers, swarms int) *crowd {
	b.Helper()
	c := Default()
	c.Seed = 1
	d := &crowd{tracker: New(c), peers: peers, swarms: swarms}
	var req codec.Request
	var resp codec.Response
	for i := range peers {
		s := d.newScript(i, actJoin)
		s.write(&req, uint64(i+1))
		req.PeerNum = codec.PeerNum{Present: true}
		if d.tracker.Handle(1000, &req, &resp); resp.Fault != codec.FaultNone {
			b.Fatal(resp.Fault)
		}
	}
	return d
}

// act is what a request does.
type act uint8

const (
	actJoin     act = iota // CONNECT of a new peer
	actRefresh             // CONNECT to its swarm once more
	actPrefer              // the same with a preferred capability
	actSwitch              // LEAVE of one swarm, JOIN of another, and back
	actComeGo              // CONNECT of a new peer, its last LEAVE
	actKeep                // STAT_REPORT without statistics
	actReport              // STAT_REPORT with one block
	actStranger            // STAT_REPORT of a peer that is not registered
	actForeign             // LEAVE from a foreign IP
)

// script is a request that is ready but for its fingerprint. It is small: a
// front end parses into one codec.Request that stays in the cache, so the
// benchmark fills one, too.
type script struct {
	act     act
	flipped bool // of the two requests of actSwitch and actComeGo the second
	list    uint32
	seed    bool
	peer    [36]byte
	swarm   [2][32]byte
	from    netip.AddrPort
}

func (d *crowd) newScript(i int, a act) *script {
	s := &script{act: a, seed: i%5 == 0 && a == actJoin}
	if a == actComeGo || a == actStranger {
		i += d.peers
	}
	var id [16]byte
	binary.BigEndian.PutUint64(id[:], uint64(i)*0x9e3779b97f4a7c15)
	binary.BigEndian.PutUint64(id[8:], uint64(i))
	copy(s.peer[:], fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:]))
	copy(s.swarm[0][:], fmt.Sprintf("%032x", uint32(i%d.swarms)*0x9e3779b1))
	copy(s.swarm[1][:], fmt.Sprintf("%032x", uint32((i+1)%d.swarms)*0x9e3779b1+1))
	s.from = netip.AddrPortFrom(netip.AddrFrom4([4]byte{byte(16 + i>>24), byte(i >> 16), byte(i >> 8), byte(i)}), 5000)
	if a == actForeign {
		s.from = netip.MustParseAddrPort("192.0.2.1:1")
	}
	return s
}

// write fills a request.
func (s *script) write(r *codec.Request, fingerprint uint64) {
	r.Reset()
	r.Dialect, r.Observed, r.Fingerprint = codec.DialectBase, s.from, fingerprint<<markShift
	r.PeerID = r.Keep(s.peer[:])
	r.TransactionID = r.Keep(binary.BigEndian.AppendUint64(nil, fingerprint))
	if s.act == actKeep || s.act == actReport || s.act == actStranger {
		s.writeReport(r)
		return
	}
	r.Method = codec.MethodConnect
	r.PeerNum = codec.PeerNum{Present: true, Count: s.list}
	switch {
	case s.act == actForeign, s.act == actComeGo && s.flipped:
		s.action(r, codec.VerbLeave, 0)
		return
	case s.act == actPrefer:
		r.PeerNum.Links = codec.LevelHigh
	case s.act == actSwitch:
		from := 0
		if s.flipped {
			from = 1
		}
		s.action(r, codec.VerbLeave, from)
		s.action(r, codec.VerbJoin, 1-from)
		return
	}
	s.action(r, codec.VerbJoin, 0)
	r.PeerGroup = true
	p := r.AddAddress()
	p.SetAddr(r.Observed.Addr())
	p.Port, p.Priority, p.Flags = 7000, 1, p.Flags|codec.AddrPriority
}

func (s *script) action(r *codec.Request, v codec.Verb, swarm int) {
	a := r.AddAction()
	a.Verb, a.Mode = v, codec.ModeLeech
	if s.seed {
		a.Mode = codec.ModeSeed
	}
	a.SwarmID = r.Keep(s.swarm[swarm][:])
	a.TransactionID = r.TransactionID
}

func (s *script) writeReport(r *codec.Request) {
	r.Method = codec.MethodStatReport
	if s.act == actReport {
		r.Statistics = true
		t := r.AddStat()
		t.Property, t.Has = codec.PropertyStreamStatistics, codec.StatUploaded|codec.StatDownloaded|codec.StatBandwidth
		t.SwarmID = r.Keep(s.swarm[0][:])
		t.Uploaded, t.Downloaded, t.Bandwidth = 1<<20, 1<<21, 1<<22
	}
}

// scripts is how many requests a benchmark rotates.
const scripts = 8192

// play makes scripts of random peers, different ones, by these acts in turn,
// and plays them on as many goroutines as there are processors.
func (d *crowd) play(b *testing.B, list uint32, acts ...act) {
	rnd := rand.New(rand.NewPCG(7, 7))
	pool := make([]*script, scripts)
	step := d.peers / scripts
	for n := range pool {
		i := n*step + rnd.IntN(step-1)
		if i%5 == 0 { // seeders stay what they are
			i++
		}
		pool[n] = d.newScript(i, acts[n%len(acts)])
		pool[n].list = list
	}
	rnd.Shuffle(len(pool), func(i, j int) { pool[i], pool[j] = pool[j], pool[i] })
	d.plays++
	mark := d.plays << 36 // no fingerprint twice
	var req codec.Request
	var resp codec.Response
	for _, s := range pool { // all have grown
		d.playOne(s, &mark, &req, &resp)
	}
	part := scripts / runtime.GOMAXPROCS(0)
	var worker atomic.Int64
	b.ReportAllocs()
	b.ResetTimer()
	used := cpuTime()
	b.RunParallel(func(pb *testing.PB) {
		w := int(worker.Add(1))
		own := pool[(w-1)*part : w*part]
		var req codec.Request
		var resp codec.Response
		mark := d.plays<<36 | uint64(w)<<32
		for n := 0; pb.Next(); n++ {
			d.playOne(own[n%part], &mark, &req, &resp)
		}
	})
	b.StopTimer()
	b.ReportMetric(float64(cpuTime()-used)/float64(b.N), "cpu-ns/op")
	for _, s := range pool { // back to where they were
		if s.flipped {
			d.playOne(s, &mark, &req, &resp)
		}
	}
}

// cpuTime is the processor time that the program has used. On a machine that
// is shared it tells more than the clock, and between -cpu 1 and -cpu 2 what
// the processors cost each other.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func (d *crowd) playOne(s *script, mark *uint64, req *codec.Request, resp *codec.Response) {
	*mark++
	s.write(req, *mark)
	d.tracker.Handle(1001, req, resp)
	switch {
	case s.act == actStranger || s.act == actForeign:
		if resp.Fault == codec.FaultNone {
			panic("not refused")
		}
	case resp.Fault != codec.FaultNone:
		panic(resp.Fault)
	case s.act == actSwitch || s.act == actComeGo:
		s.flipped = !s.flipped
	}
}

// BenchmarkHandle measures Handle, and the filling of the request: see the row
// method=none for that alone. Lists of 50 unless said.
func BenchmarkHandle(b *testing.B) {
	for _, size := range []struct{ peers, swarms int }{{100_000, 1000}, {1_000_000, 100_000}} {
		d := newCrowd(b, size.peers, size.swarms)
		for _, row := range []struct {
			name string
			list uint32
			acts []act
		}{
			{"method=STAT_REPORT/stats=0", 0, []act{actKeep}},
			{"method=STAT_REPORT/stats=1", 0, []act{actReport}},
			{"method=STAT_REPORT/refused=unknown", 0, []act{actStranger}},
			{"method=CONNECT/do=refresh/list=0", 0, []act{actRefresh}},
			{"method=CONNECT/do=refresh/list=50", 50, []act{actRefresh}},
			{"method=CONNECT/do=prefer/list=50", 50, []act{actPrefer}},
			{"method=CONNECT/do=switch/list=50", 50, []act{actSwitch}},
			{"method=CONNECT/do=comego/list=50", 50, []act{actComeGo}},
			{"method=CONNECT/refused=binding", 0, []act{actForeign}},
		} {
			b.Run(fmt.Sprintf("peers=%d/%s", size.peers, row.name), func(b *testing.B) { d.play(b, row.list, row.acts...) })
		}
	}
	b.Run("method=none", func(b *testing.B) {
		d := &crowd{peers: 1, swarms: 1}
		s := d.newScript(1, actKeep)
		var req codec.Request
		for i := range b.N {
			s.write(&req, uint64(i))
		}
	})
}

// mixed is what a tracker has to do: mostly reports, some refreshes, switches,
// and peers that come and go.
var mixed = []act{
	actKeep, actReport, actKeep, actRefresh, actKeep, actReport, actKeep, actRefresh, actKeep, actReport,
	actSwitch, actKeep, actReport, actKeep, actRefresh, actKeep, actReport, actKeep, actComeGo, actKeep,
}

// BenchmarkMixed is for -cpu 1,2: a swarm of all peers, and many swarms of 10.
// Lists are of 8, so that they are the same work in both.
func BenchmarkMixed(b *testing.B) {
	for _, swarms := range []int{100_000, 1} {
		d := newCrowd(b, 1_000_000, swarms)
		b.Run(fmt.Sprintf("peers=1000000/swarms=%d", swarms), func(b *testing.B) { d.play(b, 8, mixed...) })
	}
}

// BenchmarkAdvance removes peers whose timers have all run out. One op is one
// peer; worst is the longest call with a budget of 8.
func BenchmarkAdvance(b *testing.B) {
	const now = 1000 + 1201
	var worst time.Duration
	b.ReportAllocs()
	for gone := 0; gone < b.N; {
		b.StopTimer()
		d := newCrowd(b, 100_000, 1000)
		b.StartTimer()
		for more := true; more && gone < b.N; {
			var n int
			start := time.Now()
			n, more = d.tracker.Advance(now, 8)
			worst = max(worst, time.Since(start))
			gone += n
		}
	}
	b.ReportMetric(float64(worst), "worst-ns")
}
