package xmltext

import "bytes"

// parseQName parses the qualified name at b[i].
func (d *Decoder) parseQName(i int) (Name, int, Fault) {
	b := d.buf
	// Fast path: an ASCII name without prefix, and something behind it.
	if uint(i) < uint(len(b)) && class[b[i]]&nameStart != 0 {
		j := skipName(b, i+1)
		if uint(j) < uint(len(b)) && class[b[j]]&nameOdd == 0 && j-i <= d.nameLimit {
			return Name{Off: uint32(i), Len: uint16(j - i)}, j, faultNone
		}
	}
	return parseQNameSlow(b, i, d.nameLimit)
}

// startTag reads the start tag or empty-element tag at start.
//
// state machine: name, then attributes until the tag is closed. Declarations
// are bound beyond those in scope, and count once the tag is complete.
func (d *Decoder) startTag(start int) (Kind, error) {
	name, i, f := d.parseQName(start + 1)
	if f != faultNone {
		return d.fail(f, i)
	}
	if d.depth == len(d.open) {
		return d.fail(ErrDepth, start)
	}
	b, tag := d.buf, tag{bound: d.bound, prefixed: name.Prefixed()}
	for {
		j := i
		i = skipSpace(b, i)
		if uint(i) >= uint(len(b)) {
			return d.fail(ErrTruncated, len(b))
		}
		if c := b[i]; c == '>' {
			i++
			break
		} else if c == '/' {
			if i+1 == len(b) {
				return d.fail(ErrTruncated, len(b))
			}
			if b[i+1] != '>' {
				return d.fail(ErrTagEnd, i+1)
			}
			i += 2
			tag.empty = true
			break
		}
		if i == j {
			return d.fail(noSpace(tag.attrs), i)
		}
		if i, f = d.attribute(i, &tag); f != faultNone {
			return d.fail(f, i)
		}
	}
	if tag.prefixed {
		if at, f := d.bindNames(name, &tag); f != faultNone {
			return d.fail(f, at)
		}
	}
	d.start, d.pos, d.name = start, i, name
	d.nattrs, d.empty = tag.attrs, tag.empty
	d.open[d.depth] = element{name, uint16(d.bound)}
	d.depth++
	d.bound, d.seen = tag.bound, tag.bound
	d.gate &^= gateProlog
	if tag.empty {
		d.gate |= gateEmpty
	}
	return KindStart, nil
}

// noSpace is the fault of what follows an element name or an attribute without
// white space.
func noSpace(attrs int) Fault {
	if attrs == 0 {
		return ErrName
	}
	return ErrSpace
}

// tag is what is known of a start tag while it is read.
type tag struct {
	attrs    int
	bound    int    // declarations in scope, those of the tag too
	names    uint64 // which hashes of attribute names were there
	prefixed bool   // a name has a prefix other than xmlns
	empty    bool
}

// attribute reads the attribute [41] at i into the next free place.
func (d *Decoder) attribute(i int, t *tag) (int, Fault) {
	if t.attrs == len(d.attrs) {
		return i, ErrAttributes
	}
	b := d.buf
	name, j, f := d.parseQName(i)
	if f != faultNone {
		return j, f
	}
	// Fast path: ="
	if uint(j+1) >= uint(len(b)) || b[j] != '=' || b[j+1] != '"' {
		if j, f = consumeEq(b, j); f != faultNone {
			return j, f
		}
		j--
	}
	quote := b[j+1]
	value := j + 2
	form := FormVerbatim
	end := skipAttr(b, value)
	if uint(end) >= uint(len(b)) || b[end] != quote {
		if end, form, f = consumeAttr(b, end, quote); f != faultNone {
			return end, f
		}
	}
	a := &d.attrs[t.attrs]
	*a = Attribute{name: name, off: uint32(value), len: uint32(end - value), form: form}
	bit := nameBit(b, i, int(name.Len))
	if t.names&bit != 0 && d.duplicate(name, t.attrs) {
		return i, ErrDuplicate
	}
	t.names |= bit
	t.attrs++
	if b[i] == 'x' && d.declares(name) {
		f = d.declare(a, t)
	} else if name.Prefixed() {
		t.prefixed = true
	}
	if f != faultNone {
		return i, f
	}
	return end + 1, faultNone
}

// nameBit is a bit that equal names share, and others seldom.
func nameBit(b []byte, i, n int) uint64 {
	return 1 << ((uint(b[i]) + uint(b[i+n-1])*5 + uint(n)*11) & 63)
}

// consumeEq consumes Eq [25] between a name and its quoted value and returns
// the index of the quote.
func consumeEq(b []byte, i int) (int, Fault) {
	if i = skipSpace(b, i); i == len(b) {
		return i, ErrTruncated
	}
	if b[i] != '=' {
		return i, ErrEquals
	}
	if i = skipSpace(b, i+1); i == len(b) {
		return i, ErrTruncated
	}
	if b[i] != '"' && b[i] != '\'' {
		return i, ErrQuote
	}
	return i, faultNone
}

// duplicate reports whether one of the first n attributes has this name.
func (d *Decoder) duplicate(name Name, n int) bool {
	want := d.Bytes(name.Span())
	for i := range d.attrs[:n] {
		if got := d.attrs[i].name; got.Len == name.Len && bytes.Equal(d.Bytes(got.Span()), want) {
			return true
		}
	}
	return false
}

// declares reports whether an attribute of this name is a declaration.
func (d *Decoder) declares(name Name) bool {
	if name.Prefixed() {
		return string(d.Prefix(name)) == prefixXMLNS
	}
	return string(d.Local(name)) == prefixXMLNS
}

// declare brings the declaration a into the scope of its tag.
func (d *Decoder) declare(a *Attribute, t *tag) Fault {
	if t.bound == d.nsLimit {
		return ErrNamespaces
	}
	var prefix []byte
	if a.name.Prefixed() {
		prefix = d.Local(a.name)
	}
	t.bound++
	v := a.Value()
	return d.scope.bind(t.bound-1, prefix, d.Bytes(v.Span), v.Form)
}

// bindNames finds the declarations of all prefixes of a tag and checks that
// attributes are unique by namespace and local part (NSC Prefix Declared, NSC
// Attributes Unique).
func (d *Decoder) bindNames(name Name, t *tag) (int, Fault) {
	if p := d.Prefix(name); name.Prefixed() {
		if string(p) == prefixXMLNS {
			return int(name.Off), ErrNamespace
		}
		if _, ok := d.scope.resolve(t.bound, p); !ok {
			return int(name.Off), ErrPrefix
		}
	}
	for i := range d.attrs[:t.attrs] {
		a := &d.attrs[i]
		if !a.name.Prefixed() {
			continue
		}
		bound := d.scope.find(t.bound, d.Prefix(a.name))
		if bound < 0 {
			return int(a.name.Off), ErrPrefix
		}
		a.bound = uint16(bound + 1)
		if d.sameName(a, i) {
			return int(a.name.Off), ErrDuplicate
		}
	}
	return 0, faultNone
}

// sameName reports whether one of the first n attributes has the namespace and
// the local part of a, under another prefix: with the same prefix, it would have
// been a duplicate.
func (d *Decoder) sameName(a *Attribute, n int) bool {
	local := d.Local(a.name)
	for i := range d.attrs[:n] {
		o := &d.attrs[i]
		if o.bound != 0 && o.bound != a.bound && d.scope.same(int(o.bound)-1, int(a.bound)-1) && bytes.Equal(d.Local(o.name), local) {
			return true
		}
	}
	return false
}

// endTag reads the end tag at start.
func (d *Decoder) endTag(start int) (Kind, error) {
	b, name := d.buf, d.open[d.depth-1].name
	i := start + 2
	j := i + int(name.Len)
	// Fast path: the name as it stands in the start tag, and '>'.
	if uint(j) >= uint(len(b)) || b[j] != '>' || string(b[i:j]) != string(d.Bytes(name.Span())) {
		var f Fault
		if j, f = d.consumeEndSlow(i, name); f != faultNone {
			return d.fail(f, j)
		}
	}
	d.start, d.pos, d.empty = start, j+1, false
	d.name = Name{uint32(i), name.Len, name.Local}
	d.pop()
	return KindEnd, nil
}

// consumeEndSlow consumes the rest of an end tag [42] from its name at i and
// returns the index of its '>'.
func (d *Decoder) consumeEndSlow(i int, open Name) (int, Fault) {
	b := d.buf
	name, j, f := d.parseQName(i)
	if f != faultNone {
		return j, f
	}
	if !bytes.Equal(d.Bytes(name.Span()), d.Bytes(open.Span())) {
		return i, ErrMatch
	}
	if j = skipSpace(b, j); j == len(b) {
		return j, ErrTruncated
	}
	if b[j] != '>' {
		return j, ErrTagEnd
	}
	return j, faultNone
}

// endEmpty is the end of the empty-element tag that was just returned.
func (d *Decoder) endEmpty() (Kind, error) {
	d.gate &^= gateEmpty
	d.start, d.empty = d.pos, true
	d.pop()
	return KindEnd, nil
}

// pop closes the innermost element. Its declarations can still be seen.
func (d *Decoder) pop() {
	d.depth--
	d.seen, d.bound = d.bound, int(d.open[d.depth].bound)
	d.nattrs = 0
	if d.depth == 0 {
		d.gate |= gateEpilog
	}
}

// SimpleContent reads the rest of the element that was just started, if that is
// text without references and the end tag; the current token is the end tag
// then. Otherwise it reads nothing, and Next tells what there is.
func (d *Decoder) SimpleContent() (Value, bool) {
	if d.gate != 0 {
		return Value{}, false
	}
	b, at, name := d.buf, d.pos, d.open[d.depth-1].name
	i := skipText(b, at)
	j := i + 2
	k := j + int(name.Len)
	if uint(k) >= uint(len(b)) || b[k] != '>' || b[i] != '<' || b[i+1] != '/' ||
		string(b[j:k]) != string(d.Bytes(name.Span())) {
		return Value{}, false
	}
	d.start, d.pos, d.empty = i, k+1, false
	d.name = Name{uint32(j), name.Len, name.Local}
	d.pop()
	return Value{Span: Span{uint32(at), uint32(i - at)}}, true
}
