package ppsphttp_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/codec/ppsphttp"
	"github.com/ppspd/ppspd/codec/ppspxml"
)

var xml = ppsphttp.Encoding{Format: ppspxml.Format{}, MediaType: ppsphttp.MediaTypeXML}

const success = `<?xml version="1.0" encoding="UTF-8"?><PPSPTrackerProtocol version="1.0"><Response>SUCCESSFUL</Response>` +
	`<TransactionID>778</TransactionID></PPSPTrackerProtocol>`

// report makes a STAT_REPORT.
func report() *codec.Request {
	var m codec.Request
	m.Dialect, m.Method = codec.DialectBase, codec.MethodStatReport
	m.TransactionID = m.Keep([]byte("778"))
	m.PeerID = m.Keep([]byte("656164657221"))
	return &m
}

// tracker answers every request by script, after checking what appendix B says
// of requests.
func tracker(t *testing.T, script func(w http.ResponseWriter)) *url.URL {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var m codec.Request
		if err == nil {
			err = ppspxml.Format{}.ParseRequest(&m, body)
		}
		if err != nil || r.Method != "POST" || r.URL.Path != "/tracker" || r.ContentLength != int64(len(body)) ||
			r.Header.Get("Content-Type") != ppsphttp.MediaTypeXML || string(m.Bytes(m.PeerID)) != "656164657221" {
			t.Errorf("request %s %s %v: %v %s", r.Method, r.URL, r.Header, err, body)
		}
		script(w)
	}))
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL + "/tracker")
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// ask sends a report both ways and hands each answer to check.
func ask(t *testing.T, u *url.URL, check func(r *codec.Response, err error)) {
	t.Helper()
	var r codec.Response
	q, err := ppsphttp.NewRequest(context.Background(), u.String(), xml, report())
	if err != nil {
		t.Fatal(err)
	}
	h, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	check(&r, ppsphttp.ReadResponse(h, xml, &r))

	c := dial(t, u, false)
	check(&r, c.Do(report(), &r))
}

func dial(t *testing.T, u *url.URL, acceptGzip bool) *ppsphttp.Conn {
	t.Helper()
	n, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	c := ppsphttp.NewConn(n, u, xml, acceptGzip)
	t.Cleanup(func() { c.Close() })
	return c
}

func TestSuccess(t *testing.T) {
	u := tracker(t, func(w http.ResponseWriter) {
		w.Header().Set("PPSP-Track-Timeout", "120")
		io.WriteString(w, success)
	})
	ask(t, u, func(r *codec.Response, err error) {
		if err != nil || r.Status != codec.StatusOK || r.TrackTimeout != 120 || string(r.Bytes(r.TransactionID)) != "778" {
			t.Errorf("%v, status %d, timeout %d", err, r.Status, r.TrackTimeout)
		}
	})
}

// An error has no body: its status is all that is said (4.3).
func TestRefusal(t *testing.T) {
	u := tracker(t, func(w http.ResponseWriter) { w.WriteHeader(403) })
	ask(t, u, func(r *codec.Response, err error) {
		if err != nil || r.Status != codec.StatusForbidden || r.TransactionID.Present() {
			t.Errorf("%v, status %d", err, r.Status)
		}
	})
}

func TestNoMessage(t *testing.T) {
	u := tracker(t, func(w http.ResponseWriter) { io.WriteString(w, "<html>") })
	ask(t, u, func(r *codec.Response, err error) {
		var located *codec.Error
		if !errors.As(err, &located) {
			t.Errorf("error %v is not located", err)
		}
	})
}

func TestTooLarge(t *testing.T) {
	u := tracker(t, func(w http.ResponseWriter) {
		b := make([]byte, ppsphttp.MaxResponse+1)
		w.Header().Set("Content-Length", fmt.Sprint(len(b)))
		w.Write(b)
	})
	ask(t, u, func(_ *codec.Response, err error) {
		if !errors.Is(err, ppsphttp.ErrTooLarge) {
			t.Errorf("error %v", err)
		}
	})
}

func TestConnGzip(t *testing.T) {
	u := tracker(t, func(w http.ResponseWriter) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		io.WriteString(z, success)
		z.Close()
	})
	c := dial(t, u, true)
	var r codec.Response
	for range 3 { // the same connection and decompressor
		if err := c.Do(report(), &r); err != nil || string(r.Bytes(r.TransactionID)) != "778" {
			t.Fatalf("%v %q", err, r.Bytes(r.TransactionID))
		}
	}
}

// A decompressed body is bounded like any other.
func TestConnGzipBomb(t *testing.T) {
	u := tracker(t, func(w http.ResponseWriter) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		z.Write(make([]byte, ppsphttp.MaxResponse+1))
		z.Close()
	})
	var r codec.Response
	if err := dial(t, u, true).Do(report(), &r); !errors.Is(err, ppsphttp.ErrTooLarge) {
		t.Errorf("error %v", err)
	}
}

// Pipelined requests are answered in their order.
func TestConnPipelining(t *testing.T) {
	u := tracker(t, func(w http.ResponseWriter) { io.WriteString(w, success) })
	c := dial(t, u, false)
	for range 5 {
		if err := c.Send(report()); err != nil {
			t.Fatal(err)
		}
	}
	var r codec.Response
	for range 5 {
		if err := c.Receive(&r); err != nil || r.Status != 200 || c.Reason != "OK" {
			t.Fatal(err, r.Status, c.Reason)
		}
	}
	if c.Sent == 0 || c.Received == 0 {
		t.Error("bytes are not counted")
	}
}

func TestConnClosed(t *testing.T) {
	u := tracker(t, func(w http.ResponseWriter) {
		w.Header().Set("Connection", "close")
		io.WriteString(w, success)
	})
	c := dial(t, u, false)
	var r codec.Response
	if err := c.Do(report(), &r); err != nil {
		t.Fatal(err)
	}
	if err := c.Do(report(), &r); !errors.Is(err, ppsphttp.ErrClosed) {
		t.Errorf("error %v", err)
	}
}

// What is no HTTP answer is an error at every prefix, never a panic or a hang.
func TestConnMalformed(t *testing.T) {
	whole := "HTTP/1.1 200 OK\r\nContent-Length: " + fmt.Sprint(len(success)) + "\r\nPPSP-Track-Timeout: 9\r\n\r\n" + success
	answers := []string{"", "\r\n", "HTTP/1.1\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n",
		"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
		"HTTP/1.1 200 OK\r\nPPSP-Track-Timeout: soon\r\n\r\n",
		"HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", 200) + "\r\n",
		"HTTP/1.1 200 OK\r\nA: " + strings.Repeat("b", 1<<16)}
	for i := range whole {
		answers = append(answers, whole[:i])
	}
	for _, a := range answers {
		if err := receive(a); err == nil {
			t.Errorf("%.80q was accepted", a)
		}
	}
	if err := receive(whole); err != nil {
		t.Errorf("the whole answer: %v", err)
	}
}

// receive reads an answer from memory.
func receive(answer string) error {
	u, _ := url.Parse("http://tracker.example/")
	c := ppsphttp.NewConn(&memory{in: strings.NewReader(answer)}, u, xml, false)
	var r codec.Response
	return c.Do(report(), &r)
}

// memory is a connection that has its answer already.
type memory struct {
	net.Conn
	in  io.Reader
	out bytes.Buffer
}

func (m *memory) Read(b []byte) (int, error)  { return m.in.Read(b) }
func (m *memory) Write(b []byte) (int, error) { return m.out.Write(b) }

func FuzzReceive(f *testing.F) {
	f.Add("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc")
	f.Add("HTTP/1.1 403 Action not allowed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	f.Add("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b")
	f.Fuzz(func(t *testing.T, answer string) { _ = receive(answer) })
}
