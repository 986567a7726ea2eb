package admin_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/ppspd/ppspd/internal/admin"
)

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestPages(t *testing.T) {
	ready := true
	s := admin.New(admin.Config{
		Ready: func() bool { return ready },
		Metrics: []func(*admin.Page){func(p *admin.Page) {
			p.Value("ppspd_peers", admin.Gauge, "Registered peers.", 3)
			f := p.Family("ppspd_requests_total", admin.Counter, "Requests.")
			f.Sample(2, "method", "CONNECT", "code", "200")
			f.Sample(1, "method", "STAT_REPORT", "code", "403")
		}},
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	base := "http://" + l.Addr().String()

	want := "# HELP ppspd_peers Registered peers.\n# TYPE ppspd_peers gauge\nppspd_peers 3\n" +
		"# HELP ppspd_requests_total Requests.\n# TYPE ppspd_requests_total counter\n" +
		"ppspd_requests_total{method=\"CONNECT\",code=\"200\"} 2\nppspd_requests_total{method=\"STAT_REPORT\",code=\"403\"} 1\n"
	if code, body := get(t, base+"/metrics"); code != 200 || body != want {
		t.Errorf("/metrics: %d\n%s", code, body)
	}
	if code, _ := get(t, base+"/healthz"); code != 200 {
		t.Errorf("/healthz: %d", code)
	}
	if code, _ := get(t, base+"/readyz"); code != 200 {
		t.Errorf("/readyz: %d", code)
	}
	if code, body := get(t, base+"/debug/pprof/cmdline"); code != 200 || body == "" {
		t.Errorf("/debug/pprof/cmdline: %d", code)
	}
	ready = false
	if code, _ := get(t, base+"/readyz"); code != 503 {
		t.Errorf("/readyz while draining: %d", code)
	}
	if err := s.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}
