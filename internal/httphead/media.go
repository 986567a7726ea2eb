package httphead

import "bytes"

// MediaType is the Content-Type of a request, as far as trackers tell them
// apart.
type MediaType uint8

// The media types.
const (
	MediaNone  MediaType = iota // no Content-Type
	MediaXML                    // application/ppsp-tracker+xml, application/xml, text/xml
	MediaJSON                   // application/ppsp-tracker+json, application/json
	MediaEXI                    // application/exi
	MediaOther                  // any other one, a malformed one, or several
)

// Charset is the charset parameter of the Content-Type.
type Charset uint8

// The charsets.
const (
	CharsetNone  Charset = iota // no parameter: UTF-8 (appendix B.3)
	CharsetUTF8                 // UTF-8 or US-ASCII, which is part of it
	CharsetOther                // any other one
)

// Coding is the Content-Encoding of a request.
type Coding uint8

// The codings.
const (
	CodingNone  Coding = iota // no Content-Encoding
	CodingEXI                 // exi or x-exi
	CodingOther               // any other one, also identity and a list
)

// contentType: type/subtype and parameters (RFC 9110 8.3). Of the parameters
// only charset matters; two of it must agree.
func (h *Head) contentType(value []byte) {
	if h.Type != MediaNone {
		h.Type = MediaOther
		return
	}
	name, rest := value, []byte(nil)
	if n := bytes.IndexByte(value, ';'); n >= 0 {
		name, rest = trimRight(value[:n]), value[n:]
	}
	h.Type = mediaType(name)
	for len(rest) > 0 {
		var ok bool
		if rest, ok = h.parameter(rest); !ok {
			h.Type = MediaOther
			return
		}
	}
}

func mediaType(name []byte) MediaType {
	switch len(name) {
	case len("application/ppsp-tracker+json"):
		if is(name, "application/ppsp-tracker+json", "application/ppsp-tracker+json") {
			return MediaJSON
		}
	case len("application/ppsp-tracker+xml"):
		if is(name, "application/ppsp-tracker+xml", "application/ppsp-tracker+xml") {
			return MediaXML
		}
	case len("application/json"):
		if is(name, "application/json", "application/json") {
			return MediaJSON
		}
	case len("application/xml"): // of the same length as application/exi
		if is(name, "application/xml", "application/xml") {
			return MediaXML
		}
		if is(name, "application/exi", "application/exi") {
			return MediaEXI
		}
	case len("text/xml"):
		if is(name, "text/xml", "text/xml") {
			return MediaXML
		}
	}
	return MediaOther
}

// parameter reads OWS ";" OWS [ token "=" ( token / quoted-string ) ] from the
// start of b and returns what follows (RFC 9110 5.6.6).
func (h *Head) parameter(b []byte) (rest []byte, ok bool) {
	b = trimLeft(b)
	if len(b) == 0 || b[0] != ';' {
		return nil, len(b) == 0
	}
	b = trimLeft(b[1:])
	n := tokenLen(b)
	if n == 0 {
		return b, len(b) == 0 || b[0] == ';'
	}
	if n == len(b) || b[n] != '=' {
		return nil, false
	}
	name, b := b[:n], b[n+1:]
	value, rest, ok := parameterValue(b)
	if ok && fold(name, "charset") {
		h.charset(value)
	}
	return rest, ok
}

// parameterValue reads a token or a quoted string. The value of a quoted string
// is what stands between the quotes: no charset has a quoted pair.
func parameterValue(b []byte) (value, rest []byte, ok bool) {
	if len(b) == 0 || b[0] != '"' {
		n := tokenLen(b)
		return b[:n], b[n:], n > 0
	}
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '"':
			return b[1:i], b[i+1:], true
		case '\\':
			i++
		}
	}
	return nil, nil, false
}

func (h *Head) charset(name []byte) {
	if h.Charset != CharsetOther && (fold(name, "utf-8") || fold(name, "us-ascii")) {
		h.Charset = CharsetUTF8
	} else {
		h.Charset = CharsetOther
	}
}
