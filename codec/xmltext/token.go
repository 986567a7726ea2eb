package xmltext

// Kind says what a token is.
type Kind uint8

// The kinds, each with what stands in the Decoder while it is the current
// token. Span is there for all of them.
const (
	KindNone        Kind = iota
	KindDeclaration      // XML declaration; Attributes hold version, encoding, standalone
	KindStart            // start tag or empty-element tag; Name, Attributes
	KindEnd              // end tag, also that of an empty-element tag; Name
	KindText             // run of character data up to the next '<'; Value, Blank
	KindCDATA            // CDATA section; Value
	KindComment          // comment; Value
	KindInstruction      // processing instruction; Name is the target, Value the data

	kindCount
)

var kinds = [kindCount]string{
	KindNone:        "none",
	KindDeclaration: "declaration",
	KindStart:       "start",
	KindEnd:         "end",
	KindText:        "text",
	KindCDATA:       "CDATA",
	KindComment:     "comment",
	KindInstruction: "instruction",
}

// String is the kind's name in lower case.
func (k Kind) String() string {
	if k >= kindCount {
		return "unknown"
	}
	return kinds[k]
}

// Span is a piece of the document: an offset from its first byte, and a length,
// both in bytes. It stays true when the document's buffer grows or moves.
type Span struct{ Off, Len uint32 }

// End is the offset behind the last byte.
func (s Span) End() uint32 { return s.Off + s.Len }

// Name is the place of a qualified name in the document.
//
//	p : l o c a l        Off: of the first byte
//	^   ^         ^      Local: bytes from there to the local part, 0 without a prefix
//	Off Off+Local Off+Len
type Name struct {
	Off        uint32
	Len, Local uint16
}

// Prefixed reports whether the name has a prefix.
func (n Name) Prefixed() bool { return n.Local != 0 }

// Span is the whole name, prefix and colon included.
func (n Name) Span() Span { return Span{n.Off, uint32(n.Len)} }

// Form is what AppendUnescaped has to do to get from the bytes of the document
// to the characters that they stand for. Nothing, for most.
type Form uint8

// The forms.
const (
	FormVerbatim Form = iota // nothing: the bytes are the characters
	FormLines                // line ends (CDATA sections, comments, instructions)
	FormText                 // line ends and references
	FormAttr                 // white space and references (attribute values)
)

// Value is a piece of character data as it stands in the document.
type Value struct {
	Span
	Form Form
}

// Attribute is an attribute as it stands in the document, be it a namespace
// declaration. 20 bytes.
type Attribute struct {
	name Name
	off  uint32 // of the value, behind the opening quote
	len  uint32
	form Form
	// bound is the declaration of the prefix, one based; set when the tag is
	// complete. 0 for names without a prefix, and where all are declarations.
	bound uint16
}

// Name is the attribute's name.
func (a *Attribute) Name() Name { return a.name }

// Value is the attribute's value, without the quotes.
func (a *Attribute) Value() Value { return Value{Span{a.off, a.len}, a.form} }

// QName is a name with its namespace: what Decoder and Encoder exchange when
// namespaces matter. All three are views, of use as long as the document.
type QName struct {
	Prefix []byte // empty: none
	Local  []byte
	URI    []byte // namespace name; empty: none
}
