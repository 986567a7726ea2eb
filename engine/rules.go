package engine

import "github.com/ppspd/ppspd/codec"

//go:generate go test -run ^TestRulesDocument$ -rewrite .

// State is a state of the machine that each Peer-ID has (Figure 5). A peer that
// the tracker does not know is in START; START, PEER REGISTERED and TERMINATE
// are transient, so every peer that it knows is in TRACKING.
type State uint8

// The states.
const (
	StateStart State = iota
	StateRegistered
	StateTracking
	StateTerminate
	stateCount
)

// String is the name of Figure 5.
func (s State) String() string {
	return [...]string{"START", "PEER REGISTERED", "TRACKING", "TERMINATE"}[s]
}

// event is what moves the machine: a request or the end of a timer.
type event uint8

const (
	eventConnect event = iota
	eventStatReport
	eventInitTimeout
	eventTrackTimeout
	eventCount
)

func (e event) String() string {
	return [...]string{"CONNECT", "STAT_REPORT", "init timeout", "track timeout"}[e]
}

// shape is what the actions of a CONNECT have in common (Table 8).
type shape uint8

const (
	shapeNone        shape = iota
	shapeLeechJoin         // 1 LEECH JOIN
	shapeLeechJoins        // N > 1 LEECH JOIN
	shapeSeedJoins         // N SEED JOIN
	shapeLeechLeaves       // N LEECH LEAVE
	shapeSeedLeaves        // N SEED LEAVE
	shapeSwitch            // 1 LEECH JOIN, 1 LEECH LEAVE
	shapeMixed             // SEED and LEECH in one CONNECT
	shapeOther             // none of these
	shapeCount
	shapeAny = shapeCount // in a rule: whatever the actions are
)

func (s shape) String() string {
	return [...]string{"no action", "1 LEECH JOIN", "N > 1 LEECH JOIN", "N SEED JOIN", "N LEECH LEAVE",
		"N SEED LEAVE", "1 LEECH JOIN + 1 LEECH LEAVE", "SEED and LEECH", "other", "any"}[s]
}

// leaving is what the LEAVE actions mean for the swarms that the peer is in.
type leaving uint8

const (
	leavesNothing  leaving = iota // no LEAVE
	leavesSome                    // other swarms remain
	leavesAll                     // of all the peer's swarms
	leavesUnjoined                // one of them names a swarm that was not joined
	leavingCount
	leavesAny = leavingCount // in a rule: whatever they mean
)

func (l leaving) String() string {
	return [...]string{"–", "some", "all", "one not joined", "any"}[l]
}

// verdict is what becomes of an event.
type verdict uint8

const (
	valid   verdict = iota // performed
	invalid                // answered with the fault; the registration ends
	refused                // answered with the fault; nothing changes
)

func (v verdict) String() string { return [...]string{"Valid", "Invalid", "refused"}[v] }

// timing is what becomes of the peer's timers.
type timing uint8

const (
	timersKept timing = iota
	startInit
	stopInit
	stopInitStartTrack
	resetTrack
	stopTrack
)

func (t timing) String() string {
	return [...]string{"–", "start init timer", "stop init timer", "stop init timer, start track timer",
		"reset track timer", "stop track timer"}[t]
}

// rule is one row: in this dialect and state, this event has this outcome.
type rule struct {
	dialect codec.Dialect
	state   State
	event   event
	shape   shape
	leaving leaving

	verdict verdict
	next    State
	timing  timing
	fault   codec.Fault
	section string
}

// rules are all that the tracker knows about what a peer may do when. The first
// row that fits holds. docs/rules.md shows them; the tests play each of them.
var rules = [...]rule{
	// A Peer-ID that is not registered.
	{codec.DialectBase, StateStart, eventConnect, shapeNone, leavesAny, refused, StateStart, timersKept, codec.FaultSwarmID, "4.1"},
	{codec.DialectBase, StateStart, eventConnect, shapeAny, leavesAny, valid, StateRegistered, startInit, codec.FaultNone, "2.4.1 (1)"},
	{codec.DialectBase, StateStart, eventStatReport, shapeAny, leavesAny, invalid, StateTerminate, timersKept, codec.FaultUnknownPeer, "2.4.2 (A)"},

	// The same CONNECT, its actions.
	{codec.DialectBase, StateRegistered, eventConnect, shapeLeechJoin, leavesNothing, valid, StateTracking, stopInitStartTrack, codec.FaultNone, "4.1 Table 8, 2.4.1 (2)"},
	{codec.DialectBase, StateRegistered, eventConnect, shapeSeedJoins, leavesNothing, valid, StateTracking, stopInitStartTrack, codec.FaultNone, "4.1 Table 8, 2.4.1 (2)"},
	{codec.DialectBase, StateRegistered, eventConnect, shapeLeechLeaves, leavesUnjoined, invalid, StateTerminate, stopInit, codec.FaultNotAllowed, "4.1 Table 8, 2.4.2 (A)"},
	{codec.DialectBase, StateRegistered, eventConnect, shapeSwitch, leavesUnjoined, invalid, StateTerminate, stopInit, codec.FaultNotAllowed, "4.1 Table 8, 2.4.2 (A)"},
	{codec.DialectBase, StateRegistered, eventConnect, shapeSeedLeaves, leavesUnjoined, invalid, StateTerminate, stopInit, codec.FaultNotAllowed, "2.4.2 (A)"},
	{codec.DialectBase, StateRegistered, eventConnect, shapeLeechJoins, leavesNothing, invalid, StateTerminate, stopInit, codec.FaultNotAllowed, "2.4.2 (A)"},
	{codec.DialectBase, StateRegistered, eventConnect, shapeMixed, leavesAny, invalid, StateTerminate, stopInit, codec.FaultNotAllowed, "2.4.2 (A)"},
	{codec.DialectBase, StateRegistered, eventConnect, shapeOther, leavesAny, invalid, StateTerminate, stopInit, codec.FaultNotAllowed, "2.4.2 (A)"},
	{codec.DialectBase, StateRegistered, eventStatReport, shapeAny, leavesAny, invalid, StateTerminate, stopInit, codec.FaultUnknownPeer, "2.4.2 (A)"},
	{codec.DialectBase, StateRegistered, eventInitTimeout, shapeAny, leavesAny, invalid, StateTerminate, stopInit, codec.FaultNone, "2.4.1 (1)"},

	// A registered peer.
	{codec.DialectBase, StateTracking, eventConnect, shapeNone, leavesAny, refused, StateTracking, timersKept, codec.FaultSwarmID, "4.1"},
	{codec.DialectBase, StateTracking, eventConnect, shapeLeechJoin, leavesNothing, valid, StateTracking, resetTrack, codec.FaultNone, "2.4.1 (4)"},
	{codec.DialectBase, StateTracking, eventConnect, shapeLeechLeaves, leavesSome, valid, StateTracking, resetTrack, codec.FaultNone, "2.4.1 (4)"},
	{codec.DialectBase, StateTracking, eventConnect, shapeLeechLeaves, leavesAll, valid, StateTerminate, stopTrack, codec.FaultNone, "4.1 Table 8"},
	{codec.DialectBase, StateTracking, eventConnect, shapeLeechLeaves, leavesUnjoined, invalid, StateTerminate, stopTrack, codec.FaultNotAllowed, "2.4.2 (B)"},
	{codec.DialectBase, StateTracking, eventConnect, shapeSwitch, leavesSome, valid, StateTracking, resetTrack, codec.FaultNone, "4.1 Table 8"},
	{codec.DialectBase, StateTracking, eventConnect, shapeSwitch, leavesAll, valid, StateTracking, resetTrack, codec.FaultNone, "4.1 Table 8"},
	{codec.DialectBase, StateTracking, eventConnect, shapeSwitch, leavesUnjoined, invalid, StateTerminate, stopTrack, codec.FaultNotAllowed, "2.4.2 (B)"},
	{codec.DialectBase, StateTracking, eventConnect, shapeSeedJoins, leavesNothing, invalid, StateTerminate, stopTrack, codec.FaultNotAllowed, "4.1 Table 8, 2.4.2 (B)"},
	{codec.DialectBase, StateTracking, eventConnect, shapeSeedLeaves, leavesSome, valid, StateTracking, resetTrack, codec.FaultNone, "2.4.1 (4)"},
	{codec.DialectBase, StateTracking, eventConnect, shapeSeedLeaves, leavesAll, valid, StateTerminate, stopTrack, codec.FaultNone, "4.1 Table 8"},
	{codec.DialectBase, StateTracking, eventConnect, shapeSeedLeaves, leavesUnjoined, invalid, StateTerminate, stopTrack, codec.FaultNotAllowed, "2.4.2 (B)"},
	{codec.DialectBase, StateTracking, eventConnect, shapeLeechJoins, leavesNothing, invalid, StateTerminate, stopTrack, codec.FaultNotAllowed, "2.4.2 (B)"},
	{codec.DialectBase, StateTracking, eventConnect, shapeMixed, leavesAny, invalid, StateTerminate, stopTrack, codec.FaultNotAllowed, "2.4.2 (B)"},
	{codec.DialectBase, StateTracking, eventConnect, shapeOther, leavesAny, invalid, StateTerminate, stopTrack, codec.FaultNotAllowed, "2.4.2 (B)"},
	{codec.DialectBase, StateTracking, eventStatReport, shapeAny, leavesAny, valid, StateTracking, resetTrack, codec.FaultNone, "2.4.1 (3)"},
	{codec.DialectBase, StateTracking, eventTrackTimeout, shapeAny, leavesAny, invalid, StateTerminate, stopTrack, codec.FaultNone, "2.4.2 (C)"},
}

// dialectCount is one more than the last dialect with rules.
const dialectCount = codec.DialectBase + 1

// noRule is the place of what cannot happen, such as a LEAVE without LEAVEs.
const noRule = 255

// ruleFor is the index of the first row that fits, for every combination.
var ruleFor = func() (t [dialectCount][stateCount][eventCount][shapeCount][leavingCount]uint8) {
	for d := range t {
		for s := range t[d] {
			for e := range t[d][s] {
				for h := range t[d][s][e] {
					for l := range t[d][s][e][h] {
						t[d][s][e][h][l] = findRule(codec.Dialect(d), State(s), event(e), shape(h), leaving(l))
					}
				}
			}
		}
	}
	return t
}()

func findRule(d codec.Dialect, s State, e event, h shape, l leaving) uint8 {
	for i := range rules {
		r := &rules[i]
		if r.dialect == d && r.state == s && r.event == e && (r.shape == h || r.shape == shapeAny) && (r.leaving == l || r.leaving == leavesAny) {
			return uint8(i)
		}
	}
	return noRule
}

// lookUp returns the row for an event of a peer.
func lookUp(d codec.Dialect, s State, e event, h shape, l leaving) *rule {
	return &rules[ruleFor[d][s][e][h][l]]
}

// tally counts the actions of a CONNECT by what Table 8 tells apart.
type tally struct {
	joins    [3]int // by codec.Mode
	leaves   [3]int // by codec.Mode
	unjoined int    // LEAVEs of swarms that the peer is not in
	entered  int    // JOINs of swarms that it is not in
}

// add counts an action of a swarm that the peer is in, or not.
func (t *tally) add(a *codec.Action, member bool) {
	kind, other := &t.joins, &t.entered
	if a.Verb == codec.VerbLeave {
		kind, other = &t.leaves, &t.unjoined
	}
	kind[a.Mode]++
	if !member {
		*other++
	}
}

// left is the number of LEAVEs.
func (t *tally) left() int { return t.leaves[codec.ModeLeech] + t.leaves[codec.ModeSeed] }

// shape is that of the counted actions.
func (t *tally) shape() shape {
	leechJoins, seedJoins := t.joins[codec.ModeLeech], t.joins[codec.ModeSeed]
	leechLeaves, seedLeaves := t.leaves[codec.ModeLeech], t.leaves[codec.ModeSeed]
	leech, seed := leechJoins+leechLeaves, seedJoins+seedLeaves
	switch {
	case leech+seed == 0:
		return shapeNone
	case leech > 0 && seed > 0:
		return shapeMixed
	case leech == 1 && leechJoins == 1:
		return shapeLeechJoin
	case leech == leechJoins && seed == 0:
		return shapeLeechJoins
	case leech == leechLeaves && seed == 0:
		return shapeLeechLeaves
	case leechJoins == 1 && leechLeaves == 1:
		return shapeSwitch
	case leech > 0:
		return shapeOther
	case seed == seedJoins:
		return shapeSeedJoins
	case seed == seedLeaves:
		return shapeSeedLeaves
	}
	return shapeOther
}

// leaving is what the counted LEAVEs mean to a peer in so many swarms.
func (t *tally) leaving(memberships int) leaving {
	switch {
	case t.left() == 0:
		return leavesNothing
	case t.unjoined > 0:
		return leavesUnjoined
	case t.left() == memberships:
		return leavesAll
	}
	return leavesSome
}
