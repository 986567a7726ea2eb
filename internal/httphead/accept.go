package httphead

// Acceptance is what a client says of a content coding of the answer.
type Acceptance uint8

// The acceptances.
const (
	Refused  Acceptance = iota // it must not be used, or the client would rather have identity
	Accepted                   // it may be used
	Required                   // identity is refused, this one is not
)

// weights are the qvalues of an Accept-Encoding field in thousandths plus one;
// 0 means that the coding is not listed.
type weights struct{ gzip, identity, any uint16 }

// Gzip reports whether the answer may be coded with gzip (RFC 9110 12.5.3).
func (h *Head) Gzip() Acceptance { return h.accept.gzipAcceptance() }

func (w weights) gzipAcceptance() Acceptance {
	gzip, identity := w.gzip, w.identity
	if gzip == 0 {
		gzip = w.any
	}
	if identity == 0 {
		identity = w.any
	}
	switch {
	case gzip <= 1: // not listed, or q=0
		return Refused
	case identity == 1:
		return Required
	case gzip < identity:
		return Refused
	}
	return Accepted
}

// parse takes one line of the field; lines add up. Of a coding that stands
// twice the last one counts; an element with a malformed weight is dropped.
func (w *weights) parse(value []byte) {
	for len(value) > 0 {
		var item []byte
		item, value = nextItem(value)
		n := tokenLen(item)
		q, ok := weight(item[n:])
		if !ok {
			continue
		}
		switch name := item[:n]; {
		case fold(name, "gzip"), fold(name, "x-gzip"):
			w.gzip = q + 1
		case fold(name, "identity"):
			w.identity = q + 1
		case len(name) == 1 && name[0] == '*':
			w.any = q + 1
		}
	}
}

// weight reads [ OWS ";" OWS "q=" qvalue ] in thousandths (RFC 9110 12.4.2).
func weight(b []byte) (thousandths uint16, ok bool) {
	b = trimLeft(b)
	if len(b) == 0 {
		return 1000, true
	}
	if b[0] != ';' {
		return 0, false
	}
	b = trimLeft(b[1:])
	if len(b) < 3 || b[0]|0x20 != 'q' || b[1] != '=' {
		return 0, false
	}
	return qvalue(b[2:])
}

// qvalue reads ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ).
func qvalue(b []byte) (thousandths uint16, ok bool) {
	if len(b) > 5 || b[0]-'0' > 1 || len(b) > 1 && b[1] != '.' {
		return 0, false
	}
	n, unit := uint16(b[0]-'0')*1000, uint16(100)
	for i := 2; i < len(b); i++ {
		d := b[i] - '0'
		if d > 9 {
			return 0, false
		}
		n += uint16(d) * unit
		unit /= 10
	}
	return n, n <= 1000
}
