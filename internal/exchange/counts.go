package exchange

import "sync/atomic"

// counters are one shard of the counts. Shards are spread over the workers, so
// that cores do not fight for them; the space at both ends keeps a neighbour in
// memory off their cache lines.
type counters struct {
	_        [64]byte
	answers  [256]atomic.Uint64 // by codec.Fault
	methods  [8]atomic.Uint64   // by codec.Method, of parsed requests
	bytesIn  atomic.Uint64
	bytesOut atomic.Uint64
	coded    atomic.Uint64
	panics   atomic.Uint64
	_        [64]byte
}

// Counts are sums over all workers since the start. They are read one by one:
// together they are no snapshot of one moment.
type Counts struct {
	Answers  [256]uint64 // by codec.Fault; FaultNone counts the 200s
	Methods  [8]uint64   // by codec.Method, of requests that were parsed
	BytesIn  uint64      // of heads and bodies that were served
	BytesOut uint64      // of bodies, as sent
	Coded    uint64      // answers coded with gzip
	Panics   uint64      // answered with 500
}

// Counts sums the counters.
func (x *Exchange) Counts() Counts {
	var sum Counts
	for _, c := range x.shards {
		for i := range c.answers {
			sum.Answers[i] += c.answers[i].Load()
		}
		for i := range c.methods {
			sum.Methods[i] += c.methods[i].Load()
		}
		sum.BytesIn += c.bytesIn.Load()
		sum.BytesOut += c.bytesOut.Load()
		sum.Coded += c.coded.Load()
		sum.Panics += c.panics.Load()
	}
	return sum
}
