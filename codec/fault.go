package codec

import (
	"strconv"
	"strings"
)

// Fault is what is wrong with a request: it decides the status code and the
// Reason-Phrase (section 4.3, appendix B.4).
type Fault uint8

// The faults. HTTP faults are found by the front end, syntax faults by a
// Format, rule faults by the engine.
const (
	FaultNone Fault = iota

	// HTTP.
	FaultHead         // malformed request head
	FaultHeadTooLarge // head larger than the tracker is willing to read
	FaultMethod       // not POST
	FaultHTTPVersion  // neither 1.0 nor 1.1
	FaultHost         // 1.1 without exactly one Host
	FaultContentType  // Content-Type missing
	FaultMediaType    // a media type that is not spoken
	FaultCoding       // Content-Encoding that is not spoken
	FaultBodyTooLarge // larger than -max-body
	FaultExpectation  // Expect other than 100-continue
	FaultLength       // no Content-Length, or the body ended before it
	FaultURITooLong   // Request-URI too long
	FaultResource     // no tracker at this Request-URI
	FaultTimeout      // request not complete in time
	FaultInternal     // unexpected condition in the tracker
	FaultOverload     // too busy
	FaultFull         // an admission ceiling is reached
	FaultSwarms       // the peer is in as many swarms as one may be in
	FaultDraining     // shutting down
	FaultAuthenticate // credentials missing or not valid
	FaultNoBody       // requests MUST contain a message-body (B.3)

	// Syntax.
	FaultSyntax        // not well-formed
	FaultEncoding      // not UTF-8, or a declared encoding that is not spoken
	FaultDoctype       // a DOCTYPE
	FaultLimit         // beyond a limit of this package
	FaultRoot          // another root element than PPSPTrackerProtocol
	FaultVersionAbsent // no @version
	FaultVersion       // a version that is not spoken
	FaultRequestAbsent // no Request element
	FaultRequest       // a request method that is not known
	FaultResponse      // a Response element in a request, or none in a response
	FaultDuplicate     // an element that may stand once stands twice
	FaultTransaction   // TransactionID missing or empty
	FaultPeerID        // PeerID missing or empty
	FaultPeerIDOther   // PeerInfo names another peer than the root's PeerID
	FaultSwarmID       // SwarmID missing or empty
	FaultSwarmTwice    // the same Swarm-ID twice in one CONNECT
	FaultAction        // @action missing or not known
	FaultPeerMode      // @peerMode missing or not known
	FaultPeerNum       // PeerNum is no number
	FaultPeerInfo      // PeerGroup without PeerInfo
	FaultAddress       // @ip missing, or not of @addrType
	FaultAddrType      // @addrType missing or not known
	FaultPort          // @port missing or out of range
	FaultPriority      // @priority is no number
	FaultAddressUse    // an address that no peer can have
	FaultStat          // StatisticsGroup without Stat
	FaultProperty      // Stat without @property
	FaultNumber        // a statistic that is no number

	// Rules (sections 2.4.2 and 4.1).
	FaultUnknownPeer // STAT_REPORT of a peer that is not registered
	FaultNotAllowed  // an action that the peer's state does not allow
	FaultBinding     // from another address than the registration

	faultCount
)

// faults holds status and reason of every fault. A reason never repeats bytes
// of the request.
var faults = [faultCount]struct {
	status Status
	reason string
}{
	FaultNone:          {StatusOK, "OK"},
	FaultHead:          {StatusBadRequest, "Malformed request head"},
	FaultHeadTooLarge:  {StatusBadRequest, "Request head too large"},
	FaultMethod:        {StatusBadRequest, "Method is not POST"},
	FaultHTTPVersion:   {StatusBadRequest, "Unsupported HTTP version"},
	FaultHost:          {StatusBadRequest, "Missing or repeated Host header field"},
	FaultContentType:   {StatusBadRequest, "Missing Content-Type header field"},
	FaultMediaType:     {StatusBadRequest, "Unsupported media type"},
	FaultCoding:        {StatusBadRequest, "Unsupported Content-Encoding"},
	FaultBodyTooLarge:  {StatusBadRequest, "Message-body too large"},
	FaultExpectation:   {StatusBadRequest, "Unsupported Expect header field"},
	FaultLength:        {StatusLengthRequired, "Length Required"},
	FaultURITooLong:    {StatusURITooLong, "Request-URI Too Long"},
	FaultResource:      {StatusNotFound, "Not Found"},
	FaultTimeout:       {StatusRequestTimeout, "Request Timeout"},
	FaultInternal:      {StatusInternalError, "Internal Server Error"},
	FaultOverload:      {StatusUnavailable, "Service Unavailable"},
	FaultFull:          {StatusUnavailable, "Tracker is full"},
	FaultSwarms:        {StatusUnavailable, "Peer is in too many swarms"},
	FaultDraining:      {StatusUnavailable, "Tracker is shutting down"},
	FaultAuthenticate:  {StatusUnauthorized, "Unauthorized"},
	FaultNoBody:        {StatusBadRequest, "Missing message-body"},
	FaultSyntax:        {StatusBadRequest, "Malformed message-body"},
	FaultEncoding:      {StatusBadRequest, "Message-body is not UTF-8"},
	FaultDoctype:       {StatusBadRequest, "DOCTYPE is not allowed"},
	FaultLimit:         {StatusBadRequest, "Message exceeds a limit"},
	FaultRoot:          {StatusBadRequest, "Root element is not PPSPTrackerProtocol"},
	FaultVersionAbsent: {StatusBadRequest, "Missing version attribute"},
	FaultVersion:       {StatusBadRequest, "PPSP Version 1.0"},
	FaultRequestAbsent: {StatusBadRequest, "Missing Request element"},
	FaultRequest:       {StatusBadRequest, "Unknown Request method"},
	FaultResponse:      {StatusBadRequest, "Misplaced or missing Response element"},
	FaultDuplicate:     {StatusBadRequest, "Repeated element"},
	FaultTransaction:   {StatusBadRequest, "Missing TransactionID"},
	FaultPeerID:        {StatusBadRequest, "Missing PeerID"},
	FaultPeerIDOther:   {StatusBadRequest, "PeerInfo of another PeerID"},
	FaultSwarmID:       {StatusBadRequest, "Missing SwarmID"},
	FaultSwarmTwice:    {StatusBadRequest, "Repeated SwarmID"},
	FaultAction:        {StatusBadRequest, "Missing or unknown action"},
	FaultPeerMode:      {StatusBadRequest, "Missing or unknown peerMode"},
	FaultPeerNum:       {StatusBadRequest, "PeerNum is not a number"},
	FaultPeerInfo:      {StatusBadRequest, "PeerGroup without PeerInfo"},
	FaultAddress:       {StatusBadRequest, "Missing or malformed ip"},
	FaultAddrType:      {StatusBadRequest, "Missing or unknown addrType"},
	FaultPort:          {StatusBadRequest, "Missing or invalid port"},
	FaultPriority:      {StatusBadRequest, "Invalid priority"},
	FaultAddressUse:    {StatusBadRequest, "Address cannot be that of a peer"},
	FaultStat:          {StatusBadRequest, "StatisticsGroup without Stat"},
	FaultProperty:      {StatusBadRequest, "Missing property"},
	FaultNumber:        {StatusBadRequest, "Statistic is not a number"},
	FaultUnknownPeer:   {StatusForbidden, "Peer is not registered"},
	FaultNotAllowed:    {StatusForbidden, "Action not allowed"},
	FaultBinding:       {StatusForbidden, "Peer is registered from another address"},
}

// Status is the status code of the answer to a request with this fault.
func (f Fault) Status() Status { return faults[f].status }

// Reason is the Reason-Phrase of that answer.
func (f Fault) Reason() string { return faults[f].reason }

// Error makes a Fault usable with errors.Is.
func (f Fault) Error() string { return faults[f].reason }

// pathDepth bounds the element names of an Error.
const pathDepth = 4

// Error is a fault and where it was found. Its text is made when it is printed.
type Error struct {
	Fault  Fault
	Offset int // bytes from the start of the body
	// path holds the open elements, innermost last; only names of the
	// protocol, so that no bytes of the request are repeated.
	path  [pathDepth]string
	depth int
}

// Error is the reason, the path and the offset.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Fault.Reason())
	if p := e.Path(); p != "" {
		b.WriteString(" in ")
		b.WriteString(p)
	}
	b.WriteString(" at byte ")
	b.WriteString(strconv.Itoa(e.Offset))
	return b.String()
}

// Unwrap is the fault: errors.Is(err, FaultPort) works.
func (e *Error) Unwrap() error { return e.Fault }

// Path is the open elements from the root, separated by slashes.
func (e *Error) Path() string { return strings.Join(e.path[:e.depth], "/") }

// In adds an open element at the end of the path; beyond four it is dropped.
func (e *Error) In(element string) *Error {
	if e.depth < pathDepth {
		e.path[e.depth] = element
		e.depth++
	}
	return e
}

// Fail is the error of a request with fault f at a byte of its body. It is
// part of the request and valid until the next Fail.
func (r *Request) Fail(f Fault, offset int) *Error {
	r.fault = Error{Fault: f, Offset: offset}
	return &r.fault
}

// Fail is the same for a response.
func (r *Response) Fail(f Fault, offset int) *Error {
	r.fault = Error{Fault: f, Offset: offset}
	return &r.fault
}
