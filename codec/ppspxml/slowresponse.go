package ppspxml

import (
	"sync"

	"github.com/ppspd/ppspd/codec"
)

// responseReader reads responses.
type responseReader struct {
	reader
	*codec.Response
	seen element // of the root
	own  bool    // the requesting peer's PeerInfo was read
	at   attributes
	info info
}

// info is the open PeerInfo.
type info struct {
	seen  element
	swarm codec.Span // @swarmID
	peer  codec.Span
	list  [codec.LimitCardAddresses]codec.Address
	count int // addresses
}

// responseReaders are those not in use; each has a decoder of some 4 KB.
var responseReaders = sync.Pool{New: func() any { return &responseReader{reader: newReader()} }}

// slowResponse reads a complete body into r.
func slowResponse(r *codec.Response, body []byte) error {
	d := responseReaders.Get().(*responseReader)
	d.begin(&r.Text)
	d.Response, d.seen, d.own = r, 0, false
	d.message()
	var err error
	if d.fault != codec.FaultNone {
		err = d.located(r.Fail(d.fault, d.offset))
	}
	d.Response = nil
	d.release()
	responseReaders.Put(d)
	return err
}

// message reads the root element.
func (d *responseReader) message() {
	if !d.root() {
		return
	}
	at := d.enter("PPSPTrackerProtocol")
	d.attributes(&d.at)
	d.fail(checkVersion(&d.at, &d.Text), at)
	d.Dialect = codec.DialectBase
	for d.child() {
		d.rootChild()
	}
	d.leave()
	d.close()
	d.fail(d.complete(), len(d.Body))
}

// complete looks for what is missing.
func (d *responseReader) complete() codec.Fault {
	switch {
	case d.seen&elemResponse == 0:
		return codec.FaultResponse
	case d.Status == codec.StatusOK && !d.TransactionID.Present():
		return codec.FaultTransaction
	}
	return codec.FaultNone
}

// rootChild reads the open child of the root.
func (d *responseReader) rootChild() {
	switch string(d.local()) {
	case "Request":
		d.fail(codec.FaultResponse, d.start())
	case "Response":
		d.response()
	case "TransactionID":
		d.transactionID()
	case "PeerGroup":
		d.group()
	default:
		d.skip()
	}
}

// once refuses an element that stands twice.
func (d *responseReader) once(set *element, e element) {
	if !once(set, e) {
		d.fail(codec.FaultDuplicate, d.start())
	}
}

// response reads the Response element (Table 7).
func (d *responseReader) response() {
	d.once(&d.seen, elemResponse)
	at := d.enter("Response")
	v := d.value()
	switch string(d.Bytes(v)) {
	case "SUCCESSFUL":
		d.Status = codec.StatusOK
	case "AUTHENTICATION REQUIRED":
		d.Status = codec.StatusUnauthorized
		d.Response.Fault = codec.FaultAuthenticate
	default:
		d.fail(codec.FaultResponse, at)
	}
	d.leave()
}

// transactionID reads the TransactionID: a value, or Results of which the first
// is that of the request.
func (d *responseReader) transactionID() {
	d.once(&d.seen, elemTransactionID)
	at := d.enter("TransactionID")
	v := d.mixed(func() {
		if string(d.local()) == "Result" {
			d.result()
		} else {
			d.skip()
		}
	})
	if len(d.Results) > 0 {
		v = d.Results[0].TransactionID
	}
	d.fail(checkID(v, codec.FaultTransaction), at)
	d.TransactionID = v
	d.leave()
}

// result reads a Result of the TransactionID.
func (d *responseReader) result() {
	at := d.enter("Result")
	d.attributes(&d.at)
	id := d.at.get(attrTransactionID)
	d.fail(checkID(id, codec.FaultTransaction), at)
	status, ok := parseStatus(d.Bytes(d.value()))
	if !ok {
		d.fail(codec.FaultResponse, at)
	}
	if len(d.Results) > codec.LimitActions {
		d.fail(codec.FaultLimit, at)
	}
	d.Results = append(d.Results, codec.Result{TransactionID: id, Status: status})
	d.leave()
}

// parseStatus reads a status code and what may follow it after a space.
func parseStatus(b []byte) (codec.Status, bool) {
	if len(b) < 3 || len(b) > 3 && b[3] != ' ' {
		return 0, false
	}
	n, ok := parseNumber(b[:3])
	return codec.Status(n), ok
}

func (d *responseReader) group() {
	d.once(&d.seen, elemPeerGroup)
	d.enter("PeerGroup")
	for d.child() {
		if string(d.local()) == "PeerInfo" {
			d.peerInfo()
		} else {
			d.skip()
		}
	}
	d.leave()
}

// peerInfo reads a PeerInfo: the first without @swarmID is that of the
// requesting peer.
func (d *responseReader) peerInfo() {
	at := d.enter("PeerInfo")
	d.attributes(&d.at)
	d.info.seen, d.info.count = 0, 0
	d.info.swarm, d.info.peer = d.at.get(attrSwarmID), codec.Span{}
	for d.child() {
		d.infoChild()
	}
	if d.fault == codec.FaultNone {
		if d.own || d.info.swarm.Present() {
			d.fail(d.listed(), at)
		} else {
			d.requester()
		}
	}
	d.leave()
}

func (d *responseReader) infoChild() {
	switch string(d.local()) {
	case "PeerID":
		d.once(&d.info.seen, elemInfoPeerID)
		at := d.enter("PeerID")
		d.info.peer = d.value()
		d.fail(checkID(d.info.peer, codec.FaultPeerID), at)
		d.leave()
	case "PeerAddress":
		d.address()
	default:
		d.skip()
	}
}

func (d *responseReader) address() {
	at := d.enter("PeerAddress")
	d.attributes(&d.at)
	if d.info.count == codec.LimitCardAddresses {
		d.fail(codec.FaultLimit, at)
	} else {
		a := &d.info.list[d.info.count]
		*a = codec.Address{}
		d.fail(setAddress(a, &d.Text, &d.at), at)
		d.info.count++
	}
	d.skip()
	d.leave()
}

// requester keeps the PeerInfo of the requesting peer, the first address of it.
func (d *responseReader) requester() {
	d.own = true
	d.PeerID = d.info.peer
	if d.info.count > 0 {
		d.Own, d.HasOwn = d.info.list[0], true
	}
}

// listed keeps the PeerInfo of a listed peer.
func (d *responseReader) listed() codec.Fault {
	if !d.info.peer.Present() {
		return codec.FaultPeerID
	}
	swarm, fault := d.swarmIndex(d.info.swarm)
	if fault != codec.FaultNone {
		return fault
	}
	d.Peers = append(d.Peers, codec.ListedPeer{Swarm: swarm})
	codec.PutCard(&d.Peers[len(d.Peers)-1].Card, &d.Text, d.Bytes(d.info.peer), d.info.list[:d.info.count])
	return codec.FaultNone
}

// swarmIndex finds a Swarm-ID in Swarms or adds it. Lists come swarm by swarm,
// so that the last is tried first.
func (d *responseReader) swarmIndex(v codec.Span) (uint32, codec.Fault) {
	for i := len(d.Swarms) - 1; i >= 0; i-- {
		if d.Swarms[i].Present() == v.Present() && string(d.Bytes(d.Swarms[i])) == string(d.Bytes(v)) {
			return uint32(i), codec.FaultNone
		}
	}
	if len(d.Swarms) == codec.LimitActions {
		return 0, codec.FaultLimit
	}
	if v.Present() {
		if fault := checkID(v, codec.FaultSwarmID); fault != codec.FaultNone {
			return 0, fault
		}
	}
	d.Swarms = append(d.Swarms, v)
	return uint32(len(d.Swarms) - 1), codec.FaultNone
}
