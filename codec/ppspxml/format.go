package ppspxml

import "github.com/ppspd/ppspd/codec"

// Format is PPSP-TP/1.0 in XML. The zero value is ready for use.
type Format struct{}

var _ codec.Format = Format{}

// ParseRequest reads a complete body into r, which is reset first. The error is
// a *codec.Error that is part of r; see the package's comment on faults.
// r borrows body until it is reset.
func (Format) ParseRequest(r *codec.Request, body []byte) error {
	r.Reset()
	r.Body = body
	m := request{Request: r}
	if fastRequest(&m, body) {
		return nil
	}
	return slowRequest(r, body)
}

// ParseResponse reads a complete body into r, which is reset first. Status is
// what the Response element says (Table 7); the listed peers are cards whose
// blobs are in r.Scratch. The error is a *codec.Error that is part of r.
// r borrows body until it is reset.
func (Format) ParseResponse(r *codec.Response, body []byte) error {
	r.Reset()
	r.Body = body
	return slowResponse(r, body)
}

// AppendRequest appends the body of a request to dst, in the order of the
// draft's generic format. Content of ContentMap and unknown Stat blocks is
// written as it is: it has to be well-formed.
func (Format) AppendRequest(dst []byte, r *codec.Request) []byte { return appendRequest(dst, r) }

// AppendResponse appends the body of an answer to dst: nothing for a fault,
// but for 401. Addresses that are hidden are not written.
func (Format) AppendResponse(dst []byte, r *codec.Response) []byte {
	switch r.Status {
	case codec.StatusOK:
		return appendSuccess(dst, r)
	case codec.StatusUnauthorized:
		return appendAuthentication(dst, r)
	}
	return dst
}
