// Package fasthttpd is the front end on fasthttp: one goroutine per connection,
// any net.Listener.
//
// fasthttp and the project do not agree on what a request may look like: it
// accepts heads that appendix B refuses, refuses some that it allows, answers
// with codes that B.4 does not have and with bodies, and allocates a body by the
// length that the peer claims. So every connection is behind a gate. The gate
// reads the requests of the peer: it scans each head with package httphead, asks
// package exchange, and collects the body; what is refused it answers itself.
// For each request that is complete it hands fasthttp a constant one of its own
// making. The two parsers never see the same bytes and cannot disagree about
// them. fasthttp does the rest: the goroutines of the connections, keep-alive,
// and writing the answers.
//
// It does not decide what is answered (package exchange does) and does not log.
// It does not know TLS; a TLS listener can be served.
//
// # Time limits
//
// A connection on which no request has started is closed in silence after
// Config.IdleTimeout. A request must be complete Config.ReadTimeout after its
// first byte, however many bytes come meanwhile; otherwise it is answered with
// 408. An answer must be taken within Config.IdleTimeout.
//
// # Ceilings
//
// Every connection beyond Config.MaxConnections, or with a descriptor from
// Config.Descriptors on, is answered with 503 and closed. Up to 64 at a time are
// read on for a second, so that a peer that is sending does not lose the answer;
// those beyond and those in the reserve of descriptors are closed as soon as the
// answer is in the socket. Under TLS these are closed without an answer.
//
// # Threads
//
// A Server is safe for concurrent use. A gate belongs to the goroutine of its
// connection, but for the atomic fields.
//
// # Memory
//
// A connection holds a buffer of 4 KiB that grows with the bytes that come, to
// at most twice a head and a body of exchange.Config.MaxBody, and the buffers of
// fasthttp. An answer that the peer does not take blocks its own goroutine only.
//
// # Standards
//
// RFC 9112 section 9 for connections; draft-ietf-ppsp-base-tracker-protocol-00
// section 4.3 and appendix B.
package fasthttpd
