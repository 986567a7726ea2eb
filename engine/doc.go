// Package engine is the tracker: it judges the requests of peers by the rules
// of the protocol, keeps who is registered and in which swarms, and says which
// peers to list.
//
// It does not read or write messages (codec and its formats do), it serves no
// connection and authenticates nobody (the front ends do), and it has no clock,
// no goroutine and no log: time is an argument, and what is worth a log line is
// in Stats.
//
// # One request
//
// Handle finds the peer and the swarms of the request in the index, looks up
// what the rules (rules.go, docs/rules.md) say of the peer's state and the
// shape of its actions, and only then changes anything. A request is judged
// completely and what it needs is reserved before its commit begins, so it is
// performed as a whole or not at all. The peer lists are drawn before the
// commit, so a list never holds the peer that asks.
//
// # Time
//
// Time is a wheel.Tick. A request at now is heard until now+1+timeout: the tick
// that a request comes in has begun already, so nothing is forgotten early. The
// end of a registration is exact for its peer: a request past the deadline is
// one from an unknown peer, whether Advance has been there or not. Everybody
// else stops seeing the peer when Advance has removed it.
//
// # Threads
//
// All methods of Tracker may be called by many goroutines at once. A request
// holds the lock of the stripe that its Peer-ID hashes to, and inside it the
// lock of one swarm at a time.
//
// # Panics
//
// A panic outside a commit leaves every lock released and nothing changed: the
// caller may recover it and answer 500. A panic inside a commit means that the
// index is torn. It comes out of Handle or Advance as a *Torn, which a caller
// that recovers must raise again: a restart loses less than a wrong index.
//
// # Memory
//
// In steady state nothing is allocated. Requests and responses are the
// caller's; nothing of them is kept. The index grows with the peers; what is
// kept beside it is of fixed size for each stripe.
//
// # Standards
//
// draft-ietf-ppsp-base-tracker-protocol-00, sections 2.4 (state machines), 3.2
// (properties of peers), 4 (processing, Table 8) and 6.4.
package engine
