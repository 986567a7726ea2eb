// Package httphead scans the head of an HTTP/1.0 or HTTP/1.1 request: the
// request line and the header fields, in place, into a Head.
//
// It is strict where leniency would let two recipients disagree about where a
// message ends: lines end in CRLF, no field is folded, no space stands before a
// colon, one length is stated once and in digits, never beside a transfer
// coding. It reads the fields that a tracker needs and drops all others, after
// it has checked their syntax.
//
// It does not read bodies, does not know which resources, media types or
// lengths a tracker accepts (package exchange does), and does not answer.
//
// Recent is the same scan for a front end that sees the same heads again and
// again: it recognises them.
//
// # Resuming
//
// Scan is called again with more bytes until it returns a size or a fault. It
// looks at no byte twice but for the line that was not complete, and at that
// one only for its end: the work is O(n) however the bytes arrive. The result
// does not depend on how they were split.
//
// # Memory
//
// A Head holds no pointer and allocates nothing; its spans are offsets into the
// bytes that were scanned, wherever they are now.
//
// # Threads
//
// A Head or a Recent belongs to one goroutine at a time.
//
// # Standards
//
// RFC 9112 sections 2 to 6 and RFC 9110 sections 5, 7.2, 8.3, 8.4, 10.1.1,
// 12.4.2, 12.5.3; draft-ietf-ppsp-base-tracker-protocol-00 appendix B.
package httphead
