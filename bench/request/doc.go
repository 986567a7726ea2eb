// Package request writes the requests of peers of several makes: the same
// message in different element and attribute order, quotes, white space and
// HTTP heads, with the ids and numbers of the moment.
//
// It is a second renderer of the base protocol, independent of the tracker's
// codecs, so that a benchmark feeds the tracker what strangers write and not
// what its own writer would.
//
// Not here: parsing, choosing peers (package bench does), gzip or EXI.
//
// Thread rule: a Template is written once and then only read, except for its
// scratch buffer: one goroutine per Template. Memory rule: Append allocates
// nothing once dst and the scratch buffer are large enough.
//
// Messages: draft-ietf-ppsp-base-tracker-protocol-00 sections 3.1, 3.2, 4.1,
// 4.2; heads: its appendix B.
package request
