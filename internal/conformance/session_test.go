package conformance

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// clause is one case.
//
// In all that a case sends and expects, "~" stands for a prefix of its own, so
// that the Peer-IDs and Swarm-IDs of cases that share a tracker differ.
type clause struct {
	name  string // section/what
	flags string // of the tracker
	run   func(*session)
}

// session is a case on one front end.
type session struct {
	t       *testing.T
	tracker *tracker
	prefix  string
	kept    map[string]*conn // a connection kept alive for each source address
	serial  int              // of TransactionIDs
	// resource is what post sends to.
	resource string
	random   bool // the answers depend on chance: they are not compared

	ports map[string]bool // ephemeral ports of this session
	said  bytes.Buffer    // all answers, made comparable
}

func clauses() []clause {
	return slices.Concat(headClauses(), lengthClauses(), mediaClauses(), gzipClauses(), pathClauses(), connectionClauses(), timeoutClauses(),
		overloadClauses(), xmlClauses(), partClauses(), boundClauses(), addressSyntaxClauses(), extensionClauses(), answerClauses(),
		tableClauses(), stateClauses(), timerClauses(), retryClauses(), bindingClauses(), addressClauses(), listClauses(),
		preferenceClauses(), reportClauses(), metricClauses())
}

// Every clause, on both front ends. At the end the trackers drain and exit.
func TestClauses(t *testing.T) {
	if *program == "" {
		t.Skip("there is no go to build ppspd with, and no -ppspd")
	}
	running := &pool{entries: map[string]*entry{}}
	t.Cleanup(func() {
		for _, fault := range running.stop() {
			t.Error(fault)
		}
	})
	names := map[string]bool{}
	for i, c := range clauses() {
		if names[c.name] {
			t.Fatalf("two clauses are called %s", c.name)
		}
		names[c.name] = true
		t.Run(c.name, func(t *testing.T) { c.play(t, running, fmt.Sprintf("k%03d.", i)) })
	}
}

// play runs the clause on both fronts, and compares.
func (c *clause) play(t *testing.T, running *pool, prefix string) {
	t.Parallel()
	sessions := make([]*session, len(fronts))
	for i, front := range fronts {
		t.Run(front, func(t *testing.T) {
			t.Parallel()
			x, err := running.get(front, c.flags)
			if err != nil {
				t.Fatal(err)
			}
			s := &session{t: t, tracker: x, prefix: prefix, resource: "/", kept: map[string]*conn{}, ports: map[string]bool{}}
			defer s.close()
			c.run(s)
			sessions[i] = s
		})
	}
	t.Cleanup(func() {
		a, b := sessions[0], sessions[1]
		if a == nil || b == nil || a.random || t.Failed() {
			return
		}
		if x, y := a.comparable(), b.comparable(); x != y {
			t.Errorf("the front ends differ:\n%s: %s\n%s: %s", fronts[0], x, fronts[1], y)
		}
	})
}

func (s *session) close() {
	for _, c := range s.kept {
		_ = c.Close()
	}
}

// own puts the prefix of the case into a text, neutral takes it out.
func (s *session) own(text string) string     { return strings.ReplaceAll(text, "~", s.prefix) }
func (s *session) neutral(text string) string { return strings.ReplaceAll(text, s.prefix, "~") }

var (
	dateLine   = regexp.MustCompile(`(?m)^Date: [^\r]*\r$`)
	retryLine  = regexp.MustCompile(`(?m)^Retry-After: [^\r]*\r$`)
	portValue  = regexp.MustCompile(`port="(\d+)"`)
	listOf     = regexp.MustCompile(`(?:<PeerInfo swarmID="[^"]*">.*?</PeerInfo>)+`)
	listMember = regexp.MustCompile(`<PeerInfo swarmID="[^"]*">.*?</PeerInfo>`)
)

// comparable is all that was answered, without what may differ: dates,
// ephemeral ports, the order of lists, the jitter of Retry-After.
func (s *session) comparable() string {
	text := dateLine.ReplaceAllString(s.said.String(), "Date: now\r")
	text = retryLine.ReplaceAllString(text, "Retry-After: soon\r")
	text = portValue.ReplaceAllStringFunc(text, func(p string) string {
		if s.ports[portValue.FindStringSubmatch(p)[1]] {
			return `port="ephemeral"`
		}
		return p
	})
	return listOf.ReplaceAllStringFunc(text, func(list string) string {
		members := listMember.FindAllString(list, -1)
		slices.Sort(members)
		return strings.Join(members, "")
	})
}

// post sends one request with that body on the connection kept for a source
// address, and returns its answer, which was checked as every answer is.
func (s *session) post(from, body string, fields ...string) *answer {
	s.t.Helper()
	c := s.kept[from]
	if c == nil {
		c = s.dial(from)
		s.kept[from] = c
	}
	body = s.own(body)
	c.send(strings.Replace(request(body, fields...), "POST / ", "POST "+s.resource+" ", 1))
	a := c.answer()
	a.sent = body
	if a.closes() {
		_ = c.Close()
		delete(s.kept, from)
	}
	return a
}

// metric reads one sample of the metrics page.
func (s *session) metric(name string) float64 {
	s.t.Helper()
	var value float64
	for _, line := range strings.Split(s.page("/metrics"), "\n") {
		if rest, ok := strings.CutPrefix(line, name+" "); ok {
			if _, err := fmt.Sscan(rest, &value); err != nil {
				s.t.Fatalf("metric %s: %v", line, err)
			}
			return value
		}
	}
	s.t.Fatalf("there is no metric %s", name)
	return 0
}

// wait lets time pass.
func (s *session) wait(d time.Duration) { time.Sleep(d) }

// until repeats a question until it is answered with yes, at most so long.
func (s *session) until(most time.Duration, what string, question func() bool) {
	s.t.Helper()
	for end := time.Now().Add(most); !question(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Errorf("not within %v: %s", most, what)
			return
		}
	}
}
