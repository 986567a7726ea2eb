package ppspxml

import (
	"unicode/utf8"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/codec/xmltext"
)

// appendText appends a value as the text of an element. Characters that XML
// does not have, which a peer can send in other formats, become U+FFFD.
func appendText(dst, v []byte) []byte {
	out, err := xmltext.AppendText(dst, v)
	if err != nil {
		return appendReplaced(dst, v)
	}
	return out
}

// appendValue appends a value as it stands between the quotes of an attribute.
func appendValue(dst, v []byte) []byte {
	out, err := xmltext.AppendAttr(dst, v)
	if err != nil {
		return appendReplaced(dst, v)
	}
	return out
}

// appendReplaced appends v character by character, fit for text and attributes,
// U+FFFD for those that XML does not have.
func appendReplaced(dst, v []byte) []byte {
	for len(v) > 0 {
		_, n := utf8.DecodeRune(v)
		out, err := xmltext.AppendAttr(dst, v[:n])
		if err != nil {
			out = utf8.AppendRune(dst, utf8.RuneError)
		}
		dst, v = out, v[n:]
	}
	return dst
}

// appendAttr appends an attribute with a value that a peer chose, start being
// ` name="`; nothing if it is absent.
func appendAttr(dst []byte, start string, t *codec.Text, v codec.Span) []byte {
	if !v.Present() {
		return dst
	}
	return append(appendValue(append(dst, start...), t.Bytes(v)), '"')
}

// appendWord appends an attribute whose value needs no escaping; nothing if it
// is empty.
func appendWord(dst []byte, start, word string) []byte {
	if word == "" {
		return dst
	}
	return append(append(append(dst, start...), word...), '"')
}

// appendElement appends an element with a value that a peer chose; nothing if
// it is absent.
func appendElement(dst []byte, start string, t *codec.Text, v codec.Span, end string) []byte {
	if !v.Present() {
		return dst
	}
	return append(appendText(append(dst, start...), t.Bytes(v)), end...)
}
