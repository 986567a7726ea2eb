package ppspxml

import (
	"fmt"
	"strings"

	"github.com/ppspd/ppspd/codec"
)

// describe is all that a message says, as text, wherever its values stand.
type describer struct {
	strings.Builder
	t *codec.Text
}

func (d *describer) line(format string, args ...any) {
	fmt.Fprintf(d, format, args...)
	d.WriteByte('\n')
}

// span is a value in quotes, "-" if it is absent.
func (d *describer) span(s codec.Span) string {
	if !s.Present() {
		return "-"
	}
	return fmt.Sprintf("%q", d.t.Bytes(s))
}

func (d *describer) address(a *codec.Address) {
	fmt.Fprintf(d, "  address %v port %d", a.Addr(), a.Port)
	if a.Has(codec.AddrV6) != a.Addr().Is6() {
		d.WriteString(" of the wrong family")
	}
	if a.Has(codec.AddrPriority) {
		fmt.Fprintf(d, " priority %d", a.Priority)
	}
	if a.Type != codec.AddrTypeNone {
		fmt.Fprintf(d, " type %s", a.Type)
	}
	if a.Connection != codec.WordNone {
		fmt.Fprintf(d, " connection %q%q", codec.ConnectionName(a.Connection), d.other(a.Connection, a.ConnectionText))
	}
	if a.Has(codec.AddrASN) {
		fmt.Fprintf(d, " asn %d", a.ASN)
	}
	if a.Protocol != codec.WordNone {
		fmt.Fprintf(d, " protocol %q%q", codec.ProtocolName(a.Protocol), d.other(a.Protocol, a.ProtocolText))
	}
	d.line("")
}

func (d *describer) other(w codec.Word, text codec.Span) []byte {
	if w != codec.WordOther {
		return nil
	}
	return d.t.Bytes(text)
}

func describeRequest(r *codec.Request) string {
	d := &describer{t: &r.Text}
	d.line("dialect %d %s %s of %s", r.Dialect, r.Method, d.span(r.TransactionID), d.span(r.PeerID))
	for i := range r.Actions() {
		a := &r.Actions()[i]
		d.line("action %q %q %s of %s", a.Verb, a.Mode, d.span(a.SwarmID), d.span(a.TransactionID))
	}
	if p := &r.PeerNum; p.Present {
		d.line("peers %d %q %q %q %q", p.Count, p.NAT, p.Links, p.Online, p.Upload)
	}
	if r.PeerGroup {
		d.line("group")
	}
	for i := range r.Addresses() {
		d.address(&r.Addresses()[i])
	}
	if r.Statistics {
		d.line("statistics")
	}
	for i := range r.Stats() {
		s := &r.Stats()[i]
		d.line("stat %d %s of %s: %04b %d %d %d %d", s.Property, d.span(s.Name), d.span(s.SwarmID),
			s.Has, s.Uploaded, s.Downloaded, s.Bandwidth, s.OnlineTime)
		if s.Property != codec.PropertyStreamStatistics {
			d.line("  content %s", d.span(s.Content))
		}
	}
	return d.String()
}

func describeResponse(r *codec.Response) string {
	d := &describer{t: &r.Text}
	d.line("dialect %d %d %s", r.Dialect, r.Status, d.span(r.TransactionID))
	for i := range r.Results {
		d.line("result %d %s", r.Results[i].Status, d.span(r.Results[i].TransactionID))
	}
	if r.HasOwn {
		d.line("own %s", d.span(r.PeerID))
		d.address(&r.Own)
	}
	for i := range r.Peers {
		p := &r.Peers[i]
		d.line("peer %q in %s", p.Card.AppendID(nil, d.t), d.span(r.Swarms[p.Swarm]))
		for _, a := range p.Card.AppendAddresses(nil, d.t) {
			d.address(&a)
		}
	}
	return d.String()
}
