package xmltext

import (
	"bytes"
	"hash/maphash"
)

// The two namespace names that are bound by definition (Namespaces section 3).
const (
	NamespaceXML   = "http://www.w3.org/XML/1998/namespace"
	NamespaceXMLNS = "http://www.w3.org/2000/xmlns/"
)

const (
	prefixXML   = "xml"
	prefixXMLNS = "xmlns"
)

// The declarations that every scope begins with.
const (
	boundXML = iota
	boundXMLNS
	reserved // how many
)

// scope is the namespace declarations in scope, the innermost last, the two
// reserved ones first. How many of them count is kept by the owner, for each
// open element: what lies beyond is still readable until the next bind, which
// an end tag needs.
//
//	bindings   xml xmlns 2 3 … n-1 | no longer in scope
//	arena      prefix uri prefix uri … prefix uri | …
//	           ^      ^   ^
//	           at     mid end, which is at of the next
//
// Invariant: at(i) ≤ mid ≤ end ≤ len(arena), at(0) = 0, at(i+1) = end(i).
type scope struct {
	bindings []binding
	arena    []byte
	seed     maphash.Seed
}

// binding is a declaration: where in the arena its prefix (empty for the
// default namespace) and its namespace name (empty for none) end, and keyed
// hashes of both, so that nobody can choose names that are slow to tell apart.
// The default namespace has none: it is never looked for among many. 16 bytes.
type binding struct {
	mid, end           uint32
	prefixKey, nameKey uint32
}

// init makes a scope of the reserved declarations with room for some more.
func (s *scope) init(room int) {
	s.bindings = make([]binding, 0, reserved+room)
	s.seed = maphash.MakeSeed()
	s.bind(boundXML, []byte(prefixXML), []byte(NamespaceXML), FormVerbatim)
	s.bind(boundXMLNS, []byte(prefixXMLNS), []byte(NamespaceXMLNS), FormVerbatim)
}

// at is where binding i begins.
func (s *scope) at(i int) uint32 {
	if i == 0 {
		return 0
	}
	return s.bindings[i-1].end
}

func (s *scope) prefix(i int) []byte { return s.arena[s.at(i):s.bindings[i].mid] }

func (s *scope) uri(i int) []byte { return s.arena[s.bindings[i].mid:s.bindings[i].end] }

// bind makes a declaration the n-th; those from n on are gone. The namespace
// name is unescaped as form says.
func (s *scope) bind(n int, prefix, uri []byte, form Form) Fault {
	s.bindings = s.bindings[:n]
	s.arena = append(s.arena[:s.at(n)], prefix...)
	mid := len(s.arena)
	s.arena = AppendUnescaped(s.arena, uri, form)
	b := binding{mid: uint32(mid), end: uint32(len(s.arena))}
	if len(prefix) != 0 {
		b.prefixKey, b.nameKey = s.key(prefix), s.key(s.arena[mid:])
	}
	s.bindings = append(s.bindings, b)
	return checkDeclaration(prefix, s.arena[mid:])
}

// key is a hash of a prefix or namespace name, 0 for the empty prefix.
func (s *scope) key(name []byte) uint32 {
	if len(name) == 0 {
		return 0
	}
	return uint32(maphash.Bytes(s.seed, name))
}

// checkDeclaration is the constraints on one declaration (Namespaces section 3,
// NSC Reserved Prefixes and Namespace Names, NSC No Prefix Undeclaring).
func checkDeclaration(prefix, uri []byte) Fault {
	isXML := string(uri) == NamespaceXML
	switch {
	case string(prefix) == prefixXML && isXML:
		return faultNone
	case string(prefix) == prefixXML, string(prefix) == prefixXMLNS,
		isXML, string(uri) == NamespaceXMLNS,
		len(uri) == 0 && len(prefix) != 0:
		return ErrNamespace
	}
	return faultNone
}

// find is the innermost of the first n declarations of a prefix, -1 for none.
func (s *scope) find(n int, prefix []byte) int {
	key, all := s.key(prefix), s.bindings[:n]
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].prefixKey == key && bytes.Equal(s.prefix(i), prefix) {
			return i
		}
	}
	return -1
}

// same reports whether two declarations of prefixes are of one namespace.
func (s *scope) same(i, j int) bool {
	return s.bindings[i].nameKey == s.bindings[j].nameKey && bytes.Equal(s.uri(i), s.uri(j))
}

// resolve is the namespace name of a prefix, the empty one included, within the
// first n declarations; false if it was not declared.
func (s *scope) resolve(n int, prefix []byte) ([]byte, bool) {
	if i := s.find(n, prefix); i >= 0 {
		return s.uri(i), true
	}
	return nil, len(prefix) == 0
}

// prefixFor is the innermost prefix that stands for a namespace name within the
// first n declarations and is not hidden by a later one; -1 for none.
func (s *scope) prefixFor(n int, uri []byte) int {
	for i := n - 1; i >= 0; i-- {
		if len(s.prefix(i)) != 0 && bytes.Equal(s.uri(i), uri) && s.find(n, s.prefix(i)) == i {
			return i
		}
	}
	return -1
}

// check proves the invariant for the first n declarations.
func (s *scope) check(n int) bool {
	if n > len(s.bindings) {
		return false
	}
	at := uint32(0)
	for _, b := range s.bindings[:n] {
		if b.mid < at || b.end < b.mid || int(b.end) > len(s.arena) {
			return false
		}
		at = b.end
	}
	return true
}
