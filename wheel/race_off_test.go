//go:build !race

package wheel_test

// raceEnabled tells that allocations are not counted as they are.
const raceEnabled = false
