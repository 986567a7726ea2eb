package ppspxml

import (
	"bytes"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/codec/xmltext"
)

// reader is the slow path's way through a document: element by element, by
// means of xmltext. The first fault is kept; after it there are no more tokens,
// so that every loop over children ends.
//
// It stands behind the start tag of the open element, or behind the end tag of
// one of its children.
type reader struct {
	decoder *xmltext.Decoder
	text    *codec.Text // of the message

	fault  codec.Fault
	offset int       // of the fault
	failed [4]string // path of the fault

	path  [4]string // the open elements of the protocol
	depth int
}

func newReader() reader {
	return reader{decoder: xmltext.NewDecoder(xmltext.Limits{
		Attributes: codec.LimitAttributes,
		Depth:      codec.LimitDepth,
		Name:       codec.LimitName,
	})}
}

// begin starts with the body of a message.
func (d *reader) begin(t *codec.Text) {
	d.text, d.fault, d.offset, d.depth = t, codec.FaultNone, 0, 0
	d.decoder.Reset(t.Body, true)
}

// release lets go of the message.
func (d *reader) release() {
	d.text = nil
	d.decoder.Reset(nil, true)
}

// fail keeps the first fault.
func (d *reader) fail(f codec.Fault, offset int) {
	if d.fault != codec.FaultNone || f == codec.FaultNone {
		return
	}
	d.fault, d.offset, d.failed = f, offset, [4]string{}
	copy(d.failed[:], d.path[:d.depth])
}

// located completes the error of a message with the path of the fault.
func (d *reader) located(e *codec.Error) error {
	for _, name := range d.failed {
		if name != "" {
			e.In(name)
		}
	}
	return e
}

// enter adds the open element to the path and returns its offset. leave takes
// it away.
func (d *reader) enter(name string) (offset int) {
	d.path[d.depth] = name
	d.depth++
	return d.start()
}

func (d *reader) leave() { d.depth-- }

// start is the offset of the current token, end the one behind it.
func (d *reader) start() int { return int(d.decoder.Span().Off) }
func (d *reader) end() int   { return int(d.decoder.Span().End()) }

// next is the next token that is no comment or instruction, KindNone after a
// fault and at the end.
func (d *reader) next() xmltext.Kind {
	for d.fault == codec.FaultNone {
		kind, err := d.decoder.Next()
		if err != nil {
			d.refuse(err)
			return xmltext.KindNone
		}
		if kind != xmltext.KindComment && kind != xmltext.KindInstruction {
			return kind
		}
	}
	return xmltext.KindNone
}

// refuse keeps what xmltext says, unless it is the end of the document.
func (d *reader) refuse(err error) {
	e, ok := err.(*xmltext.Error)
	if !ok {
		return
	}
	switch {
	case e.Fault.Limit():
		d.fail(codec.FaultLimit, e.Offset)
	case e.Fault == xmltext.ErrDoctype:
		d.fail(codec.FaultDoctype, e.Offset)
	case e.Fault == xmltext.ErrUTF8, e.Fault == xmltext.ErrEncoding:
		d.fail(codec.FaultEncoding, e.Offset)
	default:
		d.fail(codec.FaultSyntax, e.Offset)
	}
}

// root opens the root element.
func (d *reader) root() bool {
	kind := d.next()
	if kind == xmltext.KindDeclaration {
		kind = d.next()
	}
	if kind != xmltext.KindStart {
		return false
	}
	if string(d.local()) != "PPSPTrackerProtocol" {
		d.fail(codec.FaultRoot, d.start())
		return false
	}
	return true
}

// close reads what follows the root element.
func (d *reader) close() {
	d.next()
}

// local is the local name of the open element, valid until the next token.
func (d *reader) local() []byte { return d.decoder.Local(d.decoder.Name()) }

// child opens the next child of the open element. At its end it reports false.
func (d *reader) child() bool {
	for {
		switch d.next() {
		case xmltext.KindStart:
			return true
		case xmltext.KindEnd, xmltext.KindNone:
			return false
		}
	}
}

// skip closes the open element, whatever it contains.
func (d *reader) skip() {
	for open := 1; open > 0; {
		switch d.next() {
		case xmltext.KindStart:
			open++
		case xmltext.KindEnd:
			open--
		case xmltext.KindNone:
			return
		}
	}
}

// value closes the open element and returns its text, white space around it
// dropped, absent after a fault. Elements in between are skipped.
func (d *reader) value() codec.Span { return d.mixed(d.skip) }

// mixed is value with something better to do for the elements in between: child
// has to close the one that is open.
func (d *reader) mixed(child func()) (v codec.Span) {
	for {
		switch d.next() {
		case xmltext.KindText, xmltext.KindCDATA:
			v = d.join(v, d.decoder.Value())
		case xmltext.KindStart:
			kept := len(d.text.Scratch)
			child()
			v = d.atEnd(v, kept)
		case xmltext.KindEnd:
			return d.trim(v)
		case xmltext.KindNone:
			return codec.Span{}
		}
	}
}

// atEnd is v, whose text ended where Scratch had kept bytes, as the last of
// Scratch: join goes on there.
func (d *reader) atEnd(v codec.Span, kept int) codec.Span {
	if _, ok := v.InBody(); ok || v.Len() == 0 || len(d.text.Scratch) == kept {
		return v
	}
	return d.text.Keep(d.text.Bytes(v))
}

// join is v with another piece of text behind it. A single one that stands for
// itself stays in the body.
func (d *reader) join(v codec.Span, piece xmltext.Value) codec.Span {
	if piece.Len == 0 {
		return v
	}
	if v.Len() == 0 && piece.Form == xmltext.FormVerbatim {
		return codec.BodySpan(int(piece.Off), int(piece.End()))
	}
	t := d.text
	start := len(t.Scratch)
	if _, ok := v.InBody(); ok {
		t.Scratch = append(t.Scratch, t.Bytes(v)...)
	} else {
		start -= v.Len() // the last bytes of Scratch
	}
	t.Scratch = d.decoder.AppendValue(t.Scratch, piece)
	return codec.ScratchSpan(start, len(t.Scratch))
}

// trim is v without the white space around it, present even if that is all.
func (d *reader) trim(v codec.Span) codec.Span {
	b := d.text.Bytes(v)
	left := len(b) - len(bytes.TrimLeft(b, whiteSpace))
	return v.Slice(left, left+len(bytes.Trim(b, whiteSpace)))
}

const whiteSpace = " \t\r\n"

// attributes reads the attributes of the open element. A name without prefix
// counts before one with.
func (d *reader) attributes(at *attributes) {
	at.present = 0
	list := d.decoder.Attributes()
	for i := range list {
		name := list[i].Name()
		x := parseAttribute(d.decoder.Local(name))
		if x == attrNone || name.Prefixed() && (at.has(x) || d.foreign(&list[i])) {
			continue
		}
		at.set(x, d.trim(d.join(codec.Span{}, list[i].Value())))
	}
}

// foreign reports whether an attribute is of XML itself or XML Schema instance,
// which the protocol's cannot be.
func (d *reader) foreign(a *xmltext.Attribute) bool {
	switch string(d.decoder.AttributeName(a).URI) {
	case xmltext.NamespaceXML, xmltext.NamespaceXMLNS, "http://www.w3.org/2001/XMLSchema-instance":
		return true
	}
	return false
}
