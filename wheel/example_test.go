package wheel_test

import (
	"fmt"
	"time"

	"github.com/ppspd/ppspd/wheel"
)

// Two peers are registered; one of them reports, the other one expires.
func Example() {
	const track = 2 * time.Minute
	w := wheel.New(0)
	w.Arm(1, wheel.Ticks(track))
	w.Arm(2, wheel.Ticks(track))

	now := wheel.Since(time.Minute)
	w.Arm(1, now+1+wheel.Ticks(track)) // peer 1 reports

	fired := make([]uint32, 0, 16)
	fired, _ = w.Expire(wheel.Since(track), fired, 1<<16)
	fmt.Println("expired:", fired)
	fmt.Println("peer 1 has until tick", w.Deadline(1))
	// Output:
	// expired: [2]
	// peer 1 has until tick 1801
}
