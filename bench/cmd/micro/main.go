// Command micro runs go test -bench on packages of this tree and keeps what it
// prints, under the facts that a report needs. Run it in the top of the tree.
//
//	go run ./bench/cmd/micro -out bench/results/wheel.txt -bench Reset ./wheel
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/ppspd/ppspd/bench/host"
)

func main() {
	out := flag.String("out", "", "file of the record; empty: standard output")
	name := flag.String("bench", ".", "regular expression of the benchmarks")
	count := flag.Int("count", 6, "samples of each")
	length := flag.String("benchtime", "1s", "length of a sample")
	cpu := flag.String("cpu", "", "GOMAXPROCS list; empty: as it is")
	flag.Parse()
	args := []string{"test", "-run", "^$", "-benchmem", "-bench", *name, "-count", fmt.Sprint(*count), "-benchtime", *length}
	if *cpu != "" {
		args = append(args, "-cpu", *cpu)
	}
	if err := run(append(args, flag.Args()...), flag.Args(), *out); err != nil {
		fmt.Fprintln(os.Stderr, "micro:", err)
		os.Exit(1)
	}
}

// run keeps the facts and what go test prints. The file appears when all is
// complete.
func run(args, packages []string, out string) error {
	measured := paths(packages)
	commit, err := host.Commit(".", measured...)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	facts := append([]host.Fact{{Key: "commit", Value: commit}}, host.Facts(time.Now())...)
	facts = append(facts,
		host.Fact{Key: "measured", Value: strings.Join(measured, " ")},
		host.Fact{Key: "command", Value: host.Command("./bench/cmd/micro")})
	for _, f := range facts {
		fmt.Fprintf(&text, "%s: %s\n", f.Key, f.Value)
	}
	cmd := exec.Command("go", args...)
	cmd.Stdout, cmd.Stderr = io.MultiWriter(&text, os.Stderr), os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go test: %w", err)
	}
	if out == "" {
		_, err := text.WriteTo(os.Stdout)
		return err
	}
	return os.WriteFile(out, text.Bytes(), 0o644)
}

// paths are the directories of packages given as ./dir or ./dir/...
func paths(packages []string) []string {
	var dirs []string
	for _, p := range packages {
		dirs = append(dirs, strings.TrimSuffix(strings.TrimPrefix(p, "./"), "/..."))
	}
	return dirs
}
