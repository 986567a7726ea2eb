package report

import (
	"fmt"
	"strings"

	"github.com/ppspd/ppspd/bench/record"
)

// A comparison sets one benchmark of a file against another. Names are given
// without the trailing -GOMAXPROCS, unless it is what is compared.
type comparison struct {
	ours, rival string
	text        string // of the ratio rival/ours
}

// comparisons are what the report says in words above the tables.
func comparisons() []comparison {
	return []comparison{
		{"ParseConnect/impl=ppspxml", "ParseConnect/impl=encodingxml",
			"Time of encoding/xml.Unmarshal for a CONNECT, as a multiple of ours"},
		{"ParseStatReport/impl=ppspxml", "ParseStatReport/impl=encodingxml",
			"Time of encoding/xml.Unmarshal for a STAT_REPORT, as a multiple of ours"},
		{"Reset/impl=wheel/timers=10000000", "Reset/impl=time.Timer/timers=10000000",
			"Time of time.Timer.Reset with 10M armed, as a multiple of the wheel's"},
		{"Mixed/peers=1000000/swarms=100000-2", "Mixed/peers=1000000/swarms=100000",
			"Throughput of mixed requests on two cores, as a multiple of that on one"},
		{"Mixed/peers=1000000/swarms=1-2", "Mixed/peers=1000000/swarms=1",
			"The same with all peers in one swarm"},
		{"Mixed/peers=1000000/swarms=1-2", "Mixed/peers=1000000/swarms=100000-2",
			"Throughput with one swarm of all peers on two cores, as a multiple of that with 100,000 swarms"},
	}
}

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

// find is the series of exactly that name, or else of that name with any number
// of cores behind it.
func find(all []*record.Series, name string) *record.Series {
	for _, s := range all {
		if s.Name == name {
			return s
		}
	}
	for _, s := range all {
		rest, found := strings.CutPrefix(s.Name, name)
		if found && strings.Trim(rest, "-0123456789") == "" {
			return s
		}
	}
	return nil
}
