package xmltext

import (
	"io"
	"strconv"
)

// Fault is what is wrong with a document, or with what an Encoder was asked to
// write. The constants are the errors to compare with: errors.Is(err, ErrChar).
type Fault uint8

// The faults, with the production, well-formedness constraint (WFC) or
// namespace constraint (NSC) that is violated.
const (
	faultNone Fault = iota

	ErrTruncated   // [1] the document ends in a token or before its root does; errors.Is io.ErrUnexpectedEOF
	ErrUTF8        // 4.3.3 bytes that are not UTF-8
	ErrEncoding    // 4.3.3 a declared or apparent encoding other than UTF-8 and US-ASCII, or bytes outside it
	ErrChar        // [2] a character that XML does not have
	ErrDeclaration // [23] malformed XML declaration
	ErrVersion     // [26] a version that is not 1.x
	ErrDoctype     // [28] a document type declaration; never accepted
	ErrOutside     // [1] anything but one root, comments, instructions and white space on the top level
	ErrMarkup      // [43] "<!" that begins neither comment, CDATA section nor DOCTYPE
	ErrName        // [5] not a name where one must stand
	ErrColon       // Namespaces [7] colon at an end of a name, or two, or in the target of an instruction
	ErrTagEnd      // [42] [44] no '>' where it must stand
	ErrSpace       // [40] no white space before an attribute, or before the data of an instruction
	ErrEquals      // [41] no '=' behind the name of an attribute
	ErrQuote       // [10] attribute value that is not quoted
	ErrLess        // WFC No < in Attribute Values
	ErrDuplicate   // WFC Unique Att Spec, NSC Attributes Unique
	ErrMatch       // WFC Element Type Match
	ErrReference   // [66] [68] malformed reference
	ErrCharRef     // WFC Legal Character
	ErrEntity      // WFC Entity Declared: none but the predefined ones
	ErrSectionEnd  // [14] "]]>" in text; in CDATA when writing
	ErrComment     // [15] "--" in a comment
	ErrTarget      // [17] an instruction for the reserved target xml
	ErrInstruction // [16] "?>" or leading white space in data; only when writing
	ErrPrefix      // NSC Prefix Declared
	ErrNamespace   // NSC Reserved Prefixes and Namespace Names, No Prefix Undeclaring
	ErrOrder       // a call that the state of an Encoder does not allow

	// Limits.
	ErrSize       // Limits.Document
	ErrDepth      // Limits.Depth
	ErrAttributes // Limits.Attributes
	ErrNameLength // Limits.Name
	ErrNamespaces // Limits.Namespaces

	faultCount
)

var faults = [faultCount]string{
	faultNone:      "no fault",
	ErrTruncated:   "document is truncated",
	ErrUTF8:        "invalid UTF-8",
	ErrEncoding:    "unsupported encoding",
	ErrChar:        "character is not allowed in XML",
	ErrDeclaration: "malformed XML declaration",
	ErrVersion:     "unsupported XML version",
	ErrDoctype:     "document type declaration is not allowed",
	ErrOutside:     "content outside the root element",
	ErrMarkup:      "malformed markup",
	ErrName:        "malformed name",
	ErrColon:       "misplaced colon in a name",
	ErrTagEnd:      "tag is not closed",
	ErrSpace:       "white space is missing",
	ErrEquals:      "attribute without =",
	ErrQuote:       "attribute value is not quoted",
	ErrLess:        "< in an attribute value",
	ErrDuplicate:   "duplicate attribute",
	ErrMatch:       "end tag does not match",
	ErrReference:   "malformed reference",
	ErrCharRef:     "reference to a character that is not allowed in XML",
	ErrEntity:      "undeclared entity",
	ErrSectionEnd:  "]]> in character data",
	ErrComment:     "-- in a comment",
	ErrTarget:      "reserved target of a processing instruction",
	ErrInstruction: "data of a processing instruction cannot be written",
	ErrPrefix:      "undeclared namespace prefix",
	ErrNamespace:   "namespace declaration is not allowed",
	ErrOrder:       "not allowed at this place",
	ErrSize:        "document is too large",
	ErrDepth:       "elements are nested too deeply",
	ErrAttributes:  "too many attributes",
	ErrNameLength:  "name is too long",
	ErrNamespaces:  "too many namespace declarations",
}

// Error makes a Fault usable with errors.Is.
func (f Fault) Error() string {
	if f >= faultCount {
		return "unknown fault"
	}
	return faults[f]
}

// Is makes ErrTruncated an io.ErrUnexpectedEOF.
func (f Fault) Is(target error) bool {
	return f == ErrTruncated && target == io.ErrUnexpectedEOF
}

// Limit reports whether the document may be well-formed, but is beyond a limit.
func (f Fault) Limit() bool { return f >= ErrSize && f < faultCount }

// pathBytes bounds the path of an Error; 32 names of PPSP need less.
const pathBytes = 128

// Error is a fault and its place. It is part of the Decoder or Encoder that
// returned it and valid until that is reset; its text is made when it is
// printed.
type Error struct {
	Fault  Fault
	Offset int // bytes from the start of the document, a byte order mark counted

	// path holds the innermost names of the open elements, each behind a
	// slash, as many as fit as a whole; cut says that outer ones are missing.
	//
	//	path[0:first]   unused
	//	path[first:]    "/outer/inner"
	path  [pathBytes]byte
	first uint8
	cut   bool
}

// set makes e the error of a fault at an offset, with an empty path.
func (e *Error) set(f Fault, offset int) {
	e.Fault, e.Offset, e.first, e.cut = f, offset, pathBytes, false
}

// within adds an open element in front of the path; innermost comes first.
// It reports whether there was room.
func (e *Error) within(name []byte) bool {
	n := len(name) + 1
	if n > int(e.first) {
		e.cut = true
		return false
	}
	e.first -= uint8(n)
	e.path[e.first] = '/'
	copy(e.path[e.first+1:], name)
	return true
}

// Path is the open elements at the fault, from the root, each behind a slash:
// "/PPSPTrackerProtocol/PeerGroup". When they are too long for the error, the
// outer ones are replaced by "...". It is empty outside the root.
func (e *Error) Path() string {
	p := string(e.path[e.first:])
	if e.cut {
		return "..." + p
	}
	return p
}

// Error is the fault, the offset and the path.
func (e *Error) Error() string {
	s := "xmltext: " + e.Fault.Error() + " at byte " + strconv.Itoa(e.Offset)
	if p := e.Path(); p != "" {
		s += " in " + p
	}
	return s
}

// Unwrap is the fault.
func (e *Error) Unwrap() error { return e.Fault }
