package load

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// fixed sends the same request again and again and counts.
type fixed struct {
	request string
	made    int
}

func (f *fixed) AppendNext(dst []byte) []byte {
	f.made++
	return append(dst, f.request...)
}

const post = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"

// serve answers connections with handle until the test ends.
func serve(t *testing.T, handle func(net.Conn)) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				handle(c)
			}()
		}
	}()
	return netip.MustParseAddrPort(l.Addr().String())
}

// answer reads HTTP requests and writes what reply makes of their number.
func answer(reply func(n int) string) func(net.Conn) {
	return func(c net.Conn) {
		r := bufio.NewReader(c)
		for n := 0; ; n++ {
			req, err := http.ReadRequest(r)
			if err != nil {
				return
			}
			io.Copy(io.Discard, req.Body)
			text := reply(n)
			if text == "" {
				return
			}
			if _, err := io.WriteString(c, text); err != nil {
				return
			}
		}
	}
}

func ok(int) string { return "HTTP/1.1 200 OK\r\nX: y\r\ncontent-length:  3 \r\n\r\nabc" }

func TestRunCount(t *testing.T) {
	addr := serve(t, answer(ok))
	for _, depth := range []int{1, 3, 16} {
		d, err := Dial(Config{Addr: addr, Connections: 5, Depth: depth})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{0, 1, 7, 250} {
			src, seen := &fixed{request: post}, 0
			tally, err := d.RunCount(src, n, func(response []byte) error {
				seen++
				if string(response) != ok(0) {
					return fmt.Errorf("response %q", response)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if tally.Requests != n || src.made != n || seen != n {
				t.Errorf("depth %d: asked for %d, made %d, answered %d, seen %d", depth, n, src.made, tally.Requests, seen)
			}
			if tally.Sent != int64(n*len(post)) || tally.Received != int64(n*len(ok(0))) {
				t.Errorf("depth %d: %d requests: %+v", depth, n, tally)
			}
		}
		d.Close()
	}
}

func TestRunForAnswersAll(t *testing.T) {
	d, err := Dial(Config{Addr: serve(t, answer(ok)), Connections: 3, Depth: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	src := &fixed{request: post}
	tally, err := d.RunFor(src, time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	if tally.Requests == 0 || tally.Requests != src.made || tally.Elapsed <= 0 {
		t.Errorf("made %d, tally %+v", src.made, tally)
	}
}

// TestMisbehaviour wants every fault of a server to end a run with its error.
func TestMisbehaviour(t *testing.T) {
	late := func(reply string) func(int) string {
		return func(n int) string {
			if n < 3 {
				return ok(n)
			}
			return reply
		}
	}
	for name, c := range map[string]struct {
		reply string
		want  error
	}{
		"status":                 {"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", ErrStatus},
		"server error":           {"HTTP/1.1 500 \r\nContent-Length: 0\r\n\r\n", ErrStatus},
		"closes":                 {"", ErrClosed},
		"short body, then quiet": {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", ErrTimeout},
		"half a head":            {"HTTP/1.1 200 OK\r\nContent-Le", ErrTimeout},
		"no length":              {"HTTP/1.1 200 OK\r\n\r\nabc", ErrLength},
		"two lengths":            {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", ErrLength},
		"signed length":          {"HTTP/1.1 200 OK\r\nContent-Length: +3\r\n\r\nabc", ErrLength},
		"length of another word": {"HTTP/1.1 200 OK\r\nX-Content-Length: 3\r\n\r\nabc", ErrLength},
		"body too long":          {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcd", ErrExcess},
		"two responses":          {ok(0) + ok(0), ErrExcess},
		"not HTTP":               {"SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n", ErrMalformed},
		"HTTP/1.0":               {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", ErrMalformed},
		"no status":              {"HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n", ErrMalformed},
		"endless":                {"HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n" + strings.Repeat("x", 2000000), ErrTooLong},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := Dial(Config{Addr: serve(t, answer(late(c.reply))), Connections: 2, Timeout: 100 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			if _, err := d.RunCount(&fixed{request: post}, 40, nil); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestShortBodyThenClose(t *testing.T) {
	addr := serve(t, func(c net.Conn) {
		http.ReadRequest(bufio.NewReader(c))
		io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
	})
	d, err := Dial(Config{Addr: addr, Connections: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := d.RunCount(&fixed{request: post}, 1, nil); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestWrongStatusIsCounted(t *testing.T) {
	addr := serve(t, answer(func(n int) string {
		if n%2 == 1 {
			return "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
		}
		return ok(n)
	}))
	d, err := Dial(Config{Addr: addr, Connections: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	_, err = d.RunCount(&fixed{request: post}, 10, nil)
	if !errors.Is(err, ErrStatus) || !strings.Contains(err.Error(), "5 of 10 responses") {
		t.Errorf("got %v", err)
	}
	d.cfg.Status = 403
	if _, err = d.RunCount(&fixed{request: post}, 10, nil); !errors.Is(err, ErrStatus) {
		t.Errorf("200 passed for 403: %v", err)
	}
}

func TestInspectEndsTheRun(t *testing.T) {
	d, err := Dial(Config{Addr: serve(t, answer(ok)), Connections: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	empty := errors.New("list is empty")
	if _, err := d.RunCount(&fixed{request: post}, 10, func([]byte) error { return empty }); !errors.Is(err, empty) {
		t.Errorf("got %v", err)
	}
}

func TestDialFails(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := netip.MustParseAddrPort(l.Addr().String())
	l.Close()
	if _, err := Dial(Config{Addr: addr}); err == nil {
		t.Error("connected to nothing")
	}
}

// TestResponsePrefixes wants every prefix of a response to ask for more.
func TestResponsePrefixes(t *testing.T) {
	whole := ok(0)
	for i := range len(whole) {
		if size, _, err := parseResponse([]byte(whole[:i])); size != 0 || err != nil {
			t.Errorf("%q: size %d, %v", whole[:i], size, err)
		}
	}
	size, status, err := parseResponse([]byte(whole + "HTTP/1.1 2"))
	if size != len(whole) || status != 200 || err != nil {
		t.Errorf("size %d, status %d, %v", size, status, err)
	}
}

func FuzzResponse(f *testing.F) {
	f.Add([]byte(ok(0)))
	f.Add([]byte("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		size, status, err := parseResponse(b)
		if size < 0 || size > len(b) || (err != nil && size != 0) || status > 999 {
			t.Errorf("size %d of %d, status %d, %v", size, len(b), status, err)
		}
	})
}

func TestRunAllocatesNothingPerRequest(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	d, err := Dial(Config{Addr: serve(t, rawOK), Connections: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	src := &fixed{request: post}
	few := testing.AllocsPerRun(10, func() { d.RunCount(src, 4, nil) })
	many := testing.AllocsPerRun(10, func() { d.RunCount(src, 400, nil) })
	if many > few {
		t.Errorf("4 requests: %v allocations, 400: %v", few, many)
	}
}

// rawOK answers requests of len(post) bytes without allocating.
func rawOK(c net.Conn) {
	in, out := make([]byte, len(post)), []byte(ok(0))
	for {
		if _, err := io.ReadFull(c, in); err != nil {
			return
		}
		if _, err := c.Write(out); err != nil {
			return
		}
	}
}

func BenchmarkParseResponse(b *testing.B) {
	response := []byte("HTTP/1.1 200 OK\r\nContent-Type: application/ppsp-tracker+xml\r\nContent-Length: 120\r\n" +
		"PPSP-Track-Timeout: 120\r\n\r\n" + strings.Repeat("x", 120))
	b.SetBytes(int64(len(response)))
	b.ReportAllocs()
	for b.Loop() {
		if size, _, _ := parseResponse(response); size != len(response) {
			b.Fatal(size)
		}
	}
}
