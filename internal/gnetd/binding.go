package gnetd

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// A binding holds the address that is served, from before the first event loop
// listens until after the last one has ended.
//
// The loops listen with SO_REUSEPORT, each on a socket of its own, and the
// kernel would let them share the port with any other program of the same user
// that asks for the same. So the binding first binds a socket without that
// option: now a port that is in use is an error. Only then is the option set on
// that socket, which lets the loops join. The socket never listens; it keeps
// the port, also one that the kernel chose, while the loops are started anew.
type binding struct {
	fd   int
	addr netip.AddrPort // unmapped; the port is never 0
	url  string         // the address in gnet's form, tcp://...
}

// bind takes addr, host:port. An empty host is every address, of IPv6 and IPv4
// where the machine has both. Port 0 lets the kernel choose. The error is one
// line that names addr.
func bind(addr string) (*binding, error) {
	b, err := resolveAndBind(addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return b, nil
}

func resolveAndBind(addr string) (*binding, error) {
	if addr == "" {
		return nil, errors.New("no address")
	}
	tcp, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, err
	}
	return bindTCP(tcp)
}

// bindTCP binds to tcp, and to every IPv4 address when every address is wanted
// of a machine without IPv6.
func bindTCP(tcp *net.TCPAddr) (*binding, error) {
	any6 := tcp.IP == nil || tcp.IP.Equal(net.IPv6unspecified)
	if !any6 {
		return bindTo(tcp, false)
	}
	b, err := bindTo(&net.TCPAddr{IP: net.IPv6unspecified, Port: tcp.Port}, true)
	if errors.Is(err, unix.EAFNOSUPPORT) || errors.Is(err, unix.EADDRNOTAVAIL) {
		b, err = bindTo(&net.TCPAddr{IP: net.IPv4zero, Port: tcp.Port}, false)
	}
	return b, err
}

// bindTo binds to exactly that address; dual says that an IPv6 socket takes
// IPv4 as well.
func bindTo(tcp *net.TCPAddr, dual bool) (b *binding, err error) {
	family, sa := unix.AF_INET, unix.Sockaddr(nil)
	if ip := tcp.IP.To4(); ip != nil {
		sa = &unix.SockaddrInet4{Port: tcp.Port, Addr: [4]byte(ip)}
	} else {
		family, sa = unix.AF_INET6, &unix.SockaddrInet6{Port: tcp.Port, Addr: [16]byte(tcp.IP.To16()), ZoneId: zone(tcp.Zone)}
	}
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, unix.IPPROTO_TCP)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	defer func() {
		if err != nil {
			_ = unix.Close(fd)
		}
	}()
	if family == unix.AF_INET6 {
		if err := setInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, !dual); err != nil {
			return nil, err
		}
	}
	// With SO_REUSEADDR, connections of an earlier run that the kernel still
	// remembers (TIME_WAIT) are no obstacle; a listening socket still is.
	if err := setInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, true); err != nil {
		return nil, err
	}
	if err := unix.Bind(fd, sa); err != nil {
		return nil, err // the caller names the address; "bind:" says nothing more
	}
	if err := setInt(fd, unix.SOL_SOCKET, unix.SO_REUSEPORT, true); err != nil {
		return nil, err
	}
	bound, err := localAddr(fd)
	if err != nil {
		return nil, err
	}
	return &binding{fd: fd, addr: bound, url: gnetURL(tcp, dual, int(bound.Port()))}, nil
}

// gnetURL is the address as gnet wants it. An empty host is how gnet is told to
// take both families.
func gnetURL(tcp *net.TCPAddr, dual bool, port int) string {
	if dual {
		return "tcp://:" + strconv.Itoa(port)
	}
	bound := net.TCPAddr{IP: tcp.IP, Zone: tcp.Zone, Port: port}
	return "tcp://" + bound.String()
}

// zone is the index of an interface, by name or number; 0 for none.
func zone(name string) uint32 {
	if ifi, err := net.InterfaceByName(name); err == nil {
		return uint32(ifi.Index)
	}
	n, _ := strconv.ParseUint(name, 10, 32)
	return uint32(n)
}

// setInt sets a socket option that is on or off.
func setInt(fd, level, option int, on bool) error {
	value := 0
	if on {
		value = 1
	}
	return os.NewSyscallError("setsockopt", unix.SetsockoptInt(fd, level, option, value))
}

// localAddr is the address that a socket is bound to.
func localAddr(fd int) (netip.AddrPort, error) {
	sa, err := unix.Getsockname(fd)
	if err != nil {
		return netip.AddrPort{}, os.NewSyscallError("getsockname", err)
	}
	switch sa := sa.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(sa.Addr), uint16(sa.Port)), nil
	case *unix.SockaddrInet6:
		return netip.AddrPortFrom(netip.AddrFrom16(sa.Addr).Unmap(), uint16(sa.Port)), nil
	}
	return netip.AddrPort{}, os.NewSyscallError("getsockname", unix.EAFNOSUPPORT)
}

// release gives the port up.
func (b *binding) release() { _ = unix.Close(b.fd) }

// stopListening closes the listening sockets of this process on the binding's
// address, so that from now on the kernel refuses connections. gnet closes its
// listeners only when it ends, and does not tell their descriptors; so they are
// looked for among the first top ones, until count are found.
//
// Nothing but this package can have made such a socket: the binding holds the
// address. Each is replaced, under the same number, by a socket that listens
// where nobody connects. A loop that still holds an event for the number finds
// no connection then (EAGAIN). Were the socket only closed, the loop's accept
// would fail, and with it the loop.
func (b *binding) stopListening(count, top int) error {
	idle, err := idleListener()
	if err != nil {
		return err
	}
	defer unix.Close(idle)
	for fd := 0; fd < top && count > 0; fd++ {
		if !listens(fd) {
			continue
		}
		if addr, err := localAddr(fd); err != nil || addr != b.addr {
			continue
		}
		if err := unix.Dup3(idle, fd, unix.O_CLOEXEC); err != nil {
			return os.NewSyscallError("dup3", err)
		}
		count--
	}
	return nil
}

// listens reports whether fd is a listening socket.
func listens(fd int) bool {
	v, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ACCEPTCONN)
	return err == nil && v != 0
}

// idleListener makes a listening socket without blocking, at a name in the
// abstract Unix name space that the kernel chooses.
func idleListener() (int, error) {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, os.NewSyscallError("socket", err)
	}
	if err := unix.Bind(fd, &unix.SockaddrUnix{}); err != nil {
		_ = unix.Close(fd)
		return -1, os.NewSyscallError("bind", err)
	}
	if err := unix.Listen(fd, 1); err != nil {
		_ = unix.Close(fd)
		return -1, os.NewSyscallError("listen", err)
	}
	return fd, nil
}
