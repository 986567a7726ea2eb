package engine

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/wheel"
)

// One test for each MUST of the draft that is the tracker's, named by its
// section. The MUSTs on syntax are those of the formats, those on HTTP of the
// front ends.

// want plays a command and checks that its answer has a text in it.
func (s *stage) want(t *testing.T, command, part string) {
	t.Helper()
	if got := s.play(t, command); !strings.Contains(got, part) {
		t.Fatalf("%s\n got %s\nwant %s", command, got, part)
	}
}

// Figure 4: INIT, with the first peer STARTED, with the last one TERMINATED and
// at once INIT.
func TestSection2_4_TrackerStateMachine(t *testing.T) {
	s := newStage(t)
	s.want(t, "state", "INIT peers=0")
	s.play(t, "connect peer=a from=192.0.2.1:1 join=1111:LEECH")
	s.want(t, "state", "STARTED peers=1")
	s.play(t, "connect peer=a from=192.0.2.1:1 leave=1111:LEECH")
	s.want(t, "state", "INIT peers=0")
	s.want(t, "stats", "Started=1 Terminated=1")
}

// A CONNECT of a new Peer-ID registers it and starts its timer.
func TestSection2_4_1_Step1And2_Registration(t *testing.T) {
	s := newStage(t)
	s.want(t, "connect peer=a from=192.0.2.1:1 tid=t join=1111:LEECH", "200 tid=t t:200 t.1:200")
	if d := s.deadline("a"); d != s.now()+1+1200 {
		t.Fatalf("track timer ends at %d, now is %d", d, s.now())
	}
}

// STAT_REPORT resets the track timer.
func TestSection2_4_1_Step3_StatReportResetsTrackTimer(t *testing.T) {
	s := newStage(t)
	s.play(t, "connect peer=a from=192.0.2.1:1 join=1111:LEECH")
	for range 5 {
		s.play(t, "tick 119s")
		s.want(t, "stat peer=a from=192.0.2.1:1", "200")
	}
	if d := s.deadline("a"); d != s.now()+1+1200 {
		t.Fatalf("track timer ends at %d, now is %d", d, s.now())
	}
}

// CONNECT with valid actions resets the track timer.
func TestSection2_4_1_Step4_ConnectResetsTrackTimer(t *testing.T) {
	s := newStage(t)
	for range 5 {
		s.want(t, "connect peer=a from=192.0.2.1:1 join=1111:LEECH", "200")
		s.play(t, "tick 119s")
	}
	s.want(t, "state", "peers=1")
}

// Only invalid actions: 403, the registration is deleted.
func TestSection2_4_2_A_InvalidActionsOfNewPeer(t *testing.T) {
	s := newStage(t)
	s.want(t, "connect peer=a from=192.0.2.1:1 leave=1111:LEECH", "403 Action not allowed")
	s.want(t, "state", "INIT peers=0 swarms=0")
}

// STAT_REPORT of an unregistered Peer-ID: 403.
func TestSection2_4_2_A_StatReportOfUnknownPeer(t *testing.T) {
	s := newStage(t)
	s.want(t, "stat peer=a from=192.0.2.1:1", "403 Peer is not registered")
	s.want(t, "state", "INIT peers=0")
}

// Invalid actions while TRACKING: 403, de-registered, gone from every swarm.
func TestSection2_4_2_B_InvalidActionsWhileTracking(t *testing.T) {
	s := newStage(t)
	s.play(t, "connect peer=a from=192.0.2.1:1 join=1111:SEED,2222:SEED")
	s.want(t, "connect peer=a from=192.0.2.1:1 join=3333:SEED", "403 Action not allowed")
	s.want(t, "state", "INIT peers=0 swarms=0 memberships=0")
	s.want(t, "stat peer=a from=192.0.2.1:1", "403")
}

// Track timeout: all information of the peer is cleaned, in all swarms.
func TestSection2_4_2_C_TrackTimeout(t *testing.T) {
	s := newStage(t)
	s.play(t, "connect peer=a from=192.0.2.1:1 join=1111:SEED,2222:SEED")
	s.play(t, "stat peer=a from=192.0.2.1:1 swarm=1111 up=1 down=1 bw=1")
	s.play(t, "tick 2m")
	s.want(t, "state", "STARTED peers=1")
	s.play(t, "tick 200ms")
	s.want(t, "state", "INIT peers=0 swarms=0 memberships=0")
}

// "Responses to completed transactions use the same TransactionID", "Result of
// @action MUST be present".
func TestSection3_1_SameTransactionIDs(t *testing.T) {
	s := newStage(t)
	s.want(t, "connect peer=a from=192.0.2.1:1 tid=12345.0 join=1111:SEED,2222:SEED", "tid=12345.0 12345.0:200 12345.0.1:200 12345.0.2:200 ")
	s.want(t, "stat peer=a from=192.0.2.1:1 tid=77", "200 tid=77\n")
}

// "the attributes @type and @priority MUST be returned with the transport
// address candidates in responses to CONNECT requests".
func TestSection3_2_TypeAndPriorityReturned(t *testing.T) {
	s := newStage(t)
	s.play(t, "connect peer=a from=192.0.2.1:1 join=1111:SEED addr=192.0.2.1:80/HOST/7,192.0.2.1:81/REFLEXIVE/4294967295")
	s.want(t, "connect peer=b from=192.0.2.2:1 join=1111:LEECH", "1111: a SEED 192.0.2.1:80/HOST/7 192.0.2.1:81/REFLEXIVE/4294967295")
	s.want(t, "connect peer=c from=192.0.2.3:9 join=1111:LEECH", "own=c@192.0.2.3:9/REFLEXIVE/1")
	s.want(t, "connect peer=b from=192.0.2.2:1 join=1111:LEECH", "1111: c LEECH 192.0.2.3:9/REFLEXIVE/1")
}

// "The Response MUST include a PeerGroup with PeerInfo data of the requesting
// peer public IP address", REFLEXIVE.
func TestSection4_1_OwnAddressReturned(t *testing.T) {
	s := newStage(t)
	s.want(t, "connect peer=a from=192.0.2.1:999 join=1111:LEECH addr=10.0.0.1:80/HOST", "own=a@192.0.2.1:999/REFLEXIVE")
	s.want(t, "connect peer=b from=[2001:db8::1]:999 join=1111:SEED", "own=b@[2001:db8::1]:999/REFLEXIVE")
	s.want(t, "connect peer=a from=192.0.2.1:999 leave=1111:LEECH", "own=a@192.0.2.1:999/REFLEXIVE")
}

// "The peer list returned MUST contain the Peer-IDs and the corresponding IP
// Addresses."
func TestSection4_1_ListsHaveIDsAndAddresses(t *testing.T) {
	s := newStage(t)
	s.play(t, "connect peer=a from=192.0.2.1:999 join=1111:SEED addr=198.51.100.1:80")
	s.play(t, "connect peer=b from=[2001:db8::1]:999 join=1111:SEED addr=[fd00::1]:80/HOST")
	got := s.play(t, "connect peer=c from=192.0.2.3:1 join=1111:LEECH")
	for _, want := range []string{"1111: a SEED 192.0.2.1:999/REFLEXIVE/1\n", "1111: b SEED [2001:db8::1]:999/REFLEXIVE/1\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in\n%s", want, got)
		}
	}
}

// SEED: a list only if the request has a PeerNum.
func TestSection4_1_SeederListOnlyWithPeerNum(t *testing.T) {
	s := newStage(t)
	s.play(t, "connect peer=a from=192.0.2.1:1 join=1111:LEECH")
	s.play(t, "connect peer=b from=192.0.2.2:1 join=1111:SEED")
	if len(s.resp.Peers) != 0 {
		t.Error("a list without PeerNum")
	}
	s.want(t, "connect peer=c from=192.0.2.3:1 join=1111:SEED num=15", "1111: a LEECH 192.0.2.1:1")
}

// "The response MUST have the same TransactionID value as the request."
func TestSection4_2_StatReportAnswer(t *testing.T) {
	s := newStage(t)
	s.play(t, "connect peer=a from=192.0.2.1:1 join=1111:LEECH")
	s.want(t, "stat peer=a from=192.0.2.1:1 tid=12345 swarm=1111 up=512 down=768 bw=1024000", "200 tid=12345\n")
	if s.resp.HasOwn || len(s.resp.Results) > 0 || s.resp.TrackTimeout != 0 {
		t.Errorf("more than a TransactionID: %+v", s.resp)
	}
}

// Stored per membership, and summed per swarm.
func TestSection4_2_StatisticsKept(t *testing.T) {
	s := newStage(t)
	s.play(t, "connect peer=a from=192.0.2.1:1 join=1111:SEED,2222:SEED")
	s.play(t, "connect peer=b from=192.0.2.2:1 join=1111:LEECH")
	s.play(t, "stat peer=a from=192.0.2.1:1 swarm=1111 up=500 down=10 bw=1000 swarm=2222 up=7")
	s.play(t, "stat peer=b from=192.0.2.2:1 up=30 down=400 bw=2000") // without SwarmID: its only one
	ref, _ := s.tracker.index.Lookup([]byte("1111"))
	if _, sum, ok := s.tracker.index.Swarm(nil, ref); !ok || sum.Uploaded != 530 || sum.Downloaded != 410 || sum.Bandwidth != 3000 {
		t.Errorf("swarm 1111: %+v", sum)
	}
	ref, _ = s.tracker.index.Lookup([]byte("2222"))
	if _, sum, _ := s.tracker.index.Swarm(nil, ref); sum.Uploaded != 7 {
		t.Errorf("swarm 2222: %+v", sum)
	}
}

// "The tracker SHOULD be prepared to receive a Request with a repeated
// TransactionID."
func TestSection4_3_RepeatedRequest(t *testing.T) {
	s := newStage(t)
	s.play(t, "connect peer=b from=192.0.2.2:1 join=1111:LEECH")
	first := s.play(t, "connect peer=a from=192.0.2.1:1 join=1111:SEED,2222:SEED num=5")
	s.want(t, "again", first)
	s.want(t, "state", "peers=2 swarms=2 memberships=3")
}

// "certain requests are not allowed ... 403 (Forbidden) ... with an empty
// message-body. The Reason-Phrase SHOULD identify the error condition".
func TestSection4_3_ForbiddenIsEmpty(t *testing.T) {
	s := newStage(t)
	s.want(t, "connect peer=a from=192.0.2.1:1 join=1111:LEECH,2222:LEECH", "403 Action not allowed")
	r := &s.resp
	if r.TransactionID.Present() || r.HasOwn || len(r.Results)+len(r.Peers)+len(r.Swarms) > 0 || r.TrackTimeout != 0 {
		t.Errorf("a refusal with contents: %+v", r)
	}
}

// Reported amounts are not trusted where the tracker knows better (6.4): the
// own time counts for the preference, not the reported one.
func TestSection6_4_OnlineTimeIsTheTrackersOwn(t *testing.T) {
	s := newStage(t)
	s.play(t, "connect peer=liar from=192.0.2.1:1 join=1111:LEECH")
	s.play(t, "stat peer=liar from=192.0.2.1:1 swarm=1111 online=999999")
	s.want(t, "stats", "OnlineTimeMismatch=1")
	s.play(t, "config track=1h")
	s.play(t, "connect peer=old from=192.0.2.2:1 join=1111:LEECH")
	s.play(t, "tick 10m")
	s.play(t, "connect peer=liar from=192.0.2.1:1 join=1111:LEECH")
	s.play(t, "stat peer=liar from=192.0.2.1:1 swarm=1111 online=999999")
	s.want(t, "connect peer=w from=192.0.2.9:1 join=1111:LEECH num=1 online=HIGH", "1111: old LEECH")
}

// Extensions of STAT_REPORT (7.1) are accepted.
func TestSection7_1_UnknownPropertiesAccepted(t *testing.T) {
	s := newStage(t)
	s.play(t, "connect peer=a from=192.0.2.1:1 join=1111:LEECH")
	s.want(t, "stat peer=a from=192.0.2.1:1 name=ContentMap", "200")
	s.want(t, "stat peer=a from=192.0.2.1:1 name=x-link-status", "200")
	s.want(t, "stats", "STAT_REPORT.ok=2")
}

// deadline is when the track timer of a peer ends, 0 when it is unknown.
func (s *stage) deadline(id string) wheel.Tick {
	hash := s.tracker.index.Hash([]byte(id))
	peers := s.tracker.index.Stripe(hash)
	peers.Lock()
	defer peers.Unlock()
	h, ok := peers.Find(hash, []byte(id))
	if !ok {
		return 0
	}
	return s.tracker.stripes[peers.Index()].wheel.Deadline(uint32(h))
}

// Each row of the rules is played: a peer is put into its state, the event
// happens, and the answer, the state and the timer are those of the row.
func TestRulesPlayed(t *testing.T) {
	for i := range rules {
		r := &rules[i]
		t.Run(fmt.Sprintf("%d %v %v %v %v", i, r.state, r.event, r.shape, r.leaving), func(t *testing.T) { playRule(t, r) })
	}
}

func playRule(t *testing.T, r *rule) {
	s := newStage(t)
	if r.state == StateTracking {
		s.want(t, "connect peer=p from=192.0.2.1:1 join=one:SEED", "200")
		if r.shape != shapeSwitch || r.leaving != leavesAll {
			s.want(t, "connect peer=p from=192.0.2.1:1 join=two:LEECH", "200")
		}
	}
	before := s.deadline("p")
	s.elapsed += 10 * time.Second
	got := s.happen(t, r)
	if !strings.HasPrefix(got, fmt.Sprint(uint16(r.fault.Status()))) || r.fault != codec.FaultNone && !strings.Contains(got, r.fault.Reason()) {
		t.Errorf("answer %s", got)
	}
	after := s.deadline("p")
	known := r.next == StateTracking || r.next == StateRegistered // the request goes on to TRACKING
	if (after != 0) != known {
		t.Errorf("registered: %v", after != 0)
	}
	switch r.timing {
	case resetTrack, stopInitStartTrack:
		if after != s.now()+1+1200 {
			t.Errorf("timer ends at %d, now is %d", after, s.now())
		}
	case timersKept:
		if after != before {
			t.Errorf("timer ended at %d, ends at %d", before, after)
		}
	}
	if err := s.tracker.Check(); err != nil {
		t.Error(err)
	}
}

// happen makes the event of a rule.
func (s *stage) happen(t *testing.T, r *rule) string {
	t.Helper()
	switch r.event {
	case eventStatReport:
		return s.play(t, "stat peer=p from=192.0.2.1:1")
	case eventInitTimeout: // the state never outlives a request
		return "200"
	case eventTrackTimeout:
		s.pass(2 * time.Minute)
		return "200"
	}
	line := "connect peer=p from=192.0.2.1:1 " + map[shape]string{
		shapeNone:        "",
		shapeAny:         "join=three:LEECH",
		shapeLeechJoin:   "join=three:LEECH",
		shapeLeechJoins:  "join=three:LEECH,four:LEECH",
		shapeSeedJoins:   "join=three:SEED,four:SEED",
		shapeLeechLeaves: "leave=LEAVE:LEECH",
		shapeSeedLeaves:  "leave=LEAVE:SEED",
		shapeSwitch:      "join=three:LEECH leave=LEAVE:LEECH",
		shapeMixed:       "join=three:LEECH,four:SEED",
		shapeOther:       "join=three:SEED leave=one:SEED",
	}[r.shape]
	mode := map[shape]string{shapeLeechLeaves: "LEECH", shapeSeedLeaves: "SEED", shapeSwitch: "LEECH"}[r.shape]
	leaves := map[leaving]string{leavesSome: "one:" + mode, leavesAll: "one:" + mode + ",two:" + mode, leavesUnjoined: "three:" + mode}[r.leaving]
	if r.shape == shapeSwitch {
		leaves = map[leaving]string{leavesSome: "one:LEECH", leavesAll: "one:LEECH", leavesUnjoined: "five:LEECH"}[r.leaving]
	}
	return s.play(t, strings.ReplaceAll(line, "LEAVE:"+mode, leaves))
}

// A peer is in at most maxMemberships swarms; then new ones get 503, and
// nothing else changes.
func TestMembershipsAreBounded(t *testing.T) {
	s := newStage(t)
	for i := range maxMemberships {
		s.want(t, fmt.Sprintf("connect peer=a from=192.0.2.1:1 join=%d:LEECH", i), "200")
	}
	s.want(t, "connect peer=a from=192.0.2.1:1 join=more:LEECH", "503")
	s.want(t, "connect peer=a from=192.0.2.1:1 join=7:LEECH", "200")
	s.want(t, "connect peer=a from=192.0.2.1:1 join=more:LEECH leave=7:LEECH", "200")
	s.want(t, "state", "memberships=512")
	s.play(t, "tick 2m200ms")
	s.want(t, "state", "INIT peers=0 swarms=0 memberships=0")
}
