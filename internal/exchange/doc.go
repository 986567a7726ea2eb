// Package exchange is one HTTP exchange of a tracker, independent of the server
// library: from a scanned head and a complete body to the bytes of the answer.
// It decides which resources, media types, codings and lengths are accepted,
// has the body parsed and the request handled, and writes status line, header
// fields and body, coded with gzip where the peer accepts that and it pays.
//
// It does not read from or write to connections, keeps no time limits, and does
// not log: a front end does the former (packages gnetd and fasthttpd), whoever
// wires the process the latter. It knows no rule of the protocol; Config.Handle
// does.
//
// A front end uses it like this:
//
//	Worker.Scan        until it has a size or a fault; a fault: Refuse, close
//	Exchange.Admit     once; a fault: Refuse, close; Continue: send Continue100
//	Worker.Serve       when Admission.Body bytes are there; writes the answer
//
// # Answers
//
// Both front ends give the same bytes but for Date. The header fields stand in
// this order, each only where it applies:
//
//	Date, Content-Type, Content-Encoding, Content-Length, Vary,
//	PPSP-Track-Timeout, Retry-After, Connection
//
// An error has an empty body and a Reason-Phrase that names the fault; no byte
// of the request is ever repeated in a head.
//
// # Connections
//
// What leaves the end of the message unknown closes the connection: a head that
// the scanner refuses, a missing length, a transfer coding, a body that is
// refused before it was read, an expectation that is not met, a timeout. All
// else is answered when the body has been read, and the connection goes on.
//
// # Threads
//
// An Exchange is safe for concurrent use. A Worker belongs to one goroutine at
// a time; a front end has one per event loop or takes them from a pool.
//
// # Memory
//
// Serving allocates nothing once a worker's buffers have grown. The bytes of
// head and body are borrowed for the time of a call.
//
// # Standards
//
// draft-ietf-ppsp-base-tracker-protocol-00 section 4.3 and appendix B;
// RFC 9110, RFC 9112; RFC 1952 for gzip.
package exchange
