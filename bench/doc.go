// Package bench measures a tracker against the floor under it: named mixes of
// requests, one driver, servers that take turns in one run, records in Go
// benchmark format.
//
//	mix        which peers exist and what they ask (mix.go, keepalive.go, ...)
//	server     a process on a core of its own (server.go)
//	run        preload, sizes, rounds: floor, subject, subject, floor, ... (run.go)
//	record     what is written (bench/record), report: what is read (bench/report)
//
// The figure of a run is the CPU time that the server's process used per
// request, as a ratio to the floor's in the same round. Absolute figures drift
// with the machine; ratios of servers that took turns do not. The driver has
// the other core, so its own cost is in no figure; how busy the server was
// (cores) stands in every line, because an idle server pays for its sleeps.
//
// Not here: latency under offered load, rivals, correctness beyond the status
// and the length of a list (cmd/ppspload checks lives).
//
// Thread rule: a Run belongs to one goroutine; it starts processes, no
// goroutines of its own. Memory rule: sources allocate nothing per request.
package bench
