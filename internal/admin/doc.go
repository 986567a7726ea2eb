// Package admin is the operator's HTTP side of a tracker: metrics in the
// Prometheus text format, liveness, readiness and profiles. It is served by
// net/http, apart from the peers' front ends, and knows neither engine nor
// exchange: whoever wires the process gives it functions to ask.
//
// It does not authenticate: it belongs on a loopback address.
//
// A Server is safe for concurrent use; the functions it was given are called
// from any goroutine.
package admin
