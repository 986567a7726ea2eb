package ppspxml

import (
	"strconv"

	"github.com/ppspd/ppspd/codec"
)

// head begins every message.
const head = `<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
	`<PPSPTrackerProtocol xmlns="urn:ietf:params:xml:ns:ppsp-tp" version="1.0">`

const foot = `</PPSPTrackerProtocol>`

// appendSuccess appends a SUCCESSFUL response (section 3.4, Table 7).
func appendSuccess(dst []byte, r *codec.Response) []byte {
	dst = append(dst, head+"<Response>SUCCESSFUL</Response>"...)
	dst = appendResults(dst, r)
	if r.HasOwn || len(r.Peers) > 0 {
		dst = append(dst, "<PeerGroup>"...)
		dst = appendOwn(dst, r)
		dst = appendPeers(dst, r)
		dst = append(dst, "</PeerGroup>"...)
	}
	return append(dst, foot...)
}

// appendAuthentication appends the body of 401, the only fault that has one.
func appendAuthentication(dst []byte, r *codec.Response) []byte {
	dst = append(dst, head+"<Response>AUTHENTICATION REQUIRED</Response>"...)
	dst = appendElement(dst, "<TransactionID>", &r.Text, r.TransactionID, "</TransactionID>")
	return append(dst, foot...)
}

// appendResults appends the TransactionID: alone, or the Results of the request
// and its actions.
func appendResults(dst []byte, r *codec.Response) []byte {
	if len(r.Results) == 0 {
		return appendElement(dst, "<TransactionID>", &r.Text, r.TransactionID, "</TransactionID>")
	}
	dst = append(dst, "<TransactionID>"...)
	for i := range r.Results {
		dst = append(dst, `<Result transactionID="`...)
		dst = appendValue(dst, r.Bytes(r.Results[i].TransactionID))
		if s := r.Results[i].Status; s == codec.StatusOK {
			dst = append(dst, `">200 OK</Result>`...)
		} else {
			dst = appendStatus(append(dst, `">`...), s)
		}
	}
	return append(dst, "</TransactionID>"...)
}

func appendStatus(dst []byte, s codec.Status) []byte {
	dst = append(strconv.AppendUint(dst, uint64(s), 10), ' ')
	return append(append(dst, s.Phrase()...), "</Result>"...)
}

// appendOwn appends the PeerInfo of the requesting peer.
func appendOwn(dst []byte, r *codec.Response) []byte {
	if !r.HasOwn {
		return dst
	}
	dst = append(dst, "<PeerInfo>"...)
	dst = appendElement(dst, "<PeerID>", &r.Text, r.PeerID, "</PeerID>")
	dst = appendAddress(dst, &r.Text, &r.Own)
	return append(dst, "</PeerInfo>"...)
}

// appendPeers appends the PeerInfos of the peer list. What peers of one swarm
// have in common is rendered for the first and copied for those that follow.
func appendPeers(dst []byte, r *codec.Response) []byte {
	const none = ^uint32(0)
	swarm, from, to := none, 0, 0
	for i := range r.Peers {
		p := &r.Peers[i]
		if p.Swarm == swarm {
			dst = append(dst, dst[from:to]...)
		} else {
			from = len(dst)
			dst = appendAttr(append(dst, "<PeerInfo"...), ` swarmID="`, &r.Text, r.Swarms[p.Swarm])
			dst = append(dst, "><PeerID>"...)
			swarm, to = p.Swarm, len(dst)
		}
		if c := &p.Card; c.Form == codec.FormUUIDLower && c.Layout == codec.Layout4 {
			dst = appendUsual(dst, &r.Text, c)
		} else {
			dst = appendCard(dst, &r.Text, c)
		}
	}
	return dst
}

// appendCard appends the rest of a PeerInfo from the Peer-ID on.
func appendCard(dst []byte, t *codec.Text, c *codec.Card) []byte {
	if c.Form <= codec.KeySize || c.Form == codec.FormWide {
		dst = appendText(dst, c.Bytes(t))
	} else {
		dst = c.AppendID(dst, t) // packed: hex digits and hyphens
	}
	dst = append(dst, "</PeerID>"...)
	if c.Wide() {
		dst = appendBlob(dst, t, c)
	} else {
		var list [2]codec.Address
		dst = appendAddresses(dst, t, c.AppendAddresses(list[:0], t))
	}
	return append(dst, "</PeerInfo>"...)
}

// appendBlob appends the addresses of a wide card.
func appendBlob(dst []byte, t *codec.Text, c *codec.Card) []byte {
	var list [codec.LimitCardAddresses]codec.Address
	return appendAddresses(dst, t, c.AppendAddresses(list[:0], t))
}
