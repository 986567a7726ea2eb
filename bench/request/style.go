package request

// A style is how one make of peer writes.
type style struct {
	name        string
	head        func(h *head)
	declaration string
	namespace   []attribute // of the root, before or after @version
	newline     string      // "" writes no white space between elements
	indent      string
	quote       byte
	wrap        bool   // long start tags go on in the next line, as in the draft
	reverse     bool   // attributes in the opposite order
	group       bool   // a Refresh repeats the peer's address
	num         string // the element's spelling (Table 2 and section 3.1 differ)
	order       []part
}

// Styles is how many styles there are.
func Styles() int { return len(styles()) }

// styles are the makes of peers. The first is that of the draft's examples.
func styles() []style {
	tbd := []attribute{{"xmlns", text("TBD")}, {"schemaLocation", text("TBD")}}
	urn := []attribute{{"xmlns", text("urn:ietf:params:xml:ns:ppsp-tp")}}
	return []style{
		{
			name: "example", head: plainHead, declaration: `<?xml version="1.0" encoding="UTF-8"?>`,
			namespace: tbd, newline: "\n", indent: "  ", quote: '"', wrap: true, group: true, num: "PeerNum",
			order: []part{partRequest, partPeer, partNum, partSwarm, partTransaction, partGroup, partStatistics},
		},
		{
			name: "generic", head: goHead, declaration: `<?xml version="1.0" encoding="UTF-8"?>`,
			namespace: tbd, quote: '"', num: "PeerNum",
			order: []part{partRequest, partTransaction, partPeer, partSwarm, partNum, partGroup, partStatistics},
		},
		{
			name: "single", head: curlHead, declaration: `<?xml version='1.0' encoding='utf-8'?>`,
			namespace: urn, quote: '\'', reverse: true, group: true, num: "PeerNum",
			order: []part{partRequest, partPeer, partTransaction, partSwarm, partGroup, partNum, partStatistics},
		},
		{
			name: "tabbed", head: lowerHead, declaration: `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`,
			namespace: urn, newline: "\r\n", indent: "\t", quote: '"', num: "PeerNUM",
			order: []part{partPeer, partRequest, partTransaction, partNum, partSwarm, partGroup, partStatistics},
		},
		{
			name: "bare", head: plainHead, declaration: `<?xml version="1.0"?>`,
			quote: '"', group: true, num: "PeerNum",
			order: []part{partRequest, partStatistics, partGroup, partSwarm, partPeer, partNum, partTransaction},
		},
		{
			name: "lines", head: goHead, declaration: `<?xml version="1.0" encoding="UTF-8"?>`,
			namespace: tbd, newline: "\n", quote: '"', reverse: true, num: "PeerNum",
			order: []part{partTransaction, partRequest, partPeer, partSwarm, partNum, partGroup, partStatistics},
		},
	}
}

// head collects the lines of an HTTP head around the length of the body.
type head struct {
	before string // up to and including "Content-Length: "
	after  string // from the end of that line
}

func plainHead(h *head) {
	h.before = "POST / HTTP/1.1\r\nHost: tracker.example.org\r\nContent-Length: "
	h.after = "\r\nContent-Type: application/ppsp-tracker+xml\r\n\r\n"
}

func goHead(h *head) {
	h.before = "POST / HTTP/1.1\r\nHost: 127.0.0.1:7846\r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: "
	h.after = "\r\nContent-Type: application/ppsp-tracker+xml\r\nAccept-Encoding: identity\r\n\r\n"
}

func curlHead(h *head) {
	h.before = "POST / HTTP/1.1\r\nHost: 127.0.0.1:7846\r\nUser-Agent: curl/8.14.1\r\nAccept: */*\r\n" +
		"Content-Type: application/xml\r\nContent-Length: "
	h.after = "\r\n\r\n"
}

func lowerHead(h *head) {
	h.before = "POST / HTTP/1.1\r\ncontent-type: application/ppsp-tracker+xml; charset=UTF-8\r\ncontent-length: "
	h.after = "\r\nhost: tracker.example.org:7846\r\nconnection: keep-alive\r\n\r\n"
}
