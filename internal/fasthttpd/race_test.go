//go:build race

package fasthttpd_test

const raceEnabled = true
