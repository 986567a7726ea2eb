// Package lives plays simulated peers that live whole lives against any tracker
// of the PPSP tracker protocol: they connect as seeders or leechers, report,
// refresh their lists, switch swarms, leave, vanish without a word and come
// back. It keeps a model of what the tracker was told and checks every answer
// against it: a listed peer has joined that swarm, has not been gone for longer
// than the track timeout and two ticks, and has an address that it announced or
// was seen at.
//
// A closed loop (no rate) finds the tracker's capacity; an open loop (a fixed
// rate) finds its response times, counted from the moment at which a request
// was meant to start, so that a stalled tracker cannot hide behind requests
// that were never sent.
//
// It does not start the tracker and does not judge speed.
//
// # Threads
//
// Run starts its own goroutines, one for each connection, and ends with them.
// Every peer belongs to one of them; what others check of it stands under the
// peer's lock.
//
// # Standards
//
// draft-ietf-ppsp-base-tracker-protocol-00, sections 2.4, 4.1 and 4.2: which
// requests a peer may send in which state (Table 8).
package lives
