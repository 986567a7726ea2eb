package xmltext

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// Encoder writes one document token by token, at the end of a slice. It writes
// nothing that a Decoder without limits would refuse, and nothing that would be
// read as something else: every call is checked completely before it changes
// anything, and returns an *Error if it is not possible.
//
// Names carry their namespaces. What is not declared yet is declared in the tag
// that needs it; Namespace declares at a place of the caller's choice.
//
//	dst[0:base]   what the slice held before
//	dst[base:]    the document
//
// Reset comes first. An Encoder must not be copied, and belongs to one goroutine at a time.
type Encoder struct {
	dst  []byte
	base int

	rooted bool // the root was begun
	tagged bool // the start tag of the innermost element is not closed yet
	open   []written
	bound  int // declarations in scope
	scope  scope

	// The names of the start tag that is not closed: its element, then the
	// attributes. Each needs its prefix to stand for its namespace name.
	names []written
	arena []byte
	err   Error
}

// written is a name that was written: in dst for open elements, in arena for
// the names of a start tag.
//
//	prefix local uri      prefix[at:local] local[local:uri] uri[uri:end]
//	^      ^     ^   ^
//	at     local uri end
//
// bound is the number of declarations in scope outside of an open element.
type written struct{ at, local, uri, end, bound int }

// Reset begins a document at the end of dst.
func (e *Encoder) Reset(dst []byte) {
	e.dst, e.base = dst, len(dst)
	e.rooted, e.tagged = false, false
	e.open, e.names, e.arena = e.open[:0], e.names[:0], e.arena[:0]
	e.bound = reserved
	if e.scope.bindings == nil {
		e.scope.init(0)
	}
}

// Bytes is the slice with all that was written up to now. The end of a start
// tag is written by the call that follows it.
func (e *Encoder) Bytes() []byte { return e.dst }

// Close reports whether the document is complete: it has a root, and that has
// its end.
func (e *Encoder) Close() error {
	if !e.rooted || len(e.open) != 0 {
		return e.fail(ErrTruncated)
	}
	return nil
}

// Declaration writes an XML declaration, which must come first. The version is
// 1.x; standalone is yes, no, or empty to leave it out.
func (e *Encoder) Declaration(version, standalone string) error {
	if len(e.dst) != e.base {
		return e.fail(ErrOrder)
	}
	if f := checkVersion([]byte(version)); f != faultNone {
		return e.fail(f)
	}
	if standalone != "" && checkField(fieldStandalone, []byte(standalone)) != faultNone {
		return e.fail(ErrDeclaration)
	}
	e.dst = append(e.dst, `<?xml version="`...)
	e.dst = append(e.dst, version...)
	e.dst = append(e.dst, `" encoding="UTF-8`...)
	if standalone != "" {
		e.dst = append(e.dst, `" standalone="`...)
		e.dst = append(e.dst, standalone...)
	}
	e.dst = append(e.dst, `"?>`...)
	return nil
}

// Start begins an element. Without a prefix, its namespace becomes the default
// one if it is not.
func (e *Encoder) Start(q QName) error {
	if e.rooted && len(e.open) == 0 {
		return e.fail(ErrOutside)
	}
	if len(q.Prefix) == 0 && string(q.URI) == NamespaceXML {
		q.Prefix = []byte(prefixXML)
	}
	if f := checkQName(q); f != faultNone {
		return e.fail(f)
	}
	e.closeTag()
	e.dst = append(e.dst, '<')
	at := len(e.dst)
	e.dst = appendName(e.dst, q)
	e.open = append(e.open, written{at: at, end: len(e.dst), bound: e.bound})
	e.rooted, e.tagged = true, true
	e.names, e.arena = e.names[:0], e.arena[:0]
	e.want(q)
	return nil
}

// Namespace declares a prefix, empty for the default namespace, in the start
// tag that was just begun. To declare the same again is no fault and writes
// nothing.
func (e *Encoder) Namespace(prefix, uri []byte) error {
	if !e.tagged {
		return e.fail(ErrOrder)
	}
	if len(prefix) != 0 && !isNCName(prefix) {
		return e.fail(ErrName)
	}
	f := checkChars(uri)
	if f == faultNone {
		f = checkDeclaration(prefix, uri)
	}
	if f == faultNone && !e.agrees(prefix, uri) {
		f = ErrNamespace
	}
	if f != faultNone {
		return e.fail(f)
	}
	if i := e.scope.find(e.bound, prefix); i < e.open[len(e.open)-1].bound {
		e.declare(prefix, uri)
	}
	return nil
}

// Attr writes an attribute of the start tag that was just begun. With a
// namespace and no prefix, one that stands for it is found or made.
func (e *Encoder) Attr(q QName, value []byte) error {
	if !e.tagged {
		return e.fail(ErrOrder)
	}
	if len(q.Prefix) == 0 && len(q.URI) != 0 {
		q.Prefix = e.prefixFor(q.URI)
	}
	f := checkQName(q)
	switch {
	case f != faultNone:
	case len(q.Prefix) == 0 && string(q.Local) == prefixXMLNS:
		f = ErrNamespace
	case len(q.Prefix) != 0 && !e.agrees(q.Prefix, q.URI):
		f = ErrNamespace
	case e.hasAttr(q):
		f = ErrDuplicate
	default:
		f = checkChars(value)
	}
	if f != faultNone {
		return e.fail(f)
	}
	e.dst = append(e.dst, ' ')
	e.dst = appendName(e.dst, q)
	e.appendAttrValue(value)
	e.want(q)
	return nil
}

// Text writes character data. Outside of the root that can only be white space.
func (e *Encoder) Text(b []byte) error {
	f := checkChars(b)
	if f == faultNone && len(e.open) == 0 && skipBlank(b, 0) != len(b) {
		f = ErrOutside
	}
	if f != faultNone {
		return e.fail(f)
	}
	e.closeTag()
	e.dst, _ = AppendText(e.dst, b)
	return nil
}

// CDATA writes a CDATA section, which cannot hold "]]>" or CR.
func (e *Encoder) CDATA(b []byte) error {
	f := checkLines(b)
	switch {
	case len(e.open) == 0:
		f = ErrOutside
	case bytes.Contains(b, []byte("]]>")):
		f = ErrSectionEnd
	}
	return e.delimited(f, sectionStart, b, "]]>")
}

// Comment writes a comment, which cannot hold "--" or CR, nor end in "-".
func (e *Encoder) Comment(b []byte) error {
	f := checkLines(b)
	if bytes.Contains(b, []byte("--")) || bytes.HasSuffix(b, []byte("-")) {
		f = ErrComment
	}
	return e.delimited(f, commentStart, b, "-->")
}

// Instruction writes a processing instruction. Its data cannot begin with white
// space or hold "?>" or CR.
func (e *Encoder) Instruction(target, data []byte) error {
	f := checkLines(data)
	switch {
	case !isNCName(target):
		f = ErrName
	case len(target) > maxLimit:
		f = ErrNameLength
	case bytes.EqualFold(target, []byte(prefixXML)):
		f = ErrTarget
	case skipSpace(data, 0) != 0, bytes.Contains(data, []byte("?>")):
		f = ErrInstruction
	}
	if f != faultNone {
		return e.fail(f)
	}
	e.closeTag()
	e.dst = append(append(e.dst, "<?"...), target...)
	if len(data) != 0 {
		e.dst = append(append(e.dst, ' '), data...)
	}
	e.dst = append(e.dst, "?>"...)
	return nil
}

// End ends the innermost element.
func (e *Encoder) End() error {
	if len(e.open) == 0 {
		return e.fail(ErrOrder)
	}
	top := e.open[len(e.open)-1]
	if e.tagged {
		e.declareWanted()
		e.dst = append(e.dst, "/>"...)
		e.tagged = false
	} else {
		e.dst = append(e.dst, "</"...)
		e.dst = append(e.dst, e.dst[top.at:top.end]...)
		e.dst = append(e.dst, '>')
	}
	e.open, e.bound = e.open[:len(e.open)-1], top.bound
	return nil
}

// delimited writes b between two delimiters, unless there is a fault.
func (e *Encoder) delimited(f Fault, start string, b []byte, end string) error {
	if f != faultNone {
		return e.fail(f)
	}
	e.closeTag()
	e.dst = append(append(append(e.dst, start...), b...), end...)
	return nil
}

// closeTag closes the start tag that is not closed yet, if there is one.
func (e *Encoder) closeTag() {
	if e.tagged {
		e.declareWanted()
		e.dst = append(e.dst, '>')
		e.tagged = false
	}
}

// declareWanted declares what the names of the open tag need. They agree with
// each other and with the declarations of the tag.
func (e *Encoder) declareWanted() {
	for i, w := range e.names {
		prefix, uri := e.arena[w.at:w.local], e.arena[w.uri:w.end]
		if i > 0 && len(prefix) == 0 {
			continue // attributes without a prefix have no namespace
		}
		if got, ok := e.scope.resolve(e.bound, prefix); !ok || !bytes.Equal(got, uri) {
			e.declare(prefix, uri)
		}
	}
}

// declare writes a declaration into the open tag and brings it into scope.
func (e *Encoder) declare(prefix, uri []byte) {
	e.dst = append(e.dst, " xmlns"...)
	if len(prefix) != 0 {
		e.dst = append(append(e.dst, ':'), prefix...)
	}
	e.appendAttrValue(uri)
	e.scope.bind(e.bound, prefix, uri, FormVerbatim)
	e.bound++
}

// want notes that the open tag has this name.
func (e *Encoder) want(q QName) {
	w := written{at: len(e.arena)}
	e.arena = append(e.arena, q.Prefix...)
	w.local = len(e.arena)
	e.arena = append(e.arena, q.Local...)
	w.uri = len(e.arena)
	e.arena = append(e.arena, q.URI...)
	w.end = len(e.arena)
	e.names = append(e.names, w)
}

// agrees reports whether the prefix may stand for the namespace name in the
// open tag: no declaration and no name of the tag says otherwise.
func (e *Encoder) agrees(prefix, uri []byte) bool {
	if i := e.scope.find(e.bound, prefix); i >= e.open[len(e.open)-1].bound &&
		!bytes.Equal(e.scope.uri(i), uri) {
		return false
	}
	for i, w := range e.names {
		if i > 0 && w.at == w.local {
			continue
		}
		if bytes.Equal(e.arena[w.at:w.local], prefix) && !bytes.Equal(e.arena[w.uri:w.end], uri) {
			return false
		}
	}
	return true
}

// hasAttr reports whether the open tag has an attribute of this expanded name.
func (e *Encoder) hasAttr(q QName) bool {
	for _, w := range e.names[1:] {
		if bytes.Equal(e.arena[w.local:w.uri], q.Local) && bytes.Equal(e.arena[w.uri:w.end], q.URI) {
			return true
		}
	}
	return false
}

// prefixFor is a prefix that can stand for a namespace name in the open tag.
func (e *Encoder) prefixFor(uri []byte) []byte {
	for _, w := range e.names {
		if w.at != w.local && bytes.Equal(e.arena[w.uri:w.end], uri) {
			return e.arena[w.at:w.local]
		}
	}
	if i := e.scope.prefixFor(e.bound, uri); i >= 0 && e.agrees(e.scope.prefix(i), uri) {
		return e.scope.prefix(i)
	}
	for n := 0; ; n++ { // at most one more round than there are prefixes
		p := strconv.AppendInt([]byte("ns"), int64(n), 10)
		if e.scope.find(e.bound, p) < 0 && e.agrees(p, uri) {
			return p
		}
	}
}

func (e *Encoder) appendAttrValue(value []byte) {
	e.dst = append(e.dst, `="`...)
	e.dst, _ = AppendAttr(e.dst, value)
	e.dst = append(e.dst, '"')
}

// fail is the error of a call that changes nothing.
func (e *Encoder) fail(f Fault) error {
	e.err.set(f, len(e.dst)-e.base)
	for i := len(e.open) - 1; i >= 0; i-- {
		if !e.err.within(e.dst[e.open[i].at:e.open[i].end]) {
			break
		}
	}
	return &e.err
}

// appendName appends a qualified name.
func appendName(dst []byte, q QName) []byte {
	if len(q.Prefix) != 0 {
		dst = append(append(dst, q.Prefix...), ':')
	}
	return append(dst, q.Local...)
}

// checkQName checks the parts of a name, and that the prefix may stand for the
// namespace name.
func checkQName(q QName) Fault {
	if !isNCName(q.Local) || len(q.Prefix) != 0 && !isNCName(q.Prefix) {
		return ErrName
	}
	if len(q.Prefix)+len(q.Local) >= maxLimit {
		return ErrNameLength
	}
	if len(q.Prefix) != 0 && len(q.URI) == 0 {
		return ErrPrefix
	}
	if f := checkChars(q.URI); f != faultNone {
		return f
	}
	return checkDeclaration(q.Prefix, q.URI)
}

// isNCName reports whether b is a name without colon, as a whole.
func isNCName(b []byte) bool {
	i, f := consumeNCName(b, 0, maxDocument)
	return f == ErrTruncated && i == len(b) && i > 0 && utf8.Valid(b)
}

// checkChars checks that b consists of what XML can represent.
func checkChars(b []byte) Fault {
	for i := 0; i < len(b); {
		next, f := consumeChar(b, i)
		if f == ErrTruncated {
			f = ErrUTF8
		}
		if f != faultNone {
			return f
		}
		i = next
	}
	return faultNone
}

// checkLines is checkChars for what cannot be escaped: a CR would be read as LF.
func checkLines(b []byte) Fault {
	if bytes.IndexByte(b, '\r') >= 0 {
		return ErrChar
	}
	return checkChars(b)
}
