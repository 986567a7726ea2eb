package ppspxml

import (
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

func TestNoAllocs(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	check := func(name string, f func()) {
		t.Helper()
		if n := testing.AllocsPerRun(200, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
	var r codec.Request
	var p codec.Response
	dst := make([]byte, 0, 64<<10)
	parse := func(name string, body []byte) {
		check(name, func() {
			if err := (Format{}).ParseRequest(&r, body); err != nil {
				t.Fatal(err)
			}
		})
		check("append "+name, func() { dst = (Format{}).AppendRequest(dst[:0], &r) })
	}
	for name := range drafts {
		parse(name, draft(t, name))
	}
	parse("slow path", []byte(oddConnect))
	parse("content map", []byte(message(keepAlive, "<StatisticsGroup><Stat property='ContentMap'><a/></Stat></StatisticsGroup>")))
	wrong := []byte(message(connect, transaction, "<PeerID/>"))
	check("a fault", func() {
		if err := (Format{}).ParseRequest(&r, wrong); err == nil {
			t.Fatal("accepted")
		}
	})
	body := draft(t, "connect-response")
	check("response", func() {
		if err := (Format{}).ParseResponse(&p, body); err != nil {
			t.Fatal(err)
		}
	})
	check("append response", func() { dst = (Format{}).AppendResponse(dst[:0], &p) })
	list := newAnswers(50, false).of(0)
	check("append 50 peers", func() { dst = (Format{}).AppendResponse(dst[:0], list) })
	wide := newAnswers(50, true).of(0)
	check("append 50 wide peers", func() { dst = (Format{}).AppendResponse(dst[:0], wide) })
}

// oddConnect has what the fast path does not take.
const oddConnect = `<?xml version="1.0" encoding="US-ASCII"?><!-- odd -->
<p:PPSPTrackerProtocol xmlns:p="urn:ietf:params:xml:ns:ppsp-tp" version = "1.0">
 <p:Request> CONNECT </p:Request><p:PeerID><![CDATA[656164657221]]></p:PeerID>
 <p:SwarmID action="JOIN" peerMode="LEECH" transactionID="&#49;2345.1">11&amp;11</p:SwarmID>
 <p:TransactionID>12345.0</p:TransactionID>
</p:PPSPTrackerProtocol>
`

// TestInlining proves that what is called for each byte or value is inlined.
func TestInlining(t *testing.T) {
	if raceEnabled || testing.Short() {
		t.Skip("compiles the package")
	}
	out, err := exec.Command(runtime.GOROOT()+"/bin/go", "build", "-gcflags=-m", ".").CombinedOutput()
	if err != nil {
		t.Skipf("go build: %v\n%s", err, out)
	}
	for _, want := range []string{
		"load", "isSpace", "skipSpace", "skipPlain", "follows", "(*tag).follows", "failed", "once", "checkID",
		"fastQuote", "(*attributes).has", "(*attributes).set", "(*piece).put",
	} {
		if !strings.Contains(string(out), "can inline "+want+"\n") {
			t.Errorf("%s is not inlined", want)
		}
	}
}
