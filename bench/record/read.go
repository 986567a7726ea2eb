package record

import (
	"fmt"
	"io"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// Series is all samples of one name in one file, in the order in which they
// were taken.
type Series struct {
	File   string
	Name   string // without the word Benchmark, with the trailing -GOMAXPROCS
	Config map[string]string
	Values map[string][]float64 // by unit, as written; one per sample
}

// Key is the value of key=value in the series' name, or "".
func (s *Series) Key(key string) string {
	_, parts := benchfmt.Name(s.Name).Parts()
	for _, p := range parts {
		if value, found := strings.CutPrefix(string(p), "/"+key+"="); found {
			return value
		}
	}
	return ""
}

// Base is the name up to the first slash, without GOMAXPROCS.
func (s *Series) Base() string {
	base, _ := benchfmt.Name(s.Name).Parts()
	return string(base)
}

// Read collects the series of a file in the order of their first samples.
// Series of different packages (configuration key pkg) are kept apart. A line
// that starts as a sample and is none is an error.
func Read(r io.Reader, file string) ([]*Series, error) {
	var all []*Series
	index := map[string]*Series{}
	in := benchfmt.NewReader(r, file)
	for in.Scan() {
		switch rec := in.Result().(type) {
		case *benchfmt.SyntaxError:
			return nil, rec
		case *benchfmt.Result:
			key := rec.GetConfig("pkg") + " " + rec.Name.String()
			s := index[key]
			if s == nil {
				s = newSeries(file, rec)
				index[key] = s
				all = append(all, s)
			}
			s.add(rec)
		}
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return all, nil
}

func newSeries(file string, rec *benchfmt.Result) *Series {
	s := &Series{File: file, Name: rec.Name.String(), Config: map[string]string{}, Values: map[string][]float64{}}
	for _, c := range rec.Config {
		s.Config[c.Key] = string(c.Value)
	}
	return s
}

// add takes the figures as they were written: the reader turns ns into s.
func (s *Series) add(rec *benchfmt.Result) {
	for _, v := range rec.Values {
		amount, unit := v.Value, v.Unit
		if v.OrigUnit != "" {
			amount, unit = v.OrigValue, v.OrigUnit
		}
		s.Values[unit] = append(s.Values[unit], amount)
	}
}
