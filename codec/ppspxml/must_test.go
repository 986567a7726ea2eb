package ppspxml

import (
	"errors"
	"strings"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

// The tests of this file are named by the section whose MUST they prove.

// Parts of requests, to be put together.
const (
	start       = `<PPSPTrackerProtocol version="1.0">`
	end         = `</PPSPTrackerProtocol>`
	connect     = `<Request>CONNECT</Request>`
	report      = `<Request>STAT_REPORT</Request>`
	transaction = `<TransactionID>12345.0</TransactionID>`
	peer        = `<PeerID>656164657221</PeerID>`
	join        = `<SwarmID action="JOIN" peerMode="LEECH" transactionID="12345.1">1111</SwarmID>`
	keepAlive   = report + transaction + peer
	joining     = connect + transaction + peer + join
)

// refused checks the fault of a request and where it is, given as the text that
// follows there; "" is the end.
func refused(t *testing.T, body string, fault codec.Fault, at string) {
	t.Helper()
	var r codec.Request
	err := (Format{}).ParseRequest(&r, []byte(body))
	var e *codec.Error
	if !errors.As(err, &e) || e.Fault != fault {
		t.Errorf("%s\nis %v, want %q", body, err, fault)
		return
	}
	if e.Offset > len(body) || !strings.HasPrefix(body[e.Offset:], at) || at == "" && e.Offset != len(body) {
		t.Errorf("%s\n%v, want it at %q", body, err, at)
	}
}

// accepted checks that a request is right, and what it says if that is given.
func accepted(t *testing.T, body string, want ...string) {
	t.Helper()
	var r codec.Request
	if err := (Format{}).ParseRequest(&r, []byte(body)); err != nil {
		t.Errorf("%s\nis %v", body, err)
		return
	}
	got := describeRequest(&r)
	for _, line := range want {
		if !strings.Contains(got, line+"\n") {
			t.Errorf("%s\nsays\n%swant %q", body, got, line)
		}
	}
}

// message is a request with children in the root.
func message(children ...string) string { return start + strings.Join(children, "") + end }

// 3.1: the body is an XML document; the declaration may be absent by decision.
func TestSection3_1_XMLDocument(t *testing.T) {
	accepted(t, message(joining))
	accepted(t, "<?xml version='1.0' encoding='UTF-8'?>\n"+message(joining)+"\n")
	accepted(t, "\uFEFF"+message(joining))
	accepted(t, "<!-- c --><?pi?>"+message(joining)+"<!-- c -->\n<?pi?>")
	refused(t, "", codec.FaultSyntax, "")
	refused(t, "CONNECT", codec.FaultSyntax, "CONNECT")
	refused(t, message(joining)+"x", codec.FaultSyntax, "x")
	refused(t, message(joining)+start+end, codec.FaultSyntax, "<PPSP")
	refused(t, message(joining, "<a></b>"), codec.FaultSyntax, "b>")
	refused(t, message(joining, "&unknown;"), codec.FaultSyntax, "&")
	refused(t, message(joining, "<p:a/>"), codec.FaultSyntax, "p:a")
	refused(t, message(joining, "\x01"), codec.FaultSyntax, "\x01")
	refused(t, "<!DOCTYPE PPSPTrackerProtocol>"+message(joining), codec.FaultDoctype, "<!DOCTYPE")
}

// 3.1: the character encoding SHOULD be UTF-8.
func TestSection3_1_Encoding(t *testing.T) {
	refused(t, `<?xml version="1.0" encoding="ISO-8859-1"?>`+message(joining), codec.FaultEncoding, "ISO-8859-1")
	refused(t, "\xfe\xff\x00<", codec.FaultEncoding, "\xfe")
	refused(t, message(joining, "<Note>\xff</Note>"), codec.FaultEncoding, "\xff")
	accepted(t, message(joining, "<Note>ü</Note>"))
}

// 3.1: the root element MUST be PPSPTrackerProtocol.
func TestSection3_1_Root(t *testing.T) {
	refused(t, `<ppspTrackerProtocol version="1.0"/>`, codec.FaultRoot, "<ppsp")
	refused(t, `<Request>CONNECT</Request>`, codec.FaultRoot, "<Request")
	accepted(t, `<p:PPSPTrackerProtocol xmlns:p="any" version="1.0">`+joining+`</p:PPSPTrackerProtocol>`)
	accepted(t, `<PPSPTrackerProtocol xmlns="TBD" schemaLocation="TBD" version="1.0">`+joining+end)
	accepted(t, `<PPSPTrackerProtocol xmlns="" version="1.0">`+joining+end)
}

// 3.1: @version indicates the version; 4.3: one that is not supported MUST be
// answered with 400.
func TestSection3_1_Version(t *testing.T) {
	refused(t, `<PPSPTrackerProtocol>`+joining+end, codec.FaultVersionAbsent, "<PPSP")
	for _, v := range []string{"", "1", "1.1", "2.0", "01.0", "1.0.0", "one"} {
		refused(t, `<PPSPTrackerProtocol version="`+v+`">`+joining+end, codec.FaultVersion, "<PPSP")
	}
	accepted(t, `<PPSPTrackerProtocol version=" 1.0 ">`+joining+end, `dialect 1 CONNECT "12345.0" of "656164657221"`)
	accepted(t, `<PPSPTrackerProtocol version="&#49;.0">`+joining+end)
	if codec.FaultVersion.Reason() != "PPSP Version 1.0" {
		t.Error("the reason does not name the version that is spoken")
	}
	// Before anything that the root contains, even if it is not well-formed.
	refused(t, `<PPSPTrackerProtocol version="2.0"><Request>?</Request>`+"<", codec.FaultVersion, "<PPSP")
}

// 3.1: the Request element MUST be present in requests.
func TestSection3_1_Request(t *testing.T) {
	refused(t, message(transaction, peer, join), codec.FaultRequestAbsent, "")
	refused(t, message(joining, connect), codec.FaultDuplicate, "<Request")
	refused(t, message(joining, "<Response>SUCCESSFUL</Response>"), codec.FaultResponse, "<Response")
	refused(t, message("<Response>SUCCESSFUL</Response>", transaction), codec.FaultResponse, "<Response")
}

// 3.1: the Response element MUST be present in responses.
func TestSection3_1_Response(t *testing.T) {
	refusedResponse(t, message(transaction), codec.FaultResponse)
	refusedResponse(t, message(connect, transaction), codec.FaultResponse)
	refusedResponse(t, message("<Response>SUCCESSFUL</Response>", "<Response>SUCCESSFUL</Response>", transaction), codec.FaultDuplicate)
}

// 3.1: the element TransactionID MUST be present in requests.
func TestSection3_1_TransactionID(t *testing.T) {
	refused(t, message(connect, peer, join), codec.FaultTransaction, "")
	refused(t, message(keepAlive, transaction), codec.FaultDuplicate, "<Trans")
	refused(t, message(report, "<TransactionID/>", peer), codec.FaultTransaction, "<Trans")
	refused(t, message(report, "<TransactionID> \n</TransactionID>", peer), codec.FaultTransaction, "<Trans")
	accepted(t, message(report, peer, "<TransactionID>\n 1 2 </TransactionID>"), `dialect 1 STAT_REPORT "1 2" of "656164657221"`)
}

// 3.1: all requests MUST contain a PeerID element.
func TestSection3_1_PeerID(t *testing.T) {
	refused(t, message(connect, transaction, join), codec.FaultPeerID, "")
	refused(t, message(report, transaction), codec.FaultPeerID, "")
	refused(t, message(report, transaction, "<PeerID> </PeerID>"), codec.FaultPeerID, "<PeerID")
	refused(t, message(keepAlive, peer), codec.FaultDuplicate, "<PeerID")
	accepted(t, message(report, transaction, "<PeerID><![CDATA[<&]]>&#x3e;</PeerID>"), `dialect 1 STAT_REPORT "12345.0" of "<&>"`)
}

// 3.1: SwarmID MUST be present in CONNECT and SHOULD be in STAT_REPORT; 4.1: it
// MUST be present with cardinality 1 to N, each with @action and @peerMode.
func TestSection3_1_SwarmID(t *testing.T) {
	swarm := func(attributes, id string) string { return "<SwarmID" + attributes + ">" + id + "</SwarmID>" }
	refused(t, message(connect, transaction, peer), codec.FaultSwarmID, "")
	refused(t, message(connect, transaction, peer, swarm(` action="JOIN" peerMode="SEED"`, " ")), codec.FaultSwarmID, "<SwarmID")
	refused(t, message(connect, transaction, peer, swarm(` peerMode="SEED"`, "1111")), codec.FaultAction, "1111")
	refused(t, message(connect, transaction, peer, swarm(` action="Join" peerMode="SEED"`, "1111")), codec.FaultAction, "1111")
	refused(t, message(connect, transaction, peer, swarm(` action="JOIN"`, "1111")), codec.FaultPeerMode, "1111")
	refused(t, message(connect, transaction, peer, swarm(` action="JOIN" peerMode="LEECHER"`, "1111")), codec.FaultPeerMode, "1111")
	refused(t, message(connect, transaction, peer, swarm(` action="JOIN" peerMode="SEED" transactionID=""`, "1111")), codec.FaultTransaction, "<SwarmID")
	accepted(t, message(connect, transaction, peer, swarm(` peerMode=" SEED " action="&#9;LEAVE"`, "1111")), `action "LEAVE" "SEED" "1111" of -`)
	accepted(t, message(keepAlive))
	accepted(t, message(keepAlive, swarm("", "1111")), `action "" "" "1111" of -`)
	accepted(t, message(keepAlive, swarm(` action="?"`, "1111")), `action "" "" "1111" of -`)
	accepted(t, message(keepAlive, swarm("", "1111"), swarm("", "1111")))
	accepted(t, message(swarm("", "1111"), keepAlive))
	refused(t, message(swarm("", "1111"), connect, transaction, peer), codec.FaultAction, "1111")
}

// The same Swarm-ID twice in one CONNECT is a fault, however it is spelled.
func TestSwarmTwice(t *testing.T) {
	refused(t, message(joining, `<SwarmID action="LEAVE" peerMode="SEED"> 11&#49;1 </SwarmID>`), codec.FaultSwarmTwice, "")
	refused(t, message(joining, `<SwarmID action="LEAVE" peerMode="SEED"> 1111 </SwarmID>`), codec.FaultSwarmTwice, "1111")
	for _, n := range []int{2, fewActions, fewActions + 1, codec.LimitActions} {
		var many strings.Builder
		for i := range n - 1 {
			many.WriteString(`<SwarmID action="JOIN" peerMode="SEED">` + strings.Repeat("x", i+1) + "</SwarmID>")
		}
		other := message(connect, transaction, peer, many.String(), `<SwarmID action="JOIN" peerMode="SEED">y</SwarmID>`)
		accepted(t, other)
		refused(t, strings.Replace(other, ">y<", ">x<", 1), codec.FaultSwarmTwice, "x<")
	}
}

// 3.1: PeerNum MAY be present, with @abilityNAT (Table 2: PeerNUM).
func TestSection3_1_PeerNum(t *testing.T) {
	num := func(s string) string { return message(joining, s) }
	accepted(t, num(`<PeerNUM abilityNAT="NoNAT" concurrentLinks="HIGH" onlineTime="LOW" uploadBWlevel="NORMAL">007</PeerNUM>`),
		`peers 7 "No-NAT" "HIGH" "LOW" "NORMAL"`)
	accepted(t, num(`<PeerNum abilityNAT="nat" concurrentLinks="high" onlineTime="">0</PeerNum>`), `peers 0 "" "" "" ""`)
	accepted(t, num(`<PeerNum> 18446744073709551615 </PeerNum>`), `peers 4294967295 "" "" "" ""`)
	accepted(t, num(`<PeerNum>99999999999999999999999</PeerNum>`), `peers 4294967295 "" "" "" ""`)
	for _, n := range []string{"", "-1", "+1", "1.5", "0x10", "ten", "1 2", "99999999999999999999x"} {
		refused(t, num("<PeerNum>"+n+"</PeerNum>"), codec.FaultPeerNum, "<PeerNum")
	}
	refused(t, num("<PeerNum>1</PeerNum><PeerNUM>1</PeerNUM>"), codec.FaultDuplicate, "<PeerNUM")
}

// 3.2: names of elements and attributes are case-sensitive, and known by their
// local names in any namespace.
func TestSection3_2_Names(t *testing.T) {
	refused(t, message(`<request>CONNECT</request>`, transaction, peer, join), codec.FaultRequestAbsent, "")
	refused(t, message(connect, transaction, peer, `<SwarmID Action="JOIN" peerMode="SEED">1</SwarmID>`), codec.FaultAction, "1<")
	accepted(t, `<PPSPTrackerProtocol version="1.0" xmlns:a="a" xmlns:b="b"><b:Request>CONNECT</b:Request>`+transaction+peer+
		`<a:SwarmID b:action="JOIN" a:peerMode="SEED">1</a:SwarmID>`+end, `action "JOIN" "SEED" "1" of -`)
	// One without prefix counts before one with; what is of XML does not count.
	accepted(t, `<PPSPTrackerProtocol version="1.0" xmlns:a="a">`+connect+transaction+peer+
		`<SwarmID a:action="LEAVE" action="JOIN" peerMode="SEED" a:peerMode="LEECH">1</SwarmID>`+end, `action "JOIN" "SEED" "1" of -`)
	accepted(t, `<PPSPTrackerProtocol version="1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b">`+joining+
		`<PeerGroup><PeerInfo><PeerAddress xsi:type="PROXY" xml:type="PROXY" addrType="ipv4" ip="192.0.2.1" port="1"/></PeerInfo></PeerGroup>`+end,
		"  address 192.0.2.1 port 1")
}

// Declarations of namespaces are judged wherever they stand.
func TestNamespaceDeclarations(t *testing.T) {
	const reserved = "http://www.w3.org/2000/xmlns/"
	swarm := func(a string) string {
		return message(connect, transaction, peer, `<SwarmID action="JOIN" `+a+` peerMode="SEED">1</SwarmID>`)
	}
	root := func(a string) string { return `<PPSPTrackerProtocol ` + a + ` version="1.0">` + joining + end }
	refused(t, swarm(`xmlns="`+reserved+`"`), codec.FaultSyntax, "xmlns")
	refused(t, swarm(`xmlns:a=""`), codec.FaultSyntax, "xmlns")
	refused(t, swarm(`a:b=""`), codec.FaultSyntax, "a:b")
	accepted(t, swarm(`xmlns="other" schemaLocation="a" version="2.0"`))
	refused(t, root(`xmlns="`+reserved+`"`), codec.FaultSyntax, "xmlns")
	refused(t, root(`xmlns='http://www.w3.org/XML/1998/namespace'`), codec.FaultSyntax, "xmlns")
	refused(t, root(`xmlns="a" xmlns="b"`), codec.FaultSyntax, `xmlns="b"`)
	refused(t, root(`xsi:schemaLocation="a b"`), codec.FaultSyntax, "xsi")
	refused(t, root(`xmlns="a"schemaLocation="b"`), codec.FaultSyntax, "schema")
	refused(t, root(`version="1.0"`), codec.FaultSyntax, "version")
	for _, instance := range []string{`xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`, `xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'`, `xmlns:xsi="another"`} {
		accepted(t, root(instance+` xsi:schemaLocation="urn:a a.xsd"`))
		accepted(t, root(`xsi:schemaLocation="urn:a a.xsd" `+instance))
		refused(t, root(instance+` `+instance), codec.FaultSyntax, `xmlns`)
		refused(t, root(instance+` xsi:schemaLocation="a" xsi:schemaLocation="b"`), codec.FaultSyntax, `xsi:schemaLocation="b"`)
	}
}

// 3.2: what the tables do not have is skipped, and what they have elsewhere too.
func TestSection3_2_Unknown(t *testing.T) {
	accepted(t, message(joining, `<New a="b"><PeerID>other</PeerID><SwarmID/>text</New>text`), `dialect 1 CONNECT "12345.0" of "656164657221"`)
	accepted(t, message(joining, `<PeerGroup new="1">x<PeerAddress/><PeerID/><PeerInfo><New><PeerAddress/><PeerID>9</PeerID></New>`+
		`<PeerAddress addrType="ipv4" ip="192.0.2.1" port="1" new="2"><New/></PeerAddress></PeerInfo></PeerGroup>`),
		"group", "  address 192.0.2.1 port 1")
	accepted(t, message(keepAlive, `<StatisticsGroup><New><Stat/></New><Stat property="StreamStatistics"><New><SwarmID/></New></Stat></StatisticsGroup>`),
		`stat 1 "StreamStatistics" of -: 0000 0 0 0 0`)
	accepted(t, message(keepAlive, `<UploadedBytes>x</UploadedBytes><Stat/>`))
	accepted(t, message(report, transaction, "<PeerID>65<New>x</New>66</PeerID>"), `dialect 1 STAT_REPORT "12345.0" of "6566"`)
	accepted(t, message(report, transaction, "<PeerID>&#54;5<New a='&amp;'>x</New>66</PeerID>"), `dialect 1 STAT_REPORT "12345.0" of "6566"`)
}

// Table 3: PeerGroup.
func TestSection3_2_PeerGroup(t *testing.T) {
	group := func(s string) string { return message(joining, "<PeerGroup>", s, "</PeerGroup>") }
	accepted(t, group("<PeerInfo/>"), "group")
	refused(t, group(""), codec.FaultPeerInfo, "<PeerGroup>")
	refused(t, group("<New><PeerInfo/></New>"), codec.FaultPeerInfo, "<PeerGroup>")
	refused(t, message(joining, "<PeerGroup/>"), codec.FaultPeerInfo, "<PeerGroup/>")
	accepted(t, group("<PeerInfo swarmID='1111'> "+peer+"</PeerInfo><PeerInfo>"+peer+"</PeerInfo>"), "group")
	accepted(t, group("<PeerInfo><PeerID> 65616465722&#49; </PeerID></PeerInfo>"), "group")
	refused(t, message(joining, "<PeerGroup><PeerInfo/></PeerGroup><PeerGroup/>"), codec.FaultDuplicate, "<PeerGroup/></PPSP")
	refused(t, group("<PeerInfo>"+peer+peer+"</PeerInfo>"), codec.FaultDuplicate, peer+"</PeerInfo>")
	refused(t, group("<PeerInfo><PeerID/></PeerInfo>"), codec.FaultPeerID, "<PeerID/>")
}

// 3.1: the PeerID on the level of PeerInfo is that of the requesting peer.
func TestSection3_1_PeerInfoOfAnotherPeer(t *testing.T) {
	const other = "<PeerGroup><PeerInfo><PeerID>9</PeerID></PeerInfo></PeerGroup>"
	refused(t, message(joining, other), codec.FaultPeerIDOther, "9<")
	refused(t, message(other, joining), codec.FaultPeerIDOther, "9<")
	refused(t, message(joining, "<PeerGroup><PeerInfo><PeerID>9</PeerID></PeerInfo><PeerInfo>"+peer+"</PeerInfo></PeerGroup>"), codec.FaultPeerIDOther, "656")
	refused(t, message(joining, "<PeerGroup><PeerInfo><PeerID>&#57;</PeerID></PeerInfo></PeerGroup>"), codec.FaultPeerIDOther, "")
}

// Table 3: PeerAddress.
func TestSection3_2_PeerAddress(t *testing.T) {
	address := func(s string) string {
		return message(joining, "<PeerGroup><PeerInfo><PeerAddress "+s+"/></PeerInfo></PeerGroup>")
	}
	f := func(fault codec.Fault, attributes ...string) {
		t.Helper()
		for _, a := range attributes {
			refused(t, address(a), fault, "<PeerAddress")
		}
	}
	accepted(t, address(`port=" 65535 " ip=" 192.0.2.1 " addrType=" ipv4 "`), "  address 192.0.2.1 port 65535")
	accepted(t, address(`addrType="ipv6" ip="2001:DB8::1" port="1" priority="4294967295" asn="4294967295" type="HOST" connection="3G" peerProtocol="PPSP-PP"`),
		`  address 2001:db8::1 port 1 priority 4294967295 type HOST connection "3G""" asn 4294967295 protocol "PPSP-PP"""`)
	accepted(t, address(`addrType="ipv4" ip="192.0.2.1" port="1" type="RELAY" connection="" asn="AS1" peerProtocol=" other "`),
		`  address 192.0.2.1 port 1 protocol """other"`)
	long := strings.Repeat("w", codec.LimitWord+1)
	accepted(t, address(`addrType="ipv4" ip="192.0.2.1" port="1" asn="4294967296" connection="`+long+`" peerProtocol="`+long+`"`),
		`  address 192.0.2.1 port 1`)
	f(codec.FaultAddrType, `ip="192.0.2.1" port="1"`, `addrType="" ip="192.0.2.1" port="1"`,
		`addrType="IPv4" ip="192.0.2.1" port="1"`, `addrType="ipv5" ip="192.0.2.1" port="1"`)
	f(codec.FaultAddress, `addrType="ipv4" port="1"`, `addrType="ipv4" ip="" port="1"`, `addrType="ipv6" ip="192.0.2.1" port="1"`,
		`addrType="ipv4" ip="2001:db8::1" port="1"`, `addrType="ipv4" ip="192.0.2.256" port="1"`, `addrType="ipv4" ip="host.example" port="1"`,
		`addrType="ipv6" ip="::ffff:192.0.2.1" port="1"`, `addrType="ipv6" ip="fe80::1%eth0" port="1"`)
	f(codec.FaultPort, `addrType="ipv4" ip="192.0.2.1"`, `addrType="ipv4" ip="192.0.2.1" port=""`, `addrType="ipv4" ip="192.0.2.1" port="0"`,
		`addrType="ipv4" ip="192.0.2.1" port="65536"`, `addrType="ipv4" ip="192.0.2.1" port="-1"`, `addrType="ipv4" ip="192.0.2.1" port="http"`,
		`addrType="ipv4" ip="192.0.2.1" port="18446744073709551617"`)
	f(codec.FaultPriority, `addrType="ipv4" ip="192.0.2.1" port="1" priority=""`, `addrType="ipv4" ip="192.0.2.1" port="1" priority="high"`,
		`addrType="ipv4" ip="192.0.2.1" port="1" priority="4294967296"`)
	f(codec.FaultAddressUse, `addrType="ipv4" ip="0.0.0.0" port="1"`, `addrType="ipv4" ip="224.0.0.1" port="1"`,
		`addrType="ipv4" ip="255.255.255.255" port="1"`, `addrType="ipv6" ip="::" port="1"`, `addrType="ipv6" ip="ff02::1" port="1"`)
}

// Tables 4 and 5: StatisticsGroup.
func TestSection3_2_StatisticsGroup(t *testing.T) {
	stats := func(s string) string { return message(keepAlive, "<StatisticsGroup>", s, "</StatisticsGroup>") }
	stream := func(s string) string { return stats(`<Stat property="StreamStatistics">` + s + "</Stat>") }
	refused(t, stats(""), codec.FaultStat, "<StatisticsGroup>")
	refused(t, message(keepAlive, "<StatisticsGroup/>"), codec.FaultStat, "<StatisticsGroup/>")
	accepted(t, stream(""), `stat 1 "StreamStatistics" of -: 0000 0 0 0 0`)
	accepted(t, stats(`<Stat property=" StreamStatistics "/>`), `stat 1 "StreamStatistics" of -: 0000 0 0 0 0`)
	accepted(t, stream("<AvailBandwidth> 18446744073709551615 </AvailBandwidth><SwarmID> 1 </SwarmID><UploadedBytes>00</UploadedBytes>"),
		`stat 1 "StreamStatistics" of "1": 0101 0 0 18446744073709551615 0`)
	refused(t, message(keepAlive, `<StatisticsGroup><Stat property="x"/></StatisticsGroup><StatisticsGroup/>`), codec.FaultDuplicate, "<StatisticsGroup/></PPSP")
	refused(t, stats("<Stat/>"), codec.FaultProperty, "<Stat/>")
	refused(t, stats(`<Stat property=" "/>`), codec.FaultProperty, "<Stat ")
	refused(t, stream("<SwarmID/>"), codec.FaultSwarmID, "<SwarmID/>")
	refused(t, stream("<SwarmID>1</SwarmID><SwarmID>1</SwarmID>"), codec.FaultDuplicate, "<SwarmID>1</SwarmID></Stat>")
	for _, name := range []string{"UploadedBytes", "DownloadedBytes", "AvailBandwidth", "OnlineTime"} {
		number := func(s string) string { return "<" + name + ">" + s + "</" + name + ">" }
		for _, n := range []string{"", "-1", "1e3", "18446744073709551616", "99999999999999999999", "1 1"} {
			refused(t, stream(number(n)), codec.FaultNumber, "<"+name)
		}
		refused(t, stream(number("1")+number("1")), codec.FaultDuplicate, number("1")+"</Stat>")
	}
}

// 3.3: the values of Request MUST be treated as case-sensitive.
func TestSection3_3_Methods(t *testing.T) {
	accepted(t, message("<Request>\n\tSTAT_REPORT </Request>", transaction, peer))
	for _, m := range []string{"", "connect", "Connect", "JOIN", "FIND", "STAT-REPORT", "CONNECT STAT_REPORT"} {
		refused(t, message("<Request>"+m+"</Request>", transaction, peer, join), codec.FaultRequest, "<Request")
	}
}

// refusedResponse checks the fault of a response.
func refusedResponse(t *testing.T, body string, fault codec.Fault) {
	t.Helper()
	var p codec.Response
	if err := (Format{}).ParseResponse(&p, []byte(body)); !errors.Is(err, fault) {
		t.Errorf("%s\nis %v, want %q", body, err, fault)
	}
}

// 3.4: the values of Response MUST be treated as case-sensitive; SUCCESSFUL MUST
// include the TransactionID.
func TestSection3_4_Responses(t *testing.T) {
	var p codec.Response
	body := message("<Response> AUTHENTICATION REQUIRED </Response>", transaction)
	if err := (Format{}).ParseResponse(&p, []byte(body)); err != nil || p.Status != codec.StatusUnauthorized {
		t.Errorf("%s\nis %v, status %d", body, err, p.Status)
	}
	for _, s := range []string{"", "successful", "OK", "200 OK"} {
		refusedResponse(t, message("<Response>"+s+"</Response>", transaction), codec.FaultResponse)
	}
	refusedResponse(t, message("<Response>SUCCESSFUL</Response>"), codec.FaultTransaction)
	refusedResponse(t, message("<Response>SUCCESSFUL</Response><TransactionID/>"), codec.FaultTransaction)
	refusedResponse(t, message("<Response>SUCCESSFUL</Response><TransactionID><Result>200 OK</Result></TransactionID>"), codec.FaultTransaction)
	refusedResponse(t, message("<Response>SUCCESSFUL</Response><TransactionID><Result transactionID='1'>fine</Result></TransactionID>"), codec.FaultResponse)
}

// 3.4: what an answer is, by its status: a fault but 401 has no body.
func TestSection3_4_Bodies(t *testing.T) {
	var r codec.Request
	if err := (Format{}).ParseRequest(&r, []byte(message(keepAlive))); err != nil {
		t.Fatal(err)
	}
	var p codec.Response
	for f := codec.FaultNone + 1; f <= codec.FaultBinding; f++ {
		p.Refuse(f)
		if body := (Format{}).AppendResponse(nil, &p); (len(body) != 0) != (f.Status() == codec.StatusUnauthorized) {
			t.Errorf("%s: body %q", f, body)
		}
	}
	p.Refuse(codec.FaultAuthenticate)
	const without = head + "<Response>AUTHENTICATION REQUIRED</Response>" + foot
	if got := string((Format{}).AppendResponse(nil, &p)); got != without {
		t.Errorf("401 is %s", got)
	}
	p.Body, p.TransactionID = r.Body, r.TransactionID
	const with = head + "<Response>AUTHENTICATION REQUIRED</Response>" + transaction + foot
	if got := string((Format{}).AppendResponse(nil, &p)); got != with {
		t.Errorf("401 is %s", got)
	}
	p.Answer(&r)
	const report = head + "<Response>SUCCESSFUL</Response>" + transaction + foot
	if got := string((Format{}).AppendResponse(nil, &p)); got != report {
		t.Errorf("200 is %s", got)
	}
}

// 4.3: a fault behind the TransactionID leaves that usable.
func TestSection4_3_TransactionIDOfFaults(t *testing.T) {
	f := func(body, want string) {
		t.Helper()
		var r codec.Request
		if err := (Format{}).ParseRequest(&r, []byte(body)); err == nil {
			t.Errorf("%s\nis accepted", body)
		}
		if got := string(r.Bytes(r.TransactionID)); got != want || r.TransactionID.Present() != (want != "") {
			t.Errorf("%s\nhas TransactionID %q, want %q", body, got, want)
		}
	}
	f(message(connect, transaction, "<PeerID/>"), "12345.0")
	f(message(connect, "<TransactionID> &#49;&#50; </TransactionID>", "<PeerID/>"), "12")
	f(start+transaction+"<", "12345.0")
	f(message(transaction), "12345.0")
	f(message("<Request>?</Request>", transaction), "")
	f(message("<TransactionID>"+strings.Repeat("x", 256)+"</TransactionID>"), "")
	f(message("<TransactionID/>"), "")
}

// 7.1: extensions of the StatisticsGroup are kept as they were sent.
func TestSection7_1_Extensions(t *testing.T) {
	stats := func(s string) string { return message(keepAlive, "<StatisticsGroup>", s, "</StatisticsGroup>") }
	accepted(t, stats(`<Stat property="StreamStatistics"><OnlineTime>3600</OnlineTime></Stat>`),
		`stat 1 "StreamStatistics" of -: 1000 0 0 0 3600`)
	accepted(t, stats("<Stat property=\"ContentMap\">\n<SegmentInfo chunkmapSize=\"25\">A/8D/wP/</SegmentInfo>\n</Stat>"),
		`stat 2 "ContentMap" of -: 0000 0 0 0 0`, `  content "\n<SegmentInfo chunkmapSize=\"25\">A/8D/wP/</SegmentInfo>\n"`)
	accepted(t, stats(`<Stat property="ContentMap"><SwarmID>7</SwarmID></Stat>`), `stat 2 "ContentMap" of "7": 0000 0 0 0 0`)
	accepted(t, stats(`<Stat property="link status" new="x"><SwarmID/><UploadedBytes>?</UploadedBytes>&lt;<![CDATA[<]]></Stat>`),
		`stat 0 "link status" of -: 0000 0 0 0 0`, `  content "<SwarmID/><UploadedBytes>?</UploadedBytes>&lt;<![CDATA[<]]>"`)
	accepted(t, stats(`<Stat property="empty"/>`), `  content ""`)
	refused(t, stats(`<Stat property="broken"><a></b></Stat>`), codec.FaultSyntax, "b>")
}

// The limits of package codec.
func TestLimits(t *testing.T) {
	id := strings.Repeat("x", codec.LimitID)
	num := strings.Repeat("<SwarmID>1</SwarmID>", codec.LimitActions)
	address := `<PeerAddress addrType="ipv4" ip="192.0.2.1" port="1"/>`
	addresses := strings.Repeat(address, codec.LimitAddresses)
	stat := `<Stat property="x"/>`
	stats := strings.Repeat(stat, codec.LimitStats)
	deep := strings.Repeat("<a>", codec.LimitDepth-1) + strings.Repeat("</a>", codec.LimitDepth-1)
	var attributes strings.Builder
	for i := range codec.LimitAttributes {
		attributes.WriteString(" a" + strings.Repeat("x", i) + "='1'")
	}
	accepted(t, message(report, "<TransactionID>"+id+"</TransactionID><PeerID> "+id+" </PeerID>"))
	refused(t, message(report, "<TransactionID>"+id+"x</TransactionID>", peer), codec.FaultLimit, "<Trans")
	refused(t, message(report, transaction, "<PeerID>"+id+"x</PeerID>"), codec.FaultLimit, "<PeerID")
	refused(t, message(report, transaction, peer, "<SwarmID>"+id+"x</SwarmID>"), codec.FaultLimit, "<SwarmID")
	refused(t, message(report, transaction, peer, "<SwarmID transactionID='"+id+"x'>1</SwarmID>"), codec.FaultLimit, "<SwarmID")
	accepted(t, message(keepAlive, num))
	refused(t, message(keepAlive, num, "<SwarmID>1</SwarmID>"), codec.FaultLimit, "<SwarmID>1</SwarmID></PPSP")
	accepted(t, message(keepAlive, "<PeerGroup><PeerInfo>"+addresses+"</PeerInfo></PeerGroup>"))
	refused(t, message(keepAlive, "<PeerGroup><PeerInfo>"+addresses+"</PeerInfo><PeerInfo>"+address+"</PeerInfo></PeerGroup>"),
		codec.FaultLimit, address+"</PeerInfo></PeerGroup>")
	accepted(t, message(keepAlive, "<StatisticsGroup>"+stats+"</StatisticsGroup>"))
	refused(t, message(keepAlive, "<StatisticsGroup>"+stats+stat+"</StatisticsGroup>"), codec.FaultLimit, stat+"</Stat")
	accepted(t, message(keepAlive, deep))
	refused(t, message(keepAlive, "<a>"+deep+"</a>"), codec.FaultLimit, "<a></a>")
	accepted(t, message(keepAlive, "<a"+attributes.String()+"/>"))
	refused(t, message(keepAlive, "<a"+attributes.String()+" b='1'/>"), codec.FaultLimit, "b=")
	accepted(t, message(keepAlive, "<"+strings.Repeat("n", codec.LimitName)+"/>"))
	refused(t, message(keepAlive, "<"+strings.Repeat("n", codec.LimitName+1)+"/>"), codec.FaultLimit, "n")
}

// Faults are located: offset and path.
func TestErrorPath(t *testing.T) {
	f := func(body, want string) {
		t.Helper()
		var r codec.Request
		err := (Format{}).ParseRequest(&r, []byte(body))
		if err == nil || err.Error() != want {
			t.Errorf("%s\nis %v, want %s", body, err, want)
		}
	}
	f(message(joining, `<PeerGroup><PeerInfo><PeerAddress addrType="ipv4" ip="192.0.2.1"/></PeerInfo></PeerGroup>`),
		"Missing or invalid port in PPSPTrackerProtocol/PeerGroup/PeerInfo/PeerAddress at byte 227")
	f(message(keepAlive, `<StatisticsGroup><Stat property="StreamStatistics"><SwarmID/></Stat></StatisticsGroup>`),
		"Missing SwarmID in PPSPTrackerProtocol/StatisticsGroup/Stat/SwarmID at byte 183")
	f(message(keepAlive, "<New><PeerID>&x;</PeerID></New>"), "Malformed message-body in PPSPTrackerProtocol at byte 145")
	f("<a/>", "Root element is not PPSPTrackerProtocol at byte 0")
}
