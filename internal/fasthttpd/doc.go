// Package fasthttpd is the front end on fasthttp: one goroutine per connection,
// any net.Listener.
//
// fasthttp and the project do not agree on what a request may look like: it
// accepts heads that appendix B refuses, refuses some that it allows, answers
// with codes that B.4 does not have and with bodies. So every connection is
// behind a gate. The gate reads the bytes of the peer, scans each head with
// package httphead and asks package exchange; what is refused it answers itself.
// For what is admitted it hands fasthttp a head of its own making, three lines
// long, and the body: the two parsers never see the same bytes and cannot
// disagree about them. fasthttp does the rest: connections and their goroutines,
// bodies, keep-alive, pipelining, writing the answer, shutting down.
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
// # Threads
//
// A Server is safe for concurrent use. A gate belongs to the goroutine of its
// connection, but for the atomic fields.
//
// # Memory
//
// A connection holds a buffer that grows to its largest head, at most 16 KiB
// and one read more, and the buffers of fasthttp. Bodies are bounded by
// exchange.Config.MaxBody. An answer that the peer does not take blocks its own
// goroutine only.
//
// # Standards
//
// RFC 9112 section 9 for connections; draft-ietf-ppsp-base-tracker-protocol-00
// section 4.3 and appendix B.
package fasthttpd
