//go:build race

package gnetd

const raceEnabled = true
