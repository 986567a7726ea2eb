package xmltext

import "bytes"

// The pseudo attributes of an XML declaration [23] in the order in which they
// may stand. The first one must.
const (
	fieldVersion = iota
	fieldEncoding
	fieldStandalone
	fieldCount
)

var fieldNames = [fieldCount]string{"version", "encoding", "standalone"}

const (
	encodingUTF8  = "UTF-8"
	encodingASCII = "US-ASCII"
)

// checkField checks the value of a pseudo attribute.
func checkField(field int, v []byte) Fault {
	switch field {
	case fieldVersion:
		return checkVersion(v)
	case fieldEncoding:
		return checkEncoding(v)
	}
	if string(v) != "yes" && string(v) != "no" { // [32] SDDecl
		return ErrDeclaration
	}
	return faultNone
}

// checkVersion is production [26] VersionNum. All of 1.x are read as 1.0.
func checkVersion(v []byte) Fault {
	if len(v) < 3 || v[0] != '1' || v[1] != '.' {
		return ErrVersion
	}
	for _, c := range v[2:] {
		if c < '0' || c > '9' {
			return ErrVersion
		}
	}
	return faultNone
}

// checkEncoding is production [81] EncName, and which of them are spoken.
func checkEncoding(v []byte) Fault {
	switch {
	case len(v) == 0 || class[v[0]]&nameStart == 0 || v[0] == '_':
		return ErrDeclaration
	case bytes.EqualFold(v, []byte(encodingUTF8)), bytes.EqualFold(v, []byte(encodingASCII)):
		return faultNone
	}
	return ErrEncoding
}

// usualDeclaration is what nearly everyone writes, up to letter case.
const usualDeclaration = `<?xml version="1.0" encoding="UTF-8"?>`

// isUsual reports whether a document begins with the usual declaration.
func isUsual(doc []byte) bool {
	return len(doc) >= len(usualDeclaration) && string(doc[:len(usualDeclaration)]) == usualDeclaration
}

// usual reads the usual declaration at the beginning of the document.
func (d *Decoder) usual() (Kind, error) {
	d.name = Name{Off: 2, Len: 3}
	d.attrs[0] = Attribute{name: Name{Off: 6, Len: 7}, off: 15, len: 3}
	d.attrs[1] = Attribute{name: Name{Off: 20, Len: 8}, off: 30, len: 5}
	d.found(0, len(usualDeclaration), Value{})
	d.nattrs = 2
	d.gate &^= gateStart
	return KindDeclaration, nil
}

// declaration reads the XML declaration at start, whose target is read.
func (d *Decoder) declaration(start int, target Name) (Kind, error) {
	b, i := d.buf, int(target.Span().End())
	n, field, ascii := 0, fieldVersion, false
	for {
		j := skipSpace(b, i)
		if j == len(b) || b[j] == '?' && j+1 == len(b) {
			return d.fail(ErrTruncated, len(b))
		}
		if n > 0 && b[j] == '?' && b[j+1] == '>' {
			i = j + 2
			break
		}
		if j == i {
			return d.fail(ErrDeclaration, j)
		}
		got, end, f := d.parseField(j, field, &d.attrs[min(n, fieldCount-1)])
		if f == faultNone && n == 0 && got != fieldVersion {
			f, end = ErrDeclaration, j
		}
		if f != faultNone {
			return d.fail(f, end)
		}
		if got == fieldEncoding {
			ascii = d.attrs[n].len == uint32(len(encodingASCII))
		}
		n, field, i = n+1, got+1, end
	}
	d.name = target
	d.found(start, i, Value{})
	d.nattrs = n
	if ascii {
		d.gate |= gateASCII
	}
	return KindDeclaration, nil
}

// parseField parses the pseudo attribute at start into a: this field or one that
// may follow. It returns which one it is. Values
// are made of name characters only, so that no "?>" hides between quotes.
func (d *Decoder) parseField(start, field int, a *Attribute) (got, i int, f Fault) {
	b := d.buf
	if i = skipName(b, start); i == len(b) {
		return field, i, ErrTruncated
	}
	name := Name{Off: uint32(start), Len: uint16(i - start)}
	for field < fieldCount && string(b[start:i]) != fieldNames[field] {
		field++
	}
	if field == fieldCount {
		return field, start, ErrDeclaration
	}
	if i, f = consumeEq(b, i); f != faultNone {
		return field, i, f
	}
	quote, value := b[i], i+1
	if i = skipName(b, value); i == len(b) {
		return field, i, ErrTruncated
	}
	if b[i] != quote {
		return field, i, ErrDeclaration
	}
	if f = checkField(field, b[value:i]); f != faultNone {
		return field, value, f
	}
	*a = Attribute{name: name, off: uint32(value), len: uint32(i - value)}
	return field, i + 1, faultNone
}
