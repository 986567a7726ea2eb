package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/codec/ppspxml"
	"github.com/ppspd/ppspd/engine"
)

// tracker serves an engine with net/http.
func tracker(t *testing.T) string {
	t.Helper()
	x, format := engine.New(engine.Default()), ppspxml.Format{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q codec.Request
		var a codec.Response
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = format.ParseRequest(&q, body)
		}
		if err != nil {
			t.Errorf("request: %v", err)
		}
		q.Observed = netip.MustParseAddrPort(r.RemoteAddr)
		x.Handle(0, &q, &a)
		w.Header().Set("PPSP-Track-Timeout", strconv.Itoa(int(a.TrackTimeout)))
		w.WriteHeader(int(a.Status))
		w.Write(format.AppendResponse(nil, &a))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func load(args ...string) (code int, out, errors string) {
	var stdout, stderr bytes.Buffer
	code = run(context.Background(), args, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func TestRun(t *testing.T) {
	args := []string{"-peers", "50", "-swarms", "5", "-duration", "300ms", "-connections", "4", "-mix", "churn",
		"-seed", "1", "-pid", strconv.Itoa(os.Getpid())}
	code, out, _ := load(append(args, "-json", "-target", tracker(t))...)
	var r record
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if code != 0 || r.Requests == 0 || r.Listed == 0 || r.TrackTimeout != 120 || r.P999 < r.P50 || r.P50 <= 0 ||
		r.Server == nil || r.Server.CPUPerRequest <= 0 || r.Server.RSS <= 0 {
		t.Errorf("exit code %d, %s", code, out)
	}
	code, out, _ = load(append(args, "-target", tracker(t))...)
	for _, row := range []string{"requests/s", "p99.9", "µs of CPU per request", "errors      none", "violations  none"} {
		if !strings.Contains(out, row) {
			t.Errorf("exit code %d, no %q in\n%s", code, row, out)
		}
	}
}

// A tracker that refuses, or is not there, is exit code 1; a wrong command line 2.
func TestExitCodes(t *testing.T) {
	busy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }))
	defer busy.Close()
	f := func(code int, say string, args ...string) {
		t.Helper()
		got, out, errors := load(args...)
		if got != code || !strings.Contains(out+errors, say) {
			t.Errorf("%v: exit code %d, want %d with %q: %s%s", args, got, code, say, out, errors)
		}
	}
	f(1, "503 Service Unavailable", "-target", busy.URL, "-peers", "2", "-duration", "100ms")
	f(1, "no tracker at", "-target", "http://127.0.0.1:1/", "-duration", "100ms")
	f(1, "-pid", "-target", busy.URL, "-pid", "999999999")
	f(2, "-mix", "-mix", "siesta")
	f(2, "-format", "-format", "exi")
	f(2, "-dialect", "-dialect", "2.0")
	f(2, "-target", "-target", "ftp://127.0.0.1/")
	f(2, "-peers", "-peers", "0")
	f(2, "unexpected argument", "now")
	f(0, "-zipf", "-h")
}
