package codec

// Dialect is a version of the tracker protocol: it decides the rules of a
// request, not its format.
type Dialect uint8

// The dialects. Base is draft-ietf-ppsp-base-tracker-protocol-00.
const (
	DialectNone Dialect = iota
	DialectBase         // PPSP-TP/1.0
)

// Method is the Request element (Table 6).
type Method uint8

// The methods of the base protocol (Table 1).
const (
	MethodNone Method = iota
	MethodConnect
	MethodStatReport
)

// String is the spelling of Table 6.
func (m Method) String() string { return [...]string{"", "CONNECT", "STAT_REPORT"}[m] }

// ParseMethod reads a Request element; case-sensitive (Table 6). An unknown
// method is MethodNone.
func ParseMethod(b []byte) Method {
	switch string(b) {
	case "CONNECT":
		return MethodConnect
	case "STAT_REPORT":
		return MethodStatReport
	}
	return MethodNone
}

// Verb is the @action of a SwarmID (Table 2).
type Verb uint8

// The verbs.
const (
	VerbNone Verb = iota
	VerbJoin
	VerbLeave
)

// String is the spelling of Table 2.
func (v Verb) String() string { return [...]string{"", "JOIN", "LEAVE"}[v] }

// ParseVerb reads an @action; an unknown one is VerbNone.
func ParseVerb(b []byte) Verb {
	switch string(b) {
	case "JOIN":
		return VerbJoin
	case "LEAVE":
		return VerbLeave
	}
	return VerbNone
}

// Mode is the @peerMode: how a peer takes part in a swarm (Table 2).
type Mode uint8

// The modes.
const (
	ModeNone  Mode = iota
	ModeLeech      // has not yet all chunks
	ModeSeed       // holds and shares the complete content
)

// String is the spelling of Table 2.
func (m Mode) String() string { return [...]string{"", "LEECH", "SEED"}[m] }

// ParseMode reads a @peerMode; an unknown one is ModeNone.
func ParseMode(b []byte) Mode {
	switch string(b) {
	case "LEECH":
		return ModeLeech
	case "SEED":
		return ModeSeed
	}
	return ModeNone
}

// NAT is the kind of NAT traversal of a peer (@abilityNAT, Table 2).
type NAT uint8

// The kinds of NAT traversal.
const (
	NATUnknown NAT = iota // not asked for, or not known
	NATNone               // No-NAT: reachable at an address of its own
	NATSTUN
	NATTURN
	NATProxy
)

// String is the spelling of Table 2.
func (n NAT) String() string { return [...]string{"", "No-NAT", "STUN", "TURN", "PROXY"}[n] }

// ParseNAT reads an @abilityNAT in each spelling of the protocol family;
// an unknown one is NATUnknown, which is ignored.
func ParseNAT(b []byte) NAT {
	switch string(b) {
	case "No-NAT", "NoNAT", "NO_NAT":
		return NATNone
	case "STUN":
		return NATSTUN
	case "TURN":
		return NATTURN
	case "PROXY":
		return NATProxy
	}
	return NATUnknown
}

// Level is a coarse amount: @concurrentLinks, @onlineTime, @uploadBWlevel
// (Table 2).
type Level uint8

// The levels.
const (
	LevelAny Level = iota // not asked for
	LevelLow
	LevelNormal
	LevelHigh
)

// String is the spelling of Table 2.
func (l Level) String() string { return [...]string{"", "LOW", "NORMAL", "HIGH"}[l] }

// ParseLevel reads a level; an unknown one is LevelAny, which is ignored.
func ParseLevel(b []byte) Level {
	switch string(b) {
	case "LOW":
		return LevelLow
	case "NORMAL":
		return LevelNormal
	case "HIGH":
		return LevelHigh
	}
	return LevelAny
}

// AddrType is the @type of a PeerAddress (Table 3).
type AddrType uint8

// The address types.
const (
	AddrTypeNone AddrType = iota // absent or unknown
	AddrHost
	AddrReflexive
	AddrProxy
)

// String is the spelling of Table 3.
func (t AddrType) String() string { return [...]string{"", "HOST", "REFLEXIVE", "PROXY"}[t] }

// ParseAddrType reads a @type; an unknown one is AddrTypeNone, which is ignored.
func ParseAddrType(b []byte) AddrType {
	switch string(b) {
	case "HOST":
		return AddrHost
	case "REFLEXIVE":
		return AddrReflexive
	case "PROXY":
		return AddrProxy
	}
	return AddrTypeNone
}

// Word is a value of an open vocabulary (@peerProtocol, @connection): a known
// spelling by its number, or WordOther, whose text is kept beside it.
// A Word fits in four bits.
type Word uint8

// Words that are no table entry.
const (
	WordNone  Word = 0  // absent
	WordOther Word = 15 // another spelling; its text is in the address
)

// protocols are the known spellings of @peerProtocol, connections those of
// @connection; the index is the Word. At most 14 each.
var (
	protocols   = [...]string{"", "PPSP-PP", "PPSPP", "swift", "HTTP", "RTP", "WebRTC"}
	connections = [...]string{"", "3G", "4G", "5G", "LTE", "ADSL", "VDSL", "FTTH", "CABLE", "ETHER", "WIFI", "wireless", "wired"}
)

// ParseProtocol reads a @peerProtocol.
func ParseProtocol(b []byte) Word { return parseWord(protocols[:], b) }

// ParseConnection reads a @connection.
func ParseConnection(b []byte) Word { return parseWord(connections[:], b) }

// ProtocolName is the spelling of a known @peerProtocol, "" for any other Word.
func ProtocolName(w Word) string { return wordName(protocols[:], w) }

// ConnectionName is the spelling of a known @connection, "" for any other Word.
func ConnectionName(w Word) string { return wordName(connections[:], w) }

func parseWord(table []string, b []byte) Word {
	for i, s := range table {
		if string(b) == s {
			return Word(i)
		}
	}
	return WordOther
}

func wordName(table []string, w Word) string {
	if int(w) < len(table) {
		return table[w]
	}
	return ""
}
