package request

// Kind is what a request asks for.
type Kind uint8

// The kinds. Valid says in which state of the peer each is answered with 200
// (Table 8).
const (
	Join       Kind = iota // CONNECT, one JOIN with the peer's address; START
	Refresh                // CONNECT, LEECH JOIN of the swarm that the peer is in; TRACKING
	Switch                 // CONNECT, LEECH LEAVE of one swarm and JOIN of another; TRACKING
	Leave                  // CONNECT, LEAVE of the peer's last swarm; TRACKING
	Report                 // STAT_REPORT without statistics, a keep-alive; TRACKING
	Statistics             // STAT_REPORT with one StreamStatistics block; TRACKING
	kinds
)

// String is the name that records use.
func (k Kind) String() string {
	return [...]string{"join", "refresh", "switch", "leave", "report", "statistics"}[k]
}

// parts tells which elements of the root a kind has.
func (k Kind) parts() []part {
	switch k {
	case Join, Refresh:
		return []part{partRequest, partTransaction, partPeer, partSwarm, partNum, partGroup}
	case Switch:
		return []part{partRequest, partTransaction, partPeer, partSwarm, partNum}
	case Leave:
		return []part{partRequest, partTransaction, partPeer, partSwarm}
	case Statistics:
		return []part{partRequest, partTransaction, partPeer, partStatistics}
	}
	return []part{partRequest, partTransaction, partPeer}
}

// method is the content of the Request element.
func (k Kind) method() string {
	if k == Report || k == Statistics {
		return "STAT_REPORT"
	}
	return "CONNECT"
}

// A part is a child element of the root.
type part uint8

const (
	partRequest part = iota
	partTransaction
	partPeer
	partSwarm
	partNum
	partGroup
	partStatistics
)
