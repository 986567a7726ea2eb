package xmltext

import "unicode/utf8"

// AppendText appends src as text [14]: &, < and > are escaped, and CR, which
// would be read as LF. If src holds what XML cannot represent, dst is returned
// as it was, with ErrChar or ErrUTF8.
func AppendText[Bytes ~[]byte | ~string](dst []byte, src Bytes) ([]byte, error) {
	return appendEscaped(dst, src, textPlain)
}

// AppendAttr appends src as it may stand between the quotes of an attribute
// value [10], of either kind: what AppendText escapes, both quotes, TAB and LF.
// If src holds what XML cannot represent, dst is returned as it was, with
// ErrChar or ErrUTF8.
func AppendAttr[Bytes ~[]byte | ~string](dst []byte, src Bytes) ([]byte, error) {
	return appendEscaped(dst, src, textPlain|attrPlain)
}

// appendEscaped appends src and escapes the ASCII that is not of all classes of
// plain.
func appendEscaped[Bytes ~[]byte | ~string](dst []byte, src Bytes, plain uint8) ([]byte, error) {
	// Fast path: ASCII, nothing to escape.
	i := 0
	for i < len(src) && class[src[i]]&plain == plain {
		i++
	}
	dst = append(dst, src[:i]...)
	if i == len(src) {
		return dst, nil
	}
	return appendEscapedSlow(dst, src, i, plain)
}

// appendEscapedSlow goes on at src[i]; what is before it has been appended.
func appendEscapedSlow[Bytes ~[]byte | ~string](dst []byte, src Bytes, i int, plain uint8) ([]byte, error) {
	start := len(dst) - i
	for i < len(src) {
		c := src[i]
		if class[c]&plain == plain {
			dst = append(dst, c)
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			n, f := charLen(src[i:min(i+utf8.UTFMax, len(src))])
			if f != faultNone {
				return dst[:start], f
			}
			dst = append(dst, src[i:i+n]...)
			i += n
			continue
		}
		esc := escape(c)
		if esc == "" {
			return dst[:start], ErrChar
		}
		dst = append(dst, esc...)
		i++
	}
	return dst, nil
}

// charLen is the length of the character beyond ASCII that src begins with.
func charLen[Bytes ~[]byte | ~string](src Bytes) (int, Fault) {
	r, n := utf8.DecodeRuneInString(string(src))
	if r == utf8.RuneError && n <= 1 {
		return 0, ErrUTF8
	}
	if !isChar(r) {
		return 0, ErrChar
	}
	return n, faultNone
}

// escape is the reference to an ASCII character that may need one, empty for
// what XML does not have.
func escape(c byte) string {
	switch c {
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	case '"':
		return "&quot;"
	case '\'':
		return "&apos;"
	case '\t':
		return "&#9;"
	case '\n':
		return "&#10;"
	case '\r':
		return "&#13;"
	}
	return ""
}
