package httphead

import (
	"bytes"

	"github.com/ppspd/ppspd/codec"
)

// Limits of a head.
const (
	MaxHead   = 16 << 10 // bytes of the whole head, its empty line included
	MaxTarget = 8 << 10  // bytes of the request target; beyond: 414
	MaxFields = 100      // header field lines

	// maxLine bounds the request line while its end is not yet there.
	maxLine = MaxTarget + 64
)

// Method is the method of a request, as far as a tracker tells them apart.
type Method uint8

// The methods.
const (
	MethodOther Method = iota
	MethodPOST
)

// Version is the HTTP version of a request.
type Version uint8

// The versions.
const (
	HTTP10 Version = iota + 1
	HTTP11
)

// Span is a piece of the scanned bytes: raw[Start:End]. The zero Span is the
// absent value.
type Span struct{ Start, End uint16 }

// Of is the piece that s names; raw is the head from its first byte.
func (s Span) Of(raw []byte) []byte { return raw[s.Start:s.End:s.End] }

// Present reports whether the value was there, be it empty.
func (s Span) Present() bool { return s.Start != 0 }

// Flags are the properties of a head that are either there or not.
type Flags uint16

// The flags.
const (
	HasLength      Flags = 1 << iota // Content-Length
	HasTransfer                      // Transfer-Encoding, whatever its codings
	HasHost                          // Host
	TokenClose                       // Connection: close
	TokenKeepAlive                   // Connection: keep-alive
	ExpectContinue                   // Expect: 100-continue
	ExpectOther                      // any other expectation
)

// Head is the state of a scan and, once Scan has returned a size, what the head
// says. The zero Head is ready to scan; so is one after Reset.
//
//	0 ≤ line ≤ scanned ≤ len(buf)
//	buf[:line]         whole lines, judged
//	buf[line:scanned]  the start of a line: without a line feed
//	buf[scanned:]      not looked at
type Head struct {
	line, scanned int32
	fields        uint8 // header field lines so far
	part          part
	fault         codec.Fault // of a head that was refused

	Method  Method
	Version Version
	Flags   Flags
	// Type, Charset and Coding say what the body is (RFC 9110 8.3, 8.4).
	Type    MediaType
	Charset Charset
	Coding  Coding

	// Length is the Content-Length in bytes, math.MaxInt64 if it is larger,
	// 0 without one.
	Length int64

	// Path is the path of the request target, without its query, as it was
	// sent. It is never empty.
	Path Span
	// Authorization is the value of the first such field.
	Authorization Span
	// ForwardedFor and Forwarded are what proxies said of the peer, line by
	// line: the last line is the nearest proxy's.
	ForwardedFor, Forwarded Lines

	lengthAt Span    // the value of Content-Length
	accept   weights // Accept-Encoding
}

// part is where in a head the next line stands.
type part uint8

const (
	partStart   part = iota // before the request line
	partEmpty               // an empty line was dropped; the request line must follow
	partFields              // header fields
	partDone                // complete
	partRefused             // refused with fault
)

// maxLines is how many lines of one field Lines keeps.
const maxLines = 4

// Lines are the values of a field that may stand on several lines: the last
// four ones, in order.
type Lines struct {
	n    uint8
	span [maxLines]Span
}

// Spans are the kept lines. The slice is part of l.
func (l *Lines) Spans() []Span { return l.span[:l.n] }

func (l *Lines) add(s Span) {
	if l.n == maxLines {
		copy(l.span[:], l.span[1:])
		l.n--
	}
	l.span[l.n] = s
	l.n++
}

// Reset makes h ready for the next head.
func (h *Head) Reset() { *h = Head{} }

// Size is the number of bytes of a complete head, 0 before.
func (h *Head) Size() int {
	if h.part != partDone {
		return 0
	}
	return int(h.line)
}

// Started reports whether a byte of the head was scanned; an empty line before
// the request line is none. A connection on which no head has started is idle.
func (h *Head) Started() bool { return h.scanned != h.line || h.part >= partFields }

// Has reports whether all of f hold.
func (h *Head) Has(f Flags) bool { return h.Flags&f == f }

// Persistent reports whether the client wants the connection to go on after
// this request (RFC 9112 9.3).
func (h *Head) Persistent() bool {
	if h.Flags&TokenClose != 0 {
		return false
	}
	return h.Version == HTTP11 || h.Flags&TokenKeepAlive != 0
}

// Scan goes on where it stopped. buf holds the bytes of the connection from the
// first byte of the head: at least those that the last call had, wherever they
// are now, and whatever follows the head. It returns the size of the head in
// bytes when it is complete, 0 if more bytes are needed, or a fault, which is
// final: where the message would end is not known, the connection must close.
func (h *Head) Scan(buf []byte) (size int, f codec.Fault) {
	if h.part >= partDone {
		return h.Size(), h.fault
	}
	if h.scanned == 0 && len(buf) > 0 && !startsHead(buf[0]) {
		return 0, h.refuse(codec.FaultHead)
	}
	for {
		i := bytes.IndexByte(buf[h.scanned:], '\n')
		if i < 0 {
			h.scanned = int32(len(buf))
			return 0, h.unfinished()
		}
		end := int(h.scanned) + i
		if end >= MaxHead {
			return 0, h.refuse(h.tooLong())
		}
		if f := h.judge(buf[:end]); f != codec.FaultNone {
			return 0, h.refuse(f)
		}
		h.line, h.scanned = int32(end+1), int32(end+1)
		if h.part == partDone {
			return end + 1, codec.FaultNone
		}
	}
}

// startsHead reports whether a head may start with c: a byte of a method, or
// the CR of an empty line before it. Others (a TLS record, a body that was
// longer than its length) are refused without waiting for a line feed.
func startsHead(c byte) bool { return c == '\r' || class[c]&token != 0 }

func (h *Head) refuse(f codec.Fault) codec.Fault {
	h.part, h.fault = partRefused, f
	return f
}

// tooLong is the fault of a line that ends beyond a limit.
func (h *Head) tooLong() codec.Fault {
	if h.part < partFields {
		return codec.FaultURITooLong
	}
	return codec.FaultHeadTooLarge
}

// unfinished refuses a line that will end beyond a limit, wherever it ends.
func (h *Head) unfinished() codec.Fault {
	if h.scanned >= MaxHead || h.part < partFields && h.scanned-h.line > maxLine {
		return h.refuse(h.tooLong())
	}
	return codec.FaultNone
}

// judge judges the line from h.line to the end of buf, where a line feed stood.
func (h *Head) judge(buf []byte) codec.Fault {
	n := len(buf) - 1
	if h.part < partFields && n+1-int(h.line) > maxLine {
		return codec.FaultURITooLong
	}
	if n < int(h.line) || buf[n] != '\r' {
		return codec.FaultHead // a bare LF (RFC 9112 2.2; appendix B: MUST be CRLF)
	}
	switch {
	case h.part == partFields && n == int(h.line):
		return h.finish()
	case h.part == partFields:
		return h.field(buf[:n])
	case n == int(h.line) && h.part == partStart:
		h.part = partEmpty // RFC 9112 2.2: an empty line before the request line
		return codec.FaultNone
	}
	h.part = partFields
	return h.requestLine(buf[:n])
}

// finish judges what no single line tells.
func (h *Head) finish() codec.Fault {
	if h.Version == HTTP11 && !h.Has(HasHost) {
		return codec.FaultHost // RFC 9112 3.2
	}
	if h.Has(HasLength | HasTransfer) {
		return codec.FaultHead // RFC 9112 6.1: request smuggling
	}
	h.part = partDone
	return codec.FaultNone
}
