// Command scale fills a tracker with millions of peers in this process, lets
// them live through two track timeouts, and writes what they cost as a record.
// Run it in the top of the source tree.
//
//	go run ./bench/cmd/scale -peers 10000000 -swarms 100000 -out bench/results/scale-10M.txt
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/ppspd/ppspd/bench/host"
	"github.com/ppspd/ppspd/bench/scale"
)

func main() {
	var c scale.Config
	flag.IntVar(&c.Peers, "peers", 10_000_000, "registered peers")
	flag.IntVar(&c.Swarms, "swarms", 100_000, "swarms that they join")
	flag.IntVar(&c.Timeouts, "timeouts", 2, "track timeouts of churn")
	flag.Float64Var(&c.Vanish, "vanish", 0.05, "share of the peers that vanishes in one of them")
	flag.Uint64Var(&c.Seed, "seed", 1, "of all that is random")
	out := flag.String("out", "", "file of the record; empty: standard output")
	flag.Parse()
	if err := run(c, *out); err != nil {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(1)
	}
}

var measured = []string{"engine", "wheel", "codec/*.go", "!*_test.go"}

func run(c scale.Config, out string) error {
	commit, err := host.Commit(".", measured...)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	w := io.MultiWriter(&text, os.Stderr)
	facts := append([]host.Fact{{Key: "commit", Value: commit}}, host.Facts(time.Now())...)
	facts = append(facts, host.Fact{Key: "measured", Value: strings.Join(measured, " ")},
		host.Fact{Key: "command", Value: host.Command("./bench/cmd/scale")})
	for _, f := range facts {
		fmt.Fprintf(w, "%s: %s\n", f.Key, f.Value)
	}
	f, err := scale.Run(c)
	if err != nil {
		return err
	}
	write(w, f)
	if out == "" {
		_, err := text.WriteTo(os.Stdout)
		return err
	}
	return os.WriteFile(out, text.Bytes(), 0o644)
}

// write appends the figures in Go benchmark format.
func write(w io.Writer, f scale.Figures) {
	line := func(name string, ns int64, extra string, args ...any) {
		fmt.Fprintf(w, "BenchmarkScale/peers=%d/%s 1 %d ns/op%s\n", f.Peers, name, ns, fmt.Sprintf(extra, args...))
	}
	line("op=connect", f.Fill.Nanoseconds(), "")
	line("op=report", f.Report.Nanoseconds(), "")
	line("op=tick", f.TickWork.Nanoseconds(), " %d worst-slice-ns", f.WorstSlice.Nanoseconds())
	line("op=storm", f.Storm.Nanoseconds()/int64(f.Peers), " %d worst-slice-ns", f.StormSlice.Nanoseconds())
	line("op=gc", f.GCCPU.Nanoseconds(), " %d pause-ns", f.GCPause.Nanoseconds())
	line("op=memory", 0, " %.1f rss-B/peer %.1f index-B/peer %d swarms", f.ResidentPeer, f.IndexPeer, f.Swarms)
}
