//go:build !race

package engine

import (
	"os/exec"
	"regexp"
	"testing"
)

// TestInlining: what a keep-alive does in small steps is inlined.
func TestInlining(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the compiler")
	}
	out, err := exec.Command("go", "build", "-gcflags=-m", ".").CombinedOutput()
	if err != nil {
		t.Skipf("go build: %v\n%s", err, out)
	}
	for _, name := range []string{"(*call).begin", "(*call).end", "(*call).rearm", "(*call).finish", "lookUp", "number4", "isV6", "firstFamily"} {
		if !regexp.MustCompile(`can inline ` + regexp.QuoteMeta(name) + `\n`).Match(out) {
			t.Errorf("%s is not inlined", name)
		}
	}
}
