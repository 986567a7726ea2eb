package report

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ppspd/ppspd/bench/host"
	"github.com/ppspd/ppspd/bench/record"
)

// results writes a directory of raw files as the commands do.
func results(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	var b bytes.Buffer
	w := record.NewWriter(&b, []host.Fact{
		{Key: "commit", Value: "0123456789abcdef"}, {Key: "cpu", Value: "AMD EPYC"}, {Key: "kernel", Value: "6.18"},
		{Key: "go", Value: "go1.26.8"}, {Key: "date", Value: "2026-11-21T10:12:27Z"}, {Key: "mix", Value: "keepalive"},
		{Key: "measured", Value: "codec engine"}, {Key: "command", Value: "go run ./bench/cmd/bench -mix keepalive"},
	})
	for round := range 5 {
		floor := float64(6000 + 500*round)
		for _, s := range []struct {
			server string
			cpu    float64
		}{{"floor-gnet", floor}, {"ppspd-gnet", floor * 1.2}, {"ppspd-fasthttp", 9999}} {
			err := w.Write("Serve/mix=keepalive/server="+s.server+"-1", 1000, record.Value{Amount: s.cpu + 100, Unit: "ns/op"}, record.Value{Amount: s.cpu, Unit: "cpu-ns/op"})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	put(t, dir, "keepalive.txt", b.String())
	put(t, dir, "wheel.txt", `commit: fedcba9876543210
measured: wheel
command: go run ./bench/cmd/micro ./wheel
pkg: example.org/wheel
BenchmarkReset/impl=wheel-2	100	5.00 ns/op	0 B/op	0 allocs/op
BenchmarkReset/impl=wheel-2	100	7.00 ns/op	0 B/op	0 allocs/op
BenchmarkTick-2	100	300 ns/op	12 lag/op
`)
	put(t, dir, "scale.txt", "commit: fedcba9876543210\nBenchmarkScale/peers=10000000-2 1 1.5e+02 rss-B/peer 3.25 gc-cpu-ms\n")
	return dir
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestWrite(t *testing.T) {
	dir := results(t)
	older := func(commit string, paths []string) bool {
		return commit == "fedcba9876543210" && len(paths) == 1 && paths[0] == "wheel"
	}
	text, err := Write(dir, older)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| ppspd-gnet | 117647 | 8400 |", // the median round: 1.2 * 7000, 1e9/8500
		"**1.200** (1.200 – 1.200)",
		"| floor-gnet |", "| ppspd-fasthttp |",
		"`go run ./bench/cmd/bench -mix keepalive`; commit 0123456789ab, AMD EPYC, unknown cores, Linux 6.18, go1.26.8, 2026-11-21T10:12:27Z.",
		"[keepalive.txt](" + dir + "/keepalive.txt)", "[wheel.txt](", "[scale.txt](",
		"| Reset/impl=wheel-2 | 6 | 5 – 7 | 0 |", "12 lag/op",
		"| Scale/peers=10000000-2, rss-B/peer | 150 |",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if n := strings.Count(string(text), "Older than the code"); n != 1 {
		t.Errorf("%d tables are marked as older, want that of the wheel", n)
	}
	again, err := Write(dir, older)
	if err != nil || !bytes.Equal(text, again) {
		t.Error("the same files gave another report")
	}
}

// TestEveryTableHasASource counts tables and the lines that say where they
// are from.
func TestEveryTableHasASource(t *testing.T) {
	text, err := Write(results(t), func(string, []string) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	tables, sources := strings.Count(string(text), "\n|---"), strings.Count(string(text), "; commit ")
	if tables != 3 || sources != tables {
		t.Errorf("%d tables, %d sources", tables, sources)
	}
}

func TestWriteRefuses(t *testing.T) {
	for name, text := range map[string]string{"empty": "commit: x\n", "broken": "BenchmarkX-1 x ns/op\n"} {
		dir := t.TempDir()
		put(t, dir, "a.txt", text)
		if _, err := Write(dir, func(string, []string) bool { return false }); err == nil {
			t.Errorf("%s file: a report was made", name)
		}
	}
}

func TestUnpairedRoundsAreNoRatio(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.txt", "BenchmarkServe/server=floor-gnet-1 1 5 cpu-ns/op\nBenchmarkServe/server=ppspd-gnet-1 1 5 cpu-ns/op\nBenchmarkServe/server=ppspd-gnet-1 1 5 cpu-ns/op\n")
	text, err := Write(dir, func(string, []string) bool { return false })
	if err != nil || !strings.Contains(string(text), "unpaired") {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestComparison(t *testing.T) {
	all, err := record.Read(strings.NewReader("BenchmarkReset/impl=wheel-2 1 5 ns/op\nBenchmarkReset/impl=wheel/more=1-2 1 50 ns/op\nBenchmarkReset/impl=timer-2 1 300 ns/op\n"), "f")
	if err != nil {
		t.Fatal(err)
	}
	c := comparison{ours: "Reset/impl=wheel", rival: "Reset/impl=timer", text: "A reset against time.Timer"}
	if got := c.judge(all); got != "A reset against time.Timer: **60.000** (60.000 – 60.000)" {
		t.Errorf("%q", got)
	}
	c.rival = "Reset/impl=none"
	if got := c.judge(all); got != "" {
		t.Errorf("%q", got)
	}
}

func TestFigure(t *testing.T) {
	for x, want := range map[float64]string{0: "0", 0.25: "0.250", 1.234: "1.23", 74.06: "74.1", 12345.6: "12346", 8.3e9: "8300000000"} {
		if got := figure(x); got != want {
			t.Errorf("%v is %q, want %q", x, got, want)
		}
	}
}
