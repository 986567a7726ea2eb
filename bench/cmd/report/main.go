// Command report writes BENCHMARKS.md from the raw files in bench/results. Run
// it in the top of the source tree.
//
//	go run ./bench/cmd/report
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/ppspd/ppspd/bench/host"
	"github.com/ppspd/ppspd/bench/report"
)

func main() {
	results := flag.String("results", "bench/results", "directory of the raw files")
	out := flag.String("out", "BENCHMARKS.md", "file to write")
	flag.Parse()
	if err := write(*results, *out); err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

func write(results, out string) error {
	text, err := report.Write(results, func(commit string, paths []string) bool {
		return host.Older(".", commit, paths...)
	})
	if err != nil {
		return err
	}
	return os.WriteFile(out, text, 0o644)
}
