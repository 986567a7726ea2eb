// Package ppsphttp is the peer's side of the tracker protocol over HTTP/1.1
// (draft-ietf-ppsp-base-tracker-protocol-00, appendix B): it puts a
// codec.Request into a POST and reads the codec.Response out of the answer.
//
// There are two ways to use it. NewRequest and ReadResponse work with any
// client that speaks net/http's types. Conn is one keep-alive connection of its
// own, for programs that play many peers at once: it reuses all its memory.
//
// It does not retry, does not pool connections and knows no format: the caller
// names one with an Encoding.
//
// A Conn belongs to one goroutine at a time; the functions are safe for
// concurrent use as far as their messages are not shared.
package ppsphttp
