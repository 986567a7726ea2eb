package scale

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sort"
	"time"

	"github.com/ppspd/ppspd/bench/host"
	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/engine"
	"github.com/ppspd/ppspd/wheel"
)

// Config says how large a run is.
type Config struct {
	Peers, Swarms int
	Timeouts      int     // track timeouts of churn
	Vanish        float64 // share of the peers that vanishes in one track timeout
	Seed          uint64
}

// Figures are what a run has found. What is called work or slice is CPU time,
// so that a machine that does other things too does not show in it.
type Figures struct {
	Peers, Swarms  int
	Fill           time.Duration // of one CONNECT, mean
	Report         time.Duration // of one STAT_REPORT during churn, mean
	ResidentPeer   float64       // bytes of resident memory for each peer, all in
	IndexPeer      float64       // bytes for each peer as the tracker counts them
	GCCPU          time.Duration // CPU of one garbage collection, mean of five
	GCPause        time.Duration // its longest stop of the world in the run
	WorstSlice     time.Duration // longest call of Advance during churn
	TickWork       time.Duration // of one tick during churn, mean
	Storm          time.Duration // work to remove all peers, when all have vanished
	StormSlice     time.Duration // longest call of Advance in the storm
	Expired, Ended uint64
}

// run is a run in progress.
type run struct {
	Config
	tracker *engine.Tracker
	life    []uint8 // of each place: which peer it is that lives there
	zipf    []float64
	req     codec.Request
	resp    codec.Response
	now     wheel.Tick
	buf     []byte
}

// track is the default track timeout in ticks; period is how often peers report,
// somewhat oftener than they have to.
const (
	track  = wheel.Tick(2 * time.Minute / wheel.TickDuration)
	period = track * 9 / 10
)

// Run fills a tracker, lets time pass and measures.
func Run(c Config) (Figures, error) {
	runtime.LockOSThread() // slices are measured by the thread's CPU clock
	defer runtime.UnlockOSThread()
	e := engine.Default()
	e.Seed = c.Seed
	r := &run{Config: c, tracker: engine.New(e), life: make([]uint8, c.Peers), zipf: popularity(c.Swarms)}
	f := Figures{Peers: c.Peers}
	if err := r.fill(&f); err != nil {
		return f, err
	}
	if err := r.churn(&f); err != nil {
		return f, err
	}
	if err := r.weigh(&f); err != nil {
		return f, err
	}
	r.storm(&f)
	return f, nil
}

// fill registers every peer, spread over one period.
func (r *run) fill(f *Figures) error {
	start := time.Now()
	for place := range r.Peers {
		r.now = wheel.Tick(place * int(period) / r.Peers)
		if err := r.connect(place); err != nil {
			return err
		}
	}
	f.Fill = time.Since(start) / time.Duration(r.Peers)
	return nil
}

// churn lets time pass: every peer reports once in each period, but for
// those that vanish; their places are taken by new peers when they have
// expired.
func (r *run) churn(f *Figures) error {
	rnd := rand.New(rand.NewPCG(r.Seed, 2))
	vanished := make([]int32, 0, int(float64(r.Peers)*r.Vanish)+1)
	var reports, ticks int
	var work, advance time.Duration
	for range r.Timeouts {
		vanished = vanished[:0]
		next := 0
		for t := wheel.Tick(0); t < period; t++ {
			r.now++
			start := time.Now()
			for end := r.Peers * int(t+1) / int(period); next < end; next++ {
				if rnd.Float64() < r.Vanish {
					vanished = append(vanished, int32(next))
					continue
				}
				if err := r.report(next, next%2 == 0); err != nil {
					return err
				}
				reports++
			}
			work += time.Since(start)
			advance += r.advance(&f.WorstSlice)
			ticks++
		}
		if err := r.replace(vanished); err != nil {
			return err
		}
	}
	f.Report = work / time.Duration(max(reports, 1))
	f.TickWork = advance / time.Duration(max(ticks, 1))
	return nil
}

// replace puts new peers where others have vanished. The old one may live on
// until it expires.
func (r *run) replace(places []int32) error {
	for _, place := range places {
		r.life[place]++
		if err := r.connect(int(place)); err != nil {
			return err
		}
	}
	return nil
}

// advance expires what is due now and keeps the longest slice.
func (r *run) advance(worst *time.Duration) (work time.Duration) {
	for more := true; more; {
		start := host.ThreadCPU()
		_, more = r.tracker.Advance(r.now, 8)
		took := host.ThreadCPU() - start
		*worst = max(*worst, took)
		work += took
	}
	return work
}

// weigh measures memory and garbage collection.
func (r *run) weigh(f *Figures) error {
	runtime.GC()
	debug.FreeOSMemory()
	before := gcCPU()
	const cycles = 5
	for range cycles {
		runtime.GC()
	}
	f.GCCPU = (gcCPU() - before) / cycles
	var stats debug.GCStats
	debug.ReadGCStats(&stats)
	for _, p := range stats.Pause {
		f.GCPause = max(f.GCPause, p)
	}
	use, err := host.UsageOf(os.Getpid())
	if err != nil {
		return err
	}
	s := r.tracker.Stats()
	f.Swarms, f.Expired = s.Swarms, s.Expired
	f.ResidentPeer = float64(use.RSS) / float64(s.Peers)
	f.IndexPeer = float64(s.Bytes) / float64(s.Peers)
	return nil
}

// storm lets everybody vanish at once.
func (r *run) storm(f *Figures) {
	r.now += 2 * track
	f.Storm = r.advance(&f.StormSlice)
	s := r.tracker.Stats()
	f.Ended = s.Expired
	if s.Peers != 0 {
		panic(fmt.Sprintf("BUG: %d peers survive the storm", s.Peers))
	}
}

func gcCPU() time.Duration {
	s := []metrics.Sample{{Name: "/cpu/classes/gc/total:cpu-seconds"}}
	metrics.Read(s)
	return time.Duration(s[0].Value.Float64() * float64(time.Second))
}

func popularity(n int) []float64 {
	out, sum := make([]float64, n), 0.0
	for i := range out {
		sum += 1 / float64(i+1)
		out[i] = sum
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}

// peer is the generator of all that belongs to the peer at a place.
func (r *run) peer(place int) *rand.PCG {
	return rand.NewPCG(r.Seed^uint64(r.life[place])<<32, uint64(place))
}

func (r *run) swarmOf(g *rand.PCG) int {
	x := float64(g.Uint64()>>11) / (1 << 53)
	return min(sort.SearchFloat64s(r.zipf, x), r.Swarms-1)
}

// start makes the part of a request that all have, and returns the peer's swarm.
func (r *run) start(place int, method codec.Method) (swarm int, ip netip.Addr) {
	g := r.peer(place)
	r.req.Reset()
	r.req.Dialect, r.req.Method = codec.DialectBase, method
	var k codec.Key
	k.Form = codec.FormUUIDLower
	for i := 0; i < 16; i += 8 {
		v := g.Uint64()
		for j := range 8 {
			k.ID[i+j] = byte(v >> (8 * j))
		}
	}
	v := g.Uint64()
	ip = netip.AddrFrom4([4]byte{11, byte(v), byte(v >> 8), byte(v >> 16)})
	r.req.Observed = netip.AddrPortFrom(ip, uint16(v>>24)|1024)
	r.buf = k.AppendID(r.buf[:0])
	r.req.PeerID = r.req.Keep(r.buf)
	r.req.TransactionID = r.req.Keep([]byte("1"))
	r.req.Fingerprint = math.MaxUint64 - g.Uint64()>>1 + uint64(r.now)
	return r.swarmOf(g), ip
}

func (r *run) swarmSpan(swarm int) codec.Span {
	r.buf = fmt.Appendf(r.buf[:0], "swarm-%06d", swarm)
	return r.req.Keep(r.buf)
}

func (r *run) connect(place int) error {
	swarm, ip := r.start(place, codec.MethodConnect)
	a := r.req.AddAction()
	a.Verb, a.Mode, a.SwarmID = codec.VerbJoin, codec.ModeLeech, r.swarmSpan(swarm)
	if place%5 == 0 {
		a.Mode = codec.ModeSeed
	}
	r.req.PeerGroup = true
	addr := r.req.AddAddress()
	addr.SetAddr(ip)
	addr.Port, addr.Priority, addr.Flags = 8080, uint32(place), addr.Flags|codec.AddrPriority
	return r.handle()
}

func (r *run) report(place int, statistics bool) error {
	swarm, _ := r.start(place, codec.MethodStatReport)
	if statistics {
		r.req.Statistics = true
		s := r.req.AddStat()
		s.Property, s.Has = codec.PropertyStreamStatistics, codec.StatUploaded|codec.StatDownloaded|codec.StatBandwidth
		s.SwarmID = r.swarmSpan(swarm)
		s.Uploaded, s.Downloaded, s.Bandwidth = uint64(r.now)*1000, uint64(r.now)*1100, 2_000_000
	}
	return r.handle()
}

func (r *run) handle() error {
	r.tracker.Handle(r.now, &r.req, &r.resp)
	if r.resp.Status != codec.StatusOK {
		return fmt.Errorf("%v was refused: %s", r.req.Method, r.resp.Fault.Reason())
	}
	return nil
}
