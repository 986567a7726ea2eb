package wheel_test

import (
	"math"
	"testing"
	"time"

	"github.com/ppspd/ppspd/wheel"
)

func TestTicks(t *testing.T) {
	f := func(d time.Duration, want wheel.Tick) {
		t.Helper()
		if got := wheel.Ticks(d); got != want {
			t.Errorf("Ticks(%v) = %d, want %d", d, got, want)
		}
	}
	f(math.MinInt64, 0)
	f(-1, 0)
	f(0, 0)
	f(1, 1)
	f(100*time.Millisecond, 1)
	f(100*time.Millisecond+1, 2)
	f(2*time.Minute, 1200)
	f(24*time.Hour, 864_000)
	f(time.Duration(wheel.MaxTick)*wheel.TickDuration, wheel.MaxTick)
	f(time.Duration(wheel.MaxTick)*wheel.TickDuration+1, wheel.MaxTick)
	f(math.MaxInt64, wheel.MaxTick)
}

func TestSince(t *testing.T) {
	f := func(elapsed time.Duration, want wheel.Tick) {
		t.Helper()
		if got := wheel.Since(elapsed); got != want {
			t.Errorf("Since(%v) = %d, want %d", elapsed, got, want)
		}
	}
	f(math.MinInt64, 0)
	f(-1, 0)
	f(0, 0)
	f(100*time.Millisecond-1, 0)
	f(100*time.Millisecond, 1)
	f(time.Hour-1, 35_999)
	f(math.MaxInt64, wheel.MaxTick)
}

// TestTimeoutPasses: when Since shows the deadline of a timeout, the timeout has
// passed in full, and by less than a tick more.
func TestTimeoutPasses(t *testing.T) {
	r := newRand(t)
	for range 10_000 {
		elapsed := time.Duration(r.Int64N(int64(1000 * time.Hour)))
		timeout := time.Duration(r.Int64N(int64(time.Hour)))
		deadline := wheel.Ticks(elapsed + timeout)
		shown := time.Duration(deadline) * wheel.TickDuration
		if wheel.Since(shown) != deadline || wheel.Since(shown-1) >= deadline {
			t.Fatalf("tick %d does not begin at %v", deadline, shown)
		}
		if late := shown - (elapsed + timeout); late < 0 || late >= wheel.TickDuration {
			t.Fatalf("timeout %v from %v: %v late", timeout, elapsed, late)
		}
	}
}
