package lives

import (
	"net/netip"
	"strconv"

	"github.com/ppspd/ppspd/codec"
)

// writer makes the requests of peers.
type writer struct {
	names names
	mix   Mix
	local netip.Addr // what peers announce: the address that the tracker sees
	buf   []byte
}

// port is the announced port of a peer.
func port(peer int) uint16 { return uint16(10000 + peer%50000) }

func (w *writer) keep(m *codec.Request, b []byte) codec.Span {
	w.buf = b
	return m.Keep(b)
}

// start makes the part that all requests of p have.
func (w *writer) start(m *codec.Request, p *peer, method codec.Method) {
	m.Reset()
	m.Dialect, m.Method = codec.DialectBase, method
	m.PeerID = w.keep(m, w.names.appendPeerID(w.buf[:0], p.index))
	p.serial++
	m.TransactionID = w.transaction(m, p, 0)
}

// transaction is the TransactionID of an action, 0 for that of the request.
func (w *writer) transaction(m *codec.Request, p *peer, action int) codec.Span {
	b := strconv.AppendUint(w.buf[:0], p.serial, 10)
	b = append(b, '.')
	return w.keep(m, strconv.AppendInt(b, int64(action), 10))
}

func (w *writer) action(m *codec.Request, p *peer, v codec.Verb, swarm int) {
	a := m.AddAction()
	a.Verb, a.Mode = v, codec.ModeLeech
	if p.seeder {
		a.Mode = codec.ModeSeed
	}
	a.SwarmID = w.keep(m, w.names.appendSwarmID(w.buf[:0], swarm))
	a.TransactionID = w.transaction(m, p, len(m.Actions()))
}

// joins makes p's CONNECT that joins swarms.
func (w *writer) joins(m *codec.Request, p *peer, swarms ...int) {
	w.start(m, p, codec.MethodConnect)
	for _, s := range swarms {
		w.action(m, p, codec.VerbJoin, s)
	}
	w.peerNum(m, p)
	w.announce(m, p)
}

// leaves makes p's CONNECT that leaves swarms, and joins another if to >= 0.
func (w *writer) leaves(m *codec.Request, p *peer, to int, swarms ...int) {
	w.start(m, p, codec.MethodConnect)
	for _, s := range swarms {
		w.action(m, p, codec.VerbLeave, s)
	}
	if to >= 0 {
		w.action(m, p, codec.VerbJoin, to)
		w.peerNum(m, p)
	}
}

func (w *writer) peerNum(m *codec.Request, p *peer) {
	if !p.seeder && w.mix.PeerNum > 0 {
		m.PeerNum = codec.PeerNum{Present: true, Count: uint32(w.mix.PeerNum)}
	}
}

// announce adds the addresses of p: the one that the tracker can verify and,
// for every third peer, a private one.
func (w *writer) announce(m *codec.Request, p *peer) {
	m.PeerGroup = true
	a := m.AddAddress()
	a.SetAddr(w.local)
	a.Port, a.Priority, a.Flags = port(p.index), 1, a.Flags|codec.AddrPriority
	a.Protocol = codec.ParseProtocol([]byte("PPSP-PP"))
	if p.index%3 == 0 {
		b := m.AddAddress()
		b.SetAddr(private(p.index))
		b.Port, b.Type, b.Priority, b.Flags = port(p.index), codec.AddrHost, 2, b.Flags|codec.AddrPriority
	}
}

// private is the address of a peer in its own network.
func private(peer int) netip.Addr {
	return netip.AddrFrom4([4]byte{192, 168, byte(peer >> 8), byte(peer)})
}

// report makes p's STAT_REPORT, with statistics of its swarms or without.
func (w *writer) report(m *codec.Request, p *peer, statistics bool) {
	w.start(m, p, codec.MethodStatReport)
	m.Statistics = statistics
	if !statistics {
		return
	}
	for _, joined := range p.current {
		s := m.AddStat()
		s.Property, s.Has = codec.PropertyStreamStatistics, codec.StatUploaded|codec.StatDownloaded|codec.StatBandwidth
		s.Name = w.keep(m, []byte("StreamStatistics"))
		s.SwarmID = w.keep(m, w.names.appendSwarmID(w.buf[:0], joined.swarm))
		s.Uploaded, s.Downloaded, s.Bandwidth = p.uploaded, p.downloaded, 1_000_000*uint64(1+p.index%16)
	}
}
