package engine_test

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/engine"
	"github.com/ppspd/ppspd/wheel"
)

// join makes the request of a peer that joins a swarm; a front end gets it from
// a codec.Format.
func join(peer, swarm string, mode codec.Mode, from string) *codec.Request {
	r := new(codec.Request)
	r.Dialect, r.Method = codec.DialectBase, codec.MethodConnect
	r.TransactionID, r.PeerID = r.Keep([]byte("12345")), r.Keep([]byte(peer))
	a := r.AddAction()
	a.Verb, a.Mode, a.SwarmID = codec.VerbJoin, mode, r.Keep([]byte(swarm))
	r.Observed = netip.MustParseAddrPort(from)
	return r
}

func Example() {
	t := engine.New(engine.Default())
	now := wheel.Since(time.Minute) // since the start of the tracker
	var resp codec.Response
	t.Handle(now, join("656164657220", "1111", codec.ModeSeed, "192.0.2.2:80"), &resp)
	t.Handle(now, join("656164657221", "1111", codec.ModeLeech, "192.0.2.9:80"), &resp)
	fmt.Println(resp.Status, resp.Status.Phrase())
	for _, p := range resp.Peers {
		fmt.Printf("%s: %s %v\n", resp.Bytes(resp.Swarms[p.Swarm]), p.Card.AppendID(nil, &resp.Text), p.Card.Traits.Mode())
	}
	// Nobody reports for longer than the track timeout.
	expired, _ := t.Advance(now+2000, 100)
	fmt.Println(expired, "expired,", t.Stats().State)
	// Output:
	// 200 OK
	// 1111: 656164657220 SEED
	// 2 expired, INIT
}
