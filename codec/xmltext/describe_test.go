package xmltext

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// describe writes the current token of d as one line, characters unescaped and
// namespaces resolved. All tests compare such lines:
//
//	<?xml version="1.0"          KindDeclaration
//	<{urn:a}p:b {}c="d"          KindStart
//	</{urn:a}p:b                 KindEnd
//	"text"                       KindText
//	["text"                      KindCDATA
//	!"comment"                   KindComment
//	?target "data"               KindInstruction
func describe(d *Decoder, kind Kind) string {
	value := fmt.Sprintf("%q", d.AppendValue(nil, d.Value()))
	switch kind {
	case KindDeclaration:
		return "<?xml" + describeAttributes(d, false)
	case KindStart:
		return "<" + describeName(d.ElementName()) + describeAttributes(d, true)
	case KindEnd:
		return "</" + describeName(d.ElementName())
	case KindText:
		return value
	case KindCDATA:
		return "[" + value
	case KindComment:
		return "!" + value
	case KindInstruction:
		return "?" + string(d.Local(d.Name())) + " " + value
	}
	return "unexpected " + kind.String()
}

func describeName(q QName) string {
	prefix := ""
	if len(q.Prefix) != 0 {
		prefix = string(q.Prefix) + ":"
	}
	return fmt.Sprintf("{%s}%s%s", q.URI, prefix, q.Local)
}

func describeAttributes(d *Decoder, resolve bool) string {
	var s strings.Builder
	for i := range d.Attributes() {
		a := &d.Attributes()[i]
		name := string(d.Bytes(a.Name().Span()))
		if resolve {
			name = describeName(d.AttributeName(a))
		}
		fmt.Fprintf(&s, " %s=%q", name, d.AppendValue(nil, a.Value()))
	}
	return s.String()
}

// describeAll is all tokens of a complete document, and the error if it is not
// io.EOF.
func describeAll(d *Decoder, doc []byte) (tokens []string, err error) {
	d.Reset(doc, true)
	for {
		kind, err := d.Next()
		if e := d.Check(); e != nil {
			return tokens, e
		}
		if err == io.EOF {
			return tokens, nil
		}
		if err != nil {
			return tokens, err
		}
		tokens = append(tokens, describe(d, kind))
	}
}

// describePieces is describeAll for a document that arrives in pieces which end
// at the given offsets. Each time, it is moved, and what the Decoder had is
// scribbled over.
func describePieces(d *Decoder, doc []byte, ends ...int) (tokens []string, err error) {
	ends = append(ends, len(doc))
	buf := bytes.Clone(doc[:ends[0]])
	d.Reset(buf, len(ends) == 1)
	for {
		kind, err := d.Next()
		if e := d.Check(); e != nil {
			return tokens, e
		}
		switch {
		case err == io.EOF:
			return tokens, nil
		case err == io.ErrUnexpectedEOF && len(ends) > 1:
			moved := bytes.Clone(doc[:ends[1]])
			clear(buf)
			buf, ends = moved, ends[1:]
			d.Extend(buf, len(ends) == 1)
		case err != nil:
			return tokens, err
		default:
			tokens = append(tokens, describe(d, kind))
		}
	}
}

// everyByte is the ends of pieces of one byte.
func everyByte(doc []byte) []int {
	ends := make([]int, len(doc))
	for i := range ends {
		ends[i] = i
	}
	return ends
}
