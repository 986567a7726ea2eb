package fasthttpd

import (
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ppspd/ppspd/internal/fronttest"
	"github.com/ppspd/ppspd/wheel"
)

// scripted is a listener: each step is what one Accept does.
type scripted struct {
	net.Listener
	steps []func() (net.Conn, error)
	at    []time.Time // of each Accept
}

func (l *scripted) Accept() (net.Conn, error) {
	step := l.steps[len(l.at)]
	l.at = append(l.at, time.Now())
	return step()
}

// noDescriptor is how accepting fails when there are no descriptors.
func noDescriptor() (net.Conn, error) {
	return nil, &net.OpError{Op: "accept", Err: os.NewSyscallError("accept", syscall.EMFILE)}
}

// gone is a connection whose peer has closed.
func gone() (net.Conn, error) {
	a, b := net.Pipe()
	b.Close()
	return a, nil
}

// Without descriptors accepting pauses longer and longer, but not for long, and
// a connection that comes ends that, refused or not.
func TestAcceptPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{Exchange: fronttest.NewExchange(), Now: func() wheel.Tick { return 0 },
			ReadTimeout: time.Second, IdleTimeout: time.Second, MaxConnections: 1})
		c, _ := gone()
		served := newGate(s, c)
		s.enter(served)
		l := &scripted{}
		const failures = 8
		for range failures {
			l.steps = append(l.steps, noDescriptor)
		}
		l.steps = append(l.steps, gone, noDescriptor, func() (net.Conn, error) {
			s.leave(served)
			return gone()
		})
		if _, err := (&door{Listener: l, s: s}).Accept(); err != nil {
			t.Fatal(err)
		}
		if refused := s.Counts().Refused; refused != 1 {
			t.Fatalf("%d refused", refused)
		}
		pause := func(i int) time.Duration { return l.at[i+1].Sub(l.at[i]) }
		for i, want := range []time.Duration{5, 10, 20, 40, 80, 100, 100, 100, 0, 5} {
			if got := pause(i); got != want*time.Millisecond {
				t.Errorf("pause %d: %v, want %d ms", i+1, got, want)
			}
		}
	})
}
