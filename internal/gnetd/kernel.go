package gnetd

import "golang.org/x/sys/unix"

// kernel is the system calls that a loop makes for its connections. Tests put a
// kernel in memory in its place.
type kernel struct {
	write    func(fd int, p []byte) (n int, err error)
	shut     func(fd int) error // half-close: no more is sent
	waiting  func(fd int) bool  // bytes are there to be read
	dup      func(fd int) (to int, err error)
	closeDup func(fd int)
}

// system is the kernel that there is.
var system = kernel{
	write: func(fd int, p []byte) (int, error) { return unix.Write(fd, p) },
	shut:  func(fd int) error { return unix.Shutdown(fd, unix.SHUT_WR) },
	waiting: func(fd int) bool {
		n, err := unix.IoctlGetInt(fd, unix.TIOCINQ)
		return err == nil && n > 0
	},
	dup:      func(fd int) (int, error) { return unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0) },
	closeDup: func(fd int) { _ = unix.Close(fd) },
}
