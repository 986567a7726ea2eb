// Package gnetd is the front end that serves plain HTTP on gnet event loops. It
// brings bytes from connections to package exchange and answers back, and sees
// to everything around: limits of time, memory and descriptors, and the end.
//
// It does not know what a good request is (package exchange does), speaks no
// TLS, and parses no message.
//
// # Loops
//
// There are N event loops, each a goroutine with its own epoll instance
// (level-triggered) and its own listening socket (SO_REUSEPORT), so the kernel
// spreads connections over the loops and a connection stays with one. A read
// takes at most 64 KiB; all requests in it are answered with one write. A
// request that is complete where it was read is not copied. What is not
// complete is copied to a buffer of the connection's own, each byte once, and
// the head scanner goes on where it stopped. gnet's inbound buffer stays empty.
//
// # Time
//
// Each loop has a wheel with one deadline for each connection, looked at every
// 100 ms. None fires early; one fires at most three ticks late, but WriteTimeout
// later when hundreds of peers do not read at once.
//
//	first byte of a request to its last  ReadTimeout   408, close
//	between requests                     IdleTimeout   close without a word
//	answers that the peer does not take  WriteTimeout  close
//	after a last answer, peer may send   Linger        close
//
// # Memory
//
// A request allocates nothing. A connection holds, beside what gnet keeps for
// it, 96 bytes; while a request is incomplete, at most its head and body; while
// the peer does not read, at most MaxOutbound and the answers of one burst
// outbound and MaxBacklog inbound. Then its requests wait until all answers have left; a
// peer that sends more than MaxBacklog meanwhile is cut off.
//
// # Closing
//
// A connection whose last answer leaves bytes of the peer unread is closed in
// two steps (see conn), so that a reset does not take the answer away. A peer
// that closes its half is answered what it has asked for: gnet closes the
// connection then, but if answers wait the loop keeps a descriptor of its own
// until they are written. That is also why answers are not written by gnet, whose
// buffer cannot be looked into.
//
// # Draining
//
// Shutdown closes the listening sockets at once. Connections on which no
// request has begun are closed. A request that has begun may be completed
// within ReadTimeout and is answered with Connection: close; requests behind it
// are not served. When the context of Shutdown ends, what is left is answered
// 503 and closed.
//
// # Descriptors
//
// gnet ends all its event loops when accept fails, as it does for want of a
// descriptor. So it never comes to that: see package fdlimit. Should accept fail
// for another reason (memory, the system's table of files), Serve starts new
// loops; the tracker's state is not touched.
//
// # Panics
//
// One in the front end costs one connection: 500 and close. One in the tracker
// is the exchange's business; what the exchange lets through ends the process.
//
// # Threads
//
// Server's methods may be called from any goroutine. A conn and all that it
// owns belong to its loop's goroutine. gnet's ticker has a goroutine of its
// own: it only sends each loop a task.
//
// # Standards
//
// draft-ietf-ppsp-base-tracker-protocol-00 section 4.3 and appendix B; RFC 9112
// sections 2.2, 9.3 and 9.6; RFC 9110 section 10.1.1.
package gnetd
