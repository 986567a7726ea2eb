package ppspxml

import (
	"strings"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

// The fast path for usual cards writes what the general one writes.
func TestUsualCards(t *testing.T) {
	r := rng(t)
	for range 50_000 {
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
