package xmltext

import (
	"bytes"
	"errors"
	"io"
)

// The decoder is structured in the following way:
//
//   - This file has the Decoder, what a caller may ask about the current token,
//     and the ways to the next one. Next and content choose what to parse by
//     the first two bytes. Everything that is not plain content of the root is
//     behind a gate, in nextGated: the start of the document, prolog and
//     epilog, the end of an empty-element tag, incomplete tokens, US-ASCII
//     documents, faults.
//   - tag.go (startTag, endTag), markup.go (text, comment, section,
//     instruction) and declaration.go parse one token each. They change the
//     state only when the whole token is there and right. The fast path comes
//     first; xSlow is the cold half.
//   - scan.go has the functions without state that they are made of, over the
//     table of bytes in char.go.
//   - namespace.go has the declarations in scope, resume.go what happens when
//     the bytes run out.

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

// NextTag is Next, but passes over what says nothing in documents that are
// records: blank text, comments, instructions and the XML declaration. What it
// returns is a start or end tag, a text that is not blank, or a CDATA section.
// A tag that is incomplete behind blank text is tried once more than Next does.
func (d *Decoder) NextTag() (Kind, error) {
	// Fast path: indentation, then a tag.
	if d.gate == 0 {
		b := d.buf
		i := skipBlank(b, d.pos)
		if uint(i+1) < uint(len(b)) && b[i] == '<' {
			switch b[i+1] {
			case '/':
				return d.endTag(i)
			case '!', '?':
			default:
				return d.startTag(i)
			}
		}
	}
	return d.nextTagSlow()
}

// nextTagSlow is NextTag by means of Next.
func (d *Decoder) nextTagSlow() (Kind, error) {
	for {
		kind, err := d.Next()
		switch {
		case err != nil, kind == KindStart, kind == KindEnd, kind == KindCDATA, kind == KindText && !d.blank:
			return kind, err
		}
	}
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
		// Fast path: nothing that has to be looked at twice.
		if isUsual(d.buf) {
			return d.usual()
		}
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

// found makes buf[start:end] the current token, with no more than a value.
func (d *Decoder) found(start, end int, v Value) {
	d.start, d.pos, d.value, d.nattrs = start, end, v, 0
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
