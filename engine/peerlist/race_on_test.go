//go:build race

package peerlist_test

const raceEnabled = true
