//go:build !race

package ppspxml

// raceEnabled says that the race detector is on: it allocates by itself.
const raceEnabled = false
