package httphead

import (
	"math"

	"github.com/ppspd/ppspd/codec"
)

// field reads the header field line that starts at h.line (RFC 9112 5).
func (h *Head) field(buf []byte) codec.Fault {
	if h.fields == MaxFields {
		return codec.FaultHeadTooLarge
	}
	h.fields++
	start := int(h.line)
	n := tokenLen(buf[start:])
	colon := start + n
	if n == 0 || colon == len(buf) || buf[colon] != ':' {
		return codec.FaultHead // a folded line, a space before the colon, no colon
	}
	from, to := trim(buf, colon+1, len(buf))
	if !visible(buf[from:to]) {
		return codec.FaultHead
	}
	return h.known(buf[start:colon], buf[from:to], Span{uint16(from), uint16(to)})
}

// known takes the value of a field that matters here; others are dropped.
func (h *Head) known(name, value []byte, at Span) codec.Fault {
	switch len(name) {
	case len("host"):
		if is(name, "Host", "host") {
			return h.host(value)
		}
	case len("expect"):
		if is(name, "Expect", "expect") {
			h.expect(value)
		}
	case len("forwarded"):
		if is(name, "Forwarded", "forwarded") {
			h.Forwarded.add(at)
		}
	case len("connection"):
		if is(name, "Connection", "connection") {
			h.connection(value)
		}
	case len("content-type"):
		if is(name, "Content-Type", "content-type") {
			h.contentType(value)
		}
	case len("authorization"):
		if is(name, "Authorization", "authorization") && !h.Authorization.Present() {
			h.Authorization = at
		}
	case len("content-length"):
		if is(name, "Content-Length", "content-length") {
			h.lengthAt = at
			return h.contentLength(value)
		}
	case len("accept-encoding"): // of the same length as x-forwarded-for
		if is(name, "Accept-Encoding", "accept-encoding") {
			h.accept.parse(value)
		} else if is(name, "X-Forwarded-For", "x-forwarded-for") {
			h.ForwardedFor.add(at)
		}
	case len("content-encoding"):
		if is(name, "Content-Encoding", "content-encoding") {
			h.contentEncoding(value)
		}
	case len("transfer-encoding"):
		if is(name, "Transfer-Encoding", "transfer-encoding") {
			h.Flags |= HasTransfer
		}
	}
	return codec.FaultNone
}

// host: once, and a host (RFC 9112 3.2).
func (h *Head) host(value []byte) codec.Fault {
	if h.Has(HasHost) || !validHost(value) {
		return codec.FaultHost
	}
	h.Flags |= HasHost
	return codec.FaultNone
}

// contentLength: once, and digits (RFC 9110 8.6). A second one is refused even
// if it says the same, a list too.
func (h *Head) contentLength(value []byte) codec.Fault {
	if h.Has(HasLength) || len(value) == 0 {
		return codec.FaultHead
	}
	h.Flags |= HasLength
	n := int64(0)
	for _, c := range value {
		d := int64(c) - '0'
		if d < 0 || d > 9 {
			return codec.FaultHead
		}
		if n > (math.MaxInt64-d)/10 {
			n = math.MaxInt64 // beyond what any tracker accepts
			continue
		}
		n = n*10 + d
	}
	h.Length = n
	return codec.FaultNone
}

// expect: 100-continue is the only expectation there is (RFC 9110 10.1.1).
func (h *Head) expect(value []byte) {
	if fold(value, "100-continue") {
		h.Flags |= ExpectContinue
	} else if len(value) > 0 {
		h.Flags |= ExpectOther
	}
}

// connection: a list of tokens (RFC 9110 7.6.1).
func (h *Head) connection(value []byte) {
	for len(value) > 0 {
		var item []byte
		item, value = nextItem(value)
		if fold(item, "close") {
			h.Flags |= TokenClose
		} else if fold(item, "keep-alive") {
			h.Flags |= TokenKeepAlive
		}
	}
}

// contentEncoding: the codings that were applied to the body (RFC 9110 8.4).
func (h *Head) contentEncoding(value []byte) {
	switch {
	case len(value) == 0:
	case h.Coding == CodingNone && (fold(value, "exi") || fold(value, "x-exi")):
		h.Coding = CodingEXI
	default:
		h.Coding = CodingOther
	}
}
