package ppspxml

import (
	"sync"

	"github.com/ppspd/ppspd/codec"
)

// requestReader reads requests on the slow path.
type requestReader struct {
	reader
	m request
}

// requestReaders are those not in use; each has a decoder of some 4 KB.
var requestReaders = sync.Pool{New: func() any { return &requestReader{reader: newReader()} }}

// slowRequest reads a complete body into r.
func slowRequest(r *codec.Request, body []byte) error {
	r.Reset()
	r.Body = body
	d := requestReaders.Get().(*requestReader)
	d.begin(&r.Text)
	d.m = request{Request: r}
	d.message()
	var err error
	if d.fault != codec.FaultNone {
		err = d.located(r.Fail(d.fault, d.offset))
	}
	d.m = request{}
	d.release()
	requestReaders.Put(d)
	return err
}

// message reads the root element.
func (d *requestReader) message() {
	if !d.root() {
		return
	}
	at := d.enter("PPSPTrackerProtocol")
	d.attributes(&d.m.at)
	d.fail(d.m.version(), at)
	for d.child() {
		d.rootChild()
	}
	d.leave()
	d.close()
	fault, v := d.m.complete()
	if at, ok := v.InBody(); ok {
		d.fail(fault, at)
	}
	d.fail(fault, len(d.m.Body))
}

// rootChild reads the open child of the root.
func (d *requestReader) rootChild() {
	switch string(d.local()) {
	case "Request":
		d.single("Request", elemRequest, (*request).method)
	case "Response":
		d.fail(codec.FaultResponse, d.start())
	case "TransactionID":
		d.single("TransactionID", elemTransactionID, (*request).transactionID)
	case "PeerID":
		d.single("PeerID", elemPeerID, (*request).peerID)
	case "SwarmID":
		d.valued("SwarmID", (*request).action)
	case "PeerNum", "PeerNUM":
		d.single("PeerNum", elemPeerNum, (*request).peerNum)
	case "PeerGroup":
		d.group()
	case "StatisticsGroup":
		d.statistics()
	default:
		d.skip()
	}
}

// single reads a child of the root that stands no more than once.
func (d *requestReader) single(name string, e element, set func(*request, codec.Span) codec.Fault) {
	if !once(&d.m.seen, e) {
		d.fail(codec.FaultDuplicate, d.start())
	}
	d.valued(name, set)
}

// valued reads an element with attributes and a value.
func (d *requestReader) valued(name string, set func(*request, codec.Span) codec.Fault) {
	at := d.enter(name)
	d.attributes(&d.m.at)
	if v := d.value(); v.Present() {
		d.fail(set(&d.m, v), at)
	}
	d.leave()
}

func (d *requestReader) group() {
	if !once(&d.m.seen, elemPeerGroup) {
		d.fail(codec.FaultDuplicate, d.start())
	}
	d.m.PeerGroup = true
	at, infos := d.enter("PeerGroup"), 0
	for d.child() {
		if string(d.local()) == "PeerInfo" {
			d.info()
			infos++
		} else {
			d.skip()
		}
	}
	if infos == 0 {
		d.fail(codec.FaultPeerInfo, at)
	}
	d.leave()
}

func (d *requestReader) info() {
	d.enter("PeerInfo")
	d.m.info = 0
	for d.child() {
		switch string(d.local()) {
		case "PeerID":
			if !once(&d.m.info, elemInfoPeerID) {
				d.fail(codec.FaultDuplicate, d.start())
			}
			d.valued("PeerID", (*request).infoPeerID)
		case "PeerAddress":
			d.address()
		default:
			d.skip()
		}
	}
	d.leave()
}

func (d *requestReader) address() {
	at := d.enter("PeerAddress")
	d.attributes(&d.m.at)
	d.fail(d.m.address(), at)
	d.skip()
	d.leave()
}

func (d *requestReader) statistics() {
	if !once(&d.m.seen, elemStatisticsGroup) {
		d.fail(codec.FaultDuplicate, d.start())
	}
	d.m.Statistics = true
	at := d.enter("StatisticsGroup")
	for d.child() {
		if string(d.local()) == "Stat" {
			d.stat()
		} else {
			d.skip()
		}
	}
	if len(d.m.Stats()) == 0 {
		d.fail(codec.FaultStat, at)
	}
	d.leave()
}

func (d *requestReader) stat() {
	at := d.enter("Stat")
	d.attributes(&d.m.at)
	d.fail(d.m.openStat(), at)
	if d.fault == codec.FaultNone {
		d.statContent()
	}
	d.leave()
}

// statContent reads the open Stat: the fields of StreamStatistics, the SwarmID
// of a ContentMap, nothing of an unknown property.
func (d *requestReader) statContent() {
	from := d.end()
	if d.m.stat.Property == codec.PropertyOther {
		d.skip()
	} else {
		for d.child() {
			d.statChild()
		}
	}
	if d.fault == codec.FaultNone {
		d.m.stat.Content = codec.BodySpan(from, d.start())
	}
}

func (d *requestReader) statChild() {
	name := d.local()
	switch {
	case string(name) == "SwarmID":
		d.valued("SwarmID", (*request).statSwarmID)
	case d.m.stat.Property != codec.PropertyStreamStatistics:
		d.skip()
	case string(name) == "UploadedBytes":
		d.valued("UploadedBytes", (*request).uploaded)
	case string(name) == "DownloadedBytes":
		d.valued("DownloadedBytes", (*request).downloaded)
	case string(name) == "AvailBandwidth":
		d.valued("AvailBandwidth", (*request).bandwidth)
	case string(name) == "OnlineTime":
		d.valued("OnlineTime", (*request).onlineTime)
	default:
		d.skip()
	}
}
