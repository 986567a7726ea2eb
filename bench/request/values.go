package request

import (
	"net/netip"
	"strconv"
)

// Values are the parts of a message that differ from request to request. Ids
// go into the message as they are.
type Values struct {
	Transaction uint64     // root TransactionID; actions add ".1", ".2"
	Peer        []byte     // Peer-ID
	Swarm       []byte     // Swarm-ID: joined, left, reported on
	Other       []byte     // Switch: the Swarm-ID to join instead
	Seed        bool       // @peerMode of Join and Leave; the others are LEECH
	PeerNum     int        // peers wanted
	Address     netip.Addr // announced address
	Port        uint16
	Priority    uint8
	Uploaded    uint64 // bytes
	Downloaded  uint64 // bytes
	Bandwidth   uint64 // bit/s
}

// field names one of the values where a template leaves a gap.
type field uint8

const (
	fieldNone field = iota
	fieldTransaction
	fieldPeer
	fieldSwarm
	fieldOther
	fieldMode
	fieldPeerNum
	fieldAddrType
	fieldAddress
	fieldPort
	fieldPriority
	fieldUploaded
	fieldDownloaded
	fieldBandwidth
)

// appendField appends the text of one value.
func (v *Values) appendField(dst []byte, f field) []byte {
	switch f {
	case fieldTransaction:
		return strconv.AppendUint(dst, v.Transaction, 10)
	case fieldPeer:
		return append(dst, v.Peer...)
	case fieldSwarm:
		return append(dst, v.Swarm...)
	case fieldOther:
		return append(dst, v.Other...)
	case fieldMode:
		return append(dst, v.mode()...)
	case fieldPeerNum:
		return strconv.AppendUint(dst, uint64(v.PeerNum), 10)
	case fieldAddrType:
		return append(dst, v.addrType()...)
	case fieldAddress:
		return v.Address.AppendTo(dst)
	case fieldPort:
		return strconv.AppendUint(dst, uint64(v.Port), 10)
	case fieldPriority:
		return strconv.AppendUint(dst, uint64(v.Priority), 10)
	case fieldUploaded:
		return strconv.AppendUint(dst, v.Uploaded, 10)
	case fieldDownloaded:
		return strconv.AppendUint(dst, v.Downloaded, 10)
	case fieldBandwidth:
		return strconv.AppendUint(dst, v.Bandwidth, 10)
	}
	return dst
}

func (v *Values) mode() string {
	if v.Seed {
		return "SEED"
	}
	return "LEECH"
}

func (v *Values) addrType() string {
	if v.Address.Is4() {
		return "ipv4"
	}
	return "ipv6"
}
