package exchange_test

import (
	"strings"
	"testing"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/internal/exchange"
	"github.com/ppspd/ppspd/internal/httphead"
)

// What follows a head: a body and then Serve, or a fault at once. The faults
// that Serve finds itself are in the second column.
func TestAdmit(t *testing.T) {
	x := exchange.New(testConfig())
	w := x.Worker()
	const line, xml = "POST / HTTP/1.1\r\nHost: t\r\n", "Content-Type: text/xml\r\n"
	body := func(n int) exchange.Admission { return exchange.Admission{Body: n} }
	now := func(f codec.Fault) exchange.Admission { return exchange.Admission{Fault: f} }
	for _, c := range []struct {
		section, head string
		want          exchange.Admission
		served        codec.Fault
	}{
		{"B.3", line + xml + "Content-Length: 5\r\n", body(5), codec.FaultNone},
		{"B.3", line + xml + "Content-Length: 0\r\n", body(0), codec.FaultNoBody},
		{"B.3", line + xml + "Content-Length: 1000\r\n", body(1000), codec.FaultNone},
		{"4.3", line + xml, now(codec.FaultLength), 0},
		{"4.3", line + xml + "Transfer-Encoding: chunked\r\n", now(codec.FaultLength), 0},
		{"B.4", line + xml + "Content-Length: 1001\r\n", now(codec.FaultBodyTooLarge), 0},
		{"B.2", "GET / HTTP/1.1\r\nHost: t\r\n", body(0), codec.FaultMethod},
		{"B.2", "GET / HTTP/1.1\r\nHost: t\r\nContent-Length: 7\r\n", body(7), codec.FaultMethod},
		{"B.2", "GET / HTTP/1.1\r\nHost: t\r\nContent-Length: 1001\r\n", now(codec.FaultMethod), 0},
		{"B.2", "GET / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n", now(codec.FaultMethod), 0},
		{"B.4", strings.Replace(line, "/", "/x", 1) + xml + "Content-Length: 5\r\n", body(5), codec.FaultResource},
		{"B.4", strings.Replace(line, "/", "/x", 1) + xml, now(codec.FaultResource), 0},
		{"4.3", line + "Content-Length: 5\r\n", body(5), codec.FaultContentType},
		{"B.1", line + "Content-Length: 5\r\nContent-Type: application/exi\r\n", body(5), codec.FaultMediaType},
		{"B.1", line + "Content-Length: 5\r\nContent-Type: application/ppsp-tracker+json\r\n", body(5), codec.FaultMediaType},
		{"B.3", line + xml + "Content-Length: 5\r\nContent-Encoding: exi\r\n", body(5), codec.FaultCoding},
		{"B.3", line + "Content-Length: 5\r\nContent-Type: text/xml; charset=utf-16\r\n", body(5), codec.FaultEncoding},
		{"RFC 9110 10.1.1", line + xml + "Content-Length: 5\r\nExpect: 100-continue\r\n", exchange.Admission{Body: 5, Continue: true}, codec.FaultNone},
		{"RFC 9110 10.1.1", strings.Replace(line, "1.1", "1.0", 1) + xml + "Content-Length: 5\r\nExpect: 100-continue\r\n", body(5), codec.FaultNone},
		{"RFC 9110 10.1.1", line + xml + "Content-Length: 5\r\nExpect: x\r\n", now(codec.FaultExpectation), 0},
		{"RFC 9110 10.1.1", line + "Content-Length: 5\r\nExpect: 100-continue\r\n", now(codec.FaultContentType), 0},
	} {
		raw := []byte(c.head + "\r\n")
		var head httphead.Head
		if n, f := w.Scan(&head, raw); n == 0 {
			t.Fatalf("%q: %v", raw, f)
		}
		got := x.Admit(&head, raw)
		if got != c.want {
			t.Errorf("section %s: %+v, want %+v for %q", c.section, got, c.want, raw)
		}
		if got.Fault != codec.FaultNone {
			continue
		}
		if a, _ := w.Answer(1, &head, raw, []byte(strings.Repeat("x", got.Body)), observed); a.Fault != c.served {
			t.Errorf("section %s: served %v, want %v for %q", c.section, a.Fault, c.served, raw)
		}
	}
}

// The zero Config has the documented defaults, and lacks what cannot have one.
func TestDefaults(t *testing.T) {
	x := exchange.New(exchange.Config{Handle: handle, XML: echo{}})
	w := x.Worker()
	for n, want := range map[int]codec.Fault{exchange.DefaultMaxBody: codec.FaultNone, exchange.DefaultMaxBody + 1: codec.FaultBodyTooLarge} {
		got, _ := serve(t, x, w, post("Accept-Encoding: gzip\r\n", strings.Repeat("x", n)))
		if want.Status() == codec.StatusOK && field(got, "Content-Encoding") != "gzip" || !strings.Contains(got[:60], want.Reason()) {
			t.Errorf("%d bytes: %.100q", n, got)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("New accepts a Config without Handle")
		}
	}()
	exchange.New(exchange.Config{XML: echo{}})
}

// A Format that breaks its promise is taken for one that found a syntax error.
func TestForeignError(t *testing.T) {
	c := testConfig()
	c.XML = odd{}
	x := exchange.New(c)
	if got, _ := serve(t, x, x.Worker(), post("", "hello")); !strings.HasPrefix(got, "HTTP/1.1 400 "+codec.FaultSyntax.Reason()) {
		t.Errorf("%q", got)
	}
}

type odd struct{ echo }

func (odd) ParseRequest(*codec.Request, []byte) error { return codec.FaultPort }
