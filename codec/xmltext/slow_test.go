package xmltext

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// This is the slow twin of the Decoder: the productions of XML 1.0 (fifth
// edition) and Namespaces in XML 1.0 (third edition) as regular expressions, in
// the order and with the numbers of the standards. It aims for readability and
// tells tokens or nothing. Line ends are normalised before anything is parsed,
// as section 2.11 has it.

const (
	reChar      = `[\t\n\r\x20-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}]`                                                                                                                                              // [2]
	reS         = `[\x20\t\r\n]+`                                                                                                                                                                                           // [3]
	nameStarts  = `A-Z_a-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{370}-\x{37D}\x{37F}-\x{1FFF}\x{200C}-\x{200D}\x{2070}-\x{218F}\x{2C00}-\x{2FEF}\x{3001}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFFD}\x{10000}-\x{EFFFF}` // [4], no colon
	nameChars   = nameStarts + `\-.0-9\x{B7}\x{0300}-\x{036F}\x{203F}-\x{2040}`                                                                                                                                             // [4a], no colon
	reNCName    = `[` + nameStarts + `][` + nameChars + `]*`                                                                                                                                                                // NS [4]
	reQName     = `(?:` + reNCName + `:)?` + reNCName                                                                                                                                                                       // NS [7]
	reReference = `(?:&(?:lt|gt|amp|apos|quot);|&#[0-9]+;|&#x[0-9a-fA-F]+;)`                                                                                                                                                // [67], predefined only
	reAttValue  = `(?:"(?:[^<&"]|` + reReference + `)*"|'(?:[^<&']|` + reReference + `)*')`                                                                                                                                 // [10]
	reCharData  = `(?:[^<&]|` + reReference + `)+`                                                                                                                                                                          // [14] with [67]
	reComment   = `<!--((?:[^-]|-[^-])*)-->`                                                                                                                                                                                // [15]
	rePI        = `(?s)<\?(` + reNCName + `)(?:\?>|` + reS + `(.*?)\?>)`                                                                                                                                                    // [16]
	reCDSect    = `(?s)<!\[CDATA\[(.*?)\]\]>`                                                                                                                                                                               // [18]
	reEq        = `(?:` + reS + `)?=(?:` + reS + `)?`                                                                                                                                                                       // [25]
	reXMLDecl   = `<\?xml` + reS + `version` + reEq + `(?:"1\.[0-9]+"|'1\.[0-9]+')` +                                                                                                                                       // [23] [24] [26]
		`(?:` + reS + `encoding` + reEq + `(?:"[A-Za-z][A-Za-z0-9._\-]*"|'[A-Za-z][A-Za-z0-9._\-]*'))?` + // [80] [81]
		`(?:` + reS + `standalone` + reEq + `(?:"(?:yes|no)"|'(?:yes|no)'))?` + // [32]
		`(?:` + reS + `)?\?>`
	reAttribute = reS + `(` + reQName + `)` + reEq + `(` + reAttValue + `)`           // [41]
	reSTag      = `<(` + reQName + `)((?:` + reAttribute + `)*)(?:` + reS + `)?(/?)>` // [40] [44]
	reETag      = `</(` + reQName + `)(?:` + reS + `)?>`                              // [42]
	reFields    = reS + `(version|encoding|standalone)` + reEq + `("[^"]*"|'[^']*')`  // of [23]
)

func anchored(re string) *regexp.Regexp { return regexp.MustCompile(`^(?:` + re + `)`) }

var (
	slowChars     = regexp.MustCompile(`^` + reChar + `*$`)
	slowXMLDecl   = anchored(reXMLDecl)
	slowFields    = regexp.MustCompile(reFields)
	slowComment   = anchored(reComment)
	slowPI        = anchored(rePI)
	slowCDSect    = anchored(reCDSect)
	slowCharData  = anchored(reCharData)
	slowSTag      = anchored(reSTag)
	slowAttribute = regexp.MustCompile(reAttribute)
	slowETag      = anchored(reETag)
	slowReference = regexp.MustCompile(reReference)
	slowSpace     = anchored(reS)
)

// slowDecoder is what is known while a document is read.
type slowDecoder struct {
	rest   string
	open   []string            // qualified names
	scopes []map[string]string // prefix to namespace name, one for each open element
	bound  []int               // declarations in scope, of each open element
	rooted bool
	tokens []string
}

// describeSlow is the tokens of a document, false if it is not well-formed or
// beyond the default limits.
func describeSlow(doc []byte) ([]string, bool) {
	if !utf8.Valid(doc) {
		return nil, false
	}
	s := &slowDecoder{rest: strings.TrimPrefix(string(doc), "\uFEFF")}
	if !slowChars.MatchString(s.rest) {
		return nil, false
	}
	s.rest = strings.ReplaceAll(s.rest, "\r\n", "\n")
	s.rest = strings.ReplaceAll(s.rest, "\r", "\n")
	if !s.declaration() {
		return nil, false
	}
	for s.rest != "" {
		if !s.token() {
			return nil, false
		}
	}
	return s.tokens, s.rooted && len(s.open) == 0
}

// match takes what re matches off the rest.
func (s *slowDecoder) match(re *regexp.Regexp) []string {
	m := re.FindStringSubmatch(s.rest)
	if m != nil {
		s.rest = s.rest[len(m[0]):]
	}
	return m
}

func (s *slowDecoder) add(format string, args ...any) {
	s.tokens = append(s.tokens, fmt.Sprintf(format, args...))
}

func (s *slowDecoder) declaration() bool {
	m := s.match(slowXMLDecl)
	if m == nil {
		return true
	}
	line := "<?xml"
	for _, f := range slowFields.FindAllStringSubmatch(m[0], -1) {
		value := f[2][1 : len(f[2])-1]
		line += fmt.Sprintf(" %s=%q", f[1], value)
		if f[1] != "encoding" || strings.EqualFold(value, "utf-8") {
			continue
		}
		if !strings.EqualFold(value, "us-ascii") || strings.ContainsFunc(s.rest, func(r rune) bool { return r > 127 }) {
			return false
		}
	}
	s.add("%s", line)
	return true
}

// token takes one token off the rest.
func (s *slowDecoder) token() bool {
	if len(s.open) == 0 && s.match(slowSpace) != nil {
		return true
	}
	if m := s.match(slowComment); m != nil {
		s.add("!%q", m[1])
		return true
	}
	if m := s.match(slowPI); m != nil {
		s.add("?%s %q", m[1], m[2])
		return !strings.EqualFold(m[1], "xml") && len(m[1]) <= defaultName
	}
	if m := s.match(slowSTag); m != nil {
		return s.start(m[1], m[2], m[len(m)-1] != "")
	}
	if len(s.open) == 0 {
		return false
	}
	if m := s.match(slowETag); m != nil {
		return m[1] == s.open[len(s.open)-1] && s.end()
	}
	if m := s.match(slowCDSect); m != nil {
		s.add("[%q", m[1])
		return true
	}
	if m := s.match(slowCharData); m != nil && strings.HasPrefix(s.rest, "<") {
		text, ok := slowUnescape(m[0])
		s.add("%q", text)
		return ok && !strings.Contains(m[0], "]]>")
	}
	return false
}

func (s *slowDecoder) start(name, attributes string, empty bool) bool {
	if s.rooted && len(s.open) == 0 || len(s.open) == defaultDepth {
		return false
	}
	scope := map[string]string{"": "", "xml": NamespaceXML, "xmlns": NamespaceXMLNS}
	if len(s.scopes) > 0 {
		scope = make(map[string]string)
		for k, v := range s.scopes[len(s.scopes)-1] {
			scope[k] = v
		}
	}
	bound := 0
	if len(s.bound) > 0 {
		bound = s.bound[len(s.bound)-1]
	}
	found := slowAttribute.FindAllStringSubmatch(attributes, -1)
	for _, a := range found {
		prefix, local := slowSplit(a[1])
		if a[1] == "xmlns" {
			prefix, local = "xmlns", ""
		}
		uri, ok := slowUnescape(slowAttrSpace(a[2]))
		if !ok || len(a[1]) > defaultName {
			return false
		}
		if prefix == "xmlns" {
			if (local == "xml") != (uri == NamespaceXML) || local == "xmlns" || uri == NamespaceXMLNS || local != "" && uri == "" {
				return false
			}
			scope[local] = uri
			bound++
		}
	}
	s.rooted = true
	s.open = append(s.open, name)
	s.scopes = append(s.scopes, scope)
	s.bound = append(s.bound, bound)
	expanded, ok := slowExpand(scope, name, true)
	if !ok || strings.HasPrefix(name, "xmlns:") || len(name) > defaultName || len(found) > defaultAttributes || bound > defaultNamespaces {
		return false
	}
	line, seen := "<"+expanded, make(map[string]bool)
	for _, a := range found {
		value, _ := slowUnescape(slowAttrSpace(a[2]))
		expanded, ok := slowExpand(scope, a[1], false)
		prefix, local := slowSplit(a[1])
		key := local
		if prefix != "" {
			key = scope[prefix] + " " + local
		}
		if !ok || seen[key] {
			return false
		}
		seen[key] = true
		line += fmt.Sprintf(" %s=%q", expanded, value)
	}
	s.add("%s", line)
	if empty {
		return s.end()
	}
	return true
}

func (s *slowDecoder) end() bool {
	n := len(s.open) - 1
	expanded, _ := slowExpand(s.scopes[n], s.open[n], true)
	s.add("</%s", expanded)
	s.open, s.scopes, s.bound = s.open[:n], s.scopes[:n], s.bound[:n]
	return true
}

func slowSplit(name string) (prefix, local string) {
	if prefix, local, ok := strings.Cut(name, ":"); ok {
		return prefix, local
	}
	return "", name
}

// slowExpand is a name with its namespace, false if the prefix is undeclared.
func slowExpand(scope map[string]string, name string, element bool) (string, bool) {
	prefix, _ := slowSplit(name)
	uri, ok := scope[prefix]
	if prefix == "" && !element {
		uri = ""
		if name == "xmlns" {
			uri = NamespaceXMLNS
		}
	}
	return "{" + uri + "}" + name, ok
}

// slowAttrSpace is the literal of an attribute value without its quotes, white
// space normalised (section 3.3.3).
func slowAttrSpace(literal string) string {
	return strings.NewReplacer("\t", " ", "\n", " ").Replace(literal[1 : len(literal)-1])
}

// slowUnescape replaces references, false if one is to no Char.
func slowUnescape(s string) (string, bool) {
	ok := true
	s = slowReference.ReplaceAllStringFunc(s, func(ref string) string {
		switch ref {
		case "&lt;":
			return "<"
		case "&gt;":
			return ">"
		case "&amp;":
			return "&"
		case "&apos;":
			return "'"
		case "&quot;":
			return `"`
		}
		format, digits := "%d", strings.TrimLeft(ref[2:len(ref)-1], "0")
		if ref[2] == 'x' {
			format, digits = "%x", strings.TrimLeft(ref[3:len(ref)-1], "0")
		}
		var r rune
		n, err := fmt.Sscanf(digits, format, &r)
		char := string(r)
		if len(digits) > 7 || n != 1 || err != nil || !utf8.ValidRune(r) || !slowChars.MatchString(char) {
			ok = false
		}
		return char
	})
	return s, ok
}
