package ppspxml_test

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/codec/ppspxml"
	"github.com/ppspd/ppspd/codec/xmltext"
)

// A tracker reads a request.
func ExampleFormat_ParseRequest() {
	body := []byte(`<?xml version="1.0" encoding="UTF-8"?>
<PPSPTrackerProtocol xmlns="urn:ietf:params:xml:ns:ppsp-tp" version="1.0">
  <Request>CONNECT</Request>
  <TransactionID>12345.0</TransactionID>
  <PeerID>656164657221</PeerID>
  <SwarmID action="JOIN" peerMode="LEECH" transactionID="12345.1">1111</SwarmID>
  <PeerNum abilityNAT="STUN">5</PeerNum>
</PPSPTrackerProtocol>`)
	var r codec.Request
	if err := (ppspxml.Format{}).ParseRequest(&r, body); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s %s of peer %s\n", r.Method, r.Bytes(r.TransactionID), r.Bytes(r.PeerID))
	for _, a := range r.Actions() {
		fmt.Printf("%s %s as %s\n", a.Verb, r.Bytes(a.SwarmID), a.Mode)
	}
	// Output:
	// CONNECT 12345.0 of peer 656164657221
	// JOIN 1111 as LEECH
}

// A fault has a status, a reason and a place.
func ExampleFormat_ParseRequest_fault() {
	body := []byte(`<PPSPTrackerProtocol version="1.0"><Request>FIND</Request></PPSPTrackerProtocol>`)
	var r codec.Request
	err := ppspxml.Format{}.ParseRequest(&r, body)
	var e *codec.Error
	if errors.As(err, &e) {
		fmt.Println(e.Fault.Status(), e.Fault.Reason())
		fmt.Println(e)
	}
	// Output:
	// 400 Unknown Request method
	// Unknown Request method in PPSPTrackerProtocol/Request at byte 35
}

// An extension reads a block that the tracker does not know (section 7.1).
func ExampleFormat_ParseRequest_unknownProperty() {
	body := []byte(`<PPSPTrackerProtocol version="1.0">
  <Request>STAT_REPORT</Request><TransactionID>12345</TransactionID><PeerID>656164657221</PeerID>
  <StatisticsGroup>
    <Stat property="LinkStatus"><Link kind="uplink">congested</Link><Link kind="downlink">idle</Link></Stat>
  </StatisticsGroup>
</PPSPTrackerProtocol>`)
	var r codec.Request
	if err := (ppspxml.Format{}).ParseRequest(&r, body); err != nil {
		fmt.Println(err)
		return
	}
	stat := &r.Stats()[0]
	fmt.Printf("property %s\n", r.Bytes(stat.Name))

	// The content is as it was sent: any number of elements. A tokenizer reads
	// documents, so it gets a root around it.
	document := append(append([]byte("<Stat>"), r.Bytes(stat.Content)...), "</Stat>"...)
	d := xmltext.NewDecoder(xmltext.Limits{})
	d.Reset(document, true)
	for {
		kind, err := d.Next()
		if err != nil {
			break // io.EOF
		}
		switch {
		case kind == xmltext.KindStart && string(d.Local(d.Name())) == "Link":
			a := &d.Attributes()[0]
			fmt.Printf("%s: ", d.AppendValue(nil, a.Value()))
		case kind == xmltext.KindText:
			fmt.Printf("%s\n", d.AppendValue(nil, d.Value()))
		}
	}
	// Output:
	// property LinkStatus
	// uplink: congested
	// downlink: idle
}

// A tracker answers.
func ExampleFormat_AppendResponse() {
	var r codec.Request
	r.Dialect, r.TransactionID = codec.DialectBase, r.Keep([]byte("12345.0"))

	var p codec.Response
	p.Answer(&r)
	p.Results = append(p.Results, codec.Result{TransactionID: p.TransactionID, Status: codec.StatusOK})
	p.PeerID, p.HasOwn = p.Keep([]byte("656164657221")), true
	p.Own = codec.Address{Port: 80, Type: codec.AddrReflexive}
	p.Own.SetAddr(netip.MustParseAddr("198.51.100.1"))
	fmt.Printf("%s\n", ppspxml.Format{}.AppendResponse(nil, &p))
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <PPSPTrackerProtocol xmlns="urn:ietf:params:xml:ns:ppsp-tp" version="1.0"><Response>SUCCESSFUL</Response><TransactionID><Result transactionID="12345.0">200 OK</Result></TransactionID><PeerGroup><PeerInfo><PeerID>656164657221</PeerID><PeerAddress addrType="ipv4" ip="198.51.100.1" port="80" type="REFLEXIVE"/></PeerInfo></PeerGroup></PPSPTrackerProtocol>
}

// A peer asks.
func ExampleFormat_AppendRequest() {
	var r codec.Request
	r.Method = codec.MethodStatReport
	r.TransactionID, r.PeerID = r.Keep([]byte("12346")), r.Keep([]byte("<peer>"))
	fmt.Printf("%s\n", ppspxml.Format{}.AppendRequest(nil, &r))
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <PPSPTrackerProtocol xmlns="urn:ietf:params:xml:ns:ppsp-tp" version="1.0"><Request>STAT_REPORT</Request><TransactionID>12346</TransactionID><PeerID>&lt;peer&gt;</PeerID></PPSPTrackerProtocol>
}

// A peer reads the answer.
func ExampleFormat_ParseResponse() {
	body := []byte(`<PPSPTrackerProtocol version="1.0"><Response>SUCCESSFUL</Response><TransactionID>12345.0</TransactionID>
<PeerGroup><PeerInfo swarmID="2222"><PeerID>956264622298</PeerID>
  <PeerAddress addrType="ipv4" ip="198.51.100.22" port="80" peerProtocol="PPSP-PP"/></PeerInfo></PeerGroup></PPSPTrackerProtocol>`)
	var p codec.Response
	if err := (ppspxml.Format{}).ParseResponse(&p, body); err != nil {
		fmt.Println(err)
		return
	}
	for _, peer := range p.Peers {
		for _, a := range peer.Card.AppendAddresses(nil, &p.Text) {
			fmt.Printf("%s in %s: %v\n", peer.Card.AppendID(nil, &p.Text), p.Bytes(p.Swarms[peer.Swarm]), netip.AddrPortFrom(a.Addr(), a.Port))
		}
	}
	// Output:
	// 956264622298 in 2222: 198.51.100.22:80
}
