// Command profile makes the CPU profile that the tracker is compiled with
// (profile-guided optimisation): that of the serving process under the mixes
// keepalive, connect50 and churn. Run it in the top of the source tree.
//
//	go run ./bench/cmd/profile -out cmd/ppspd/default.pgo
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/ppspd/ppspd/bench"
	"github.com/ppspd/ppspd/bench/host"
	"github.com/ppspd/ppspd/bench/record"
)

const (
	length = 8 * time.Second   // of one profile
	settle = 5 * time.Second   // until the load runs
	slice  = length + 2*settle // of the load
)

func main() {
	out := flag.String("out", "cmd/ppspd/default.pgo", "file of the merged profile")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "profile:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	dir, err := os.MkdirTemp("", "profile")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	tracker := filepath.Join(dir, "ppspd")
	if text, err := exec.Command("go", "build", "-pgo=off", "-o", tracker, "./cmd/ppspd").CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, text)
	}
	merge := []string{"tool", "pprof", "-proto", "-output", out}
	for _, name := range []string{"keepalive", "connect50", "churn"} {
		file := filepath.Join(dir, name)
		if err := profile(tracker, name, file); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		merge = append(merge, file)
	}
	if text, err := exec.Command("go", merge...).CombinedOutput(); err != nil {
		return fmt.Errorf("merge: %w\n%s", err, text)
	}
	return nil
}

// profile takes the profile of a tracker under one mix.
func profile(tracker, name, file string) error {
	mix, err := bench.MixNamed(name)
	if err != nil {
		return err
	}
	admin, err := freeAddress()
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() {
		plan := bench.Plan{Mix: mix, Trackers: []bench.Server{bench.Tracker(tracker, "gnet", append(mix.Flags, "-admin", admin)...)},
			Rounds: 1, Slice: slice, Connections: 64, Depth: 1, ServerCore: 0, DriverCore: 1}
		done <- bench.Run(plan, func(string, ...any) {}, func(config []host.Fact) *record.Writer { return record.NewWriter(io.Discard, config) })
	}()
	if err := awaitLoad(admin, done); err != nil {
		return err
	}
	if err := fetch(fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", admin, length/time.Second), file); err != nil {
		return err
	}
	return <-done
}

// awaitLoad waits until peers are being registered, and then as long as the
// rest of them and the sizing round take.
func awaitLoad(admin string, done <-chan error) error {
	for {
		select {
		case err := <-done:
			return errors.Join(errors.New("the run ended before its load began"), err)
		case <-time.After(200 * time.Millisecond):
		}
		page, err := get("http://" + admin + "/metrics")
		if err == nil && strings.Contains(string(page), "\nppspd_peers ") && !strings.Contains(string(page), "\nppspd_peers 0\n") {
			time.Sleep(settle)
			return nil
		}
	}
}

func fetch(url, file string) error {
	text, err := get(url)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}

func get(url string) ([]byte, error) {
	resp, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}

// freeAddress is a loopback address that nobody listens on.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}
