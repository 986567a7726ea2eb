package gnetd

import (
	"net"
	"net/netip"

	"github.com/panjf2000/gnet/v2"

	"github.com/ppspd/ppspd/wheel"
)

// A conn is one connection: its stream, and what is to be written, waited for
// and closed. It belongs to its loop.
//
//	open ──▶ flushing ──▶ lingering ──▶ closed
//	  └──────────┴────────────┴───────────▲
//
// open: requests are read. flushing: the last answer waits for the kernel to
// take it. lingering: all is sent and the peer has been told so by a half-close;
// what it still sends is dropped, for a short time: closing at once would reset
// the connection, and the peer might lose the answer.
//
// A conn whose peer has closed its half while answers wait is detached: gnet has
// closed it, and the loop goes on with a descriptor of its own, to write them.
type conn struct {
	stream
	sock   gnet.Conn // nil once detached
	loop   *loop     // nil once forgotten
	handle uint32    // in loop.conns and loop.timers
	fd     int32
	phase  phase
	stall  *stall // nil if the kernel has taken all answers
}

type phase uint8

const (
	open phase = iota
	flushing
	lingering
)

// A stall is what a conn has while the kernel does not take its answers.
//
// outbound is a queue: what had been put into it up to mark has left once queued
// minus its length reaches mark. That must be so before overdue; then both are
// set anew. A conn with more than Config.MaxOutbound bytes in it is paused: its
// requests are only kept, in backlog, until outbound is empty.
type stall struct {
	index    int    // in loop.stalled
	outbound []byte // answers
	queued   uint64 // bytes that were ever put into outbound
	mark     uint64
	overdue  wheel.Tick
	paused   bool
	backlog  []byte
}

// addrPort is the address of a peer, unmapped and without a zone.
func addrPort(a net.Addr) netip.AddrPort {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	ip, _ := netip.AddrFromSlice(tcp.IP)
	return netip.AddrPortFrom(ip.Unmap(), uint16(tcp.Port))
}
