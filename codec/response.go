package codec

// Status is an HTTP status code of appendix B.4.
type Status uint16

// The status codes; no other one is used.
const (
	StatusOK             Status = 200
	StatusBadRequest     Status = 400
	StatusUnauthorized   Status = 401
	StatusForbidden      Status = 403
	StatusNotFound       Status = 404
	StatusRequestTimeout Status = 408
	StatusLengthRequired Status = 411
	StatusURITooLong     Status = 414
	StatusInternalError  Status = 500
	StatusUnavailable    Status = 503
)

// Phrase is the Reason-Phrase of appendix B.4.
func (s Status) Phrase() string {
	switch s {
	case StatusOK:
		return "OK"
	case StatusBadRequest:
		return "Bad Request"
	case StatusUnauthorized:
		return "Unauthorized"
	case StatusForbidden:
		return "Forbidden"
	case StatusNotFound:
		return "Not Found"
	case StatusRequestTimeout:
		return "Request Timeout"
	case StatusLengthRequired:
		return "Length Required"
	case StatusURITooLong:
		return "Request-URI Too Long"
	case StatusInternalError:
		return "Internal Server Error"
	case StatusUnavailable:
		return "Service Unavailable"
	}
	return ""
}

// Response is the tracker's answer to one request (section 3.1). It is reused:
// Reset makes it empty and keeps its memory.
//
// Its spans index its own Text. A tracker that answers a request lets the
// response borrow the request's Body and copies what stood in Scratch.
//
// A response whose Fault is not FaultNone has no body (but for 401): its
// Status and the fault's reason say all.
type Response struct {
	Text

	Dialect Dialect // in whose words the answer is given
	Status  Status
	Fault   Fault

	TransactionID Span
	// Results are those of the request and of its actions, the request's own
	// first. Without any the TransactionID stands alone (STAT_REPORT).
	Results []Result

	PeerID Span    // of the requesting peer, valid if HasOwn
	Own    Address // the observed address of the requesting peer
	HasOwn bool

	// Swarms are the Swarm-IDs that Peers refer to.
	Swarms []Span
	// Peers are the peer lists, swarm by swarm.
	Peers []ListedPeer

	// TrackTimeout is how long a registration lives without a report, in
	// seconds; 0 says nothing of it.
	TrackTimeout uint32

	fault Error
}

// Result is the outcome of a request or action (Table 2).
type Result struct {
	TransactionID Span
	Status        Status
}

// ListedPeer is one PeerInfo of a peer list.
type ListedPeer struct {
	Card  Card
	Swarm uint32 // index into Response.Swarms
}

// Reset makes the response empty.
func (r *Response) Reset() {
	r.Text.reset()
	r.Dialect, r.Status, r.Fault = DialectNone, 0, FaultNone
	r.TransactionID, r.PeerID = Span{}, Span{}
	r.Results = r.Results[:0]
	r.Own, r.HasOwn = Address{}, false
	r.Swarms = r.Swarms[:0]
	r.Peers = r.Peers[:0]
	r.TrackTimeout = 0
}

// Refuse makes the response the answer to a request with fault f.
func (r *Response) Refuse(f Fault) {
	r.Reset()
	r.Fault, r.Status = f, f.Status()
}

// Answer makes the response the answer to a request: in its dialect, with
// StatusOK and its TransactionID, borrowing its Body.
func (r *Response) Answer(req *Request) {
	r.Reset()
	r.Body = req.Body
	r.Dialect, r.Status = req.Dialect, StatusOK
	r.TransactionID = r.Carry(req, req.TransactionID)
}

// Carry makes a span of the request one of the response that answers it: what
// stands in the borrowed Body stays there, what stands in Scratch is copied.
func (r *Response) Carry(req *Request, s Span) Span {
	if s.off&spanBit == 0 {
		return s
	}
	return r.Keep(req.Bytes(s))
}
