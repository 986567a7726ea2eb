package httphead

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"unsafe"

	"github.com/ppspd/ppspd/codec"
)

// The bodies of the requests that the benchmarks and tests use are not looked
// at; their heads are of four makes of client.
var shapes = []string{
	"POST / HTTP/1.1\r\nHost: 192.0.2.80:7846\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\nContent-Type: application/ppsp-tracker+xml\r\nContent-Length: %d\r\n\r\n",
	"POST /ppsp HTTP/1.1\r\nHost: tracker.example:7846\r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: %d\r\nContent-Type: application/ppsp-tracker+xml; charset=utf-8\r\nAccept-Encoding: gzip\r\n\r\n",
	"POST /ppsp?peer=x HTTP/1.1\r\nhost: tracker.example\r\nconnection: keep-alive\r\ncontent-length: %d\r\nuser-agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36\r\ncontent-type: text/xml\r\naccept: application/xml,*/*;q=0.8\r\naccept-encoding: gzip, deflate, br;q=0.9\r\naccept-language: en-GB,en;q=0.5\r\norigin: https://portal.example\r\n\r\n",
	"POST http://tracker.example/ HTTP/1.1\r\nHost: tracker.example\r\nX-Forwarded-For: 198.51.100.7, 203.0.113.9\r\nX-Forwarded-Proto: https\r\nForwarded: for=198.51.100.7\r\nVia: 1.1 proxy\r\nAuthorization: Digest username=\"u\"\r\nContent-Type: application/xml\r\nContent-Length: %d\r\nConnection: close\r\n\r\n",
}

func whole(t testing.TB, raw string) said {
	t.Helper()
	var h Head
	_, f := h.Scan([]byte(raw))
	return say(&h, []byte(raw), f)
}

func TestShapes(t *testing.T) {
	base := said{Started: true, POST: true, Version: HTTP11, Flags: HasHost | HasLength, Length: 443, Type: MediaXML, Persistent: true}
	for i, change := range []func(*said){
		func(s *said) { s.Path = "/" },
		func(s *said) { s.Path, s.Charset, s.Gzip = "/ppsp", CharsetUTF8, Accepted },
		func(s *said) { s.Path, s.Gzip, s.Flags = "/ppsp", Accepted, s.Flags|TokenKeepAlive },
		func(s *said) {
			s.Path, s.Flags, s.Persistent = "/", s.Flags|TokenClose, false
			s.ForwardedFor, s.Forwarded, s.Authorization = "198.51.100.7, 203.0.113.9", "for=198.51.100.7", `set Digest username="u"`
		},
	} {
		raw := fmt.Sprintf(shapes[i], 443)
		want := base
		want.Size = len(raw)
		change(&want)
		if got := whole(t, raw); got != want {
			t.Errorf("shape %d:\n got %+v\nwant %+v", i, got, want)
		}
		if got := whole(t, raw+"<body>\n"); got != want {
			t.Errorf("shape %d with a body: %+v", i, got)
		}
	}
}

// Every prefix of a head needs more bytes, and the scan goes on from each.
func TestPrefixes(t *testing.T) {
	for _, shape := range shapes {
		raw := []byte(fmt.Sprintf(shape, 443))
		want := whole(t, string(raw))
		for i := range raw {
			var h Head
			if n, f := h.Scan(raw[:i]); n != 0 || f != codec.FaultNone {
				t.Fatalf("prefix of %d bytes: %d, %v", i, n, f)
			}
			moved := bytes.Clone(raw) // the second call sees other memory
			_, f := h.Scan(moved)
			if got := say(&h, moved, f); got != want {
				t.Fatalf("split at %d: %+v", i, got)
			}
		}
	}
}

// A head that comes byte by byte is looked at once: the number of bytes that
// the scan for the line end passes grows with the head, not with its square.
// What was scanned is scribbled over to show it.
func TestScansOnce(t *testing.T) {
	raw := []byte("POST / HTTP/1.1\r\nHost: t\r\nX: " + strings.Repeat("y", 5000) + "\r\nContent-Length: 1\r\n\r\n")
	seen := bytes.Clone(raw)
	var h Head
	for i := range raw {
		h.Scan(seen[:i+1])
		if int(h.scanned) != i+1 {
			t.Fatalf("after %d bytes %d are scanned", i+1, h.scanned)
		}
		for j := range h.line {
			seen[j] = '\n' // judged: must not be read again
		}
	}
	if h.Size() != len(raw) || h.Length != 1 {
		t.Errorf("size %d, length %d", h.Size(), h.Length)
	}
}

// A refusal is final.
func TestRefusalStays(t *testing.T) {
	var h Head
	raw := []byte("POST / HTTP/1.1\nHost: t\r\n\r\n")
	for range 2 {
		if n, f := h.Scan(raw); n != 0 || f != codec.FaultHead || h.Size() != 0 {
			t.Errorf("%d, %v", n, f)
		}
	}
	h.Reset()
	if n, f := h.Scan([]byte("GET / HTTP/1.0\r\n\r\n")); n != 18 || f != codec.FaultNone {
		t.Errorf("after Reset: %d, %v", n, f)
	}
}

func TestLimits(t *testing.T) {
	const line, last = "POST / HTTP/1.1\r\nHost: t\r\n", "\r\n\r\n"
	fill := func(n int) string {
		return line + "X: " + strings.Repeat("y", n-len(line)-len("X: ")-len(last)) + last
	}
	target := func(n int) string { return "POST /" + strings.Repeat("a", n-1) + " HTTP/1.1\r\nHost: t\r\n\r\n" }
	fields := func(n int) string { return line + strings.Repeat("X: y\r\n", n-1) + "\r\n" }
	for _, c := range []struct {
		name, raw string
		want      codec.Fault
	}{
		{"largest head", fill(MaxHead), codec.FaultNone},
		{"head", fill(MaxHead + 1), codec.FaultHeadTooLarge},
		{"longest target", target(MaxTarget), codec.FaultNone},
		{"target", target(MaxTarget + 1), codec.FaultURITooLong},
		{"line", target(MaxHead + 1), codec.FaultURITooLong},
		{"method", strings.Repeat("A", maxLine+1) + " / HTTP/1.1\r\n", codec.FaultURITooLong},
		{"most fields", fields(MaxFields), codec.FaultNone},
		{"fields", fields(MaxFields + 1), codec.FaultHeadTooLarge},
	} {
		got := whole(t, c.raw)
		if got.Fault != c.want || c.want == codec.FaultNone && got.Size != len(c.raw) {
			t.Errorf("%s: %v, size %d of %d", c.name, got.Fault, got.Size, len(c.raw))
		}
		checkSplits(t, []byte(c.raw), rand.New(rand.NewPCG(1, 1)))
	}
}

func TestLength(t *testing.T) {
	for value, want := range map[string]int64{
		"0": 0, "443": 443, "000443": 443, "9223372036854775807": math.MaxInt64, "9223372036854775808": math.MaxInt64,
		"18446744073709551617": math.MaxInt64, "99999999999999999999999999": math.MaxInt64, "9223372036854775806": math.MaxInt64 - 1,
	} {
		if got := whole(t, "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: "+value+"\r\n\r\n"); got.Length != want || got.Flags != HasHost|HasLength {
			t.Errorf("%s: %d, flags %b, %v", value, got.Length, got.Flags, got.Fault)
		}
	}
}

// visible against its plain form, for every byte at every place of a word, with
// neighbours that make the fast test look closely.
func TestVisible(t *testing.T) {
	for c := range 256 {
		for n := range 20 {
			for at := range n {
				for _, filler := range []byte{'a', ' ', '\t', 0x80, 0x20, 0x9f} {
					b := bytes.Repeat([]byte{filler}, n)
					b[at] = byte(c)
					if want := byte(c) >= ' ' && c != 0x7f || c == '\t'; visible(b) != want {
						t.Fatalf("byte %#x at %d of %q", c, at, b)
					}
				}
			}
		}
	}
}

// class against the words of the RFCs.
func TestClasses(t *testing.T) {
	for c := range 256 {
		s := string(rune(c))
		if got := class[c]&token != 0; got != (c < 128 && strings.Contains("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", s)) {
			t.Errorf("tchar %q: %v", s, got)
		}
		if got := class[c]&uri != 0; got != (c > ' ' && c < 0x7f && c != '#') {
			t.Errorf("target %q: %v", s, got)
		}
	}
}

// validLiteral against net/netip.
func TestLiterals(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	valid := 0
	for range 50000 {
		s := randomLiteral(random)
		ip, err := netip.ParseAddr(s)
		want := err == nil && ip.Is6()
		if got := validLiteral([]byte(s)); got != want {
			t.Fatalf("%q: %v, netip %v", s, got, err)
		}
		if want {
			valid++
		}
	}
	if valid < 500 {
		t.Errorf("only %d of the addresses are valid", valid)
	}
}

func randomLiteral(random *rand.Rand) string {
	if random.IntN(4) == 0 {
		var a [16]byte
		for i := range a {
			a[i] = byte(random.IntN(3) * random.IntN(256))
		}
		return netip.AddrFrom16(a).String()
	}
	var b strings.Builder
	for range random.IntN(18) {
		b.WriteString([]string{":", ":", ":", "::", "1", "fe", "0", "ABcd", "12345", "1.2.3.4", "255.1.1.1", "256.1.1.1", "01.1.1.1", "."}[random.IntN(14)])
	}
	return b.String()
}

// checkSplits scans raw in pieces and compares with the scan of the whole.
func checkSplits(t testing.TB, raw []byte, random *rand.Rand) {
	t.Helper()
	want := whole(t, string(raw))
	for range 3 {
		var h Head
		for at := 0; ; {
			n, f := h.Scan(raw[:at])
			if n > 0 || f != codec.FaultNone || at == len(raw) {
				got := say(&h, raw, f)
				if got.Started = want.Started; got != want {
					t.Fatalf("in pieces:\n got %+v\nwant %+v\n%q", got, want, raw)
				}
				break
			}
			at += 1 + random.IntN(min(len(raw)-at, 1+random.IntN(40)))
		}
	}
}

// checkTwin compares with scanSlow.
func checkTwin(t testing.TB, raw []byte) {
	t.Helper()
	got, want := whole(t, string(raw)), scanSlow(raw)
	if got.Fault != codec.FaultNone {
		got.Started, want.Started = false, false
	}
	if got.Type == MediaOther {
		got.Charset, want.Charset = CharsetNone, CharsetNone
	}
	if got != want {
		t.Fatalf("\n got %+v\ntwin %+v\n%q", got, want, raw)
	}
}

// checkStandard compares with net/http: what is accepted here is accepted there
// and means the same.
func checkStandard(t testing.TB, raw []byte) {
	t.Helper()
	var h Head
	n, _ := h.Scan(raw)
	if n == 0 {
		return
	}
	s := say(&h, raw, codec.FaultNone)
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(bytes.TrimPrefix(raw[:n], []byte("\r\n")))))
	if err != nil {
		if !stricterThere(err, raw[:n]) {
			t.Fatalf("net/http: %v\n%q", err, raw)
		}
		return
	}
	if (r.Method == "POST") != s.POST || r.ProtoAtLeast(1, 1) != (s.Version == HTTP11) || r.Close == s.Persistent && s.Flags&HasTransfer == 0 {
		t.Fatalf("net/http: %s %s close=%v\n%+v\n%q", r.Method, r.Proto, r.Close, s, raw)
	}
	if s.Flags&HasLength != 0 && s.Length != math.MaxInt64 && r.ContentLength != s.Length {
		t.Fatalf("net/http: length %d\n%+v\n%q", r.ContentLength, s, raw)
	}
	if got := r.URL.EscapedPath(); r.URL.RawPath == "" && r.URL.Path != s.Path && got != s.Path && r.URL.Path != "" {
		t.Fatalf("net/http: path %q\n%+v\n%q", r.URL.Path, s, raw)
	}
}

// stricterThere names what net/http refuses and a tracker need not: escapes in
// the target, ports and names of hosts that it resolves, transfer codings and
// lengths that are refused by package exchange, trailers.
func stricterThere(err error, raw []byte) bool {
	for _, e := range []string{"invalid URL escape", "invalid port", "invalid URI", "first path segment", "invalid userinfo", "invalid character", "missing ']'",
		"unsupported transfer encoding", "too many transfer encodings", "bad Content-Length", "bad trailer key"} {
		if strings.Contains(err.Error(), e) {
			return true
		}
	}
	return false
}

func TestRandomHeads(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 4000 {
		raw := randomHead(random)
		checkTwin(t, raw)
		checkStandard(t, raw)
		checkSplits(t, raw, random)
	}
}

// randomHead is a head of words that matter, with up to three mistakes.
func randomHead(random *rand.Rand) []byte {
	pick := func(words ...string) string { return words[random.IntN(len(words))] }
	often := func(first string, others ...string) string {
		if random.IntN(8) > 0 {
			return first
		}
		return pick(others...)
	}
	var b strings.Builder
	b.WriteString(pick("", "", "", "\r\n"))
	b.WriteString(pick("POST", "POST", "GET", "post", "X-Y") + " ")
	b.WriteString(often("/", "/ppsp/a?b=c", "http://t/x?y", "HTTPS://[::1]:80", "*", "t:80", "http://a@b/", "http://?x") + " ")
	b.WriteString(often("HTTP/1.1", "HTTP/1.0", "HTTP/1.2") + "\r\n")
	b.WriteString(often("Host: t\r\n", "hOST:[::1]:80 \r\n", "", "Host: a b\r\n"))
	for range random.IntN(6) {
		name, values := "", []string(nil)
		switch random.IntN(15) {
		case 0:
			name, values = "Content-Length", []string{"5", "0", "12", "0005", "+5", "5, 5", "99999999999999999999"}
		case 1:
			name, values = "Transfer-Encoding", []string{"chunked", "identity", "gzip, chunked", ""}
		case 2:
			name, values = "Connection", []string{"close", "keep-alive", "Keep-Alive, foo", ", close ,", "upgrade", ""}
		case 3:
			name, values = "Content-Type", []string{"text/xml", "application/ppsp-tracker+xml; charset=utf-8", "application/exi", "application/json;charset=\"utf-16\";", "a/b; c", "text/xml; x=\"\\\"\"; charset=us-ascii", ""}
		case 4:
			name, values = "Content-Encoding", []string{"exi", "X-EXI", "gzip", "", "exi, exi"}
		case 5:
			name, values = "Accept-Encoding", []string{"gzip", "*;q=0, gzip", "gzip;q=0.5, identity;q=0.6", "identity;q=0, *", "gzip ; Q=0.123, br", "gzip;q=1.1", "x-gzip", "", "*", ";q=0.1", "gzip;q=0."}
		case 6:
			name, values = "Expect", []string{"100-continue", "100-Continue", "x", ""}
		case 7:
			name, values = "X-Forwarded-For", []string{"192.0.2.1", "a, b", ""}
		case 8:
			name, values = "Forwarded", []string{"for=192.0.2.1", "x"}
		case 9:
			name, values = "Authorization", []string{"Bearer x", "", "Digest a=\"b\""}
		case 10:
			name, values = "Host", []string{"t", "u"}
		default:
			name, values = pick("X", "Accept", "Cookie", "Te"), []string{"y", "\xff\t", ""}
		}
		b.WriteString(name + ":" + pick("", " ", "\t ") + pick(values...) + pick("", "", " ") + "\r\n")
	}
	b.WriteString(pick("\r\n", "\r\n", "\r\n", "\r\nbody", "\r", ""))
	raw := []byte(b.String())
	for range max(random.IntN(8)-4, 0) {
		i := random.IntN(len(raw))
		switch random.IntN(3) {
		case 0:
			raw[i] = "\r\n \t:;,\x00\x7f\x80aA/"[random.IntN(13)]
		case 1:
			raw = append(raw[:i], raw[i+1:]...)
		case 2:
			raw = append(raw[:i], append([]byte{raw[random.IntN(len(raw))]}, raw[i:]...)...)
		}
	}
	return raw
}

func FuzzScan(f *testing.F) {
	for _, shape := range shapes {
		f.Add([]byte(fmt.Sprintf(shape, 443)), uint64(1))
	}
	random := rand.New(rand.NewPCG(7, 7))
	for range 40 {
		f.Add(randomHead(random), random.Uint64())
	}
	f.Fuzz(func(t *testing.T, raw []byte, seed uint64) {
		checkTwin(t, raw)
		checkStandard(t, raw)
		random := rand.New(rand.NewPCG(seed, 0))
		checkSplits(t, raw, random)
		r := Recent{misses: recentEvery - 1} // remembers the first head
		for range 2 {
			checkRecent(t, &r, raw, random)
		}
	})
}

func TestNoAllocs(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	for _, shape := range shapes {
		raw := []byte(fmt.Sprintf(shape, 443))
		var h Head
		if n := testing.AllocsPerRun(1000, func() { h.Reset(); h.Scan(raw) }); n != 0 {
			t.Errorf("%v allocations for %.40q", n, raw)
		}
	}
}

// A connection that waits for its next request holds a Head.
func TestSize(t *testing.T) {
	if n := unsafe.Sizeof(Head{}); n > 88 {
		t.Errorf("Head: %d bytes", n)
	}
}
