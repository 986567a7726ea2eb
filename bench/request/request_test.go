package request

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"slices"
	"testing"
)

// document is what encoding/xml finds in a body.
type document struct {
	XMLName     xml.Name `xml:"PPSPTrackerProtocol"`
	Version     string   `xml:"version,attr"`
	Request     string   `xml:"Request"`
	Transaction string   `xml:"TransactionID"`
	Peer        string   `xml:"PeerID"`
	Swarms      []struct {
		ID          string `xml:",chardata"`
		Action      string `xml:"action,attr"`
		Mode        string `xml:"peerMode,attr"`
		Transaction string `xml:"transactionID,attr"`
	} `xml:"SwarmID"`
	Num1      *int `xml:"PeerNum"`
	Num2      *int `xml:"PeerNUM"`
	Addresses []struct {
		Type     string `xml:"addrType,attr"`
		IP       string `xml:"ip,attr"`
		Port     uint16 `xml:"port,attr"`
		Priority uint8  `xml:"priority,attr"`
		Protocol string `xml:"peerProtocol,attr"`
	} `xml:"PeerGroup>PeerInfo>PeerAddress"`
	Stats []struct {
		Property   string `xml:"property,attr"`
		Swarm      string `xml:"SwarmID"`
		Uploaded   uint64 `xml:"UploadedBytes"`
		Downloaded uint64 `xml:"DownloadedBytes"`
		Bandwidth  uint64 `xml:"AvailBandwidth"`
	} `xml:"StatisticsGroup>Stat"`
}

func example() *Values {
	return &Values{
		Transaction: 12345, Peer: []byte("656164657221"), Swarm: []byte("1111"), Other: []byte("2222"),
		Seed: true, PeerNum: 50, Address: netip.MustParseAddr("192.0.2.2"), Port: 80, Priority: 7,
		Uploaded: 512, Downloaded: 768, Bandwidth: 1024000,
	}
}

// read checks the HTTP frame and reads the body with encoding/xml.
func read(t *testing.T, message []byte) document {
	t.Helper()
	r := bufio.NewReader(bytes.NewReader(message))
	req, err := http.ReadRequest(r)
	if err != nil {
		t.Fatalf("%v in\n%s", err, message)
	}
	body, err := io.ReadAll(req.Body)
	if err != nil || r.Buffered() != 0 {
		t.Fatalf("%v, %d bytes left of\n%s", err, r.Buffered(), message)
	}
	if req.Method != "POST" || req.Host == "" || req.Header.Get("Content-Type") == "" {
		t.Fatalf("head of\n%s", message)
	}
	var d document
	decoder := xml.NewDecoder(bytes.NewReader(body))
	decoder.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	if err := decoder.Decode(&d); err != nil {
		t.Fatalf("%v in\n%s", err, message)
	}
	return d
}

func each(t *testing.T, f func(t *testing.T, kind Kind, message []byte, d document)) {
	for kind := range kinds {
		for s := range Styles() {
			template := NewTemplate(kind, s)
			t.Run(fmt.Sprintf("kind=%v/style=%s", kind, template.style), func(t *testing.T) {
				message := template.Append([]byte("before"), example())
				message = bytes.TrimPrefix(message, []byte("before"))
				f(t, kind, message, read(t, message))
			})
		}
	}
}

func TestRoot(t *testing.T) {
	each(t, func(t *testing.T, kind Kind, message []byte, d document) {
		if d.Version != "1.0" || d.Request != kind.method() || d.Peer != "656164657221" {
			t.Errorf("%+v", d)
		}
		want := "12345.0"
		if kind.method() == "STAT_REPORT" {
			want = "12345"
		}
		if d.Transaction != want {
			t.Errorf("root TransactionID %q, want %q", d.Transaction, want)
		}
	})
}

func TestActions(t *testing.T) {
	want := map[Kind]string{
		Join:    "[{1111 JOIN SEED 12345.1}]",
		Refresh: "[{1111 JOIN LEECH 12345.1}]",
		Switch:  "[{1111 LEAVE LEECH 12345.1} {2222 JOIN LEECH 12345.2}]",
		Leave:   "[{1111 LEAVE SEED 12345.1}]",
		Report:  "[]", Statistics: "[]",
	}
	each(t, func(t *testing.T, kind Kind, message []byte, d document) {
		if got := fmt.Sprint(d.Swarms); got != want[kind] {
			t.Errorf("got %s, want %s", got, want[kind])
		}
		wants := slices.Contains(kind.parts(), partNum)
		if got := d.Num1 != nil || d.Num2 != nil; got != wants {
			t.Errorf("a number of peers: %v", got)
		}
		if d.Num1 != nil && *d.Num1 != 50 || d.Num2 != nil && *d.Num2 != 50 {
			t.Errorf("number of peers in\n%s", message)
		}
	})
}

func TestAddressesAndStatistics(t *testing.T) {
	each(t, func(t *testing.T, kind Kind, message []byte, d document) {
		if kind == Join && len(d.Addresses) != 1 {
			t.Errorf("%d addresses", len(d.Addresses))
		}
		if len(d.Addresses) == 1 && fmt.Sprint(d.Addresses) != "[{ipv4 192.0.2.2 80 7 PPSP-PP}]" {
			t.Errorf("%+v", d.Addresses)
		}
		want := "[]"
		if kind == Statistics {
			want = "[{StreamStatistics 1111 512 768 1024000}]"
		}
		if got := fmt.Sprint(d.Stats); got != want {
			t.Errorf("statistics %s", got)
		}
	})
}

// TestSkeletonsDiffer wants what is left of a message without its values to
// be different in every style.
func TestSkeletonsDiffer(t *testing.T) {
	if Styles() < 4 {
		t.Errorf("%d styles", Styles())
	}
	for kind := range kinds {
		seen := map[string]int{}
		for s := range Styles() {
			skeleton := NewTemplate(kind, s)
			skeleton.Append(nil, example())
			if other, found := seen[string(skeleton.Body())]; found {
				t.Errorf("%v: styles %d and %d are the same", kind, other, s)
			}
			seen[string(skeleton.Body())] = s
		}
	}
}

func TestIPv6(t *testing.T) {
	v := example()
	v.Address = netip.MustParseAddr("2001:db8::2")
	d := read(t, NewTemplate(Join, 0).Append(nil, v))
	if fmt.Sprint(d.Addresses) != "[{ipv6 2001:db8::2 80 7 PPSP-PP}]" {
		t.Errorf("%+v", d.Addresses)
	}
}

// TestExampleStyle compares with the example of section 4.2, whose ids these
// are.
func TestExampleStyle(t *testing.T) {
	const want = `<?xml version="1.0" encoding="UTF-8"?>
<PPSPTrackerProtocol xmlns="TBD" schemaLocation="TBD" version="1.0">
  <Request>STAT_REPORT</Request>
  <PeerID>656164657221</PeerID>
  <TransactionID>12345</TransactionID>
  <StatisticsGroup>
    <Stat property="StreamStatistics">
      <SwarmID>1111</SwarmID>
      <UploadedBytes>512</UploadedBytes>
      <DownloadedBytes>768</DownloadedBytes>
      <AvailBandwidth>1024000</AvailBandwidth>
    </Stat>
  </StatisticsGroup>
</PPSPTrackerProtocol>`
	template := NewTemplate(Statistics, 0)
	template.Append(nil, example())
	if got := string(template.Body()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAppendAllocatesNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	v, dst := example(), make([]byte, 0, 4096)
	for kind := range kinds {
		template := NewTemplate(kind, 0)
		template.Append(dst, v)
		if n := testing.AllocsPerRun(100, func() { template.Append(dst, v) }); n != 0 {
			t.Errorf("%v: %v allocations", kind, n)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, kind := range []Kind{Refresh, Report, Statistics} {
		b.Run("kind="+kind.String(), func(b *testing.B) {
			var templates []*Template
			for s := range Styles() {
				templates = append(templates, NewTemplate(kind, s))
			}
			v, dst := example(), make([]byte, 0, 4096)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				v.Transaction++
				dst = templates[i%len(templates)].Append(dst[:0], v)
			}
			b.SetBytes(int64(len(dst)))
		})
	}
}
