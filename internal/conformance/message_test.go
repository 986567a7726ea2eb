package conformance

import (
	"fmt"
	"strings"
)

// The parts of a request.

func element(name, value string) string { return "<" + name + ">" + value + "</" + name + ">" }

func envelope(content string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<PPSPTrackerProtocol xmlns="TBD" schemaLocation="TBD" version="1.0">` + content + `</PPSPTrackerProtocol>`
}

func action(verb, mode, swarm string) string {
	return fmt.Sprintf(`<SwarmID action="%s" peerMode="%s" transactionID="t.%s">%s</SwarmID>`, verb, mode, swarm, swarm)
}

func leechJoin(swarm string) string  { return action("JOIN", "LEECH", swarm) }
func leechLeave(swarm string) string { return action("LEAVE", "LEECH", swarm) }
func seedJoin(swarm string) string   { return action("JOIN", "SEED", swarm) }
func seedLeave(swarm string) string  { return action("LEAVE", "SEED", swarm) }

// actions are the same action on several swarms.
func actions(one func(string) string, swarms ...string) (all string) {
	for _, s := range swarms {
		all += one(s)
	}
	return all
}

func peerNum(n string, attributes ...string) string {
	return strings.Join(append([]string{"<PeerNum"}, attributes...), " ") + ">" + n + "</PeerNum>"
}

func group(addresses ...string) string {
	return element("PeerGroup", element("PeerInfo", strings.Join(addresses, "")))
}

func ipv4(ip, port string, attributes ...string) string {
	return peerAddress("ipv4", ip, port, attributes...)
}

func ipv6(ip, port string, attributes ...string) string {
	return peerAddress("ipv6", ip, port, attributes...)
}

func peerAddress(family, ip, port string, attributes ...string) string {
	return strings.Join(append([]string{fmt.Sprintf(`<PeerAddress addrType="%s" ip="%s" port="%s"`, family, ip, port)}, attributes...), " ") + "/>"
}

func statistics(stats ...string) string {
	return element("StatisticsGroup", strings.Join(stats, ""))
}

func stream(swarm string, content ...string) string {
	if swarm != "" {
		swarm = element("SwarmID", swarm)
	}
	return `<Stat property="StreamStatistics">` + swarm + strings.Join(content, "") + `</Stat>`
}

// peer is a peer of a case: a Peer-ID at a source address.
type peer struct {
	s        *session
	id, from string
}

// peer returns the peer ~name.
func (s *session) peer(name string) *peer { return &peer{s, "~" + name, here} }

// at is the same Peer-ID at another source address.
func (p *peer) at(ip string) *peer { return &peer{p.s, p.id, ip} }

// connecting is the body of a CONNECT with a fresh TransactionID.
func (p *peer) connecting(parts ...string) string {
	p.s.serial++
	return envelope(element("Request", "CONNECT") + element("PeerID", p.id) +
		element("TransactionID", fmt.Sprintf("~%d", p.s.serial)) + strings.Join(parts, ""))
}

// reporting is the body of a STAT_REPORT with a fresh TransactionID.
func (p *peer) reporting(parts ...string) string {
	return strings.Replace(p.connecting(parts...), "CONNECT", "STAT_REPORT", 1)
}

func (p *peer) connect(parts ...string) *answer {
	p.s.t.Helper()
	return p.s.post(p.from, p.connecting(parts...))
}

func (p *peer) report(parts ...string) *answer {
	p.s.t.Helper()
	return p.s.post(p.from, p.reporting(parts...))
}

// registered reports by a keep-alive whether the tracker knows the peer.
func (p *peer) registered(want bool) {
	p.s.t.Helper()
	a := p.report()
	if want {
		a.ok()
	} else {
		a.refused(403)
	}
}
