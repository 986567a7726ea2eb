package gnetd

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/panjf2000/gnet/v2"

	"github.com/ppspd/ppspd/codec"
)

// events are gnet's callbacks.
type events struct{ *Server }

// OnBoot is called before the loops run, when the first one can be connected to.
func (s events) OnBoot(e gnet.Engine) gnet.Action {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.engine, s.loops = e, make(map[gnet.EventLoop]*loop)
	if s.isStopping() {
		return gnet.Shutdown // Shutdown came before it could know the engine
	}
	s.readied.Do(func() { close(s.ready) })
	return gnet.None
}

// OnShutdown is called before the loops end.
func (s events) OnShutdown(gnet.Engine) {}

// OnOpen takes or refuses a connection that was accepted.
func (s events) OnOpen(sock gnet.Conn) (out []byte, action gnet.Action) {
	l := s.loop(sock.EventLoop())
	defer l.guard(nil, &action)
	n := s.open.Add(1)
	if f := s.admit(sock.Fd(), n); f != codec.FaultNone {
		s.counts.refused.Add(1)
		return l.worker.Refuse(nil, s.config.Now(), f, true), gnet.Close
	}
	s.counts.accepted.Add(1)
	l.accept(sock)
	return nil, gnet.None
}

// admit judges the nth connection, which has that descriptor.
func (s *Server) admit(fd int, n int64) codec.Fault {
	switch {
	case s.draining.Load():
		return codec.FaultDraining
	case s.config.MaxConnections > 0 && n > int64(s.config.MaxConnections):
		return codec.FaultFull
	case s.ceiling > 0 && fd >= s.ceiling:
		return codec.FaultOverload
	}
	return codec.FaultNone
}

// OnTraffic takes bytes.
func (s events) OnTraffic(sock gnet.Conn) (action gnet.Action) {
	c, _ := sock.Context().(*conn)
	if c == nil {
		return gnet.Close
	}
	l := c.loop
	defer l.guard(c, &action)
	return l.traffic(c)
}

// OnClose is called before gnet closes a connection, whoever wanted it.
func (s events) OnClose(sock gnet.Conn, err error) (action gnet.Action) {
	if c, _ := sock.Context().(*conn); c != nil {
		l, stays := c.loop, false
		defer func() {
			if !stays {
				l.forget(c)
			}
		}()
		defer l.guard(nil, &action)
		stays = l.ended(c, errors.Is(err, io.EOF))
		return gnet.None
	}
	s.closed() // was refused
	return gnet.None
}

// closed counts a connection that is gone.
func (s *Server) closed() {
	if s.open.Add(-1) == 0 && s.draining.Load() {
		select {
		case s.emptied <- struct{}{}:
		default:
		}
	}
}

// OnTick runs on a goroutine of its own and sends each loop its tick, also one
// that has no connection: its wheel must not fall behind.
func (s events) OnTick() (pause time.Duration, action gnet.Action) {
	pause = tickPause
	s.eachLoop(func(l *loop) {
		if l.hurried.Load() {
			pause = hurriedPause
		}
		if !l.ticking.Swap(true) {
			s.execute(l, l)
		}
	})
	return pause, gnet.None
}

// drainTask is drain as the event loop executes it.
func (l *loop) drainTask(context.Context) error {
	defer l.guard(nil, nil)
	l.drain()
	return nil
}

// guard is deferred by every callback. A panic in the front end costs the
// connection that it came from, no other. One that comes through the exchange
// is none that the exchange could stop (Config.Fatal there): it goes on and
// ends the process.
func (l *loop) guard(c *conn, action *gnet.Action) {
	if l.serving {
		return
	}
	value := recover()
	if value == nil {
		return
	}
	l.panicked(value)
	if action != nil {
		*action = gnet.Close
	}
	if c != nil && c.loop != nil && c.phase == open && c.stall == nil {
		l.send(c, l.worker.Refuse(nil, 0, codec.FaultInternal, true))
	}
}

// panicked counts and tells a panic.
func (l *loop) panicked(value any) {
	s := l.server
	s.counts.panics.Add(1)
	s.log.tell(slog.LevelError, "panic in the front end", "panic", value, "stack", string(debug.Stack()))
}
