package lint

import (
	"os/exec"
	"strings"
	"testing"
)

// perFile are the rules that look at one file at a time.
var perFile = map[string]func(*file) []string{
	"imports": checkImports, "owners": checkOwners, "passive": checkPassive, "names": checkNames,
	"length": checkLength, "open work": checkOpenWork, "format": checkFormat,
}

func TestTree(t *testing.T) {
	files, err := load("../..")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 20 {
		t.Fatalf("only %d files: the tree was not read", len(files))
	}
	for name, rule := range perFile {
		for _, f := range files {
			for _, fault := range rule(f) {
				t.Errorf("%s: %s", name, fault)
			}
		}
	}
	for _, fault := range checkDocs(files) {
		t.Errorf("docs: %s", fault)
	}
}

// Each rule goes red.
func TestRulesGoRed(t *testing.T) {
	long := "package engine\nfunc f() {\n" + strings.Repeat("_ = 0\n", 120) + "}\n"
	for _, c := range []struct{ rule, path, text string }{
		{"imports", "wheel/a.go", "package wheel\nimport _ \"github.com/ppspd/ppspd/codec\"\n"},
		{"imports", "internal/gnetd/a.go", "package gnetd\nimport _ \"github.com/ppspd/ppspd/internal/fasthttpd\"\n"},
		{"imports", "brandnew/a.go", "package brandnew\n"},
		{"owners", "engine/a.go", "package engine\nimport _ \"unsafe\"\n"},
		{"owners", "internal/exchange/a.go", "package exchange\nimport _ \"github.com/valyala/fasthttp\"\n"},
		{"passive", "engine/a.go", "package engine\nfunc f() { go f() }\n"},
		{"passive", "wheel/a.go", "package wheel\nimport \"time\"\nvar x = time.Now()\n"},
		{"passive", "codec/a.go", "package codec\nimport _ \"log/slog\"\n"},
		{"names", "engine/utils.go", "package engine\n"},
		{"names", "engine/a.go", "package engine\nfunc peerManager() {}\n"},
		{"length", "engine/a.go", long},
		{"open work", "engine/a.go", "package engine\n// TO" + "DO: later\n"},
		{"format", "engine/a.go", "package engine\nvar  x = 1\n"},
	} {
		f, err := parse(c.path, []byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		if len(perFile[c.rule](f)) == 0 {
			t.Errorf("rule %q accepts %s: %.60q", c.rule, c.path, c.text)
		}
	}
}

func TestDocsGoRed(t *testing.T) {
	for _, text := range []string{
		"// Package a is.\npackage a\nfunc F() {}\n",
		"// Package a is.\npackage a\ntype T int\n",
		"package a\n",
	} {
		f, err := parse("a/doc.go", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if len(checkDocs([]*file{f})) == 0 {
			t.Errorf("accepted: %q", text)
		}
	}
}

// No path of a developer's machine stands in what git tracks.
func TestNoMachinePaths(t *testing.T) {
	out, err := exec.Command("git", "grep", "-nIE", "/(work|farm)/|/tmp/anch"+"ors", "--", "../..", ":!../../go.sum", ":!*/lint_test.go").CombinedOutput()
	if e, ok := err.(*exec.ExitError); ok && e.ExitCode() == 1 {
		return
	}
	if err != nil {
		t.Skipf("no git checkout: %v", err)
	}
	t.Errorf("paths of a machine:\n%s", out)
}
