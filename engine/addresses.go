package engine

import (
	"net/netip"

	"github.com/ppspd/ppspd/codec"
)

// Announced says which of the addresses that peers announce are listed.
type Announced uint8

// The policies.
const (
	// AnnouncedVerified lists those that cannot aim a swarm at a third party:
	// with the IP that the peer was seen at, private ones to its neighbours,
	// relayed ones inside Config.Relays.
	AnnouncedVerified Announced = iota
	AnnouncedAll                // lists all of them
	AnnouncedNone               // lists what the tracker has seen, nothing else
)

// addressPolicy decides what becomes of the addresses of a peer. Its methods
// are pure functions.
//
// What a tracker knows of the addresses of one peer is a list of at most
// codec.LimitAddresses, kept in its cards:
//
//	announced ones   as the peer said, with AddrHidden or AddrPrivate by policy
//	observed ones    AddrObserved, type REFLEXIVE; at most one of each family
//
// The peer is bound to the IP that its last CONNECT came from and, of the other
// family, to what stands in the list: an observed address was seen, and an
// announced one of exactly the IP that a request comes from is thereby verified.
type addressPolicy struct {
	announced Announced
	relays    []netip.Prefix
}

// private reports whether an IP means something only near the peer: RFC 1918,
// unique local, link-local and loopback addresses.
func private(ip netip.Addr) bool {
	return ip.IsPrivate() || ip.IsLinkLocalUnicast() || ip.IsLoopback()
}

// unicast reports whether all addresses can be those of a peer.
func unicast(addrs []codec.Address) bool {
	for i := range addrs {
		if !addrs[i].Unicast() {
			return false
		}
	}
	return true
}

// settle appends to dst, which is empty, the addresses of a peer whose CONNECT
// came from seen. announced is what it announces, known the list so far: nil
// for a new peer, and when the peer has moved from elsewhere.
func (p addressPolicy) settle(dst []codec.Address, seen netip.AddrPort, announced, known []codec.Address) []codec.Address {
	here := seen.Addr()
	for i := range announced {
		a := announced[i]
		if a.Has(codec.AddrObserved) {
			continue
		}
		a.Flags = a.Flags&^(codec.AddrHidden|codec.AddrPrivate) | p.verdict(&a, here, known)
		dst = append(dst, a)
	}
	dst = p.insertObserved(dst, observedAddress(seen))
	for i := range known {
		if known[i].Has(codec.AddrObserved) && isV6(&known[i]) != here.Is6() {
			dst = p.insertObserved(dst, known[i])
		}
	}
	return dst
}

// verdict is how an announced address is listed: to all (0), to neighbours
// (AddrPrivate), or to nobody (AddrHidden).
func (p addressPolicy) verdict(a *codec.Address, here netip.Addr, known []codec.Address) codec.AddrFlags {
	switch p.announced {
	case AnnouncedAll:
		return 0
	case AnnouncedNone:
		return codec.AddrHidden
	}
	ip := a.Addr()
	switch {
	case ip == here, a.Type == codec.AddrProxy && p.relayed(ip):
		return 0
	case ip.Is6() != here.Is6() && verifiedBefore(a, known):
		return 0
	case private(ip) && (a.Type == codec.AddrHost || a.Type == codec.AddrTypeNone):
		return codec.AddrPrivate
	}
	return codec.AddrHidden
}

// relayed reports whether ip is that of one of the operator's relays.
func (p addressPolicy) relayed(ip netip.Addr) bool {
	for _, r := range p.relays {
		if r.Contains(ip) {
			return true
		}
	}
	return false
}

// verifiedBefore reports whether the peer was seen at the IP of a, which is not
// of the family that it uses now.
func verifiedBefore(a *codec.Address, known []codec.Address) bool {
	for i := range known {
		k := &known[i]
		if k.IP != a.IP || k.Flags&codec.AddrPrivate != 0 {
			continue
		}
		if k.Has(codec.AddrObserved) || k.Type != codec.AddrProxy && !k.Has(codec.AddrHidden) {
			return true
		}
	}
	return false
}

// observedAddress is the PeerAddress of what the tracker has seen (section 4.1).
func observedAddress(seen netip.AddrPort) (a codec.Address) {
	a.SetAddr(seen.Addr())
	a.Port = seen.Port()
	a.Type = codec.AddrReflexive
	a.Priority = observedPriority
	a.Flags |= codec.AddrObserved | codec.AddrPriority
	return a
}

// observedPriority is the @priority of observed addresses. Candidates MUST have
// one (section 3.2); it is that of the example in section 4.1.
const observedPriority = 1

// insertObserved adds an observed address. It is listed only if no announced
// one of its family is listed to all, and left out if one of those has its IP,
// or if nothing has to be verified. When there is no room left, it takes that of
// the least useful one, but only to be listed.
func (p addressPolicy) insertObserved(dst []codec.Address, o codec.Address) []codec.Address {
	o.Flags &^= codec.AddrHidden
	for i := range dst {
		a := &dst[i]
		if a.Flags&(codec.AddrHidden|codec.AddrPrivate|codec.AddrObserved) != 0 || isV6(a) != isV6(&o) {
			continue
		}
		if a.IP == o.IP {
			return dst
		}
		o.Flags |= codec.AddrHidden
	}
	switch {
	case o.Has(codec.AddrHidden) && p.announced == AnnouncedAll:
	case len(dst) < codec.LimitAddresses:
		return append(dst, o)
	case !o.Has(codec.AddrHidden):
		dst[leastUseful(dst)] = o
	}
	return dst
}

// leastUseful is the last hidden announced address, or the last announced one.
func leastUseful(addrs []codec.Address) int {
	last := len(addrs) - 1
	for last > 0 && addrs[last].Has(codec.AddrObserved) {
		last--
	}
	for i := last; i >= 0; i-- {
		if addrs[i].Flags&(codec.AddrHidden|codec.AddrObserved) == codec.AddrHidden {
			return i
		}
	}
	return last
}

// reveal lists the hidden addresses whose IP a request has just come from, and
// reports whether there were any.
func (p addressPolicy) reveal(known []codec.Address, here netip.Addr) (changed bool) {
	if p.announced != AnnouncedVerified {
		return false
	}
	for i := range known {
		k := &known[i]
		if k.Flags&(codec.AddrHidden|codec.AddrPrivate) != 0 && !k.Has(codec.AddrObserved) && k.Addr() == here {
			k.Flags &^= codec.AddrHidden | codec.AddrPrivate
			changed = true
		}
	}
	return changed
}

// contains reports whether one of the addresses has that IP.
func contains(addrs []codec.Address, ip netip.Addr) bool {
	for i := range addrs {
		if addrs[i].Addr() == ip {
			return true
		}
	}
	return false
}

func isV6(a *codec.Address) bool { return a.Flags&codec.AddrV6 != 0 }

// natKind is the kind of NAT traversal that the announced addresses tell of a
// peer that is seen at here (@abilityNAT, Table 2): its own address is the one
// that is seen: No-NAT; a relayed one: TURN; a reflexive one, or one that is
// not the one that is seen: STUN. Without announced addresses it is not known.
func natKind(addrs []codec.Address, here netip.Addr) codec.NAT {
	kind := codec.NATUnknown
	for i := range addrs {
		a := &addrs[i]
		switch {
		case a.Has(codec.AddrObserved):
		case a.Type == codec.AddrProxy:
			kind = codec.NATTURN
		case a.Type != codec.AddrReflexive && a.Addr() == here:
			return codec.NATNone
		case kind == codec.NATUnknown && (a.Type == codec.AddrReflexive || isV6(a) == here.Is6()):
			kind = codec.NATSTUN
		}
	}
	return kind
}
