package gnetd

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/internal/exchange"
	"github.com/ppspd/ppspd/internal/fronttest"
	"github.com/ppspd/ppspd/wheel"
)

func status(answer []byte) string {
	line, _, _ := strings.Cut(string(answer), "\r\n")
	return strings.TrimPrefix(line, "HTTP/1.1 ")
}

// Each deadline: never early, at most three ticks late.
func TestDeadlines(t *testing.T) {
	const read, idle, write, late = 20, 70, 40, 3
	setup := func(t *testing.T) *rig {
		return newRig(t, Config{Exchange: fronttest.NewExchange(), ReadTimeout: read * wheel.TickDuration,
			IdleTimeout: idle * wheel.TickDuration, WriteTimeout: write * wheel.TickDuration})
	}
	for _, c := range []struct {
		name    string
		room    int
		texts   []string // one tick apart; the timeout counts from the tick of from
		from    int
		timeout wheel.Tick
		status  string
	}{
		{"no request", unlimited, nil, 0, idle, ""},
		{"between requests", unlimited, []string{post("hello"), post("hello")}, 1, idle, "200 OK"},
		{"only an empty line", unlimited, []string{"\r\n"}, 0, idle, ""},
		{"head", unlimited, []string{"POST", " / HT", "TP/1.1\r\n"}, 0, read, "408 Request Timeout"},
		{"body", unlimited, []string{post("hello")[:len(post("hello"))-2], "l"}, 0, read, "408 Request Timeout"},
		{"second request", unlimited, []string{post("hello"), "P", "O"}, 1, read, "200 OK"},
		{"no reader", 0, []string{post("hello"), post("hello")}, 0, write, ""},
		{"a reader of one byte", 1, []string{post("hello", "Connection: close")}, 0, write, "H"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := setup(t)
			f := r.connect(c.room)
			start := r.now
			for i, text := range c.texts {
				if i > 0 {
					r.tick(1)
				}
				if i == c.from {
					start = r.now
				}
				r.send(f, text)
				r.check()
			}
			r.tick(start + c.timeout - r.now)
			if f.closed || f.shut {
				t.Fatal("closed early")
			}
			r.tick(late)
			if !f.closed && !f.shut {
				t.Fatal("not closed in time")
			}
			if got := status(f.got); got != c.status {
				t.Errorf("answer %q, want %q", got, c.status)
			}
			r.check()
		})
	}
}

// A connection that is used does not expire.
func TestUsedConnectionStays(t *testing.T) {
	r := newRig(t, Config{Exchange: fronttest.NewExchange(), IdleTimeout: time.Second})
	f := r.connect(unlimited)
	for range 100 {
		r.tick(9)
		r.send(f, post("hello"))
		r.check()
	}
	if f.closed {
		t.Error("closed")
	}
	if c := r.server.Counts(); c.Open != 1 || c.Idle != 0 {
		t.Errorf("%+v", c)
	}
}

// A last answer that leaves bytes of the peer unread is followed by a half-close
// and a while of silence.
func TestLinger(t *testing.T) {
	r := newRig(t, Config{Exchange: fronttest.NewExchange(), Linger: time.Second})
	f := r.connect(unlimited)
	r.send(f, post("one", "Connection: close")+post("two"))
	r.check()
	if f.closed || !f.shut {
		t.Fatalf("closed %v, half-closed %v", f.closed, f.shut)
	}
	r.send(f, post("three"))
	r.check()
	r.tick(10)
	if f.closed {
		t.Fatal("closed early")
	}
	r.tick(3)
	if !f.closed || strings.Count(string(f.got), "HTTP/1.1") != 1 {
		t.Errorf("closed %v, got %q", f.closed, f.got)
	}
}

// A peer that does not read is left alone beyond MaxOutbound, and goes on where
// it stopped when it has read all.
func TestPauseAndResume(t *testing.T) {
	x := fronttest.NewExchange()
	r := newRig(t, Config{Exchange: x, MaxOutbound: 2000, MaxBacklog: 1 << 20})
	f := r.connect(0)
	var text strings.Builder
	for i := range 2000 {
		piece := post(fmt.Sprintf("word %d, times30", i))
		text.WriteString(piece)
		r.send(f, piece)
		r.check()
	}
	if n := r.outbound(f); n < 2000 || n > 3000 {
		t.Errorf("%d bytes outbound with a limit of 2000", n)
	}
	for !f.closed && r.outbound(f) > 0 {
		f.take(1000)
		r.tick(1)
		r.check()
		if n := r.outbound(f); n > 2000+flushSize+1000 {
			t.Fatalf("%d bytes outbound", n)
		}
	}
	if got, want := fronttest.Mask(f.got), fronttest.Model(x, []byte(text.String())); got != want {
		t.Errorf("%d bytes, want %d", len(got), len(want))
	}
}

// A peer that closes its half gets every answer that it has asked for, as slowly
// as it likes to read; the connection ends when it has them. A request of which
// a part is missing is answered as well.
func TestHalfCloseWhileAnswersWait(t *testing.T) {
	x := fronttest.NewExchange()
	for name, last := range map[string]string{"complete": "", "in a head": "POST / HT", "in a body": post("hello")[:len(post("hello"))-1]} {
		for _, requests := range []int{0, 1, 50} { // of 50, most are in the backlog
			r := newRig(t, Config{Exchange: x, MaxOutbound: 1000, MaxBacklog: 1 << 20})
			f := r.connect(0)
			text := strings.Repeat(post("times99"), requests) + last
			r.send(f, text[:len(text)/2])
			r.send(f, text[len(text)/2:])
			r.end(f)
			r.check()
			for range 100 {
				f.take(1000)
				r.tick(1)
				r.check()
			}
			if got, want := fronttest.Mask(f.got), fronttest.Model(x, []byte(text)); got != want || !f.gone() {
				t.Errorf("%s, %d requests: gone %v, %d bytes, want %d", name, requests, f.gone(), len(got), len(want))
			}
			if c := r.server.Counts(); c.Open != 0 || c.Slow != 0 {
				t.Errorf("%s, %d requests: %+v", name, requests, c)
			}
		}
	}
}

// One that does not read them is cut off, and so it is when the loop ends.
func TestHalfCloseAndNoReader(t *testing.T) {
	r := newRig(t, Config{Exchange: fronttest.NewExchange()})
	a, b := r.connect(0), r.connect(0)
	for _, f := range []*fakeConn{a, b} {
		r.send(f, post("hello"))
		r.end(f)
	}
	r.loop().stalled[0].stall.overdue += 1000
	r.tick(wheel.Ticks(DefaultWriteTimeout) + 3)
	r.check()
	if c := r.server.Counts(); a.gone() == b.gone() || c.Slow != 1 || c.Open != 1 {
		t.Errorf("gone %v, %v, %+v", a.gone(), b.gone(), c)
	}
	r.loop().abandon()
	if c := r.server.Counts(); !a.gone() || !b.gone() || c.Open != 0 {
		t.Errorf("gone %v, %v, %+v", a.gone(), b.gone(), c)
	}
}

// With more stalled connections than one tick looks at, all have their turn.
func TestManyStalled(t *testing.T) {
	r := newRig(t, Config{Exchange: fronttest.NewExchange()})
	for range 3*stalledVisits + 7 {
		r.send(r.connect(10), post("hello"))
	}
	for _, f := range r.conns {
		f.take(unlimited)
	}
	r.tick(5)
	r.check()
	for i, f := range r.conns {
		if !strings.HasSuffix(string(f.got), "hello") {
			t.Fatalf("connection %d got %q", i, f.got)
		}
	}
}

// A peer that sends without reading is cut off; its memory was bounded.
func TestCutOff(t *testing.T) {
	r := newRig(t, Config{Exchange: fronttest.NewExchange(), MaxOutbound: 2000, MaxBacklog: 5000})
	f := r.connect(0)
	for range 1000 {
		r.send(f, post("hello"))
		r.check() // looks at the backlog
	}
	if c := r.server.Counts(); !f.closed || c.Slow != 1 || c.Open != 0 {
		t.Errorf("closed %v, %+v", f.closed, c)
	}
}

// A slow reader may be as slow as WriteTimeout allows for what was asked, and is
// not cut off while it keeps up with that.
func TestSlowReaderKeepsUp(t *testing.T) {
	x := fronttest.NewExchange()
	r := newRig(t, Config{Exchange: x, WriteTimeout: 10 * wheel.TickDuration, IdleTimeout: 5 * wheel.TickDuration})
	f := r.connect(0)
	text := ""
	for range 200 {
		r.send(f, post("hello"))
		text += post("hello")
		f.take(r.outbound(f)/5 + 1) // the buffer is never empty
		r.tick(1)
		r.check()
	}
	if f.closed {
		t.Fatalf("closed: %+v", r.server.Counts())
	}
	f.take(unlimited)
	r.tick(1)
	if got := fronttest.Mask(f.got); got != fronttest.Model(x, []byte(text)) {
		t.Error("other answers than asked for")
	}
}

// A reader that takes a byte now and then is cut off.
func TestDrippingReader(t *testing.T) {
	const write = 20
	r := newRig(t, Config{Exchange: fronttest.NewExchange(), WriteTimeout: write * wheel.TickDuration})
	f := r.connect(0)
	r.send(f, post("hello"))
	for range write {
		f.take(1)
		r.tick(1)
	}
	if f.closed {
		t.Fatal("closed early")
	}
	r.tick(3)
	if c := r.server.Counts(); !f.closed || c.Slow != 1 {
		t.Errorf("closed %v, %+v", f.closed, c)
	}
}

// A write that a signal interrupts is repeated.
func TestInterruptedWrite(t *testing.T) {
	r := newRig(t, Config{Exchange: fronttest.NewExchange()})
	f := r.connect(unlimited)
	f.signals = 2
	r.send(f, post("hello"))
	if status(f.got) != "200 OK" {
		t.Errorf("got %q", f.got)
	}
}

// longWords answers with two megabytes.
type longWords struct{ fronttest.Words }

func (longWords) AppendResponse(dst []byte, _ *codec.Response) []byte {
	return append(dst, make([]byte, 2*spareOutputCap)...)
}

// An answer of any size is sent; its memory is not kept.
func TestLongAnswer(t *testing.T) {
	r := newRig(t, Config{Exchange: exchange.New(exchange.Config{Handle: nothing, XML: longWords{}})})
	f := r.connect(unlimited)
	for range 2 {
		r.send(f, post("hello"))
		r.check()
	}
	if len(f.got) < 4*spareOutputCap || cap(r.loop().out) > spareOutputCap {
		t.Errorf("%d bytes, %d kept", len(f.got), cap(r.loop().out))
	}
}

// A connection that breaks while an answer is written is forgotten, once.
func TestWriteFails(t *testing.T) {
	r := newRig(t, Config{Exchange: fronttest.NewExchange()})
	f := r.connect(unlimited)
	other := r.connect(unlimited)
	f.broken = true
	r.send(f, post("one")+post("two"))
	r.check()
	r.send(other, post("hello"))
	if c := r.server.Counts(); !f.closed || c.Open != 1 || status(other.got) != "200 OK" {
		t.Errorf("closed %v, %+v, %q", f.closed, c, other.got)
	}
}

// Limits of connections.
func TestAdmission(t *testing.T) {
	r := newRig(t, Config{Exchange: fronttest.NewExchange(), MaxConnections: 2})
	a, b, c := r.connect(unlimited), r.connect(unlimited), r.connect(unlimited)
	if a.closed || b.closed || !c.closed || status(c.got) != "503 "+codec.FaultFull.Reason() {
		t.Errorf("%v %v %v %q", a.closed, b.closed, c.closed, c.got)
	}
	r.end(a)
	if d := r.connect(unlimited); d.closed {
		t.Error("no place where one is free")
	}
	if n := r.server.Counts(); n.Open != 2 || n.Accepted != 3 || n.Refused != 1 {
		t.Errorf("%+v", n)
	}
	r.check()
}

// A panic in the front end costs one connection, its own.
func TestPanic(t *testing.T) {
	var r *rig
	sick := false
	r = newRig(t, Config{Exchange: fronttest.NewExchange(), Now: func() wheel.Tick {
		if sick {
			panic("the clock has stopped")
		}
		return r.now
	}})
	f, other := r.connect(unlimited), r.connect(unlimited)
	sick = true
	r.sendToPanic(f)
	sick = false
	r.close(f, nil)
	r.check()
	r.send(other, post("hello"))
	third := r.connect(unlimited)
	sick = true
	r.close(third, nil) // the next panic
	sick = false
	r.check()
	if status(f.got) != "500 "+codec.FaultInternal.Reason() || status(other.got) != "200 OK" {
		t.Errorf("%q, %q", f.got, other.got)
	}
	if n := r.server.Counts(); n.Panics != 2 || n.Open != 1 {
		t.Errorf("%+v", n)
	}
}

// sendToPanic is send, up to the action.
func (r *rig) sendToPanic(f *fakeConn) {
	f.inbound = []byte(post("hello"))
	if a := r.events.OnTraffic(f); a != 1 {
		r.t.Errorf("action %d after a panic", a)
	}
}

func TestAddrPort(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"192.0.2.1:80", "192.0.2.1:80"},
		{"[::ffff:192.0.2.1]:80", "192.0.2.1:80"},
		{"[2001:db8::1]:80", "[2001:db8::1]:80"},
		{"[fe80::1%lo]:80", "[fe80::1]:80"},
	} {
		a, err := net.ResolveTCPAddr("tcp", c.in)
		if err != nil {
			t.Fatal(err)
		}
		if got := addrPort(a); got != netip.MustParseAddrPort(c.want) {
			t.Errorf("%s: %v, want %s", c.in, got, c.want)
		}
	}
	if addrPort(&net.UnixAddr{}).IsValid() {
		t.Error("an address made of nothing")
	}
}

// Many connections at random: pieces of any size, readers of any speed, broken
// connections, refused ones. Each peer gets what the model says.
func TestLoopAtRandom(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	x := fronttest.NewExchange()
	words := streams()[6:12]
	for range 10 {
		r := newRig(t, Config{Exchange: x, MaxOutbound: 1000, MaxBacklog: 1 << 20, MaxConnections: 30,
			ReadTimeout: time.Hour, IdleTimeout: time.Hour, WriteTimeout: time.Hour})
		var peers []*randomPeer
		for range 2000 {
			peers = r.randomStep(random, words, peers)
			r.check()
		}
		for _, p := range peers {
			r.send(p.conn, p.text[p.sent:])
			if random.IntN(2) == 0 {
				r.end(p.conn) // stalled, perhaps
			}
			p.conn.take(unlimited)
		}
		r.tick(1)
		for _, p := range peers {
			r.end(p.conn)
			if !p.conn.gone() {
				t.Fatal("a descriptor is left")
			}
			if got, want := fronttest.Mask(p.conn.got), fronttest.Model(x, []byte(p.text)); got != want {
				t.Fatalf("sent %q\n got %q\nwant %q", p.text, got, want)
			}
		}
		r.check()
		if n := r.server.Counts(); n.Open != 0 || n.Panics != 0 || n.Slow != 0 {
			t.Fatalf("%+v", n)
		}
	}
}

// randomPeer sends text.
type randomPeer struct {
	conn *fakeConn
	text string
	sent int
}

// randomStep lets one thing happen, and returns the peers that are left.
func (r *rig) randomStep(random *rand.Rand, words []string, peers []*randomPeer) []*randomPeer {
	if len(peers) == 0 || random.IntN(20) == 0 {
		p := &randomPeer{conn: r.connect(random.IntN(2000))}
		if p.conn.closed {
			return peers
		}
		for range random.IntN(100) {
			p.text += words[random.IntN(len(words))]
		}
		return append(peers, p)
	}
	i := random.IntN(len(peers))
	p := peers[i]
	switch random.IntN(12) {
	case 0:
		r.tick(1)
	case 1, 2:
		p.conn.take(random.IntN(3000))
	case 3:
		if random.IntN(30) == 0 {
			p.conn.broken = true
			r.send(p.conn, "\r\n"+post("x"))
			r.close(p.conn, unix.ECONNRESET)
			r.tick(1)
			return append(peers[:i], peers[i+1:]...)
		}
	default:
		n := random.IntN(min(len(p.text)-p.sent, 1000) + 1)
		r.send(p.conn, p.text[p.sent:p.sent+n])
		p.sent += n
	}
	return peers
}
