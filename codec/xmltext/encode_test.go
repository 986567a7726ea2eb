package xmltext

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// reencode decodes a document and writes its tokens again.
func reencode(d *Decoder, e *Encoder, doc []byte) ([]byte, error) {
	d.Reset(doc, true)
	e.Reset(nil)
	for {
		kind, err := d.Next()
		if err == io.EOF {
			return e.Bytes(), e.Close()
		}
		if err == nil {
			err = encodeToken(d, e, kind)
		}
		if err != nil {
			return nil, err
		}
	}
}

// encodeToken writes the current token of d.
func encodeToken(d *Decoder, e *Encoder, kind Kind) error {
	value := d.AppendValue(nil, d.Value())
	switch kind {
	case KindDeclaration:
		return encodeDeclaration(d, e)
	case KindStart:
		return encodeStart(d, e)
	case KindEnd:
		return e.End()
	case KindText:
		return e.Text(value)
	case KindCDATA:
		return e.CDATA(value)
	case KindComment:
		return e.Comment(value)
	}
	return e.Instruction(d.Local(d.Name()), value)
}

func encodeDeclaration(d *Decoder, e *Encoder) error {
	fields := map[string]string{}
	for i := range d.Attributes() {
		a := &d.Attributes()[i]
		fields[string(d.Local(a.Name()))] = string(d.Bytes(a.Value().Span))
	}
	return e.Declaration(fields["version"], fields["standalone"])
}

func encodeStart(d *Decoder, e *Encoder) error {
	if err := e.Start(d.ElementName()); err != nil {
		return err
	}
	for i := range d.Attributes() {
		a := &d.Attributes()[i]
		name, value := d.AttributeName(a), d.AppendValue(nil, a.Value())
		var err error
		switch {
		case string(name.URI) != NamespaceXMLNS:
			err = e.Attr(name, value)
		case a.Name().Prefixed():
			err = e.Namespace(name.Local, value)
		default:
			err = e.Namespace(nil, value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// withoutDeclaration drops the XML declaration, whose encoding may have changed.
func withoutDeclaration(tokens []string) []string {
	if len(tokens) > 0 && strings.HasPrefix(tokens[0], "<?xml") {
		return tokens[1:]
	}
	return tokens
}

func TestEncode(t *testing.T) {
	d, e := NewDecoder(Limits{}), new(Encoder)
	for _, c := range wellFormed {
		t.Run(c.name, func(t *testing.T) {
			out, err := reencode(d, e, []byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			want := c.out
			if want == "" {
				want = c.in
			}
			if string(out) != want {
				t.Errorf("got  %s\nwant %s", out, want)
			}
			again, err := describeAll(d, out)
			if err != nil || !slices.Equal(withoutDeclaration(again), withoutDeclaration(c.tokens)) {
				t.Errorf("read again: %v\n%s", err, strings.Join(again, "\n"))
			}
		})
	}
}

func q(prefix, local, uri string) QName {
	return QName{Prefix: []byte(prefix), Local: []byte(local), URI: []byte(uri)}
}

// encode runs f on a fresh Encoder and returns the document and first error.
func encode(f func(e *Encoder) error) (string, error) {
	var e Encoder
	e.Reset([]byte("before "))
	err := f(&e)
	doc, ok := strings.CutPrefix(string(e.Bytes()), "before ")
	if !ok {
		return "", errors.New("the slice's bytes are gone")
	}
	return doc, err
}

func TestEncodeNamespaces(t *testing.T) {
	f := func(want string, calls func(e *Encoder)) {
		t.Helper()
		doc, err := encode(func(e *Encoder) error {
			calls(e)
			for len(e.open) > 0 {
				e.End()
			}
			return e.Close()
		})
		if doc != want || err != nil {
			t.Errorf("got  %s, %v\nwant %s", doc, err, want)
		}
		if _, ok := describeSlow([]byte(doc)); !ok {
			t.Errorf("%s is not well-formed", doc)
		}
	}
	f(`<a/>`, func(e *Encoder) { e.Start(q("", "a", "")) })
	f(`<a xmlns="u"/>`, func(e *Encoder) { e.Start(q("", "a", "u")) })
	f(`<p:a xmlns:p="u"/>`, func(e *Encoder) { e.Start(q("p", "a", "u")) })
	f(`<a xmlns="u"><b/></a>`, func(e *Encoder) { e.Start(q("", "a", "u")); e.Start(q("", "b", "u")) })
	f(`<a xmlns="u"><b xmlns=""/></a>`, func(e *Encoder) { e.Start(q("", "a", "u")); e.Start(q("", "b", "")) })
	f(`<p:a xmlns:p="u"><p:b xmlns:p="v"><p:c xmlns:p="u"/></p:b></p:a>`, func(e *Encoder) {
		e.Start(q("p", "a", "u"))
		e.Start(q("p", "b", "v"))
		e.Start(q("p", "c", "u"))
	})
	f(`<a ns0:b="1" ns0:c="2" ns1:d="3" xmlns:ns0="u" xmlns:ns1="v"/>`, func(e *Encoder) {
		e.Start(q("", "a", ""))
		e.Attr(q("", "b", "u"), []byte("1"))
		e.Attr(q("", "c", "u"), []byte("2"))
		e.Attr(q("", "d", "v"), []byte("3"))
	})
	f(`<a xmlns:p="u" xmlns:ns0="x" p:b="" ns1:c="" xmlns:ns1="v"/>`, func(e *Encoder) {
		e.Start(q("", "a", ""))
		e.Namespace([]byte("p"), []byte("u"))
		e.Namespace([]byte("p"), []byte("u"))
		e.Namespace([]byte("ns0"), []byte("x"))
		e.Attr(q("", "b", "u"), nil)
		e.Attr(q("", "c", "v"), nil)
	})
	f(`<a xmlns:p="u"><b xmlns:p="v" ns0:c="" xmlns:ns0="u"/></a>`, func(e *Encoder) {
		e.Start(q("", "a", ""))
		e.Namespace([]byte("p"), []byte("u"))
		e.Start(q("", "b", ""))
		e.Namespace([]byte("p"), []byte("v")) // hides the only prefix of u
		e.Attr(q("", "c", "u"), nil)
	})
	f(`<a xml:lang="en"><xml:b/></a>`, func(e *Encoder) {
		e.Start(q("", "a", ""))
		e.Attr(q("", "lang", NamespaceXML), []byte("en"))
		e.Start(q("", "b", NamespaceXML))
	})
	f(`<a xmlns="u" b="" p:b="" xmlns:p="u"/>`, func(e *Encoder) {
		e.Start(q("", "a", "u"))
		e.Namespace(nil, []byte("u"))
		e.Attr(q("", "b", ""), nil)
		e.Attr(q("p", "b", "u"), nil)
	})
	f(`<a xmlns="&lt;&amp;&quot;&#9;&#10;&#13;"/>`, func(e *Encoder) { e.Start(q("", "a", "<&\"\t\n\r")) })
}

// A call that is refused changes nothing.
func TestEncodeFaults(t *testing.T) {
	f := func(want Fault, path string, calls func(e *Encoder) error) {
		t.Helper()
		var e Encoder
		e.Reset(nil)
		err := calls(&e)
		var at *Error
		if !errors.Is(err, want) || !errors.As(err, &at) || at.Path() != path || at.Offset != len(e.Bytes()) {
			t.Errorf("%v, want %v in %q at %d of %s", err, want, path, len(e.Bytes()), e.Bytes())
		}
		for len(e.open) > 0 {
			e.End()
		}
		if e.rooted {
			if _, ok := describeSlow(e.Bytes()); !ok {
				t.Errorf("%s is not well-formed", e.Bytes())
			}
		}
	}
	in := func(f func(e *Encoder) error) func(e *Encoder) error {
		return func(e *Encoder) error {
			if err := e.Start(q("p", "a", "u")); err != nil {
				return err
			}
			return f(e)
		}
	}
	behind := func(f func(e *Encoder) error) func(e *Encoder) error {
		return in(func(e *Encoder) error { e.End(); return f(e) })
	}
	text := func(s string) func(e *Encoder) error {
		return func(e *Encoder) error { return e.Text([]byte(s)) }
	}
	f(ErrTruncated, "", func(e *Encoder) error { return e.Close() })
	f(ErrTruncated, "/p:a", in(func(e *Encoder) error { return e.Close() }))
	f(ErrOrder, "", func(e *Encoder) error { return e.End() })
	f(ErrOrder, "", behind(func(e *Encoder) error { return e.End() }))
	f(ErrOutside, "", behind(func(e *Encoder) error { return e.Start(q("", "b", "")) }))
	f(ErrOutside, "", text("x"))
	f(ErrOutside, "", text("\r"))
	f(ErrOutside, "", behind(text("x")))
	f(ErrOutside, "", func(e *Encoder) error { return e.CDATA(nil) })
	f(ErrOrder, "/p:a", in(func(e *Encoder) error { return e.Declaration("1.0", "") }))
	f(ErrVersion, "", func(e *Encoder) error { return e.Declaration("2.0", "") })
	f(ErrDeclaration, "", func(e *Encoder) error { return e.Declaration("1.0", "maybe") })
	f(ErrChar, "/p:a", in(text("a\x00")))
	f(ErrChar, "/p:a", in(text("a\uFFFE")))
	f(ErrUTF8, "/p:a", in(text("a\xff")))
	f(ErrUTF8, "/p:a", in(text("a\xe2\x82")))
	f(ErrSectionEnd, "/p:a", in(func(e *Encoder) error { return e.CDATA([]byte("a]]>b")) }))
	f(ErrChar, "/p:a", in(func(e *Encoder) error { return e.CDATA([]byte("a\rb")) }))
	f(ErrComment, "/p:a", in(func(e *Encoder) error { return e.Comment([]byte("a--b")) }))
	f(ErrComment, "/p:a", in(func(e *Encoder) error { return e.Comment([]byte("a-")) }))
	f(ErrChar, "/p:a", in(func(e *Encoder) error { return e.Comment([]byte("\r")) }))
	f(ErrChar, "/p:a", in(func(e *Encoder) error { return e.Instruction([]byte("p"), []byte("\x01")) }))
	f(ErrInstruction, "/p:a", in(func(e *Encoder) error { return e.Instruction([]byte("p"), []byte("a?>")) }))
	f(ErrInstruction, "/p:a", in(func(e *Encoder) error { return e.Instruction([]byte("p"), []byte(" a")) }))
	f(ErrName, "/p:a", in(func(e *Encoder) error { return e.Instruction([]byte("a:b"), nil) }))
	f(ErrTarget, "", func(e *Encoder) error { return e.Instruction([]byte("XML"), nil) })
	f(ErrNameLength, "", func(e *Encoder) error { return e.Instruction(bytes.Repeat([]byte("p"), maxLimit+1), nil) })
	for _, name := range []string{"", "1", "a b", "a:b", "a$", "\xff", "a\xe2\x82", "\u00d7"} {
		f(ErrName, "", func(e *Encoder) error { return e.Start(q("", name, "")) })
		f(ErrName, "/p:a", in(func(e *Encoder) error { return e.Attr(q("", name, ""), nil) }))
		if name != "" {
			f(ErrName, "", func(e *Encoder) error { return e.Start(q(name, "a", "u")) })
			f(ErrName, "/p:a", in(func(e *Encoder) error { return e.Namespace([]byte(name), []byte("u")) }))
		}
	}
	f(ErrNameLength, "", func(e *Encoder) error { return e.Start(q(strings.Repeat("p", maxLimit-1), "a", "u")) })
	f(ErrPrefix, "", func(e *Encoder) error { return e.Start(q("p", "a", "")) })
	f(ErrPrefix, "/p:a", in(func(e *Encoder) error { return e.Attr(q("p", "b", ""), nil) }))
	f(ErrNamespace, "", func(e *Encoder) error { return e.Start(q("xml", "a", "u")) })
	f(ErrNamespace, "", func(e *Encoder) error { return e.Start(q("xmlns", "a", NamespaceXMLNS)) })
	f(ErrNamespace, "", func(e *Encoder) error { return e.Start(q("p", "a", NamespaceXML)) })
	f(ErrNamespace, "", func(e *Encoder) error { return e.Start(q("", "a", NamespaceXMLNS)) })
	f(ErrChar, "", func(e *Encoder) error { return e.Start(q("", "a", "u\x01")) })
	f(ErrNamespace, "/p:a", in(func(e *Encoder) error { return e.Attr(q("", "xmlns", ""), nil) }))
	f(ErrNamespace, "/p:a", in(func(e *Encoder) error { return e.Attr(q("xmlns", "b", NamespaceXMLNS), nil) }))
	f(ErrNamespace, "/p:a", in(func(e *Encoder) error { return e.Attr(q("p", "b", "v"), nil) }))
	f(ErrNamespace, "/p:a", in(func(e *Encoder) error { return e.Namespace([]byte("p"), []byte("v")) }))
	f(ErrNamespace, "/p:a", in(func(e *Encoder) error { return e.Namespace([]byte("q"), nil) }))
	f(ErrNamespace, "/p:a", in(func(e *Encoder) error { return e.Namespace(nil, []byte(NamespaceXML)) }))
	f(ErrChar, "/p:a", in(func(e *Encoder) error { return e.Namespace(nil, []byte("\x01")) }))
	f(ErrNamespace, "/p:a", in(func(e *Encoder) error {
		e.Namespace([]byte("q"), []byte("v"))
		return e.Namespace([]byte("q"), []byte("w"))
	}))
	f(ErrNamespace, "/p:a", in(func(e *Encoder) error {
		e.Attr(q("q", "b", "v"), nil)
		return e.Attr(q("q", "c", "w"), nil)
	}))
	f(ErrDuplicate, "/p:a", in(func(e *Encoder) error {
		e.Attr(q("", "b", ""), nil)
		return e.Attr(q("", "b", ""), nil)
	}))
	f(ErrDuplicate, "/p:a", in(func(e *Encoder) error {
		e.Attr(q("p", "b", "u"), nil)
		return e.Attr(q("q", "b", "u"), nil)
	}))
	f(ErrChar, "/p:a", in(func(e *Encoder) error { return e.Attr(q("", "b", ""), []byte("\x01")) }))
	for _, late := range []func(e *Encoder) error{
		func(e *Encoder) error { return e.Attr(q("", "b", ""), nil) },
		func(e *Encoder) error { return e.Namespace(nil, nil) },
	} {
		f(ErrOrder, "/p:a", in(func(e *Encoder) error { e.Text(nil); return late(e) }))
		f(ErrOrder, "", late)
		f(ErrOrder, "", behind(late))
	}
}

func TestAppendEscaped(t *testing.T) {
	f := func(in, text, attr string) {
		t.Helper()
		got, err := AppendText([]byte("<"), in)
		if string(got) != "<"+text || err != nil {
			t.Errorf("text %q: %q, %v", in, got, err)
		}
		got, err = AppendAttr([]byte("<"), []byte(in))
		if string(got) != "<"+attr || err != nil {
			t.Errorf("attribute %q: %q, %v", in, got, err)
		}
	}
	f("", "", "")
	f("plain", "plain", "plain")
	f("a<b>c&d", "a&lt;b&gt;c&amp;d", "a&lt;b&gt;c&amp;d")
	f(`"'`, `"'`, "&quot;&apos;")
	f("\t\n\r", "\t\n&#13;", "&#9;&#10;&#13;")
	f("]]>", "]]&gt;", "]]&gt;")
	f("&amp;", "&amp;amp;", "&amp;amp;")
	f("caf\u00e9\U0010ffff\u007f\u0080", "caf\u00e9\U0010ffff\u007f\u0080", "caf\u00e9\U0010ffff\u007f\u0080")

	bad := func(in string, want Fault) {
		t.Helper()
		for _, escape := range []func([]byte, string) ([]byte, error){AppendText[string], AppendAttr[string]} {
			if got, err := escape([]byte("x"), in); string(got) != "x" || !errors.Is(err, want) {
				t.Errorf("%q: %q, %v", in, got, err)
			}
		}
	}
	bad("ok\x00", ErrChar)
	bad("&\x1f", ErrChar)
	bad("\uFFFE", ErrChar)
	bad("abc\xff", ErrUTF8)
	bad("\xed\xa0\x80", ErrUTF8)
	bad("<\xe2\x82", ErrUTF8)
}

// What is escaped is the same when it is unescaped, and is what a Decoder reads.
func TestEscapeRoundTrip(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	alphabet := []rune("ab<>&\"'\t\n\r ]\u00e9\u20ac\U0001f600")
	d := NewDecoder(Limits{})
	for range 2000 {
		s := make([]rune, r.IntN(12))
		for i := range s {
			s[i] = alphabet[r.IntN(len(alphabet))]
		}
		in := string(s)
		text, err1 := AppendText(nil, in)
		attr, err2 := AppendAttr(nil, in)
		if err1 != nil || err2 != nil || string(AppendUnescaped(nil, text, FormText)) != in || string(AppendUnescaped(nil, attr, FormAttr)) != in {
			t.Fatalf("seed %d: %q becomes %q and %q", seed, in, text, attr)
		}
		doc := fmt.Sprintf("<a b=\"%s\" c='%s'>%s</a>", attr, attr, text)
		got, err := describeAll(d, []byte(doc))
		want := []string{fmt.Sprintf("<{}a {}b=%q {}c=%q", in, in), fmt.Sprintf("%q", in), "</{}a"}
		if in == "" {
			want = slices.Delete(want, 1, 2)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("seed %d: %s reads as %q, %v", seed, doc, got, err)
		}
	}
}

// encodeCalls makes an Encoder do what data says, byte by byte, and returns the
// tokens that a reader should find.
func encodeCalls(e *Encoder, data []byte) (tokens []string) {
	words := []string{"", "a", "b", "p", "xml", "xmlns", "ns0", "u", "v", NamespaceXML, NamespaceXMLNS,
		" ", "x y", "<&>\"'", "\t\n", "\r", "--", "]]>", "?>", "caf\u00e9", "\x01", "\xff", "1"}
	next := func() string {
		if len(data) == 0 {
			return ""
		}
		w := words[int(data[0])%len(words)]
		data = data[1:]
		return w
	}
	name := func() QName { return q(next(), next(), next()) }
	for len(data) > 0 {
		op := data[0]
		data = data[1:]
		switch op % 9 {
		case 0, 1:
			e.Start(name())
		case 2:
			if len(e.open) > 0 {
				e.End()
			}
		case 3:
			e.Attr(name(), []byte(next()))
		case 4:
			e.Namespace([]byte(next()), []byte(next()))
		case 5:
			if s := next(); e.Text([]byte(s)) == nil && len(e.open) > 0 && s != "" {
				tokens = append(tokens, s)
			}
		case 6:
			e.CDATA([]byte(next()))
		case 7:
			e.Comment([]byte(next()))
		case 8:
			e.Instruction([]byte(next()), []byte(next()))
		}
	}
	return tokens
}

// checkEncoded ends what is open and proves that the document is well-formed
// and holds the texts.
func checkEncoded(t *testing.T, e *Encoder, texts []string) {
	for len(e.open) > 0 {
		if err := e.End(); err != nil {
			t.Fatal(err)
		}
	}
	if !e.rooted {
		return
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	doc := e.Bytes()
	d := NewDecoder(Limits{Attributes: maxLimit, Depth: 1 << 16, Name: maxLimit, Namespaces: maxNamespaces})
	d.Reset(doc, true)
	var got strings.Builder
	for {
		kind, err := d.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v", doc, err)
		}
		if kind == KindText {
			got.Write(d.AppendValue(nil, d.Value()))
		}
	}
	if want := strings.Join(texts, ""); got.String() != want {
		t.Fatalf("%s: text %q, want %q", doc, got.String(), want)
	}
}

// Whatever an Encoder is asked to write, it writes well-formed documents.
func TestEncodeRandom(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	var e Encoder
	for range 500 {
		data := make([]byte, r.IntN(200))
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		e.Reset(nil)
		checkEncoded(t, &e, encodeCalls(&e, data))
	}
}

// The classes of characters are those of the slow twin: all small ones, those
// about the ends of all ranges, and some in between.
func TestIsChar(t *testing.T) {
	ends := []rune{0xB7, 0xD7FF, 0xE000, 0xFFFD, 0x10000, 0x300, 0x36F, 0x203F, 0x2040}
	for _, s := range nameStartRanges {
		ends = append(ends, s.lo, s.hi)
	}
	near := func(r rune) bool {
		return slices.ContainsFunc(ends, func(end rune) bool { return end-3 < r && r < end+3 })
	}
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if r > 0x400 && r%127 != 0 && !near(r) {
			continue
		}
		if !utf8.ValidRune(r) {
			continue
		}
		s := string(r)
		if got, want := isChar(r), slowChars.MatchString(s); got != want {
			t.Fatalf("isChar(%U) = %v", r, got)
		}
		if f := checkChars([]byte(s)); (f == faultNone) != isChar(r) {
			t.Fatalf("checkChars(%U): %v", r, f)
		}
		if r < utf8.RuneSelf {
			continue
		}
		if got, want := isNameStart(r), slowSTag.MatchString("<"+s+">"); got != want {
			t.Fatalf("isNameStart(%U) = %v", r, got)
		}
		if got, want := isNameChar(r), slowSTag.MatchString("<a"+s+">"); got != want {
			t.Fatalf("isNameChar(%U) = %v", r, got)
		}
	}
}
