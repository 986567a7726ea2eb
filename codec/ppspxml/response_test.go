package ppspxml

import (
	"strings"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

// The fast path for usual cards writes what the general one writes.
func TestUsualCards(t *testing.T) {
	r := rng(t)
	for range 20_000 {
		var text codec.Text
		var c codec.Card
		k := codec.Key{Form: codec.FormUUIDLower}
		for i := range 16 {
			k.ID[i] = byte(r.Uint32())
		}
		a := randomAddress(r, &text)
		a.Flags |= []codec.AddrFlags{0, codec.AddrHidden, codec.AddrPrivate, codec.AddrObserved}[r.IntN(4)]
		codec.PutCard(&c, &text, k.AppendID(nil), []codec.Address{a})
		if c.Layout != codec.Layout4 {
			continue
		}
		want := string(appendCard([]byte("before"), &text, &c))
		if got := string(appendUsual([]byte("before"), &text, &c)); got != want {
			t.Fatalf("%s\nwant\n%s", got, want)
		}
		if a.Has(codec.AddrHidden) != !strings.Contains(want, "PeerAddress") {
			t.Fatalf("%s\nof %+v", want, a)
		}
	}
}

// Hidden addresses are not written, in cards of no layout.
func TestHiddenAddresses(t *testing.T) {
	r := rng(t)
	for range 2000 {
		var p codec.Response
		p.Status = codec.StatusOK
		p.Swarms = append(p.Swarms, p.Keep([]byte("1111")))
		addrs := make([]codec.Address, r.IntN(codec.LimitCardAddresses+1))
		shown := 0
		for i := range addrs {
			addrs[i] = randomAddress(r, &p.Text)
			if r.IntN(2) == 0 {
				addrs[i].Flags |= codec.AddrHidden
			} else {
				shown++
			}
		}
		p.Peers = append(p.Peers, codec.ListedPeer{})
		codec.PutCard(&p.Peers[0].Card, &p.Text, randomID(r), addrs)
		if body := string((Format{}).AppendResponse(nil, &p)); strings.Count(body, "<PeerAddress ") != shown {
			t.Fatalf("%d addresses to be shown in\n%s", shown, body)
		}
	}
}

// What a peer put in is escaped, and what XML does not have is replaced.
func TestEscaping(t *testing.T) {
	var p codec.Response
	p.Status = codec.StatusOK
	p.TransactionID = p.Keep([]byte("]]><a&\"'\t\r\n"))
	p.Results = append(p.Results, codec.Result{TransactionID: p.TransactionID, Status: codec.StatusOK})
	p.Swarms = append(p.Swarms, p.Keep([]byte("<\x00\xffü\uffff>")))
	p.Peers = append(p.Peers, codec.ListedPeer{})
	codec.PutCard(&p.Peers[0].Card, &p.Text, []byte("\"&\x1b<"), nil)
	const want = head + "<Response>SUCCESSFUL</Response><TransactionID>" +
		`<Result transactionID="]]&gt;&lt;a&amp;&quot;&apos;&#9;&#13;&#10;">200 OK</Result></TransactionID>` +
		"<PeerGroup><PeerInfo swarmID=\"&lt;\uFFFD\uFFFDü\uFFFD&gt;\"><PeerID>&quot;&amp;\uFFFD&lt;</PeerID></PeerInfo></PeerGroup>" + foot
	if got := string((Format{}).AppendResponse(nil, &p)); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	p.Results = nil
	if got := string((Format{}).AppendResponse(nil, &p)); !strings.Contains(got, "<TransactionID>]]&gt;&lt;a&amp;\"'\t&#13;\n</TransactionID>") {
		t.Errorf("the TransactionID of\n%s", got)
	}
}

// A response of another tracker: what it may have, and what is too much.
func TestResponses(t *testing.T) {
	const success = "<Response>SUCCESSFUL</Response>"
	accepted := func(want string, children ...string) {
		t.Helper()
		var p codec.Response
		if err := (Format{}).ParseResponse(&p, []byte(message(children...))); err != nil {
			t.Errorf("%s\nis %v", message(children...), err)
		} else if got := describeResponse(&p); !strings.Contains(got, want) {
			t.Errorf("%s\nsays\n%swant %s", message(children...), got, want)
		}
	}
	group := func(s string) string { return "<PeerGroup>" + s + "</PeerGroup>" }
	listed := func(swarm, content string) string {
		return `<PeerInfo swarmID="` + swarm + `"><PeerID>9</PeerID>` + content + `</PeerInfo>`
	}
	address := `<PeerAddress addrType="ipv4" ip="192.0.2.1" port="1"/>`
	result := `<Result transactionID="1">200 OK</Result>`

	accepted("1 200 \"2\"\nresult 200 \"2\"\nresult 403 \"3\"\n", success,
		`<TransactionID>&#49;<Result transactionID=" &#50; ">200</Result>&#51;<New/><Result transactionID="3">403 No</Result></TransactionID>`)
	accepted(`own "8"`, success, transaction, group("<PeerInfo><PeerID>8</PeerID>"+address+address+"</PeerInfo>"))
	accepted("dialect 1 200 \"12345.0\"\npeer \"9\" in \"1\"\npeer \"9\" in \"2\"\npeer \"9\" in \"1\"\n", success, transaction,
		group(listed("1", "<New/>")+listed("2", "")+"<New/>"+listed(" 1 ", "")))
	accepted("peer \"9\" in -\n", success, transaction, group("<PeerInfo>"+address+"</PeerInfo><PeerInfo><PeerID>9</PeerID></PeerInfo>"))
	accepted("", success, transaction, "<PeerGroup/><New/>")

	refusedResponse(t, message(success, transaction, transaction), codec.FaultDuplicate)
	refusedResponse(t, message(success, transaction, "<PeerGroup/><PeerGroup/>"), codec.FaultDuplicate)
	refusedResponse(t, message(success, transaction, group(listed("1", "<PeerID>9</PeerID>"))), codec.FaultDuplicate)
	refusedResponse(t, message(success, transaction, group(`<PeerInfo swarmID="1"/>`)), codec.FaultPeerID)
	refusedResponse(t, message(success, transaction, group(listed(" ", ""))), codec.FaultSwarmID)
	refusedResponse(t, message(success, transaction, group(listed("1", "<PeerAddress/>"))), codec.FaultAddrType)
	refusedResponse(t, message(success, "<TransactionID><Result transactionID='1'>2000</Result></TransactionID>"), codec.FaultResponse)
	refusedResponse(t, `<PPSPTrackerProtocol version="2.0"/>`, codec.FaultVersion)
	refusedResponse(t, "<a/>", codec.FaultRoot)

	results := strings.Repeat(result, codec.LimitActions+1)
	accepted(`result 200 "1"`, success, "<TransactionID>"+results+"</TransactionID>")
	refusedResponse(t, message(success, "<TransactionID>"+results+result+"</TransactionID>"), codec.FaultLimit)
	addresses := strings.Repeat(address, codec.LimitCardAddresses)
	accepted(`peer "9" in "1"`, success, transaction, group(listed("1", addresses)))
	refusedResponse(t, message(success, transaction, group(listed("1", addresses+address))), codec.FaultLimit)
	var swarms strings.Builder
	for i := range codec.LimitActions {
		swarms.WriteString(listed(strings.Repeat("x", i+1), ""))
	}
	accepted(`peer "9" in "xxx"`, success, transaction, group(swarms.String()))
	refusedResponse(t, message(success, transaction, group(swarms.String()+listed("y", ""))), codec.FaultLimit)
	refusedResponse(t, message(success, transaction, group(listed(strings.Repeat("x", codec.LimitID+1), ""))), codec.FaultLimit)
}

// Statuses beyond 200 have their phrase.
func TestResultStatus(t *testing.T) {
	var p codec.Response
	p.Status = codec.StatusOK
	p.Results = append(p.Results, codec.Result{TransactionID: p.Keep([]byte("1")), Status: codec.StatusForbidden})
	const want = `<TransactionID><Result transactionID="1">403 Forbidden</Result></TransactionID>`
	if got := string((Format{}).AppendResponse(nil, &p)); !strings.Contains(got, want) {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// A Stat without content has its SwarmID.
func TestStatWithoutContent(t *testing.T) {
	var r codec.Request
	r.Method = codec.MethodStatReport
	s := r.AddStat()
	s.Property, s.Name, s.SwarmID = codec.PropertyContentMap, r.Keep([]byte("ContentMap")), r.Keep([]byte("1111"))
	const want = `<StatisticsGroup><Stat property="ContentMap"><SwarmID>1111</SwarmID></Stat></StatisticsGroup>`
	if got := string((Format{}).AppendRequest(nil, &r)); !strings.Contains(got, want) {
		t.Errorf("%s\nwant %s", got, want)
	}
}
