package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/ppspd/ppspd/bench/lives"
)

// record is the result as -json prints it. Times are in microseconds unless
// their name says otherwise.
type record struct {
	Target       string            `json:"target"`
	Mix          string            `json:"mix"`
	Format       string            `json:"format"`
	Dialect      string            `json:"dialect"`
	Peers        int               `json:"peers"`
	Swarms       int               `json:"swarms"`
	Seed         uint64            `json:"seed"`
	Rate         float64           `json:"offered_per_second,omitempty"`
	Seconds      float64           `json:"seconds"`
	TrackTimeout float64           `json:"track_timeout_seconds"`
	Requests     uint64            `json:"requests"`
	PerSecond    float64           `json:"requests_per_second"`
	P50          float64           `json:"latency_p50_us"`
	P99          float64           `json:"latency_p99_us"`
	P999         float64           `json:"latency_p999_us"`
	Sent         int64             `json:"bytes_sent"`
	Received     int64             `json:"bytes_received"`
	Listed       uint64            `json:"listed_peers_checked"`
	Errors       map[string]uint64 `json:"errors"`
	Violations   map[string]uint64 `json:"violations"`
	Server       *serverUse        `json:"server,omitempty"`
}

// serverUse is what the tracker's process used.
type serverUse struct {
	CPUPerRequest float64 `json:"cpu_us_per_request"`
	RSS           int64   `json:"rss_bytes"`
}

func newRecord(c lives.Config, o options, r *lives.Result, server *serverUse) record {
	us := func(q float64) float64 { return float64(r.Latency.Quantile(q).Nanoseconds()) / 1000 }
	return record{
		Target: c.Target.String(), Mix: c.Mix.Name, Format: o.format, Dialect: o.dialect,
		Peers: c.Peers, Swarms: c.Swarms, Seed: c.Seed, Rate: c.Rate,
		Seconds: r.Elapsed.Seconds(), TrackTimeout: r.TrackTimeout.Seconds(),
		Requests: r.Requests, PerSecond: float64(r.Requests) / r.Elapsed.Seconds(),
		P50: us(0.5), P99: us(0.99), P999: us(0.999),
		Sent: r.Sent, Received: r.Received, Listed: r.Listed,
		Errors: r.Errors, Violations: r.Violations, Server: server,
	}
}

func print(w io.Writer, asJSON bool, r record) error {
	if asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) {
		fmt.Fprintf(t, "%s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	row("target", "%s", r.Target)
	row("mix", "%s, %d peers, %d swarms, seed %d", r.Mix, r.Peers, r.Swarms, r.Seed)
	row("requests", "%d in %.1f s", r.Requests, r.Seconds)
	row("requests/s", "%.0f", r.PerSecond)
	if r.Rate > 0 {
		row("offered/s", "%.0f", r.Rate)
	}
	row("latency µs", "p50 %.0f, p99 %.0f, p99.9 %.0f", r.P50, r.P99, r.P999)
	row("bytes", "%d sent, %d received", r.Sent, r.Received)
	if r.Server != nil {
		row("tracker", "%.2f µs of CPU per request, %d MiB resident", r.Server.CPUPerRequest, r.Server.RSS>>20)
	}
	row("checked", "%d listed peers", r.Listed)
	rows(row, "errors", r.Errors)
	rows(row, "violations", r.Violations)
	return t.Flush()
}

func rows(row func(name, format string, args ...any), name string, counts map[string]uint64) {
	if len(counts) == 0 {
		row(name, "none")
	}
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		row(name, "%d × %s", counts[kind], kind)
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

const barWidth = 30

func drawProgress(w io.Writer, p lives.Progress) {
	done := min(int(barWidth*p.Elapsed/p.Duration), barWidth)
	fmt.Fprintf(w, "\r\x1b[K[%s%s] %v of %v, %d requests, %d errors",
		strings.Repeat("#", done), strings.Repeat(".", barWidth-done),
		p.Elapsed.Round(time.Second), p.Duration, p.Requests, p.Errors)
}
