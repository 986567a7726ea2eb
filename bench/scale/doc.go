// Package scale fills a tracker, in this process, with as many peers as one
// machine holds, lets them live through two track timeouts, and says what they
// cost: memory, garbage collection, ticks.
//
// The peers have random UUIDs and one IPv4 address with a priority each, join
// swarms whose popularity is that of a Zipf distribution, half of them report
// statistics, and some vanish while others come. Requests go to engine.Handle
// without a format or connection.
//
// A Run belongs to one goroutine. It allocates nothing per peer but one byte,
// so that what the process holds is the tracker's.
package scale
