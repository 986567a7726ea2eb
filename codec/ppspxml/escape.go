package ppspxml

import (
	"strconv"
	"unicode/utf8"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/codec/xmltext"
)

// appendText appends a value as the text of an element. Characters that XML
// does not have, which a peer can send in other formats, become U+FFFD.
func appendText(dst, v []byte) []byte {
	dst, err := xmltext.AppendText(dst, v)
	if err != nil {
		return appendReplaced(dst, v, xmltext.AppendText[[]byte])
	}
	return dst
}

// appendValue appends a value as it stands between the quotes of an attribute.
func appendValue(dst, v []byte) []byte {
	dst, err := xmltext.AppendAttr(dst, v)
	if err != nil {
		return appendReplaced(dst, v, xmltext.AppendAttr[[]byte])
	}
	return dst
}

// appendReplaced appends v character by character, U+FFFD for those that
// escape refuses.
func appendReplaced(dst, v []byte, escape func(dst, v []byte) ([]byte, error)) []byte {
	for len(v) > 0 {
		_, n := utf8.DecodeRune(v)
		var err error
		if dst, err = escape(dst, v[:n]); err != nil {
			dst = utf8.AppendRune(dst, utf8.RuneError)
		}
		v = v[n:]
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

func appendNumber(dst []byte, start string, n uint64, end string) []byte {
	return append(strconv.AppendUint(append(dst, start...), n, 10), end...)
}

// appendElement appends an element with a value that a peer chose; nothing if
// it is absent.
func appendElement(dst []byte, start string, t *codec.Text, v codec.Span, end string) []byte {
	if !v.Present() {
		return dst
	}
	return append(appendText(append(dst, start...), t.Bytes(v)), end...)
}
