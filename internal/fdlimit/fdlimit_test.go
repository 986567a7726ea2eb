package fdlimit

import (
	"math"
	"testing"

	"golang.org/x/sys/unix"
)

func TestRaise(t *testing.T) {
	var before, after unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Setrlimit(unix.RLIMIT_NOFILE, &before) })

	lowered := before
	lowered.Cur = before.Max / 2
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &lowered); err != nil {
		t.Fatal(err)
	}
	limit, err := Raise()
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &after); err != nil {
		t.Fatal(err)
	}
	if after.Cur != after.Max || limit != clamp(after.Cur) {
		t.Errorf("Raise() = %d, soft limit %d, hard limit %d", limit, after.Cur, after.Max)
	}
}

func TestCeiling(t *testing.T) {
	for _, c := range []struct {
		limit     Limit
		acceptors int
		want      int
	}{
		{20, 2, 10},
		{64, 2, 46},
		{256, 1, 239},
		{1024, 4, 956},
		{20000, 2, 19742},
		{math.MaxInt32, 2, math.MaxInt32 - 258},
	} {
		if got := c.limit.Ceiling(c.acceptors); got != c.want {
			t.Errorf("Limit(%d).Ceiling(%d) = %d, want %d", c.limit, c.acceptors, got, c.want)
		}
	}
}

// The number of a new descriptor tells how many are open: the promise that
// Ceiling is built on.
func TestLowestNumberFirst(t *testing.T) {
	a, err := unix.Open("/dev/null", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	b, err := unix.Open("/dev/null", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(b)
	if err := unix.Close(a); err != nil {
		t.Fatal(err)
	}
	c, err := unix.Open("/dev/null", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(c)
	if c > a {
		t.Errorf("descriptor %d given out while %d is free", c, a)
	}
}
