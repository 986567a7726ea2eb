package record

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ppspd/ppspd/bench/host"
)

func TestRoundTrip(t *testing.T) {
	var file bytes.Buffer
	w := NewWriter(&file, []host.Fact{
		{Key: "commit", Value: "4e73a9e"}, {Key: "cpu", Value: "AMD EPYC 9: x"}, {Key: "empty", Value: ""}, {Key: "mix", Value: "keepalive"},
	})
	const subject, floor = "Serve/mix=keepalive/server=ppspd-gnet-1", "Serve/mix=keepalive/server=gnet-1"
	for round := range 3 {
		for _, name := range []string{floor, subject} {
			amount := float64(7000+round) + float64(len(name))/8
			err := w.Write(name, 1000+round, Value{amount, "ns/op"}, Value{amount / 2, "cpu-ns/op"}, Value{3.5, "x"})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	all, err := Read(bytes.NewReader(file.Bytes()), "f.txt")
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 2 || all[0].Name != floor || all[1].Name != subject {
		t.Fatalf("series %+v in\n%s", all, file.String())
	}
	s := all[1]
	if s.Base() != "Serve" || s.Key("mix") != "keepalive" || s.Key("server") != "ppspd-gnet" || s.Key("none") != "" {
		t.Errorf("keys of %q: %q %q %q", s.Name, s.Base(), s.Key("mix"), s.Key("server"))
	}
	first := 7000 + float64(len(subject))/8
	if !slices.Equal(s.Values["ns/op"], []float64{first, first + 1, first + 2}) || len(s.Values["cpu-ns/op"]) != 3 {
		t.Errorf("values %v", s.Values)
	}
	if s.Config["commit"] != "4e73a9e" || s.Config["cpu"] != "AMD EPYC 9: x" || s.Config["mix"] != "keepalive" {
		t.Errorf("configuration %v", s.Config)
	}
	if _, found := s.Config["empty"]; found {
		t.Error("an empty value was written")
	}
}

// TestReadGoTest reads what go test -bench prints for two packages.
func TestReadGoTest(t *testing.T) {
	const text = `commit: abc
goos: linux
pkg: example.org/a
cpu: X
BenchmarkParse/impl=ours-2   	 1000	       75.0 ns/op	 100.00 MB/s	       0 B/op	       0 allocs/op
BenchmarkParse/impl=ours-2   	 1000	       77.0 ns/op	 100.00 MB/s	       0 B/op	       0 allocs/op
PASS
ok  	example.org/a	1.1s
pkg: example.org/b
BenchmarkParse/impl=ours-2   	 1000	       5.0 ns/op
`
	all, err := Read(strings.NewReader(text), "f")
	if err != nil || len(all) != 2 {
		t.Fatalf("%d series, %v", len(all), err)
	}
	if got := all[0].Values["ns/op"]; !slices.Equal(got, []float64{75, 77}) {
		t.Errorf("ns/op %v", got)
	}
	if got := all[0].Values["MB/s"]; !slices.Equal(got, []float64{100, 100}) {
		t.Errorf("MB/s %v", got)
	}
	if all[1].Config["pkg"] != "example.org/b" || all[1].Config["commit"] != "abc" {
		t.Errorf("configuration %v", all[1].Config)
	}
}

func TestReadRefuses(t *testing.T) {
	if _, err := Read(strings.NewReader("BenchmarkServe-1 12 seven ns/op\n"), "f"); err == nil {
		t.Error("a broken sample was read")
	}
}

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		in   []float64
		want Spread
	}{
		{[]float64{5}, Spread{5, 5, 5}},
		{[]float64{9, 1, 5}, Spread{5, 1, 9}},
		{[]float64{9, 1, 5, 6}, Spread{5.5, 1, 9}},
	} {
		if got := SpreadOf(c.in); got != c.want {
			t.Errorf("%v: %+v", c.in, got)
		}
	}
	if !math.IsNaN(SpreadOf(nil).Median) {
		t.Error("nothing has a median")
	}
}

// TestRatioIsPaired wants a machine that slows down to a third during the run
// to leave the ratio alone.
func TestRatioIsPaired(t *testing.T) {
	floor := []float64{10, 14, 22, 30, 30}
	subject := []float64{12, 16.8, 26.4, 36, 39}
	got, err := Ratio(subject, floor)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(got.Median-1.2) > 1e-9 || math.Abs(got.Max-1.3) > 1e-9 {
		t.Errorf("%+v", got)
	}
	for _, bad := range [][2][]float64{{nil, nil}, {{1}, {1, 2}}, {{1}, {0}}} {
		if _, err := Ratio(bad[0], bad[1]); err == nil {
			t.Errorf("%v has a ratio", bad)
		}
	}
}

// noisy draws n samples around center with some per cent of noise.
func noisy(r *rand.Rand, n int, center, percent float64) []float64 {
	s := make([]float64, n)
	for i := range s {
		s[i] = center * (1 + percent/100*(2*r.Float64()-1))
	}
	return s
}

// TestGate goes red on a slowdown by a tenth and stays green on a gain of any
// size and on noise.
func TestGate(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	for range 200 {
		base := noisy(r, 10, 100, 3)
		if v := Gate(base, noisy(r, 10, 110, 3)); !v.Worse {
			t.Fatalf("seed %d: +10 %% passed: %+v", seed, v)
		}
		for _, center := range []float64{100, 95, 90, 50} {
			if v := Gate(base, noisy(r, 10, center, 3)); v.Worse {
				t.Fatalf("seed %d: %v against 100 failed: %+v", seed, center, v)
			}
		}
	}
	if v := Gate([]float64{100}, []float64{110}); v.Worse {
		t.Errorf("one sample proves nothing: %+v", v)
	}
}

func TestGateExact(t *testing.T) {
	zero, one := []float64{0, 0, 0}, []float64{1, 1, 1}
	if !GateExact(zero, one).Worse {
		t.Error("one more allocation passed")
	}
	if GateExact(one, zero).Worse || GateExact(zero, zero).Worse {
		t.Error("no more allocations failed")
	}
}
