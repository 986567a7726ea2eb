package request

import "strconv"

// A segment is literal text and the value behind it.
type segment struct {
	text  string
	field field
}

// Template is one kind of request in one style with gaps for the values.
//
//	message = head.before | length of the body | head.after | body
//	body    = segments[0].text | its value | segments[1].text | ...
type Template struct {
	kind     Kind
	style    string
	head     head
	segments []segment
	body     []byte // scratch: the body of the last Append
}

// NewTemplate makes the template of a kind in a style, 0 <= style < Styles().
func NewTemplate(kind Kind, number int) *Template {
	s := styles()[number]
	t := &Template{kind: kind, style: s.name}
	s.head(&t.head)
	w := writer{style: s}
	w.document(kind)
	t.segments = w.finish()
	return t
}

// Append appends a whole HTTP request with the given values to dst.
func (t *Template) Append(dst []byte, v *Values) []byte {
	t.body = t.body[:0]
	for i := range t.segments {
		t.body = append(t.body, t.segments[i].text...)
		t.body = v.appendField(t.body, t.segments[i].field)
	}
	dst = append(dst, t.head.before...)
	dst = strconv.AppendUint(dst, uint64(len(t.body)), 10)
	dst = append(dst, t.head.after...)
	return append(dst, t.body...)
}

// Body is the body of the last Append, valid until the next one.
func (t *Template) Body() []byte { return t.body }
