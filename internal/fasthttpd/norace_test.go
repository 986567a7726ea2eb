//go:build !race

package fasthttpd_test

const raceEnabled = false
