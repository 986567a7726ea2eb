package floor

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

func TestBareResponseIsExact(t *testing.T) {
	smallest := len(bareHead) + 1
	for size := smallest; size < smallest+1200; size++ {
		out, err := bareResponse(size)
		if err != nil {
			t.Fatal(err)
		}
		if len(out) != size {
			t.Fatalf("asked for %d bytes, got %d", size, len(out))
		}
		resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(out)), nil)
		if err != nil {
			t.Fatalf("size %d: %v", size, err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil || int64(len(body)) != resp.ContentLength {
			t.Fatalf("size %d: body of %d, %v", size, len(body), err)
		}
	}
	if _, err := bareResponse(smallest - 1); err == nil {
		t.Error("a response smaller than its head was made")
	}
}

func TestServeRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		kind string
		cfg  Config
	}{
		"kind":     {"apache", Config{Addr: "127.0.0.1:0", Request: 100, Response: 200}},
		"request":  {"gnet", Config{Addr: "127.0.0.1:0", Response: 200}},
		"response": {"fasthttp", Config{Addr: "127.0.0.1:0", Request: 100, Response: 20}},
	} {
		if err := Serve(c.kind, c.cfg); err == nil {
			t.Errorf("%s: served", name)
		}
	}
}

// request is a POST of exactly size bytes.
func request(t *testing.T, size int) []byte {
	t.Helper()
	for body := size; body > 0; body-- {
		r := fmt.Appendf(nil, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n%s", body, bytes.Repeat([]byte{'q'}, body))
		if len(r) == size {
			return r
		}
	}
	t.Fatalf("no request of %d bytes", size)
	return nil
}

// start serves a floor for the rest of the test process.
func start(t *testing.T, kind string, cfg Config) string {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cfg.Addr = free.Addr().String()
	free.Close()
	failed := make(chan error, 1)
	go func() { failed <- Serve(kind, cfg) }()
	for range 200 {
		if c, err := net.Dial("tcp", cfg.Addr); err == nil {
			c.Close()
			return cfg.Addr
		}
		select {
		case err := <-failed:
			t.Fatal(err)
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Fatalf("%s never listened", kind)
	return ""
}

// TestSizes sends pipelined requests in pieces of several lengths and wants as
// many bytes back as there were responses.
func TestSizes(t *testing.T) {
	const requests, requestSize = 30, 171
	for _, kind := range Kinds() {
		for _, size := range []int{191, 217, 3000} {
			t.Run(fmt.Sprintf("kind=%s/response=%d", kind, size), func(t *testing.T) {
				t.Parallel()
				addr := start(t, kind, Config{Request: requestSize, Response: size})
				stream := bytes.Repeat(request(t, requestSize), requests)
				for _, piece := range []int{len(stream), requestSize, 97, 1} {
					exchange(t, addr, stream, piece, requests, size)
				}
			})
		}
	}
}

func exchange(t *testing.T, addr string, stream []byte, piece, requests, size int) {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	go func() {
		for rest := stream; len(rest) > 0; {
			n := min(piece, len(rest))
			if _, err := c.Write(rest[:n]); err != nil {
				return
			}
			rest = rest[n:]
		}
	}()
	got := make([]byte, requests*size)
	if _, err := io.ReadFull(c, got); err != nil {
		t.Fatalf("pieces of %d: %v", piece, err)
	}
	r := bufio.NewReader(bytes.NewReader(got))
	for i := range requests {
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatalf("pieces of %d, response %d: %v", piece, i, err)
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != 200 {
			t.Fatalf("pieces of %d, response %d: %v, status %d", piece, i, err, resp.StatusCode)
		}
	}
	if r.Buffered() != 0 {
		t.Errorf("pieces of %d: %d bytes too many", piece, r.Buffered())
	}
	c.SetReadDeadline(time.Now().Add(time.Millisecond))
	if n, _ := c.Read(got); n > 0 {
		t.Errorf("pieces of %d: %d bytes after the last response", piece, n)
	}
}
