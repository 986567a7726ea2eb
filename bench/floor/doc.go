// Package floor serves answers that cost nothing to make: what is left is the
// price of the kernel and of a server library, the floor under a tracker that
// uses the same library, the same loops and the same number of bytes.
//
// A floor knows two sizes. It takes that many bytes for a request and answers
// with a valid HTTP/1.1 response of exactly that many bytes. The gnet floor does not
// look at what it reads; the fasthttp and net/http floors read the HTTP
// requests that their libraries insist on.
//
// Not here: limits, deadlines, shutdown. A floor lives as long as its process
// and listens on loopback, under a driver that keeps to the sizes.
//
// Thread rule: Serve blocks; the handlers share only what is never written.
// Memory rule: one block of ready responses, nothing per request of its own.
package floor
