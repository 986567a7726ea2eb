package xmltext

import (
	"bytes"
	"errors"
	"io"
)

// This file is structured in the following way:
//
//   - Decoder and its small set: NewDecoder, Reset, Extend, and what a caller
//     may ask about the current token.
//   - Next and content choose what to parse by the first two bytes. Everything
//     that is not plain content of the root is behind a gate, in nextGated: the
//     start of the document, prolog and epilog, the end of an empty-element
//     tag, incomplete tokens, US-ASCII documents, faults.
//   - text, startTag, endTag, comment, section, instruction parse one token
//     each, by means of the stateless functions in scan.go. They change the
//     state only when the whole token is there and right. The fast path comes
//     first; xSlow is the cold half.
//   - declaration.go has the XML declaration, resume.go what happens when the
//     bytes run out.

// Decoder reads the tokens of one document after the other. It is passive: it
// reads a slice that the caller provides, complete or growing.
//
// The document always begins at the first byte of the slice:
//
//	buf[0:start]      tokens that were returned before
//	buf[start:pos]    the current token
//	buf[pos:mark]     of an incomplete token: searched for its end
//	buf[mark:]        not seen yet
//
// Invariants, proven by Check:
//
//	0 ≤ start ≤ pos ≤ len(buf) and, when a token is incomplete, pos ≤ mark ≤ len(buf)
//	names of open elements lie in buf[0:pos], in order, without overlap
//	bindings of open elements do not decrease, the last are those in scope
//
// A Decoder must not be copied, and belongs to one goroutine at a time.
type Decoder struct {
	buf  []byte
	pos  int
	gate gate

	// The current token.
	empty  bool // is an empty-element tag, or the end that follows one
	blank  bool
	start  int
	name   Name
	value  Value
	nattrs int
	seen   int // declarations that the token's names are resolved with

	depth int // open elements
	bound int // declarations in scope, the reserved ones included

	open      []element   // [0:depth] in use, Limits.Depth long
	attrs     []Attribute // [0:nattrs] in use, Limits.Attributes long
	scope     scope
	nameLimit int
	nsLimit   int
	sizeLimit int

	complete bool   // no more bytes will come
	search   search // for the end of an incomplete token
	err      Error
}

// element is an open element: its name, and how many declarations were in scope
// outside of it. 12 bytes.
type element struct {
	name  Name
	bound uint16
}

// gate is what stands between Next and the plain content of the root. Zero is
// the fast path.
type gate uint8

const (
	gateStart   gate = 1 << iota // nothing was returned: a declaration may follow
	gateProlog                   // before the root
	gateEpilog                   // behind the root
	gateEmpty                    // the end of an empty-element tag is due
	gatePartial                  // the token at pos was incomplete
	gateASCII                    // encoding="US-ASCII"
	gateFailed                   // err is set
)

// NewDecoder returns a Decoder with these limits; the zero Limits are the
// defaults. It takes about 4 KB then.
func NewDecoder(l Limits) *Decoder {
	l = l.filled()
	d := &Decoder{
		open:      make([]element, l.Depth),
		attrs:     make([]Attribute, l.Attributes),
		nameLimit: l.Name,
		nsLimit:   reserved + l.Namespaces,
		sizeLimit: l.Document,
	}
	d.scope.init(l.Namespaces)
	d.Reset(nil, true)
	return d
}

// Reset begins a document. The Decoder reads doc until the next Reset, which
// may be of nil to let go of it. Complete says that doc is all of it; otherwise
// Extend brings the rest.
func (d *Decoder) Reset(doc []byte, complete bool) {
	d.pos, d.start, d.gate = 0, 0, gateStart|gateProlog
	d.name, d.value, d.nattrs, d.seen = Name{}, Value{}, 0, reserved
	d.empty, d.blank = false, false
	d.depth, d.bound = 0, reserved
	d.take(doc, complete)
}

// Extend goes on with a document of which more has arrived: doc begins with all
// the bytes that were there before, be it in another place. Spans stay true.
func (d *Decoder) Extend(doc []byte, complete bool) {
	if len(doc) < len(d.buf) {
		panic("xmltext: BUG: Extend with fewer bytes than before")
	}
	d.take(doc, complete)
}

func (d *Decoder) take(doc []byte, complete bool) {
	d.buf, d.complete = doc, complete
	if len(doc) > d.sizeLimit && d.gate&gateFailed == 0 {
		d.fail(ErrSize, d.sizeLimit)
	}
}

// Bytes is the piece of the document that s names. It is a view.
func (d *Decoder) Bytes(s Span) []byte { return d.buf[s.Off : s.Off+s.Len : s.Off+s.Len] }

// Prefix is the prefix of a name, empty for none. It is a view.
func (d *Decoder) Prefix(n Name) []byte {
	return d.buf[n.Off : n.Off+uint32(max(n.Local, 1)-1)]
}

// Local is the local part of a name. It is a view.
func (d *Decoder) Local(n Name) []byte {
	return d.buf[n.Off+uint32(n.Local) : n.Off+uint32(n.Len)]
}

// AppendValue appends the characters that a value stands for.
func (d *Decoder) AppendValue(dst []byte, v Value) []byte {
	return AppendUnescaped(dst, d.Bytes(v.Span), v.Form)
}

// Span is the current token from its first byte to its last. The end of an
// empty-element tag is an empty span behind it.
func (d *Decoder) Span() Span { return Span{uint32(d.start), uint32(d.pos - d.start)} }

// Name is the name of the current start or end tag, or the target of the
// instruction.
func (d *Decoder) Name() Name { return d.name }

// Value is the content of the current text, CDATA section, comment or
// instruction, without delimiters.
func (d *Decoder) Value() Value { return d.value }

// Blank reports whether the current text is nothing but white space, as it
// stands in the document: a reference to a space is not blank.
func (d *Decoder) Blank() bool { return d.blank }

// Empty reports whether the current start or end token is that of an
// empty-element tag.
func (d *Decoder) Empty() bool { return d.empty }

// Attributes are the attributes of the current start tag in the order of the
// document, namespace declarations included. They are valid until Next.
func (d *Decoder) Attributes() []Attribute { return d.attrs[:d.nattrs] }

// Depth is the number of open elements. Behind a start tag its element counts,
// behind an end tag it does not.
func (d *Decoder) Depth() int { return d.depth }

// ElementName is the name of the current start or end tag with its namespace.
// It is valid until Next.
func (d *Decoder) ElementName() QName {
	p := d.Prefix(d.name)
	uri, _ := d.scope.resolve(d.seen, p)
	return QName{p, d.Local(d.name), uri}
}

// AttributeName is the name of an attribute of the current start tag with its
// namespace: that of xmlns for declarations, none for names without a prefix.
// It is valid until Next.
func (d *Decoder) AttributeName(a *Attribute) QName {
	q := QName{Prefix: d.Prefix(a.name), Local: d.Local(a.name)}
	switch {
	case a.bound != 0:
		q.URI = d.scope.uri(int(a.bound) - 1)
	case d.declares(a.name):
		q.URI = d.scope.uri(boundXMLNS)
	}
	return q
}

// Next reads the next token. White space outside the root is no token. At the
// end of the document it returns io.EOF.
//
// A fault is an *Error, and the same one from then on. When the bytes run out
// in a document that is not complete, the error is io.ErrUnexpectedEOF itself,
// the state is as it was, and Next may be called again after Extend; the
// previous token is gone all the same.
//
// While a token is incomplete, each byte of it is looked at no more than three
// times, whatever the pieces in which it arrives: by the attempt that failed,
// by the search for the token's end, and by the attempt that succeeds. So a
// fault in such a token may be told only when its end is there.
func (d *Decoder) Next() (Kind, error) {
	if d.gate != 0 {
		return d.nextGated()
	}
	return d.content()
}

// content reads a token of the root's content, or outside of the root one that
// begins with '<'.
func (d *Decoder) content() (Kind, error) {
	b, i := d.buf, d.pos
	if uint(i) >= uint(len(b)) {
		return d.fail(ErrTruncated, len(b))
	}
	if b[i] != '<' {
		return d.text(i)
	}
	if uint(i+1) >= uint(len(b)) {
		return d.fail(ErrTruncated, len(b))
	}
	switch b[i+1] {
	case '/':
		return d.endTag(i)
	case '!':
		return d.declared(i)
	case '?':
		return d.instruction(i)
	}
	return d.startTag(i)
}

// nextGated reads the next token when the gate is closed.
func (d *Decoder) nextGated() (Kind, error) {
	switch {
	case d.gate&gateFailed != 0:
		return KindNone, &d.err
	case d.gate&gatePartial != 0 && !d.complete && !d.search.found(d.buf[d.pos:]):
		return KindNone, io.ErrUnexpectedEOF
	case d.gate&gateEmpty != 0:
		return d.endEmpty()
	}
	d.gate &^= gatePartial
	kind, err := d.nextOutside()
	if err == nil && d.gate&gateASCII != 0 {
		if i := indexNonASCII(d.buf[d.start:d.pos]); i >= 0 {
			return d.fail(ErrEncoding, d.start+i)
		}
	}
	return kind, err
}

// nextOutside reads a token that may be outside of the root.
func (d *Decoder) nextOutside() (Kind, error) {
	if d.gate&(gateProlog|gateEpilog) == 0 {
		return d.content()
	}
	if d.gate&gateStart != 0 && d.pos == 0 {
		if n, f := consumeMark(d.buf); f != faultNone {
			return d.fail(f, n)
		} else if d.pos = n; n > 0 {
			d.start = n
		}
	}
	if i := skipSpace(d.buf, d.pos); i > d.pos {
		d.pos, d.start = i, i
		d.gate &^= gateStart
	}
	b := d.buf[d.pos:]
	switch {
	case len(b) == 0 && d.gate&gateEpilog != 0 && d.complete:
		return KindNone, io.EOF
	case len(b) < 2 && (len(b) == 0 || b[0] == '<'):
		return d.fail(ErrTruncated, len(d.buf))
	case b[0] != '<', b[1] == '/', b[1] != '!' && b[1] != '?' && d.gate&gateEpilog != 0:
		return d.fail(ErrOutside, d.pos)
	}
	kind, err := d.content()
	if err == nil {
		d.gate &^= gateStart
	}
	return kind, err
}

// consumeMark consumes the byte order mark, and refuses those of UTF-16 and
// UTF-32 (appendix F.1).
func consumeMark(b []byte) (int, Fault) {
	const mark = "\uFEFF"
	switch {
	case len(b) == 0:
		return 0, faultNone
	case b[0] == 0xFE, b[0] == 0xFF, b[0] == 0:
		return 0, ErrEncoding
	case b[0] != mark[0]:
		return 0, faultNone
	case len(b) < len(mark) && string(b) == mark[:len(b)]:
		return len(b), ErrTruncated
	case bytes.HasPrefix(b, []byte(mark)):
		return len(mark), faultNone
	}
	return 0, faultNone
}

// indexNonASCII is the index of the first byte beyond US-ASCII, -1 for none.
func indexNonASCII(b []byte) int {
	for i, c := range b {
		if c >= 0x80 {
			return i
		}
	}
	return -1
}

// text reads the text at start.
func (d *Decoder) text(start int) (Kind, error) {
	b, form := d.buf, FormVerbatim
	// Fast path: indentation, then bytes that stand for themselves.
	i := skipBlank(b, start)
	isBlank := uint(i) < uint(len(b)) && b[i] == '<'
	if !isBlank {
		if i = skipText(b, i); uint(i) >= uint(len(b)) || b[i] != '<' {
			var f Fault
			if i, form, f = consumeText(b, start, i); f != faultNone {
				return d.fail(f, i)
			}
			isBlank = form != FormVerbatim && skipSpace(b, start) == i
		}
	}
	d.found(start, i, Value{Span{uint32(start), uint32(i - start)}, form})
	d.blank = isBlank
	return KindText, nil
}

// parseQName parses the qualified name at b[i].
func (d *Decoder) parseQName(i int) (Name, int, Fault) {
	b := d.buf
	// Fast path: an ASCII name without prefix, and something behind it.
	if uint(i) < uint(len(b)) && class[b[i]]&nameStart != 0 {
		j := skipName(b, i+1)
		if uint(j) < uint(len(b)) && class[b[j]]&nameOdd == 0 && j-i <= d.nameLimit {
			return Name{Off: uint32(i), Len: uint16(j - i)}, j, faultNone
		}
	}
	return parseQNameSlow(b, i, d.nameLimit)
}

// startTag reads the start tag or empty-element tag at start.
//
// state machine: name, then attributes until the tag is closed. Declarations
// are bound beyond those in scope, and count once the tag is complete.
func (d *Decoder) startTag(start int) (Kind, error) {
	name, i, f := d.parseQName(start + 1)
	if f != faultNone {
		return d.fail(f, i)
	}
	if d.depth == len(d.open) {
		return d.fail(ErrDepth, start)
	}
	b, tag := d.buf, tag{bound: d.bound, prefixed: name.Prefixed()}
	for {
		j := i
		i = skipSpace(b, i)
		if uint(i) >= uint(len(b)) {
			return d.fail(ErrTruncated, len(b))
		}
		if c := b[i]; c == '>' {
			i++
			break
		} else if c == '/' {
			if i+1 == len(b) {
				return d.fail(ErrTruncated, len(b))
			}
			if b[i+1] != '>' {
				return d.fail(ErrTagEnd, i+1)
			}
			i += 2
			tag.empty = true
			break
		}
		if i == j {
			return d.fail(noSpace(tag.attrs), i)
		}
		if i, f = d.attribute(i, &tag); f != faultNone {
			return d.fail(f, i)
		}
	}
	if tag.prefixed {
		if at, f := d.bindNames(name, &tag); f != faultNone {
			return d.fail(f, at)
		}
	}
	d.start, d.pos, d.name = start, i, name
	d.nattrs, d.empty = tag.attrs, tag.empty
	d.open[d.depth] = element{name, uint16(d.bound)}
	d.depth++
	d.bound, d.seen = tag.bound, tag.bound
	d.gate &^= gateProlog
	if tag.empty {
		d.gate |= gateEmpty
	}
	return KindStart, nil
}

// noSpace is the fault of what follows an element name or an attribute without
// white space.
func noSpace(attrs int) Fault {
	if attrs == 0 {
		return ErrName
	}
	return ErrSpace
}

// tag is what is known of a start tag while it is read.
type tag struct {
	attrs    int
	bound    int    // declarations in scope, those of the tag too
	names    uint64 // which hashes of attribute names were there
	prefixed bool   // a name has a prefix other than xmlns
	empty    bool
}

// attribute reads the attribute [41] at i into the next free place.
func (d *Decoder) attribute(i int, t *tag) (int, Fault) {
	if t.attrs == len(d.attrs) {
		return i, ErrAttributes
	}
	b := d.buf
	name, j, f := d.parseQName(i)
	if f != faultNone {
		return j, f
	}
	// Fast path: ="
	if uint(j+1) >= uint(len(b)) || b[j] != '=' || b[j+1] != '"' {
		if j, f = consumeEq(b, j); f != faultNone {
			return j, f
		}
		j--
	}
	quote := b[j+1]
	value := j + 2
	form := FormVerbatim
	end := skipAttr(b, value)
	if uint(end) >= uint(len(b)) || b[end] != quote {
		if end, form, f = consumeAttr(b, end, quote); f != faultNone {
			return end, f
		}
	}
	a := &d.attrs[t.attrs]
	*a = Attribute{name: name, off: uint32(value), len: uint32(end - value), form: form}
	bit := nameBit(b, i, int(name.Len))
	if t.names&bit != 0 && d.duplicate(name, t.attrs) {
		return i, ErrDuplicate
	}
	t.names |= bit
	t.attrs++
	if b[i] == 'x' && d.declares(name) {
		f = d.declare(a, t)
	} else if name.Prefixed() {
		t.prefixed = true
	}
	if f != faultNone {
		return i, f
	}
	return end + 1, faultNone
}

// nameBit is a bit that equal names share, and others seldom.
func nameBit(b []byte, i, n int) uint64 {
	return 1 << ((uint(b[i]) + uint(b[i+n-1])*5 + uint(n)*11) & 63)
}

// consumeEq consumes Eq [25] between a name and its quoted value and returns
// the index of the quote.
func consumeEq(b []byte, i int) (int, Fault) {
	if i = skipSpace(b, i); i == len(b) {
		return i, ErrTruncated
	}
	if b[i] != '=' {
		return i, ErrEquals
	}
	if i = skipSpace(b, i+1); i == len(b) {
		return i, ErrTruncated
	}
	if b[i] != '"' && b[i] != '\'' {
		return i, ErrQuote
	}
	return i, faultNone
}

// duplicate reports whether one of the first n attributes has this name.
func (d *Decoder) duplicate(name Name, n int) bool {
	want := d.Bytes(name.Span())
	for i := range d.attrs[:n] {
		if got := d.attrs[i].name; got.Len == name.Len && bytes.Equal(d.Bytes(got.Span()), want) {
			return true
		}
	}
	return false
}

// declares reports whether an attribute of this name is a declaration.
func (d *Decoder) declares(name Name) bool {
	if name.Prefixed() {
		return string(d.Prefix(name)) == prefixXMLNS
	}
	return string(d.Local(name)) == prefixXMLNS
}

// declare brings the declaration a into the scope of its tag.
func (d *Decoder) declare(a *Attribute, t *tag) Fault {
	if t.bound == d.nsLimit {
		return ErrNamespaces
	}
	var prefix []byte
	if a.name.Prefixed() {
		prefix = d.Local(a.name)
	}
	t.bound++
	v := a.Value()
	return d.scope.bind(t.bound-1, prefix, d.Bytes(v.Span), v.Form)
}

// bindNames finds the declarations of all prefixes of a tag and checks that
// attributes are unique by namespace and local part (NSC Prefix Declared, NSC
// Attributes Unique).
func (d *Decoder) bindNames(name Name, t *tag) (int, Fault) {
	if p := d.Prefix(name); name.Prefixed() {
		if string(p) == prefixXMLNS {
			return int(name.Off), ErrNamespace
		}
		if _, ok := d.scope.resolve(t.bound, p); !ok {
			return int(name.Off), ErrPrefix
		}
	}
	for i := range d.attrs[:t.attrs] {
		a := &d.attrs[i]
		if !a.name.Prefixed() {
			continue
		}
		bound := d.scope.find(t.bound, d.Prefix(a.name))
		if bound < 0 {
			return int(a.name.Off), ErrPrefix
		}
		a.bound = uint16(bound + 1)
		if d.sameName(a, i) {
			return int(a.name.Off), ErrDuplicate
		}
	}
	return 0, faultNone
}

// sameName reports whether one of the first n attributes has the namespace and
// the local part of a, under another prefix.
func (d *Decoder) sameName(a *Attribute, n int) bool {
	local := d.Local(a.name)
	for i := range d.attrs[:n] {
		o := &d.attrs[i]
		if o.bound != 0 && bytes.Equal(d.Local(o.name), local) &&
			bytes.Equal(d.scope.uri(int(o.bound)-1), d.scope.uri(int(a.bound)-1)) {
			return true
		}
	}
	return false
}

// endTag reads the end tag at start.
func (d *Decoder) endTag(start int) (Kind, error) {
	b, name := d.buf, d.open[d.depth-1].name
	i := start + 2
	j := i + int(name.Len)
	// Fast path: the name as it stands in the start tag, and '>'.
	if uint(j) >= uint(len(b)) || b[j] != '>' || string(b[i:j]) != string(d.Bytes(name.Span())) {
		var f Fault
		if j, f = d.consumeEndSlow(i, name); f != faultNone {
			return d.fail(f, j)
		}
	}
	d.start, d.pos, d.empty = start, j+1, false
	d.name = Name{uint32(i), name.Len, name.Local}
	d.pop()
	return KindEnd, nil
}

// consumeEndSlow consumes the rest of an end tag [42] from its name at i and
// returns the index of its '>'.
func (d *Decoder) consumeEndSlow(i int, open Name) (int, Fault) {
	b := d.buf
	name, j, f := d.parseQName(i)
	if f != faultNone {
		return j, f
	}
	if !bytes.Equal(d.Bytes(name.Span()), d.Bytes(open.Span())) {
		return i, ErrMatch
	}
	if j = skipSpace(b, j); j == len(b) {
		return j, ErrTruncated
	}
	if b[j] != '>' {
		return j, ErrTagEnd
	}
	return j, faultNone
}

// endEmpty is the end of the empty-element tag that was just returned.
func (d *Decoder) endEmpty() (Kind, error) {
	d.gate &^= gateEmpty
	d.start, d.empty = d.pos, true
	d.pop()
	return KindEnd, nil
}

// pop closes the innermost element. Its declarations can still be seen.
func (d *Decoder) pop() {
	d.depth--
	d.seen, d.bound = d.bound, int(d.open[d.depth].bound)
	d.nattrs = 0
	if d.depth == 0 {
		d.gate |= gateEpilog
	}
}

const (
	commentStart = "<!--"
	sectionStart = "<![CDATA["
	doctypeStart = "<!DOCTYPE"
)

// declared reads what begins with "<!" at start.
func (d *Decoder) declared(start int) (Kind, error) {
	b := d.buf[start:]
	switch {
	case hasPrefix(b, commentStart):
		return d.comment(start)
	case hasPrefix(b, doctypeStart):
		return d.fail(ErrDoctype, start)
	case hasPrefix(b, sectionStart):
		if d.depth == 0 {
			return d.fail(ErrOutside, start)
		}
		return d.section(start)
	case isPrefix(b, commentStart), isPrefix(b, doctypeStart), isPrefix(b, sectionStart):
		return d.fail(ErrTruncated, len(d.buf))
	}
	return d.fail(ErrMarkup, start)
}

// hasPrefix reports whether b begins with s.
func hasPrefix(b []byte, s string) bool { return len(b) >= len(s) && string(b[:len(s)]) == s }

// isPrefix reports whether b is the beginning of s.
func isPrefix(b []byte, s string) bool { return len(b) < len(s) && string(b) == s[:len(b)] }

// comment reads the comment [15] at start.
func (d *Decoder) comment(start int) (Kind, error) {
	b, form, f := d.buf, FormVerbatim, faultNone
	at := start + len(commentStart)
	i := at
	for {
		if i, form, f = consumeUntil(b, i, '-', form); f != faultNone {
			return d.fail(f, i)
		}
		switch {
		case hasPrefix(b[i:], "-->"):
			d.found(start, i+3, Value{Span{uint32(at), uint32(i - at)}, form})
			return KindComment, nil
		case i+2 >= len(b) && (i+1 == len(b) || b[i+1] == '-'):
			return d.fail(ErrTruncated, len(b))
		case b[i+1] == '-':
			return d.fail(ErrComment, i)
		}
		i++
	}
}

// section reads the CDATA section [18] at start.
func (d *Decoder) section(start int) (Kind, error) {
	b, form, f := d.buf, FormVerbatim, faultNone
	at := start + len(sectionStart)
	i := at
	for {
		if i, form, f = consumeUntil(b, i, ']', form); f != faultNone {
			return d.fail(f, i)
		}
		if hasPrefix(b[i:], "]]>") {
			d.found(start, i+3, Value{Span{uint32(at), uint32(i - at)}, form})
			return KindCDATA, nil
		}
		i++
	}
}

// instruction reads the processing instruction [16] or XML declaration at
// start.
func (d *Decoder) instruction(start int) (Kind, error) {
	b, at := d.buf, start+2
	i, f := consumeNCName(b, at, d.nameLimit)
	if f == ErrName && b[i] == ':' || f == faultNone && b[i] == ':' {
		f = ErrColon
	}
	if f != faultNone {
		return d.fail(f, i)
	}
	target := Name{Off: uint32(at), Len: uint16(i - at)}
	if bytes.EqualFold(b[at:i], []byte(prefixXML)) {
		if string(b[at:i]) == prefixXML && d.gate&gateStart != 0 {
			return d.declaration(start, target)
		}
		return d.fail(ErrTarget, at)
	}
	value := skipSpace(b, i)
	if value == i && i < len(b) && b[i] != '?' {
		return d.fail(ErrSpace, i)
	}
	j, form := value, FormVerbatim
	for {
		if j, form, f = consumeUntil(b, j, '?', form); f != faultNone {
			return d.fail(f, j)
		}
		if hasPrefix(b[j:], "?>") {
			break
		}
		if j++; value == i && j < len(b) {
			return d.fail(ErrSpace, i)
		}
	}
	d.name = target
	d.found(start, j+2, Value{Span{uint32(value), uint32(j - value)}, form})
	return KindInstruction, nil
}

// found makes buf[start:end] the current token, with no more than a value.
func (d *Decoder) found(start, end int, v Value) {
	d.start, d.pos, d.value, d.nattrs = start, end, v, 0
}

// SimpleContent reads the rest of the element that was just started, if that is
// text without references and the end tag; the current token is the end tag
// then. Otherwise it reads nothing, and Next tells what there is.
func (d *Decoder) SimpleContent() (Value, bool) {
	if d.gate != 0 {
		return Value{}, false
	}
	b, at, name := d.buf, d.pos, d.open[d.depth-1].name
	i := skipText(b, at)
	j := i + 2
	k := j + int(name.Len)
	if uint(k) >= uint(len(b)) || b[k] != '>' || b[i] != '<' || b[i+1] != '/' ||
		string(b[j:k]) != string(d.Bytes(name.Span())) {
		return Value{}, false
	}
	d.start, d.pos, d.empty = i, k+1, false
	d.name = Name{uint32(j), name.Len, name.Local}
	d.pop()
	return Value{Span: Span{uint32(at), uint32(i - at)}}, true
}

// Skip reads on until fewer than depth elements are open: with Depth as it is
// behind a start tag, until the end of that element. When the bytes run out, it
// may be called again with the same depth.
func (d *Decoder) Skip(depth int) error {
	for d.depth >= depth {
		if _, err := d.Next(); err != nil {
			return err
		}
	}
	return nil
}

// fail is the result of Next for a fault at an offset.
func (d *Decoder) fail(f Fault, offset int) (Kind, error) {
	d.nattrs = 0
	if f == ErrTruncated && !d.complete {
		d.runOut()
		return KindNone, io.ErrUnexpectedEOF
	}
	d.gate |= gateFailed
	d.err.set(f, offset)
	for i := d.depth - 1; i >= 0; i-- {
		if !d.err.within(d.Bytes(d.open[i].name.Span())) {
			break
		}
	}
	return KindNone, &d.err
}

// errInvariant is what Check finds.
var errInvariant = errors.New("xmltext: broken invariant")

// Check proves the invariants of the Decoder's type. It is for tests.
func (d *Decoder) Check() error {
	if d.start < 0 || d.start > d.pos || d.pos > len(d.buf) || d.depth > len(d.open) ||
		d.gate&gatePartial != 0 && (d.search.mark < 0 || d.pos+d.search.mark > len(d.buf)) ||
		!d.scope.check(max(d.bound, d.seen)) {
		return errInvariant
	}
	end, bound := uint32(0), uint16(0)
	for _, e := range d.open[:d.depth] {
		if e.name.Off < end || e.bound < bound || int(e.name.Span().End()) > d.pos {
			return errInvariant
		}
		end, bound = e.name.Span().End(), e.bound
	}
	if int(bound) > d.bound {
		return errInvariant
	}
	return nil
}
