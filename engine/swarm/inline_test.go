package swarm

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestInlining asks the compiler about the functions that are written to be
// inlined.
func TestInlining(t *testing.T) {
	if raceEnabled {
		t.Skip("compiles the package again; done without the race detector")
	}
	out, err := exec.Command("go", "build", "-gcflags=-m", ".").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	found := string(out)
	for _, f := range []string{
		"tagOf", "room", "numberOf", "(*table).probe", "(*probe).scan", "(*Peer).has",
		"(*Index).Hash", "(*Index).segment", "(*Index).swarm", "(*Stripe).Peer", "(*Stripe).segmentOf",
		"(*cardPool).block", "(*block).put", "(*block).swap",
	} {
		if !strings.Contains(found, "can inline "+f+"\n") {
			t.Errorf("%s is not inlined", f)
		}
	}
	if !regexp.MustCompile(`can inline \(\*slab\[.*\]\)\.at\n`).MatchString(found) {
		t.Error("slab.at is not inlined")
	}
}
