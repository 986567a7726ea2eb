package fronttest

import (
	"fmt"
	"math/rand/v2"
	"sync"
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

// Case is one behaviour: a script that must run without an error.
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

// Run runs the table against a front end, with what the client sends sent whole,
// byte by byte and in random pieces. The cases that wait for a timeout wait
// together.
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
				if err := c.run(addr, func(n int) int { return max(cut(n), 1) }); err != nil {
					t.Error(err)
				}
			})
		}
	}
	t.Run("timeouts", func(t *testing.T) { runTogether(t, addr, timeCases()) })
}

func runTogether(t *testing.T, addr string, cases []Case) {
	var all sync.WaitGroup
	for _, c := range cases {
		all.Go(func() {
			if err := c.run(addr, func(n int) int { return n }); err != nil {
				t.Errorf("%s: %v", c.Name, err)
			}
		})
	}
	all.Wait()
}

func (c *Case) run(addr string, cut func(int) int) error {
	peer, err := dial(addr, cut)
	if err != nil {
		return err
	}
	defer peer.conn.Close()
	for i, step := range c.Script {
		if err := step(peer); err != nil {
			return fmt.Errorf("section %s, step %d: %w", c.Section, i+1, err)
		}
	}
	return nil
}
