package codec

// Limits of every message in every format. A message beyond one of them is
// malformed: 400 in XML and EXI, error_code 1 in JSON.
const (
	LimitID         = 255 // bytes of a Peer-ID, Swarm-ID or TransactionID
	LimitActions    = 64  // actions of one request
	LimitAddresses  = 8   // PeerAddress elements of one request
	LimitStats      = 64  // Stat blocks of one request
	LimitAttributes = 64  // attributes of one element
	LimitDepth      = 32  // nested elements, the root counted
	LimitName       = 256 // bytes of an element or attribute name

	// LimitCardAddresses of a card and of a PeerInfo in a response: those of a
	// request, and one of each family that the tracker observed.
	LimitCardAddresses = LimitAddresses + 2

	// LimitWord of a value that is kept as text although it is optional, in
	// bytes (peerProtocol, connection). A longer one is ignored, as unknown
	// values are.
	LimitWord = 32
)
