package xmltext

import "bytes"

// search looks for the end of an incomplete token, from where it stopped when
// the bytes ran out before. It is told all the bytes of the token each time.
//
//	token[0:mark]   hold no end
//	token[mark:]    not searched
type search struct {
	mark  int
	quote byte // the open quote of a tag at mark, 0 for none
}

// runOut prepares for more bytes of the token at pos.
func (d *Decoder) runOut() {
	if d.gate&gatePartial == 0 {
		d.gate |= gatePartial
		d.search = search{}
	}
}

// found reports whether the token may be complete: its end is there, or it is
// so short that it is not known what it will be.
func (s *search) found(token []byte) bool {
	switch {
	case len(token) == 0:
		return false
	case token[0] != '<':
		return s.find(token, 0, "<")
	case hasPrefix(token, commentStart):
		return s.find(token, len(commentStart), "-->")
	case hasPrefix(token, sectionStart):
		return s.find(token, len(sectionStart), "]]>")
	case hasPrefix(token, "<?"):
		return s.find(token, len("<?"), "?>")
	case hasPrefix(token, "<!"):
		return true
	}
	return s.findTagEnd(token)
}

// find looks for the end of a token that cannot stand before from. What is
// there of it at mark is looked at again.
func (s *search) find(token []byte, from int, end string) bool {
	from = min(max(from, s.mark-len(end)+1), len(token))
	s.mark = len(token)
	return bytes.Contains(token[from:], []byte(end))
}

// findTagEnd looks for '>' outside of quotes.
func (s *search) findTagEnd(token []byte) bool {
	for ; s.mark < len(token); s.mark++ {
		switch c := token[s.mark]; {
		case s.quote == 0 && c == '>':
			return true
		case s.quote == 0 && (c == '"' || c == '\''):
			s.quote = c
		case c == s.quote:
			s.quote = 0
		}
	}
	return false
}
