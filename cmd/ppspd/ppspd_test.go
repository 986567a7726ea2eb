package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ppspd/ppspd/bench/lives"
	"github.com/ppspd/ppspd/codec/ppsphttp"
	"github.com/ppspd/ppspd/codec/ppspxml"
	"github.com/ppspd/ppspd/internal/config"
)

var frontends = []string{config.FrontendGnet, config.FrontendFasthttp}

// output collects what a process writes.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// tracker is a ppspd that runs in this process.
type tracker struct {
	http, admin string
	log         *output
	stop        context.CancelFunc
	code        chan int
}

func start(t *testing.T, args ...string) *tracker {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	x := &tracker{log: &output{}, stop: cancel, code: make(chan int, 1)}
	args = append([]string{"-listen", "127.0.0.1:0", "-admin", "127.0.0.1:0", "-log-format", "json"}, args...)
	go func() { x.code <- run(ctx, args, nil, io.Discard, x.log) }()
	t.Cleanup(func() { x.end(t) })
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		for _, line := range strings.Split(x.log.String(), "\n") {
			var event struct{ Msg, HTTP, Admin string }
			if json.Unmarshal([]byte(line), &event) == nil && event.Msg == "serving" {
				x.http, x.admin = "http://"+event.HTTP, "http://"+event.Admin
				return x
			}
		}
	}
	t.Fatalf("not serving: %s", x.log)
	return nil
}

// end stops the tracker and checks that it drains and exits 0.
func (x *tracker) end(t *testing.T) {
	x.stop()
	select {
	case code := <-x.code:
		x.code <- code
		if code != 0 {
			t.Errorf("exit code %d: %s", code, x.log)
		}
	case <-time.After(drainTime + 5*time.Second):
		t.Errorf("still running: %s", x.log)
	}
}

func post(t *testing.T, url, body string) (status, text string) {
	t.Helper()
	resp, err := http.Post(url, "application/ppsp-tracker+xml", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.Status, string(b)
}

const connect = `<?xml version="1.0" encoding="UTF-8"?>
<PPSPTrackerProtocol version="1.0"><Request>CONNECT</Request><TransactionID>12345.0</TransactionID>
<PeerID>%s</PeerID><SwarmID action="%s" peerMode="%s" transactionID="12345.1">1111</SwarmID></PPSPTrackerProtocol>`

const report = `<?xml version="1.0" encoding="UTF-8"?>
<PPSPTrackerProtocol version="1.0"><Request>STAT_REPORT</Request><TransactionID>12346</TransactionID>
<PeerID>%s</PeerID></PPSPTrackerProtocol>`

// A peer's life from the POST to the expired timer (2.4.1, 2.4.2 C).
func TestLife(t *testing.T) {
	for _, f := range frontends {
		t.Run("frontend="+f, func(t *testing.T) {
			x := start(t, "-frontend", f, "-track-timeout", "500ms")
			if status, _ := post(t, x.http, fmt.Sprintf(report, "leecher")); status != "403 Peer is not registered" {
				t.Errorf("report of an unknown peer: %s", status)
			}
			post(t, x.http, fmt.Sprintf(connect, "seeder", "JOIN", "SEED"))
			status, body := post(t, x.http, fmt.Sprintf(connect, "leecher", "JOIN", "LEECH"))
			if status != "200 OK" || !strings.Contains(body, `<PeerInfo swarmID="1111"><PeerID>seeder</PeerID>`) {
				t.Errorf("leecher: %s %s", status, body)
			}
			if status, body := post(t, x.http, fmt.Sprintf(report, "leecher")); status != "200 OK" || !strings.Contains(body, "SUCCESSFUL") {
				t.Errorf("report: %s %s", status, body)
			}
			if !strings.Contains(get(t, x.admin+"/metrics"), "\nppspd_peers 2\n") {
				t.Error("metrics do not say ppspd_peers 2")
			}
			for i := 0; strings.Contains(get(t, x.admin+"/metrics"), "\nppspd_peers 2\n"); i++ {
				if time.Sleep(50 * time.Millisecond); i > 100 {
					t.Fatal("peers do not expire")
				}
			}
		})
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return string(b)
}

// Simulated peers find nothing wrong, on either front end.
func TestLives(t *testing.T) {
	for _, f := range frontends {
		for _, mix := range []string{"churn", "live-event"} {
			t.Run("frontend="+f+"/mix="+mix, func(t *testing.T) {
				x := start(t, "-frontend", f, "-track-timeout", "1s")
				target, _ := url.Parse(x.http)
				m, err := lives.MixNamed(mix)
				if err != nil {
					t.Fatal(err)
				}
				result, err := lives.Run(context.Background(), lives.Config{
					Target: target, Peers: 500, Swarms: 20, Zipf: 1, Duration: 2500 * time.Millisecond, Connections: 8,
					Rate: 1000, Mix: m, Seed: 1, Timeout: time.Second, Gzip: mix == "churn",
					Encoding: ppsphttp.Encoding{Format: ppspxml.Format{}, MediaType: ppsphttp.MediaTypeXML},
				})
				if err != nil {
					t.Fatal(err)
				}
				if !result.OK() || result.Listed == 0 {
					t.Errorf("%d requests, %d listed, errors %v, violations %v", result.Requests, result.Listed, result.Errors, result.Violations)
				}
			})
		}
	}
}

func TestExitCodes(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	f := func(code int, say string, args ...string) {
		t.Helper()
		var out, log output
		if got := run(context.Background(), args, nil, &out, &log); got != code || !strings.Contains(out.String()+log.String(), say) {
			t.Errorf("%v: exit code %d, want %d with %q: %s%s", args, got, code, say, &out, &log)
		}
		if n := strings.Count(strings.TrimSpace(log.String()), "\n"); n > 0 {
			t.Errorf("%v: an error of %d lines", args, n+1)
		}
	}
	f(2, "-frontend", "-frontend", "apache")
	f(2, "flag provided but not defined: -nonsense", "-nonsense")
	f(0, "-track-timeout", "-h")
	f(0, "go1.", "-version")
	for _, front := range frontends {
		f(1, "address already in use", "-frontend", front, "-listen", taken.Addr().String(), "-admin", "")
	}
	f(1, "-admin", "-listen", "127.0.0.1:0", "-admin", taken.Addr().String())
}
