package fronttest

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/ppspd/ppspd/internal/exchange"
)

// Setup is what a front end is started with.
type Setup struct {
	Exchange       *exchange.Exchange
	ReadTimeout    time.Duration
	IdleTimeout    time.Duration
	MaxConnections int // 0 = no ceiling
}

// Start starts a front end on a free port of 127.0.0.1, registers its end with
// t.Cleanup, and returns its address.
type Start func(t *testing.T, s Setup) (addr string)

// Step is one step of a script.
type Step func(c *client) error

// Case is one behaviour. Its script is run with the bytes sent whole, one at a
// time, and in random pieces.
type Case struct {
	Name    string
	Section string
	Script  []Step
}

// The timeouts of the table: long enough for a slow machine to send a request
// byte by byte.
const (
	readTimeout = 1500 * time.Millisecond
	idleTimeout = 2500 * time.Millisecond
)

// Run runs the table against a front end.
func Run(t *testing.T, start Start) {
	addr := start(t, Setup{Exchange: NewExchange(), ReadTimeout: readTimeout, IdleTimeout: idleTimeout})
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	for name, cut := range map[string]func(n int) int{
		"whole":  func(n int) int { return n },
		"bytes":  func(n int) int { return max(n-4096, 1) }, // the start of a very long text at once
		"pieces": rand.New(rand.NewPCG(seed, 0)).IntN,
	} {
		for _, c := range Table() {
			t.Run(c.Name+"/split="+name, func(t *testing.T) {
				if name != "pieces" {
					t.Parallel()
				}
				c.run(t, addr, func(n int) int { return max(cut(n), 1) })
			})
		}
	}
}

func (c *Case) run(t *testing.T, addr string, cut func(int) int) {
	peer, err := dial(addr, cut)
	if err != nil {
		t.Fatal(err)
	}
	defer peer.conn.Close()
	for i, step := range c.Script {
		if err := step(peer); err != nil {
			t.Fatalf("section %s, step %d: %v", c.Section, i+1, err)
		}
	}
}
