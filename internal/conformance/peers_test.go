package conformance

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Who may change a registration.
func bindingClauses() []clause {
	const short = "-track-timeout 3s"
	foreign := func(name, before, now string) clause {
		return clause{"design/binding-" + name, "", func(s *session) {
			p := s.peer("a")
			p.connect(before, group(ipv4(here, "70"))).ok()
			p.at("127.0.0.2").connect(now, group(ipv4("127.0.0.2", "71"))).refused(403)
			p.registered(true)
			for _, swarm := range []string{"~x", "~y"} {
				a := s.peer("b" + swarm).connect(leechJoin(swarm)).ok()
				if joined := strings.Contains(before, ">"+swarm+"<"); joined {
					a.at(swarm, "~a", here+" 70")
				} else {
					a.listed(swarm)
				}
			}
		}}
	}
	return []clause{
		foreign("refresh", leechJoin("~x"), leechJoin("~x")),
		foreign("join", leechJoin("~x"), leechJoin("~y")),
		foreign("leave", leechJoin("~x"), leechLeave("~x")),
		foreign("leave-of-some", actions(seedJoin, "~x", "~y"), seedLeave("~x")),
		foreign("invalid-seed-join", seedJoin("~x"), seedJoin("~y")),
		foreign("invalid-leave", leechJoin("~x"), leechLeave("~y")),
		foreign("invalid-mix", leechJoin("~x"), leechJoin("~x")+seedJoin("~y")),
		{"design/binding-report-keeps-the-address", "", func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~x"), group(ipv4(here, "70"))).ok()
			p.at("127.0.0.2").report(group(ipv4("127.0.0.2", "71")), statistics(stream("~x", "<UploadedBytes>1</UploadedBytes>"))).ok()
			s.peer("b").connect(leechJoin("~x")).at("~x", "~a", here+" 70")
			p.at("127.0.0.2").connect(leechLeave("~x")).refused(403)
			p.registered(true)
		}},
		{"design/binding-another-port-is-the-same-ip", "", func(s *session) {
			s.peer("a").connect(leechJoin("~x")).ok()
			c := s.dial(here)
			c.send(request(s.own(s.peer("a").connecting(leechLeave("~x")))))
			c.answer().ok()
			s.peer("a").registered(false)
		}},
		{"design/binding-takeover-after-half-the-timeout", short, func(s *session) {
			p, q := s.peer("a"), s.peer("a").at("127.0.0.2")
			p.connect(leechJoin("~x")).ok()
			s.wait(500 * time.Millisecond)
			q.connect(leechJoin("~x")).refused(403)
			s.wait(1300 * time.Millisecond)
			q.connect(leechJoin("~x")).ok()
			p.connect(leechLeave("~x")).refused(403)
			s.peer("b").connect(leechJoin("~x")).at("~x", "~a", "127.0.0.2 ephemeral")
			q.connect(leechLeave("~x")).ok()
			q.registered(false)
		}},
		{"design/binding-takeover-drops-the-addresses", short, func(s *session) {
			s.peer("a").connect(leechJoin("~x"), group(ipv4(here, "70"))).ok()
			s.wait(1800 * time.Millisecond)
			s.peer("a").at("127.0.0.2").connect(leechJoin("~x")).ok()
			s.peer("b").connect(leechJoin("~x")).at("~x", "~a", "127.0.0.2 ephemeral")
		}},
		{"design/binding-reports-prevent-the-takeover", short, func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~x")).ok()
			for range 3 {
				s.wait(900 * time.Millisecond)
				p.report().ok()
			}
			p.at("127.0.0.2").connect(leechLeave("~x")).refused(403)
			p.registered(true)
		}},
		{"design/binding-refused-requests-do-not-reset-the-timer", short, func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~x")).ok()
			s.wait(700 * time.Millisecond)
			p.at("127.0.0.2").connect(leechJoin("~x")).refused(403)
			s.wait(1100 * time.Millisecond)
			p.at("127.0.0.2").connect(leechJoin("~x")).ok()
		}},
		{"design/binding-after-expiry", "-track-timeout 600ms", func(s *session) {
			s.peer("a").connect(leechJoin("~x")).ok()
			s.wait(time.Second)
			s.peer("a").at("127.0.0.2").connect(seedJoin("~x")).ok()
		}},
		{"design/binding-after-leave", "", func(s *session) {
			s.peer("a").connect(leechJoin("~x")).ok()
			s.peer("a").connect(leechLeave("~x")).ok()
			s.peer("a").at("127.0.0.2").connect(seedJoin("~x")).ok()
		}},
		{"design/binding-none", "-peer-binding none", func(s *session) {
			p, q := s.peer("a"), s.peer("a").at("127.0.0.2")
			p.connect(leechJoin("~x")).ok()
			q.connect(leechJoin("~x")).ok()
			s.peer("b").connect(leechJoin("~x")).at("~x", "~a", "127.0.0.2 ephemeral")
			p.connect(leechLeave("~x")).ok()
			q.registered(false)
		}},
	}
}

// PeerAddress, syntactically (3.2 Table 3).
func addressSyntaxClauses() []clause {
	var all []clause
	check := func(name string, ok bool, address string) {
		all = append(all, document("3.2/address-"+name, ok, instead("<TransactionID>", group(address)+"<TransactionID>")))
	}
	for name, a := range map[string]string{
		"ipv4": ipv4("192.0.2.2", "80"), "ipv6": ipv6("2001:db8::2", "80"), "ipv6-full": ipv6("2001:0DB8:0:0:0:0:0:2", "80"),
		"white-space": ipv4(" 192.0.2.2\n", "\t80 ", `priority=" 1 "`, `type=" HOST "`), "port-1": ipv4("192.0.2.2", "1"), "port-65535": ipv4("192.0.2.2", "65535"),
		"port-leading-zeros": ipv4("192.0.2.2", "00080"), "priority-0": ipv4("192.0.2.2", "80", `priority="0"`), "priority-max": ipv4("192.0.2.2", "80", `priority="4294967295"`),
		"type-unknown": ipv4("192.0.2.2", "80", `type="CONE"`), "type-case": ipv4("192.0.2.2", "80", `type="host"`), "type-empty": ipv4("192.0.2.2", "80", `type=""`),
		"connection-unknown": ipv4("192.0.2.2", "80", `connection="carrier pigeon"`), "asn-unknown": ipv4("192.0.2.2", "80", `asn="AS64496"`), "asn-33-bits": ipv4("192.0.2.2", "80", `asn="4294967296"`),
		"protocol-unknown": ipv4("192.0.2.2", "80", `peerProtocol="x"`), "protocol-long": ipv4("192.0.2.2", "80", `peerProtocol="`+strings.Repeat("p", 3000)+`"`),
		"loopback": ipv4("127.0.0.1", "80"), "link-local": ipv6("fe80::1", "80"), "open-tag": strings.Replace(ipv4("192.0.2.2", "80"), "/>", "></PeerAddress>", 1),
	} {
		check(name, true, a)
	}
	for name, a := range map[string]string{
		"family-absent": `<PeerAddress ip="192.0.2.2" port="80"/>`, "family-empty": peerAddress("", "192.0.2.2", "80"), "family-case": peerAddress("IPv4", "192.0.2.2", "80"),
		"family-unknown": peerAddress("ipv5", "192.0.2.2", "80"), "family-4-of-6": ipv4("2001:db8::2", "80"), "family-6-of-4": ipv6("192.0.2.2", "80"),
		"ip-absent": `<PeerAddress addrType="ipv4" port="80"/>`, "ip-empty": ipv4("", "80"), "ip-three-parts": ipv4("192.0.2", "80"), "ip-five-parts": ipv4("192.0.2.2.2", "80"),
		"ip-256": ipv4("192.0.2.256", "80"), "ip-leading-zero": ipv4("192.0.2.02", "80"), "ip-hexadecimal": ipv4("0xc0000202", "80"), "ip-number": ipv4("3221225986", "80"),
		"ip-negative": ipv4("192.0.2.-2", "80"), "ip-name": ipv4("localhost", "80"), "ip-with-port": ipv4("192.0.2.2:80", "80"), "ip-prefix": ipv4("192.0.2.2/24", "80"), "ip-space": ipv4("192.0. 2.2", "80"),
		"ip6-zone": ipv6("fe80::1%eth0", "80"), "ip6-zone-number": ipv6("fe80::1%251", "80"), "ip6-brackets": ipv6("[2001:db8::2]", "80"), "ip6-two-gaps": ipv6("2001::db8::2", "80"),
		"ip6-nine-groups": ipv6("1:2:3:4:5:6:7:8:9", "80"), "ip6-seven-groups": ipv6("1:2:3:4:5:6:7", "80"), "ip6-five-digits": ipv6("2001:db8::12345", "80"), "ip6-colon": ipv6(":", "80"), "ip6-mapped": ipv6("::ffff:192.0.2.2", "80"), "ip4-mapped": ipv4("::ffff:192.0.2.2", "80"),
		"port-absent": `<PeerAddress addrType="ipv4" ip="192.0.2.2"/>`, "port-empty": ipv4("192.0.2.2", ""), "port-0": ipv4("192.0.2.2", "0"), "port-65536": ipv4("192.0.2.2", "65536"),
		"port-wraps": ipv4("192.0.2.2", "4294967376"), "port-wraps-64": ipv4("192.0.2.2", "18446744073709551696"), "port-negative": ipv4("192.0.2.2", "-1"), "port-plus": ipv4("192.0.2.2", "+80"), "port-words": ipv4("192.0.2.2", "http"),
		"priority-negative": ipv4("192.0.2.2", "80", `priority="-1"`), "priority-words": ipv4("192.0.2.2", "80", `priority="high"`), "priority-empty": ipv4("192.0.2.2", "80", `priority=""`),
		"priority-33-bits": ipv4("192.0.2.2", "80", `priority="4294967296"`),
		"unspecified":      ipv4("0.0.0.0", "80"), "unspecified-6": ipv6("::", "80"), "multicast": ipv4("224.0.0.1", "80"), "multicast-last": ipv4("239.255.255.255", "80"),
		"multicast-6": ipv6("ff02::1", "80"), "broadcast": ipv4("255.255.255.255", "80"), "mapped-multicast": ipv6("::ffff:224.0.0.1", "80"), "mapped-unspecified": ipv6("::ffff:0.0.0.0", "80"),
		"second-of-two": ipv4("192.0.2.2", "80") + ipv4("192.0.2.2", "0"), "attribute-names-case": strings.Replace(ipv4("192.0.2.2", "80"), "port", "Port", 1),
	} {
		check(name, false, a)
	}
	return all
}

// Which addresses are listed.
func addressClauses() []clause {
	shown := func(name, flags, announced string, want ...string) clause {
		return clause{"design/listed-" + name, flags, func(s *session) {
			s.peer("a").at("127.0.0.5").connect(leechJoin("~x"), announced).ok()
			s.peer("b").at("127.0.0.6").connect(leechJoin("~x")).at("~x", "~a", want...)
		}}
	}
	const none, all, relays = "-announced-addresses none", "-announced-addresses all", "-relays 198.51.100.0/24,2001:db8:1::/48"
	const seen = "127.0.0.5 ephemeral"
	return []clause{
		shown("observed", "", "", seen),
		shown("verified", "", group(ipv4("127.0.0.5", "70")), "127.0.0.5 70"),
		shown("verified-two-ports", "", group(ipv4("127.0.0.5", "70"), ipv4("127.0.0.5", "71")), "127.0.0.5 70", "127.0.0.5 71"),
		shown("verified-in-two-peerinfos", "", element("PeerGroup", element("PeerInfo", ipv4("127.0.0.5", "70"))+element("PeerInfo", ipv4("127.0.0.5", "71"))), "127.0.0.5 70", "127.0.0.5 71"),
		shown("third-party", "", group(ipv4("192.0.2.2", "70")), seen),
		shown("third-party-and-verified", "", group(ipv4("192.0.2.2", "70"), ipv4("127.0.0.5", "71")), "127.0.0.5 71"),
		shown("third-party-6", "", group(ipv6("2001:db8::2", "70")), seen),
		shown("third-party-reflexive", "", group(ipv4("192.0.2.2", "70", `type="REFLEXIVE"`)), seen),
		shown("private-of-elsewhere", "", group(ipv4("10.0.0.1", "70", `type="HOST"`)), seen),
		shown("private-6-of-elsewhere", "", group(ipv6("fd00::1", "70", `type="HOST"`)), seen),
		shown("proxy-without-relays", "", group(ipv4("198.51.100.7", "70", `type="PROXY"`)), seen),
		shown("proxy-inside-relays", relays, group(ipv4("198.51.100.7", "70", `type="PROXY"`)), "198.51.100.7 70"),
		shown("proxy-inside-relays-6", relays, group(ipv6("2001:db8:1::7", "70", `type="PROXY"`)), "2001:db8:1::7 70", seen),
		shown("proxy-outside-relays", relays, group(ipv4("198.51.101.7", "70", `type="PROXY"`)), seen),
		shown("host-inside-relays", relays, group(ipv4("198.51.100.7", "70", `type="HOST"`)), seen),
		shown("none", none, group(ipv4("127.0.0.5", "70")), seen),
		shown("all", all, group(ipv4("192.0.2.2", "70"), ipv6("2001:db8::2", "71"), ipv4("10.0.0.1", "72")), "192.0.2.2 70", "2001:db8::2 71", "10.0.0.1 72"),
		shown("canonical", all, group(ipv6("2001:0DB8:0:0:1:0:0:2", "00071"), ipv6("fe80:0::1", "1")), "2001:db8::1:0:0:2 71", "fe80::1 1", seen),
		shown("all-eight", all, group(ipv4("192.0.2.1", "70"), ipv4("192.0.2.2", "70"), ipv4("192.0.2.3", "70"), ipv4("192.0.2.4", "70"), ipv4("192.0.2.5", "70"), ipv4("192.0.2.6", "70"), ipv4("192.0.2.7", "70"), ipv4("192.0.2.8", "70")),
			"192.0.2.1 70", "192.0.2.2 70", "192.0.2.3 70", "192.0.2.4 70", "192.0.2.5 70", "192.0.2.6 70", "192.0.2.7 70", "192.0.2.8 70"),
		{"design/listed-eight-unverified", "", func(s *session) {
			var eight []string
			for i := range 8 {
				eight = append(eight, ipv4(fmt.Sprintf("192.0.2.%d", i+1), "70"))
			}
			s.peer("a").connect(leechJoin("~x"), group(eight...)).ok()
			s.peer("b").connect(leechJoin("~x")).at("~x", "~a", here+" ephemeral")
		}},
		{"design/private-to-the-same-ip-only", "", func(s *session) {
			s.peer("a").at("127.0.0.5").connect(leechJoin("~x"), group(ipv4("192.168.7.7", "70", `type="HOST"`), ipv6("fe80::7", "71"), ipv4("169.254.0.1", "72"), ipv4("172.16.0.1", "73"), ipv6("fd00::1", "74"), ipv4("172.32.0.1", "75"), ipv4("192.0.2.9", "76"))).ok()
			s.peer("b").at("127.0.0.6").connect(leechJoin("~x")).at("~x", "~a", seen)
			a := s.peer("c").at("127.0.0.5").connect(leechJoin("~x")).ok()
			a.at("~x", "~a", "192.168.7.7 70", "fe80::7 71", "169.254.0.1 72", "172.16.0.1 73", "fd00::1 74", seen)
		}},
		{"design/private-proxy-is-not-shown", "", func(s *session) {
			s.peer("a").at("127.0.0.5").connect(leechJoin("~x"), group(ipv4("192.168.7.7", "70", `type="PROXY"`), ipv4("192.168.7.8", "70", `type="REFLEXIVE"`))).ok()
			s.peer("b").at("127.0.0.5").connect(leechJoin("~x")).at("~x", "~a", seen)
		}},
		{"design/connect-without-peergroup-keeps-the-addresses", "", func(s *session) {
			p := s.peer("a").at("127.0.0.5")
			p.connect(leechJoin("~x"), group(ipv4("127.0.0.5", "70", `priority="3"`))).ok()
			p.connect(leechJoin("~y")).ok()
			for _, swarm := range []string{"~x", "~y"} {
				s.peer("b"+swarm).connect(leechJoin(swarm)).at(swarm, "~a", "127.0.0.5 70")
			}
		}},
		{"design/connect-with-peergroup-replaces-the-addresses", "", func(s *session) {
			p := s.peer("a").at("127.0.0.5")
			p.connect(leechJoin("~x"), group(ipv4("127.0.0.5", "70"))).ok()
			p.connect(leechJoin("~y"), group(ipv4("127.0.0.5", "71"))).ok()
			for _, swarm := range []string{"~x", "~y"} {
				s.peer("b"+swarm).connect(leechJoin(swarm)).at(swarm, "~a", "127.0.0.5 71")
			}
		}},
		{"design/new-addresses-reach-other-swarms", "", func(s *session) {
			p := s.peer("a").at("127.0.0.5")
			p.connect(actions(seedJoin, "~x", "~y", "~z"), group(ipv4("127.0.0.5", "70"))).ok()
			p.connect(seedLeave("~x"), group(ipv4("127.0.0.5", "72"))).ok()
			for _, swarm := range []string{"~y", "~z"} {
				s.peer("b"+swarm).connect(leechJoin(swarm)).at(swarm, "~a", "127.0.0.5 72")
			}
		}},
		{"design/observed-address-follows-connect-not-report", "", func(s *session) {
			p := s.peer("a").at("127.0.0.5")
			p.connect(leechJoin("~x")).ok()
			port := func() string {
				info, _ := s.peer("b").connect(leechJoin("~x")).member("~x", "~a")
				return info.Addr[0].get("port")
			}
			first := port()
			c := s.dial("127.0.0.5")
			c.send(request(s.own(p.reporting())))
			c.answer().ok()
			if second := port(); second != first {
				s.t.Errorf("a report moved the observed port from %s to %s", first, second)
			}
			c.send(request(s.own(p.connecting(leechJoin("~x")))))
			a := c.answer().ok()
			if third := port(); third == first || third != a.own().Addr[0].get("port") {
				s.t.Errorf("a CONNECT did not move the observed port from %s: %s", first, third)
			}
		}},
		{"design/own-entry-follows-the-request", "", func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~x"), group(ipv4(here, "70"))).ok()
			if a := p.connect(leechJoin("~x")).ok(); !s.ports[a.own().Addr[0].get("port")] || len(a.own().Addr) != 1 {
				a.errorf("the own entry is not the observed address")
			}
		}},
	}
}

// Lists (4.1).
func listClauses() []clause {
	fill := func(s *session, swarm, mode string, n int) {
		for i := range n {
			s.peer(fmt.Sprintf("%s%s%03d", mode, strings.Trim(swarm, "~"), i)).connect(action("JOIN", mode, swarm)).ok()
		}
	}
	sized := func(name, flags string, members int, num string, want int) clause {
		return clause{"design/" + name, flags, func(s *session) {
			s.random = true
			fill(s, "~x", "SEED", members/2)
			fill(s, "~x", "LEECH", members-members/2)
			p := s.peer("a")
			for range 3 {
				if a := p.connect(leechJoin("~x"), num); a.ok().count() != want {
					a.errorf("%d are listed, want %d", a.count(), want)
				}
			}
		}}
	}
	return []clause{
		sized("peernum-default-30", "", 60, "", 30),
		sized("peernum-0", "", 4, peerNum("0"), 0),
		sized("peernum-1", "", 4, peerNum("1"), 1),
		sized("peernum-7", "", 40, peerNum("7"), 7),
		sized("peernum-more-than-there-are", "", 9, peerNum("40"), 9),
		sized("peernum-above-the-cap", "", 60, peerNum("1000"), 50),
		sized("peernum-largest", "", 60, peerNum("99999999999999999999999"), 50),
		sized("peers-default-and-max", "-peers-default 3 -peers-max 5", 10, "", 3),
		sized("peers-max", "-peers-default 3 -peers-max 5", 10, peerNum("8"), 5),
		{"4.1/seeder-without-peernum-gets-no-list", "", func(s *session) {
			fill(s, "~x", "LEECH", 3)
			if a := s.peer("a").connect(seedJoin("~x")).ok(); a.count() != 0 {
				a.errorf("%d are listed", a.count())
			}
		}},
		{"4.1/seeder-with-peernum-gets-a-list", "", func(s *session) {
			fill(s, "~x", "LEECH", 3)
			s.peer("a").connect(seedJoin("~x"), peerNum("5")).listed("~x", "~LEECHx000", "~LEECHx001", "~LEECHx002")
		}},
		{"4.1/no-list-for-a-leave", "", func(s *session) {
			fill(s, "~x", "LEECH", 3)
			p := s.peer("a")
			p.connect(actions(seedJoin, "~x", "~y")).ok()
			if a := p.connect(leechLeave("~x"), peerNum("5")).ok(); a.count() != 0 {
				a.errorf("%d are listed", a.count())
			}
			if a := p.connect(leechLeave("~y"), peerNum("5")).ok(); a.count() != 0 {
				a.errorf("%d are listed", a.count())
			}
		}},
		{"design/peernum-is-shared-by-swarms", "", func(s *session) {
			s.random = true
			for _, swarm := range []string{"~x", "~y", "~z"} {
				fill(s, swarm, "LEECH", 12)
			}
			for i, want := range [][]int{{3, 3, 3}, {4, 3, 3}, {4, 4, 3}} {
				a := s.peer(fmt.Sprintf("a%d", i)).connect(actions(seedJoin, "~x", "~y", "~z"), peerNum(fmt.Sprint(9+i))).ok()
				got := []int{len(a.members("~x")), len(a.members("~y")), len(a.members("~z"))}
				slices.Sort(got)
				slices.Reverse(got)
				if !slices.Equal(got, want) {
					a.errorf("shares %v, want %v", got, want)
				}
			}
			a := s.peer("few").connect(actions(seedJoin, "~x", "~y", "~z"), peerNum("2")).ok()
			if a.count() != 2 {
				a.errorf("%d are listed, want 2", a.count())
			}
		}},
		{"design/peernum-share-of-a-small-swarm-goes-to-the-others", "", func(s *session) {
			s.random = true
			fill(s, "~x", "LEECH", 1)
			fill(s, "~y", "LEECH", 20)
			fill(s, "~z", "LEECH", 20)
			if a := s.peer("a").connect(actions(seedJoin, "~x", "~y", "~z"), peerNum("12")).ok(); a.count() != 12 {
				a.errorf("%d are listed, want 12", a.count())
			}
		}},
		{"design/list-half-seeders-half-leechers", "", func(s *session) {
			s.random = true
			fill(s, "~x", "SEED", 30)
			fill(s, "~x", "LEECH", 30)
			for range 5 {
				a := s.peer("a").connect(leechJoin("~x"), peerNum("20")).ok()
				if n := strings.Count(a.body, "SEED"); a.count() != 20 || n != 10 {
					a.errorf("%d of %d are seeders, want 10 of 20", n, a.count())
				}
			}
		}},
		{"design/list-shortfall-is-filled", "", func(s *session) {
			s.random = true
			fill(s, "~x", "SEED", 2)
			fill(s, "~x", "LEECH", 30)
			a := s.peer("a").connect(leechJoin("~x"), peerNum("20")).ok()
			if n := strings.Count(a.body, "SEED"); a.count() != 20 || n != 2 {
				a.errorf("%d of %d are seeders, want 2 of 20", n, a.count())
			}
		}},
		{"design/list-of-a-seeder-is-leechers-first", "", func(s *session) {
			s.random = true
			fill(s, "~x", "SEED", 10)
			fill(s, "~x", "LEECH", 5)
			a := s.peer("a").connect(seedJoin("~x"), peerNum("5")).ok()
			if n := strings.Count(a.body, ">"+s.own("~LEECH")); a.count() != 5 || n != 5 {
				a.errorf("%d of %d are leechers, want all", n, a.count())
			}
			if a := s.peer("b").connect(seedJoin("~x"), peerNum("8")).ok(); a.count() != 8 {
				a.errorf("%d are listed, want 8", a.count())
			}
		}},
		{"design/leech-join-of-a-seeded-swarm-makes-a-leecher", "", func(s *session) {
			p := s.peer("a")
			p.connect(seedJoin("~x")).ok()
			p.connect(leechJoin("~x")).ok()
			fill(s, "~x", "SEED", 3)
			s.peer("b").connect(seedJoin("~x"), peerNum("1")).listed("~x", "~a")
		}},
		{"design/list-is-mixed", "", func(s *session) {
			s.random = true
			fill(s, "~x", "LEECH", 40)
			p, seen := s.peer("a"), map[string]bool{}
			first, same := "", 0
			for i := range 20 {
				a := p.connect(leechJoin("~x"), peerNum("10")).ok()
				for _, m := range a.members("~x") {
					seen[m.ID[0]] = true
				}
				if _, list, _ := strings.Cut(a.body, `<PeerInfo swarmID`); i == 0 {
					first = list
				} else if list == first {
					same++
				}
			}
			if len(seen) < 35 || same > 0 {
				s.t.Errorf("20 lists of 10 of 40 peers name %d, %d lists are the first one again", len(seen), same)
			}
		}},
		{"design/list-never-the-requester-in-two-swarms", "", func(s *session) {
			p := s.peer("a")
			p.connect(actions(seedJoin, "~x", "~y"), peerNum("9")).listed("~x").listed("~y")
			p.connect(leechJoin("~x")).listed("~x")
			s.peer("b").connect(actions(seedJoin, "~x", "~y"), peerNum("9")).listed("~x", "~a").listed("~y", "~a")
		}},
		{"4.1/list-of-an-unknown-swarm-is-empty", "", func(s *session) {
			if a := s.peer("a").connect(leechJoin("~nobody")).ok(); a.count() != 0 {
				a.errorf("%d are listed", a.count())
			}
		}},
	}
}

// Preferred capabilities order a list, and never shorten it.
func preferenceClauses() []clause {
	// preferred wants the k peers that match before the others, and all with a
	// larger PeerNum.
	preferred := func(name, attribute string, match, other func(*peer)) clause {
		return clause{"design/prefer-" + name, "", func(s *session) {
			var want, all []string
			for i := range 8 {
				p := s.peer(fmt.Sprintf("p%d", i)).at(fmt.Sprintf("127.0.1.%d", i+1))
				if all = append(all, p.id); i%2 == 0 {
					match(p)
					want = append(want, p.id)
				} else {
					other(p)
				}
			}
			s.peer("a").connect(leechJoin("~x"), peerNum("4", attribute)).listed("~x", want...)
			s.peer("b").connect(leechJoin("~x"), peerNum("20", attribute)).listed("~x", append(all, "~a")...)
		}}
	}
	leech := func(announced ...string) func(*peer) {
		return func(p *peer) {
			var list []string
			for _, a := range announced {
				list = append(list, strings.ReplaceAll(a, "OWN", p.from))
			}
			if p.s.t.Helper(); len(list) == 0 {
				p.connect(leechJoin("~x")).ok()
			} else {
				p.connect(leechJoin("~x"), group(list...)).ok()
			}
		}
	}
	host, reflexive, proxy := leech(ipv4("OWN", "9", `type="HOST"`)), leech(ipv4("10.0.0.1", "9", `type="HOST"`), ipv4("OWN", "9", `type="REFLEXIVE"`)), leech(ipv4("192.0.2.7", "9", `type="PROXY"`))
	reporting := func(bandwidth string) func(*peer) {
		return func(p *peer) {
			p.connect(leechJoin("~x")).ok()
			p.report(statistics(stream("~x", element("AvailBandwidth", bandwidth)))).ok()
		}
	}
	swarms := func(n int) func(*peer) {
		return func(p *peer) {
			p.connect(leechJoin("~x")).ok()
			for i := range n - 1 {
				p.connect(leechJoin(fmt.Sprintf("~extra%d", i))).ok()
			}
		}
	}
	return []clause{
		preferred("no-nat", `abilityNAT="No-NAT"`, host, reflexive),
		preferred("no-nat-spelled-NoNAT", `abilityNAT="NoNAT"`, host, proxy),
		preferred("no-nat-spelled-NO_NAT", `abilityNAT="NO_NAT"`, host, reflexive),
		preferred("stun", `abilityNAT="STUN"`, reflexive, host),
		preferred("turn", `abilityNAT="TURN"`, proxy, host),
		preferred("proxy", `abilityNAT="PROXY"`, proxy, reflexive),
		preferred("upload-high", `uploadBWlevel="HIGH"`, reporting("8000000"), reporting("7999999")),
		preferred("upload-normal", `uploadBWlevel="NORMAL"`, reporting("7999999"), reporting("8000000")),
		preferred("links-high", `concurrentLinks="HIGH"`, swarms(4), swarms(3)),
		preferred("links-low", `concurrentLinks="LOW"`, swarms(1), swarms(2)),
		preferred("links-normal", `concurrentLinks="NORMAL"`, swarms(3), swarms(4)),
		preferred("two-at-once", `abilityNAT="No-NAT" concurrentLinks="LOW"`, host, func(p *peer) { host(p); p.connect(leechJoin("~y")).ok() }),
		{"design/prefer-upload-follows-the-last-report", "", func(s *session) {
			p := s.peer("p")
			p.connect(leechJoin("~x")).ok()
			s.peer("q").connect(leechJoin("~x")).ok()
			p.report(statistics(stream("~x", "<AvailBandwidth>9000000</AvailBandwidth>"))).ok()
			s.peer("a").connect(leechJoin("~x"), peerNum("1", `uploadBWlevel="HIGH"`)).listed("~x", "~p")
			p.report(statistics(stream("~x", "<AvailBandwidth>1</AvailBandwidth>"))).ok()
			s.peer("q").report(statistics(stream("~x", "<AvailBandwidth>8000000</AvailBandwidth>"))).ok()
			s.peer("b").connect(leechJoin("~x"), peerNum("1", `uploadBWlevel="HIGH"`)).listed("~x", "~q")
		}},
		{"design/prefer-links-follow-leaves", "", func(s *session) {
			p := s.peer("p")
			p.connect(actions(seedJoin, "~x", "~1", "~2", "~3")).ok()
			s.peer("q").connect(actions(seedJoin, "~x", "~y")).ok()
			s.peer("a").connect(leechJoin("~x"), peerNum("1", `concurrentLinks="HIGH"`)).listed("~x", "~p")
			p.connect(actions(seedLeave, "~1", "~2", "~3")).ok()
			s.peer("b").connect(leechJoin("~z")).ok()
			s.peer("b").connect(leechJoin("~x"), peerNum("1", `concurrentLinks="NORMAL"`)).listed("~x", "~q")
		}},
	}
}

// STAT_REPORT (4.2).
func reportClauses() []clause {
	return []clause{
		{"4.2/keep-alive", "", func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~x")).ok()
			a := p.report().results()
			if len(a.message.Group) != 0 || strings.TrimSpace(a.message.Transaction[0].Text) != s.own("~2") {
				a.errorf("a PeerGroup, or another TransactionID")
			}
		}},
		{"4.2/several-swarms", "", func(s *session) {
			p := s.peer("a")
			p.connect(actions(seedJoin, "~x", "~y")).ok()
			p.report(statistics(stream("~x", "<UploadedBytes>1</UploadedBytes>"), stream("~y", "<DownloadedBytes>2</DownloadedBytes>", "<AvailBandwidth>3</AvailBandwidth>"))).results()
		}},
		{"design/report-of-a-swarm-not-joined", "", func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~x")).ok()
			p.report(statistics(stream("~y", "<UploadedBytes>1</UploadedBytes>"))).results()
			p.registered(true)
			s.peer("b").connect(leechJoin("~y")).listed("~y")
		}},
		{"4.2/report-with-lists-nothing", "", func(s *session) {
			s.peer("b").connect(leechJoin("~x")).ok()
			p := s.peer("a")
			p.connect(leechJoin("~x")).ok()
			if a := p.report(peerNum("9"), "<SwarmID>~x</SwarmID>").results(); len(a.message.Group) != 0 {
				a.errorf("a PeerGroup in the answer to a STAT_REPORT")
			}
		}},
	}
}

// What the metrics page tells. These clauses have trackers of their own.
func metricClauses() []clause {
	counts := func(name, flags, metric string, want float64, run func(*session)) clause {
		return clause{name, flags, func(s *session) {
			before := s.metric(metric)
			run(s)
			if got := s.metric(metric) - before; got != want {
				s.t.Errorf("%s grew by %v, want %v", metric, got, want)
			}
		}}
	}
	return []clause{
		counts("design/stat-block-not-joined-is-counted", "-track-timeout 10m", "ppspd_stats_ignored_total", 3, func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~x")).ok()
			p.report(statistics(stream("~y", "<UploadedBytes>1</UploadedBytes>"), stream("~x", "<UploadedBytes>1</UploadedBytes>"), stream("~z")), "<SwarmID>~x</SwarmID>").ok()
		}),
		counts("4.3/reused-transactionid-is-counted", "-track-timeout 11m", "ppspd_transaction_reused_total", 1, func(s *session) {
			body := s.peer("a").connecting(leechJoin("~x"))
			s.post(here, body).ok()
			s.post(here, body).ok()
			s.post(here, strings.Replace(body, leechJoin("~x"), leechJoin("~y"), 1)).ok()
		}),
		counts("6.4/online-time-is-compared", "-track-timeout 12m", "ppspd_online_time_mismatch_total", 1, func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~x")).ok()
			p.report(statistics(stream("~x", "<OnlineTime>0</OnlineTime>"))).ok()
			p.report(statistics(stream("~x", "<OnlineTime>3600000</OnlineTime>"))).ok()
		}),
		counts("2.4/registrations-are-counted", "-track-timeout 13m", "ppspd_registrations_total", 2, func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~x")).ok()
			p.connect(leechJoin("~x")).ok()
			p.connect(leechLeave("~x")).ok()
			p.connect(leechJoin("~x")).ok()
		}),
		{"2.4/no-trace-is-left", "-track-timeout 14m", func(s *session) {
			for i := range 20 {
				p := s.peer(fmt.Sprint(i))
				p.connect(actions(seedJoin, "~x", fmt.Sprintf("~y%d", i))).ok()
				if i%2 == 0 {
					p.connect(actions(seedLeave, "~x", fmt.Sprintf("~y%d", i))).ok()
				} else {
					p.connect(seedJoin("~x")).refused(403)
				}
			}
			for _, m := range []string{"ppspd_peers", "ppspd_swarms", "ppspd_memberships"} {
				if n := s.metric(m); n != 0 {
					s.t.Errorf("%s %v", m, n)
				}
			}
		}},
		{"operation/admin-pages", "", func(s *session) {
			for _, page := range []string{"/healthz", "/readyz", "/metrics", "/debug/pprof/"} {
				if s.page(page) == "" {
					s.t.Errorf("%s is empty", page)
				}
			}
		}},
	}
}
