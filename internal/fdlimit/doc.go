// Package fdlimit raises the number of descriptors that the process may have
// open, and tells the front ends when to stop taking connections.
//
// The kernel gives out the lowest number that is free. A connection whose
// descriptor is numbered n or higher therefore proves that n descriptors are
// open, whoever opened them: no count has to be kept, and none can drift. What
// lies above Ceiling is the reserve: a front end that accepts a connection there
// refuses it and closes it at once. So accept never fails for want of a
// descriptor, which would leave the connection in the queue and the event loop
// spinning on it, and files, certificates and the admin server still open.
//
// It does not count connections and does not close them. Values are immutable;
// any goroutine may use them. Nothing here allocates.
package fdlimit
