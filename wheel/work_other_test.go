//go:build !linux

package wheel_test

import "time"

// work returns the time of the clock, where threads have none of their own.
func work() time.Duration { return time.Duration(time.Now().UnixNano()) }
