package engine

import (
	"flag"
	"fmt"
	"hash/fnv"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/wheel"
)

var rewrite = flag.Bool("rewrite", false, "write the answers into testdata and docs instead of comparing them")

// TestScenarios plays the files of testdata: each line before "----" is a
// command, what follows up to an empty line is what they print.
//
//	config track=2m default=30 max=50 maxpeers=0 announced=verified relays=CIDR,... binding=ip
//	connect peer=A from=IP:PORT [tid=T] [join=SWARM:MODE,...] [leave=SWARM:MODE,...] [num=N nat=K links=L online=L upload=L]
//	        [addr=IP:PORT[/TYPE[/PRIORITY[/PROTOCOL]]],...] [group] [plain] [count]
//	stat    peer=A from=IP:PORT [tid=T] [swarm=S up=N down=N bw=N online=SECONDS] [name=PROPERTY]
//	again   [from=IP:PORT]       the last request once more, byte for byte
//	tick D                       time passes; the owner of the tracker looks after its timers
//	sleep D                      time passes; nobody looks after the timers
//	shift D                      the clock jumped by D; the deadlines move with it
//	state                        the tracker's state and sizes
//	stats                        the counters that are not 0
//
// A transaction without tid gets a new one. Actions have transactionIDs
// T.1, T.2 ..., none with plain. With count the peers of each list are counted
// only: those of a list that is not all of a swarm are chosen at random.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { playFile(t, file) })
	}
}

func playFile(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	st := newStage(t)
	var out strings.Builder
	for block := range strings.SplitSeq(strings.TrimRight(string(text), "\n"), "\n\n") {
		commands, want, has := strings.Cut(block+"\n", "----\n")
		if !has {
			out.WriteString(block + "\n\n") // a comment of its own
			continue
		}
		got := ""
		for line := range strings.Lines(commands) {
			got += st.play(t, strings.TrimSpace(line))
		}
		if !*rewrite && got != want {
			t.Errorf("%s\n%sgot:\n%swant:\n%s", file, commands, got, want)
		}
		out.WriteString(commands + "----\n" + got + "\n")
		if err := st.tracker.Check(); err != nil {
			t.Fatalf("after\n%s%v", commands, err)
		}
	}
	if *rewrite {
		if err := os.WriteFile(file, []byte(strings.TrimRight(out.String(), "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// stage is a tracker under test with a clock of its own.
type stage struct {
	tracker *Tracker
	elapsed time.Duration
	tid     int
	last    []string // the last request's words, the tid among them
	from    netip.AddrPort
	req     codec.Request
	resp    codec.Response
}

// epoch is the time at which tests begin: not 0, so that there is a past.
const epoch = time.Hour

func testConfig() Config {
	c := Default()
	c.Stripes, c.Seed = 16, 1
	return c
}

func newStage(t *testing.T) *stage {
	return newStageWith(t, testConfig())
}

func newStageWith(t *testing.T, c Config) *stage {
	t.Helper()
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	return &stage{tracker: New(c), elapsed: epoch}
}

func (s *stage) now() wheel.Tick { return wheel.Since(s.elapsed) }

// play performs one command and returns what it prints.
func (s *stage) play(t *testing.T, line string) string {
	t.Helper()
	words := strings.Fields(line)
	if len(words) == 0 || strings.HasPrefix(line, "#") {
		return ""
	}
	switch words[0] {
	case "config":
		s.tracker = New(parseConfig(t, words[1:]))
	case "connect", "stat":
		s.request(t, words)
		if _, count := option(words, "count"); count {
			return s.countListed()
		}
		return s.handle()
	case "again":
		if from, ok := option(words, "from"); ok {
			s.from = netip.MustParseAddrPort(from)
		}
		s.build(t, s.last)
		return s.handle()
	case "tick":
		s.pass(parseDuration(t, words[1]))
	case "sleep":
		s.elapsed += parseDuration(t, words[1])
	case "shift":
		d := parseDuration(t, words[1])
		s.elapsed += d
		s.tracker.Shift(wheel.Since(d))
	case "state":
		st := s.tracker.Stats()
		return fmt.Sprintf("%v peers=%d swarms=%d memberships=%d\n", st.State, st.Peers, st.Swarms, st.Memberships)
	case "stats":
		return s.counters()
	default:
		t.Fatalf("unknown command %q", line)
	}
	return ""
}

// pass lets time pass with somebody looking after the timers at each tick.
func (s *stage) pass(d time.Duration) {
	for end := s.elapsed + d; s.elapsed < end; {
		s.elapsed = min(end, s.elapsed+wheel.TickDuration)
		s.sweep()
	}
}

func (s *stage) sweep() {
	for more := true; more; {
		_, more = s.tracker.Advance(s.now(), 1000)
	}
}

// request builds the request that the words tell, with a new tid if need be.
func (s *stage) request(t *testing.T, words []string) {
	t.Helper()
	if _, ok := option(words, "tid"); !ok {
		s.tid++
		words = append(words, "tid=t"+strconv.Itoa(s.tid))
	}
	s.last = words
	if from, ok := option(words, "from"); ok {
		s.from = netip.MustParseAddrPort(from)
	}
	s.build(t, words)
}

func option(words []string, name string) (string, bool) {
	for _, w := range words {
		if v, ok := strings.CutPrefix(w, name+"="); ok {
			return v, true
		}
	}
	return "", slices.Contains(words, name)
}

// build fills s.req.
func (s *stage) build(t *testing.T, words []string) {
	t.Helper()
	r := &s.req
	r.Reset()
	r.Dialect, r.Observed = codec.DialectBase, s.from
	body := fnv.New64a()
	for _, w := range words {
		if !strings.HasPrefix(w, "from=") {
			body.Write([]byte(w + " "))
		}
	}
	r.Fingerprint = body.Sum64()
	get := func(name string) string { v, _ := option(words, name); return v }
	r.TransactionID = r.Keep([]byte(get("tid")))
	r.PeerID = r.Keep([]byte(get("peer")))
	if words[0] == "stat" {
		r.Method = codec.MethodStatReport
		buildStat(t, r, words)
		return
	}
	r.Method = codec.MethodConnect
	n := 0
	for _, w := range words[1:] {
		verb, list, _ := strings.Cut(w, "=")
		if verb != "join" && verb != "leave" {
			continue
		}
		for item := range strings.SplitSeq(list, ",") {
			n++
			a := r.AddAction()
			swarm, mode, _ := strings.Cut(item, ":")
			a.Verb = codec.ParseVerb([]byte(strings.ToUpper(verb)))
			a.Mode = codec.ParseMode([]byte(mode))
			a.SwarmID = r.Keep([]byte(swarm))
			if _, plain := option(words, "plain"); !plain {
				a.TransactionID = r.Keep(fmt.Appendf(nil, "%s.%d", get("tid"), n))
			}
		}
	}
	if num, ok := option(words, "num"); ok {
		r.PeerNum = codec.PeerNum{Present: true, Count: uint32(parseUint(t, num)), NAT: codec.ParseNAT([]byte(get("nat"))),
			Links: codec.ParseLevel([]byte(get("links"))), Online: codec.ParseLevel([]byte(get("online"))), Upload: codec.ParseLevel([]byte(get("upload")))}
	}
	_, r.PeerGroup = option(words, "group")
	if list, ok := option(words, "addr"); ok {
		r.PeerGroup = true
		for item := range strings.SplitSeq(list, ",") {
			buildAddress(t, r, item)
		}
	}
}

func buildAddress(t *testing.T, r *codec.Request, item string) {
	t.Helper()
	parts := strings.Split(item, "/")
	ap := netip.MustParseAddrPort(parts[0])
	a := r.AddAddress()
	a.SetAddr(ap.Addr())
	a.Port = ap.Port()
	if len(parts) > 1 {
		a.Type = codec.ParseAddrType([]byte(parts[1]))
	}
	if len(parts) > 2 {
		a.Priority = uint32(parseUint(t, parts[2]))
		a.Flags |= codec.AddrPriority
	}
	if len(parts) > 3 {
		if a.Protocol = codec.ParseProtocol([]byte(parts[3])); a.Protocol == codec.WordOther {
			a.ProtocolText = r.Keep([]byte(parts[3]))
		}
	}
}

func buildStat(t *testing.T, r *codec.Request, words []string) {
	t.Helper()
	var s *codec.Stat
	for _, w := range words[1:] {
		name, value, _ := strings.Cut(w, "=")
		if s == nil && !slices.Contains([]string{"peer", "from", "tid"}, name) || name == "swarm" {
			s = r.AddStat()
			s.Property = codec.PropertyStreamStatistics
			r.Statistics = true
		}
		switch name {
		case "swarm":
			s.SwarmID = r.Keep([]byte(value))
		case "up":
			s.Uploaded, s.Has = parseUint(t, value), s.Has|codec.StatUploaded
		case "down":
			s.Downloaded, s.Has = parseUint(t, value), s.Has|codec.StatDownloaded
		case "bw":
			s.Bandwidth, s.Has = parseUint(t, value), s.Has|codec.StatBandwidth
		case "online":
			s.OnlineTime, s.Has = parseUint(t, value), s.Has|codec.StatOnlineTime
		case "name":
			s.Property = codec.PropertyOther
			if value == "ContentMap" {
				s.Property = codec.PropertyContentMap
			}
			s.Name = r.Keep([]byte(value))
		case "root":
			r.AddAction().SwarmID = r.Keep([]byte(value))
		}
	}
}

// handle has the request answered and returns the answer as text, the peers of
// each list sorted.
func (s *stage) handle() string {
	s.tracker.Handle(s.now(), &s.req, &s.resp)
	return renderResponse(&s.resp)
}

// countListed is handle for lists whose peers are a matter of chance.
func (s *stage) countListed() string {
	answer, _, _ := strings.Cut(s.handle(), "\n")
	counts := make([]int, len(s.resp.Swarms))
	for _, p := range s.resp.Peers {
		counts[p.Swarm]++
	}
	for i, n := range counts {
		answer += fmt.Sprintf(" %s:%d", s.resp.Bytes(s.resp.Swarms[i]), n)
	}
	return answer + "\n"
}

func renderResponse(r *codec.Response) string {
	var b strings.Builder
	if r.Fault != codec.FaultNone {
		return fmt.Sprintf("%d %s\n", r.Status, r.Fault.Reason())
	}
	fmt.Fprintf(&b, "%d tid=%s", r.Status, r.Bytes(r.TransactionID))
	for _, res := range r.Results {
		fmt.Fprintf(&b, " %s:%d", r.Bytes(res.TransactionID), res.Status)
	}
	if r.TrackTimeout > 0 {
		fmt.Fprintf(&b, " timeout=%d", r.TrackTimeout)
	}
	if r.HasOwn {
		fmt.Fprintf(&b, " own=%s@%s", r.Bytes(r.PeerID), renderAddress(r, &r.Own))
	}
	b.WriteByte('\n')
	var peers []string
	for i := range r.Peers {
		p := &r.Peers[i]
		peers = append(peers, fmt.Sprintf("  %s: %s\n", r.Bytes(r.Swarms[p.Swarm]), renderCard(r, &p.Card)))
	}
	slices.Sort(peers)
	return b.String() + strings.Join(peers, "")
}

func renderCard(r *codec.Response, c *codec.Card) string {
	text := fmt.Sprintf("%s %v", c.AppendID(nil, &r.Text), c.Traits.Mode())
	for _, a := range c.AppendAddresses(nil, &r.Text) {
		if !a.Has(codec.AddrHidden) {
			text += " " + renderAddress(r, &a)
		}
	}
	return text
}

func renderAddress(r *codec.Response, a *codec.Address) string {
	text := netip.AddrPortFrom(a.Addr(), a.Port).String()
	if a.Type != codec.AddrTypeNone {
		text += "/" + a.Type.String()
	}
	if a.Has(codec.AddrPriority) {
		text += "/" + strconv.Itoa(int(a.Priority))
	}
	switch a.Protocol {
	case codec.WordNone:
	case codec.WordOther:
		text += "/" + string(r.Bytes(a.ProtocolText))
	default:
		text += "/" + codec.ProtocolName(a.Protocol)
	}
	return text
}

func parseConfig(t *testing.T, words []string) Config {
	t.Helper()
	c := testConfig()
	for _, w := range words {
		name, value, _ := strings.Cut(w, "=")
		switch name {
		case "track":
			c.TrackTimeout = parseDuration(t, value)
		case "default":
			c.PeersDefault = int(parseUint(t, value))
		case "max":
			c.PeersMax = int(parseUint(t, value))
		case "maxpeers":
			c.MaxPeers = int(parseUint(t, value))
		case "maxmemory":
			c.MaxMemory = int64(parseUint(t, value))
		case "announced":
			c.Announced = map[string]Announced{"verified": AnnouncedVerified, "all": AnnouncedAll, "none": AnnouncedNone}[value]
		case "relays":
			for r := range strings.SplitSeq(value, ",") {
				c.Relays = append(c.Relays, netip.MustParsePrefix(r))
			}
		case "binding":
			c.PeerBinding = map[string]Binding{"ip": BindingIP, "none": BindingNone}[value]
		default:
			t.Fatalf("unknown setting %q", w)
		}
	}
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	return c
}

func parseDuration(t *testing.T, s string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func parseUint(t *testing.T, s string) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// counters tells the counters that are not 0.
func (s *stage) counters() string {
	var b strings.Builder
	st := s.tracker.Stats()
	for m := range st.Requests {
		for o, n := range st.Requests[m] {
			if n > 0 {
				fmt.Fprintf(&b, "%v.%v=%d ", codec.Method(m), Outcome(o), n)
			}
		}
	}
	c := reflect.ValueOf(st.Counters)
	for i := range c.NumField() {
		if f := c.Field(i); f.Kind() == reflect.Uint64 && f.Uint() > 0 {
			fmt.Fprintf(&b, "%s=%d ", c.Type().Field(i).Name, f.Uint())
		}
	}
	fmt.Fprintf(&b, "Started=%d Terminated=%d\n", st.Started, st.Terminated)
	return b.String()
}
