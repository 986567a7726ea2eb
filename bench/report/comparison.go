package report

import (
	"fmt"
	"strings"

	"github.com/ppspd/ppspd/bench/record"
)

// A comparison sets one benchmark of a file against another. Names are given
// without the trailing -GOMAXPROCS.
type comparison struct {
	ours, rival string
	text        string // takes the ratio rival/ours
}

// comparisons are what the report says in words above the tables.
func comparisons() []comparison { return nil }

// judge is a sentence with the ratio, or "" if the series are not there.
func (c comparison) judge(all []*record.Series) string {
	ours, rival := find(all, c.ours), find(all, c.rival)
	if ours == nil || rival == nil {
		return ""
	}
	ratio, err := record.Ratio(rival.Values["ns/op"], ours.Values["ns/op"])
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%s: %s", c.text, spread(ratio))
}

// find is the series of a name, with any number of cores behind it.
func find(all []*record.Series, name string) *record.Series {
	for _, s := range all {
		rest, found := strings.CutPrefix(s.Name, name)
		if found && strings.Trim(rest, "-0123456789") == "" {
			return s
		}
	}
	return nil
}
