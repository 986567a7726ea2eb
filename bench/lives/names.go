package lives

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/ppspd/ppspd/codec"
)

// names makes the ids of a run and finds out whose they are. A Peer-ID is a
// random UUID that carries the peer's index:
//
//	bytes 0..11  hash of the run and the index
//	bytes 12..15 index, masked with the run
type names struct {
	run    uint64
	prefix string // of every Swarm-ID
}

func newNames(run uint64) names {
	return names{run, "r" + strconv.FormatUint(run&0xffffffff, 36) + "-"}
}

func (n names) uuid(peer int) (u [16]byte) {
	s := rand.NewPCG(n.run, uint64(peer))
	binary.BigEndian.PutUint64(u[0:], s.Uint64())
	binary.BigEndian.PutUint32(u[8:], uint32(s.Uint64()))
	binary.BigEndian.PutUint32(u[12:], uint32(peer)^uint32(n.run>>32))
	return u
}

// appendPeerID appends the Peer-ID of a peer.
func (n names) appendPeerID(dst []byte, peer int) []byte {
	u := n.uuid(peer)
	for i, part := range [][]byte{u[:4], u[4:6], u[6:8], u[8:10], u[10:]} {
		if i > 0 {
			dst = append(dst, '-')
		}
		dst = hex.AppendEncode(dst, part)
	}
	return dst
}

// peerOf is the index of the peer whose id is packed in k, -1 if it is none of
// this run's.
func (n names) peerOf(k codec.Key) int {
	if k.Form != codec.FormUUIDLower {
		return -1
	}
	peer := binary.BigEndian.Uint32(k.ID[12:16]) ^ uint32(n.run>>32)
	if n.uuid(int(peer)) != [16]byte(k.ID[:16]) {
		return -1
	}
	return int(peer)
}

func (n names) appendSwarmID(dst []byte, swarm int) []byte {
	dst = append(dst, n.prefix...)
	return strconv.AppendInt(dst, int64(swarm), 10)
}

// swarmOf is the index of a swarm, -1 if it is none of this run's.
func (n names) swarmOf(id []byte) int {
	rest, ok := strings.CutPrefix(string(id), n.prefix)
	swarm, err := strconv.Atoi(rest)
	if !ok || err != nil {
		return -1
	}
	return swarm
}
