package xmltext

import "bytes"

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
