// Package swarm is the tracker's index: which peers are registered, which
// swarms there are, and who is a member of what, with the card that a peer list
// shows of each member.
//
// It does not judge a request, know a state machine, keep time or choose a peer
// list: packages engine, wheel and peerlist do. It has no goroutine, no clock
// and no log.
//
// # Shape
//
//	Index
//	  Stripe      peers by hash of Peer-ID: table -> Peer -> memberships
//	  swarmStripe swarms by hash of Swarm-ID: table -> swarm -> 2 sides
//	  side        the seeders or leechers of a swarm: directory of segments
//	  segment     up to 1024 members: cards, and their owners beside
//	  cardPool    the arrays of the segments, in size classes
//	  blobPool    what does not fit into a record or card
//
// # Threads and locks
//
// An Index may be used by many goroutines at once. What belongs to a peer is
// done under the lock of its Stripe, which the caller takes. The order is
//
//	one peer stripe -> one swarm stripe or one segment -> a pool's class
//
// where a swarm stripe's lock goes before a segment's in the two places that
// make and free segments. Draw, Lookup, Swarm and AppendSwarms are called
// without a Stripe's lock, or under one, as is convenient; Draw takes segment
// locks only. No lock should be held longer than 100 us, see BenchmarkHold: the
// longest are held while a table or slab grows by one allocation, and while a
// peer is taken out of all of its swarms.
//
// # Memory
//
// All records are in slabs and arrays without pointers: the garbage collector
// sees a few thousand chunks, however many peers there are. What was freed is
// used again, not given back to the system. Nothing allocates but growth.
//
// # Standards
//
// draft-ietf-ppsp-base-tracker-protocol-00, sections 2.4 (what the tracker
// records of a peer), 4.1 (swarms and modes) and 4.2 (statistics).
package swarm
