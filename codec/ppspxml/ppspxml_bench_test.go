package ppspxml

import (
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

// xmlRequest is a request as encoding/xml reads it.
type xmlRequest struct {
	XMLName       xml.Name `xml:"PPSPTrackerProtocol"`
	Version       string   `xml:"version,attr"`
	Request       string
	TransactionID string
	PeerID        string
	SwarmID       []struct {
		ID            string `xml:",chardata"`
		Action        string `xml:"action,attr"`
		PeerMode      string `xml:"peerMode,attr"`
		TransactionID string `xml:"transactionID,attr"`
	}
	PeerNum *struct {
		Count           uint32 `xml:",chardata"`
		AbilityNAT      string `xml:"abilityNAT,attr"`
		ConcurrentLinks string `xml:"concurrentLinks,attr"`
		OnlineTime      string `xml:"onlineTime,attr"`
		UploadBWlevel   string `xml:"uploadBWlevel,attr"`
	}
	PeerInfo []struct {
		PeerID      string
		PeerAddress []struct {
			AddrType     string `xml:"addrType,attr"`
			IP           string `xml:"ip,attr"`
			Port         uint16 `xml:"port,attr"`
			Priority     uint32 `xml:"priority,attr"`
			Type         string `xml:"type,attr"`
			Connection   string `xml:"connection,attr"`
			ASN          uint32 `xml:"asn,attr"`
			PeerProtocol string `xml:"peerProtocol,attr"`
		}
	} `xml:"PeerGroup>PeerInfo"`
	Stat []struct {
		Property        string `xml:"property,attr"`
		SwarmID         string
		UploadedBytes   uint64
		DownloadedBytes uint64
		AvailBandwidth  uint64
	} `xml:"StatisticsGroup>Stat"`
}

// The skeletons of a benchmark: the same message as programs of several makes
// write it. @ are the values, see fill.
var connectSkeletons = []string{
	`<?xml version="1.0" encoding="UTF-8"?>
<PPSPTrackerProtocol xmlns="TBD" schemaLocation="TBD" version="1.0">
  <Request>CONNECT</Request>
  <PeerID>@P</PeerID>
  <PeerNum abilityNAT="STUN">50</PeerNum>
  <SwarmID action="JOIN" peerMode="LEECH"
    transactionID="@T.1">@S</SwarmID>
  <TransactionID>@T.0</TransactionID>
  <PeerGroup>
    <PeerInfo>
      <PeerAddress addrType="ipv4" ip="@A" port="@O"
        priority="@N" peerProtocol="PPSP-PP" />
    </PeerInfo>
  </PeerGroup>
</PPSPTrackerProtocol>
`,
	`<?xml version="1.0" encoding="UTF-8"?><PPSPTrackerProtocol xmlns="urn:ietf:params:xml:ns:ppsp-tp" version="1.0">` +
		`<Request>CONNECT</Request><TransactionID>@T.0</TransactionID><PeerID>@P</PeerID>` +
		`<SwarmID action="JOIN" peerMode="LEECH" transactionID="@T.1">@S</SwarmID><PeerNum>50</PeerNum>` +
		`<PeerGroup><PeerInfo><PeerAddress addrType="ipv4" ip="@A" port="@O" priority="@N"/></PeerInfo></PeerGroup></PPSPTrackerProtocol>`,
	`<?xml version='1.0' encoding='utf-8'?>
<PPSPTrackerProtocol version='1.0' xmlns='urn:ietf:params:xml:ns:ppsp-tp'><PeerGroup><PeerInfo>` +
		`<PeerAddress port='@O' ip='@A' addrType='ipv4' type='HOST' priority='@N'></PeerAddress></PeerInfo></PeerGroup>` +
		`<SwarmID transactionID='@T.1' peerMode='LEECH' action='JOIN'>@S</SwarmID><PeerNum>50</PeerNum>` +
		`<TransactionID>@T.0</TransactionID><PeerID>@P</PeerID><Request>CONNECT</Request></PPSPTrackerProtocol>`,
	"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n<PPSPTrackerProtocol xmlns=\"TBD\" version=\"1.0\">\r\n" +
		"\t<Request>CONNECT</Request>\r\n\t<TransactionID>@T.0</TransactionID>\r\n\t<PeerID>@P</PeerID>\r\n" +
		"\t<SwarmID action=\"LEAVE\" peerMode=\"LEECH\" transactionID=\"@T.1\">@S</SwarmID>\r\n" +
		"\t<SwarmID action=\"JOIN\" peerMode=\"LEECH\" transactionID=\"@T.2\">@R</SwarmID>\r\n" +
		"\t<PeerNUM abilityNAT=\"No-NAT\" onlineTime=\"HIGH\">30</PeerNUM>\r\n</PPSPTrackerProtocol>\r\n",
}

var reportSkeletons = []string{
	`<?xml version="1.0" encoding="UTF-8"?>
<PPSPTrackerProtocol xmlns="TBD" schemaLocation="TBD" version="1.0">
  <Request>STAT_REPORT</Request>
  <PeerID>@P</PeerID>
  <TransactionID>@T</TransactionID>
  <StatisticsGroup>
    <Stat property="StreamStatistics">
      <SwarmID>@S</SwarmID>
      <UploadedBytes>@N</UploadedBytes>
      <DownloadedBytes>@N</DownloadedBytes>
      <AvailBandwidth>@N</AvailBandwidth>
    </Stat>
  </StatisticsGroup>
</PPSPTrackerProtocol>
`,
	`<?xml version="1.0" encoding="UTF-8"?><PPSPTrackerProtocol xmlns="urn:ietf:params:xml:ns:ppsp-tp" version="1.0">` +
		`<Request>STAT_REPORT</Request><TransactionID>@T</TransactionID><PeerID>@P</PeerID></PPSPTrackerProtocol>`,
	`<?xml version='1.0' encoding='utf-8'?>
<PPSPTrackerProtocol version='1.0' xmlns='urn:ietf:params:xml:ns:ppsp-tp'><StatisticsGroup><Stat property='StreamStatistics'>` +
		`<AvailBandwidth>@N</AvailBandwidth><UploadedBytes>@N</UploadedBytes><SwarmID>@S</SwarmID></Stat></StatisticsGroup>` +
		`<TransactionID>@T</TransactionID><PeerID>@P</PeerID><Request>STAT_REPORT</Request></PPSPTrackerProtocol>`,
	"<PPSPTrackerProtocol xmlns=\"TBD\" version=\"1.0\">\r\n\t<PeerID>@P</PeerID>\r\n\t<Request>STAT_REPORT</Request>\r\n" +
		"\t<StatisticsGroup>\r\n\t\t<Stat property=\"StreamStatistics\">\r\n\t\t\t<SwarmID>@S</SwarmID>\r\n" +
		"\t\t\t<DownloadedBytes>@N</DownloadedBytes>\r\n\t\t</Stat>\r\n\t</StatisticsGroup>\r\n\t<TransactionID>@T</TransactionID>\r\n</PPSPTrackerProtocol>\r\n",
}

// oddSkeletons are for the slow path.
var oddSkeletons = []string{
	strings.ReplaceAll(oddConnect, "US-ASCII", "UTF-8"),
	strings.ReplaceAll(connectSkeletons[0], "TBD", "a&amp;b"),
	strings.ReplaceAll(connectSkeletons[1], "<PeerGroup>", "<Extension new='1'>new</Extension><PeerGroup>"),
	strings.ReplaceAll(reportSkeletons[0], "<SwarmID>", `<SegmentInfo chunkmapSize="25">A/8D/wP/A/8D/wP/</SegmentInfo><SwarmID>`),
}

// benchMessages are 4096 messages in a random order of skeletons, with ids and
// numbers of their own.
func benchMessages(skeletons []string) (messages [][]byte, size int64) {
	r := rand.New(rand.NewPCG(1, 2))
	total := 0
	for i := range 4096 {
		m := fill(r, skeletons[r.IntN(len(skeletons))], i)
		total += len(m)
		messages = append(messages, m)
	}
	return messages, int64(total / len(messages))
}

func fill(r *rand.Rand, skeleton string, i int) []byte {
	uuid := func() string {
		return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<16), r.IntN(1<<16), r.Int64N(1<<48))
	}
	ip := netip.AddrFrom4([4]byte{byte(1 + r.IntN(200)), byte(r.IntN(256)), byte(r.IntN(256)), byte(r.IntN(256))})
	s := strings.NewReplacer("@P", uuid(), "@S", uuid(), "@R", uuid(), "@A", ip.String(), "@O", fmt.Sprint(1024+r.IntN(60000)),
		"@T", fmt.Sprint(10000+i), "@N", fmt.Sprint(r.Uint32()>>r.IntN(24))).Replace(skeleton)
	return []byte(s)
}

// The messages are right, and those for the fast path are taken by it.
func TestBenchMessages(t *testing.T) {
	f := func(skeletons []string, fast bool) {
		t.Helper()
		messages, _ := benchMessages(skeletons)
		var r codec.Request
		for _, m := range messages[:100] {
			if resetFast(&request{Request: &r}, m) != fast {
				t.Fatalf("fast path is %v for\n%s", !fast, m)
			}
			if err := (Format{}).ParseRequest(&r, m); err != nil {
				t.Fatalf("%v in\n%s", err, m)
			}
		}
	}
	f(connectSkeletons, true)
	f(reportSkeletons, true)
	f(oddSkeletons, false)
}

func BenchmarkParseConnect(b *testing.B) { benchParse(b, connectSkeletons) }

func BenchmarkParseStatReport(b *testing.B) { benchParse(b, reportSkeletons) }

// BenchmarkParseSlowPath has spellings that the fast path gives up on.
func BenchmarkParseSlowPath(b *testing.B) { benchParse(b, oddSkeletons) }

func benchParse(b *testing.B, skeletons []string) {
	messages, size := benchMessages(skeletons)
	b.Run("impl=ppspxml", func(b *testing.B) {
		var r codec.Request
		b.ReportAllocs()
		b.SetBytes(size)
		for i := 0; b.Loop(); i++ {
			if err := (Format{}).ParseRequest(&r, messages[i&4095]); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("impl=encodingxml", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(size)
		for i := 0; b.Loop(); i++ {
			var r xmlRequest
			if err := xml.Unmarshal(messages[i&4095], &r); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// answers are responses to CONNECTs with peer lists.
type answers struct {
	text  codec.Response
	cards []codec.Card
	peers int
}

// newAnswers makes 4096 cards to draw lists from; wide ones have a blob.
func newAnswers(peers int, wide bool) *answers {
	r := rand.New(rand.NewPCG(1, 2))
	a := &answers{peers: peers, cards: make([]codec.Card, 4096)}
	p := &a.text
	p.Dialect, p.Status = codec.DialectBase, codec.StatusOK
	p.TransactionID = p.Keep([]byte("12345.0"))
	p.Results = []codec.Result{{TransactionID: p.TransactionID, Status: codec.StatusOK}, {TransactionID: p.Keep([]byte("12345.1")), Status: codec.StatusOK}}
	p.PeerID, p.HasOwn = p.Keep([]byte("0191d9a7-3f2c-7b60-8c1d-2e4f6a8b0c1d")), true
	p.Own.SetAddr(netip.AddrFrom4([4]byte{198, 51, 100, 1}))
	p.Own.Port, p.Own.Type = 49152, codec.AddrReflexive
	p.Swarms = []codec.Span{p.Keep([]byte("1d0c8b6a-4f2e-1d8c-607b-2c3fa7d99101"))}
	for i := range a.cards {
		k := codec.Key{Form: codec.FormUUIDLower}
		for j := range 16 {
			k.ID[j] = byte(r.Uint32())
		}
		addr := codec.Address{Port: uint16(1024 + r.IntN(60000)), Priority: r.Uint32() >> r.IntN(24), Flags: codec.AddrPriority, Protocol: 1}
		addr.SetAddr(netip.AddrFrom4([4]byte{byte(1 + r.IntN(200)), byte(r.IntN(256)), byte(r.IntN(256)), byte(r.IntN(256))}))
		if wide {
			addr.ASN, addr.Flags = 64496, addr.Flags|codec.AddrASN
		}
		codec.PutCard(&a.cards[i], &p.Text, k.AppendID(nil), []codec.Address{addr})
	}
	return a
}

// of is the i-th answer, valid until the next.
func (a *answers) of(i int) *codec.Response {
	a.text.Peers = a.text.Peers[:0]
	for j := range a.peers {
		a.text.Peers = append(a.text.Peers, codec.ListedPeer{Card: a.cards[(i*a.peers+j)&4095]})
	}
	return &a.text
}

func BenchmarkAppendResponse(b *testing.B) {
	run := func(name string, peers int, wide bool) {
		b.Run(name, func(b *testing.B) {
			a := newAnswers(peers, wide)
			lists := make([]codec.Response, 64)
			for i := range lists {
				lists[i] = *a.of(i)
				lists[i].Peers = append([]codec.ListedPeer(nil), lists[i].Peers...)
			}
			dst := (Format{}).AppendResponse(nil, &lists[0])
			b.ReportAllocs()
			b.SetBytes(int64(len(dst)))
			for i := 0; b.Loop(); i++ {
				dst = (Format{}).AppendResponse(dst[:0], &lists[i&63])
			}
		})
	}
	run("peers=0", 0, false)
	run("peers=1", 1, false)
	run("peers=50", 50, false)
	run("peers=50/card=wide", 50, true)
}

func BenchmarkParseResponse(b *testing.B) {
	body := (Format{}).AppendResponse(nil, newAnswers(50, false).of(0))
	var p codec.Response
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if err := (Format{}).ParseResponse(&p, body); err != nil {
			b.Fatal(err)
		}
	}
}
