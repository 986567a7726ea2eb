package xmltext

import "unicode/utf8"

// Classes of bytes. All loops over plain ASCII are driven by this one table;
// what is in none of the wanted classes is left to the slow paths.
const (
	nameStart = 1 << iota // ASCII that may begin a name, but for the colon: [4] of Namespaces
	nameChar              // ASCII that may go on with a name, but for the colon
	nameOdd               // colon and non-ASCII: the name may go on, the slow path decides
	blank                 // white space that is its own normalised form: SP TAB LF
	space                 // [3] S: blank and CR
	textPlain             // ASCII that stands for itself in text, wherever it stands there
	attrPlain             // ASCII that stands for itself in an attribute value, whatever its quotes
	charPlain             // ASCII that is a Char [2], but for CR
)

// class is the classes of each byte.
var class = classes()

func classes() (t [256]uint8) {
	for c := range t {
		t[c] = classesOf(byte(c))
	}
	return t
}

func classesOf(c byte) (k uint8) {
	letter := 'a' <= c|0x20 && c|0x20 <= 'z'
	if letter || c == '_' {
		k |= nameStart | nameChar
	}
	if '0' <= c && c <= '9' || c == '-' || c == '.' {
		k |= nameChar
	}
	if c == ':' || c >= utf8.RuneSelf {
		k |= nameOdd
	}
	if c == ' ' || c == '\t' || c == '\n' {
		k |= blank | space
	}
	if c == '\r' {
		k |= space
	}
	if c >= utf8.RuneSelf {
		return k
	}
	if c >= ' ' || c == '\t' || c == '\n' {
		k |= charPlain
		if c != '<' && c != '&' && c != '>' { // '>' may end "]]>"
			k |= textPlain
		}
		if c >= ' ' && c != '<' && c != '&' && c != '"' && c != '\'' {
			k |= attrPlain
		}
	}
	return k
}

// isChar is production [2] for a code point that is not a surrogate.
func isChar(r rune) bool {
	if r < ' ' {
		return r == '\t' || r == '\n' || r == '\r'
	}
	return r <= 0xD7FF || 0xE000 <= r && r <= 0xFFFD || 0x10000 <= r && r <= utf8.MaxRune
}

// runeRange is a range of code points, both ends included.
type runeRange struct{ lo, hi rune }

// nameStartRanges is production [4] NameStartChar beyond ASCII, ascending.
var nameStartRanges = [...]runeRange{
	{0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2FF}, {0x370, 0x37D},
	{0x37F, 0x1FFF}, {0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF},
	{0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF},
}

// isNameStart is production [4] NameStartChar without the colon, beyond ASCII.
func isNameStart(r rune) bool {
	for i := range nameStartRanges {
		if r <= nameStartRanges[i].hi {
			return r >= nameStartRanges[i].lo
		}
	}
	return false
}

// isNameChar is production [4a] NameChar without the colon, beyond ASCII.
func isNameChar(r rune) bool {
	return isNameStart(r) || r == 0xB7 || 0x300 <= r && r <= 0x36F || r == 0x203F || r == 0x2040
}
