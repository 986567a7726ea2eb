// Command ppspload plays simulated peers against any tracker of the PPSP
// tracker protocol, checks every answer against a model of what the tracker was
// told, and measures: requests/s, response times and, with -pid, what the
// tracker's process paid for them.
//
// The exit code is 0 if every answer was right, 1 if any was not or the tracker
// could not be reached, 2 if the command line is wrong.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/ppspd/ppspd/bench/host"
	"github.com/ppspd/ppspd/bench/lives"
	"github.com/ppspd/ppspd/codec/ppsphttp"
	"github.com/ppspd/ppspd/codec/ppspxml"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// options are the flags that are not the run's own.
type options struct {
	format, dialect, mix, target string
	pid                          int
	json                         bool
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	c, o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintf(stderr, "ppspload: %v\n", err)
		return 2
	}
	if isTerminal(stderr) {
		c.Progress = func(p lives.Progress) { drawProgress(stderr, p) }
	}
	server, err := newMeter(o.pid)
	if err != nil {
		fmt.Fprintf(stderr, "ppspload: %v\n", err)
		return 1
	}
	result, err := lives.Run(ctx, c)
	if err != nil {
		fmt.Fprintf(stderr, "ppspload: %v\n", err)
		return 1
	}
	if c.Progress != nil {
		fmt.Fprint(stderr, "\r\x1b[K")
	}
	if err := print(stdout, o.json, newRecord(c, o, result, server.read(result.Requests))); err != nil {
		fmt.Fprintf(stderr, "ppspload: %v\n", err)
		return 1
	}
	if !result.OK() {
		return 1
	}
	return 0
}

func parse(args []string, stderr io.Writer) (c lives.Config, o options, err error) {
	fs := flag.NewFlagSet("ppspload", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.StringVar(&o.target, "target", "http://127.0.0.1:7846/", "tracker `URL`")
	fs.IntVar(&c.Peers, "peers", 10000, "simulated peers")
	fs.IntVar(&c.Swarms, "swarms", 100, "swarms that they join")
	fs.Float64Var(&c.Zipf, "zipf", 1, "exponent of the swarms' popularity; 0 = all alike")
	fs.Float64Var(&c.Rate, "rate", 0, "requests per second, sent on time whatever the tracker does; 0 = as fast as it answers")
	fs.DurationVar(&c.Duration, "duration", 10*time.Second, "length of the run")
	fs.IntVar(&c.Connections, "connections", 64, "connections; at most one for each peer")
	fs.StringVar(&o.format, "format", "xml", "of messages: xml")
	fs.StringVar(&o.dialect, "dialect", "1.0", "of the protocol: 1.0")
	fs.StringVar(&o.mix, "mix", "vod", fmt.Sprintf("what peers do: %v", lives.MixNames()))
	fs.BoolVar(&c.Gzip, "gzip", false, "accept gzip")
	fs.IntVar(&o.pid, "pid", 0, "measure CPU and memory of this process, the tracker's")
	fs.BoolVar(&o.json, "json", false, "print the result as JSON")
	fs.Uint64Var(&c.Seed, "seed", 0, "repeat the peers and choices of an earlier run, against a tracker that has forgotten them; 0 = at random")
	if err := fs.Parse(args); err != nil {
		return c, o, err
	}
	if fs.NArg() > 0 {
		return c, o, fmt.Errorf("unexpected argument %q", fs.Arg(0))
	}
	return complete(c, o)
}

func complete(c lives.Config, o options) (lives.Config, options, error) {
	var err error
	if o.format != "xml" {
		return c, o, fmt.Errorf("-format: %q is none of xml", o.format)
	}
	if o.dialect != "1.0" {
		return c, o, fmt.Errorf("-dialect: %q is none of 1.0", o.dialect)
	}
	if c.Target, err = url.Parse(o.target); err != nil {
		return c, o, fmt.Errorf("-target: %w", err)
	}
	if c.Mix, err = lives.MixNamed(o.mix); err != nil {
		return c, o, fmt.Errorf("-mix: %w", err)
	}
	if c.Seed == 0 {
		c.Seed = rand.Uint64()
	}
	c.Connections = min(c.Connections, c.Peers)
	c.Timeout = 2 * time.Minute
	c.Encoding = ppsphttp.Encoding{Format: ppspxml.Format{}, MediaType: ppsphttp.MediaTypeXML}
	return c, o, c.Validate()
}

// meter reads what the tracker's process uses.
type meter struct {
	pid   int
	start host.Usage
}

func newMeter(pid int) (m meter, err error) {
	if m.pid = pid; pid == 0 {
		return m, nil
	}
	if m.start, err = host.UsageOf(pid); err != nil {
		return m, fmt.Errorf("-pid: %w", err)
	}
	return m, nil
}

// read is the use since newMeter, for each of n requests; nil if unknown.
func (m meter) read(n uint64) *serverUse {
	if m.pid == 0 || n == 0 {
		return nil
	}
	now, err := host.UsageOf(m.pid)
	if err != nil {
		return nil // it is gone: the errors of the run say so
	}
	used := now.Sub(m.start)
	return &serverUse{CPUPerRequest: float64(used.CPU.Nanoseconds()) / 1000 / float64(n), RSS: used.RSS}
}
