package xmltext

import "unicode/utf8"

// AppendUnescaped appends the characters that raw stands for: line ends become
// LF (section 2.11), references their characters (4.4), and white space in
// attribute values spaces (3.3.3). Raw is the bytes of a Value that a Decoder
// returned, which has checked them; of other bytes, references that are none
// are copied as they are. The result is never longer than raw.
func AppendUnescaped(dst, raw []byte, form Form) []byte {
	if form == FormVerbatim {
		return append(dst, raw...)
	}
	run, i := 0, 0
	for i < len(raw) {
		c := raw[i]
		if c != '\r' && (form < FormText || c != '&') && (form < FormAttr || c != '\n' && c != '\t') {
			i++
			continue
		}
		dst = append(dst, raw[run:i]...)
		if c == '&' {
			dst, i = appendReference(dst, raw, i)
		} else {
			dst, i = appendSpace(dst, raw, i, form)
		}
		run = i
	}
	return append(dst, raw[run:]...)
}

// appendReference appends what the reference at raw[i] stands for.
func appendReference(dst, raw []byte, i int) ([]byte, int) {
	r, end, f := parseReference(raw, i)
	if f != faultNone {
		return append(dst, '&'), i + 1
	}
	return utf8.AppendRune(dst, r), end
}

// appendSpace appends what the CR, LF, CR LF or TAB at raw[i] stands for.
func appendSpace(dst, raw []byte, i int, form Form) ([]byte, int) {
	if raw[i] == '\r' && i+1 < len(raw) && raw[i+1] == '\n' {
		i++
	}
	c := byte('\n')
	if form == FormAttr {
		c = ' '
	}
	return append(dst, c), i + 1
}
