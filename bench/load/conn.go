package load

import (
	"fmt"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

// conn is a blocking TCP socket that owes the responses to owed requests.
type conn struct {
	fd   int
	owed int
}

// dial connects; reads and writes that take longer than timeout fail.
func dial(addr netip.AddrPort, timeout time.Duration) (*conn, error) {
	family, to := sockaddr(addr)
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("socket: %w", err)
	}
	if err := prepare(fd, to, timeout); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("connect %v: %w", addr, err)
	}
	return &conn{fd: fd}, nil
}

func sockaddr(addr netip.AddrPort) (family int, sa unix.Sockaddr) {
	if addr.Addr().Is4() {
		return unix.AF_INET, &unix.SockaddrInet4{Port: int(addr.Port()), Addr: addr.Addr().As4()}
	}
	return unix.AF_INET6, &unix.SockaddrInet6{Port: int(addr.Port()), Addr: addr.Addr().As16()}
}

func prepare(fd int, to unix.Sockaddr, timeout time.Duration) error {
	limit := unix.NsecToTimeval(int64(timeout))
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &limit); err != nil {
		return err
	}
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_SNDTIMEO, &limit); err != nil {
		return err
	}
	if err := unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1); err != nil {
		return err
	}
	return unix.Connect(fd, to)
}

// write sends all of b.
func (c *conn) write(b []byte) error {
	for len(b) > 0 {
		n, err := unix.SendmsgN(c.fd, b, nil, nil, unix.MSG_NOSIGNAL)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return socketError(err)
		}
		b = b[n:]
	}
	return nil
}

// read receives what is there, at least one byte.
func (c *conn) read(b []byte) (int, error) {
	for {
		n, err := unix.Read(c.fd, b)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return 0, socketError(err)
		case n == 0:
			return 0, ErrClosed
		default:
			return n, nil
		}
	}
}

func socketError(err error) error {
	switch err {
	case unix.EAGAIN:
		return ErrTimeout
	case unix.ECONNRESET, unix.EPIPE:
		return ErrClosed
	}
	return err
}

func (c *conn) close() { unix.Close(c.fd) }
