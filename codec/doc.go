// Package codec is the vocabulary of the PPSP tracker protocol: the messages
// that peers and tracker exchange, whatever their dialect (PPSP-TP/1.0 and 1.1,
// RFC 7846) and format (XML, EXI, JSON), the identifiers, addresses and cards
// that they carry, and the limits that hold in every format.
//
// It does not read or write any format: codec/ppspxml and its siblings do, each
// behind the interface Format. It does not judge a request: package engine does.
//
// # Terminology
//
//   - A Request is what a peer sends, a Response what the tracker answers.
//   - An action is one SwarmID element of a CONNECT: JOIN or LEAVE of a swarm.
//   - A card is all that a peer list says of one peer in one swarm, in 56 bytes
//     of fixed layout without pointers. What does not fit (a long Peer-ID, a
//     third address, an address of each family, an unknown protocol name) is a
//     wide card: the card then refers to a blob of variable length.
//   - To parse is to turn bytes into a message, to append is to turn a message
//     into bytes at the end of a slice.
//
// # Memory
//
// Requests and responses are reused. Their fields are spans into Text, which
// borrows the body that was parsed: they are valid until the message is reset
// or the body's buffer is overwritten. Nothing here allocates once the reused
// slices have grown to the size of the messages at hand.
//
// # Threads
//
// A message belongs to one goroutine at a time. Cards, keys and addresses are
// values.
//
// # Standards
//
// draft-ietf-ppsp-base-tracker-protocol-00, sections 3.1 to 3.4 and 4 (Tables
// 1 to 8), appendix B.4; RFC 7846 section 3 for the shape of what is shared.
package codec
