package host

import (
	"fmt"
	"os/exec"
	"strings"
)

// dirtySuffix marks a commit whose measured paths had uncommitted changes.
const dirtySuffix = "+dirty"

// Commit is the commit checked out in the tree at dir, followed by "+dirty"
// when one of the paths differs from it. Paths are git pathspecs, relative to
// the top of the tree.
func Commit(dir string, paths ...string) (string, error) {
	head, err := git(dir, "rev-parse", "HEAD")
	if err != nil {
		return "", err
	}
	changes, err := git(dir, append([]string{"status", "--porcelain", "--"}, fromTop(paths)...)...)
	if err != nil {
		return "", err
	}
	if changes != "" {
		return head + dirtySuffix, nil
	}
	return head, nil
}

// Older says whether one of the paths changed after the commit that a record
// names. A record of a dirty tree, or of a commit that is not in the tree's
// history, is older than anything.
func Older(dir, commit string, paths ...string) bool {
	if commit == "" || strings.HasSuffix(commit, dirtySuffix) {
		return true
	}
	args := append([]string{"diff", "--quiet", commit, "HEAD", "--"}, fromTop(paths)...)
	_, err := git(dir, args...)
	return err != nil
}

// fromTop makes pathspecs relative to the top of the tree. A spec that starts
// with "!" excludes; "." is the whole tree, which git spells ":(top)" (with a
// dot behind it nothing matches).
func fromTop(paths []string) []string {
	specs := make([]string, 0, len(paths))
	for _, p := range paths {
		rest, exclude := strings.CutPrefix(p, "!")
		switch {
		case exclude:
			specs = append(specs, ":(top,exclude)"+rest)
		case p == ".":
			specs = append(specs, ":(top)")
		default:
			specs = append(specs, ":(top)"+p)
		}
	}
	return specs
}

func git(dir string, args ...string) (string, error) {
	cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w", args[0], err)
	}
	return strings.TrimSpace(string(out)), nil
}
