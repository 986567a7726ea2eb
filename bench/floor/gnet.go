package floor

import (
	"bytes"

	"github.com/panjf2000/gnet/v2"
	"github.com/panjf2000/gnet/v2/pkg/logging"
)

// burst is how many responses one write carries at most.
const burst = 64

// echo counts bytes: each e.request of them are a request.
type echo struct {
	gnet.BuiltinEventEngine
	request   int
	response  int
	responses []byte // burst responses, one after another
}

// OnTraffic answers all requests that are complete with one write. What is
// left over stays in gnet's inbound buffer. Discard is only called with a
// positive count: Discard(0) empties the whole buffer.
func (e *echo) OnTraffic(c gnet.Conn) gnet.Action {
	n := c.InboundBuffered() / e.request
	if n == 0 {
		return gnet.None
	}
	if _, err := c.Discard(n * e.request); err != nil {
		return gnet.Close
	}
	for n > 0 {
		k := min(n, burst)
		if _, err := c.Write(e.responses[:k*e.response]); err != nil {
			return gnet.Close
		}
		n -= k
	}
	return gnet.None
}

// serveGnet runs level-triggered loops that each have a listener of their own
// (SO_REUSEPORT), as the tracker's front end does.
func serveGnet(cfg Config) error {
	one, err := bareResponse(cfg.Response)
	if err != nil {
		return err
	}
	e := &echo{request: cfg.Request, response: len(one), responses: bytes.Repeat(one, burst)}
	return gnet.Run(e, "tcp://"+cfg.Addr,
		gnet.WithNumEventLoop(max(cfg.Loops, 1)),
		gnet.WithReusePort(true),
		gnet.WithTCPNoDelay(gnet.TCPNoDelay),
		gnet.WithLogLevel(logging.ErrorLevel))
}
