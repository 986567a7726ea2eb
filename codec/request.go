package codec

import "net/netip"

// Request is a message of a peer (section 3.1). It is reused: Reset makes it
// empty and keeps its memory. Everything but Text is without pointers.
type Request struct {
	Text

	Dialect       Dialect // of the syntax; the version that the peer speaks
	Method        Method
	TransactionID Span
	PeerID        Span
	PeerNum       PeerNum

	PeerGroup  bool // a PeerGroup was there, be it without addresses
	Statistics bool // a StatisticsGroup was there

	actions   [LimitActions]Action
	addresses [LimitAddresses]Address
	stats     [LimitStats]Stat
	nactions  int
	naddrs    int
	nstats    int

	// Set by the front end, not by a Format.

	// Fingerprint is a hash of the body: a repeated request has the same one.
	// 0 means none.
	Fingerprint uint64
	// Observed is the address that the request came from, after trusted
	// proxies; never an IPv4 address mapped into IPv6, never with a zone.
	Observed netip.AddrPort

	fault Error
}

// PeerNum is the PeerNum element: how many peers to list, and which ones the
// peer would rather have (Table 2, section 4.1).
type PeerNum struct {
	Present bool
	Count   uint32
	NAT     NAT
	Links   Level
	Online  Level
	Upload  Level
}

// Preference reports whether any preferred capability was named.
func (p *PeerNum) Preference() bool {
	return p.NAT != NATUnknown || p.Links|p.Online|p.Upload != LevelAny
}

// Action is one SwarmID element on the root's level (Table 2).
type Action struct {
	SwarmID       Span
	TransactionID Span // absent: performed without a Result of its own
	Verb          Verb // VerbNone in a STAT_REPORT
	Mode          Mode
}

// Property is the kind of a Stat block (Table 5, section 7.1).
type Property uint8

// The properties.
const (
	PropertyOther Property = iota // unknown: accepted, see Stat.Name and Stat.Content
	PropertyStreamStatistics
	PropertyContentMap
)

// ParseProperty reads a @property; an unknown one is PropertyOther.
func ParseProperty(b []byte) Property {
	switch string(b) {
	case "StreamStatistics":
		return PropertyStreamStatistics
	case "ContentMap":
		return PropertyContentMap
	}
	return PropertyOther
}

// Stat is one block of a StatisticsGroup (Tables 4 and 5).
type Stat struct {
	Property Property
	Has      StatFields
	Name     Span // the @property
	Content  Span // the bytes between the block's tags as they were sent
	SwarmID  Span

	Uploaded   uint64 // bytes sent to the swarm
	Downloaded uint64 // bytes received from the swarm
	Bandwidth  uint64 // available upstream bandwidth, bit/s
	OnlineTime uint64 // seconds; what the peer says of itself
}

// StatFields says which fields of a Stat were reported.
type StatFields uint8

// The fields.
const (
	StatUploaded StatFields = 1 << iota
	StatDownloaded
	StatBandwidth
	StatOnlineTime
)

// Reset makes the request empty.
func (r *Request) Reset() {
	r.Text.reset()
	r.Dialect, r.Method = DialectNone, MethodNone
	r.TransactionID, r.PeerID = Span{}, Span{}
	r.PeerNum = PeerNum{}
	r.PeerGroup, r.Statistics = false, false
	r.nactions, r.naddrs, r.nstats = 0, 0, 0
	r.Fingerprint, r.Observed = 0, netip.AddrPort{}
}

// Actions are the actions in the order of the message. The slice is part of
// the request.
func (r *Request) Actions() []Action { return r.actions[:r.nactions] }

// Addresses are the announced addresses in the order of the message. The
// slice is part of the request.
func (r *Request) Addresses() []Address { return r.addresses[:r.naddrs] }

// Stats are the Stat blocks in the order of the message. The slice is part of
// the request.
func (r *Request) Stats() []Stat { return r.stats[:r.nstats] }

// AddAction appends an empty action and returns it, nil beyond LimitActions.
func (r *Request) AddAction() *Action {
	if r.nactions == LimitActions {
		return nil
	}
	r.nactions++
	a := &r.actions[r.nactions-1]
	*a = Action{}
	return a
}

// AddAddress appends an empty address and returns it, nil beyond
// LimitAddresses.
func (r *Request) AddAddress() *Address {
	if r.naddrs == LimitAddresses {
		return nil
	}
	r.naddrs++
	a := &r.addresses[r.naddrs-1]
	*a = Address{}
	return a
}

// AddStat appends an empty Stat block and returns it, nil beyond LimitStats.
func (r *Request) AddStat() *Stat {
	if r.nstats == LimitStats {
		return nil
	}
	r.nstats++
	s := &r.stats[r.nstats-1]
	*s = Stat{}
	return s
}
