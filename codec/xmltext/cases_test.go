package xmltext

import "strings"

// xmlCase is a document and what is to be made of it. The table below drives
// the tests of Decoder and Encoder, in whole and in pieces, and seeds the
// fuzzers.
type xmlCase struct {
	name   string
	in     string
	tokens []string // as describe writes them, up to the fault
	fault  Fault    // faultNone: the document is well-formed
	offset int      // of the fault
	path   string   // of the fault
	out    string   // what the Encoder makes of the tokens; empty: the document as it is
}

// t is the tokens of a case, one a line.
func t(lines string) []string { return strings.Split(strings.TrimSpace(lines), "\n") }

const (
	urnX    = "urn:x"
	longURI = "http://example.com/very/long/namespace/name"
)

// many is n pieces made by f, joined.
func many(n int, f func(i int) string) string {
	var s strings.Builder
	for i := range n {
		s.WriteString(f(i))
	}
	return s.String()
}

func repeat(s string) func(int) string { return func(int) string { return s } }

// numbered is s with each # replaced by the number.
func numbered(s string) func(int) string {
	return func(i int) string {
		return strings.ReplaceAll(s, "#", string(rune('a'+i/26))+string(rune('a'+i%26)))
	}
}

var wellFormed = []xmlCase{{
	name:   "draft 4.1.1 example of a CONNECT",
	in:     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PPSPTrackerProtocol xmlns=\"TBD\" schemaLocation=\"TBD\" version=\"1.0\">\n  <Request>CONNECT</Request>\n  <PeerAddress port=\"80\"\n    priority=\"1\" />\n</PPSPTrackerProtocol>",
	tokens: t("<?xml version=\"1.0\" encoding=\"UTF-8\"\n<{TBD}PPSPTrackerProtocol {http://www.w3.org/2000/xmlns/}xmlns=\"TBD\" {}schemaLocation=\"TBD\" {}version=\"1.0\"\n\"\\n  \"\n<{TBD}Request\n\"CONNECT\"\n</{TBD}Request\n\"\\n  \"\n<{TBD}PeerAddress {}port=\"80\" {}priority=\"1\"\n</{TBD}PeerAddress\n\"\\n\"\n</{TBD}PPSPTrackerProtocol"),
	out:    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><PPSPTrackerProtocol xmlns=\"TBD\" schemaLocation=\"TBD\" version=\"1.0\">\n  <Request>CONNECT</Request>\n  <PeerAddress port=\"80\" priority=\"1\"/>\n</PPSPTrackerProtocol>",
}, {
	name:   "[1] document: empty element alone",
	in:     `<a/>`,
	tokens: t("<{}a\n</{}a"),
}, {
	name:   "[1] document: nothing between the tags",
	in:     `<a></a>`,
	tokens: t("<{}a\n</{}a"),
	out:    `<a/>`,
}, {
	name:   "[2] Char: the ends of all ranges",
	in:     "<a>\t\n \u007f\u0080\u009f\ud7ff\ue000\ufffd\U00010000\U0010ffff</a>",
	tokens: t("<{}a\n" + `"\t\n \x7f\u0080\u009f\ud7ff\ue000` + "\ufffd\U00010000" + `\U0010ffff"` + "\n</{}a"),
}, {
	name:   "[3] S: all kinds in tags",
	in:     "<a \t\r\n b\r=\n'c' \t d = \"e\"\n></a\r\n\t >",
	tokens: t("<{}a {}b=\"c\" {}d=\"e\"\n</{}a"),
	out:    `<a b="c" d="e"/>`,
}, {
	name:   "[4] NameStartChar and [4a] NameChar",
	in:     "<_a-.9\u00b7\u0300\u203f\u2040><\u00c0\u00d6/><\u00d8\u00f6\u00f8\u02ff\u0370\u037d\u037f\u1fff\u200c\u200d\u2070\u218f\u2c00\u2fef\u3001\ud7ff\uf900\ufdcf\ufdf0\ufffd\U00010000\U000effff/></_a-.9\u00b7\u0300\u203f\u2040>",
	tokens: t("<{}_a-.9\u00b7\u0300\u203f\u2040\n<{}\u00c0\u00d6\n</{}\u00c0\u00d6\n<{}\u00d8\u00f6\u00f8\u02ff\u0370\u037d\u037f\u1fff\u200c\u200d\u2070\u218f\u2c00\u2fef\u3001\ud7ff\uf900\ufdcf\ufdf0\ufffd\U00010000\U000effff\n</{}\u00d8\u00f6\u00f8\u02ff\u0370\u037d\u037f\u1fff\u200c\u200d\u2070\u218f\u2c00\u2fef\u3001\ud7ff\uf900\ufdcf\ufdf0\ufffd\U00010000\U000effff\n</{}_a-.9\u00b7\u0300\u203f\u2040"),
}, {
	name:   "[10] AttValue: both quotes, the other one inside",
	in:     `<a b="it's" c='"hi"' d="" e=''/>`,
	tokens: t(`<{}a {}b="it's" {}c="\"hi\"" {}d="" {}e=""` + "\n</{}a"),
	out:    `<a b="it&apos;s" c="&quot;hi&quot;" d="" e=""/>`,
}, {
	name:   "[10] AttValue: > and ]]> are nothing special",
	in:     `<a b="x>y" c="]]>"/>`,
	tokens: t(`<{}a {}b="x>y" {}c="]]>"` + "\n</{}a"),
	out:    `<a b="x&gt;y" c="]]&gt;"/>`,
}, {
	name:   "[14] CharData: ], ]] and > that are not ]]>",
	in:     `<a>]] > ]>]x]</a>`,
	tokens: t("<{}a\n\"]] > ]>]x]\"\n</{}a"),
	out:    `<a>]] &gt; ]&gt;]x]</a>`,
}, {
	name:   "[15] Comment: one hyphen here and there",
	in:     `<!----><!-- a - b --><a><!--&lt;<b>-></x>--></a><!---c-->`,
	tokens: t(`!""` + "\n" + `!" a - b "` + "\n<{}a\n" + `!"&lt;<b>-></x>"` + "\n</{}a\n" + `!"-c"`),
}, {
	name:   "[16] PI: with and without data",
	in:     `<?p?><?p ?><?p  a b ?><a><?xml-stylesheet href="x"?><?q ??>x<?r a?b > ?></a><?p-2?>`,
	tokens: t("?p \"\"\n?p \"\"\n?p \"a b \"\n<{}a\n?xml-stylesheet \"href=\\\"x\\\"\"\n?q \"?\"\n\"x\"\n?r \"a?b > \"\n</{}a\n?p-2 \"\""),
	out:    `<?p?><?p?><?p a b ?><a><?xml-stylesheet href="x"?><?q ??>x<?r a?b > ?></a><?p-2?>`,
}, {
	name:   "[18] CDSect: markup, references and brackets inside",
	in:     `<a><![CDATA[]]><![CDATA[<b>&amp;]]]]><![CDATA[>]]>x</a>`,
	tokens: t("<{}a\n[\"\"\n[\"<b>&amp;]]\"\n[\">\"\n\"x\"\n</{}a"),
}, {
	name:   "[22] prolog and [27] Misc",
	in:     " \r\n<!--a--> <?b?>\n<c/>\n <!--d-->\r<?e?>\t",
	tokens: t("!\"a\"\n?b \"\"\n<{}c\n</{}c\n!\"d\"\n?e \"\""),
	out:    "<!--a--><?b?><c/><!--d--><?e?>",
}, {
	name:   "[23] XMLDecl: all of it",
	in:     `<?xml version='1.0' encoding='utf-8' standalone='yes' ?><a/>`,
	tokens: t("<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"\n<{}a\n</{}a"),
	out:    `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><a/>`,
}, {
	name:   "[23] XMLDecl: version alone, white space everywhere",
	in:     "<?xml\n\tversion =\r\"1.0\"\n?>\n<a/>",
	tokens: t("<?xml version=\"1.0\"\n<{}a\n</{}a"),
	out:    `<?xml version="1.0" encoding="UTF-8"?><a/>`,
}, {
	name:   "[26] VersionNum: 1.x is read as 1.0",
	in:     `<?xml version="1.17" standalone="no"?><a/>`,
	tokens: t("<?xml version=\"1.17\" standalone=\"no\"\n<{}a\n</{}a"),
	out:    `<?xml version="1.17" encoding="UTF-8" standalone="no"?><a/>`,
}, {
	name:   "[39] element: nested, mixed content",
	in:     `<a>x<b>y</b><c><d/></c>z</a>`,
	tokens: t("<{}a\n\"x\"\n<{}b\n\"y\"\n</{}b\n<{}c\n<{}d\n</{}d\n</{}c\n\"z\"\n</{}a"),
}, {
	name:   "[66] CharRef: decimal, hexadecimal, leading zeros, the ends of all ranges",
	in:     `<a b="&#65;&#x42;&#x0000000000043;">&#9;&#xA;&#xd;&#x20;&#xD7FF;&#xe000;&#xFFFD;&#65536;&#x10FFFF;&#00000000065;</a>`,
	tokens: t("<{}a {}b=\"ABC\"\n" + `"\t\n\r \ud7ff\ue000` + "\ufffd\U00010000" + `\U0010ffffA"` + "\n</{}a"),
	out:    "<a b=\"ABC\">\t\n&#13; \ud7ff\ue000\ufffd\U00010000\U0010ffffA</a>",
}, {
	name:   "[66] CharRef: what it stands for is no markup",
	in:     `<a b="&#60;&#38;&#34;">&#60;b/&#62;&#38;lt;&#93;]&#62;</a>`,
	tokens: t(`<{}a {}b="<&\""` + "\n\"<b/>&lt;]]>\"\n</{}a"),
	out:    `<a b="&lt;&amp;&quot;">&lt;b/&gt;&amp;lt;]]&gt;</a>`,
}, {
	name:   "[68] EntityRef: the predefined ones of 4.6",
	in:     `<a b='&lt;&gt;&amp;&apos;&quot;'>&lt;&gt;&amp;&apos;&quot;</a>`,
	tokens: t(`<{}a {}b="<>&'\""` + "\n" + `"<>&'\""` + "\n</{}a"),
	out:    `<a b="&lt;&gt;&amp;&apos;&quot;">&lt;&gt;&amp;'"</a>`,
}, {
	name:   "2.11 line ends in text",
	in:     "<a>1\r\n2\r3\n4\r\r\n5\n\r</a>",
	tokens: t("<{}a\n" + `"1\n2\n3\n4\n\n5\n\n"` + "\n</{}a"),
	out:    "<a>1\n2\n3\n4\n\n5\n\n</a>",
}, {
	name:   "2.11 line ends in CDATA, comments and instructions",
	in:     "<a><![CDATA[1\r\n2\r]]><!--3\r4\r\n--><?p 5\r\n6\r?></a>",
	tokens: t("<{}a\n" + `["1\n2\n"` + "\n" + `!"3\n4\n"` + "\n" + `?p "5\n6\n"` + "\n</{}a"),
	out:    "<a><![CDATA[1\n2\n]]><!--3\n4\n--><?p 5\n6\n?></a>",
}, {
	name:   "3.3.3 attribute values: white space, but not what references stand for",
	in:     "<a b='1\t2\n3\r\n4\r5 6&#9;&#10;&#13;7'/>",
	tokens: t("<{}a {}b=" + `"1 2 3 4 5 6\t\n\r7"` + "\n</{}a"),
	out:    `<a b="1 2 3 4 5 6&#9;&#10;&#13;7"/>`,
}, {
	name:   "4.3.3 UTF-8: byte order mark",
	in:     "\uFEFF<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>\uFEFF</a>",
	tokens: t("<?xml version=\"1.0\" encoding=\"UTF-8\"\n<{}a\n\"\\ufeff\"\n</{}a"),
	out:    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>\uFEFF</a>",
}, {
	name:   "4.3.3 UTF-8: byte order mark without a declaration",
	in:     "\uFEFF<a/>",
	tokens: t("<{}a\n</{}a"),
	out:    "<a/>",
}, {
	name:   "4.3.3 US-ASCII: with a reference to more",
	in:     `<?xml version="1.0" encoding="us-Ascii"?><a>&#233;</a>`,
	tokens: t("<?xml version=\"1.0\" encoding=\"us-Ascii\"\n<{}a\n\"\u00e9\"\n</{}a"),
	out:    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>\u00e9</a>",
}, {
	name:   "NS 3 declarations anywhere in the tag",
	in:     `<p:a p:b="1" xmlns:p="urn:x" c="2"/>`,
	tokens: t("<{urn:x}p:a {urn:x}p:b=\"1\" {" + NamespaceXMLNS + "}xmlns:p=\"urn:x\" {}c=\"2\"\n</{urn:x}p:a"),
}, {
	name:   "NS 3 the prefix xml is always there, and may be declared",
	in:     `<a xml:lang="en"><b xmlns:xml="` + NamespaceXML + `" xml:space="preserve"/><xml:c/></a>`,
	tokens: t("<{}a {" + NamespaceXML + "}xml:lang=\"en\"\n<{}b {" + NamespaceXMLNS + "}xmlns:xml=\"" + NamespaceXML + "\" {" + NamespaceXML + "}xml:space=\"preserve\"\n</{}b\n<{" + NamespaceXML + "}xml:c\n</{" + NamespaceXML + "}xml:c\n</{}a"),
}, {
	name:   "NS 6.1 scope: shadowing, and back",
	in:     `<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"><p:c/></p:b><p:d p:e=""/></p:a>`,
	tokens: t("<{urn:1}p:a {" + NamespaceXMLNS + "}xmlns:p=\"urn:1\"\n<{urn:2}p:b {" + NamespaceXMLNS + "}xmlns:p=\"urn:2\"\n<{urn:2}p:c\n</{urn:2}p:c\n</{urn:2}p:b\n<{urn:1}p:d {urn:1}p:e=\"\"\n</{urn:1}p:d\n</{urn:1}p:a"),
}, {
	name:   "NS 6.2 default namespace: not for attributes, undeclared again",
	in:     `<a xmlns="urn:x" b=""><c xmlns=""><d/></c><e/></a>`,
	tokens: t("<{urn:x}a {" + NamespaceXMLNS + "}xmlns=\"urn:x\" {}b=\"\"\n<{}c {" + NamespaceXMLNS + "}xmlns=\"\"\n<{}d\n</{}d\n</{}c\n<{urn:x}e\n</{urn:x}e\n</{urn:x}a"),
}, {
	name:   "NS 2.3 namespace names are compared after normalisation",
	in:     `<p:a xmlns:p="urn:&#x78;" xmlns:q="urn:x" p:b=""><q:c/></p:a>`,
	tokens: t("<{urn:x}p:a {" + NamespaceXMLNS + "}xmlns:p=\"urn:x\" {" + NamespaceXMLNS + "}xmlns:q=\"urn:x\" {urn:x}p:b=\"\"\n<{urn:x}q:c\n</{urn:x}q:c\n</{urn:x}p:a"),
	out:    `<p:a xmlns:p="urn:x" xmlns:q="urn:x" p:b=""><q:c/></p:a>`,
}, {
	name:   "NS 6.3 same local name, other namespace",
	in:     `<x xmlns:n1="urn:1" xmlns="urn:1"><good a="1" b="2"/><good a="1" n1:a="2"/></x>`,
	tokens: t("<{urn:1}x {" + NamespaceXMLNS + "}xmlns:n1=\"urn:1\" {" + NamespaceXMLNS + "}xmlns=\"urn:1\"\n<{urn:1}good {}a=\"1\" {}b=\"2\"\n</{urn:1}good\n<{urn:1}good {}a=\"1\" {urn:1}n1:a=\"2\"\n</{urn:1}good\n</{urn:1}x"),
}, {
	name:   "NS 3 other prefixes that begin with xml are allowed",
	in:     `<xmlfoo:a xmlns:xmlfoo="urn:x" xmlnsx="1" xmln="2" XMLNS="3"/>`,
	tokens: t("<{urn:x}xmlfoo:a {" + NamespaceXMLNS + "}xmlns:xmlfoo=\"urn:x\" {}xmlnsx=\"1\" {}xmln=\"2\" {}XMLNS=\"3\"\n</{urn:x}xmlfoo:a"),
}, {
	name:   "limit: 64 attributes, 32 levels, names of 256 bytes",
	in:     `<a` + many(64, numbered(` b#=""`)) + `>` + many(31, repeat(`<a>`)) + `<?` + many(256, repeat("p")) + `?>` + many(32, repeat(`</a>`)),
	tokens: t("<{}a" + many(64, numbered(` {}b#=""`)) + many(31, repeat("\n<{}a")) + "\n?" + many(256, repeat("p")) + " \"\"" + many(32, repeat("\n</{}a"))),
	out:    `<a` + many(64, numbered(` b#=""`)) + `>` + many(31, repeat(`<a>`)) + `<?` + many(256, repeat("p")) + `?>` + many(32, repeat(`</a>`)),
}}

// malformed are documents with a fault each. The tokens are those before it.
var malformed = []xmlCase{
	{name: "[1] document: empty", in: ``, fault: ErrTruncated, offset: 0},
	{name: "[1] document: white space only", in: " \n", fault: ErrTruncated, offset: 2},
	{name: "[1] document: no root", in: `<!--a-->`, tokens: t(`!"a"`), fault: ErrTruncated, offset: 8},
	{name: "[1] document: root not ended", in: `<a><b></b>`, tokens: t("<{}a\n<{}b\n</{}b"), fault: ErrTruncated, offset: 10, path: "/a"},
	{name: "[1] document: two roots", in: `<a/><b/>`, tokens: t("<{}a\n</{}a"), fault: ErrOutside, offset: 4},
	{name: "[1] document: text before the root", in: `x<a/>`, fault: ErrOutside, offset: 0},
	{name: "[1] document: text behind the root", in: `<a/> x`, tokens: t("<{}a\n</{}a"), fault: ErrOutside, offset: 5},
	{name: "[1] document: reference behind the root", in: `<a/>&#32;`, tokens: t("<{}a\n</{}a"), fault: ErrOutside, offset: 4},
	{name: "[1] document: CDATA before the root", in: `<![CDATA[]]><a/>`, fault: ErrOutside, offset: 0},
	{name: "[1] document: CDATA behind the root", in: `<a/><![CDATA[]]>`, tokens: t("<{}a\n</{}a"), fault: ErrOutside, offset: 4},
	{name: "[1] document: end tag behind the root", in: `<a/></a>`, tokens: t("<{}a\n</{}a"), fault: ErrOutside, offset: 4},
	{name: "[1] document: begins with an end tag", in: `</a>`, fault: ErrOutside, offset: 0},

	{name: "[2] Char: NUL", in: "<a>\x00</a>", tokens: t("<{}a"), fault: ErrChar, offset: 3, path: "/a"},
	{name: "[2] Char: control character in text", in: "<a>xyz\x0b</a>", tokens: t("<{}a"), fault: ErrChar, offset: 6, path: "/a"},
	{name: "[2] Char: control character in an attribute", in: "<a b='\x1f'/>", fault: ErrChar, offset: 6},
	{name: "[2] Char: control character in a comment", in: "<!--\x01--><a/>", fault: ErrChar, offset: 4},
	{name: "[2] Char: control character in CDATA", in: "<a><![CDATA[\x01]]></a>", tokens: t("<{}a"), fault: ErrChar, offset: 12, path: "/a"},
	{name: "[2] Char: control character in an instruction", in: "<?p \x01?><a/>", fault: ErrChar, offset: 4},
	{name: "[2] Char: U+FFFE in text", in: "<a>\uFFFE</a>", tokens: t("<{}a"), fault: ErrChar, offset: 3, path: "/a"},
	{name: "[2] Char: U+FFFF in an attribute", in: "<a b=\"\uFFFF\"/>", fault: ErrChar, offset: 6},
	{name: "[2] Char: U+FFFF in a name", in: "<a\uFFFF/>", fault: ErrChar, offset: 2},

	{name: "[4] NameStartChar: digit", in: `<1/>`, fault: ErrName, offset: 1},
	{name: "[4] NameStartChar: hyphen", in: `<-a/>`, fault: ErrName, offset: 1},
	{name: "[4] NameStartChar: middle dot", in: "<\u00b7/>", fault: ErrName, offset: 1},
	{name: "[4] NameStartChar: U+00D7", in: "<\u00d7/>", fault: ErrName, offset: 1},
	{name: "[4] NameStartChar: U+2C00 less one", in: "<\u2bff/>", fault: ErrName, offset: 1},
	{name: "[4] NameStartChar: U+F0000", in: "<\U000f0000/>", fault: ErrName, offset: 1},
	{name: "[4a] NameChar: U+037E", in: "<a\u037e/>", fault: ErrName, offset: 2},
	{name: "[4a] NameChar: U+2041", in: "<a\u2041/>", fault: ErrName, offset: 2},
	{name: "[4a] NameChar: dollar", in: `<a$/>`, fault: ErrName, offset: 2},
	{name: "[5] Name: space first", in: `< a/>`, fault: ErrName, offset: 1},
	{name: "[5] Name: empty end tag", in: `<a></>`, tokens: t("<{}a"), fault: ErrName, offset: 5, path: "/a"},
	{name: "[5] Name: attribute", in: `<a 1="2"/>`, fault: ErrName, offset: 3},
	{name: "[5] Name: attribute beyond ASCII", in: "<a b\u00d7='2'/>", fault: ErrEquals, offset: 4},

	{name: "[10] AttValue: no quotes", in: `<a b=c/>`, fault: ErrQuote, offset: 5},
	{name: "[10] AttValue: nothing", in: `<a b=/>`, fault: ErrQuote, offset: 5},
	{name: "[10] AttValue: the other quote does not close", in: `<a b="c'/>`, fault: ErrTruncated, offset: 10},
	{name: "[14] CharData: ]]>", in: `<a>x]]>y</a>`, tokens: t("<{}a"), fault: ErrSectionEnd, offset: 4, path: "/a"},
	{name: "[14] CharData: ]]]>", in: `<a>]]]></a>`, tokens: t("<{}a"), fault: ErrSectionEnd, offset: 4, path: "/a"},
	{name: "[15] Comment: two hyphens", in: `<!-- a -- b --><a/>`, fault: ErrComment, offset: 7},
	{name: "[15] Comment: three at the end", in: `<!--a---><a/>`, fault: ErrComment, offset: 5},
	{name: "[15] Comment: overlapping start", in: `<!--><a/>`, fault: ErrTruncated, offset: 9},
	{name: "[15] Comment: overlapping start with hyphen", in: `<!---><a/>`, fault: ErrTruncated, offset: 10},
	{name: "[15] Comment: not closed", in: `<a><!-- </a>`, tokens: t("<{}a"), fault: ErrTruncated, offset: 12, path: "/a"},
	{name: "[16] PI: no target", in: `<? a?><a/>`, fault: ErrName, offset: 2},
	{name: "[16] PI: no space before the data", in: `<?a$b?><a/>`, fault: ErrSpace, offset: 3},
	{name: "[16] PI: question mark before the data", in: `<?a?b?><a/>`, fault: ErrSpace, offset: 3},
	{name: "[16] PI: not closed", in: `<?a b><a/>`, fault: ErrTruncated, offset: 10},
	{name: "[17] PITarget: xml in any case", in: `<?xMl a?><a/>`, fault: ErrTarget, offset: 2},
	{name: "[17] PITarget: XML declaration in the content", in: `<a><?xml version="1.0"?></a>`, tokens: t("<{}a"), fault: ErrTarget, offset: 5, path: "/a"},
	{name: "[17] PITarget: XML declaration behind white space", in: ` <?xml version="1.0"?><a/>`, fault: ErrTarget, offset: 3},
	{name: "[17] PITarget: two XML declarations", in: `<?xml version="1.0"?><?xml version="1.0"?><a/>`, tokens: t(`<?xml version="1.0"`), fault: ErrTarget, offset: 23},
	{name: "[18] CDSect: not closed", in: `<a><![CDATA[ ]] ></a>`, tokens: t("<{}a"), fault: ErrTruncated, offset: 21, path: "/a"},
	{name: "[19] CDStart: lower case", in: `<a><![cdata[]]></a>`, tokens: t("<{}a"), fault: ErrMarkup, offset: 3, path: "/a"},

	{name: "[23] XMLDecl: no version", in: `<?xml encoding="UTF-8"?><a/>`, fault: ErrDeclaration, offset: 6},
	{name: "[23] XMLDecl: empty", in: `<?xml ?><a/>`, fault: ErrDeclaration, offset: 6},
	{name: "[23] XMLDecl: nothing", in: `<?xml?><a/>`, fault: ErrDeclaration, offset: 5},
	{name: "[23] XMLDecl: wrong order", in: `<?xml version="1.0" standalone="yes" encoding="UTF-8"?><a/>`, fault: ErrDeclaration, offset: 37},
	{name: "[23] XMLDecl: twice", in: `<?xml version="1.0" version="1.0"?><a/>`, fault: ErrDeclaration, offset: 20},
	{name: "[23] XMLDecl: unknown", in: `<?xml version="1.0" a="b"?><a/>`, fault: ErrDeclaration, offset: 20},
	{name: "[23] XMLDecl: no white space", in: `<?xml version="1.0"encoding="UTF-8"?><a/>`, fault: ErrDeclaration, offset: 19},
	{name: "[23] XMLDecl: closed like a tag", in: `<?xml version="1.0">`, fault: ErrDeclaration, offset: 19},
	{name: "[23] XMLDecl: no quotes", in: `<?xml version=1.0?><a/>`, fault: ErrQuote, offset: 14},
	{name: "[23] XMLDecl: no equals sign", in: `<?xml version "1.0"?><a/>`, fault: ErrEquals, offset: 14},
	{name: "[23] XMLDecl: end hidden in a value", in: `<?xml version="1.0?>"?><a/>`, fault: ErrDeclaration, offset: 18},
	{name: "[24] VersionInfo: quotes do not match", in: `<?xml version="1.0'?><a/>`, fault: ErrDeclaration, offset: 18},
	{name: "[26] VersionNum: 2.0", in: `<?xml version="2.0"?><a/>`, fault: ErrVersion, offset: 15},
	{name: "[26] VersionNum: 1.", in: `<?xml version="1."?><a/>`, fault: ErrVersion, offset: 15},
	{name: "[26] VersionNum: 1.0a", in: `<?xml version="1.0a"?><a/>`, fault: ErrVersion, offset: 15},
	{name: "[28] doctypedecl", in: `<!DOCTYPE a><a/>`, fault: ErrDoctype, offset: 0},
	{name: "[28] doctypedecl: internal subset", in: `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`, tokens: t(`<?xml version="1.0"`), fault: ErrDoctype, offset: 21},
	{name: "[28] doctypedecl: in the content", in: `<a><!DOCTYPE a></a>`, tokens: t("<{}a"), fault: ErrDoctype, offset: 3, path: "/a"},
	{name: "[28] doctypedecl: lower case", in: `<!doctype a><a/>`, fault: ErrMarkup, offset: 0},
	{name: "[32] SDDecl: maybe", in: `<?xml version="1.0" standalone="maybe"?><a/>`, fault: ErrDeclaration, offset: 32},
	{name: "[45] elementdecl", in: `<a><!ELEMENT a ANY></a>`, tokens: t("<{}a"), fault: ErrMarkup, offset: 3, path: "/a"},

	{name: "[39] WFC Element Type Match", in: `<a><b></a></b>`, tokens: t("<{}a\n<{}b"), fault: ErrMatch, offset: 8, path: "/a/b"},
	{name: "[39] WFC Element Type Match: longer", in: `<a></ab>`, tokens: t("<{}a"), fault: ErrMatch, offset: 5, path: "/a"},
	{name: "[39] WFC Element Type Match: case", in: `<a></A>`, tokens: t("<{}a"), fault: ErrMatch, offset: 5, path: "/a"},
	{name: "[39] WFC Element Type Match: prefix", in: `<p:a xmlns:p="urn:x" xmlns:q="urn:x"></q:a>`, tokens: t("<{urn:x}p:a {" + NamespaceXMLNS + "}xmlns:p=\"urn:x\" {" + NamespaceXMLNS + "}xmlns:q=\"urn:x\""), fault: ErrMatch, offset: 39, path: "/p:a"},
	{name: "[40] STag: no white space between attributes", in: `<a b="1"c="2"/>`, fault: ErrSpace, offset: 8},
	{name: "[40] STag: not closed", in: `<a <b/>`, fault: ErrName, offset: 3},
	{name: "[40] STag: at the end", in: `<a b="c"`, fault: ErrTruncated, offset: 8},
	{name: "[40] WFC Unique Att Spec", in: `<a b="1" c="2" b="3"/>`, fault: ErrDuplicate, offset: 15},
	{name: "[40] WFC Unique Att Spec: declarations", in: `<a xmlns="1" xmlns="1"/>`, fault: ErrDuplicate, offset: 13},
	{name: "[41] Attribute: no value", in: `<a b/>`, fault: ErrEquals, offset: 4},
	{name: "[41] Attribute: no name", in: `<a ="b"/>`, fault: ErrName, offset: 3},
	{name: "[41] WFC No < in Attribute Values", in: `<a b="x<y"/>`, fault: ErrLess, offset: 7},
	{name: "[42] ETag: attribute", in: `<a></a b="c">`, tokens: t("<{}a"), fault: ErrTagEnd, offset: 7, path: "/a"},
	{name: "[42] ETag: space first", in: `<a></ a>`, tokens: t("<{}a"), fault: ErrName, offset: 5, path: "/a"},
	{name: "[44] EmptyElemTag: slash and space", in: `<a/ >`, fault: ErrTagEnd, offset: 3},

	{name: "[66] CharRef: no digits", in: `<a>&#;</a>`, tokens: t("<{}a"), fault: ErrReference, offset: 3, path: "/a"},
	{name: "[66] CharRef: no hexadecimal digits", in: `<a>&#x;</a>`, tokens: t("<{}a"), fault: ErrReference, offset: 3, path: "/a"},
	{name: "[66] CharRef: upper case X", in: `<a>&#X41;</a>`, tokens: t("<{}a"), fault: ErrReference, offset: 3, path: "/a"},
	{name: "[66] CharRef: hexadecimal digit in a decimal one", in: `<a>&#4f;</a>`, tokens: t("<{}a"), fault: ErrReference, offset: 3, path: "/a"},
	{name: "[66] CharRef: no semicolon", in: `<a b="&#65"/>`, fault: ErrReference, offset: 6},
	{name: "[66] WFC Legal Character: NUL", in: `<a>&#0;</a>`, tokens: t("<{}a"), fault: ErrCharRef, offset: 3, path: "/a"},
	{name: "[66] WFC Legal Character: control", in: `<a b="&#x1F;"/>`, fault: ErrCharRef, offset: 6},
	{name: "[66] WFC Legal Character: surrogate", in: `<a>&#xD800;</a>`, tokens: t("<{}a"), fault: ErrCharRef, offset: 3, path: "/a"},
	{name: "[66] WFC Legal Character: U+FFFE", in: `<a>&#65534;</a>`, tokens: t("<{}a"), fault: ErrCharRef, offset: 3, path: "/a"},
	{name: "[66] WFC Legal Character: U+110000", in: `<a>&#x110000;</a>`, tokens: t("<{}a"), fault: ErrCharRef, offset: 3, path: "/a"},
	{name: "[66] WFC Legal Character: beyond any integer", in: `<a>&#99999999999999999999999999999965;</a>`, tokens: t("<{}a"), fault: ErrCharRef, offset: 3, path: "/a"},
	{name: "[68] EntityRef: no name", in: `<a>&;</a>`, tokens: t("<{}a"), fault: ErrReference, offset: 3, path: "/a"},
	{name: "[68] EntityRef: bare ampersand", in: `<a>a & b</a>`, tokens: t("<{}a"), fault: ErrReference, offset: 5, path: "/a"},
	{name: "[68] EntityRef: no semicolon", in: `<a>&amp b</a>`, tokens: t("<{}a"), fault: ErrReference, offset: 3, path: "/a"},
	{name: "[68] WFC Entity Declared", in: `<a>&nbsp;</a>`, tokens: t("<{}a"), fault: ErrEntity, offset: 3, path: "/a"},
	{name: "[68] WFC Entity Declared: in an attribute", in: `<a b="&b;"/>`, fault: ErrEntity, offset: 6},
	{name: "[68] WFC Entity Declared: case", in: `<a>&LT;</a>`, tokens: t("<{}a"), fault: ErrEntity, offset: 3, path: "/a"},
	{name: "[68] NS: entity name with a colon", in: `<a>&a:b;</a>`, tokens: t("<{}a"), fault: ErrEntity, offset: 3, path: "/a"},

	{name: "4.3.3 UTF-8: bare continuation", in: "<a>\x80</a>", tokens: t("<{}a"), fault: ErrUTF8, offset: 3, path: "/a"},
	{name: "4.3.3 UTF-8: overlong", in: "<a b='\xc0\xaf'/>", fault: ErrUTF8, offset: 6},
	{name: "4.3.3 UTF-8: surrogate", in: "<a>\xed\xa0\x80</a>", tokens: t("<{}a"), fault: ErrUTF8, offset: 3, path: "/a"},
	{name: "4.3.3 UTF-8: beyond U+10FFFF", in: "<a>\xf4\x90\x80\x80</a>", tokens: t("<{}a"), fault: ErrUTF8, offset: 3, path: "/a"},
	{name: "4.3.3 UTF-8: cut by markup", in: "<a>\xe2\x82</a>", tokens: t("<{}a"), fault: ErrUTF8, offset: 3, path: "/a"},
	{name: "4.3.3 UTF-8: in a name", in: "<\xff/>", fault: ErrUTF8, offset: 1},
	{name: "4.3.3 UTF-8: in a comment", in: "<!--\xff--><a/>", fault: ErrUTF8, offset: 4},
	{name: "4.3.3 UTF-8: in an entity name", in: "<a>&\xff;</a>", tokens: t("<{}a"), fault: ErrUTF8, offset: 4, path: "/a"},
	{name: "4.3.3 UTF-8: half a byte order mark", in: "\xef\xbb<a/>", fault: ErrOutside, offset: 0},
	{name: "4.3.3 encoding: ISO-8859-1", in: `<?xml version="1.0" encoding="ISO-8859-1"?><a/>`, fault: ErrEncoding, offset: 30},
	{name: "4.3.3 encoding: UTF-16 declared in bytes", in: `<?xml version="1.0" encoding="UTF-16"?><a/>`, fault: ErrEncoding, offset: 30},
	{name: "4.3.3 encoding: bytes beyond US-ASCII", in: "<?xml version=\"1.0\" encoding=\"US-ASCII\"?><a>caf\u00e9</a>", tokens: t("<?xml version=\"1.0\" encoding=\"US-ASCII\"\n<{}a"), fault: ErrEncoding, offset: 47, path: "/a"},
	{name: "[81] EncName: begins with a digit", in: `<?xml version="1.0" encoding="8-UTF"?><a/>`, fault: ErrDeclaration, offset: 30},
	{name: "[81] EncName: empty", in: `<?xml version="1.0" encoding=""?><a/>`, fault: ErrDeclaration, offset: 30},
	{name: "F.1 UTF-16 byte order mark", in: "\xfe\xff\x00<\x00a\x00/\x00>", fault: ErrEncoding, offset: 0},
	{name: "F.1 UTF-16 byte order mark, little-endian", in: "\xff\xfe<\x00a\x00/\x00>\x00", fault: ErrEncoding, offset: 0},
	{name: "F.1 UTF-16 without byte order mark", in: "\x00<\x00a\x00/\x00>", fault: ErrEncoding, offset: 0},

	{name: "NSC Reserved Prefixes: xml bound to another name", in: `<a xmlns:xml="urn:x"/>`, fault: ErrNamespace, offset: 3},
	{name: "NSC Reserved Prefixes: another prefix for xml's name", in: `<a xmlns:p="` + NamespaceXML + `"/>`, fault: ErrNamespace, offset: 3},
	{name: "NSC Reserved Prefixes: xml's name as the default", in: `<a xmlns="` + NamespaceXML + `"/>`, fault: ErrNamespace, offset: 3},
	{name: "NSC Reserved Prefixes: hidden in references", in: `<a xmlns="http://www.w3.org/XML/1998&#x2F;namespace"/>`, fault: ErrNamespace, offset: 3},
	{name: "NSC Reserved Prefixes: xmlns declared", in: `<a xmlns:xmlns="` + NamespaceXMLNS + `"/>`, fault: ErrNamespace, offset: 3},
	{name: "NSC Reserved Prefixes: another prefix for xmlns' name", in: `<a xmlns:p="` + NamespaceXMLNS + `"/>`, fault: ErrNamespace, offset: 3},
	{name: "NSC Reserved Prefixes: xmlns' name as the default", in: `<a xmlns="` + NamespaceXMLNS + `"/>`, fault: ErrNamespace, offset: 3},
	{name: "NSC Reserved Prefixes: element with prefix xmlns", in: `<xmlns:a/>`, fault: ErrNamespace, offset: 1},
	{name: "NSC Prefix Declared: element", in: `<p:a/>`, fault: ErrPrefix, offset: 1},
	{name: "NSC Prefix Declared: attribute", in: `<a p:b=""/>`, fault: ErrPrefix, offset: 3},
	{name: "NSC Prefix Declared: out of scope", in: `<a><b xmlns:p="urn:x"/><p:c/></a>`, tokens: t("<{}a\n<{}b {" + NamespaceXMLNS + "}xmlns:p=\"urn:x\"\n</{}b"), fault: ErrPrefix, offset: 24, path: "/a"},
	{name: "NSC No Prefix Undeclaring", in: `<a xmlns:p=""/>`, fault: ErrNamespace, offset: 3},
	{name: "NSC Attributes Unique", in: `<x xmlns:n1="urn:x" xmlns:n2="urn:x"><bad n1:a="1" n2:a="2"/></x>`, tokens: t("<{}x {" + NamespaceXMLNS + "}xmlns:n1=\"urn:x\" {" + NamespaceXMLNS + "}xmlns:n2=\"urn:x\""), fault: ErrDuplicate, offset: 51, path: "/x"},
	{name: "NS [7] QName: two colons", in: `<a:b:c xmlns:a="urn:x"/>`, fault: ErrColon, offset: 4},
	{name: "NS [7] QName: colon first", in: `<:a/>`, fault: ErrColon, offset: 1},
	{name: "NS [7] QName: colon last", in: `<a: xmlns:a="urn:x"/>`, fault: ErrColon, offset: 3},
	{name: "NS [7] QName: local part begins with a digit", in: `<a:1 xmlns:a="urn:x"/>`, fault: ErrColon, offset: 3},
	{name: "NS [1] NSAttName: no prefix", in: `<a xmlns:="urn:x"/>`, fault: ErrColon, offset: 9},
	{name: "NS 7 target with a colon", in: `<?a:b c?><a/>`, fault: ErrColon, offset: 3},
	{name: "NS 7 target begins with a colon", in: `<?:b c?><a/>`, fault: ErrColon, offset: 2},

	{name: "limit: attributes", in: `<a` + many(65, numbered(` b#=""`)) + `/>`, fault: ErrAttributes, offset: 2 + 64*7 + 1},
	{name: "limit: depth", in: many(33, repeat("<a>")), tokens: t(many(32, repeat("<{}a\n"))), fault: ErrDepth, offset: 32 * 3, path: many(32, repeat("/a"))},
	{name: "limit: element name", in: `<` + many(257, repeat("n")) + `/>`, fault: ErrNameLength, offset: 1},
	{name: "limit: attribute name", in: `<a b="" ` + many(257, repeat("n")) + `=""/>`, fault: ErrNameLength, offset: 8},
	{name: "limit: name with prefix", in: `<p:` + many(255, repeat("n")) + ` xmlns:p="urn:x"/>`, fault: ErrNameLength, offset: 1},
	{name: "limit: target", in: `<?` + many(257, repeat("n")) + `?><a/>`, fault: ErrNameLength, offset: 2},
	{name: "limit: declarations in scope", in: `<a` + many(64, numbered(` xmlns:p#="u"`)) + `><a` + many(63, numbered(` xmlns:p#="u"`)) + `><a` + many(2, numbered(` xmlns:p#="u"`)) + `/></a></a>`,
		tokens: t("<{}a" + many(64, numbered(" {"+NamespaceXMLNS+`}xmlns:p#="u"`)) + "\n<{}a" + many(63, numbered(" {"+NamespaceXMLNS+`}xmlns:p#="u"`))),
		fault:  ErrNamespaces, offset: 2 + 64*14 + 3 + 63*14 + 3 + 1 + 14, path: "/a/a"},
}

// cases is the whole table.
func cases() []xmlCase { return append(append([]xmlCase(nil), wellFormed...), malformed...) }
