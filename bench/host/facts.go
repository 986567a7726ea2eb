package host

import (
	"bytes"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// A Fact is one configuration line of a record.
type Fact struct {
	Key, Value string
}

// Facts describes the machine, the compiler and the moment, in the order in
// which a record shows them: goos, goarch, cpu, cores, kernel, go, date (UTC,
// RFC 3339).
func Facts(now time.Time) []Fact {
	return []Fact{
		{"goos", runtime.GOOS},
		{"goarch", runtime.GOARCH},
		{"cpu", cpuModel()},
		{"cores", strconv.Itoa(runtime.NumCPU())},
		{"kernel", kernelRelease()},
		{"go", runtime.Version()},
		{"date", now.UTC().Format(time.RFC3339)},
	}
}

// cpuModel is the model name of the first core, or "unknown".
func cpuModel() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown"
	}
	for line := range bytes.Lines(text) {
		key, value, found := strings.Cut(string(line), ":")
		if found && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

// kernelRelease is what uname -r prints, or "unknown".
func kernelRelease() string {
	text, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(text))
}

// Command is the line that runs this program again, a package of the tree,
// with the same arguments.
func Command(pkg string) string {
	line := "go run " + pkg
	for _, a := range os.Args[1:] {
		if a == "" || strings.ContainsAny(a, " \t\"'$*?|^") {
			a = "'" + a + "'"
		}
		line += " " + a
	}
	return line
}
