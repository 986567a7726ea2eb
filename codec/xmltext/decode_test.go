package xmltext

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

// sameResult compares tokens and error with what a case wants.
func sameResult(t *testing.T, c *xmlCase, tokens []string, err error) {
	t.Helper()
	if !slices.Equal(tokens, c.tokens) {
		t.Errorf("tokens\n%s\nwant\n%s", strings.Join(tokens, "\n"), strings.Join(c.tokens, "\n"))
	}
	if c.fault == faultNone {
		if err != nil {
			t.Errorf("error %v", err)
		}
		return
	}
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, c.fault) {
		t.Fatalf("error %v, want %v", err, c.fault)
	}
	if e.Offset != c.offset || e.Path() != c.path {
		t.Errorf("at %d in %q, want at %d in %q", e.Offset, e.Path(), c.offset, c.path)
	}
}

func TestDecode(t *testing.T) {
	for _, c := range cases() {
		t.Run(c.name, func(t *testing.T) {
			d := NewDecoder(Limits{})
			tokens, err := describeAll(d, []byte(c.in))
			sameResult(t, &c, tokens, err)
			if _, again := d.Next(); err != nil && again != err {
				t.Errorf("then %v", again)
			}
			if want, ok := describeSlow([]byte(c.in)); ok != (err == nil) || ok && !slices.Equal(tokens, want) {
				t.Errorf("slow twin: %v\n%s", ok, strings.Join(want, "\n"))
			}
		})
	}
}

// The same tokens and the same fault, wherever the document is cut.
func TestDecodeSplit(t *testing.T) {
	d := NewDecoder(Limits{})
	for _, c := range cases() {
		t.Run(c.name, func(t *testing.T) {
			doc := []byte(c.in)
			for cut := 0; cut <= len(doc); cut++ {
				tokens, err := describePieces(d, doc, cut)
				sameResult(t, &c, tokens, err)
			}
			tokens, err := describePieces(d, doc, everyByte(doc)...)
			sameResult(t, &c, tokens, err)
			if t.Failed() {
				t.Logf("document %q", doc)
			}
		})
	}
}

// Every prefix of a document that is not a document itself is truncated, and
// ErrTruncated is io.ErrUnexpectedEOF.
func TestDecodePrefix(t *testing.T) {
	d := NewDecoder(Limits{})
	for _, c := range wellFormed {
		for n := range len(c.in) {
			prefix := []byte(c.in[:n])
			_, err := describeAll(d, prefix)
			if _, ok := describeSlow(prefix); ok {
				if err != nil {
					t.Errorf("%q: %v", prefix, err)
				}
			} else if !errors.Is(err, ErrTruncated) || !errors.Is(err, io.ErrUnexpectedEOF) || d.err.Offset != n {
				t.Errorf("%q: %v", prefix, err)
			}
		}
	}
}

// A document that is not complete has no end, and no fault that more bytes
// could heal.
func TestDecodeIncomplete(t *testing.T) {
	d := NewDecoder(Limits{})
	for _, c := range wellFormed {
		for n := range len(c.in) + 1 {
			d.Reset([]byte(c.in[:n]), false)
			tokens := 0
			kind, err := d.Next()
			for ; err == nil; kind, err = d.Next() {
				tokens++
			}
			if kind != KindNone || err != io.ErrUnexpectedEOF || tokens > len(c.tokens) {
				t.Fatalf("%q: %d tokens, %v", c.in[:n], tokens, err)
			}
			before := *d
			if _, err = d.Next(); err != io.ErrUnexpectedEOF || d.pos != before.pos || d.depth != before.depth || d.bound != before.bound {
				t.Fatalf("%q: state changed, %v", c.in[:n], err)
			}
		}
	}
}

// A token that arrives byte by byte is tried once when it begins and once when
// its end is there; in between, only the new bytes are searched.
func TestResumeCost(t *testing.T) {
	long := strings.Repeat("x - ] ? ", 1000)
	for _, token := range []string{
		long, "<b c='" + long + ">'>", "<!--" + long + "-->", "<![CDATA[" + long + "]]>", "<?p " + long + "?>",
		"<b" + strings.Repeat(" ", 1000) + ">", "&amp" + long,
	} {
		doc := []byte("<a>" + token + "</a>")
		d := NewDecoder(Limits{})
		d.Reset(doc[:3], false)
		d.Next()
		attempts := 0
		for n := 4; n < len(doc); n++ {
			d.Extend(doc[:n], false)
			_, err := d.Next()
			if err != io.ErrUnexpectedEOF || d.pos != 3 {
				break
			}
			if d.search.mark == 0 {
				attempts++
			} else if d.pos+d.search.mark != n {
				t.Fatalf("%.10q: searched up to %d of %d", token, d.pos+d.search.mark, n)
			}
		}
		if attempts > len(sectionStart) {
			t.Errorf("%.10q: %d attempts", token, attempts)
		}
	}
}

func TestExtendShorter(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	d := NewDecoder(Limits{})
	d.Reset([]byte("<a>"), false)
	d.Extend([]byte("<a"), false)
}

func TestSpans(t *testing.T) {
	doc := "<?xml version='1.0'?> <!--c--><p:a xmlns:p='u' b=\"&lt;\"> t <![CDATA[d]]><?q e?><f/></p:a>"
	want := []string{
		"<?xml version='1.0'?>||xml", "<!--c-->|c|", "<p:a xmlns:p='u' b=\"&lt;\">||p:a", " t | t |", "<![CDATA[d]]>|d|", "<?q e?>|e|q", "<f/>||f", "||f", "</p:a>||p:a",
	}
	d := NewDecoder(Limits{})
	d.Reset([]byte(doc), true)
	end := uint32(0)
	for _, w := range want {
		kind, err := d.Next()
		if err != nil {
			t.Fatal(err)
		}
		var value, name string
		switch kind {
		case KindText, KindCDATA, KindComment:
			value = string(d.Bytes(d.Value().Span))
		case KindInstruction:
			value = string(d.Bytes(d.Value().Span))
			fallthrough
		default:
			name = string(d.Bytes(d.Name().Span()))
		}
		if got := string(d.Bytes(d.Span())) + "|" + value + "|" + name; got != w {
			t.Errorf("got %q, want %q", got, w)
		}
		if d.Span().Off < end {
			t.Errorf("%q begins at %d, before %d", w, d.Span().Off, end)
		}
		end = d.Span().End()
	}
}

func TestAttributeForms(t *testing.T) {
	d := NewDecoder(Limits{})
	d.Reset([]byte("<a b='plain' c='a&amp;b' d='tab\t' e='caf\u00e9'>text<b/>a&amp;b<b/>cr\r<b/><![CDATA[a&amp;b]]><![CDATA[\r]]></a>"), true)
	var forms []Form
	for {
		kind, err := d.Next()
		if err != nil {
			break
		}
		for i := range d.Attributes() {
			forms = append(forms, d.Attributes()[i].Value().Form)
		}
		if kind == KindText || kind == KindCDATA {
			forms = append(forms, d.Value().Form)
		}
	}
	want := []Form{FormVerbatim, FormAttr, FormAttr, FormVerbatim, FormVerbatim, FormText, FormText, FormVerbatim, FormLines}
	if !slices.Equal(forms, want) {
		t.Errorf("forms %v, want %v", forms, want)
	}
}

func TestBlank(t *testing.T) {
	f := func(text string, want bool) {
		t.Helper()
		d := NewDecoder(Limits{})
		d.Reset([]byte("<a>"+text+"</a>"), true)
		d.Next()
		if kind, err := d.Next(); kind != KindText || err != nil || d.Blank() != want {
			t.Errorf("%q: %v %v, blank %v", text, kind, err, d.Blank())
		}
	}
	f(" ", true)
	f(" \t\n\r\n \r", true)
	f(" x", false)
	f("x ", false)
	f("&#32;", false)
	f(" \r&#32;", false)
	f("\u00a0", false)
	f("\r\u00a0", false)
}

func TestEmpty(t *testing.T) {
	d := NewDecoder(Limits{})
	d.Reset([]byte("<a><b/><c></c></a>"), true)
	var got []bool
	for {
		if _, err := d.Next(); err != nil {
			break
		}
		got = append(got, d.Empty())
	}
	if want := []bool{false, true, true, false, false, false}; !slices.Equal(got, want) {
		t.Errorf("empty %v, want %v", got, want)
	}
}

func TestSimpleContent(t *testing.T) {
	f := func(content, want string, ok bool) {
		t.Helper()
		doc := []byte("<r><p:a xmlns:p='u'>" + content + "<z/></r>")
		d := NewDecoder(Limits{})
		d.Reset(doc, true)
		d.Next()
		d.Next()
		pos := d.pos
		v, got := d.SimpleContent()
		if got != ok || got && string(d.Bytes(v.Span)) != want {
			t.Errorf("%q: %v, %q", content, got, d.Bytes(v.Span))
		}
		if !ok {
			if d.pos != pos || d.Depth() != 2 {
				t.Errorf("%q: state changed", content)
			}
			return
		}
		if q := d.ElementName(); string(q.URI) != "u" || string(d.Bytes(d.Span())) != "</p:a>" || d.Depth() != 1 {
			t.Errorf("%q: ends as %s in %q", content, d.Bytes(d.Span()), q.URI)
		}
		if kind, err := d.Next(); kind != KindStart || err != nil || d.Check() != nil {
			t.Errorf("%q: then %v, %v", content, kind, err)
		}
	}
	f("text</p:a>", "text", true)
	f("</p:a>", "", true)
	f(" a\n </p:a>", " a\n ", true)
	f("a&amp;b</p:a>", "", false)
	f("caf\u00e9</p:a>", "", false)
	f("a</p:a >", "", false)
	f("a</p:b>", "", false)
	f("a<b/></p:a>", "", false)
	f("a<!-- --></p:a>", "", false)
	f("a", "", false)

	d := NewDecoder(Limits{})
	d.Reset([]byte("<a/>"), true)
	d.Next()
	if _, ok := d.SimpleContent(); ok {
		t.Error("empty-element tag has simple content")
	}
	for doc, n := []byte("<a>b</a>"), 0; n < len(doc); n++ {
		d.Reset(doc[:n], false)
		d.Next()
		if d.Depth() == 1 {
			if _, ok := d.SimpleContent(); ok {
				t.Errorf("%q has simple content", doc[:n])
			}
		}
	}
}

// NextTag tells what Next tells, but for what it passes over, wherever the
// document is cut.
func TestNextTag(t *testing.T) {
	d := NewDecoder(Limits{})
	docs := append(seeds(), []byte("<a> \n <b/>\r\n<c>x</c> y <![CDATA[ ]]> <!-- --> &#32;<?p?></a>\n<!---->"))
	for _, doc := range docs {
		var want []string
		d.Reset(doc, true)
		kind, err := d.Next()
		for ; err == nil; kind, err = d.Next() {
			if kind == KindStart || kind == KindEnd || kind == KindCDATA || kind == KindText && !d.Blank() {
				want = append(want, describe(d, kind))
			}
		}
		if err != io.EOF {
			continue
		}
		for cut := range len(doc) + 1 {
			d.Reset(doc[:cut], cut == len(doc))
			var got []string
			for {
				kind, err := d.NextTag()
				if e := d.Check(); e != nil {
					t.Fatal(e)
				}
				if err == io.ErrUnexpectedEOF {
					d.Extend(doc, true)
					continue
				}
				if err != nil {
					if err != io.EOF {
						t.Fatalf("%q: %v", doc, err)
					}
					break
				}
				got = append(got, describe(d, kind))
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%q cut at %d:\n%s\nwant\n%s", doc, cut, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
	}
}

func TestSkip(t *testing.T) {
	doc := []byte("<a><b><c>x</c><d/></b><e/></a>")
	for cut := 6; cut <= len(doc); cut++ {
		d := NewDecoder(Limits{})
		d.Reset(doc[:cut], false)
		d.Next()
		d.Next()
		depth := d.Depth()
		if d.Skip(depth) == io.ErrUnexpectedEOF {
			d.Extend(doc, true)
			if err := d.Skip(depth); err != nil {
				t.Fatal(err)
			}
		}
		d.Extend(doc, true)
		if kind, err := d.Next(); kind != KindStart || err != nil || string(d.Local(d.Name())) != "e" {
			t.Fatalf("cut at %d: %v %q, %v", cut, kind, d.Local(d.Name()), err)
		}
	}
}

func TestLimits(t *testing.T) {
	d := NewDecoder(Limits{Attributes: 3, Depth: 2, Name: 5, Namespaces: 1})
	f := func(doc string, want Fault) {
		t.Helper()
		_, err := describeAll(d, []byte(doc))
		if want == faultNone && err != nil || want != faultNone && (!errors.Is(err, want) || !want.Limit()) {
			t.Errorf("%s: %v, want %v", doc, err, want)
		}
	}
	f("<?xml version='1.0' encoding='UTF-8' standalone='no'?><a b='' c='' d=''><e/></a>", faultNone)
	f("<a b='' c='' d='' e=''/>", ErrAttributes)
	f("<a><b><c/></b></a>", ErrDepth)
	f("<abcde/>", faultNone)
	f("<abcdef/>", ErrNameLength)
	f("<a xmlns='u'><b/></a>", faultNone)
	f("<a xmlns='u'><b xmlns='v'/></a>", ErrNamespaces)
	f("<a><b xmlns='v'/><b xmlns='v'/></a>", faultNone)
}

// The declarations of a tag that was refused or not complete are not in scope.
func TestScopeUnchanged(t *testing.T) {
	d := NewDecoder(Limits{})
	doc := []byte("<a><b xmlns:p='u' ></b><p:c/></a>")
	for cut := range doc {
		_, err := describePieces(d, doc, cut)
		if !errors.Is(err, ErrPrefix) {
			t.Errorf("cut at %d: %v", cut, err)
		}
	}
}

func TestErrorText(t *testing.T) {
	f := func(doc, want string) {
		t.Helper()
		_, err := describeAll(NewDecoder(Limits{Depth: 100}), []byte(doc))
		if err == nil || err.Error() != want {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
	f("x", "xmltext: content outside the root element at byte 0")
	f("<a><p:b xmlns:p='u'>&b;", "xmltext: undeclared entity at byte 20 in /a/p:b")
	long := strings.Repeat("n", 60)
	f("<outermost><"+long+"><"+long+"><\x01", "xmltext: malformed name at byte 136 in .../"+long+"/"+long)
	f(strings.Repeat("<aaa>", 40)+"<", "xmltext: document is truncated at byte 201 in ..."+strings.Repeat("/aaa", 32))
	for f := faultNone; f <= faultCount; f++ {
		if f.Error() == "" {
			t.Errorf("fault %d has no text", f)
		}
	}
	for k := KindNone; k <= kindCount; k++ {
		if k.String() == "" {
			t.Errorf("kind %d has no name", k)
		}
	}
}

// A document that is too large is refused before its bytes are looked at.
func TestSize(t *testing.T) {
	d := NewDecoder(Limits{Document: 5})
	if _, err := describeAll(d, []byte("<ab/>")); err != nil {
		t.Error(err)
	}
	if _, err := describeAll(d, []byte("\xff<ab/>")); !errors.Is(err, ErrSize) || d.err.Offset != 5 {
		t.Error(err)
	}
	d.Reset([]byte("<a>"), false)
	d.Next()
	d.Extend([]byte("<a>123"), false)
	if _, err := d.Next(); !errors.Is(err, ErrSize) || d.err.Path() != "/a" {
		t.Error(err)
	}
}

func TestSentinels(t *testing.T) {
	_, err := describeAll(NewDecoder(Limits{}), []byte("<a b='' b=''/>"))
	if !errors.Is(err, ErrDuplicate) || errors.Is(err, ErrName) || errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
	if ErrDoctype.Limit() || !ErrDepth.Limit() || faultCount.Limit() {
		t.Error("Limit")
	}
}

// Unescaping what no Decoder has checked is harmless, and never longer.
func TestAppendUnescapedRaw(t *testing.T) {
	for _, raw := range []string{"&", "&;", "&#", "&#x", "&#0;", "&nope;", "&amp", "a&lt", "\xff&\xff;", "\r", "&#x10ffff;", "&#xFFFFFFFFFF;"} {
		for form := FormVerbatim; form <= FormAttr; form++ {
			if got := AppendUnescaped([]byte("x"), []byte(raw), form); len(got) > len(raw)+1 || !bytes.HasPrefix(got, []byte("x")) {
				t.Errorf("%q as %d: %q", raw, form, got)
			}
		}
	}
}

// Check finds what it is for.
func TestCheck(t *testing.T) {
	f := func(name string, damage func(d *Decoder)) {
		t.Helper()
		d := NewDecoder(Limits{})
		d.Reset([]byte("<a xmlns:p='u'><b xmlns:q='v'>text"), false)
		for range 2 {
			if _, err := d.Next(); err != nil {
				t.Fatal(err)
			}
		}
		d.Next()
		if err := d.Check(); err != nil {
			t.Fatal(err)
		}
		if damage(d); d.Check() == nil {
			t.Errorf("%s: not found", name)
		}
	}
	f("token", func(d *Decoder) { d.start = d.pos + 1 })
	f("position", func(d *Decoder) { d.pos = len(d.buf) + 1 })
	f("mark", func(d *Decoder) { d.search.mark = len(d.buf) })
	f("order of names", func(d *Decoder) { d.open[1].name.Off = 0 })
	f("name ahead", func(d *Decoder) { d.open[1].name.Off = uint32(d.pos) })
	f("order of declarations", func(d *Decoder) { d.open[1].bound = 0 })
	f("declarations of the last", func(d *Decoder) { d.bound = 0 })
	f("too many declarations", func(d *Decoder) { d.bound = len(d.scope.bindings) + 1 })
	f("bounds of a declaration", func(d *Decoder) { d.scope.bindings[1].mid = 0 })
}
