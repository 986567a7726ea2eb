package httphead

import (
	"math"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"github.com/ppspd/ppspd/codec"
)

// said is what a head says, in a form that is easy to compare.
type said struct {
	Size       int
	Fault      codec.Fault
	Started    bool
	POST       bool
	Version    Version
	Path       string
	Flags      Flags
	Length     int64
	Type       MediaType
	Charset    Charset
	Coding     Coding
	Gzip       Acceptance
	Persistent bool

	Authorization           string
	ForwardedFor, Forwarded string // lines, joined with |
}

// say reads a scanned Head.
func say(h *Head, raw []byte, f codec.Fault) said {
	if h.Size() == 0 {
		return said{Fault: f, Started: h.Started()}
	}
	lines := func(l *Lines) string {
		var s []string
		for _, at := range l.Spans() {
			s = append(s, string(at.Of(raw)))
		}
		return strings.Join(s, "|")
	}
	s := said{
		Size: h.Size(), Fault: f, Started: h.Started(), POST: h.Method == MethodPOST, Version: h.Version, Path: string(h.Path.Of(raw)), Flags: h.Flags,
		Length: h.Length, Type: h.Type, Charset: h.Charset, Coding: h.Coding, Gzip: h.Gzip(), Persistent: h.Persistent(),
		ForwardedFor: lines(&h.ForwardedFor), Forwarded: lines(&h.Forwarded),
	}
	if h.Authorization.Present() {
		s.Authorization = "set " + string(h.Authorization.Of(raw))
	}
	return s
}

// The twin: the same promises, made by regular expressions over strings, with
// no thought of speed or resuming.

const (
	reToken  = `[!#$%&'*+\-.^_` + "`" + `|~0-9A-Za-z]+`
	reName   = `[!$%&'()*+,\-.0-9;=A-Z_a-z~]*`
	reHost   = `(?:\[([0-9A-Fa-f:.]+)\]|` + reName + `)(?::[0-9]*)?`
	reQuoted = `"(?:[^"\\]|\\.)*"`
)

var (
	reRequestLine = regexp.MustCompile(`^(` + reToken + `) ([!-"$-~]+) (HTTP/[^ ]*)$`)
	reTooEarly    = regexp.MustCompile(`^(` + reToken + `) .*(?: (HTTP/[^ ]*))$`)
	reAbsolute    = regexp.MustCompile(`^(?i:https?)://([^/?]+)([^?]*)`)
	reOrigin      = regexp.MustCompile(`^(/[^?]*)`)
	reField       = regexp.MustCompile(`(?s)^(` + reToken + `):[ \t]*(.*?)[ \t]*$`)
	reValue       = regexp.MustCompile(`(?s)^[\t -~\x80-\xff]*$`)
	reHostWhole   = regexp.MustCompile(`^` + reHost + `$`)
	reDigits      = regexp.MustCompile(`^[0-9]+$`)
	reMedia       = regexp.MustCompile(`(?s)^([^;]*?)[ \t]*((?:[ \t]*;[ \t]*(?:` + reToken + `=(?:` + reToken + `|` + reQuoted + `))?)*)[ \t]*$`)
	reParameter   = regexp.MustCompile(`(?s);[ \t]*(` + reToken + `)=(` + reToken + `|` + reQuoted + `)`)
	reWeighted    = regexp.MustCompile(`^(` + reToken + `)?(?:[ \t]*;[ \t]*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?$`)
)

// latin1 makes every byte a rune, so that regular expressions see bytes.
func latin1(b []byte) string {
	r := make([]rune, len(b))
	for i, c := range b {
		r[i] = rune(c)
	}
	return string(r)
}

func bytesOf(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}

// hostSlow reports whether s is a valid host.
func hostSlow(s string) bool {
	m := reHostWhole.FindStringSubmatch(s)
	if m == nil || m[1] == "" {
		return m != nil
	}
	ip, err := netip.ParseAddr(m[1])
	return err == nil && ip.Is6()
}

// scanSlow is Scan of a new Head.
func scanSlow(buf []byte) said {
	text := buf
	if len(text) > 0 && text[0] != '\r' && !regexp.MustCompile(`^`+reToken).MatchString(latin1(text[:1])) {
		return said{Fault: codec.FaultHead}
	}
	var lines []string
	empty, started := false, false
	refuse := func(f codec.Fault) said {
		started = started || len(lines) > 0
		return said{Fault: f, Started: started}
	}
	for at := 0; ; {
		first := len(lines) == 0
		n := strings.IndexByte(string(text[at:]), '\n')
		end := at + n
		if n < 0 {
			end = len(text)
		}
		over := codec.FaultHeadTooLarge
		if first {
			over = codec.FaultURITooLong
		}
		if end-at > 0 {
			started = true
		}
		if first && end-at > maxLine || end >= MaxHead {
			return refuse(over)
		}
		if n < 0 {
			return said{Started: started && (len(lines) > 0 || end > at)}
		}
		line, isCRLF := strings.CutSuffix(latin1(text[at:end]), "\r")
		if !isCRLF {
			return refuse(codec.FaultHead)
		}
		at = end + 1
		switch {
		case line == "" && first && !empty:
			empty, started = true, false
			continue
		case line == "" && !first:
			return judgeSlow(lines, at)
		}
		lines = append(lines, line)
		// Lines are judged one by one, so that the first fault is told.
		if s := judgeSlow(lines, 0); s.Fault != codec.FaultNone {
			return refuse(s.Fault)
		}
	}
}

// judgeSlow judges the lines of a head; size 0 means that more will follow.
func judgeSlow(lines []string, size int) said {
	s := said{Size: size, Started: true}
	if s.Fault = lineSlow(lines[0], &s); s.Fault != codec.FaultNone {
		return said{Fault: s.Fault}
	}
	fields := map[string][]string{}
	for i, line := range lines[1:] {
		m := reField.FindStringSubmatch(line)
		switch {
		case i >= MaxFields:
			return said{Fault: codec.FaultHeadTooLarge}
		case m == nil || !reValue.MatchString(m[2]):
			return said{Fault: codec.FaultHead}
		}
		name := strings.ToLower(m[1])
		fields[name] = append(fields[name], m[2])
		switch v := fields[name]; name {
		case "host":
			if len(v) > 1 || !hostSlow(v[0]) {
				return said{Fault: codec.FaultHost}
			}
		case "content-length":
			if len(v) > 1 || !reDigits.MatchString(v[0]) {
				return said{Fault: codec.FaultHead}
			}
		}
	}
	if size > 0 {
		fieldsSlow(fields, &s)
	}
	return s
}

func lineSlow(line string, s *said) codec.Fault {
	m := reRequestLine.FindStringSubmatch(line)
	if m == nil {
		// A version that is not spoken is told even if the target is wrong.
		if e := reTooEarly.FindStringSubmatch(line); e != nil && e[2] != "HTTP/1.1" && e[2] != "HTTP/1.0" {
			return codec.FaultHTTPVersion
		} else if e != nil && len(line)-len(e[1])-len(e[2])-2 > MaxTarget {
			return codec.FaultURITooLong
		}
		return codec.FaultHead
	}
	s.POST = m[1] == "POST"
	switch m[3] {
	case "HTTP/1.0":
		s.Version = HTTP10
	case "HTTP/1.1":
		s.Version = HTTP11
	default:
		return codec.FaultHTTPVersion
	}
	if len(m[2]) > MaxTarget {
		return codec.FaultURITooLong
	}
	if o := reOrigin.FindString(m[2]); o != "" {
		s.Path = o
	} else if a := reAbsolute.FindStringSubmatch(m[2]); a != nil && hostSlow(a[1]) {
		s.Path = a[2]
		if s.Path == "" {
			s.Path = "/"
		}
	} else {
		return codec.FaultHead
	}
	return codec.FaultNone
}

func fieldsSlow(fields map[string][]string, s *said) {
	set := func(f Flags, is bool) {
		if is {
			s.Flags |= f
		}
	}
	has := func(name string) bool { return len(fields[name]) > 0 }
	list := func(name string) (items []string) {
		for _, v := range fields[name] {
			for item := range strings.SplitSeq(v, ",") {
				items = append(items, strings.Trim(item, " \t"))
			}
		}
		return items
	}
	set(HasHost, has("host"))
	set(HasTransfer, has("transfer-encoding"))
	set(HasLength, has("content-length"))
	if has("content-length") {
		n, err := strconv.ParseInt(fields["content-length"][0], 10, 64)
		if err != nil {
			n = math.MaxInt64
		}
		s.Length = n
	}
	for _, item := range list("connection") {
		set(TokenClose, strings.EqualFold(item, "close"))
		set(TokenKeepAlive, strings.EqualFold(item, "keep-alive"))
	}
	for _, v := range fields["expect"] {
		set(ExpectContinue, strings.EqualFold(v, "100-continue"))
		set(ExpectOther, v != "" && !strings.EqualFold(v, "100-continue"))
	}
	switch {
	case s.Version == HTTP11 && !has("host"):
		*s = said{Fault: codec.FaultHost, Started: true}
		return
	case has("content-length") && has("transfer-encoding"):
		*s = said{Fault: codec.FaultHead, Started: true}
		return
	}
	s.Persistent = s.Flags&TokenClose == 0 && (s.Version == HTTP11 || s.Flags&TokenKeepAlive != 0)
	mediaSlow(fields["content-type"], s)
	var codings []string
	for _, v := range fields["content-encoding"] {
		if v != "" {
			codings = append(codings, strings.ToLower(v))
		}
	}
	switch {
	case len(codings) == 1 && (codings[0] == "exi" || codings[0] == "x-exi"):
		s.Coding = CodingEXI
	case len(codings) > 0:
		s.Coding = CodingOther
	}
	s.Gzip = gzipSlow(list("accept-encoding"))
	if has("authorization") {
		s.Authorization = "set " + bytesOf(fields["authorization"][0])
	}
	last4 := func(v []string) string { return bytesOf(strings.Join(v[max(len(v)-4, 0):], "|")) }
	s.ForwardedFor, s.Forwarded = last4(fields["x-forwarded-for"]), last4(fields["forwarded"])
}

func mediaSlow(values []string, s *said) {
	if len(values) == 0 {
		return
	}
	s.Type = MediaOther
	m := reMedia.FindStringSubmatch(values[0])
	if m == nil {
		charsetSlow(values[0], s) // of what was read before the mistake nothing is promised
		return
	}
	if len(values) == 1 {
		switch strings.ToLower(m[1]) {
		case "application/ppsp-tracker+xml", "application/xml", "text/xml":
			s.Type = MediaXML
		case "application/ppsp-tracker+json", "application/json":
			s.Type = MediaJSON
		case "application/exi":
			s.Type = MediaEXI
		}
	}
	charsetSlow(m[2], s)
}

func charsetSlow(parameters string, s *said) {
	for _, p := range reParameter.FindAllStringSubmatch(parameters, -1) {
		if !strings.EqualFold(p[1], "charset") {
			continue
		}
		switch strings.ToLower(strings.Trim(p[2], `"`)) {
		case "utf-8", "us-ascii":
			if s.Charset == CharsetNone {
				s.Charset = CharsetUTF8
			}
		default:
			s.Charset = CharsetOther
		}
	}
}

func gzipSlow(items []string) Acceptance {
	q := map[string]float64{}
	for _, item := range items {
		m := reWeighted.FindStringSubmatch(item)
		if m == nil {
			continue
		}
		name := strings.TrimPrefix(strings.ToLower(m[1]), "x-")
		q[name] = 1
		if m[2] != "" {
			q[name], _ = strconv.ParseFloat(m[2], 64)
		}
	}
	of := func(coding string) (float64, bool) {
		if w, listed := q[coding]; listed {
			return w, true
		}
		w, listed := q["*"]
		return w, listed
	}
	gzip, _ := of("gzip")
	identity, listed := of("identity")
	switch {
	case gzip == 0:
		return Refused
	case listed && identity == 0:
		return Required
	case listed && identity > gzip:
		return Refused
	}
	return Accepted
}
