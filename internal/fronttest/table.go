package fronttest

import (
	"slices"
	"strings"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/internal/httphead"
)

// Table is every behaviour but those that take time.
func Table() []Case {
	return slices.Concat(connectionCases(), lineCases(), hostCases(), lengthCases(), fieldCases(), bodyCases(),
		mediaCases(), expectCases(), gzipCases(), statusCases())
}

// kept: the answer, and the connection goes on.
func kept(name, section, message, answer string) Case {
	return Case{name, section, []Step{send(message), get(answer), open}}
}

// refused: the fault, and the connection closes.
func refused(name, section, message string, f codec.Fault) Case {
	return Case{name, section, []Step{send(message), get(end(f)), closed}}
}

func connectionCases() []Case {
	hello10 := func(fields ...string) string {
		return request("POST / HTTP/1.0", "hello", append(fields, "Content-Type: text/xml")...)
	}
	return []Case{
		kept("one request", "B", post("hello"), ok("hello")),
		{"keep-alive", "RFC 9112 9.3", []Step{send(post("one")), get(ok("one")), send(post("two")), get(ok("two")), open}},
		{"pipelining", "RFC 9112 9.3.2", []Step{send(post("one") + post("bad") + post("three")),
			get(ok("one")), get(no(codec.FaultPort)), get(ok("three")), open}},
		{"pipelining behind a close", "RFC 9112 9.6", []Step{send(post("one", "Connection: close") + post("two")),
			get(ok("one", "Connection: close")), closed}},
		{"Connection: close", "RFC 9112 9.6", []Step{send(post("hello", "Connection: close")), get(ok("hello", "Connection: close")), closed}},
		{"Connection: close in a list", "RFC 9112 9.6", []Step{send(post("hello", "connection: foo ,CLOSE, keep-alive")), get(ok("hello", "Connection: close")), closed}},
		{"Connection: close on a second line", "RFC 9112 9.6", []Step{send(post("hello", "Connection: keep-alive", "Connection: close")), get(ok("hello", "Connection: close")), closed}},
		{"HTTP/1.0", "RFC 9112 9.3", []Step{send(hello10()), get(ok("hello", "Connection: close")), closed}},
		{"HTTP/1.0 keep-alive", "RFC 9112 9.3", []Step{send(hello10("Connection: Keep-Alive")), get(ok("hello", "Connection: keep-alive")), open}},
		{"HTTP/1.0 keep-alive and an error", "RFC 9112 9.3", []Step{send(strings.Replace(hello10("Connection: keep-alive"), "/ ", "/x ", 1)),
			get(no(codec.FaultResource, "Connection: keep-alive")), open}},
		kept("an empty line first", "RFC 9112 2.2", "\r\n"+post("hello"), ok("hello")),
		{"empty lines between", "RFC 9112 2.2", []Step{send(post("one") + "\r\n" + post("two")), get(ok("one")), get(ok("two")), open}},
		refused("two empty lines first", "RFC 9112 2.2", "\r\n\r\n"+post("hello"), codec.FaultHead),
		{"answer to a half-closed peer", "RFC 9112 9.6", []Step{send(post("hello")), halfClose, get(ok("hello")), closed}},
		{"silent half close", "RFC 9112 9.6", []Step{halfClose, closed}},
		{"empty line, then half close", "RFC 9112 9.6", []Step{send(post("hello") + "\r\n"), halfClose, get(ok("hello")), closed}},
		{"half close within the head", "4.3", []Step{send("POST / HTTP/1.1\r\nHost: t"), halfClose, get(end(codec.FaultHead)), closed}},
		{"half close within the body", "4.3", []Step{send(strings.TrimSuffix(post("hello"), "lo")), halfClose, get(end(codec.FaultLength)), closed}},
		{"half close before the body", "4.3", []Step{send(strings.TrimSuffix(post("hello"), "hello")), halfClose, get(end(codec.FaultLength)), closed}},
	}
}

func lineCases() []Case {
	line := func(l string) string { return request(l, "hello", "Host: t", "Content-Type: text/xml") }
	cases := []Case{
		kept("other resource", "B.4", line("POST /other HTTP/1.1"), no(codec.FaultResource)),
		kept("below a prefix", "B", line("POST /ppsp/x/y HTTP/1.1"), ok("hello")),
		kept("the prefix itself", "B", line("POST /ppsp/ HTTP/1.1"), ok("hello")),
		kept("the prefix without its slash", "B.4", line("POST /ppsp HTTP/1.1"), no(codec.FaultResource)),
		kept("paths are literal", "B.4", line("POST /pps%70/x HTTP/1.1"), no(codec.FaultResource)),
		kept("dots are literal", "B.4", line("POST /x/../ HTTP/1.1"), no(codec.FaultResource)),
		kept("two slashes", "B.4", line("POST // HTTP/1.1"), no(codec.FaultResource)),
		kept("malformed escape", "B.4", line("POST /%zz HTTP/1.1"), no(codec.FaultResource)),
		kept("query", "RFC 9112 3.2.1", line("POST /?a=/%zz? HTTP/1.1"), ok("hello")),
		kept("absolute form", "RFC 9112 3.2.2", line("POST http://tracker.example:7846/ppsp/a?b HTTP/1.1"), ok("hello")),
		kept("absolute form without a path", "RFC 9112 3.2.2", line("POST HTTP://[2001:db8::1]:80 HTTP/1.1"), ok("hello")),
		kept("absolute form with a query only", "RFC 9112 3.2.2", line("POST https://t?x/y HTTP/1.1"), ok("hello")),
		kept("absolute form of another path", "B.4", line("POST http://t/no HTTP/1.1"), no(codec.FaultResource)),
		kept("longest target", "4.3", line("POST /"+strings.Repeat("a", httphead.MaxTarget-1)+" HTTP/1.1"), no(codec.FaultResource)),
		refused("target too long", "4.3", line("POST /"+strings.Repeat("a", httphead.MaxTarget)+" HTTP/1.1"), codec.FaultURITooLong),
		refused("target without end", "4.3", "POST /"+strings.Repeat("a", httphead.MaxTarget+100), codec.FaultURITooLong),
		kept("longest query", "4.3", line("POST /?"+strings.Repeat("a", httphead.MaxTarget-2)+" HTTP/1.1"), ok("hello")),
		refused("another protocol", "B", "\x16\x03\x01\x02\x00\x01\x00\x01", codec.FaultHead),
	}
	for _, m := range []string{"GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "post", "POSTS", "SUBSCRIBE", "A-B"} {
		cases = append(cases,
			kept("method "+m, "B.2", line(m+" / HTTP/1.1"), no(codec.FaultMethod)),
			kept("method "+m+" without a body", "B.2", head(m+" / HTTP/1.1", "Host: t"), no(codec.FaultMethod)))
	}
	cases = append(cases, kept("method HEAD", "B.2", head("HEAD / HTTP/1.1", "Host: t"), no(codec.FaultMethod)))
	for _, v := range []string{"HTTP/2.0", "HTTP/1.2", "HTTP/0.9", "HTTP/3", "HTTP/1.10", "HTTP/", "HTTP/1.1x"} {
		cases = append(cases, refused("version "+v, "B.4", line("POST / "+v), codec.FaultHTTPVersion))
	}
	cases = append(cases, refused("HTTP/2 preface", "B.4", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", codec.FaultHTTPVersion))
	for name, l := range map[string]string{
		"no version": "POST /", "only a method": "POST", "lower-case version": "POST / http/1.1", "two spaces before the target": "POST  / HTTP/1.1",
		"two spaces before the version": "POST /  HTTP/1.1", "trailing space": "POST / HTTP/1.1 ", "leading space": " POST / HTTP/1.1",
		"tabs": "POST\t/\tHTTP/1.1", "no target": "POST  HTTP/1.1", "method with a colon": "PO:ST / HTTP/1.1", "relative target": "POST x HTTP/1.1",
		"asterisk": "POST * HTTP/1.1", "authority": "POST t:80 HTTP/1.1", "fragment": "POST /#a HTTP/1.1", "control byte in the target": "POST /\x01 HTTP/1.1",
		"NUL in the target": "POST /\x00 HTTP/1.1", "bare CR in the line": "POST /\r HTTP/1.1", "raw UTF-8 in the target": "POST /é HTTP/1.1",
		"other scheme": "POST ftp://t/ HTTP/1.1", "absolute form without a host": "POST http:/// HTTP/1.1", "user in the target": "POST http://u@t/ HTTP/1.1",
	} {
		cases = append(cases, refused(name, "B", line(l), codec.FaultHead))
	}
	return cases
}

func hostCases() []Case {
	with := func(version string, hosts ...string) string {
		return request("POST / "+version, "hello", append(hosts, "Connection: keep-alive", "Content-Type: text/xml")...)
	}
	cases := []Case{
		refused("no Host", "RFC 9112 3.2", with("HTTP/1.1"), codec.FaultHost),
		refused("two Hosts", "RFC 9112 3.2", with("HTTP/1.1", "Host: a", "Host: b"), codec.FaultHost),
		refused("the same Host twice", "RFC 9112 3.2", with("HTTP/1.1", "Host: a", "host: a"), codec.FaultHost),
		refused("two Hosts in 1.0", "RFC 9112 3.2", with("HTTP/1.0", "Host: a", "Host: b"), codec.FaultHost),
		{"no Host in 1.0", "RFC 9112 3.2", []Step{send(with("HTTP/1.0")), get(ok("hello", "Connection: keep-alive")), open}},
	}
	for _, h := range []string{"tracker.example", "tracker.example:7846", "192.0.2.1", "[2001:db8::1]", "[2001:db8::1]:80", "t:", "", "a_b", "%41"} {
		cases = append(cases, kept("Host "+h, "RFC 9110 7.2", with("HTTP/1.1", "Host: "+h), ok("hello")))
	}
	for _, h := range []string{"a b", "a/b", "a@b", "a:b", "a:80:80", "[::1", "[]", "::1", "[::1]x", "[::1]:x", "[1::2::3]", "[fe80::1%25eth0]", "[192.0.2.1]", "[v1.x]", "a\\b", "a\x80"} {
		cases = append(cases, refused("invalid Host "+h, "RFC 9112 3.2", with("HTTP/1.1", "Host: "+h), codec.FaultHost))
	}
	return cases
}

func lengthCases() []Case {
	with := func(fields ...string) string {
		return head("POST / HTTP/1.1", append([]string{"Host: t", "Content-Type: text/xml"}, fields...)...) + "hello"
	}
	cases := []Case{
		refused("no length", "4.3", with(), codec.FaultLength),
		refused("no length in 1.0", "4.3", strings.Replace(with(), "1.1", "1.0", 1), codec.FaultLength),
		refused("chunked", "4.3", strings.Replace(with("Transfer-Encoding: chunked"), "hello", "5\r\nhello\r\n0\r\n\r\n", 1), codec.FaultLength),
		refused("chunked in 1.0", "4.3", strings.Replace(with("Transfer-Encoding: chunked"), "1.1", "1.0", 1), codec.FaultLength),
		refused("unknown transfer coding", "4.3", with("Transfer-Encoding: xchunked"), codec.FaultLength),
		refused("empty transfer coding", "4.3", with("Transfer-Encoding:"), codec.FaultLength),
		refused("another method, chunked", "B.2", head("GET / HTTP/1.1", "Host: t", "Transfer-Encoding: chunked")+"0\r\n\r\n", codec.FaultMethod),
		kept("leading zeros", "RFC 9110 8.6", with("Content-Length: 0005"), ok("hello")),
		kept("white space around the length", "RFC 9112 5.1", with("Content-Length: \t 5 \t"), ok("hello")),
		kept("field names in any case", "RFC 9110 5.1", with("cOnTeNt-LeNgTh:5"), ok("hello")),
		kept("transfer-coding look-alike", "RFC 9110 5.1", with("Content-Length: 5", "Transfer_Encoding: chunked"), ok("hello")),
	}
	for name, fields := range map[string][]string{
		"length and chunked": {"Content-Length: 5", "Transfer-Encoding: chunked"}, "chunked and length": {"Transfer-Encoding: chunked", "Content-Length: 5"},
		"length and identity": {"Content-Length: 5", "Transfer-Encoding: identity"}, "two lengths": {"Content-Length: 5", "Content-Length: 6"},
		"the same length twice": {"Content-Length: 5", "Content-Length: 5"}, "list of lengths": {"Content-Length: 5, 5"}, "positive length": {"Content-Length: +5"},
		"negative length": {"Content-Length: -5"}, "hexadecimal length": {"Content-Length: 0x5"}, "length with a space": {"Content-Length: 5 5"},
		"empty length": {"Content-Length:"}, "length that is no number": {"Content-Length: five"}, "fraction": {"Content-Length: 5.0"}, "underscore": {"Content-Length: 0_5"},
		"folded length": {"Content-Length: 5", " 6"}, "folded before the digits": {"Content-Length:", "\t5"}, "space before the colon": {"Content-Length : 5"},
		"tab before the colon": {"Content-Length\t: 5"}, "vertical tab": {"Content-Length: \v5"}, "length behind a bare LF": {"X: y\nContent-Length: 5"},
		"length behind a bare CR": {"X: y\rContent-Length: 5"}, "NUL in a name": {"Content-Length\x00: 5"},
	} {
		cases = append(cases, refused(name, "RFC 9112 6.3", with(fields...), codec.FaultHead))
	}
	return cases
}

func fieldCases() []Case {
	many := func(n int) []string {
		return slices.Repeat([]string{"X: y"}, n-3) // post has three of its own
	}
	cases := []Case{
		kept("most fields", "B", post("hello", many(httphead.MaxFields)...), ok("hello")),
		refused("too many fields", "B", post("hello", many(httphead.MaxFields+1)...), codec.FaultHeadTooLarge),
		refused("head too large", "B", post("hello", "X: "+strings.Repeat("y", httphead.MaxHead)), codec.FaultHeadTooLarge),
		refused("head without end", "B", "POST / HTTP/1.1\r\nX: "+strings.Repeat("y", httphead.MaxHead), codec.FaultHeadTooLarge),
		kept("large head", "B", post("hello", "X: "+strings.Repeat("y", httphead.MaxHead-400)), ok("hello")),
		kept("fields of others", "B.1", post("hello", "Trailer: Content-Length", "Upgrade: h2c", "Cookie: a=b", "Server: x", "Status: 500", "Range: bytes=0-1"), ok("hello")),
		kept("bytes above 127 and tabs in a value", "RFC 9110 5.5", post("hello", "X: \xff\té"), ok("hello")),
		kept("empty value", "RFC 9110 5.5", post("hello", "X:", "Y: \t "), ok("hello")),
	}
	for name, field := range map[string]string{
		"no colon": "Xy", "empty name": ": y", "space in a name": "X y: z", "space before a name": " X: y", "slash in a name": "X/y: z",
		"folded field": "X: y\r\n z", "NUL in a value": "X: \x00", "DEL in a value": "X: 1234567\x7f", "control byte in a value": "X: 12345678\x1f", "bare CR in a value": "X: y\rz",
		"bare LF": "X: y\nZ: z", "UTF-8 in a name": "Xé: y", "quotes around a name": "\"X\": y",
	} {
		cases = append(cases, refused(name, "RFC 9112 5", post("hello", field), codec.FaultHead))
	}
	return append(cases,
		refused("white space before the first field", "RFC 9112 2.2", head("POST / HTTP/1.1", " Host: t"), codec.FaultHead),
		refused("LF line ends", "B", strings.ReplaceAll(post("hello"), "\r\n", "\n"), codec.FaultHead))
}

func bodyCases() []Case {
	return []Case{
		kept("empty body", "B.3", post(""), no(codec.FaultNoBody)),
		kept("largest body", "B", post(strings.Repeat("a", MaxBody)), ok(strings.Repeat("a", MaxBody))),
		refused("body too large", "B.4", post(strings.Repeat("a", MaxBody+1)), codec.FaultBodyTooLarge),
		refused("body too large and not sent", "B.4", head("POST / HTTP/1.1", "Host: t", "Content-Type: text/xml", "Content-Length: 99999999999999999999"), codec.FaultBodyTooLarge),
		refused("body of 2^64+5", "B.4", head("POST / HTTP/1.1", "Host: t", "Content-Type: text/xml", "Content-Length: 18446744073709551621")+"hello", codec.FaultBodyTooLarge),
		{"body longer than its length", "4.3", []Step{send(strings.Replace(post("hello"), "hello", "hello<", 1)), get(ok("hello")), get(end(codec.FaultHead)), closed}},
		kept("any byte in a body", "B.3", post("\x00\r\n\r\n\xffPOST / HTTP/1.1\r\n"), ok("\x00\r\n\r\n\xffPOST / HTTP/1.1\r\n")),
	}
}

func mediaCases() []Case {
	typed := func(fields ...string) string {
		return request("POST / HTTP/1.1", "hello", append(fields, "Host: t")...)
	}
	cases := []Case{
		kept("no Content-Type", "4.3", typed(), no(codec.FaultContentType)),
		kept("two Content-Types", "B.1", typed("Content-Type: text/xml", "Content-Type: text/xml"), no(codec.FaultMediaType)),
		kept("Accept excludes XML", "B.4", post("hello", "Accept: image/png;q=1, */*;q=0"), ok("hello")),
	}
	for _, v := range []string{"application/ppsp-tracker+xml", "application/xml", "text/xml", "Text/XML", "application/xml;charset=utf-8", "application/xml ; charset=\"UTF-8\"",
		"text/xml; charset=us-ascii", "text/xml;", "text/xml; version=1.0; charset=Utf-8;", "text/xml; x=\"a;\\\"b\""} {
		cases = append(cases, kept("type "+v, "B.1", typed("Content-Type: "+v), ok("hello")))
	}
	for _, v := range []string{"text/plain", "application/x-www-form-urlencoded", "application/xmlx", "xml", "", "text/xml x", "text/xml, text/xml", "text/xml; charset", "text/xml; charset=\"utf-8", "image/svg+xml", "multipart/form-data; boundary=x"} {
		cases = append(cases, kept("wrong type "+v, "B.1", typed("Content-Type: "+v), no(codec.FaultMediaType)))
	}
	for _, v := range []string{"utf-16", "iso-8859-1", "\"latin1\"", "utf-8x", "utf-8; charset=utf-7"} {
		cases = append(cases, kept("charset "+v, "B.3", typed("Content-Type: text/xml; charset="+v), no(codec.FaultEncoding)))
	}
	for _, v := range []string{"gzip", "deflate", "br", "identity", "exi", "x-exi", "exi, gzip", "x"} {
		cases = append(cases, kept("coding "+v, "B.3", post("hello", "Content-Encoding: "+v), no(codec.FaultCoding)))
	}
	return append(cases, kept("empty coding", "B.3", post("hello", "Content-Encoding:"), ok("hello")))
}

func expectCases() []Case {
	whole := post("hello", "Expect: 100-continue")
	head100 := strings.TrimSuffix(whole, "hello")
	refusedAt := func(name, section, message string, f codec.Fault) Case {
		return refused("Expect and "+name, section, strings.TrimSuffix(message, "hello"), f)
	}
	return []Case{
		{"Expect: the peer waits", "RFC 9110 10.1.1", []Step{send(head100), get(continue100), send("hello"), get(ok("hello")), open}},
		{"Expect: the peer does not wait", "RFC 9110 10.1.1", []Step{send(whole), get(continue100), get(ok("hello")), open}},
		{"Expect in any case", "RFC 9110 10.1.1", []Step{send(post("hello", "expect: 100-CONTINUE")), get(continue100), get(ok("hello")), open}},
		{"Expect behind a pipeline", "RFC 9110 10.1.1", []Step{send(post("one") + head100), get(ok("one")), get(continue100), send("hello"), get(ok("hello")), open}},
		{"Expect in 1.0", "RFC 9110 10.1.1", []Step{send(strings.Replace(whole, "1.1", "1.0", 1)), get(ok("hello", "Connection: close")), closed}},
		refused("another expectation", "B.4", post("hello", "Expect: 200-ok"), codec.FaultExpectation),
		refusedAt("another resource", "RFC 9110 10.1.1", strings.Replace(whole, "POST /", "POST /x", 1), codec.FaultResource),
		refusedAt("another method", "RFC 9110 10.1.1", strings.Replace(whole, "POST", "PUT", 1), codec.FaultMethod),
		refusedAt("a large body", "RFC 9110 10.1.1", head("POST / HTTP/1.1", "Host: t", "Expect: 100-continue", "Content-Length: 100000"), codec.FaultBodyTooLarge),
		refusedAt("no Content-Type", "RFC 9110 10.1.1", head("POST / HTTP/1.1", "Host: t", "Expect: 100-continue", "Content-Length: 5"), codec.FaultContentType),
		refusedAt("no body", "RFC 9110 10.1.1", head("POST / HTTP/1.1", "Host: t", "Content-Type: text/xml", "Expect: 100-continue", "Content-Length: 0"), codec.FaultNoBody),
	}
}

func gzipCases() []Case {
	long, body := "times60", strings.Repeat("times60", 60)
	plain := ok(body, "PPSP-Track-Timeout: 60")
	const coded = "HTTP/1.1 200 OK\r\nDate: *\r\nContent-Type: application/ppsp-tracker+xml; charset=utf-8\r\nContent-Encoding: gzip\r\nContent-Length: "
	cases := []Case{
		kept("short answers are not coded", "B.1", post("hello", "Accept-Encoding: gzip"), ok("hello")),
		{"short answers are coded if they must", "RFC 9110 12.5.3", []Step{send(post("hello", "Accept-Encoding: gzip, identity;q=0")), getStart(coded), open}},
		kept("errors are not coded", "4.3", post("bad", "Accept-Encoding: gzip"), no(codec.FaultPort)),
		{"pipelined, coded and not", "B.1", []Step{send(post(long, "Accept-Encoding: gzip") + post(long)), getStart(coded), get(plain), open}},
	}
	for _, v := range []string{"gzip", "GZIP", "x-gzip", "deflate, gzip", "gzip;q=0.001", "*", "identity;q=0.5, *;q=0.6", "gzip;q=1.000", "br;q=1, gzip ; q=0.8, *;q=0.1", "gzip\r\nAccept-Encoding: br"} {
		cases = append(cases, Case{"gzip for " + v, "RFC 9110 12.5.3", []Step{send(post(long, "Accept-Encoding: "+v)), getStart(coded), open}})
	}
	for _, v := range []string{"", "identity", "deflate, br", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0, *", "gzip;q=0.5, identity", "gzip;q=2", "gzip;q=abc", "gzipx", "gzip;q=0.1, *;q=0.9"} {
		cases = append(cases, kept("no gzip for "+v, "RFC 9110 12.5.3", post(long, "Accept-Encoding: "+v), plain))
	}
	return cases
}

func statusCases() []Case {
	return []Case{
		kept("malformed message", "4.3", post("bad"), no(codec.FaultPort)),
		kept("forbidden action", "4.3", post("forbidden"), no(codec.FaultNotAllowed)),
		kept("overload", "4.3", post("full"), no(codec.FaultFull, "Retry-After: *")),
		{"panic", "4.3", []Step{send(post("boom") + post("two")), get(end(codec.FaultInternal)), closed}},
		kept("track timeout", "B.1", post("times2"), ok("times2times2", "PPSP-Track-Timeout: 2")),
		{"lengths of other widths", "B.1", []Step{send(post("a") + post("times1") + post("times2") + post("b") + post("times20") + post("times9")), get(ok("a")),
			get(ok("times1", "PPSP-Track-Timeout: 1")), get(ok("times2times2", "PPSP-Track-Timeout: 2")), get(ok("b")),
			get(ok(strings.Repeat("times20", 20), "PPSP-Track-Timeout: 20")), get(ok(strings.Repeat("times9", 9), "PPSP-Track-Timeout: 9")), open}},
	}
}

// timeCases wait for timeouts.
func timeCases() []Case {
	whole := post("hello")
	slow := idleTimeout - idleTimeout/5
	return []Case{
		{"silent from the start", "B.4", []Step{closedAfter(slow)}},
		{"silent after a request", "B.4", []Step{send(whole), get(ok("hello")), closedAfter(slow)}},
		{"silent after an empty line", "B.4", []Step{send("\r\n"), closedAfter(slow / 2)}},
		{"slow head", "B.4", []Step{send("POST / HT"), get(end(codec.FaultTimeout)), closed}},
		{"slow body", "B.4", []Step{send(strings.TrimSuffix(whole, "o")), get(end(codec.FaultTimeout)), closed}},
		{"slow second request", "B.4", []Step{send(whole + "P"), get(ok("hello")), get(end(codec.FaultTimeout)), closed}},
		{"slow body after 100", "B.4", []Step{send(strings.TrimSuffix(post("hello", "Expect: 100-continue"), "hello")), get(continue100), get(end(codec.FaultTimeout)), closed}},
		{"dripping body", "B.4", []Step{drip(strings.TrimSuffix(post(strings.Repeat("a", MaxBody)), strings.Repeat("a", MaxBody)), 2*readTimeout), get(end(codec.FaultTimeout)), closed}},
	}
}
