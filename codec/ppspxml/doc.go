// Package ppspxml reads and writes PPSP-TP/1.0 messages in XML: requests as a
// tracker gets them and responses as it sends them, and both from the peer's
// side.
//
// It does not read XML itself where anything unusual stands: codec/xmltext
// does. It does not judge whether an action is allowed: package engine does. It
// knows nothing of HTTP.
//
// # What is accepted
//
// Elements and attributes are known by their local names (case-sensitive), in
// any namespace or none. An attribute without a prefix counts before one with;
// those of the namespaces xml and XML Schema instance are not of the protocol.
// Elements may come in any order. Elements and attributes that are not of the
// protocol are skipped wherever they stand, and a known element in a place
// where the tables do not have it is such a one. A Stat with an unknown
// @property, or a ContentMap, is kept as the bytes between its tags.
//
// White space around ids, words and numbers is dropped. What is left of an id
// are 1 to codec.LimitID bytes, case-sensitive. Numbers are decimal digits.
// Unknown values of optional attributes are ignored.
//
// # Faults
//
// A message is checked completely. The fault is the first one in the order of
// the document, found when the element that has it is complete; the version
// comes before all that the root contains. What depends on several elements is
// judged at the end of a document that is well-formed: required elements that
// are missing, @action and @peerMode that a CONNECT needs, PeerInfo of another
// Peer-ID, the same Swarm-ID twice. A TransactionID that was read before the
// fault stays in the message.
//
// # Two paths
//
// Requests are first read by a scanner that knows the spellings which programs
// write. It refuses whatever is unusual or wrong; then the message is read
// again by way of xmltext. Both paths share the code that judges values, and
// give the same message.
//
// # Memory and threads
//
// Format has no state and may be used by many goroutines at once. Parsing
// borrows the body (see codec.Text) and allocates nothing once the message's
// scratch has grown; decoders of the slow path are pooled. Appending allocates
// nothing if dst has room.
//
// # Standards
//
// draft-ietf-ppsp-base-tracker-protocol-00 sections 3.1 to 3.4 (Tables 2 to 7),
// 4.1 to 4.3 and 7.1.
package ppspxml
