package conformance

import (
	"fmt"
	"strings"
)

// document is a CONNECT of the peer ~a into the swarm ~x, spelled in some way.
// An accepted one registers exactly that peer in that swarm with the
// TransactionID ~t and the action's ~t.1; a refused one changes nothing.
func document(name string, ok bool, body string) clause {
	return clause{name, "", func(s *session) {
		p := s.peer("a")
		a := s.post(here, body)
		if !ok {
			a.refused(400)
			p.registered(false)
			return
		}
		a.results(s.own("~t"), s.own("~t.1"))
		if id := s.neutral(strings.Join(a.own().ID, "")); id != "~a" {
			a.errorf("the own entry is that of %q", id)
		}
		p.registered(true)
		s.peer("b").connect(leechJoin("~x")).listed("~x", "~a")
		p.connect(leechLeave("~x")).ok()
		p.registered(false)
	}}
}

// The same message, spelled plainly.
const (
	declaration = `<?xml version="1.0" encoding="UTF-8"?>`
	rootStart   = `<PPSPTrackerProtocol xmlns="TBD" schemaLocation="TBD" version="1.0">`
	rootEnd     = `</PPSPTrackerProtocol>`
	content     = `<Request>CONNECT</Request><PeerID>~a</PeerID><SwarmID action="JOIN" peerMode="LEECH" transactionID="~t.1">~x</SwarmID><TransactionID>~t</TransactionID>`
	plain       = declaration + rootStart + content + rootEnd
)

// instead is the plain message with a piece replaced.
func instead(of, by string) string {
	if strings.Count(plain, of) != 1 {
		panic("BUG: " + of + " is not once in the plain message")
	}
	return strings.Replace(plain, of, by, 1)
}

// utf16 codes ASCII in UTF-16, big-endian, with a byte order mark.
func utf16(text string) string {
	var b strings.Builder
	b.WriteString("\xfe\xff")
	for _, c := range []byte(text) {
		b.WriteString(string([]byte{0, c}))
	}
	return b.String()
}

func attributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ` a%d="1"`, i)
	}
	return b.String()
}

func nested(depth int) string {
	return strings.Repeat("<d>", depth) + strings.Repeat("</d>", depth)
}

func xmlClauses() []clause {
	all := []clause{
		document("3.1/plain", true, plain),
		document("design/declaration-absent", true, rootStart+content+rootEnd),
		document("design/declaration-without-encoding", true, instead(` encoding="UTF-8"`, "")),
		document("xml/declaration-lower-case-encoding", true, instead(`"UTF-8"`, `'utf-8'`)),
		document("xml/declaration-standalone", true, instead(`?><PPSP`, ` standalone="yes" ?><PPSP`)),
		document("xml/declaration-us-ascii", true, instead(`"UTF-8"`, `"US-ASCII"`)),
		document("xml/declaration-version-2", false, instead(`<?xml version="1.0"`, `<?xml version="2.0"`)),
		document("B.3/declaration-other-encoding", false, instead("UTF-8", "ISO-8859-1")),
		document("xml/declaration-claims-utf-16", false, instead("UTF-8", "UTF-16")),
		document("xml/declaration-without-version", false, instead(` version="1.0" encoding`, " encoding")),
		document("xml/declaration-not-first", false, "\n"+plain),
		document("xml/declaration-twice", false, declaration+plain),
		document("xml/declaration-upper-case", false, instead("<?xml ", "<?XML ")),
		document("xml/declaration-standalone-maybe", false, instead(`?><PPSP`, ` standalone="maybe"?><PPSP`)),
		document("xml/byte-order-mark", true, "\ufeff"+plain),
		document("xml/byte-order-mark-twice", false, "\ufeff\ufeff"+plain),
		document("xml/utf-16", false, utf16(strings.Replace(plain, "UTF-8", "UTF-16", 1))),
		document("xml/utf-16-without-mark", false, utf16(plain)[2:]),
		document("xml/white-space-first", true, " \r\n\t"+rootStart+content+rootEnd),
		document("xml/white-space-last", true, plain+" \r\n\t"),
		document("xml/comments-everywhere", true, "<!-- a -->"+strings.ReplaceAll(rootStart+content+rootEnd, "><", "><!--b--><")+"<!---->"),
		document("xml/comment-in-a-value", true, instead("<PeerID>~a", "<PeerID><!-- x -->~<!-- y -->a<!-- z -->")),
		document("xml/comment-with-a-tag", true, instead("<Request>", "<!-- <Request>STAT_REPORT</Request> ]]> & --><Request>")),
		document("xml/comment-double-hyphen", false, instead("<Request>", "<!-- a -- b --><Request>")),
		document("xml/comment-three-hyphens", false, instead("<Request>", "<!-- a ---><Request>")),
		document("xml/comment-open", false, plain+"<!-- a"),
		document("xml/processing-instructions", true, strings.Replace("<?a b?>"+rootStart+content+rootEnd+"<?c?>", "<Request>", "<?php x ?> <Request>", 1)),
		document("xml/processing-instruction-in-a-value", true, instead("CONNECT", "CON<?x y?>NECT")),
		document("xml/processing-instruction-xml", false, instead("<Request>", `<?xml version="1.0"?><Request>`)),
		document("xml/processing-instruction-XmL", false, instead("<Request>", `<?XmL a?><Request>`)),
		document("xml/processing-instruction-without-name", false, instead("<Request>", `<? a?><Request>`)),
		document("xml/cdata", true, instead("<PeerID>~a", "<PeerID><![CDATA[~]]><![CDATA[a]]>")),
		document("xml/cdata-of-a-method", true, instead("CONNECT", "<![CDATA[CONNECT]]>")),
		document("xml/cdata-empty", true, instead("CONNECT", "CON<![CDATA[]]>NECT")),
		document("xml/cdata-outside", false, "<![CDATA[ ]]>"+rootStart+content+rootEnd),
		document("xml/cdata-open", false, instead("CONNECT", "<![CDATA[CONNECT]]")),
		document("xml/cdata-end-in-text", false, instead("CONNECT", "CONNECT]]>")),
		document("xml/character-references", true, instead("<PeerID>~a", "<PeerID>~&#97;")),
		document("xml/character-reference-hexadecimal", true, instead("CONNECT", "CO&#x4e;&#x0004E;ECT")),
		document("xml/character-reference-in-an-attribute", true, instead(`"JOIN"`, `"&#74;OIN"`)),
		document("xml/character-reference-zero", false, instead("<PeerID>~a", "<PeerID>~a&#0;")),
		document("xml/character-reference-control", false, instead("<PeerID>~a", "<PeerID>~a&#1;")),
		document("xml/character-reference-surrogate", false, instead("<PeerID>~a", "<PeerID>~a&#xD800;")),
		document("xml/character-reference-too-large", false, instead("<PeerID>~a", "<PeerID>~a&#x110000;")),
		document("xml/character-reference-huge", false, instead("<PeerID>~a", "<PeerID>~a&#99999999999999999999;")),
		document("xml/character-reference-empty", false, instead("<PeerID>~a", "<PeerID>~a&#;")),
		document("xml/character-reference-X", false, instead("<PeerID>~a", "<PeerID>~a&#X41;")),
		document("xml/entity-unknown", false, instead("<PeerID>~a", "<PeerID>~a&nbsp;")),
		document("xml/entity-open", false, instead("<PeerID>~a", "<PeerID>~a&amp")),
		document("xml/ampersand", false, instead("<PeerID>~a", "<PeerID>~a & b")),
		document("xml/doctype", false, instead("?><PPSP", "?><!DOCTYPE PPSPTrackerProtocol><PPSP")),
		document("xml/doctype-lower-case", false, instead("?><PPSP", "?><!doctype PPSPTrackerProtocol><PPSP")),
		document("xml/doctype-external", false, instead("?><PPSP", `?><!DOCTYPE a SYSTEM "file:///etc/passwd"><PPSP`)),
		document("xml/billion-laughs", false, declaration+`<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>`+
			strings.Replace(rootStart+content+rootEnd, "~a", "~a&b;", 1)),
		document("xml/quotes", true, strings.ReplaceAll(plain, `"`, `'`)),
		document("xml/quotes-mixed", true, instead(`"JOIN"`, `'JOIN'`)),
		document("xml/no-quotes", false, instead(`"JOIN"`, `JOIN`)),
		document("xml/quotes-unequal", false, instead(`"JOIN"`, `"JOIN'`)),
		document("xml/attribute-without-value", false, instead(`action="JOIN"`, `action="JOIN" x`)),
		document("xml/attribute-twice", false, instead(`action="JOIN"`, `action="JOIN" action="JOIN"`)),
		document("xml/unknown-attribute-twice", false, instead(`action="JOIN"`, `action="JOIN" x="1" x="2"`)),
		document("xml/attributes-without-space", false, instead(`"JOIN" peer`, `"JOIN"peer`)),
		document("xml/attribute-with-less-than", false, instead(`action="JOIN"`, `action="JOIN" x="<"`)),
		document("xml/attribute-with-greater-than", true, instead(`action="JOIN"`, `action="JOIN" x=">"`)),
		document("xml/end-tag-other", false, instead("</Request>", "</request>")),
		document("xml/end-tag-with-attribute", false, instead("</Request>", `</Request a="b">`)),
		document("xml/end-tag-space", true, instead("</Request>", "</Request \r\n>")),
		document("xml/end-tag-space-first", false, instead("</Request>", "</ Request>")),
		document("xml/start-tag-space", true, instead("<Request>", "<Request\n\t >")),
		document("xml/start-tag-space-first", false, instead("<Request>", "< Request>")),
		document("xml/equals-with-space", true, instead(`action="JOIN"`, "action \n=\t 'JOIN'")),
		document("xml/prefix", true, `<p:PPSPTrackerProtocol xmlns:p="urn:x" version="1.0">`+strings.NewReplacer("</", "</p:", "<", "<p:").Replace(content)+`</p:PPSPTrackerProtocol>`),
		document("xml/prefix-with-declaration", true, declaration+`<tp:PPSPTrackerProtocol xmlns:tp="urn:ietf:params:xml:ns:ppsp-tp" version="1.0">`+strings.NewReplacer("</", "</tp:", "<", "<tp:").Replace(content)+`</tp:PPSPTrackerProtocol>`),
		document("xml/prefix-per-element", true, instead("<Request>CONNECT</Request>", `<q:Request xmlns:q="urn:y">CONNECT</q:Request>`)),
		document("xml/prefix-end-tag-differs", false, instead("<Request>CONNECT</Request>", `<q:Request xmlns:q="urn:y" xmlns:r="urn:y">CONNECT</r:Request>`)),
		document("xml/prefix-undeclared", false, instead("<Request>CONNECT</Request>", `<q:Request>CONNECT</q:Request>`)),
		document("xml/prefix-out-of-scope", false, instead("<Request>CONNECT</Request>", `<q:a xmlns:q="urn:y"/><q:Request>CONNECT</q:Request>`)),
		document("xml/prefix-undeclared-attribute", false, instead(`action="JOIN"`, `action="JOIN" q:x="1"`)),
		document("xml/prefix-unbound", false, instead("<Request>", `<Request xmlns:q="">`)),
		document("xml/prefix-xml", true, instead("<Request>", `<Request xml:lang="en" xml:space="preserve">`)),
		document("xml/prefix-xmlns-declared", false, instead("<Request>", `<Request xmlns:xmlns="urn:x">`)),
		document("xml/prefix-xml-other-name", false, instead("<Request>", `<Request xmlns:xml="urn:x">`)),
		document("xml/prefix-two-colons", false, instead("<Request>CONNECT</Request>", `<q:r:Request xmlns:q="urn:y">CONNECT</q:r:Request>`)),
		document("xml/attributes-same-expanded-name", false, instead("<Request>", `<Request xmlns:p="urn:x" xmlns:q="urn:x" p:a="1" q:a="2">`)),
		document("xml/action-of-another-namespace-first", true, instead(`action="JOIN"`, `xmlns:q="urn:q" q:action="LEAVE" action="JOIN"`)),
		document("xml/action-of-another-namespace-last", true, instead(`action="JOIN"`, `action="JOIN" xmlns:q="urn:q" q:action="LEAVE"`)),
		document("xml/default-namespace-changes", true, instead("<Request>", `<Request xmlns="urn:other">`)),
		document("design/namespace-absent", true, instead(` xmlns="TBD" schemaLocation="TBD"`, "")),
		document("design/namespace-empty", true, instead(`xmlns="TBD"`, `xmlns=""`)),
		document("design/namespace-own", true, instead(`xmlns="TBD"`, `xmlns="urn:ietf:params:xml:ns:ppsp-tp"`)),
		document("design/schema-location-qualified", true, instead(`schemaLocation="TBD"`, `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b"`)),
		document("xml/two-roots", false, plain+"<a/>"),
		document("xml/text-behind", false, plain+"x"),
		document("xml/text-before", false, "x"+plain),
		document("xml/nul-behind", false, plain+"\x00"),
		document("xml/nul-in-a-value", false, instead("<PeerID>~a", "<PeerID>~a\x00")),
		document("xml/control-character", false, instead("<PeerID>~a", "<PeerID>~a\x0b")),
		document("xml/non-character", false, instead("<PeerID>~a", "<PeerID>~a\uffff")),
		document("2.3.2/invalid-utf-8", false, instead("<PeerID>~a", "<PeerID>~a\xff")),
		document("2.3.2/overlong-utf-8", false, instead("<PeerID>~a", "<PeerID>~a\xc0\xaf")),
		document("2.3.2/surrogate-utf-8", false, instead("<PeerID>~a", "<PeerID>~a\xed\xa0\x80")),
		document("2.3.2/truncated-utf-8", false, instead("<PeerID>~a", "<PeerID>~a\xe2\x82")),
		document("2.3.2/invalid-utf-8-in-a-comment", false, instead("<Request>", "<!-- \xff --><Request>")),
		document("2.3.2/invalid-utf-8-in-an-unknown-element", false, instead("<Request>", "<x>\xff</x><Request>")),
		document("2.3.2/latin-1-body", false, instead("<Request>", "<x>caf\xe9</x><Request>")),
		document("xml/root-open", false, strings.TrimSuffix(plain, rootEnd)),
		document("xml/root-cut", false, strings.TrimSuffix(plain, ">")),
		document("xml/empty-root", false, `<PPSPTrackerProtocol version="1.0"/>`),
		document("xml/crlf", true, strings.ReplaceAll(strings.ReplaceAll(plain, "><", ">\r\n  <"), `" `, "\"\r\n\t")),
		document("xml/white-space-around-values", true, strings.NewReplacer("CONNECT", "\r\n CONNECT\t\n", "<PeerID>~a", "<PeerID>\n\t~a \r\n", `"JOIN"`, `" JOIN "`, `"LEECH"`, "\"\n LEECH\t\"",
			`"~t.1"`, `" ~t.1 "`, ">~x<", "> ~x\n<", ">~t<", ">\n\t~t\n<").Replace(plain)),
		document("xml/white-space-as-references", true, instead("<PeerID>~a", "<PeerID>&#32;&#x0A;~a&#9;")),
		document("design/element-order", true, declaration+rootStart+`<TransactionID>~t</TransactionID><SwarmID transactionID="~t.1" peerMode="LEECH" action="JOIN">~x</SwarmID><PeerID>~a</PeerID><Request>CONNECT</Request>`+rootEnd),
		document("design/depth-32", true, instead("<Request>", nested(31)+"<Request>")),
		document("design/depth-33", false, instead("<Request>", nested(32)+"<Request>")),
		document("design/depth-5000", false, instead("<Request>", nested(5000)+"<Request>")),
		document("design/depth-never-closed", false, plain[:len(plain)-len(rootEnd)]+strings.Repeat("<d>", 10000)),
		document("design/attributes-64", true, instead("<Request>", "<Request"+attributes(64)+">")),
		document("design/attributes-65", false, instead("<Request>", "<Request"+attributes(65)+">")),
		document("design/attributes-65-unknown-element", false, instead("<Request>", "<x"+attributes(65)+"/><Request>")),
		document("design/name-256", true, instead("<Request>", "<"+strings.Repeat("n", 256)+"/><Request>")),
		document("design/name-257", false, instead("<Request>", "<"+strings.Repeat("n", 257)+"/><Request>")),
		document("design/attribute-name-256", true, instead("<Request>", "<Request "+strings.Repeat("n", 256)+`="">`)),
		document("design/attribute-name-257", false, instead("<Request>", "<Request "+strings.Repeat("n", 257)+`="">`)),
		document("xml/name-with-a-digit-first", false, instead("<Request>", "<1a/><Request>")),
		document("xml/name-beyond-ascii", true, instead("<Request>", "<é中.-·/><Request>")),
		document("xml/name-with-a-multiplication-sign", false, instead("<Request>", "<×/><Request>")),
		document("7.1/unknown-element-in-a-value", true, instead("CONNECT", "CON<x/>NECT")),
		document("7.1/text-among-elements", true, instead("<Request>", "text<Request>")),
		document("xml/many-unknown-elements", true, instead("<Request>", strings.Repeat("<x/>", 10000)+"<Request>")),
		document("xml/long-comment", true, instead("<Request>", "<!--"+strings.Repeat("x", 60000)+"--><Request>")),
		document("xml/long-attribute", true, instead("<Request>", `<Request x="`+strings.Repeat("y", 60000)+`">`)),
		document("xml/not-xml", false, "hello"),
		document("xml/json", false, `{"PPSPTrackerProtocol":{"version":"1.0"}}`),
		document("xml/exi", false, "$EXI\xa0\x00"),
		document("xml/gzip-undeclared", false, "\x1f\x8b\x08\x00\x00\x00\x00\x00"),
	}
	return all
}

// A message is checked completely: every mandatory part, every enumeration.
func partClauses() []clause {
	all := []clause{
		document("3.1/root-other", false, strings.ReplaceAll(plain, "PPSPTrackerProtocol", "PPSPTracker")),
		document("3.1/root-case", false, strings.ReplaceAll(plain, "PPSPTrackerProtocol", "ppsptrackerprotocol")),
		document("3.1/root-wrapped", false, "<a>"+rootStart+content+rootEnd+"</a>"),
		document("3.2/version-absent", false, instead(` version="1.0">`, ">")),
		document("3.2/version-white-space", true, instead(` version="1.0">`, ` version=" 1.0 ">`)),
		document("xml/version-of-another-namespace-first", true, instead(` version="1.0">`, ` xmlns:v="urn:v" v:version="7.0" version="1.0">`)),
		document("xml/version-of-another-namespace-last", true, instead(` version="1.0">`, ` version="1.0" xmlns:v="urn:v" v:version="7.0">`)),
		document("3.2/version-case", false, instead(` version="1.0">`, ` Version="1.0">`)),
		document("3.1/request-absent", false, instead("<Request>CONNECT</Request>", "")),
		document("3.1/request-empty", false, instead("CONNECT", "")),
		document("3.3/request-case", false, instead("CONNECT", "Connect")),
		document("3.3/request-unknown", false, instead("CONNECT", "FIND")),
		document("3.3/request-join", false, instead("CONNECT", "JOIN")),
		document("3.3/request-two-words", false, instead("CONNECT", "CONNECT CONNECT")),
		document("3.2/request-twice", false, instead("<PeerID>", "<Request>CONNECT</Request><PeerID>")),
		document("3.2/request-element-case", false, strings.ReplaceAll(plain, "Request>", "request>")),
		document("3.1/response-in-a-request", false, instead("<PeerID>", "<Response>SUCCESSFUL</Response><PeerID>")),
		document("3.1/response-only", false, instead("<Request>CONNECT</Request>", "<Response>SUCCESSFUL</Response>")),
		document("3.1/transaction-absent", false, instead("<TransactionID>~t</TransactionID>", "")),
		document("3.1/transaction-empty", false, instead("<TransactionID>~t</", "<TransactionID> </")),
		document("3.1/transaction-twice", false, instead("<PeerID>", "<TransactionID>~u</TransactionID><PeerID>")),
		document("3.1/peerid-absent", false, instead("<PeerID>~a</PeerID>", "")),
		document("3.1/peerid-empty", false, instead("<PeerID>~a</PeerID>", "<PeerID/>")),
		document("3.1/peerid-white-space", false, instead("<PeerID>~a</PeerID>", "<PeerID> \t\r\n</PeerID>")),
		document("3.1/peerid-twice", false, instead("<PeerID>", "<PeerID>~b</PeerID><PeerID>")),
		document("3.1/peerid-only-in-peerinfo", false, instead("<PeerID>~a</PeerID>", "<PeerGroup><PeerInfo><PeerID>~a</PeerID></PeerInfo></PeerGroup>")),
		document("4.1/swarmid-absent", false, instead(`<SwarmID action="JOIN" peerMode="LEECH" transactionID="~t.1">~x</SwarmID>`, "")),
		document("4.1/swarmid-empty", false, instead(">~x<", "><")),
		document("3.2/action-absent", false, instead(` action="JOIN"`, "")),
		document("3.2/action-empty", false, instead(`"JOIN"`, `""`)),
		document("3.2/action-case", false, instead(`"JOIN"`, `"Join"`)),
		document("3.2/action-unknown", false, instead(`"JOIN"`, `"STAY"`)),
		document("3.2/action-name-case", false, instead(` action=`, " Action=")),
		document("4.1/peermode-absent", false, instead(` peerMode="LEECH"`, "")),
		document("4.1/peermode-case", false, instead(`"LEECH"`, `"leech"`)),
		document("4.1/peermode-unknown", false, instead(`"LEECH"`, `"LEECHER"`)),
		document("4.1/peermode-of-1.1", false, instead(`"LEECH"`, `"SEEDER"`)),
		document("3.2/action-transaction-empty", false, instead(`"~t.1"`, `""`)),
		document("design/same-swarm-twice", false, instead("<TransactionID>", leechLeave("~x")+"<TransactionID>")),
		document("design/same-swarm-twice-spelled-differently", false, instead("<TransactionID>", leechLeave("<![CDATA[~]]>&#120;")+"<TransactionID>")),
		document("design/peernum", true, instead("<TransactionID>", peerNum("5")+"<TransactionID>")),
		document("design/peernum-upper-case", true, instead("<TransactionID>", "<PeerNUM>5</PeerNUM><TransactionID>")),
		document("3.2/peernum-both", false, instead("<TransactionID>", "<PeerNUM>5</PeerNUM><PeerNum>5</PeerNum><TransactionID>")),
		document("3.2/peernum-twice", false, instead("<TransactionID>", peerNum("5")+peerNum("5")+"<TransactionID>")),
		document("3.2/peernum-empty", false, instead("<TransactionID>", peerNum("")+"<TransactionID>")),
		document("3.2/peernum-negative", false, instead("<TransactionID>", peerNum("-1")+"<TransactionID>")),
		document("3.2/peernum-fraction", false, instead("<TransactionID>", peerNum("1.5")+"<TransactionID>")),
		document("3.2/peernum-words", false, instead("<TransactionID>", peerNum("all")+"<TransactionID>")),
		document("3.2/peernum-hexadecimal", false, instead("<TransactionID>", peerNum("0x5")+"<TransactionID>")),
		document("3.2/peernum-two-numbers", false, instead("<TransactionID>", peerNum("5 5")+"<TransactionID>")),
		document("3.2/peernum-arabic-digit", false, instead("<TransactionID>", peerNum("٥")+"<TransactionID>")),
		document("3.2/peernum-leading-zeros", true, instead("<TransactionID>", peerNum("0005")+"<TransactionID>")),
		document("3.2/peernum-white-space", true, instead("<TransactionID>", peerNum(" \n5\t")+"<TransactionID>")),
		document("3.2/peernum-4294967296", true, instead("<TransactionID>", peerNum("4294967296")+"<TransactionID>")),
		document("design/peernum-attributes-unknown", true, instead("<TransactionID>", peerNum("5", `abilityNAT="CONE"`, `concurrentLinks="?"`, `onlineTime=""`, `uploadBWlevel="x"`)+"<TransactionID>")),
		document("3.2/peergroup-twice", false, instead("<TransactionID>", group(ipv4(here, "1"))+group(ipv4(here, "1"))+"<TransactionID>")),
		document("3.2/peergroup-without-peerinfo", false, instead("<TransactionID>", "<PeerGroup/><TransactionID>")),
		document("3.2/peerinfo-without-address", true, instead("<TransactionID>", "<PeerGroup><PeerInfo/></PeerGroup><TransactionID>")),
		document("3.2/peerinfo-several", true, instead("<TransactionID>", `<PeerGroup><PeerInfo>`+ipv4(here, "1")+`</PeerInfo><PeerInfo swarmID="~x">`+ipv4(here, "2")+`</PeerInfo></PeerGroup><TransactionID>`)),
		document("design/peerinfo-own-id", true, instead("<TransactionID>", "<PeerGroup><PeerInfo><PeerID> ~a </PeerID></PeerInfo></PeerGroup><TransactionID>")),
		document("design/peerinfo-other-id", false, instead("<TransactionID>", "<PeerGroup><PeerInfo><PeerID>~b</PeerID></PeerInfo></PeerGroup><TransactionID>")),
		document("design/peerinfo-other-id-first", false, instead("<Request>", "<PeerGroup><PeerInfo><PeerID>~b</PeerID></PeerInfo></PeerGroup><Request>")),
		document("3.2/peerinfo-empty-id", false, instead("<TransactionID>", "<PeerGroup><PeerInfo><PeerID/></PeerInfo></PeerGroup><TransactionID>")),
		document("3.2/statistics-in-connect", true, instead("<TransactionID>", statistics(stream("~x"))+"<TransactionID>")),
		{"3.2/version-unsupported", "", func(s *session) {
			for _, v := range []string{"2.0", "1.1", "0.9", "1", "1.00", "", "x", "10"} {
				s.post(here, instead(` version="1.0">`, ` version="`+v+`">`)).refused(400).says("PPSP Version 1.0")
			}
			s.post(here, `<PPSPTrackerProtocol version="3.0"><New>x</New></PPSPTrackerProtocol>`).refused(400).says("PPSP Version 1.0")
			s.peer("a").registered(false)
		}},
		{"design/reason-repeats-no-bytes", "", func(s *session) {
			const mark = "Zq7"
			for _, body := range []string{
				instead("CONNECT", mark), instead("<Request>", "<"+mark+"><Request>"), instead("~a", mark+"&"+mark+";"),
				instead(`"JOIN"`, `"`+mark+`"`), instead(` version="1.0">`, ` version="`+mark+`">`), instead("UTF-8", mark),
			} {
				if a := s.post(here, body).refused(400); strings.Contains(a.line, mark) || strings.Contains(a.line, "\n") {
					a.errorf("the Reason-Phrase repeats bytes of the request")
				}
			}
		}},
		{"2.4.2/400-never-touches-a-registration", "", func(s *session) {
			p, q := s.peer("a"), s.peer("b")
			p.connect(leechJoin("~x")).ok()
			q.connect(leechJoin("~x")).ok()
			for _, body := range []string{
				"", instead(` version="1.0">`, ">"), instead("CONNECT", "LEAVE"), instead(`"JOIN"`, `"LEAVE?"`), instead(">~x<", "><"),
				instead("<TransactionID>", leechLeave("~x")+"<TransactionID>"), strings.TrimSuffix(plain, ">"), instead("<TransactionID>~t</TransactionID>", ""),
				instead("<TransactionID>", group(ipv4("0.0.0.0", "1"))+"<TransactionID>"), strings.Replace(plain, `<SwarmID action="JOIN" peerMode="LEECH" transactionID="~t.1">~x</SwarmID>`, "", 1),
			} {
				s.post(here, body).refused(400)
				q.connect(leechJoin("~x")).listed("~x", "~a")
			}
			p.registered(true)
		}},
	}
	for _, a := range []string{"a", "ab", "é中", "a b", "&lt;&gt;&amp;&quot;&apos;", "]]&gt;", "a&#13;b", "{}", "%41", "../..", `\`, "\u202e"} {
		all = append(all, clause{"3.1/id " + a, "", func(s *session) {
			id := "~" + a
			body := strings.NewReplacer("<PeerID>~a", "<PeerID>"+id, ">~x<", ">"+id+"<", ">~t<", ">"+id+"<", "~t.1", id).Replace(plain)
			first := s.post(here, body).ok()
			second := s.post(here, strings.Replace(body, "<PeerID>", "<PeerID>b", 1)).ok()
			if len(second.message.Group) == 0 || len(second.message.Group[0].Info) != 2 {
				second.errorf("not one listed")
				return
			}
			listed := second.message.Group[0].Info[1]
			want := first.own().ID[0]
			if swarm, _ := listed.swarm(); swarm != want || listed.ID[0] != want {
				second.errorf("listed %q in %q, want %q", listed.ID, swarm, want)
			}
			first.results(want, want)
		}})
	}
	return all
}

// Limits, each at its bound and one beyond.
func boundClauses() []clause {
	fill := func(n int) string { return "~" + strings.Repeat("i", n-len("k000.")) }
	sized := func(name string, n int, of string, by func(string) string) clause {
		return clause{fmt.Sprintf("design/%s-%d", name, n), "", func(s *session) {
			a := s.post(here, instead(of, by(fill(n))))
			if n <= 255 {
				a.ok()
			} else {
				a.refused(400)
				s.peer("a").registered(false)
			}
		}}
	}
	var all []clause
	for _, n := range []int{255, 256, 5000} {
		all = append(all,
			sized("peerid", n, "<PeerID>~a", func(id string) string { return "<PeerID>" + id }),
			sized("swarmid", n, ">~x<", func(id string) string { return ">" + id + "<" }),
			sized("transactionid", n, ">~t<", func(id string) string { return ">" + id + "<" }),
			sized("action-transactionid", n, `"~t.1"`, func(id string) string { return `"` + id + `"` }),
			sized("peerid-white-space-around", n, "<PeerID>~a", func(id string) string { return "<PeerID>" + strings.Repeat(" ", 300) + id + "\n" }))
	}
	swarms := func(n int) (list []string) {
		for i := range n {
			list = append(list, fmt.Sprintf("~s%d", i))
		}
		return list
	}
	return append(all,
		clause{"design/actions-64", "", func(s *session) {
			p := s.peer("a")
			p.connect(actions(seedJoin, swarms(64)...)).ok()
			p.connect(actions(seedLeave, swarms(64)...)).ok()
			p.registered(false)
		}},
		clause{"design/actions-65", "", func(s *session) {
			p := s.peer("a")
			p.connect(actions(seedJoin, swarms(65)...)).refused(400)
			p.registered(false)
			p.connect(leechJoin("~s0")).ok()
			p.connect(actions(leechLeave, swarms(65)...)).refused(400)
			p.registered(true)
		}},
		clause{"design/actions-65-in-a-report", "", func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~s0")).ok()
			p.report(actions(leechJoin, swarms(65)...)).refused(400)
		}},
		clause{"design/addresses-8", "", func(s *session) {
			s.peer("a").connect(leechJoin("~x"), group(strings.Repeat(ipv4(here, "9"), 8))).ok()
		}},
		clause{"design/addresses-9", "", func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~x"), group(strings.Repeat(ipv4(here, "9"), 9))).refused(400)
			p.registered(false)
		}},
		clause{"design/addresses-9-in-two-peerinfos", "", func(s *session) {
			info := element("PeerInfo", strings.Repeat(ipv4(here, "9"), 5))
			s.peer("a").connect(leechJoin("~x"), element("PeerGroup", info+info)).refused(400)
		}},
		clause{"design/stats-64", "", func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~x")).ok()
			p.report(statistics(strings.Repeat(stream("~x", "<UploadedBytes>1</UploadedBytes>"), 64))).results()
			p.report(statistics(strings.Repeat(stream("~x"), 65))).refused(400)
			p.registered(true)
		}})
}

// Extensions are skipped, never an error (7.1).
func extensionClauses() []clause {
	report := func(name string, status int, content string) clause {
		return clause{name, "", func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~x")).ok()
			if a := p.report(content); status == 200 {
				a.results()
			} else {
				a.refused(status)
			}
			p.registered(true)
		}}
	}
	const any = `<Unknown a="b" action="LEAVE"><PeerID>~z</PeerID><SwarmID/>text<Request>x</Request></Unknown>`
	return []clause{
		document("7.1/unknown-root-child", true, instead("<Request>", any+"<Request>")),
		document("7.1/unknown-root-attribute", true, instead(` version="1.0">`, ` version="1.0" x="y" action="LEAVE">`)),
		document("7.1/unknown-attribute-everywhere", true, strings.NewReplacer("<Request>", `<Request x="1">`, "<PeerID>", `<PeerID x="1">`, "<TransactionID>", `<TransactionID x="1">`, ` action`, ` x="1" action`).Replace(plain)),
		document("7.1/unknown-element-in-peergroup", true, instead("<TransactionID>", "<PeerGroup>"+any+"<PeerInfo>"+any+ipv4(here, "1")+any+"</PeerInfo>"+any+"</PeerGroup><TransactionID>")),
		document("7.1/unknown-element-in-peeraddress", true, instead("<TransactionID>", group(`<PeerAddress addrType="ipv4" ip="127.0.0.1" port="1">`+any+`</PeerAddress>`)+"<TransactionID>")),
		report("7.1/online-time", 200, statistics(`<Stat property="StreamStatistics"><OnlineTime>3600</OnlineTime></Stat>`)),
		report("7.1/content-map", 200, statistics(`<Stat property="ContentMap"><SwarmID>~x</SwarmID><SegmentInfo chunkmapSize="25">A/8D/wP/A/8D/wP/A/8D/wP/A/8D/wP/....</SegmentInfo></Stat>`)),
		report("7.1/content-map-without-swarm", 200, statistics(`<Stat property="ContentMap"><SegmentInfo chunkmapSize="25">A/8D</SegmentInfo></Stat>`)),
		report("7.1/unknown-property", 200, statistics(`<Stat property="LinkStatus" x="y"><SwarmID>~x</SwarmID><UploadedBytes>many</UploadedBytes><Deep><er>1</er></Deep></Stat>`)),
		report("7.1/unknown-property-of-a-prefix", 200, statistics(`<Stat property="ext:Any"/>`)),
		report("7.1/unknown-sibling-of-stat", 200, element("StatisticsGroup", any+stream("~x")+any)),
		report("7.1/unknown-element-in-stat", 200, statistics(stream("~x", any, "<UploadedBytes>1</UploadedBytes>", any))),
		report("3.2/stat-without-property", 400, statistics(`<Stat><SwarmID>~x</SwarmID></Stat>`)),
		report("3.2/stat-property-empty", 400, statistics(`<Stat property=" "/>`)),
		report("3.2/statistics-without-stat", 400, "<StatisticsGroup/>"),
		report("3.2/statistics-twice", 400, statistics(stream("~x"))+statistics(stream("~x"))),
		report("3.2/stat-swarm-twice", 400, statistics(stream("~x", "<SwarmID>~x</SwarmID>"))),
		report("3.2/stat-swarm-empty", 400, statistics(`<Stat property="StreamStatistics"><SwarmID/></Stat>`)),
		report("3.2/stat-number-twice", 400, statistics(stream("~x", "<UploadedBytes>1</UploadedBytes><UploadedBytes>1</UploadedBytes>"))),
		report("3.2/stat-number-negative", 400, statistics(stream("~x", "<UploadedBytes>-1</UploadedBytes>"))),
		report("3.2/stat-number-words", 400, statistics(stream("~x", "<DownloadedBytes>1k</DownloadedBytes>"))),
		report("3.2/stat-number-empty", 400, statistics(stream("~x", "<AvailBandwidth/>"))),
		report("3.2/stat-number-fraction", 400, statistics(stream("~x", "<AvailBandwidth>1.5</AvailBandwidth>"))),
		report("3.2/stat-number-64-bits", 200, statistics(stream("~x", "<UploadedBytes>18446744073709551615</UploadedBytes>"))),
		report("3.2/stat-number-65-bits", 400, statistics(stream("~x", "<UploadedBytes>18446744073709551616</UploadedBytes>"))),
		report("3.2/stat-number-of-another-swarm-is-checked", 400, statistics(stream("~other", "<UploadedBytes>x</UploadedBytes>"))),
		report("3.2/stat-white-space", 200, statistics(stream(" ~x\n", "<UploadedBytes>\n 5 \t</UploadedBytes>"))),
		report("3.2/stat-property-white-space", 200, statistics(`<Stat property=" StreamStatistics "><UploadedBytes> 1 </UploadedBytes></Stat>`)),
		report("4.2/report-with-peergroup", 200, group(ipv4(here, "7"))),
		report("4.2/report-with-malformed-peergroup", 400, group(ipv4(here, "0"))),
		report("4.2/report-with-peernum", 200, peerNum("5")),
		report("4.2/report-with-other-peerinfo", 400, element("PeerGroup", "<PeerInfo><PeerID>~z</PeerID></PeerInfo>")),
		report("4.2/report-with-swarmid", 200, "<SwarmID>~x</SwarmID>"),
		report("4.2/report-with-swarmid-of-nobody", 200, "<SwarmID>~y</SwarmID><SwarmID>~y</SwarmID>"),
		report("4.2/report-with-leave-leaves-nothing", 200, leechLeave("~x")),
	}
}

// What an answer looks like: the draft's generic format, byte by byte.
func answerClauses() []clause {
	exactly := func(a *answer, want string) {
		a.s.t.Helper()
		if got := a.s.neutral(portValue.ReplaceAllString(a.body, `port="P"`)); got != want {
			a.errorf("the message is\n%s, want\n%s", got, want)
		}
	}
	const begin = declaration + "\n" + `<PPSPTrackerProtocol xmlns="urn:ietf:params:xml:ns:ppsp-tp" version="1.0"><Response>SUCCESSFUL</Response>`
	return []clause{
		{"4.2/answer", "", func(s *session) {
			s.peer("a").connect(leechJoin("~x")).ok()
			exactly(s.peer("a").report(), begin+`<TransactionID>~2</TransactionID></PPSPTrackerProtocol>`)
		}},
		{"4.1/answer-order-of-parts", "", func(s *session) {
			s.peer("b").connect(leechJoin("~x")).ok()
			a := s.peer("a").connect(leechJoin("~x")).ok()
			last := -1
			for _, part := range []string{"<Response>", "<TransactionID>", "<Result transactionID", "</TransactionID>", "<PeerGroup>", "<PeerInfo><PeerID>", `<PeerInfo swarmID="`} {
				at := strings.Index(a.body, part)
				if at <= last {
					a.errorf("%s stands at byte %d", part, at)
				}
				last = at
			}
		}},
		{"4.1/answer-results", "", func(s *session) {
			p := s.peer("a")
			p.connect(actions(seedJoin, "~x", "~y", "~z")).results(s.own("~1"), s.own("t.~x"), s.own("t.~y"), s.own("t.~z"))
			p.report().results()
		}},
		{"design/action-without-transactionid", "", func(s *session) {
			s.post(here, instead(` transactionID="~t.1"`, "")).results(s.own("~t"))
			s.peer("b").connect(leechJoin("~x")).listed("~x", "~a")
		}},
		{"4.1/same-transactionid-in-two-actions", "", func(s *session) {
			s.post(here, strings.NewReplacer("LEECH", "SEED", "<TransactionID>", `<SwarmID action="JOIN" peerMode="SEED" transactionID="~t.1">~y</SwarmID><TransactionID>`).Replace(plain)).
				results(s.own("~t"), s.own("~t.1"), s.own("~t.1"))
		}},
		{"4.1/own-entry", "", func(s *session) {
			p := s.peer("a").at("127.0.0.9")
			a := p.connect(leechJoin("~x"), group(ipv4("127.0.0.9", "77"))).ok()
			own := a.own()
			if _, listed := own.swarm(); listed || s.neutral(own.ID[0]) != "~a" || len(own.Addr) != 1 {
				a.errorf("own entry %+v", own)
			}
			x := own.Addr[0]
			if x.get("addrType") != "ipv4" || x.get("ip") != "127.0.0.9" || !s.ports[x.get("port")] || x.get("type") != "REFLEXIVE" {
				a.errorf("own address %v", x)
			}
		}},
		{"3.2/own-entry-priority", "", func(s *session) {
			a := s.peer("a").connect(leechJoin("~x")).ok()
			if x := a.own().Addr[0]; x.get("type") == "" || x.get("priority") == "" {
				a.errorf("@type and @priority MUST be returned with the candidates: %v", x)
			}
		}},
		{"3.2/listed-observed-priority", "", func(s *session) {
			s.peer("b").connect(leechJoin("~x")).ok()
			a := s.peer("a").connect(leechJoin("~x")).listed("~x", "~b")
			p, _ := a.member("~x", "~b")
			if x := p.Addr[0]; x.get("type") != "REFLEXIVE" || x.get("priority") == "" {
				a.errorf("@type and @priority MUST be returned with the candidates: %v", x)
			}
		}},
		{"4.1/own-entry-of-a-seeder", "", func(s *session) {
			a := s.peer("a").connect(seedJoin("~x")).ok()
			a.own()
			if a.count() != 0 {
				a.errorf("a list without PeerNum")
			}
		}},
		{"4.1/own-entry-after-the-last-leave", "", func(s *session) {
			s.peer("a").connect(leechJoin("~x")).ok()
			s.peer("a").connect(leechLeave("~x")).ok().own()
		}},
		{"4.1/listed-as-announced", "", func(s *session) {
			s.peer("b").connect(leechJoin("~x"), group(ipv4(here, "8080", `priority="7"`, `type="HOST"`, `connection="3G"`, `asn="64496"`, `peerProtocol="PPSP-PP"`))).ok()
			a := s.peer("a").connect(leechJoin("~x")).listed("~x", "~b").at("~x", "~b", here+" 8080")
			p, _ := a.member("~x", "~b")
			want := "addrType=ipv4 ip=127.0.0.1 port=8080 priority=7 type=HOST connection=3G asn=64496 peerProtocol=PPSP-PP"
			if got := p.Addr[0].String(); got != want {
				a.errorf("listed as %s, want %s", got, want)
			}
		}},
		{"4.1/listed-text-is-escaped", "", func(s *session) {
			s.peer("b").connect(leechJoin("~x"), group(ipv4(here, "8080", `connection="&lt;&amp;&quot;"`, `peerProtocol="a&lt;b&#10;c"`))).ok()
			a := s.peer("a").connect(leechJoin("~x")).listed("~x", "~b")
			p, _ := a.member("~x", "~b")
			if x := p.Addr[0]; x.get("connection") != `<&"` || x.get("peerProtocol") != "a<b\nc" {
				a.errorf("listed as %v", x)
			}
		}},
		{"design/track-timeout-header", "-track-timeout 90s", func(s *session) {
			p := s.peer("a")
			for i, a := range []*answer{p.connect(leechJoin("~x")), p.connect(leechJoin("~x")), p.connect(leechJoin("~y")), p.report()} {
				want := "90"
				if i == 3 {
					want = ""
				}
				if got := a.ok().fields["PPSP-Track-Timeout"]; got != want {
					a.errorf("PPSP-Track-Timeout %q, want %q", got, want)
				}
			}
		}},
		{"design/track-timeout-header-default", "", func(s *session) {
			if a := s.peer("a").connect(seedJoin("~x")).ok(); a.fields["PPSP-Track-Timeout"] != "120" {
				a.errorf("PPSP-Track-Timeout is not 120")
			}
		}},
		{"design/track-timeout-header-never-longer", "-track-timeout 1900ms", func(s *session) {
			if a := s.peer("a").connect(seedJoin("~x")).ok(); a.fields["PPSP-Track-Timeout"] != "1" {
				a.errorf("PPSP-Track-Timeout is not 1")
			}
		}},
		{"4.1/draft-examples", "", func(s *session) {
			a := s.post(here, exampleSeeder).results("12345.0", "12345.1", "12345.2")
			if a.count() != 0 {
				a.errorf("%d are listed", a.count())
			}
			s.post(here, exampleLeecher).results("12345.0", "12345.1").listed("~1111", "~656164657220")
			s.post(here, exampleReport).results()
			s.post(here, exampleSwitch).results("12345.0", "12345.1", "12345.2").listed("~2222", "~656164657220")
		}},
	}
}

// The examples of sections 4.1 and 4.2, their ids with a prefix.
const (
	exampleSeeder = `<?xml version="1.0" encoding="UTF-8"?>
<PPSPTrackerProtocol xmlns="TBD" schemaLocation="TBD" version="1.0">
  <Request>CONNECT</Request>
  <PeerID>~656164657220</PeerID>
  <PeerNum abilityNAT="STUN">15</PeerNum>
  <SwarmID action="JOIN" peerMode="SEED"
    transactionID="12345.1">~1111</SwarmID>
  <SwarmID action="JOIN" peerMode="SEED"
    transactionID="12345.2">~2222</SwarmID>
  <TransactionID>12345.0</TransactionID>
</PPSPTrackerProtocol>
`
	exampleLeecher = `<?xml version="1.0" encoding="UTF-8"?>
<PPSPTrackerProtocol xmlns="TBD" schemaLocation="TBD" version="1.0">
  <Request>CONNECT</Request>
  <PeerID>~656164657221</PeerID>
  <PeerNum abilityNAT="STUN">5</PeerNum>
  <SwarmID action="JOIN" peerMode="LEECH"
    transactionID="12345.1">~1111</SwarmID>
  <TransactionID>12345.0</TransactionID>
  <PeerGroup>
    <PeerInfo>
      <PeerAddress addrType="ipv4" ip="192.0.2.2" port="80"
        priority="1" peerProtocol="PPSP-PP" />
      <PeerAddress addrType="ipv6" ip="2001:db8::2" port="80"
        priority="2" peerProtocol="PPSP-PP" />
    </PeerInfo>
  </PeerGroup>
</PPSPTrackerProtocol>
`
	exampleSwitch = `<?xml version="1.0" encoding="UTF-8"?>
<PPSPTrackerProtocol xmlns="TBD" schemaLocation="TBD" version="1.0">
  <Request>CONNECT</Request>
  <PeerID>~656164657221</PeerID>
  <PeerNum abilityNAT="STUN">5</PeerNum>
  <SwarmID action="LEAVE" peerMode="LEECH"
    transactionID="12345.1">~1111</SwarmID>
  <SwarmID action="JOIN" peerMode="LEECH"
    transactionID="12345.2">~2222</SwarmID>
  <TransactionID>12345.0</TransactionID>
</PPSPTrackerProtocol>
`
	exampleReport = `<?xml version="1.0" encoding="UTF-8"?>
<PPSPTrackerProtocol xmlns="TBD" schemaLocation="TBD" version="1.0">
  <Request>STAT_REPORT</Request>
  <PeerID>~656164657221</PeerID>
  <TransactionID>12345</TransactionID>
  <StatisticsGroup>
    <Stat property="StreamStatistics">
      <SwarmID>~1111</SwarmID>
      <UploadedBytes>512</UploadedBytes>
      <DownloadedBytes>768</DownloadedBytes>
      <AvailBandwidth>1024000</AvailBandwidth>
    </Stat>
  </StatisticsGroup>
</PPSPTrackerProtocol>
`
)
