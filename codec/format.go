package codec

// Format is how messages are written: XML, EXI, JSON. A Format has no state;
// it may be used by many goroutines at once.
type Format interface {
	// ParseRequest reads a complete body into r, which is reset first. The
	// error is a *Error that is part of r; r is then of no use otherwise,
	// but for TransactionID, if that was read before the fault.
	// r borrows body until it is reset.
	ParseRequest(r *Request, body []byte) error

	// AppendResponse appends the body of an answer to dst.
	AppendResponse(dst []byte, r *Response) []byte

	// ParseResponse and AppendRequest are the peer's side of the same.
	ParseResponse(r *Response, body []byte) error
	AppendRequest(dst []byte, r *Request) []byte
}
