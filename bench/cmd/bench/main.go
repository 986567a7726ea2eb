// Command bench runs one mix against a tracker and its floors and writes a
// record. Run it in the top of the source tree; it builds what it starts.
//
//	go run ./bench/cmd/bench -mix keepalive -out bench/results/keepalive.txt
//	go run ./bench/cmd/bench -mix keepalive -trackers "" -request 443 -response 200
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/ppspd/ppspd/bench"
	"github.com/ppspd/ppspd/bench/host"
	"github.com/ppspd/ppspd/bench/record"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options are the flags that are not part of the plan.
type options struct {
	mix, trackers, floors, path, out string
}

func run() error {
	var o options
	var plan bench.Plan
	flag.StringVar(&o.mix, "mix", "keepalive", "name of the mix")
	flag.StringVar(&o.trackers, "trackers", "gnet,fasthttp", "front ends of the tracker")
	flag.StringVar(&o.floors, "floors", "gnet,fasthttp", "kinds of floors")
	flag.StringVar(&o.path, "ppspd", "", "a ready tracker; empty: built from this tree")
	flag.StringVar(&o.out, "out", "", "file of the record; empty: standard output")
	flag.IntVar(&plan.Rounds, "rounds", 9, "turns of each server")
	flag.DurationVar(&plan.Slice, "slice", 2*time.Second, "length of a turn")
	flag.DurationVar(&plan.Warm, "warm", 200*time.Millisecond, "load before each turn that is not counted")
	flag.IntVar(&plan.Connections, "connections", 64, "keep-alive connections")
	flag.IntVar(&plan.Depth, "depth", 1, "requests in flight per connection")
	flag.IntVar(&plan.ServerCore, "server-core", 0, "core of the servers")
	flag.IntVar(&plan.DriverCore, "driver-core", 1, "core of the driver")
	flag.IntVar(&plan.Request, "request", 0, "bytes of a floor's request; 0: as the mix")
	flag.IntVar(&plan.Response, "response", 0, "bytes of a floor's response; 0: as the tracker")
	flag.Parse()
	var err error
	if plan.Mix, err = bench.MixNamed(o.mix); err != nil {
		return err
	}
	if o.trackers == "" {
		plan.Mix = bench.FloorsOnly()
	}
	binaries, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(binaries)
	if err := prepare(&plan, o, binaries); err != nil {
		return err
	}
	return measure(plan, o.out)
}

// prepare builds the commands and names the servers.
func prepare(plan *bench.Plan, o options, binaries string) error {
	plan.FloorPath = filepath.Join(binaries, "floor")
	if err := build(plan.FloorPath, "./bench/cmd/floor"); err != nil {
		return err
	}
	plan.FloorKinds = list(o.floors)
	for _, frontend := range list(o.trackers) {
		if o.path == "" {
			o.path = filepath.Join(binaries, "ppspd")
			if err := build(o.path, "./cmd/ppspd"); err != nil {
				return err
			}
		}
		plan.Trackers = append(plan.Trackers, bench.Tracker(o.path, frontend, plan.Mix.Flags...))
	}
	return nil
}

func list(names string) []string {
	return strings.FieldsFunc(names, func(r rune) bool { return r == ',' })
}

func build(out, pkg string) error {
	cmd := exec.Command("go", "build", "-trimpath", "-o", out, pkg)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("build %s: %w", pkg, err)
	}
	return nil
}

// measure runs the plan. The file appears when the run is complete.
func measure(plan bench.Plan, out string) error {
	commit, err := host.Commit(".", bench.Measured()...)
	if err != nil {
		return err
	}
	facts := append([]host.Fact{{Key: "commit", Value: commit}}, host.Facts(time.Now())...)
	facts = append(facts,
		host.Fact{Key: "measured", Value: strings.Join(bench.Measured(), " ")},
		host.Fact{Key: "command", Value: host.Command("./bench/cmd/bench")})
	var text strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
	err = bench.Run(plan, say, func(config []host.Fact) *record.Writer {
		return record.NewWriter(io.MultiWriter(&text, os.Stderr), append(facts, config...))
	})
	if err != nil {
		return err
	}
	if out == "" {
		_, err = os.Stdout.WriteString(text.String())
		return err
	}
	return os.WriteFile(out, []byte(text.String()), 0o644)
}
