package ppspxml

import "github.com/ppspd/ppspd/codec"

// This file is the fast path: it reads requests in the spellings that programs
// write, and leaves everything else, faults included, to the slow path. So it
// needs no error: each function returns the position behind what it read, or
// unusual.
//
//	fastRequest      declaration, root, children, end
//	fastDeclaration, fastRoot   and the parts of the latter
//	fastChild        one child of the root, a function for each
//	fastGroup, fastInfo, fastStatistics, fastStat   those with children
//	fastAttributes, fastText   the parts of all of them

// unusual is no position: the slow path has to look.
const unusual = -1

// failed is unusual for a fault and 0 without one, to be joined to a position
// by |.
func failed(f codec.Fault) int {
	if f != codec.FaultNone {
		return unusual
	}
	return 0
}

// The tags that are compared as a whole.
var (
	tagRoot             = newTag("<PPSPTrackerProtocol")
	tagRootEnd          = newTag("</PPSPTrackerProtocol>")
	tagTransactionID    = newTag("<TransactionID>")
	tagTransactionIDEnd = newTag("</TransactionID>")
	tagPeerIDEnd        = newTag("</PeerID>")
	tagSwarmID          = newTag("<SwarmID>")
	tagSwarmIDEnd       = newTag("</SwarmID>")
	tagPeerNumEnd       = newTag("</PeerNum>")
	tagPeerNUMEnd       = newTag("</PeerNUM>")
	tagGroup            = newTag("<PeerGroup>")
	tagGroupEnd         = newTag("</PeerGroup>")
	tagInfoEnd          = newTag("</PeerInfo>")
	tagAddressEnd       = newTag("</PeerAddress>")
	tagStatistics       = newTag("<StatisticsGroup>")
	tagStatisticsEnd    = newTag("</StatisticsGroup>")
	tagUploaded         = newTag("<UploadedBytes>")
	tagUploadedEnd      = newTag("</UploadedBytes>")
	tagDownloaded       = newTag("<DownloadedBytes>")
	tagDownloadedEnd    = newTag("</DownloadedBytes>")
	tagBandwidth        = newTag("<AvailBandwidth>")
	tagBandwidthEnd     = newTag("</AvailBandwidth>")
	tagOnlineTime       = newTag("<OnlineTime>")
	tagOnlineTimeEnd    = newTag("</OnlineTime>")
)

// rootEnd is the length of the root's end tag. So many bytes are left at the
// start of any other tag or attribute: what is compared without a look at the
// length is shorter.
const rootEnd = len("</PPSPTrackerProtocol>")

// fastRequest reads a complete body into m. If it reports false, m holds
// rubbish.
//
// Fast path: no entity, comment, prefix, CDATA, nothing but plain bytes in
// values, and no fault. See slowRequest.
func fastRequest(m *request, b []byte) bool {
	i := fastRoot(m, b, fastDeclaration(b))
	for i >= 0 {
		i = skipSpace(b, i)
		if tagRootEnd.follows(b, i) {
			i = skipSpace(b, i+rootEnd)
			fault, _ := m.complete()
			return i == len(b) && fault == codec.FaultNone
		}
		i = fastChild(m, b, i)
	}
	return false
}

// declarations are the usual ones, each behind the same start.
var declarations = [...]string{
	`<?xml version="1.0" encoding="UTF-8"?>`,
	`<?xml version="1.0" encoding="utf-8"?>`,
	`<?xml version='1.0' encoding='utf-8'?>`,
	`<?xml version='1.0' encoding='UTF-8'?>`,
	`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`,
	`<?xml version="1.0" encoding="UTF-8" standalone="no"?>`,
	`<?xml version="1.0" encoding="UTF-8" ?>`,
	`<?xml version="1.0"?>`,
	`<?xml version='1.0'?>`,
}

// fastDeclaration reads the declaration, if there is one.
func fastDeclaration(b []byte) int {
	if !follows(b, 0, "<?xml ") {
		return 0
	}
	for _, d := range declarations {
		if follows(b, 0, d) {
			return len(d)
		}
	}
	return 0
}

// fastRoot reads the root's start tag.
func fastRoot(m *request, b []byte, i int) int {
	i = skipSpace(b, i)
	if !tagRoot.follows(b, i) {
		return unusual
	}
	i += tagRoot.size
	for seen := rootAttributes(0); i >= 0; {
		from := i
		i = skipSpace(b, i)
		if len(b)-i < rootEnd {
			break
		}
		if b[i] == '>' && seen&rootVersion != 0 {
			m.Dialect = codec.DialectBase
			return i + 1
		}
		if i == from {
			break
		}
		i = fastRootAttribute(b, i, &seen)
	}
	return unusual
}

// rootAttributes are the attributes of the root that were read.
type rootAttributes uint8

const (
	rootVersion          rootAttributes = 1 << iota
	rootNamespace                       // xmlns
	rootLocation                        // schemaLocation
	rootInstance                        // xmlns:xsi
	rootInstanceLocation                // xsi:schemaLocation, behind the declaration of xsi
)

// fastRootAttribute reads one attribute of the root. The namespaces that XML
// reserves are left to the slow path. There are rootEnd bytes at i.
func fastRootAttribute(b []byte, i int, seen *rootAttributes) int {
	const (
		instance = `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`
		reserved = `http://www.w3.org/`
	)
	var x rootAttributes
	next := unusual
	switch string(b[i : i+6]) {
	case "versio":
		if x = rootVersion; follows(b, i, `version="1.0"`) || follows(b, i, `version='1.0'`) {
			next = i + len(`version="1.0"`)
		}
	case "xmlns=":
		if x = rootNamespace; !follows(b, i+len(`xmlns="`), reserved) {
			next = fastIgnored(b, i, "xmlns=")
		}
	case "schema":
		x, next = rootLocation, fastIgnored(b, i, "schemaLocation=")
	case "xmlns:":
		if x = rootInstance; follows(b, i, instance) {
			next = i + len(instance)
		}
	case "xsi:sc":
		if x = rootInstanceLocation; *seen&rootInstance != 0 {
			next = fastIgnored(b, i, "xsi:schemaLocation=")
		}
	}
	if *seen&x != 0 {
		return unusual
	}
	*seen |= x
	return next
}

// fastIgnored reads an attribute whose value may have spaces. There are rootEnd
// bytes at i.
func fastIgnored(b []byte, i int, name string) int {
	quote := b[i+len(name)]
	if string(b[i:i+len(name)]) != name || quote != '"' && quote != '\'' {
		return unusual
	}
	i = skipPlain(b, i+len(name)+1)
	for i != unusual && b[i] == ' ' {
		i = skipPlain(b, i+1)
	}
	if i == unusual || b[i] != quote {
		return unusual
	}
	return i + 1
}

// fastChild reads the child of the root that begins at i.
func fastChild(m *request, b []byte, i int) int {
	if len(b)-i < rootEnd {
		return unusual
	}
	switch string(b[i : i+8]) {
	case "<Request":
		return fastMethod(m, b, i)
	case "<Transac":
		return fastTransactionID(m, b, i)
	case "<PeerID>":
		return fastPeerID(m, b, i+len("<PeerID>"))
	case "<SwarmID":
		return fastAction(m, b, i+len("<SwarmID"))
	case "<PeerNum":
		return fastPeerNum(m, b, i+len("<PeerNum"), &tagPeerNumEnd)
	case "<PeerNUM":
		return fastPeerNum(m, b, i+len("<PeerNUM"), &tagPeerNUMEnd)
	case "<PeerGro":
		return fastGroup(m, b, i)
	case "<Statist":
		return fastStatistics(m, b, i)
	}
	return unusual
}

// fastMethod reads the Request. The longer of its two spellings is 30 bytes.
func fastMethod(m *request, b []byte, i int) int {
	const connect, report = "<Request>CONNECT</Request>", "<Request>STAT_REPORT</Request>"
	if !once(&m.seen, elemRequest) {
		return unusual
	}
	if follows(b, i, connect) {
		m.Method = codec.MethodConnect
		return i + len(connect)
	}
	if follows(b, i, report) {
		m.Method = codec.MethodStatReport
		return i + len(report)
	}
	return unusual
}

func fastTransactionID(m *request, b []byte, i int) int {
	if !tagTransactionID.follows(b, i) || !once(&m.seen, elemTransactionID) {
		return unusual
	}
	v, i := fastText(b, i+tagTransactionID.size, &tagTransactionIDEnd)
	return i | failed(m.transactionID(v))
}

func fastPeerID(m *request, b []byte, i int) int {
	if !once(&m.seen, elemPeerID) {
		return unusual
	}
	v, i := fastText(b, i, &tagPeerIDEnd)
	return i | failed(m.peerID(v))
}

func fastAction(m *request, b []byte, i int) int {
	i, empty := fastAttributes(&m.at, b, i)
	if i == unusual || empty {
		return unusual
	}
	v, i := fastText(b, i, &tagSwarmIDEnd)
	return i | failed(m.action(v))
}

func fastPeerNum(m *request, b []byte, i int, end *tag) int {
	i, empty := fastAttributes(&m.at, b, i)
	if i == unusual || empty || !once(&m.seen, elemPeerNum) {
		return unusual
	}
	v, i := fastText(b, i, end)
	return i | failed(m.peerNum(v))
}

// fastGroup reads a PeerGroup.
func fastGroup(m *request, b []byte, i int) int {
	if !tagGroup.follows(b, i) || !once(&m.seen, elemPeerGroup) {
		return unusual
	}
	m.PeerGroup = true
	i = fastInfo(m, b, skipSpace(b, i+tagGroup.size))
	for i >= 0 {
		i = skipSpace(b, i)
		if tagGroupEnd.follows(b, i) {
			return i + tagGroupEnd.size
		}
		i = fastInfo(m, b, i)
	}
	return unusual
}

// fastInfo reads a PeerInfo. Its @swarmID says nothing in a request.
func fastInfo(m *request, b []byte, i int) int {
	const name = "<PeerInfo"
	if !follows(b, i, name) {
		return unusual
	}
	i, empty := fastAttributes(&m.at, b, i+len(name))
	if empty {
		return i
	}
	m.info = 0
	for i >= 0 {
		i = skipSpace(b, i)
		if tagInfoEnd.follows(b, i) {
			return i + tagInfoEnd.size
		}
		i = fastInfoChild(m, b, i)
	}
	return unusual
}

func fastInfoChild(m *request, b []byte, i int) int {
	if len(b)-i < rootEnd {
		return unusual
	}
	switch string(b[i : i+8]) {
	case "<PeerAdd":
		if string(b[i+8:i+12]) == "ress" {
			return fastAddress(m, b, i+len("<PeerAddress"))
		}
	case "<PeerID>":
		if once(&m.info, elemInfoPeerID) {
			v, i := fastText(b, i+len("<PeerID>"), &tagPeerIDEnd)
			return i | failed(m.infoPeerID(v))
		}
	}
	return unusual
}

func fastAddress(m *request, b []byte, i int) int {
	i, empty := fastAttributes(&m.at, b, i)
	if i == unusual || m.address() != codec.FaultNone {
		return unusual
	}
	if empty {
		return i
	}
	if tagAddressEnd.follows(b, i) {
		return i + tagAddressEnd.size
	}
	return unusual
}

// fastStatistics reads a StatisticsGroup.
func fastStatistics(m *request, b []byte, i int) int {
	if !tagStatistics.follows(b, i) || !once(&m.seen, elemStatisticsGroup) {
		return unusual
	}
	m.Statistics = true
	i = fastStat(m, b, skipSpace(b, i+tagStatistics.size))
	for i >= 0 {
		i = skipSpace(b, i)
		if tagStatisticsEnd.follows(b, i) {
			return i + tagStatisticsEnd.size
		}
		i = fastStat(m, b, i)
	}
	return unusual
}

// fastStat reads a Stat of StreamStatistics.
func fastStat(m *request, b []byte, i int) int {
	const name, end = "<Stat", "</Stat>"
	if !follows(b, i, name) {
		return unusual
	}
	i, empty := fastAttributes(&m.at, b, i+len(name))
	if i == unusual || empty || m.openStat() != codec.FaultNone || m.stat.Property != codec.PropertyStreamStatistics {
		return unusual
	}
	from := i
	for i >= 0 {
		i = skipSpace(b, i)
		if follows(b, i, end) {
			m.stat.Content = codec.BodySpan(from, i)
			return i + len(end)
		}
		i = fastStatChild(m, b, i)
	}
	return unusual
}

func fastStatChild(m *request, b []byte, i int) int {
	if len(b)-i < rootEnd {
		return unusual
	}
	switch string(b[i : i+8]) {
	case "<SwarmID":
		v, i := fastLeaf(b, i, &tagSwarmID, &tagSwarmIDEnd)
		return i | failed(m.statSwarmID(v))
	case "<Uploade":
		v, i := fastLeaf(b, i, &tagUploaded, &tagUploadedEnd)
		return i | failed(m.uploaded(v))
	case "<Downloa":
		v, i := fastLeaf(b, i, &tagDownloaded, &tagDownloadedEnd)
		return i | failed(m.downloaded(v))
	case "<AvailBa":
		v, i := fastLeaf(b, i, &tagBandwidth, &tagBandwidthEnd)
		return i | failed(m.bandwidth(v))
	case "<OnlineT":
		v, i := fastLeaf(b, i, &tagOnlineTime, &tagOnlineTimeEnd)
		return i | failed(m.onlineTime(v))
	}
	return unusual
}

// fastLeaf reads an element with nothing but a value.
func fastLeaf(b []byte, i int, start, end *tag) (codec.Span, int) {
	if !start.follows(b, i) {
		return codec.Span{}, unusual
	}
	return fastText(b, i+start.size, end)
}

// fastText reads a value of plain bytes and the end tag behind it. If next is
// unusual, the value is absent.
func fastText(b []byte, i int, end *tag) (v codec.Span, next int) {
	stop := skipPlain(b, i)
	if stop == unusual || !end.follows(b, stop) {
		return v, unusual
	}
	return codec.BodySpan(i, stop), stop + end.size
}

// fastAttributes reads the attributes of a start tag from behind the element's
// name to behind its '>'. empty says that it was the tag of an empty element.
func fastAttributes(at *attributes, b []byte, i int) (next int, empty bool) {
	at.present = 0
	for {
		from := i
		if len(b)-i < rootEnd {
			return unusual, false
		}
		if b[i] == ' ' && b[i+1] > ' ' {
			i++
		} else if i = skipSpace(b, i); len(b)-i < rootEnd {
			return unusual, false
		}
		if b[i] == '>' {
			return i + 1, false
		}
		if b[i] == '/' && b[i+1] == '>' {
			return i + 2, true
		}
		x, value := fastName(b, i)
		if x == attrNone || i == from || at.has(x) {
			return unusual, false
		}
		stop := skipPlain(b, value)
		if stop == unusual || b[stop] != b[value-1] {
			return unusual, false
		}
		at.set(x, codec.BodySpan(value, stop))
		i = stop + 1
	}
}

// fastName reads the name of an attribute, the equals sign and the opening
// quote. There are rootEnd bytes at i.
func fastName(b []byte, i int) (x attribute, value int) {
	switch string(b[i : i+4]) {
	case "acti":
		return fastQuote(b, i+4, "on=", attrAction)
	case "peer":
		if b[i+4] == 'P' {
			return fastQuote(b, i+5, "rotocol=", attrPeerProtocol)
		}
		return fastQuote(b, i+4, "Mode=", attrPeerMode)
	case "tran":
		return fastQuote(b, i+4, "sactionID=", attrTransactionID)
	case "abil":
		return fastQuote(b, i+4, "ityNAT=", attrAbilityNAT)
	case "conc":
		return fastQuote(b, i+4, "urrentLinks=", attrConcurrentLinks)
	case "onli":
		return fastQuote(b, i+4, "neTime=", attrOnlineTime)
	case "uplo":
		return fastQuote(b, i+4, "adBWlevel=", attrUploadBWlevel)
	case "swar":
		return fastQuote(b, i+4, "mID=", attrSwarmID)
	case "addr":
		return fastQuote(b, i+4, "Type=", attrAddrType)
	case "prio":
		return fastQuote(b, i+4, "rity=", attrPriority)
	case "type":
		return fastQuote(b, i+4, "=", attrType)
	case "conn":
		return fastQuote(b, i+4, "ection=", attrConnection)
	case "asn=":
		return fastQuote(b, i+4, "", attrASN)
	case "ip=\"", "ip='":
		return attrIP, i + 4
	case "port":
		return fastQuote(b, i+4, "=", attrPort)
	case "prop":
		return fastQuote(b, i+4, "erty=", attrProperty)
	}
	return attrNone, 0
}

// fastQuote reads the rest of a name, its equals sign and a quote.
func fastQuote(b []byte, i int, rest string, x attribute) (attribute, int) {
	j := i + len(rest)
	if string(b[i:j]) != rest || b[j] != '"' && b[j] != '\'' {
		return attrNone, 0
	}
	return x, j + 1
}
