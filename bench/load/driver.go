package load

import (
	"fmt"
	"net/netip"
	"time"
)

// A Source makes the requests of a run, one after another.
type Source interface {
	// AppendNext appends the next request, head and body, to dst.
	AppendNext(dst []byte) []byte
}

// Config is how a driver loads a server. Zero is the default.
type Config struct {
	Addr        netip.AddrPort
	Connections int           // 0: 64
	Depth       int           // requests in flight per connection; 0: 1
	Status      int           // the only status that is no error; 0: 200
	Timeout     time.Duration // of one read or write; 0: 10 s
}

func (c Config) withDefaults() Config {
	if c.Connections == 0 {
		c.Connections = 64
	}
	if c.Depth == 0 {
		c.Depth = 1
	}
	if c.Status == 0 {
		c.Status = 200
	}
	if c.Timeout == 0 {
		c.Timeout = 10 * time.Second
	}
	return c
}

// maxResponse is the longest burst of responses that a driver takes from one
// connection, bytes.
const maxResponse = 1 << 20

// Tally counts the answered requests of one run.
type Tally struct {
	Requests int
	Sent     int64 // bytes of requests
	Received int64 // bytes of responses
	Elapsed  time.Duration
}

// Driver is a set of open connections to one server.
//
//	between runs  every conn.owed == 0
//	in a run      conns before the visited one owe their new requests, those
//	              behind it their former ones; at most Depth each
type Driver struct {
	cfg   Config
	conns []*conn
	out   []byte // requests of one visit
	in    []byte // responses of one visit, len maxResponse

	tally      Tally
	wrong      int // responses with another status than cfg.Status
	firstWrong int // the status of the first of them
}

// Dial opens all connections.
func Dial(cfg Config) (*Driver, error) {
	d := &Driver{cfg: cfg.withDefaults(), in: make([]byte, maxResponse)}
	for range d.cfg.Connections {
		c, err := dial(cfg.Addr, d.cfg.Timeout)
		if err != nil {
			d.Close()
			return nil, err
		}
		d.conns = append(d.conns, c)
	}
	return d, nil
}

// Close closes all connections.
func (d *Driver) Close() {
	for _, c := range d.conns {
		c.close()
	}
	d.conns = nil
}

// InFlight is the greatest number of requests that await their responses at
// the same time.
func (d *Driver) InFlight() int { return d.cfg.Connections * d.cfg.Depth }

// RunFor loads the server for a time. The error is about the server's answers
// and makes the tally worthless.
func (d *Driver) RunFor(src Source, length time.Duration) (Tally, error) {
	end := time.Now().Add(length)
	visits := 0
	return d.run(src, nil, func() int {
		// The clock costs as much as a few per cent of a visit.
		if visits++; visits%16 == 0 && time.Now().After(end) {
			return 0
		}
		return d.cfg.Depth
	})
}

// RunCount sends exactly n requests. inspect, if not nil, sees each response,
// head and body; it must not keep it. Its first error ends the run.
func (d *Driver) RunCount(src Source, n int, inspect func(response []byte) error) (Tally, error) {
	return d.run(src, inspect, func() int {
		k := min(n, d.cfg.Depth)
		n -= k
		return k
	})
}

// run visits the connections until more says 0, then collects what is owed.
// After an error of a connection the driver is of no more use.
func (d *Driver) run(src Source, inspect func([]byte) error, more func() int) (Tally, error) {
	d.tally, d.wrong, d.firstWrong = Tally{}, 0, 0
	start := time.Now()
	for at := 0; ; at = (at + 1) % len(d.conns) {
		if err := d.receive(d.conns[at], inspect); err != nil {
			return d.tally, d.located(err, at)
		}
		k := more()
		if k == 0 {
			break
		}
		if err := d.send(d.conns[at], src, k); err != nil {
			return d.tally, d.located(err, at)
		}
	}
	for at, c := range d.conns {
		if err := d.receive(c, inspect); err != nil {
			return d.tally, d.located(err, at)
		}
	}
	d.tally.Elapsed = time.Since(start)
	return d.tally, d.statusError()
}

// send writes k requests at once.
func (d *Driver) send(c *conn, src Source, k int) error {
	d.out = d.out[:0]
	for range k {
		d.out = src.AppendNext(d.out)
	}
	c.owed += k
	d.tally.Sent += int64(len(d.out))
	return c.write(d.out)
}

// receive reads all responses that c owes.
func (d *Driver) receive(c *conn, inspect func([]byte) error) error {
	start, end := 0, 0 // d.in[start:end] is read and not yet parsed
	for c.owed > 0 {
		if end == len(d.in) {
			return ErrTooLong
		}
		n, err := c.read(d.in[end:])
		if err != nil {
			return err
		}
		end += n
		if start, err = d.parse(c, start, end, inspect); err != nil {
			return err
		}
	}
	if start != end {
		return ErrExcess
	}
	d.tally.Received += int64(end)
	return nil
}

// parse takes the complete responses out of d.in[start:end].
func (d *Driver) parse(c *conn, start, end int, inspect func([]byte) error) (int, error) {
	for c.owed > 0 {
		size, status, err := parseResponse(d.in[start:end])
		if err != nil {
			return start, err
		}
		if size == 0 {
			return start, nil
		}
		if status != d.cfg.Status {
			d.countWrong(status)
		}
		if inspect != nil {
			if err := inspect(d.in[start : start+size]); err != nil {
				return start, err
			}
		}
		start += size
		c.owed--
		d.tally.Requests++
	}
	return start, nil
}

func (d *Driver) countWrong(status int) {
	if d.wrong == 0 {
		d.firstWrong = status
	}
	d.wrong++
}

func (d *Driver) statusError() error {
	if d.wrong == 0 {
		return nil
	}
	return fmt.Errorf("%d of %d responses: %w, first %d, wanted %d",
		d.wrong, d.tally.Requests, ErrStatus, d.firstWrong, d.cfg.Status)
}

func (d *Driver) located(err error, at int) error {
	return fmt.Errorf("connection %d, after %d responses: %w", at, d.tally.Requests, err)
}
