package bench

import (
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strconv"

	"github.com/ppspd/ppspd/bench/request"
)

// Population is who exists: a fixed number of places, each taken by one peer
// after another, and the swarms that they stream in. Everything about a peer
// is computed from its place and its life, so nothing but swarm bounds is
// stored and a driver's cache stays its own.
type Population struct {
	peers  int
	step   int   // coprime to peers: the order in which places fill up
	bounds []int // swarm s has the places bounds[s] <= place < bounds[s+1]
}

// NewPopulation divides peers over swarms: the least holds smallest of them,
// the rest falls off as 1/rank.
func NewPopulation(peers, swarms, smallest int) *Population {
	p := &Population{peers: peers, step: coprime(peers), bounds: make([]int, 1, swarms+1)}
	var harmonic float64
	for rank := range swarms {
		harmonic += 1 / float64(rank+1)
	}
	share := float64(peers-swarms*smallest) / harmonic
	var sum float64
	for rank := range swarms {
		sum += float64(smallest) + share/float64(rank+1)
		p.bounds = append(p.bounds, int(sum+0.5))
	}
	p.bounds[swarms] = peers
	return p
}

// coprime finds a stride near the golden section of n that visits all of
// 0..n-1 before it repeats.
func coprime(n int) int {
	step := max(int(float64(n)*0.6180339887), 1)
	for divisor(step, n) != 1 {
		step++
	}
	return step
}

func divisor(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// place is the place that fills up as the i-th.
func (p *Population) place(i int) int { return i * p.step % p.peers }

// swarms is how many there are.
func (p *Population) swarms() int { return len(p.bounds) - 1 }

// swarm is the swarm that a place belongs to.
func (p *Population) swarm(place int) int {
	low, high := 0, p.swarms()
	for high-low > 1 {
		middle := (low + high) / 2
		if p.bounds[middle] <= place {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// seeds says whether the peers of a place are seeders: one in five.
func (p *Population) seeds(place int) bool { return place%5 == 0 }

// mix64 is the finalizer of splitmix64: a bijection that looks random.
func mix64(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// identity is the number behind a peer: place below, life above.
func identity(place, life int) uint64 { return uint64(life)<<32 | uint64(place) }

// appendPeerID appends a random-looking UUID (RFC 9562, version 4).
func appendPeerID(dst []byte, place, life int) []byte {
	var id [16]byte
	high := mix64(identity(place, life))
	binary.BigEndian.PutUint64(id[:8], high)
	binary.BigEndian.PutUint64(id[8:], mix64(high))
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	for i, b := range [...][2]int{{0, 4}, {4, 6}, {6, 8}, {8, 10}, {10, 16}} {
		if i > 0 {
			dst = append(dst, '-')
		}
		dst = hex.AppendEncode(dst, id[b[0]:b[1]])
	}
	return dst
}

// appendSwarmID appends the name of a swarm: 40 hexadecimal digits, as of a
// hash of its content.
func appendSwarmID(dst []byte, swarm int) []byte {
	var id [20]byte
	seed := mix64(1<<63 | uint64(swarm))
	binary.BigEndian.PutUint64(id[:8], seed)
	binary.BigEndian.PutUint64(id[8:16], mix64(seed))
	binary.BigEndian.PutUint32(id[16:], uint32(swarm))
	return hex.AppendEncode(dst, id[:])
}

// address is the global unicast address that a peer announces.
func address(place, life int) netip.Addr {
	h := mix64(^identity(place, life))
	return netip.AddrFrom4([4]byte{130 + byte(h%39), byte(h >> 16), byte(h >> 24), byte(h >> 32)})
}

// describe fills in the values of a peer and its swarm, into buffers that v
// already holds.
func (p *Population) describe(v *request.Values, place, life int) {
	v.Peer = appendPeerID(v.Peer[:0], place, life)
	v.Swarm = appendSwarmID(v.Swarm[:0], p.swarm(place))
	v.Seed = p.seeds(place)
	h := mix64(identity(place, life) + 1)
	v.Address = address(place, life)
	v.Port = 1024 + uint16(h%60000)
	v.Priority = uint8(h >> 32)
}

// String says how many peers and swarms there are.
func (p *Population) String() string {
	return strconv.Itoa(p.peers) + " peers, " + strconv.Itoa(p.swarms()) + " swarms"
}
