package exchange_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/engine"
	"github.com/ppspd/ppspd/internal/exchange"
	"github.com/ppspd/ppspd/internal/httphead"
	"github.com/ppspd/ppspd/wheel"
)

// field is the value of a header field of an answer, "" without it.
func field(answer, name string) string {
	head, _, _ := strings.Cut(answer, "\r\n\r\n")
	_, value, _ := strings.Cut(head, "\r\n"+name+": ")
	value, _, _ = strings.Cut(value, "\r\n")
	return value
}

// Appendix B.1: Content-Encoding gzip, and what is behind it is the same body.
func TestGzip(t *testing.T) {
	c := testConfig()
	c.GzipFrom = 200
	x := exchange.New(c)
	w := x.Worker()
	for _, n := range []int{1, 20, 33, 34, 40, 999} { // times33 has 231 bytes
		word := fmt.Sprintf("times%d", n)
		plain, _ := serve(t, x, w, post("", word))
		coded, _ := serve(t, x, w, post("Accept-Encoding: gzip\r\n", word))
		_, want, _ := strings.Cut(plain, "\r\n\r\n")
		_, body, _ := strings.Cut(coded, "\r\n\r\n")
		if is := field(coded, "Content-Encoding") == "gzip"; is != (len(want) >= 200) {
			t.Errorf("%d bytes: coded %v", len(want), is)
		} else if is {
			body = gunzip(t, body)
		}
		if body != want {
			t.Errorf("%s: %.100q, want %.100q", word, body, want)
		}
		if field(coded, "Vary") != "Accept-Encoding" || field(plain, "Vary") != "Accept-Encoding" {
			t.Errorf("%s: no Vary", word)
		}
	}
}

func gunzip(t *testing.T, s string) string {
	t.Helper()
	r, err := gzip.NewReader(strings.NewReader(s))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A body that coding would not make smaller is sent as it is.
func TestGzipNotLarger(t *testing.T) {
	c := testConfig()
	c.GzipFrom = 1
	x := exchange.New(c)
	if got, _ := serve(t, x, x.Worker(), post("Accept-Encoding: gzip\r\n", "hello")); field(got, "Content-Encoding") != "" {
		t.Errorf("%q", got)
	}
	if got, _ := serve(t, x, x.Worker(), post("Accept-Encoding: gzip, *;q=0\r\n", "hello")); field(got, "Content-Encoding") != "gzip" {
		t.Errorf("identity is refused: %q", got)
	}
}

func TestGzipOff(t *testing.T) {
	c := testConfig()
	c.GzipFrom = -1
	x := exchange.New(c)
	for _, accept := range []string{"gzip", "gzip, identity;q=0"} {
		got, _ := serve(t, x, x.Worker(), post("Accept-Encoding: "+accept+"\r\n", "times999"))
		if field(got, "Content-Encoding") != "" || field(got, "Vary") != "" {
			t.Errorf("%.300q", got)
		}
	}
}

// A gzip writer that was used before writes the same bytes as a new one.
func TestGzipReused(t *testing.T) {
	x := exchange.New(testConfig())
	w := x.Worker()
	message := post("Accept-Encoding: gzip\r\n", "times300")
	first, _ := serve(t, x, w, message)
	serve(t, x, w, post("Accept-Encoding: gzip\r\n", "times999"))
	if again, _ := serve(t, x, w, message); again != first {
		t.Errorf("%q, then %q", first, again)
	}
}

// What the tracker is told of a request besides its body.
func TestRequestFields(t *testing.T) {
	c := testConfig()
	var seen []codec.Request
	c.Handle = func(now wheel.Tick, q *codec.Request, r *codec.Response) {
		if now != 1 {
			t.Errorf("now = %d", now)
		}
		seen = append(seen, *q)
		handle(now, q, r)
	}
	x := exchange.New(c)
	w := x.Worker()
	for _, body := range []string{"one", "one", "two"} {
		serve(t, x, w, post("", body))
	}
	if len(seen) != 3 || seen[0].Observed != observed {
		t.Fatalf("%d requests, observed %v", len(seen), seen[0].Observed)
	}
	if a, b, c := seen[0].Fingerprint, seen[1].Fingerprint, seen[2].Fingerprint; a == 0 || a != b || a == c {
		t.Errorf("fingerprints %x, %x, %x", a, b, c)
	}
}

// Retry-After is spread over a range, so that refused peers do not come back
// together.
func TestRetryAfter(t *testing.T) {
	c := testConfig()
	c.RetryAfter = 5 * time.Second
	x := exchange.New(c)
	w := x.Worker()
	seen := map[int]bool{}
	for range 400 {
		answer, _ := serve(t, x, w, post("", "full"))
		n, err := strconv.Atoi(field(answer, "Retry-After"))
		if err != nil || n < 5 || n > 10 {
			t.Fatalf("%q", answer)
		}
		seen[n] = true
	}
	if len(seen) != 6 {
		t.Errorf("only the values %v", seen)
	}
	if got := string(w.Refuse(nil, 1, codec.FaultOverload, true)); !strings.HasPrefix(got, "HTTP/1.1 503 Service Unavailable\r\n") || field(got, "Retry-After") == "" {
		t.Errorf("%q", got)
	}
}

// The clock is asked once a second, and Date is never more than a second old.
func TestDate(t *testing.T) {
	c := testConfig()
	at, asked := time.Date(2013, 2, 14, 9, 30, 0, int(950*time.Millisecond), time.FixedZone("", 3600)), 0
	c.Clock = func() time.Time { asked++; return at }
	x := exchange.New(c)
	w := x.Worker()
	for tick := range wheel.Tick(100) {
		got := field(string(w.Refuse(nil, tick, codec.FaultHead, true)), "Date")
		told, err := time.Parse("Mon, 02 Jan 2006 15:04:05 GMT", got)
		if age := at.Sub(told); err != nil || age < 0 || age > time.Second+wheel.TickDuration {
			t.Fatalf("tick %d, %v: Date %q (%v)", tick, at.UTC(), got, err)
		}
		at = at.Add(wheel.TickDuration)
	}
	if asked > 12 {
		t.Errorf("the clock was asked %d times in 10 s", asked)
	}
}

// While draining, every answer closes its connection.
func TestDrain(t *testing.T) {
	x := exchange.New(testConfig())
	w := x.Worker()
	if x.Draining() {
		t.Error("draining from the start")
	}
	x.Drain()
	for _, body := range []string{"hello", "bad", "forbidden"} {
		if got, closing := serve(t, x, w, post("", body)); !closing || field(got, "Connection") != "close" {
			t.Errorf("%v, %q", closing, got)
		}
	}
}

// A panic is told once a second, the others are counted.
func TestPanics(t *testing.T) {
	c := testConfig()
	var told []exchange.Panic
	c.Panicked = func(p exchange.Panic) { told = append(told, p) }
	x := exchange.New(c)
	w := x.Worker()
	var head httphead.Head
	message := []byte(post("", "boom"))
	n, _ := head.Scan(message)
	for tick := range wheel.Tick(25) {
		out, closing := w.Serve(nil, tick, &head, message[:n], message[n:], observed)
		if !closing || !bytes.HasPrefix(out, []byte("HTTP/1.1 500 Internal Server Error\r\n")) {
			t.Fatalf("%q", out)
		}
	}
	if len(told) != 3 || told[0].Untold != 0 || told[1].Untold != 9 || told[2].Untold != 9 {
		t.Errorf("told %d times", len(told))
	}
	if told[0].Value != "in the engine" || !bytes.Contains(told[0].Stack, []byte("worker_test.go")) && !bytes.Contains(told[0].Stack, []byte("exchange_test.go")) {
		t.Errorf("%v\n%s", told[0].Value, told[0].Stack)
	}
	if got := x.Counts(); got.Panics != 25 || got.Answers[codec.FaultInternal] != 25 {
		t.Errorf("%d panics, %d answers", got.Panics, got.Answers[codec.FaultInternal])
	}
}

// A panic that left the tracker torn is not stopped.
func TestFatalPanic(t *testing.T) {
	c := testConfig()
	torn := &engine.Torn{Value: "x"}
	c.Handle = func(wheel.Tick, *codec.Request, *codec.Response) { panic(torn) }
	x := exchange.New(c)
	defer func() {
		if v := recover(); v != torn {
			t.Errorf("recovered %v", v)
		}
	}()
	serve(t, x, x.Worker(), post("", "hello"))
	t.Error("the panic was stopped")
}

func TestCounts(t *testing.T) {
	x := exchange.New(testConfig())
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			w := x.Worker()
			for _, body := range []string{"hello", "hello", "bad", "forbidden", "times500"} {
				serve(t, x, w, post("Accept-Encoding: gzip\r\n", body))
			}
			serve(t, x, w, "GET / HTTP/1.1\r\n\r\n")
		})
	}
	all.Wait()
	c := x.Counts()
	for f, want := range map[codec.Fault]uint64{codec.FaultNone: 12, codec.FaultPort: 4, codec.FaultNotAllowed: 4, codec.FaultHost: 4} {
		if c.Answers[f] != want {
			t.Errorf("%v: %d, want %d", f, c.Answers[f], want)
		}
	}
	if c.Methods[codec.MethodConnect] != 16 || c.Coded != 4 || c.BytesIn == 0 || c.BytesOut == 0 {
		t.Errorf("%+v", c)
	}
}

// A path is compared literally, with each pattern.
func TestPaths(t *testing.T) {
	for _, c := range []struct {
		patterns, path string
		want           bool
	}{
		{"/", "/", true}, {"/", "/x", false}, {"/x", "/", false}, {"/x", "/x", true}, {"/x", "/x/", false}, {"/x", "/X", false},
		{"/x/*", "/x/", true}, {"/x/*", "/x/y/z", true}, {"/x/*", "/x", false}, {"/x/*", "/xy", false}, {"/*", "/", true}, {"/*", "/any", true},
		{"/a /b/* /c", "/c", true}, {"/a /b/* /c", "/b/c", true}, {"/a /b/* /c", "/", false}, {"/x", "/%78", false},
	} {
		conf := testConfig()
		conf.Paths = strings.Fields(c.patterns)
		x := exchange.New(conf)
		got, _ := serve(t, x, x.Worker(), strings.Replace(post("", "hello"), "POST /", "POST "+c.path, 1))
		if (got[:12] == "HTTP/1.1 200") != c.want {
			t.Errorf("%s for %q: %.40q", c.path, c.patterns, got)
		}
	}
}

func TestNoAllocs(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	x := exchange.New(testConfig())
	w := x.Worker()
	out := make([]byte, 0, 1<<16)
	for _, message := range []string{
		post("", "hello"), post("Accept-Encoding: gzip\r\n", "times500"), post("", "forbidden"), post("", "full"), post("Content-Encoding: gzip\r\n", "x"),
	} {
		raw := []byte(message)
		serveOnce := func() {
			var head httphead.Head
			n, _ := w.Scan(&head, raw)
			a := x.Admit(&head, raw[:n])
			out, _ = w.Serve(out[:0], 1, &head, raw[:n], raw[n:n+a.Body], observed)
		}
		serveOnce()
		if n := testing.AllocsPerRun(200, serveOnce); n != 0 {
			t.Errorf("%v allocations for %q", n, message)
		}
	}
}

// Answer says what Serve writes.
func TestAnswer(t *testing.T) {
	x := exchange.New(testConfig())
	w := x.Worker()
	for _, message := range []string{post("", "hello"), post("", "times300"), post("Accept-Encoding: gzip\r\n", "times300"), post("", "bad"), post("", "full"),
		post("Connection: close\r\n", "hello"), post("", "boom"), post("", "panic")} {
		var head httphead.Head
		raw := []byte(message)
		n, _ := head.Scan(raw)
		served, closing := w.Serve(nil, 1, &head, raw[:n], raw[n:], netip.AddrPort{})
		a, body := w.Answer(1, &head, raw[:n], raw[n:], netip.AddrPort{})
		_, content, _ := strings.Cut(string(served), "\r\n\r\n")
		if string(body) != content || a.Close != closing || !strings.HasPrefix(string(served), fmt.Sprintf("HTTP/1.1 %d %s\r\n", a.Status, a.Reason)) ||
			a.Type != field(string(served), "Content-Type") || a.Gzip != (field(string(served), "Content-Encoding") != "") {
			t.Errorf("%+v %.100q\n%.200q", a, body, served)
		}
	}
}
