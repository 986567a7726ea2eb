package ppspxml

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

// draft reads one of the draft's examples.
func draft(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "draft", name+".xml"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// drafts are the draft's requests (sections 4.1 and 4.2), and what they say.
var drafts = map[string]string{
	"connect-seed": `dialect 1 CONNECT "12345.0" of "656164657220"
action "JOIN" "SEED" "1111" of "12345.1"
action "JOIN" "SEED" "2222" of "12345.2"
peers 15 "STUN" "" "" ""
`,
	"connect-leech": `dialect 1 CONNECT "12345.0" of "656164657221"
action "JOIN" "LEECH" "1111" of "12345.1"
peers 5 "STUN" "" "" ""
group
  address 192.0.2.2 port 80 priority 1 protocol "PPSP-PP"""
  address 2001:db8::2 port 80 priority 2 protocol "PPSP-PP"""
`,
	"connect-switch": `dialect 1 CONNECT "12345.0" of "656164657221"
action "LEAVE" "LEECH" "1111" of "12345.1"
action "JOIN" "LEECH" "2222" of "12345.2"
peers 5 "STUN" "" "" ""
`,
	"stat-report": `dialect 1 STAT_REPORT "12345" of "656164657221"
statistics
stat 1 "StreamStatistics" of "1111": 0111 512 768 1024000 0
`,
}

// draftResponses are the draft's responses, and what they say.
var draftResponses = map[string]string{
	"connect-response": `dialect 1 200 "12345.0"
result 200 "12345.0"
result 200 "12345.1"
result 200 "12345.2"
own "656164657221"
  address 198.51.100.1 port 80 priority 1 type REFLEXIVE connection "3G""" asn 64496
peer "956264622298" in "2222"
  address 198.51.100.22 port 80 asn 64496 protocol "PPSP-PP"""
peer "3332001256741" in "2222"
  address 198.51.100.201 port 80 asn 64496 protocol "PPSP-PP"""
`,
	"stat-report-response": `dialect 1 200 "12345"
`,
}

func TestDraftRequests(t *testing.T) {
	for name, want := range drafts {
		body := draft(t, name)
		var r codec.Request
		if err := (Format{}).ParseRequest(&r, body); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if got := describeRequest(&r); got != want {
			t.Errorf("%s:\n%swant\n%s", name, got, want)
		}
		if err := slowRequest(&r, body); err != nil {
			t.Errorf("%s, slow path: %v", name, err)
		} else if got := describeRequest(&r); got != want {
			t.Errorf("%s, slow path:\n%swant\n%s", name, got, want)
		}
		if m := (request{Request: &r}); !resetFast(&m, body) {
			t.Errorf("%s is not for the fast path", name)
		}
	}
}

// resetFast is the fast path on a reset message.
func resetFast(m *request, body []byte) bool {
	m.Reset()
	m.Body = body
	return fastRequest(m, body)
}

func TestDraftResponses(t *testing.T) {
	for name, want := range draftResponses {
		var r codec.Response
		if err := (Format{}).ParseResponse(&r, draft(t, name)); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if got := describeResponse(&r); got != want {
			t.Errorf("%s:\n%swant\n%s", name, got, want)
		}
	}
}

// Every prefix of a message is a fault, and never more than that.
func TestPrefixes(t *testing.T) {
	var r codec.Request
	var p codec.Response
	for name := range drafts {
		for i, body := 0, trimmed(draft(t, name)); i < len(body); i++ {
			if err := (Format{}).ParseRequest(&r, body[:i:i]); err == nil {
				t.Errorf("%s: %d bytes are accepted", name, i)
			}
		}
	}
	for name := range draftResponses {
		for i, body := 0, trimmed(draft(t, name)); i < len(body); i++ {
			if err := (Format{}).ParseResponse(&p, body[:i:i]); err == nil {
				t.Errorf("%s: %d bytes are accepted", name, i)
			}
		}
	}
}

// trimmed is a body without the line end behind the root.
func trimmed(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == '\n' {
		b = b[:len(b)-1]
	}
	return b
}

// What is parsed and appended says the same when it is parsed again.
func TestParseAppendParse(t *testing.T) {
	for name, want := range drafts {
		var r, again codec.Request
		if err := (Format{}).ParseRequest(&r, draft(t, name)); err != nil {
			t.Fatal(err)
		}
		body := (Format{}).AppendRequest(nil, &r)
		if err := (Format{}).ParseRequest(&again, body); err != nil {
			t.Errorf("%s: %v in\n%s", name, err, body)
		} else if got := describeRequest(&again); got != want {
			t.Errorf("%s:\n%swant\n%s", name, got, want)
		}
	}
	for name, want := range draftResponses {
		var r, again codec.Response
		if err := (Format{}).ParseResponse(&r, draft(t, name)); err != nil {
			t.Fatal(err)
		}
		body := (Format{}).AppendResponse(nil, &r)
		if err := (Format{}).ParseResponse(&again, body); err != nil {
			t.Errorf("%s: %v in\n%s", name, err, body)
		} else if got := describeResponse(&again); got != want {
			t.Errorf("%s:\n%swant\n%s", name, got, want)
		}
	}
}

// The spelling of what is written.
func TestAppendSpelling(t *testing.T) {
	var r codec.Response
	if err := (Format{}).ParseResponse(&r, draft(t, "connect-response")); err != nil {
		t.Fatal(err)
	}
	const want = `<?xml version="1.0" encoding="UTF-8"?>
<PPSPTrackerProtocol xmlns="urn:ietf:params:xml:ns:ppsp-tp" version="1.0"><Response>SUCCESSFUL</Response>` +
		`<TransactionID><Result transactionID="12345.0">200 OK</Result><Result transactionID="12345.1">200 OK</Result>` +
		`<Result transactionID="12345.2">200 OK</Result></TransactionID>` +
		`<PeerGroup><PeerInfo><PeerID>656164657221</PeerID>` +
		`<PeerAddress addrType="ipv4" ip="198.51.100.1" port="80" priority="1" type="REFLEXIVE" connection="3G" asn="64496"/></PeerInfo>` +
		`<PeerInfo swarmID="2222"><PeerID>956264622298</PeerID>` +
		`<PeerAddress addrType="ipv4" ip="198.51.100.22" port="80" asn="64496" peerProtocol="PPSP-PP"/></PeerInfo>` +
		`<PeerInfo swarmID="2222"><PeerID>3332001256741</PeerID>` +
		`<PeerAddress addrType="ipv4" ip="198.51.100.201" port="80" asn="64496" peerProtocol="PPSP-PP"/></PeerInfo>` +
		`</PeerGroup></PPSPTrackerProtocol>`
	if got := string((Format{}).AppendResponse(nil, &r)); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	var q codec.Request
	if err := (Format{}).ParseRequest(&q, draft(t, "connect-leech")); err != nil {
		t.Fatal(err)
	}
	const wantRequest = head + `<Request>CONNECT</Request><TransactionID>12345.0</TransactionID><PeerID>656164657221</PeerID>` +
		`<SwarmID action="JOIN" peerMode="LEECH" transactionID="12345.1">1111</SwarmID><PeerNum abilityNAT="STUN">5</PeerNum>` +
		`<PeerGroup><PeerInfo><PeerAddress addrType="ipv4" ip="192.0.2.2" port="80" priority="1" peerProtocol="PPSP-PP"/>` +
		`<PeerAddress addrType="ipv6" ip="2001:db8::2" port="80" priority="2" peerProtocol="PPSP-PP"/></PeerInfo></PeerGroup>` + foot
	if got := string((Format{}).AppendRequest(nil, &q)); got != wantRequest {
		t.Errorf("%s\nwant\n%s", got, wantRequest)
	}
}
