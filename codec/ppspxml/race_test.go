//go:build race

package ppspxml

func init() { raceEnabled = true }
