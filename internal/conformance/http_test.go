package conformance

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// rawCase sends bytes on a connection of its own. In them, {body} stands
// for a valid CONNECT, {len} for its length.
type rawCase struct {
	name, raw string
	status    int // of the only answer
	says      string
}

// clause plays a rawCase: what was refused has changed nothing, what was
// accepted has registered the peer.
func (r rawCase) clause(flags string) clause {
	return clause{r.name, flags, func(s *session) {
		if strings.Contains(flags, "-path") {
			s.resource = "/a"
		}
		p := s.peer("a")
		body := s.own(p.connecting(leechJoin("~x")))
		c := s.dial(here)
		raw := strings.ReplaceAll(strings.ReplaceAll(r.raw, "{len}", strconv.Itoa(len(body))), "{body}", body)
		c.send(raw)
		a := c.answer().says(r.says)
		if a.sent = raw; r.status == 200 {
			a.ok()
		} else {
			a.refused(r.status)
		}
		p.registered(r.status == 200)
	}}
}

func rawClauses(flags string, cases ...rawCase) (all []clause) {
	for _, r := range cases {
		all = append(all, r.clause(flags))
	}
	return all
}

// with is a request with these header fields beyond Host.
func with(fields ...string) string {
	return head("POST / HTTP/1.1", append([]string{"Host: t"}, fields...)...) + "{body}"
}

// typed is a request with a length and a media type.
func typed(fields ...string) string {
	return with(append([]string{"Content-Length: {len}", "Content-Type: " + mediaType}, fields...)...)
}

// line is a request with this request line.
func line(l string) string { return strings.Replace(typed(), "POST / HTTP/1.1", l, 1) }

func headClauses() []clause {
	cases := []rawCase{
		{"B/post", typed(), 200, ""},
		{"B/field-names-case-insensitive", with("content-LENGTH: {len}", "CONTENT-type:"+mediaType), 200, ""},
		{"B/field-without-space", with("Content-Length:{len}", "Content-Type:"+mediaType), 200, ""},
		{"B/field-white-space-around", with("Content-Length: \t {len} \t ", "Content-Type: "+mediaType+"  "), 200, ""},
		{"B/empty-line-first", "\r\n" + typed(), 200, ""},
		{"B.1/response-fields-ignored", typed("Server: x", "Retry-After: 1", "WWW-Authenticate: Basic", "Age: 1", "ETag: x"), 200, ""},
		{"B.1/authorization-ignored-without-auth", typed("Authorization: Bearer 0123"), 200, ""},
		{"B.1/unknown-fields-ignored", typed("X-Y: z", "Cookie: a=b", "If-Match: *", "Range: bytes=0-1", "Upgrade: h2c", "TE: trailers"), 200, ""},
		{"B.1/field-value-high-bytes", typed("X: \xff\xfe"), 200, ""},
		{"B/1.0-without-host", "POST / HTTP/1.0\r\nContent-Type: text/xml\r\nContent-Length: {len}\r\n\r\n{body}", 200, ""},
		{"design/no-host", strings.Replace(typed(), "Host: t\r\n", "", 1), 400, "host"},
		{"design/two-hosts", typed("Host: u"), 400, "host"},
		{"design/same-host-twice", typed("Host: t"), 400, "host"},
		{"design/host-malformed", strings.Replace(typed(), "Host: t", "Host: a b", 1), 400, "host"},
		{"design/host-empty", strings.Replace(typed(), "Host: t", "Host:", 1), 200, ""},
		{"design/host-with-port", strings.Replace(typed(), "Host: t", "Host: [::1]:7846", 1), 200, ""},
		{"design/http-2.0", line("POST / HTTP/2.0"), 400, "version"},
		{"design/http-1.2", line("POST / HTTP/1.2"), 400, "version"},
		{"design/http-0.9", line("POST / HTTP/0.9"), 400, "version"},
		{"design/http-11", line("POST / HTTP/11"), 400, "version"},
		{"design/http-2-preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "version"},
		{"B/no-version", line("POST /"), 400, ""},
		{"B/version-lower-case", line("POST / http/1.1"), 400, ""},
		{"B/two-spaces", line("POST  / HTTP/1.1"), 400, ""},
		{"B/tab-in-request-line", line("POST\t/ HTTP/1.1"), 400, ""},
		{"B/space-at-the-end-of-the-line", line("POST / HTTP/1.1 "), 400, ""},
		{"B/line-feeds-only", strings.ReplaceAll(head("POST / HTTP/1.1", "Host: t", "Content-Type: text/xml", "Content-Length: {len}"), "\r\n", "\n") + "{body}", 400, ""},
		{"B/bare-line-feed-in-a-value", typed("X: y\nZ: a"), 400, ""},
		{"B/bare-carriage-return", typed("X: y\rZ: a"), 400, ""},
		{"B/nul-in-a-value", typed("X: \x00"), 400, ""},
		{"B/nul-in-a-name", typed("X\x00: y"), 400, ""},
		{"B/folded-field", typed("X: y", " z"), 400, ""},
		{"B/space-before-colon", typed("X : y"), 400, ""},
		{"B/no-colon", typed("Xy"), 400, ""},
		{"B/empty-name", typed(": y"), 400, ""},
		{"B/space-before-first-field", strings.Replace(typed(), "Host", " Host", 1), 400, ""},
		{"B/tls-hello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, ""},
		{"design/head-too-large", typed("X: " + strings.Repeat("y", 70_000)), 400, "large"},
		{"design/too-many-fields", typed(strings.Fields(strings.Repeat("X:y ", 2000))...), 400, "large"},
		{"design/head-of-8-kib", typed("X: " + strings.Repeat("y", 8000)), 200, ""},
		{"design/sixty-fields", typed(strings.Fields(strings.Repeat("X:y ", 60))...), 200, ""},
	}
	for _, m := range []string{"GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "post", "Post", "POSTED", "X"} {
		cases = append(cases,
			rawCase{"B.2/" + m, line(m + " / HTTP/1.1"), 400, "POST"},
			rawCase{"B.2/" + m + "-without-body", head(m+" / HTTP/1.1", "Host: t"), 400, "POST"})
	}
	cases = append(cases, rawCase{"B.2/CONNECT-without-body", head("CONNECT t:80 HTTP/1.1", "Host: t"), 400, ""})
	return rawClauses("", cases...)
}

func lengthClauses() []clause {
	cases := []rawCase{
		{"4.3/no-content-length", with("Content-Type: " + mediaType), 411, ""},
		{"4.3/no-content-length-1.0", strings.Replace(with("Content-Type: "+mediaType), "1.1", "1.0", 1), 411, ""},
		{"4.3/chunked", strings.Replace(with("Content-Type: "+mediaType, "Transfer-Encoding: chunked"), "{body}", "5\r\nhello\r\n0\r\n\r\n", 1), 411, ""},
		{"4.3/chunked-gzip", with("Content-Type: "+mediaType, "Transfer-Encoding: gzip, chunked"), 411, ""},
		{"4.3/identity-transfer", with("Content-Type: "+mediaType, "Transfer-Encoding: identity"), 411, ""},
		{"4.3/leading-zeros", with("Content-Type: "+mediaType, "Content-Length: 000{len}"), 200, ""},
		{"B.3/empty-body", head("POST / HTTP/1.1", "Host: t", "Content-Type: "+mediaType, "Content-Length: 0"), 400, "body"},
		{"B.3/white-space-body", head("POST / HTTP/1.1", "Host: t", "Content-Type: "+mediaType, "Content-Length: 3") + " \r\n", 400, ""},
		{"design/body-too-large", head("POST / HTTP/1.1", "Host: t", "Content-Type: "+mediaType, "Content-Length: 65537"), 400, "large"},
		{"design/length-of-20-digits", head("POST / HTTP/1.1", "Host: t", "Content-Type: "+mediaType, "Content-Length: 99999999999999999999"), 400, ""},
		{"design/length-wraps-int64", head("POST / HTTP/1.1", "Host: t", "Content-Type: "+mediaType, "Content-Length: 18446744073709551617"), 400, ""},
	}
	for name, fields := range map[string][]string{
		"length-and-chunked":       {"Content-Length: {len}", "Transfer-Encoding: chunked"},
		"chunked-and-length":       {"Transfer-Encoding: chunked", "Content-Length: {len}"},
		"length-and-identity":      {"Content-Length: {len}", "Transfer-Encoding: identity"},
		"two-lengths":              {"Content-Length: {len}", "Content-Length: 5"},
		"same-length-twice":        {"Content-Length: {len}", "Content-Length: {len}"},
		"list-of-lengths":          {"Content-Length: {len}, {len}"},
		"plus":                     {"Content-Length: +{len}"},
		"minus":                    {"Content-Length: -{len}"},
		"hexadecimal":              {"Content-Length: 0x{len}"},
		"fraction":                 {"Content-Length: {len}.0"},
		"empty":                    {"Content-Length:"},
		"words":                    {"Content-Length: five"},
		"folded":                   {"Content-Length:", " {len}"},
		"folded-behind":            {"Content-Length: {len}", "\t1"},
		"space-before-colon":       {"Content-Length : {len}"},
		"tab-before-colon":         {"Content-Length\t: {len}"},
		"chunked-space-before":     {"Content-Length: {len}", "Transfer-Encoding : chunked"},
		"chunked-behind-line-feed": {"Content-Length: {len}", "X: y\nTransfer-Encoding: chunked"},
	} {
		cases = append(cases, rawCase{"smuggling/" + name, with(append(fields, "Content-Type: "+mediaType)...), 400, ""})
	}
	return append(rawClauses("", cases...),
		clause{"4.3/length-mismatch", "", func(s *session) {
			p := s.peer("a")
			c := s.dial(here)
			raw := request(s.own(p.connecting(leechJoin("~x"))))
			c.send(raw[:len(raw)-1])
			c.halfClose()
			c.answer().refused(411)
			c.closed(patience)
			p.registered(false)
		}},
		clause{"4.3/length-mismatch-no-body", "", func(s *session) {
			c := s.dial(here)
			raw := request(s.own(s.peer("a").connecting(leechJoin("~x"))))
			c.send(raw[:strings.Index(raw, "<?xml")])
			c.halfClose()
			c.answer().refused(411)
			c.closed(patience)
		}},
		clause{"4.3/length-shorter-than-the-body", "", func(s *session) {
			p := s.peer("a")
			c := s.dial(here)
			body := s.own(p.connecting(leechJoin("~x")))
			c.send(strings.Replace(request(body), "Content-Length: "+strconv.Itoa(len(body)), "Content-Length: "+strconv.Itoa(len(body)-3), 1) + "\r\n\r\n")
			c.answer().refused(400)
			c.answer().refused(400) // the rest is no request
			c.closed(patience)
			p.registered(false)
		}},
		clause{"design/body-of-max-body", "", func(s *session) {
			p := s.peer("a")
			body := s.own(p.connecting(leechJoin("~x")))
			body += strings.Repeat(" ", 65536-len(body))
			s.post(here, body).ok()
		}},
		clause{"design/body-of-max-body-flag", "-max-body 700", func(s *session) {
			p := s.peer("a")
			body := s.own(p.connecting(leechJoin("~x")))
			s.post(here, body+strings.Repeat(" ", 701-len(body))).refused(400).says("large")
			p.registered(false)
			s.post(here, body+strings.Repeat(" ", 700-len(body))).ok()
		}})
}

func mediaClauses() []clause {
	accepted := []string{"application/ppsp-tracker+xml", "application/xml", "text/xml", "Application/PPSP-Tracker+XML", "TEXT/XML",
		"text/xml;charset=utf-8", "text/xml; charset=UTF-8", `text/xml; charset="utf-8"`, "text/xml ; charset=utf-8 ", "text/xml; CHARSET=Utf-8",
		"application/ppsp-tracker+xml; charset=us-ascii", "text/xml; version=1.0; charset=utf-8", `text/xml; x="a;b"; charset=utf-8`, "text/xml;"}
	refused := []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/octet-stream", "text/html",
		"application/ppsp-tracker", "text/xmlx", "xml", "text/xml, text/xml", "text/*", "*/*", "", "application/soap+xml"}
	charsets := []string{"iso-8859-1", "utf-16", "UTF-16LE", "windows-1252", "utf8x", `""`}
	var cases []rawCase
	for i, m := range accepted {
		cases = append(cases, rawCase{fmt.Sprintf("design/media-type-accepted-%d", i), with("Content-Length: {len}", "Content-Type: "+m), 200, ""})
	}
	for i, m := range refused {
		cases = append(cases, rawCase{fmt.Sprintf("design/media-type-refused-%d", i), with("Content-Length: {len}", "Content-Type: "+m), 400, ""})
	}
	for i, m := range charsets {
		cases = append(cases, rawCase{fmt.Sprintf("B.3/charset-refused-%d", i), with("Content-Length: {len}", "Content-Type: text/xml; charset="+m), 400, ""})
	}
	for _, e := range []string{"gzip", "deflate", "br", "identity", "gzip, exi", "x"} {
		cases = append(cases, rawCase{"design/content-encoding-" + e, typed("Content-Encoding: " + e), 400, "encoding"})
	}
	for i, a := range []string{"application/ppsp-tracker+xml", "*/*", "text/html", "application/json", "", "application/xml;q=0", "nonsense;;;"} {
		cases = append(cases, rawCase{fmt.Sprintf("design/accept-%d", i), typed("Accept: " + a), 200, ""})
	}
	cases = append(cases,
		rawCase{"4.3/no-content-type", with("Content-Length: {len}"), 400, "Missing Content-Type header field"},
		rawCase{"design/two-content-types", typed("Content-Type: text/plain"), 400, ""},
		rawCase{"design/accept-charset", typed("Accept-Charset: iso-8859-1"), 200, ""})
	return rawClauses("", cases...)
}

func gzipClauses() []clause {
	var all []clause
	for name, coded := range map[string]bool{
		"gzip": true, "GZIP": true, "x-gzip": true, "deflate, gzip;q=1.0, *;q=0.5": true, "gzip;q=0.001": true, "*": true, "gzip ; q=0.8 , br": true,
		"identity;q=0, gzip": true, "gzip;q=0": false, "gzip;q=0.0": false, "identity": false, "": false, "br": false, "*;q=0": false,
		"gzip;q=0, *": false, "identity;q=1, gzip;q=0.5": false, "gzipped": false, "br;q=1, deflate": false,
	} {
		all = append(all, clause{"B.1/accept-encoding " + name, "", func(s *session) {
			for i := range 12 {
				s.peer(fmt.Sprintf("m%02d", i)).connect(leechJoin("~x"), group(ipv4(here, "1000"))).ok()
			}
			p := s.peer("a")
			a := s.post(here, p.connecting(leechJoin("~x")), "Accept-Encoding: "+name).ok()
			if (a.fields["Content-Encoding"] == "gzip") != coded {
				a.errorf("coded: %v, want %v", !coded, coded)
			}
			if len(a.members("~x")) != 12 {
				a.errorf("%d are listed, want 12", len(a.members("~x")))
			}
			if s.post(here, p.reporting(stream("nonsense", "<UploadedBytes>-1</UploadedBytes>")), "Accept-Encoding: "+name); coded {
				s.post(here, "<nonsense/>", "Accept-Encoding: gzip;q=1, identity;q=0").refused(400)
			}
		}})
	}
	return append(all,
		clause{"B.3/no-content-encoding-without-coding", "", func(s *session) {
			a := s.peer("a").connect(leechJoin("~x")).ok()
			if _, ok := a.fields["Content-Encoding"]; ok {
				a.errorf("Content-Encoding without coding")
			}
		}},
		clause{"B.1/gzip-not-worth-it", "", func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~x")).ok()
			a := s.post(here, p.reporting(), "Accept-Encoding: gzip").results()
			if _, ok := a.fields["Content-Encoding"]; ok {
				a.errorf("a body of %d bytes was coded", len(a.body))
			}
		}},
		clause{"B.1/gzip-in-two-lines", "", func(s *session) {
			for i := range 12 {
				s.peer(fmt.Sprintf("m%02d", i)).connect(leechJoin("~x")).ok()
			}
			a := s.post(here, s.peer("a").connecting(leechJoin("~x")), "Accept-Encoding: br", "Accept-Encoding: gzip").ok()
			if a.fields["Content-Encoding"] != "gzip" || a.fields["Vary"] == "" {
				a.errorf("Content-Encoding %q, Vary %q", a.fields["Content-Encoding"], a.fields["Vary"])
			}
		}})
}

func pathClauses() []clause {
	const flags = "-path /a,/b/*"
	at := func(target string) string { return line("POST " + target + " HTTP/1.1") }
	all := rawClauses("",
		rawCase{"B.4/other-path", at("/x"), 404, ""},
		rawCase{"B.4/double-slash", at("//"), 404, ""},
		rawCase{"B.4/dot-segment", at("/."), 404, ""},
		rawCase{"design/query-dropped", at("/?a=b"), 200, ""},
		rawCase{"design/query-empty", at("/?"), 200, ""},
		rawCase{"design/absolute-form", at("http://tracker.example:80/"), 200, ""},
		rawCase{"design/absolute-form-other-path", at("http://tracker.example/x"), 404, ""},
		rawCase{"design/absolute-form-without-path", at("http://tracker.example"), 200, ""},
		rawCase{"design/absolute-form-with-query", at("HTTP://t/?x"), 200, ""},
		rawCase{"B/asterisk", at("*"), 400, ""},
		rawCase{"B/relative-target", at("x"), 400, ""},
		rawCase{"4.3/uri-too-long", at("/" + strings.Repeat("a", 20_000)), 414, ""},
		rawCase{"4.3/uri-too-long-without-end", "POST /" + strings.Repeat("a", 20_000), 414, ""},
		rawCase{"4.3/query-too-long", at("/?" + strings.Repeat("a", 20_000)), 414, ""},
		rawCase{"4.3/uri-of-2000-bytes", at("/?" + strings.Repeat("a", 2000)), 200, ""})
	all = append(all, rawClauses(flags,
		rawCase{"design/path-exact", at("/a"), 200, ""},
		rawCase{"design/path-exact-query", at("/a?x=/b"), 200, ""},
		rawCase{"design/path-exact-slash", at("/a/"), 404, ""},
		rawCase{"design/path-exact-below", at("/a/b"), 404, ""},
		rawCase{"design/path-prefix", at("/b/c/d"), 200, ""},
		rawCase{"design/path-prefix-slash", at("/b/"), 200, ""},
		rawCase{"design/path-prefix-without-slash", at("/b"), 404, ""},
		rawCase{"design/path-prefix-longer-name", at("/bc"), 404, ""},
		rawCase{"design/path-literal-escape", at("/%61"), 404, ""},
		rawCase{"design/path-literal-escape-below", at("/b/%zz"), 200, ""},
		rawCase{"design/path-case-sensitive", at("/A"), 404, ""},
		rawCase{"design/path-root-not-served", at("/"), 404, ""},
		rawCase{"design/path-absolute-form", at("http://t/b/x?y"), 200, ""})...)
	return append(all, clause{"design/paths-share-the-swarms", flags, func(s *session) {
		send := func(path, body string) *answer {
			c := s.dial(here)
			c.send(strings.Replace(request(s.own(body)), "POST / ", "POST "+path+" ", 1))
			return c.answer()
		}
		send("/a", s.peer("a").connecting(leechJoin("~x"))).ok()
		send("/b/x", s.peer("b").connecting(leechJoin("~x"))).listed("~x", "~a")
	}})
}

func connectionClauses() []clause {
	return []clause{
		{"B/keep-alive", "", func(s *session) {
			c := s.dial(here)
			for range 3 {
				c.send(request(s.own(s.peer("a").reporting())))
				if a := c.answer().refused(403); a.closes() {
					a.errorf("the connection ends")
				}
			}
			c.silent(50 * time.Millisecond)
		}},
		{"B/connection-close", "", func(s *session) {
			c := s.dial(here)
			c.send(request(s.own(s.peer("a").connecting(leechJoin("~x"))), "Connection: close"))
			if a := c.answer().ok(); !a.closes() {
				a.errorf("Connection is not close")
			}
			c.closed(patience)
		}},
		{"B/1.0-closes", "", func(s *session) {
			c := s.dial(here)
			c.send(strings.Replace(request(s.own(s.peer("a").connecting(leechJoin("~x")))), "1.1", "1.0", 1))
			c.answer().ok()
			c.closed(patience)
		}},
		{"B/1.0-keep-alive", "", func(s *session) {
			c := s.dial(here)
			for range 2 {
				c.send(strings.Replace(request(s.own(s.peer("a").reporting()), "Connection: Keep-Alive"), "1.1", "1.0", 1))
				if a := c.answer().refused(403); a.fields["Connection"] != "keep-alive" {
					a.errorf("Connection is not keep-alive")
				}
			}
		}},
		{"B/pipelining", "", func(s *session) {
			p, c := s.peer("a"), s.dial(here)
			first := s.own(p.connecting(leechJoin("~x")))
			c.send(request(first) + request(s.own(p.reporting())) + request("<bad/>") + request(s.own(p.connecting(leechLeave("~x")))) + request(s.own(p.reporting())))
			c.answer().results(s.own("~1"), s.own("t.~x"))
			c.answer().results()
			c.answer().refused(400)
			c.answer().results(s.own("~3"), s.own("t.~x"))
			c.answer().refused(403)
		}},
		{"B/byte-by-byte", "", func(s *session) {
			c := s.dial(here)
			for _, b := range []byte(request(s.own(s.peer("a").connecting(leechJoin("~x"))))) {
				c.send(string([]byte{b}))
			}
			c.answer().ok()
		}},
		{"B/half-close-after-the-request", "", func(s *session) {
			c := s.dial(here)
			c.send(request(s.own(s.peer("a").connecting(leechJoin("~x")))))
			c.halfClose()
			c.answer().ok()
			c.closed(patience)
		}},
		{"B/error-keeps-the-connection", "", func(s *session) {
			c := s.dial(here)
			for _, body := range []string{"x", "<a/>", s.own(s.peer("a").reporting())} {
				c.send(request(body))
				if a := c.answer(); a.closes() {
					a.errorf("the connection ends")
				}
			}
			c.send(request(s.own(s.peer("a").connecting(leechJoin("~x")))))
			c.answer().ok()
		}},
		{"design/expect-100-continue", "", func(s *session) {
			c := s.dial(here)
			h, body, _ := strings.Cut(request(s.own(s.peer("a").connecting(leechJoin("~x"))), "Expect: 100-continue"), "\r\n\r\n")
			c.send(h + "\r\n\r\n")
			c.interim("HTTP/1.1 100 Continue")
			c.send(body)
			c.answer().ok()
		}},
		{"design/expect-100-continue-refused", "", func(s *session) {
			c := s.dial(here)
			c.send(head("POST /x HTTP/1.1", "Host: t", "Content-Type: text/xml", "Content-Length: 100", "expect: 100-Continue"))
			c.answer().is(404)
		}},
		{"design/expect-100-continue-1.0", "", func(s *session) {
			c := s.dial(here)
			c.send(strings.Replace(request(s.own(s.peer("a").connecting(leechJoin("~x"))), "Expect: 100-continue"), "1.1", "1.0", 1))
			c.answer().ok()
		}},
		{"design/expect-other", "", func(s *session) {
			c := s.dial(here)
			c.send(request(s.own(s.peer("a").connecting(leechJoin("~x"))), "Expect: 200-ok"))
			c.answer().refused(400)
		}},
	}
}

func timeoutClauses() []clause {
	const flags = "-read-timeout 600ms -idle-timeout 1800ms"
	slow := func(name, part string, drip bool) clause {
		return clause{name, flags, func(s *session) {
			c := s.dial(here)
			c.send(part)
			begin := time.Now()
			if drip {
				go func() {
					for range 40 {
						time.Sleep(100 * time.Millisecond)
						c.send("x")
					}
				}()
			}
			c.answerWithin(patience).is(408)
			if d := time.Since(begin); d < 500*time.Millisecond || d > 2500*time.Millisecond {
				s.t.Errorf("408 after %v", d)
			}
			c.closed(patience)
		}}
	}
	full := head("POST / HTTP/1.1", "Host: t", "Content-Type: text/xml", "Content-Length: 500")
	return []clause{
		slow("B.4/408-within-the-line", "POST /", false),
		slow("B.4/408-within-the-head", "POST / HTTP/1.1\r\nHost: t\r\n", false),
		slow("B.4/408-within-the-body", full+"<?xml", false),
		slow("B.4/408-before-the-body", full, false),
		slow("B.4/408-dripping-head", "POST / HTTP/1.1\r\nHost: t\r\nX: ", true),
		slow("B.4/408-dripping-body", full, true),
		{"design/idle-timeout-new", flags, func(s *session) {
			c, begin := s.dial(here), time.Now()
			c.closed(patience)
			if d := time.Since(begin); d < 1700*time.Millisecond {
				s.t.Errorf("closed after %v", d)
			}
		}},
		{"design/idle-timeout-used", flags, func(s *session) {
			c := s.dial(here)
			for range 3 { // the last one is later than one idle timeout
				time.Sleep(800 * time.Millisecond)
				c.send(request(s.own(s.peer("a").reporting())))
				c.answer().refused(403)
			}
			begin := time.Now()
			c.closed(patience)
			if d := time.Since(begin); d < 1700*time.Millisecond {
				s.t.Errorf("closed after %v", d)
			}
		}},
	}
}

func overloadClauses() []clause {
	return []clause{
		{"operation/drain", "-track-timeout 15m", func(s *session) {
			idle, busy := s.dial(here), s.dial(here)
			idle.send(request(s.own(s.peer("a").connecting(leechJoin("~x")))))
			idle.answer().ok()
			raw := request(s.own(s.peer("a").reporting()))
			busy.send(raw[:len(raw)-1])
			time.Sleep(100 * time.Millisecond)
			if err := s.tracker.process.Process.Signal(syscall.SIGTERM); err != nil {
				s.t.Fatal(err)
			}
			idle.closed(patience)
			s.until(patience, "nobody is let in", func() bool {
				c, err := net.Dial("tcp", s.tracker.http)
				if err == nil {
					_ = c.Close()
				}
				return err != nil
			})
			busy.send(raw[len(raw)-1:])
			if a := busy.answer().ok(); !a.closes() {
				a.errorf("Connection is not close")
			}
			busy.closed(patience)
		}},
		{"4.3/max-peers", "-max-peers 2", func(s *session) {
			a, b, c := s.peer("a"), s.peer("b"), s.peer("c")
			a.connect(leechJoin("~x")).ok()
			b.connect(leechJoin("~x")).ok()
			full := c.connect(leechJoin("~x")).is(503)
			if n, err := strconv.Atoi(full.fields["Retry-After"]); err != nil || n < 1 {
				full.errorf("Retry-After %q", full.fields["Retry-After"])
			}
			c.registered(false)
			a.connect(leechJoin("~y")).listed("~y")
			b.connect(leechJoin("~x")).listed("~x", "~a")
			b.connect(leechLeave("~x")).ok()
			c.connect(leechJoin("~x")).listed("~x", "~a")
		}},
		{"4.3/max-connections", "-max-connections 2", func(s *session) {
			s.random = true // how soon a connection is free again is a matter of time
			a, b := s.dial(here), s.dial(here)
			for _, c := range []*conn{a, b} {
				c.send(request(s.own(s.peer("a").reporting())))
				c.answer().refused(403)
			}
			c := s.dial(here)
			c.answer().is(503)
			c.closed(patience)
			_ = a.Close()
			s.until(patience, "a connection is free again", func() bool {
				d := s.dial(here)
				d.send(request(s.own(s.peer("a").reporting())))
				x, err := d.read(time.Second)
				_ = d.Close()
				return err == nil && x.status == 403
			})
		}},
	}
}
