//go:build !race

package codec_test

// raceEnabled says that the race detector is on: it allocates by itself.
const raceEnabled = false
