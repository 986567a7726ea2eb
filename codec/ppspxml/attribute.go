package ppspxml

import "github.com/ppspd/ppspd/codec"

// attribute is one of the attributes of Tables 2 to 4.
type attribute uint8

const (
	attrNone attribute = iota // not of the protocol
	attrVersion
	attrTransactionID
	attrAction
	attrPeerMode
	attrAbilityNAT
	attrConcurrentLinks
	attrOnlineTime
	attrUploadBWlevel
	attrSwarmID
	attrAddrType
	attrPriority
	attrType
	attrConnection
	attrASN
	attrIP
	attrPort
	attrPeerProtocol
	attrProperty
	attrCount
)

// parseAttribute finds an attribute by its name.
func parseAttribute(name []byte) attribute {
	switch string(name) {
	case "version":
		return attrVersion
	case "transactionID":
		return attrTransactionID
	case "action":
		return attrAction
	case "peerMode":
		return attrPeerMode
	case "abilityNAT":
		return attrAbilityNAT
	case "concurrentLinks":
		return attrConcurrentLinks
	case "onlineTime":
		return attrOnlineTime
	case "uploadBWlevel":
		return attrUploadBWlevel
	case "swarmID":
		return attrSwarmID
	case "addrType":
		return attrAddrType
	case "priority":
		return attrPriority
	case "type":
		return attrType
	case "connection":
		return attrConnection
	case "asn":
		return attrASN
	case "ip":
		return attrIP
	case "port":
		return attrPort
	case "peerProtocol":
		return attrPeerProtocol
	case "property":
		return attrProperty
	}
	return attrNone
}

// attributes are the values of one element's attributes, white space around
// them dropped. Those that the element does not have by the tables are there
// but nobody asks for them.
type attributes struct {
	present uint32 // a bit per attribute
	value   [attrCount]codec.Span
}

func (a *attributes) has(x attribute) bool { return a.present>>x&1 != 0 }

func (a *attributes) set(x attribute, v codec.Span) {
	a.present |= 1 << x
	a.value[x] = v
}

// get is the value of x, the absent Span if it is not there.
func (a *attributes) get(x attribute) codec.Span {
	if !a.has(x) {
		return codec.Span{}
	}
	return a.value[x]
}
