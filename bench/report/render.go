package report

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/ppspd/ppspd/bench/record"
)

// renderer writes the sections.
type renderer struct {
	out *bytes.Buffer
	dir string
}

func (r *renderer) line(format string, args ...any) { fmt.Fprintf(r.out, format+"\n", args...) }

// source says where the figures above are from.
func (r *renderer) source(f *file) {
	r.line("")
	r.line("[%s](%s/%s): `%s`; commit %.12s, %s, %s cores, Linux %s, %s, %s.", f.name, r.dir, f.name,
		f.config("command"), f.config("commit"), f.config("cpu"), f.config("cores"), f.config("kernel"), f.config("go"), f.config("date"))
	if f.older {
		r.line("**Older than the code:** what was measured has changed since this commit.")
	}
}

// serve is the table of a run of servers that took turns.
func (r *renderer) serve(f *file) {
	r.line("\n## Requests over loopback: %s", f.config("mix"))
	if about := f.series[0].Config["about"]; about != "" {
		r.line("\n%s.", about)
	}
	r.line("\n%s connections, %s in flight on each, turns of %s. Requests of %s bytes, responses of %s.\n",
		f.config("connections"), f.config("depth"), f.config("slice"), f.config("request-bytes"), f.config("response-bytes"))
	r.line("| server | requests/s | CPU ns/request | of it user | cores busy | CPU ratio to its floor | RSS MiB |")
	r.line("|---|---:|---:|---:|---:|---|---:|")
	for _, s := range f.series {
		if s.Base() == "Serve" {
			r.line("| %s | %.0f | %.0f | %.0f | %.2f | %s | %.0f |", s.Key("server"), 1e9/median(s, "ns/op"), median(s, "cpu-ns/op"),
				median(s, "user-ns/op"), median(s, "cores"), floorRatio(f, s), median(s, "rss-MiB"))
		}
	}
	r.source(f)
}

// floorRatio compares a tracker with the floor of the same server library.
func floorRatio(f *file, s *record.Series) string {
	frontend, found := strings.CutPrefix(s.Key("server"), "ppspd-")
	at := slices.IndexFunc(f.series, func(o *record.Series) bool { return o.Key("server") == "floor-"+frontend })
	if !found || at < 0 {
		return "–"
	}
	ratio, err := record.Ratio(s.Values["cpu-ns/op"], f.series[at].Values["cpu-ns/op"])
	if err != nil {
		return "unpaired"
	}
	return spread(ratio)
}

func spread(s record.Spread) string {
	return fmt.Sprintf("**%.3f** (%.3f – %.3f)", s.Median, s.Min, s.Max)
}

func median(s *record.Series, unit string) float64 { return record.SpreadOf(s.Values[unit]).Median }

// scale is the table of what memory and pauses a filled index takes.
func (r *renderer) scale(f *file) {
	r.line("\n## Memory at scale")
	if about := f.series[0].Config["about"]; about != "" {
		r.line("\n%s.", about)
	}
	r.line("\n| figure | value |\n|---|---:|")
	for _, s := range f.series {
		for _, unit := range units(s) {
			r.line("| %s, %s | %s |", s.Name, unit, figure(median(s, unit)))
		}
	}
	r.source(f)
}

// micro is the table of a go test -bench.
func (r *renderer) micro(f *file) {
	r.line("\n## In process: %s\n", strings.TrimSuffix(f.name, ".txt"))
	for _, c := range comparisons() {
		if line := c.judge(f.series); line != "" {
			r.line("%s\n", line)
		}
	}
	r.line("| benchmark | ns/op | spread | allocs/op | more |\n|---|---:|---|---:|---|")
	for _, s := range f.series {
		r.line("| %s | %s | %s | %s | %s |", s.Name, figure(median(s, "ns/op")), nsSpread(s), allocs(s), more(s))
	}
	r.source(f)
}

func nsSpread(s *record.Series) string {
	x := record.SpreadOf(s.Values["ns/op"])
	return figure(x.Min) + " – " + figure(x.Max)
}

func allocs(s *record.Series) string {
	if len(s.Values["allocs/op"]) == 0 {
		return "–"
	}
	return figure(median(s, "allocs/op"))
}

// more is every unit without a column of its own.
func more(s *record.Series) string {
	var parts []string
	for _, unit := range units(s) {
		if unit != "ns/op" && unit != "allocs/op" && unit != "B/op" {
			parts = append(parts, figure(median(s, unit))+" "+unit)
		}
	}
	return strings.Join(parts, ", ")
}

func units(s *record.Series) []string {
	var all []string
	for unit := range s.Values {
		all = append(all, unit)
	}
	slices.Sort(all)
	return all
}

// figure prints three digits that mean something, without an exponent.
func figure(x float64) string {
	switch {
	case x >= 100 || x == float64(int64(x)):
		return fmt.Sprintf("%.0f", x)
	case x >= 10:
		return fmt.Sprintf("%.1f", x)
	case x >= 1:
		return fmt.Sprintf("%.2f", x)
	}
	return fmt.Sprintf("%.3f", x)
}
