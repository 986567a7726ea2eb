// Package load is a closed loop of HTTP/1.1 requests on keep-alive
// connections, made to cost less than the server that it drives.
//
// A driver holds C blocking sockets and visits them in turn: it reads the
// responses that a connection owes, then writes the next requests on it.
// One read and one write per visit is all that it asks of the kernel; there is
// no poller, because by the time a connection comes up again the other C-1
// have been served. C times Depth requests are in flight while a run lasts,
// none before and after it.
//
// Every response is checked: framed by Content-Length, the expected status,
// nothing behind the last one. A run with anything else is an error, not a
// slower run.
//
// Not here: what the requests say (Source), time per request (a round of
// visits is not a queue of customers), TLS, chunked responses.
//
// Thread rule: a Driver and its Source belong to one goroutine. Memory rule:
// nothing is allocated between the start and the end of a run.
//
// Implements the client's half of RFC 9112 sections 2.1, 6.2, 9.3.2.
package load
