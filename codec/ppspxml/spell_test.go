package ppspxml

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/codec/xmltext"
)

// rng is a random source whose seed is printed with a failing test.
func rng(t testing.TB) *rand.Rand {
	a, b := rand.Uint64(), rand.Uint64()
	t.Logf("seed %#x, %#x", a, b)
	return rand.New(rand.NewPCG(a, b))
}

// randomID is an id in one of the shapes that peers use, or an odd one.
func randomID(r *rand.Rand) []byte {
	switch r.IntN(10) {
	case 0, 1, 2:
		return fmt.Appendf(nil, "%d", r.Uint32())
	case 3, 4, 5:
		return fmt.Appendf(nil, "%08x-%04x-%04x-%04x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<16), r.IntN(1<<16), r.Int64N(1<<48))
	case 6, 7:
		return fmt.Appendf(nil, "%016X%016X", r.Uint64(), r.Uint64())
	case 8:
		return []byte(strings.Repeat("long", 1+r.IntN(63)))
	}
	odd := []rune("ab19<>&\"'] \t\n\rüß€𝄞#;-")
	id := []rune{'x'}
	for range r.IntN(20) {
		id = append(id, odd[r.IntN(len(odd))])
	}
	return []byte(string(append(id, 'y')))
}

func randomAddress(r *rand.Rand, t *codec.Text) (a codec.Address) {
	ip := [16]byte{0x20, 0x01, 0x0d, 0xb8, 15: byte(1 + r.IntN(255))}
	if r.IntN(2) == 0 {
		a.SetAddr(netip.AddrFrom16(ip))
	} else {
		a.SetAddr(netip.AddrFrom4([4]byte{byte(1 + r.IntN(223)), byte(r.IntN(256)), byte(r.IntN(256)), byte(r.IntN(256))}))
	}
	a.Port = uint16(1 + r.IntN(65535))
	if r.IntN(2) == 0 {
		a.Priority, a.Flags = r.Uint32(), a.Flags|codec.AddrPriority
	}
	if r.IntN(4) == 0 {
		a.ASN, a.Flags = r.Uint32(), a.Flags|codec.AddrASN
	}
	a.Type = codec.AddrType(r.IntN(4))
	a.Protocol, a.ProtocolText = randomWord(r, t, 7)
	a.Connection, a.ConnectionText = randomWord(r, t, 13)
	return a
}

// randomWord is one of the known words, none, or another one.
func randomWord(r *rand.Rand, t *codec.Text, known int) (codec.Word, codec.Span) {
	if r.IntN(4) == 0 {
		return codec.WordOther, t.Keep([]byte("other & <word>"))
	}
	return codec.Word(r.IntN(known)), codec.Span{}
}

// randomRequest fills r with a message that is right.
func randomRequest(r *rand.Rand, m *codec.Request) {
	m.Reset()
	m.Dialect = codec.DialectBase
	m.Method = codec.Method(1 + r.IntN(2))
	m.TransactionID, m.PeerID = m.Keep(randomID(r)), m.Keep(randomID(r))
	if m.Method == codec.MethodConnect || r.IntN(4) == 0 {
		randomActions(r, m)
	}
	if r.IntN(2) == 0 {
		m.PeerNum = codec.PeerNum{Present: true, Count: r.Uint32(), NAT: codec.NAT(r.IntN(5)),
			Links: codec.Level(r.IntN(4)), Online: codec.Level(r.IntN(4)), Upload: codec.Level(r.IntN(4))}
	}
	if m.PeerGroup = r.IntN(2) == 0; m.PeerGroup {
		for range r.IntN(codec.LimitAddresses + 1) {
			*m.AddAddress() = randomAddress(r, &m.Text)
		}
	}
	if m.Statistics = m.Method == codec.MethodStatReport && r.IntN(4) > 0; m.Statistics {
		for range 1 + r.IntN(5) {
			randomStat(r, m)
		}
	}
}

func randomActions(r *rand.Rand, m *codec.Request) {
	for i := range 1 + r.IntN([]int{3, 12, codec.LimitActions}[r.IntN(3)]) {
		a := m.AddAction()
		id := randomID(r)
		id = append(id[:min(len(id), 240)], fmt.Sprint("-", i)...)
		a.SwarmID = m.Keep(id)
		a.Verb, a.Mode = codec.Verb(1+r.IntN(2)), codec.Mode(1+r.IntN(2))
		if r.IntN(4) > 0 {
			a.TransactionID = m.Keep(randomID(r))
		}
	}
}

func randomStat(r *rand.Rand, m *codec.Request) {
	s := m.AddStat()
	switch s.Property = codec.Property(r.IntN(3)); s.Property {
	case codec.PropertyStreamStatistics:
		s.Name = m.Keep([]byte("StreamStatistics"))
		s.Has = codec.StatFields(r.IntN(16))
		for i, n := range []*uint64{&s.Uploaded, &s.Downloaded, &s.Bandwidth, &s.OnlineTime} {
			if s.Has>>i&1 != 0 {
				*n = r.Uint64() >> r.IntN(64)
			}
		}
		if r.IntN(4) > 0 {
			s.SwarmID = m.Keep(randomID(r))
		}
	case codec.PropertyContentMap:
		s.Name = m.Keep([]byte("ContentMap"))
		s.SwarmID = m.Keep([]byte("1111"))
		s.Content = m.Keep([]byte("<SwarmID>1111</SwarmID><SegmentInfo chunkmapSize=\"25\">\n A/8D/wP/A/8D </SegmentInfo>"))
	default:
		s.Name = m.Keep([]byte("link status"))
		s.Content = m.Keep([]byte("a<b:c xmlns:b='b'>&lt;</b:c><SwarmID/><!-- d -->"))
	}
}

// node is an element.
type node struct {
	name     string
	attrs    [][2]string
	text     string
	raw      bool // text is markup
	children []node
}

// tree is a request as elements. The order of actions, addresses and Stats is
// part of the message, any other is free.
func tree(m *codec.Request) node {
	text := func(s codec.Span) string { return string(m.Bytes(s)) }
	root := node{name: "PPSPTrackerProtocol", attrs: [][2]string{{"version", "1.0"}}}
	add := func(n *node, c node) { n.children = append(n.children, c) }
	add(&root, node{name: "Request", text: m.Method.String()})
	add(&root, node{name: "TransactionID", text: text(m.TransactionID)})
	add(&root, node{name: "PeerID", text: text(m.PeerID)})
	for _, a := range m.Actions() {
		n := node{name: "SwarmID", text: text(a.SwarmID), attrs: [][2]string{{"action", a.Verb.String()}, {"peerMode", a.Mode.String()}}}
		if a.TransactionID.Present() {
			n.attrs = append(n.attrs, [2]string{"transactionID", text(a.TransactionID)})
		}
		add(&root, n)
	}
	if p := m.PeerNum; p.Present {
		add(&root, node{name: "PeerNum", text: fmt.Sprint(p.Count), attrs: given("abilityNAT", p.NAT.String(),
			"concurrentLinks", p.Links.String(), "onlineTime", p.Online.String(), "uploadBWlevel", p.Upload.String())})
	}
	if m.PeerGroup {
		info := node{name: "PeerInfo", attrs: [][2]string{{"swarmID", "ignored"}}, children: []node{{name: "PeerID", text: text(m.PeerID)}}}
		for _, a := range m.Addresses() {
			add(&info, addressNode(&m.Text, &a))
		}
		add(&root, node{name: "PeerGroup", children: []node{info}})
	}
	if m.Statistics {
		group := node{name: "StatisticsGroup"}
		for _, s := range m.Stats() {
			add(&group, statNode(&m.Text, &s))
		}
		add(&root, group)
	}
	return root
}

// given are those attributes that are not empty.
func given(pairs ...string) (attrs [][2]string) {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			attrs = append(attrs, [2]string{pairs[i], pairs[i+1]})
		}
	}
	return attrs
}

func addressNode(t *codec.Text, a *codec.Address) node {
	family, priority, asn := "ipv4", "", ""
	if a.Has(codec.AddrV6) {
		family = "ipv6"
	}
	if a.Has(codec.AddrPriority) {
		priority = fmt.Sprint(a.Priority)
	}
	if a.Has(codec.AddrASN) {
		asn = fmt.Sprint(a.ASN)
	}
	protocol, connection := codec.ProtocolName(a.Protocol), codec.ConnectionName(a.Connection)
	if a.Protocol == codec.WordOther {
		protocol = string(t.Bytes(a.ProtocolText))
	}
	if a.Connection == codec.WordOther {
		connection = string(t.Bytes(a.ConnectionText))
	}
	return node{name: "PeerAddress", attrs: given("addrType", family, "ip", a.Addr().String(), "port", fmt.Sprint(a.Port),
		"priority", priority, "type", a.Type.String(), "connection", connection, "asn", asn, "peerProtocol", protocol)}
}

func statNode(t *codec.Text, s *codec.Stat) node {
	n := node{name: "Stat", attrs: [][2]string{{"property", string(t.Bytes(s.Name))}}}
	if s.Property != codec.PropertyStreamStatistics {
		n.text, n.raw = string(t.Bytes(s.Content)), true
		return n
	}
	if s.SwarmID.Present() {
		n.children = append(n.children, node{name: "SwarmID", text: string(t.Bytes(s.SwarmID))})
	}
	values := []uint64{s.Uploaded, s.Downloaded, s.Bandwidth, s.OnlineTime}
	for i, name := range []string{"UploadedBytes", "DownloadedBytes", "AvailBandwidth", "OnlineTime"} {
		if s.Has>>i&1 != 0 {
			n.children = append(n.children, node{name: name, text: fmt.Sprint(values[i])})
		}
	}
	return n
}

// speller writes elements in spellings that the recommendation allows, drawn at
// random, with what the protocol does not know in between.
type speller struct {
	*rand.Rand
	strings.Builder
	odd    int // one in odd chances is taken; 0: none
	prefix string
}

func (s *speller) chance() bool { return s.odd > 0 && s.IntN(s.odd) == 0 }

func (s *speller) pick(of ...string) string { return of[s.IntN(len(of))] }

// document writes a whole document.
func (s *speller) document(root node) string {
	s.Reset()
	if s.chance() {
		s.WriteString("\uFEFF")
	}
	if !s.chance() {
		s.WriteString(s.pick(declarations[:]...))
	}
	s.between()
	namespace := s.pick("TBD", "urn:ietf:params:xml:ns:ppsp-tp", "")
	if s.prefix = ""; s.chance() {
		s.prefix, namespace = s.pick("p:", "ppsp:"), "urn:ietf:params:xml:ns:ppsp-tp"
	}
	switch {
	case s.prefix != "":
		root.attrs = append(root.attrs, [2]string{"xmlns:" + strings.TrimSuffix(s.prefix, ":"), namespace})
	case namespace != "":
		root.attrs = append(root.attrs, [2]string{"xmlns", namespace}, [2]string{"schemaLocation", "TBD ppsp.xsd"})
	}
	if s.chance() {
		root.attrs = append(root.attrs, [2]string{"xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"},
			[2]string{"xsi:version", "another"})
	}
	s.element(root)
	s.between()
	return s.String()
}

// between writes what may stand between elements.
func (s *speller) between() {
	s.WriteString(s.pick("", "", "\n", "\n  ", "\r\n\t", " "))
	if s.chance() {
		s.WriteString(s.pick("<!-- a comment: <PeerID>9</PeerID> -->", "<?target data?>", "<!---->"))
	}
}

func (s *speller) element(n node) {
	s.WriteString("<" + s.prefix + n.name)
	attrs := append([][2]string(nil), n.attrs...)
	if s.chance() {
		attrs = append(attrs, [2]string{s.pick("unknown", "x", "xml:lang"), "<&>"})
	}
	s.Shuffle(len(attrs), func(i, j int) { attrs[i], attrs[j] = attrs[j], attrs[i] })
	for _, a := range attrs {
		s.WriteString(s.pick(" ", " ", "\n    "))
		s.attribute(a[0], a[1])
	}
	if n.text == "" && len(n.children) == 0 && !n.raw && s.IntN(2) == 0 {
		s.WriteString(s.pick("/>", " />"))
		return
	}
	s.WriteString(">")
	s.content(n)
	s.WriteString("</" + s.prefix + n.name)
	if s.chance() {
		s.WriteString(" \n")
	}
	s.WriteString(">")
}

func (s *speller) content(n node) {
	switch {
	case n.raw:
		s.WriteString(n.text)
	case n.text != "":
		s.text(n.text)
	default:
		for _, c := range s.mixed(n) {
			s.between()
			s.element(c)
		}
		s.between()
	}
}

// mixed are the children in an order that says the same, with unknown ones.
func (s *speller) mixed(n node) (children []node) {
	kinds := map[string][]node{}
	var names []string
	for _, c := range n.children {
		if kinds[c.name] == nil {
			names = append(names, c.name)
		}
		kinds[c.name] = append(kinds[c.name], c)
	}
	s.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	for _, name := range names {
		if s.chance() {
			children = append(children, node{name: s.pick("Unknown", "Stat", "PeerAddress"), text: "whatever",
				children: []node{{name: "PeerID", text: "9"}}})
		}
		children = append(children, kinds[name]...)
	}
	return withoutStats(n, children)
}

// withoutStats drops unknown elements whose name is known in this place.
func withoutStats(n node, children []node) (kept []node) {
	for _, c := range children {
		known := n.name == "StatisticsGroup" && c.name == "Stat" || n.name == "PeerInfo" && c.name == "PeerAddress"
		if !known || c.text != "whatever" {
			kept = append(kept, c)
		}
	}
	return kept
}

func (s *speller) attribute(name, value string) {
	quote := s.pick(`"`, `"`, "'")
	equals := "="
	if s.chance() {
		equals = s.pick(" =", "= ", "\n=\t")
	}
	s.WriteString(name + equals + quote)
	if name != "xmlns" && !strings.HasPrefix(name, "xmlns:") && s.chance() {
		value = s.pick(" ", "\n\t") + s.escaped(value) + " "
	} else {
		value = s.escaped(value)
	}
	s.WriteString(value + quote)
}

// escaped is a value with references where they must be, and at times where
// they may be.
func (s *speller) escaped(v string) string {
	var b []byte
	for _, c := range v {
		if s.chance() {
			b = fmt.Appendf(b, s.pick("&#%d;", "&#x%x;", "&#x%X;"), c)
		} else {
			b, _ = xmltext.AppendAttr(b, string(c))
		}
	}
	return string(b)
}

// text writes the text of an element, in pieces of several kinds.
func (s *speller) text(v string) {
	if s.chance() {
		s.WriteString(s.pick(" ", "\n    "))
	}
	for runes := []rune(v); len(runes) > 0; {
		n := len(runes)
		if s.chance() {
			n = 1 + s.IntN(n)
		}
		s.piece(string(runes[:n]))
		runes = runes[n:]
	}
	if s.chance() {
		s.WriteString(s.pick(" ", "\r\n", "<!-- -->\n"))
	}
}

func (s *speller) piece(v string) {
	if s.chance() && !strings.ContainsAny(v, "\r]") {
		s.WriteString("<![CDATA[" + v + "]]>")
		return
	}
	s.WriteString(s.escaped(v))
	if s.chance() {
		s.WriteString(s.pick("<!-- c -->", "<?p?>", "<unknown>u</unknown>"))
	}
}

// A message says the same in every spelling, and on both paths.
func TestSpellings(t *testing.T) {
	r := rng(t)
	var m, got codec.Request
	fast := 0
	for i := range 2000 {
		randomRequest(r, &m)
		want := describeRequest(&m)
		s := speller{Rand: r, odd: []int{0, 4, 20}[i%3]}
		body := s.document(tree(&m))
		if err := (Format{}).ParseRequest(&got, []byte(body)); err != nil {
			t.Fatalf("%v in\n%s", err, body)
		} else if d := describeRequest(&got); d != want {
			t.Fatalf("%s\nsays\n%swant\n%s", body, d, want)
		}
		if err := slowRequest(&got, []byte(body)); err != nil || describeRequest(&got) != want {
			t.Fatalf("slow path: %v in\n%s\nsays\n%s", err, body, describeRequest(&got))
		}
		if resetFast(&request{Request: &got}, []byte(body)) {
			fast++
		}
	}
	if fast < 50 {
		t.Errorf("the fast path took %d of 2000 messages", fast)
	}
}

// What is appended is parsed as the same message.
func TestAppendParseRequests(t *testing.T) {
	r := rng(t)
	var m, got codec.Request
	for range 2000 {
		randomRequest(r, &m)
		body := (Format{}).AppendRequest([]byte("before"), &m)[len("before"):]
		if err := (Format{}).ParseRequest(&got, body); err != nil {
			t.Fatalf("%v in\n%s", err, body)
		}
		if want := describeRequest(&m); describeRequest(&got) != want {
			t.Fatalf("%s\nsays\n%swant\n%s", body, describeRequest(&got), want)
		}
	}
}

// randomResponse fills p with an answer.
func randomResponse(r *rand.Rand, p *codec.Response) {
	p.Reset()
	p.Dialect, p.Status = codec.DialectBase, codec.StatusOK
	p.TransactionID = p.Keep(randomID(r))
	if r.IntN(3) == 0 {
		return
	}
	p.Results = append(p.Results, codec.Result{TransactionID: p.TransactionID, Status: codec.StatusOK})
	for range r.IntN(4) {
		p.Results = append(p.Results, codec.Result{TransactionID: p.Keep(randomID(r)), Status: codec.StatusOK})
	}
	p.HasOwn, p.PeerID, p.Own = true, p.Keep(randomID(r)), randomAddress(r, &p.Text)
	for i := range r.IntN(3) {
		id := randomID(r)
		p.Swarms = append(p.Swarms, p.Keep(append(id[:min(len(id), 240)], fmt.Sprint(i)...)))
		for range r.IntN(20) {
			var c codec.Card
			addrs := make([]codec.Address, r.IntN(4))
			for j := range addrs {
				addrs[j] = randomAddress(r, &p.Text)
			}
			codec.PutCard(&c, &p.Text, randomID(r), addrs)
			p.Peers = append(p.Peers, codec.ListedPeer{Card: c, Swarm: uint32(i)})
		}
	}
}

func TestAppendParseResponses(t *testing.T) {
	r := rng(t)
	var p, got codec.Response
	for range 1000 {
		randomResponse(r, &p)
		body := (Format{}).AppendResponse([]byte("before"), &p)[len("before"):]
		if err := (Format{}).ParseResponse(&got, body); err != nil {
			t.Fatalf("%v in\n%s", err, body)
		}
		if want := describeResponse(&p); describeResponse(&got) != want {
			t.Fatalf("%s\nsays\n%swant\n%s", body, describeResponse(&got), want)
		}
	}
}

// A Format may be used by many goroutines at once, the decoders of the slow
// path too.
func TestConcurrentUse(t *testing.T) {
	r := rng(t)
	var wait sync.WaitGroup
	for range 4 {
		s := speller{Rand: rand.New(rand.NewPCG(r.Uint64(), r.Uint64())), odd: 4}
		wait.Go(func() {
			var m, got codec.Request
			for range 200 {
				randomRequest(s.Rand, &m)
				body := s.document(tree(&m))
				if err := (Format{}).ParseRequest(&got, []byte(body)); err != nil {
					t.Errorf("%v in\n%s", err, body)
				} else if want := describeRequest(&m); describeRequest(&got) != want {
					t.Errorf("%s\nsays\n%swant\n%s", body, describeRequest(&got), want)
				}
			}
		})
	}
	wait.Wait()
}
