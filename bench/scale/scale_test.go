package scale_test

import (
	"testing"

	"github.com/ppspd/ppspd/bench/scale"
)

// A small run: everybody is there in the end, and nobody after the storm.
func TestRun(t *testing.T) {
	f, err := scale.Run(scale.Config{Peers: 20000, Swarms: 200, Timeouts: 1, Vanish: 0.1, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if f.Swarms < 190 || f.IndexPeer <= 0 || f.ResidentPeer <= 0 || f.Report <= 0 || f.WorstSlice <= 0 || f.StormSlice <= 0 {
		t.Errorf("figures %+v", f)
	}
	if f.Ended < 20000 {
		t.Errorf("the storm ended %d registrations of at least 20000", f.Ended)
	}
}
