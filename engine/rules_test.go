package engine

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

// Table 8, as it stands in section 4.1. The other sets of actions are those
// that it leaves out.
func TestSection4_1_Table8(t *testing.T) {
	const many = 3
	for _, row := range []struct {
		joins, leaves int
		mode          codec.Mode
		initial       State
		final         State
		validity      verdict
	}{
		{1, 0, codec.ModeLeech, StateRegistered, StateTracking, valid},
		{0, 1, codec.ModeLeech, StateRegistered, StateTerminate, invalid},
		{0, 1, codec.ModeLeech, StateTracking, StateTerminate, valid},
		{1, 1, codec.ModeLeech, StateRegistered, StateTerminate, invalid},
		{1, 1, codec.ModeLeech, StateTracking, StateTracking, valid},
		{many, 0, codec.ModeSeed, StateRegistered, StateTracking, valid},
		{1, 0, codec.ModeSeed, StateRegistered, StateTracking, valid},
		{many, 0, codec.ModeSeed, StateTracking, StateTerminate, invalid},
		{1, 0, codec.ModeSeed, StateTracking, StateTerminate, invalid},
		{0, many, codec.ModeSeed, StateTracking, StateTerminate, valid},
		{0, 1, codec.ModeSeed, StateTracking, StateTerminate, valid},
	} {
		var count tally
		count.joins[row.mode], count.leaves[row.mode] = row.joins, row.leaves
		memberships := row.leaves // the peer is in what it leaves
		if row.initial == StateRegistered {
			count.unjoined, memberships = row.leaves, 0
		}
		r := lookUp(codec.DialectBase, row.initial, eventConnect, count.shape(), count.leaving(memberships))
		if r.verdict != row.validity || r.next != row.final {
			t.Errorf("%+v: rule %+v", row, *r)
		}
	}
}

// Every combination that can come about has a row, and every row comes about.
func TestRulesAreComplete(t *testing.T) {
	used := map[*rule]bool{}
	for _, s := range []State{StateStart, StateRegistered, StateTracking} {
		for e := event(0); e < eventCount; e++ {
			if e == eventTrackTimeout && s != StateTracking || e == eventInitTimeout && s != StateRegistered || s == StateRegistered && e == eventConnect {
				continue // the timer does not run
			}
			used[lookUp(codec.DialectBase, s, e, shapeNone, leavesNothing)] = true
		}
	}
	for n := range 3 * 3 * 3 * 3 * 3 * 4 {
		digit := func(base int) int { d := n % base; n /= base; return d }
		var count tally
		count.joins[codec.ModeLeech], count.joins[codec.ModeSeed] = digit(3), digit(3)
		count.leaves[codec.ModeLeech], count.leaves[codec.ModeSeed] = digit(3), digit(3)
		leaves := count.leaves[codec.ModeLeech] + count.leaves[codec.ModeSeed]
		count.unjoined = min(digit(3), leaves)
		joined := leaves - count.unjoined + digit(4)
		if count.shape() == shapeNone {
			continue
		}
		used[lookUp(codec.DialectBase, StateStart, eventConnect, count.shape(), count.leaving(joined))] = true
		if joined > 0 {
			used[lookUp(codec.DialectBase, StateTracking, eventConnect, count.shape(), count.leaving(joined))] = true
		}
		count.unjoined = leaves
		used[lookUp(codec.DialectBase, StateRegistered, eventConnect, count.shape(), count.leaving(0))] = true
	}
	for i := range rules {
		if !used[&rules[i]] {
			t.Errorf("row %d never comes about: %+v", i, rules[i])
		}
	}
}

// Only a 403 to a CONNECT de-registers, a 400 never does (design), and what is
// valid has no fault.
func TestRulesDeregister(t *testing.T) {
	for i := range rules {
		r := &rules[i]
		status := r.fault.Status()
		if (r.verdict == valid) != (r.fault == codec.FaultNone) && r.event <= eventStatReport {
			t.Errorf("row %d: %v with fault %v", i, r.verdict, r.fault)
		}
		if status == codec.StatusBadRequest && (r.verdict != refused || r.next != r.state) {
			t.Errorf("row %d: a 400 changes the state", i)
		}
		if r.state == StateTracking && r.next == StateTerminate && r.event == eventStatReport {
			t.Errorf("row %d: a STAT_REPORT de-registers", i)
		}
	}
}

// The document shows the table.
func TestRulesDocument(t *testing.T) {
	const file = "../docs/rules.md"
	want := rulesDocument()
	if *rewrite {
		if err := os.MkdirAll("../docs", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what engine/rules.go says: run go generate ./engine", file)
	}
}

func rulesDocument() string {
	var b strings.Builder
	b.WriteString(`# The rules of a request

Generated from engine/rules.go by ` + "`go generate ./engine`" + `; the first row that fits holds.
"Valid" is performed. "Invalid" is answered with the error, and the registration of the Peer-ID ends. "refused" is
answered with the error and changes nothing. START, PEER REGISTERED and TERMINATE are transient: a CONNECT of an
unknown peer passes through PEER REGISTERED before it is answered. Sections are those of
draft-ietf-ppsp-base-tracker-protocol-00; what Table 8 leaves out is invalid.

| dialect | state | event | actions | leaves | verdict | next state | timers | error | section |
|---|---|---|---|---|---|---|---|---|---|
`)
	for i := range rules {
		r := &rules[i]
		fault := "–"
		if r.fault != codec.FaultNone {
			fault = fmt.Sprintf("%d %s", r.fault.Status(), r.fault.Reason())
		}
		dialect := map[codec.Dialect]string{codec.DialectBase: "1.0"}[r.dialect]
		fmt.Fprintf(&b, "| %s | %v | %v | %v | %v | %v | %v | %v | %s | %s |\n",
			dialect, r.state, r.event, r.shape, r.leaving, r.verdict, r.next, r.timing, fault, r.section)
	}
	return b.String()
}
