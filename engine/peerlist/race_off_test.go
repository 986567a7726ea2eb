//go:build !race

package peerlist_test

const raceEnabled = false
