//go:build race

package xmltext

// raceEnabled says that the race detector is on.
const raceEnabled = true
