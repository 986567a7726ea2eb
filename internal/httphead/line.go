package httphead

import (
	"bytes"

	"github.com/ppspd/ppspd/codec"
)

// requestLine reads method SP request-target SP HTTP-version (RFC 9112 3) from
// the line that starts at h.line.
func (h *Head) requestLine(buf []byte) codec.Fault {
	start := int(h.line)
	line := buf[start:]
	sp := tokenLen(line)
	if sp == 0 || sp == len(line) || line[sp] != ' ' {
		return codec.FaultHead
	}
	if string(line[:sp]) == "POST" {
		h.Method = MethodPOST
	}
	last := bytes.LastIndexByte(line, ' ')
	if last == sp {
		return codec.FaultHead // no version: HTTP/0.9
	}
	if f := h.version(line[last+1:]); f != codec.FaultNone {
		return f
	}
	return h.target(buf[:start+last], start+sp+1)
}

// version accepts HTTP/1.1 and HTTP/1.0.
func (h *Head) version(b []byte) codec.Fault {
	switch string(b) {
	case "HTTP/1.1":
		h.Version = HTTP11
	case "HTTP/1.0":
		h.Version = HTTP10
	default:
		if len(b) >= 5 && string(b[:5]) == "HTTP/" {
			return codec.FaultHTTPVersion
		}
		return codec.FaultHead
	}
	return codec.FaultNone
}

// target reads the request target buf[start:], in origin form or absolute form
// (RFC 9112 3.2), and keeps its path.
func (h *Head) target(buf []byte, start int) codec.Fault {
	target := buf[start:]
	if len(target) > MaxTarget {
		return codec.FaultURITooLong
	}
	for _, c := range target {
		if class[c]&uri == 0 {
			return codec.FaultHead
		}
	}
	path := start
	if len(target) == 0 || target[0] != '/' {
		n := absoluteLen(target)
		if n == 0 {
			return codec.FaultHead
		}
		path += n
	}
	end := len(buf)
	if q := bytes.IndexByte(buf[path:], '?'); q >= 0 {
		end = path + q
	}
	if path == end {
		// An absolute form without a path means "/" (RFC 9110 4.2.3). A
		// span must name one: the slash before the authority is its like.
		path = start + bytes.IndexByte(target, '/')
		end = path + 1
	}
	h.Path = Span{uint16(path), uint16(end)}
	return codec.FaultNone
}

// absoluteLen is the length of scheme and authority of a target in absolute
// form, 0 if it is none.
func absoluteLen(target []byte) int {
	n := 0
	switch {
	case hasPrefixFold(target, "http://"):
		n = len("http://")
	case hasPrefixFold(target, "https://"):
		n = len("https://")
	default:
		return 0
	}
	end := bytes.IndexAny(target[n:], "/?")
	if end < 0 {
		end = len(target) - n
	}
	if end == 0 || !validHost(target[n:n+end]) {
		return 0
	}
	return n + end
}
