package conformance

import (
	"compress/gzip"
	"encoding/xml"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// answer is what the tracker answered.
type answer struct {
	s    *session
	sent string // the body that it answers, if known

	line, reason string
	status       int
	fields       map[string]string
	coded        string // body as it came
	body         string // body, decoded
	message      message
}

// message is a response in XML, as encoding/xml reads it.
type message struct {
	XMLName     xml.Name
	Version     string `xml:"version,attr"`
	Response    []string
	Transaction []struct {
		Text   string `xml:",chardata"`
		Result []struct {
			ID   string `xml:"transactionID,attr"`
			Text string `xml:",chardata"`
		}
	} `xml:"TransactionID"`
	Group []struct {
		Info []info `xml:"PeerInfo"`
	} `xml:"PeerGroup"`
}

// info is a PeerInfo.
type info struct {
	Attrs []xml.Attr `xml:",any,attr"`
	ID    []string   `xml:"PeerID"`
	Addr  []address  `xml:"PeerAddress"`
}

// address is a PeerAddress, its attributes by name.
type address struct {
	Attrs []xml.Attr `xml:",any,attr"`
}

func (a address) get(name string) string {
	for _, at := range a.Attrs {
		if at.Name.Local == name {
			return at.Value
		}
	}
	return ""
}

// String is the attributes as they are written.
func (a address) String() string {
	var parts []string
	for _, at := range a.Attrs {
		parts = append(parts, at.Name.Local+"="+at.Value)
	}
	return strings.Join(parts, " ")
}

func (i info) swarm() (id string, ok bool) {
	for _, at := range i.Attrs {
		if at.Name.Local == "swarmID" {
			return at.Value, true
		}
	}
	return "", false
}

// decode undoes the content coding and notes the body for the comparison.
func (a *answer) decode() error {
	a.body = a.coded
	if a.fields["Content-Encoding"] == "gzip" {
		z, err := gzip.NewReader(strings.NewReader(a.coded))
		if err != nil {
			return err
		}
		plain, err := io.ReadAll(z) // checks CRC and length
		if err != nil {
			return err
		}
		a.body = string(plain)
	}
	a.s.said.WriteString(a.body + "\n")
	return nil
}

func (a *answer) closes() bool { return a.fields["Connection"] == "close" }

// errorf reports a fault of the answer with all that is needed to see it.
func (a *answer) errorf(format string, args ...any) {
	a.s.t.Helper()
	a.s.t.Errorf(format+"\nsent: %q\nanswer: %s %v\n%s", append(args, a.sent, a.line, a.fields, a.body)...)
}

// statuses are the codes of appendix B.4.
var statuses = []int{200, 400, 401, 403, 404, 408, 411, 414, 500, 503}

// check checks what holds for every answer (4.3, B, B.1, B.3, B.4).
func (a *answer) check() {
	a.s.t.Helper()
	if !slices.Contains(statuses, a.status) {
		a.errorf("status %d is none of appendix B.4", a.status)
	}
	if a.reason == "" || strings.Trim(a.reason, " ") != a.reason {
		a.errorf("Reason-Phrase %q", a.reason)
	}
	if d, err := http.ParseTime(a.fields["Date"]); err != nil || time.Since(d).Abs() > 3*time.Second {
		a.errorf("Date %v, %v", d, err)
	}
	if n := a.fields["Content-Length"]; n != strconv.Itoa(len(a.coded)) {
		a.errorf("Content-Length %q", n)
	}
	if e := a.fields["Content-Encoding"]; e != "" && e != "gzip" {
		a.errorf("Content-Encoding %q", e)
	}
	if a.status == 200 {
		a.checkMessage()
		return
	}
	if a.coded != "" || a.fields["Content-Type"] != "" || a.fields["Content-Encoding"] != "" || a.fields["PPSP-Track-Timeout"] != "" {
		a.errorf("an error is not an empty message-body")
	}
	if _, ok := a.fields["Retry-After"]; ok != (a.status == 503) {
		a.errorf("Retry-After in a %d: %v", a.status, ok)
	}
}

// checkMessage checks the message of a 200 (3.1, 3.2, 3.4, 4.1).
func (a *answer) checkMessage() {
	a.s.t.Helper()
	if ct := strings.ToLower(a.fields["Content-Type"]); ct != mediaType+"; charset=utf-8" && ct != mediaType {
		a.errorf("Content-Type %q", ct)
	}
	if !strings.HasPrefix(a.body, `<?xml version="1.0" encoding="UTF-8"?>`) {
		a.errorf("the message does not begin with an XML declaration")
	}
	m := &a.message
	if err := xml.Unmarshal([]byte(a.body), m); err != nil {
		a.errorf("the message is not well-formed: %v", err)
	}
	if m.XMLName.Local != "PPSPTrackerProtocol" || m.XMLName.Space != "urn:ietf:params:xml:ns:ppsp-tp" || m.Version != "1.0" {
		a.errorf("root element %v, version %q", m.XMLName, m.Version)
	}
	if !slices.Equal(m.Response, []string{"SUCCESSFUL"}) || len(m.Transaction) != 1 || len(m.Group) > 1 {
		a.errorf("Response %q, %d TransactionID, %d PeerGroup", m.Response, len(m.Transaction), len(m.Group))
	}
	a.checkList()
}

// checkList checks what holds for every PeerGroup: the own entry first, nobody
// twice in a list, an address for everybody but never the requester.
func (a *answer) checkList() {
	a.s.t.Helper()
	if len(a.message.Group) == 0 {
		return
	}
	seen, requester := map[string]bool{}, ""
	for i, p := range a.message.Group[0].Info {
		swarm, listed := p.swarm()
		if listed == (i == 0) || len(p.ID) != 1 || len(p.Addr) == 0 {
			a.errorf("PeerInfo %d: %+v", i, p)
			return
		}
		if i == 0 {
			requester = p.ID[0]
		} else if p.ID[0] == requester {
			a.errorf("the list holds the requester")
		}
		if seen[swarm+" "+p.ID[0]] {
			a.errorf("%s is listed twice", p.ID[0])
		}
		seen[swarm+" "+p.ID[0]] = true
	}
}

// is wants a status.
func (a *answer) is(status int) *answer {
	a.s.t.Helper()
	if a.status != status {
		a.errorf("status %d, want %d", a.status, status)
	}
	return a
}

func (a *answer) ok() *answer { a.s.t.Helper(); return a.is(200) }

// refused wants an error whose Reason-Phrase says more than its code (4.3).
func (a *answer) refused(status int) *answer {
	a.s.t.Helper()
	if a.is(status); a.reason == http.StatusText(status) && (status == 400 || status == 403) {
		a.errorf("the Reason-Phrase does not identify the fault")
	}
	return a
}

// says wants a word in the Reason-Phrase.
func (a *answer) says(word string) *answer {
	a.s.t.Helper()
	if !strings.Contains(strings.ToLower(a.reason), strings.ToLower(word)) {
		a.errorf("the Reason-Phrase does not say %q", word)
	}
	return a
}

// results wants these Results, in this order, each 200 OK; without any, none.
func (a *answer) results(ids ...string) *answer {
	a.s.t.Helper()
	if a.ok(); len(a.message.Transaction) != 1 {
		return a
	}
	var got []string
	for _, r := range a.message.Transaction[0].Result {
		if r.Text != "200 OK" {
			a.errorf("Result %q", r.Text)
		}
		got = append(got, r.ID)
	}
	if !slices.Equal(got, ids) {
		a.errorf("Results %q, want %q", got, ids)
	}
	return a
}

// own is the own entry.
func (a *answer) own() info {
	if len(a.message.Group) == 0 || len(a.message.Group[0].Info) == 0 {
		a.s.t.Helper()
		a.errorf("there is no own entry")
		return info{Addr: make([]address, 1)}
	}
	return a.message.Group[0].Info[0]
}

// members are the entries of the list of a swarm.
func (a *answer) members(swarm string) (list []info) {
	if len(a.message.Group) == 0 {
		return nil
	}
	for _, p := range a.message.Group[0].Info {
		if id, ok := p.swarm(); ok && a.s.neutral(id) == swarm {
			list = append(list, p)
		}
	}
	return list
}

// member is one of them.
func (a *answer) member(swarm, peer string) (info, bool) {
	for _, p := range a.members(swarm) {
		if a.s.neutral(p.ID[0]) == peer {
			return p, true
		}
	}
	return info{}, false
}

// listed wants exactly these peers in the list of a swarm.
func (a *answer) listed(swarm string, peers ...string) *answer {
	a.s.t.Helper()
	var got []string
	for _, p := range a.ok().members(swarm) {
		got = append(got, a.s.neutral(p.ID[0]))
	}
	slices.Sort(got)
	slices.Sort(peers)
	if !slices.Equal(got, peers) {
		a.errorf("the list of %s holds %q, want %q", swarm, got, peers)
	}
	return a
}

// count is the number of entries of all lists.
func (a *answer) count() int {
	if len(a.message.Group) == 0 {
		return 0
	}
	return max(0, len(a.message.Group[0].Info)-1)
}

// at wants exactly these addresses, ip:port, of a listed peer.
func (a *answer) at(swarm, peer string, addrs ...string) *answer {
	a.s.t.Helper()
	p, ok := a.member(swarm, peer)
	if !ok {
		a.errorf("the list of %s does not hold %s", swarm, peer)
		return a
	}
	var got []string
	for _, x := range p.Addr {
		port := x.get("port")
		if a.s.ports[port] {
			port = "ephemeral"
		}
		got = append(got, x.get("ip")+" "+port)
	}
	if !slices.Equal(got, addrs) {
		a.errorf("%s is listed with %q, want %q", peer, got, addrs)
	}
	return a
}
