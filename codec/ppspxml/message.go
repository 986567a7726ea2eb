package ppspxml

import (
	"bytes"
	"hash/maphash"
	"math"

	"github.com/ppspd/ppspd/codec"
)

// element is one of the elements that may stand once in their parent.
type element uint16

const (
	elemRequest element = 1 << iota
	elemResponse
	elemTransactionID
	elemPeerID
	elemPeerNum
	elemPeerGroup
	elemStatisticsGroup
	elemInfoPeerID // PeerInfo/PeerID
)

// request builds a codec.Request from the values of elements and attributes.
// It judges values; where they stand and how they are spelled is the business
// of the fast and the slow path, which both fill one. Values come with the white
// space around them dropped.
//
// What one element alone gets wrong is a fault when the element is read; what
// depends on several elements is a fault in complete.
type request struct {
	*codec.Request
	seen  element     // of the root
	info  element     // of the open PeerInfo
	peer  codec.Span  // PeerInfo/PeerID, if any PeerInfo had one
	other bool        // two PeerInfos named different peers
	at    attributes  // of the open element
	stat  *codec.Stat // the open Stat
}

// once notes an element in a set and reports whether it is the first.
func once(set *element, e element) bool {
	first := *set&e == 0
	*set |= e
	return first
}

// checkID checks an identifier: 1 to LimitID bytes.
func checkID(v codec.Span, empty codec.Fault) codec.Fault {
	if v.Len() == 0 {
		return empty
	}
	if v.Len() > codec.LimitID {
		return codec.FaultLimit
	}
	return codec.FaultNone
}

// version judges the root's @version.
func (m *request) version() codec.Fault {
	m.Dialect = codec.DialectBase
	return checkVersion(&m.at, &m.Text)
}

// checkVersion wants the root's @version to be the one that is spoken.
func checkVersion(at *attributes, t *codec.Text) codec.Fault {
	if !at.has(attrVersion) {
		return codec.FaultVersionAbsent
	}
	if string(t.Bytes(at.value[attrVersion])) != "1.0" {
		return codec.FaultVersion
	}
	return codec.FaultNone
}

func (m *request) method(v codec.Span) codec.Fault {
	m.Method = codec.ParseMethod(m.Bytes(v))
	if m.Method == codec.MethodNone {
		return codec.FaultRequest
	}
	return codec.FaultNone
}

func (m *request) transactionID(v codec.Span) codec.Fault {
	fault := checkID(v, codec.FaultTransaction)
	if fault == codec.FaultNone {
		m.TransactionID = v
	}
	return fault
}

func (m *request) peerID(v codec.Span) codec.Fault {
	m.PeerID = v
	return checkID(v, codec.FaultPeerID)
}

// infoPeerID is the PeerID of a PeerInfo; complete compares it with the root's.
func (m *request) infoPeerID(v codec.Span) codec.Fault {
	if m.peer.Present() && !m.same(m.peer, v) {
		m.other = true
	}
	m.peer = v
	return checkID(v, codec.FaultPeerID)
}

// action is a SwarmID element of the root. Whether it needs @action and
// @peerMode depends on the method, which may follow: complete looks.
func (m *request) action(v codec.Span) codec.Fault {
	if fault := checkID(v, codec.FaultSwarmID); fault != codec.FaultNone {
		return fault
	}
	a := m.AddAction()
	if a == nil {
		return codec.FaultLimit
	}
	a.SwarmID = v
	if m.at.has(attrAction) {
		a.Verb = codec.ParseVerb(m.Bytes(m.at.value[attrAction]))
	}
	if m.at.has(attrPeerMode) {
		a.Mode = codec.ParseMode(m.Bytes(m.at.value[attrPeerMode]))
	}
	if !m.at.has(attrTransactionID) {
		return codec.FaultNone
	}
	a.TransactionID = m.at.value[attrTransactionID]
	return checkID(a.TransactionID, codec.FaultTransaction)
}

// peerNum is a PeerNum element. A number that does not fit is as good as the
// largest that does: it is an upper bound.
func (m *request) peerNum(v codec.Span) codec.Fault {
	n, ok := parseNumber(m.Bytes(v))
	if !ok && !allDigits(m.Bytes(v)) {
		return codec.FaultPeerNum
	}
	p := &m.PeerNum
	p.Present, p.Count = true, math.MaxUint32
	if ok && n < math.MaxUint32 {
		p.Count = uint32(n)
	}
	if m.at.present == 0 {
		return codec.FaultNone
	}
	p.NAT = codec.ParseNAT(m.Bytes(m.at.get(attrAbilityNAT)))
	p.Links = codec.ParseLevel(m.Bytes(m.at.get(attrConcurrentLinks)))
	p.Online = codec.ParseLevel(m.Bytes(m.at.get(attrOnlineTime)))
	p.Upload = codec.ParseLevel(m.Bytes(m.at.get(attrUploadBWlevel)))
	return codec.FaultNone
}

// address is a PeerAddress of a PeerInfo.
func (m *request) address() codec.Fault {
	a := m.AddAddress()
	if a == nil {
		return codec.FaultLimit
	}
	fault := setAddress(a, &m.Text, &m.at)
	if fault == codec.FaultNone && !a.Unicast() {
		return codec.FaultAddressUse
	}
	return fault
}

// openStat is the start of a Stat.
func (m *request) openStat() codec.Fault {
	name := m.at.get(attrProperty)
	if name.Len() == 0 {
		return codec.FaultProperty
	}
	if m.stat = m.AddStat(); m.stat == nil {
		return codec.FaultLimit
	}
	m.stat.Name = name
	m.stat.Property = codec.ParseProperty(m.Bytes(name))
	return codec.FaultNone
}

// statSwarmID is the SwarmID of the open Stat.
func (m *request) statSwarmID(v codec.Span) codec.Fault {
	if m.stat.SwarmID.Present() {
		return codec.FaultDuplicate
	}
	m.stat.SwarmID = v
	return checkID(v, codec.FaultSwarmID)
}

// uploaded and its siblings are the numbers of the open Stat.
func (m *request) uploaded(v codec.Span) codec.Fault {
	return m.statNumber(codec.StatUploaded, &m.stat.Uploaded, v)
}

func (m *request) downloaded(v codec.Span) codec.Fault {
	return m.statNumber(codec.StatDownloaded, &m.stat.Downloaded, v)
}

func (m *request) bandwidth(v codec.Span) codec.Fault {
	return m.statNumber(codec.StatBandwidth, &m.stat.Bandwidth, v)
}

func (m *request) onlineTime(v codec.Span) codec.Fault {
	return m.statNumber(codec.StatOnlineTime, &m.stat.OnlineTime, v)
}

func (m *request) statNumber(f codec.StatFields, n *uint64, v codec.Span) codec.Fault {
	if m.stat.Has&f != 0 {
		return codec.FaultDuplicate
	}
	var ok bool
	if *n, ok = parseNumber(m.Bytes(v)); !ok {
		return codec.FaultNumber
	}
	m.stat.Has |= f
	return codec.FaultNone
}

// complete checks what can be known only when all elements are there. at is the
// value that is to blame, absent if an element is missing.
func (m *request) complete() (fault codec.Fault, at codec.Span) {
	switch {
	case m.seen&elemRequest == 0:
		return codec.FaultRequestAbsent, at
	case m.seen&elemTransactionID == 0:
		return codec.FaultTransaction, at
	case m.seen&elemPeerID == 0:
		return codec.FaultPeerID, at
	case m.other, m.peer.Present() && !m.same(m.peer, m.PeerID):
		return codec.FaultPeerIDOther, m.peer
	case m.Method == codec.MethodConnect:
		return m.completeActions()
	}
	return codec.FaultNone, at
}

// completeActions checks the SwarmIDs of a CONNECT (section 4.1).
func (m *request) completeActions() (fault codec.Fault, at codec.Span) {
	actions := m.Actions()
	if len(actions) == 0 {
		return codec.FaultSwarmID, at
	}
	for i := range actions {
		a := &actions[i]
		if a.Verb == codec.VerbNone {
			return codec.FaultAction, a.SwarmID
		}
		if a.Mode == codec.ModeNone {
			return codec.FaultPeerMode, a.SwarmID
		}
	}
	if len(actions) > 1 {
		return m.checkTwice(actions)
	}
	return codec.FaultNone, at
}

// checkTwice looks for the same Swarm-ID in two actions.
func (m *request) checkTwice(actions []codec.Action) (codec.Fault, codec.Span) {
	if len(actions) > fewActions {
		return m.checkTwiceHashed(actions)
	}
	for i := range actions {
		for j := range i {
			if m.same(actions[i].SwarmID, actions[j].SwarmID) {
				return codec.FaultSwarmTwice, actions[i].SwarmID
			}
		}
	}
	return codec.FaultNone, codec.Span{}
}

// fewActions are compared one by one, more by their hashes.
const fewActions = 8

// seed keys the hashes, so that nobody can choose Swarm-IDs that collide.
var seed = maphash.MakeSeed()

// checkTwiceHashed is checkTwice with an open-addressing table, at most half
// full, of indexes into actions plus one.
func (m *request) checkTwiceHashed(actions []codec.Action) (codec.Fault, codec.Span) {
	var table [2 * codec.LimitActions]uint8
	for i := range actions {
		id := actions[i].SwarmID
		slot := maphash.Bytes(seed, m.Bytes(id)) % uint64(len(table))
		for ; table[slot] != 0; slot = (slot + 1) % uint64(len(table)) {
			if m.same(actions[table[slot]-1].SwarmID, id) {
				return codec.FaultSwarmTwice, id
			}
		}
		table[slot] = uint8(i + 1)
	}
	return codec.FaultNone, codec.Span{}
}

// same reports whether two values have the same bytes.
func (m *request) same(a, b codec.Span) bool {
	return a.Len() == b.Len() && bytes.Equal(m.Bytes(a), m.Bytes(b))
}
