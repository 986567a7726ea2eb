package host

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestFacts(t *testing.T) {
	facts := Facts(time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600)))
	got := map[string]string{}
	for _, f := range facts {
		if f.Value == "" || strings.Contains(f.Value, "\n") {
			t.Errorf("fact %s has the value %q", f.Key, f.Value)
		}
		got[f.Key] = f.Value
	}
	if got["date"] != "2026-01-02T02:04:05Z" {
		t.Errorf("date is %q, want UTC", got["date"])
	}
	if got["go"] != runtime.Version() {
		t.Errorf("go is %q", got["go"])
	}
}

func TestUsageGrowsWithWork(t *testing.T) {
	before, err := UsageOf(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	var spent time.Duration
	for spent < 2*time.Millisecond {
		for range 1000 {
			runtime.Gosched()
		}
		now, err := UsageOf(os.Getpid())
		if err != nil {
			t.Fatal(err)
		}
		spent = now.Sub(before).CPU
	}
	if before.RSS <= 0 || before.CPU <= 0 {
		t.Errorf("usage %+v", before)
	}
}

func TestCPUClockIsTheProcessClock(t *testing.T) {
	var own, other unix.Timespec
	if err := unix.ClockGettime(cpuClock(os.Getpid()), &other); err != nil {
		t.Fatal(err)
	}
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &own); err != nil {
		t.Fatal(err)
	}
	if own.Nano() < other.Nano() {
		t.Errorf("own clock %d is behind the clock by pid %d that was read before it", own.Nano(), other.Nano())
	}
}

func TestParseStat(t *testing.T) {
	head := "42 (a ) b) S 1 2 3 4 5 6 7 8 9 10 250 7 0 0 20 0 5 0 100 4096 3 "
	u, err := parseStat([]byte(head + "0 0"))
	if err != nil {
		t.Fatal(err)
	}
	if u.System != 70*time.Millisecond || u.RSS != 3*int64(os.Getpagesize()) {
		t.Errorf("got %+v", u)
	}
	for _, bad := range []string{"", "42 (x) S 1 2", strings.Replace(head, " 7 0 0 20", " x 0 0 20", 1)} {
		if _, err := parseStat([]byte(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestOnCore(t *testing.T) {
	var allowed unix.CPUSet
	if err := unix.SchedGetaffinity(0, &allowed); err != nil {
		t.Fatal(err)
	}
	core := 0
	for !allowed.IsSet(core) {
		core++
	}
	err := OnCore(core, func() error {
		var now unix.CPUSet
		if err := unix.SchedGetaffinity(0, &now); err != nil {
			return err
		}
		if now.Count() != 1 || !now.IsSet(core) {
			t.Errorf("inside: %d cores", now.Count())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestOlder walks a small history: a record is older once its own paths
// change, not when others do.
func TestOlder(t *testing.T) {
	dir := t.TempDir()
	run := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=t", "-c", "user.email=t@example.org"}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	commit := func() string {
		t.Helper()
		c, err := Commit(dir, "code")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	run("init", "-q")
	write("code", "1")
	run("add", ".")
	run("commit", "-qm", "one")
	first := commit()
	write("prose", "1")
	run("add", ".")
	run("commit", "-qm", "two")
	if Older(dir, first, "code") {
		t.Error("another path's change made the record older")
	}
	write("code", "2")
	if c := commit(); !strings.HasSuffix(c, dirtySuffix) {
		t.Errorf("changed tree is %q", c)
	}
	run("commit", "-qam", "three")
	if !Older(dir, first, "code") {
		t.Error("a change of the path left the record current")
	}
	if Older(dir, first, ".", "!code") == false {
		t.Error("exclusion: prose was added since, so the rest is older")
	}
	for _, unknown := range []string{"", strings.Repeat("0", 40), commit() + dirtySuffix} {
		if !Older(dir, unknown, "code") {
			t.Errorf("record of %q counts as current", unknown)
		}
	}
}
