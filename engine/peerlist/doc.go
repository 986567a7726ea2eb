// Package peerlist chooses a peer list: which of the peers that were drawn from
// a swarm are listed, and in which order.
//
// It is a pure function over cards. It has no lock, knows no index, and does
// not find the candidates: engine draws them from engine/swarm, as many as
// Want.Draws says. Expired peers are not its matter either.
//
// # Rules
//
// A list never holds the requester, a peer twice, or a peer without an address
// that the requester may see. Then, in this order:
//
//  1. Peers with an address of a family that the requester can use come first;
//     others only fill up.
//  2. Half of a leecher's list are seeders, half leechers; what one side lacks
//     comes from the other. A seeder's list is of leechers, seeders fill up.
//  3. Of a side, peers with all of the preferred capabilities come first;
//     others fill up.
//  4. What is left is chance: all candidates of a kind are equal.
//
// The list shows peers of rule 1 first, of these those of rule 3 first, and is
// else mixed.
//
// # Threads and memory
//
// A Chooser belongs to one goroutine at a time. Nothing allocates but the
// caller's slice when it has to grow.
//
// # Standards
//
// draft-ietf-ppsp-base-tracker-protocol-00, section 4.1 (PeerNum and its
// attributes, selection of peers) and Table 2.
package peerlist
