package conformance

import (
	"strings"
	"time"
)

// move is one row: from a state, by these actions, with this status to a state.
type move struct {
	name   string
	before string // actions that were performed before; empty: START
	now    string
	status int
	stays  bool // TRACKING afterwards, else not registered
}

// clause plays a move. What happens to the peer happens in every list: a
// witness in ~w, ~x, ~y and ~z looks.
func (m move) clause() clause {
	return clause{m.name, "", func(s *session) {
		p := s.peer("a")
		if m.before != "" {
			p.connect(m.before).ok()
		}
		if a := p.connect(m.now); m.status == 200 {
			a.ok()
		} else {
			a.refused(m.status)
		}
		p.registered(m.stays)
		if m.stays {
			return
		}
		for _, swarm := range []string{"~w", "~x", "~y", "~z"} {
			s.peer("witness" + swarm).connect(leechJoin(swarm)).listed(swarm)
		}
	}}
}

func tableClauses() (all []clause) {
	for _, m := range []move{
		// Table 8, row by row.
		{"Table8/1-LEECH-JOIN-START", "", leechJoin("~x"), 200, true},
		{"Table8/1-LEECH-LEAVE-START", "", leechLeave("~x"), 403, false},
		{"Table8/1-LEECH-LEAVE-TRACKING", leechJoin("~x"), leechLeave("~x"), 200, false},
		{"Table8/1-LEECH-JOIN+LEAVE-START", "", leechJoin("~x") + leechLeave("~y"), 403, false},
		{"Table8/1-LEECH-LEAVE+JOIN-START", "", leechLeave("~y") + leechJoin("~x"), 403, false},
		{"Table8/1-LEECH-JOIN+LEAVE-TRACKING", leechJoin("~x"), leechJoin("~y") + leechLeave("~x"), 200, true},
		{"Table8/1-LEECH-LEAVE+JOIN-TRACKING", leechJoin("~x"), leechLeave("~x") + leechJoin("~y"), 200, true},
		{"Table8/1-SEED-JOIN-START", "", seedJoin("~x"), 200, true},
		{"Table8/N-SEED-JOIN-START", "", actions(seedJoin, "~x", "~y", "~z"), 200, true},
		{"Table8/1-SEED-JOIN-TRACKING", seedJoin("~x"), seedJoin("~y"), 403, false},
		{"Table8/N-SEED-JOIN-TRACKING", seedJoin("~x"), actions(seedJoin, "~y", "~z"), 403, false},
		{"Table8/SEED-JOIN-of-a-joined-swarm", seedJoin("~x"), seedJoin("~x"), 403, false},
		{"Table8/SEED-JOIN-by-a-leecher", leechJoin("~x"), seedJoin("~y"), 403, false},
		{"Table8/LEECH-to-SEED", leechJoin("~x"), seedJoin("~x"), 403, false},
		{"Table8/1-SEED-LEAVE-TRACKING", seedJoin("~x"), seedLeave("~x"), 200, false},
		{"Table8/N-SEED-LEAVE-TRACKING", actions(seedJoin, "~x", "~y"), actions(seedLeave, "~y", "~x"), 200, false},
		// What the table leaves open.
		{"design/SEED-LEAVE-START", "", seedLeave("~x"), 403, false},
		{"design/LEECH-JOIN-same-swarm-TRACKING", leechJoin("~x"), leechJoin("~x"), 200, true},
		{"design/LEECH-JOIN-other-swarm-TRACKING", leechJoin("~x"), leechJoin("~y"), 200, true},
		{"design/N-LEECH-JOIN-START", "", actions(leechJoin, "~x", "~y"), 403, false},
		{"design/N-LEECH-JOIN-TRACKING", leechJoin("~x"), actions(leechJoin, "~y", "~z"), 403, false},
		{"design/N-LEECH-JOIN-with-refresh-TRACKING", leechJoin("~x"), actions(leechJoin, "~x", "~y"), 403, false},
		{"design/mixed-JOIN-START", "", seedJoin("~x") + leechJoin("~y"), 403, false},
		{"design/mixed-JOIN-TRACKING", leechJoin("~x"), seedJoin("~y") + leechJoin("~z"), 403, false},
		{"design/mixed-LEAVE-TRACKING", actions(seedJoin, "~x", "~y"), seedLeave("~x") + leechLeave("~y"), 403, false},
		{"design/mixed-LEAVE-and-JOIN", seedJoin("~x"), seedLeave("~x") + leechJoin("~y"), 403, false},
		{"design/SEED-LEAVE-of-some", actions(seedJoin, "~x", "~y"), seedLeave("~x"), 200, true},
		{"design/LEECH-LEAVE-of-some", actions(seedJoin, "~x", "~y"), leechLeave("~x"), 200, true},
		{"design/LEECH-LEAVE-of-all-N", actions(seedJoin, "~x", "~y"), actions(leechLeave, "~x", "~y"), 200, false},
		{"design/LEAVE-mode-need-not-match-leecher", leechJoin("~x"), seedLeave("~x"), 200, false},
		{"design/LEAVE-mode-need-not-match-seeder", seedJoin("~x"), leechLeave("~x"), 200, false},
		{"design/LEAVE-not-joined", leechJoin("~x"), leechLeave("~y"), 403, false},
		{"design/SEED-LEAVE-not-joined", seedJoin("~x"), seedLeave("~y"), 403, false},
		{"design/LEAVE-not-joined-among-joined", actions(seedJoin, "~x", "~y"), actions(seedLeave, "~x", "~z"), 403, false},
		{"design/switch-from-a-swarm-not-joined", leechJoin("~x"), leechJoin("~y") + leechLeave("~z"), 403, false},
		{"design/switch-by-a-seeder", actions(seedJoin, "~x", "~y"), leechJoin("~z") + leechLeave("~x"), 200, true},
		{"design/switch-refreshing", actions(seedJoin, "~x", "~y"), leechJoin("~x") + leechLeave("~y"), 200, true},
		{"design/SEED-JOIN+LEAVE", seedJoin("~x"), seedJoin("~y") + seedLeave("~x"), 403, false},
		{"design/SEED-JOIN+LEAVE-START", "", seedJoin("~y") + seedLeave("~x"), 403, false},
		{"design/LEECH-JOIN-of-a-seeded-swarm", seedJoin("~x"), leechJoin("~x"), 200, true},
		{"design/one-invalid-among-several-START", "", seedJoin("~x") + seedJoin("~y") + leechLeave("~z"), 403, false},
		// 2.4.2.
		{"2.4.2/A-only-invalid-actions", "", actions(leechLeave, "~x", "~y"), 403, false},
	} {
		all = append(all, m.clause())
	}
	return append(all,
		clause{"design/SEED-LEAVE-of-some-leaves-those", "", func(s *session) {
			p := s.peer("a")
			p.connect(actions(seedJoin, "~x", "~y", "~z")).ok()
			p.connect(seedLeave("~y")).results(s.own("~2"), s.own("t.~y"))
			s.peer("x").connect(leechJoin("~x")).listed("~x", "~a")
			s.peer("y").connect(leechJoin("~y")).listed("~y")
			s.peer("z").connect(leechJoin("~z")).listed("~z", "~a")
			p.connect(actions(seedLeave, "~z", "~x")).ok()
			p.registered(false)
		}},
		clause{"design/other-swarm-is-joined-as-well", "", func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~x")).ok()
			p.connect(leechJoin("~y")).ok()
			s.peer("x").connect(leechJoin("~x")).listed("~x", "~a")
			s.peer("y").connect(leechJoin("~y")).listed("~y", "~a")
		}},
		clause{"4.1/switch-moves-the-peer", "", func(s *session) {
			p := s.peer("a")
			s.peer("y").connect(leechJoin("~y")).ok()
			p.connect(leechJoin("~x")).ok()
			p.connect(leechLeave("~x"), leechJoin("~y")).listed("~y", "~y").listed("~x")
			s.peer("x").connect(leechJoin("~x")).listed("~x")
			s.peer("y").connect(leechJoin("~y")).listed("~y", "~a")
		}},
		clause{"2.4.2/B-403-cleans-every-swarm", "", func(s *session) {
			p := s.peer("a")
			p.connect(actions(seedJoin, "~x", "~y", "~z")).ok()
			p.connect(seedJoin("~w")).refused(403)
			for _, swarm := range []string{"~w", "~x", "~y", "~z"} {
				s.peer("b" + swarm).connect(leechJoin(swarm)).listed(swarm)
			}
			p.connect(seedJoin("~w")).ok() // the Peer-ID starts anew
			p.registered(true)
		}},
		clause{"2.4.1/connect-again-after-terminate", "", func(s *session) {
			p := s.peer("a")
			for range 3 {
				p.connect(leechJoin("~x")).ok()
				p.connect(leechLeave("~x")).ok()
				p.registered(false)
			}
		}},
		clause{"2.4.2/A-report-of-an-unknown-peer", "", func(s *session) {
			p := s.peer("a")
			p.report().refused(403)
			p.report(statistics(stream("~x", "<UploadedBytes>1</UploadedBytes>"))).refused(403)
			p.connect(leechJoin("~x")).ok()
		}})
}

func stateClauses() []clause {
	return []clause{
		{"2.4/tracker-state-machine", "-track-timeout 5m", func(s *session) {
			started := func(want float64) {
				s.t.Helper()
				if got := s.metric("ppspd_tracker_started_total"); got != want {
					s.t.Errorf("STARTED %v times, want %v", got, want)
				}
			}
			started(0)
			s.peer("a").connect(leechJoin("~x")).ok()
			s.peer("b").connect(leechJoin("~x")).ok()
			started(1)
			s.peer("a").connect(leechLeave("~x")).ok()
			s.peer("c").connect(leechJoin("~x")).ok()
			started(1)
			s.peer("b").connect(leechLeave("~x")).ok()
			s.peer("c").connect(leechLeave("~x")).ok()
			if s.metric("ppspd_peers") != 0 || s.metric("ppspd_swarms") != 0 || s.metric("ppspd_memberships") != 0 {
				s.t.Error("peers, swarms or memberships are left")
			}
			s.peer("c").connect(leechJoin("~x")).ok()
			started(2)
			s.peer("c").connect(leechLeave("~x")).ok()
		}},
		{"2.4/peer-ids-are-case-sensitive", "", func(s *session) {
			s.peer("a").connect(leechJoin("~x")).ok()
			s.peer("A").registered(false)
			s.peer("A").connect(leechJoin("~X")).listed("~X")
			s.peer("A").connect(leechJoin("~x")).listed("~x", "~a")
		}},
		{"2.4/uuids-in-both-cases-differ", "", func(s *session) {
			const id = "f81d4fae-7dec-11d0-a765-00a0c91e6b%d%c"
			a, b := &peer{s, strings.NewReplacer("%d", "1", "%c", "f").Replace(id), here}, &peer{s, strings.ToUpper(strings.NewReplacer("%d", "1", "%c", "f").Replace(id)), here}
			a.connect(leechJoin("~x")).ok()
			b.registered(false)
			b.connect(leechJoin("~x")).listed("~x", a.id)
			a.connect(leechJoin("~x")).listed("~x", b.id)
			for _, p := range []*peer{a, b} {
				p.connect(leechLeave("~x")).ok()
			}
		}},
		{"2.4/ids-keep-their-form", "", func(s *session) {
			ids := []string{"00ff", "00FF", "0x00ff", "00Ff", "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}", "f81d4fae7dec11d0a76500a0c91e6bf6", "F81D4FAE7DEC11D0A76500A0C91E6BF6",
				"f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "f81d4fae-7dec-11d0-a765-00A0C91E6BF6", "0123456789abcdef0123456789abcdef01234567", "0123456789ABCDEF0123456789ABCDEF01234567", "000", "0", "00"}
			for i, id := range ids {
				p := &peer{s, id, "127.0.0.50"}
				p.connect(leechJoin("~x"), peerNum("50")).listed("~x", ids[:i]...)
			}
			for _, id := range ids {
				(&peer{s, id, "127.0.0.50"}).connect(leechLeave("~x")).ok()
			}
		}},
	}
}

// Timers. The track timeout of these trackers is short; "gone" allows the two
// ticks that removal may take.
func timerClauses() []clause {
	const (
		flags   = "-track-timeout 2s"
		timeout = 2 * time.Second
		ticks   = 400 * time.Millisecond // 2 ticks and the machine's own delay
	)
	return []clause{
		{"2.4.2/C-track-timeout", flags, func(s *session) {
			p := s.peer("a")
			p.connect(actions(seedJoin, "~x", "~y")).ok()
			s.wait(timeout + ticks)
			s.peer("b").connect(leechJoin("~x")).listed("~x")
			s.peer("c").connect(leechJoin("~y")).listed("~y")
			p.registered(false)
		}},
		{"2.4.1/report-resets-the-timer", flags, func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~x")).ok()
			for range 3 {
				s.wait(timeout * 6 / 10)
				p.report().ok()
			}
			s.peer("b").connect(leechJoin("~x")).listed("~x", "~a")
			s.wait(timeout + ticks)
			s.peer("c").connect(leechJoin("~x")).listed("~x")
		}},
		{"2.4.1/connect-resets-the-timer", flags, func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~x")).ok()
			for range 2 {
				s.wait(timeout * 6 / 10)
				p.connect(leechJoin("~x")).ok()
			}
			p.registered(true)
		}},
		{"2.4.1/leave-of-some-resets-the-timer", flags, func(s *session) {
			p := s.peer("a")
			p.connect(actions(seedJoin, "~x", "~y")).ok()
			s.wait(timeout * 6 / 10)
			p.connect(seedLeave("~x")).ok()
			s.wait(timeout * 6 / 10)
			p.registered(true)
		}},
		{"2.4.2/400-does-not-reset-the-timer", flags, func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~x")).ok()
			s.wait(timeout * 6 / 10)
			s.post(here, instead("CONNECT", "X")).refused(400)
			s.wait(timeout*4/10 + ticks)
			p.registered(false)
		}},
		{"2.4.1/not-before-the-timeout", flags, func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~x")).ok()
			s.wait(timeout * 3 / 4)
			p.registered(true)
		}},
		{"design/expired-peer-is-unknown-to-connect", flags, func(s *session) {
			p := s.peer("a")
			p.connect(seedJoin("~x")).ok()
			s.wait(timeout + ticks)
			p.connect(seedJoin("~y")).ok() // would be 403 in TRACKING
			p.registered(true)
			s.peer("b").connect(leechJoin("~x")).listed("~x")
		}},
		{"2.4.1/timer-of-a-new-registration", flags, func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~x")).ok()
			s.wait(timeout * 6 / 10)
			p.connect(leechLeave("~x")).ok()
			p.connect(leechJoin("~x")).ok()
			s.wait(timeout * 6 / 10)
			p.registered(true)
		}},
		{"2.4/tracker-is-init-again-after-timeouts", "-track-timeout 700ms", func(s *session) {
			s.peer("a").connect(leechJoin("~x")).ok()
			s.until(3*time.Second, "no peers", func() bool { return s.metric("ppspd_peers") == 0 })
			if s.metric(`ppspd_registrations_ended_total{cause="expired"}`) != 1 || s.metric("ppspd_swarms") != 0 {
				s.t.Error("the peer did not expire, or its swarm is left")
			}
			s.peer("a").connect(leechJoin("~x")).ok()
			if s.metric("ppspd_tracker_started_total") != 2 {
				s.t.Error("not STARTED a second time")
			}
		}},
	}
}

// The last successful request, repeated (4.3).
func retryClauses() []clause {
	const short = "-track-timeout 2s"
	return []clause{
		{"design/retry-of-a-seed-join", "", func(s *session) {
			p := s.peer("a")
			body := p.connecting(actions(seedJoin, "~x", "~y"))
			first := s.post(here, body).ok()
			for range 3 {
				again := s.post(here, body).results(s.own("~1"), s.own("t.~x"), s.own("t.~y"))
				if again.body != first.body {
					again.errorf("the answer differs from %s", first.body)
				}
			}
			p.registered(true)
		}},
		{"design/retry-draws-a-new-list", "", func(s *session) {
			p, q := s.peer("a"), s.peer("b")
			body := p.connecting(leechJoin("~x"))
			s.post(here, body).listed("~x")
			q.connect(leechJoin("~x")).ok()
			s.post(here, body).listed("~x", "~b")
			q.connect(leechLeave("~x")).ok()
			s.post(here, body).listed("~x")
		}},
		{"design/retry-of-a-switch", "", func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~x")).ok()
			body := p.connecting(leechJoin("~y"), leechLeave("~x"))
			s.post(here, body).ok()
			s.post(here, body).results(s.own("~2"), s.own("t.~y"), s.own("t.~x"))
			p.registered(true)
			s.peer("b").connect(leechJoin("~y")).listed("~y", "~a")
		}},
		{"design/retry-of-a-leave-of-some", "", func(s *session) {
			p := s.peer("a")
			p.connect(actions(seedJoin, "~x", "~y")).ok()
			body := p.connecting(seedLeave("~x"))
			s.post(here, body).ok()
			s.post(here, body).ok()
			p.registered(true)
		}},
		{"design/retry-of-a-report", "", func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~x")).ok()
			body := p.reporting(statistics(stream("~x", "<UploadedBytes>5</UploadedBytes>")))
			first := s.post(here, body).ok()
			if again := s.post(here, body).ok(); again.body != first.body {
				again.errorf("the answer differs from %s", first.body)
			}
		}},
		{"design/retry-resets-the-timer", short, func(s *session) {
			p := s.peer("a")
			body := p.connecting(seedJoin("~x"))
			s.post(here, body).ok()
			for range 2 {
				s.wait(1200 * time.Millisecond)
				s.post(here, body).ok()
			}
			p.registered(true)
		}},
		{"design/retry-after-last-leave", "", func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~x")).ok()
			body := p.connecting(leechLeave("~x"))
			first := s.post(here, body).results(s.own("~2"), s.own("t.~x"))
			for range 2 {
				again := s.post(here, body).results(s.own("~2"), s.own("t.~x"))
				if again.body != first.body || again.fields["PPSP-Track-Timeout"] != first.fields["PPSP-Track-Timeout"] {
					again.errorf("the answer differs from %s", first.body)
				}
			}
			p.registered(false)
			s.post(here, body).ok()                  // the report of an unknown peer has changed nothing
			p.connect(leechLeave("~x")).refused(403) // another request
		}},
		{"design/retry-after-last-seed-leave", "", func(s *session) {
			p := s.peer("a")
			p.connect(actions(seedJoin, "~x", "~y")).ok()
			body := p.connecting(actions(seedLeave, "~x", "~y"))
			s.post(here, body).ok()
			s.post(here, body).ok()
			p.registered(false)
		}},
		{"design/retry-of-the-leave-of-an-earlier-life", "", func(s *session) {
			p := s.peer("a")
			p.connect(leechJoin("~x")).ok()
			body := p.connecting(leechLeave("~x"))
			s.post(here, body).ok()
			p.connect(leechJoin("~x")).ok()
			s.post(here, body).ok() // a valid request of the new life
			p.registered(false)
		}},
		{"design/retry-of-a-join-after-the-leave", "", func(s *session) {
			p := s.peer("a")
			body := p.connecting(leechJoin("~x"))
			s.post(here, body).ok()
			p.connect(leechLeave("~x")).ok()
			s.post(here, body).ok() // registers anew
			p.registered(true)
		}},
		{"design/retry-is-the-last-one-only", "", func(s *session) {
			p := s.peer("a")
			body := p.connecting(seedJoin("~x"))
			s.post(here, body).ok()
			p.report().ok()
			s.post(here, body).refused(403)
			p.registered(false)
		}},
		{"design/retry-after-a-400", "", func(s *session) {
			p := s.peer("a")
			body := p.connecting(seedJoin("~x"))
			s.post(here, body).ok()
			s.post(here, instead("CONNECT", "X")).refused(400)
			s.post(here, body).ok()
			p.registered(true)
		}},
		{"design/retry-of-a-failed-request", "", func(s *session) {
			p := s.peer("a")
			body := p.connecting(leechLeave("~x"))
			s.post(here, body).refused(403)
			s.post(here, body).refused(403)
			p.connect(leechJoin("~x")).ok()
			s.post(here, body).ok()
			p.registered(false)
		}},
		{"design/retry-after-a-403-that-de-registered", "", func(s *session) {
			p := s.peer("a")
			first := p.connecting(seedJoin("~x"))
			s.post(here, first).ok()
			bad := p.connecting(seedJoin("~y"))
			s.post(here, bad).refused(403)
			s.post(here, bad).ok() // START: valid
			p.registered(true)
		}},
		{"4.3/same-transactionid-other-content", "", func(s *session) {
			p := s.peer("a")
			body := p.connecting(leechJoin("~x"))
			s.post(here, body).ok()
			s.post(here, strings.Replace(body, leechJoin("~x"), leechJoin("~y"), 1)).results(s.own("~1"), s.own("t.~y"))
			s.peer("x").connect(leechJoin("~x")).listed("~x", "~a")
			s.peer("y").connect(leechJoin("~y")).listed("~y", "~a")
			s.post(here, strings.Replace(body, leechJoin("~x"), seedJoin("~x"), 1)).refused(403)
			p.registered(false)
		}},
		{"4.3/same-transactionid-of-two-peers", "", func(s *session) {
			s.post(here, plain).ok()
			s.post(here, strings.Replace(plain, "<PeerID>~a", "<PeerID>~b", 1)).listed("~x", "~a")
		}},
		{"4.3/one-byte-of-white-space-more-is-other-content", "", func(s *session) {
			p := s.peer("a")
			body := p.connecting(seedJoin("~x"))
			s.post(here, body).ok()
			s.post(here, body+" ").refused(403)
			p.registered(false)
		}},
		{"design/retry-from-another-ip", "", func(s *session) {
			p := s.peer("a")
			body := p.connecting(seedJoin("~x"), group(ipv4(here, "70")))
			s.post(here, body).ok()
			s.post("127.0.0.3", body)
			p.registered(true)
			s.peer("b").connect(leechJoin("~x")).at("~x", "~a", here+" 70")
		}},
	}
}
