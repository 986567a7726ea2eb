// Package xmltext reads and writes the tokens of XML documents on slices of
// bytes: XML 1.0 and namespaces, without allocation and without a stream behind
// it. It knows no PPSP; package codec/ppspxml does.
//
// What it does not do: it reads no document type declarations (they are always
// refused, with ErrDoctype), no entities but the five predefined ones, no
// encodings but UTF-8 and US-ASCII, and no file, connection or io.Reader. It
// does not build trees, does not bind elements to Go values, and does not check
// that namespace names are URIs.
//
// # Terminology
//
//   - To decode is to turn the bytes of a document into tokens, to encode is to
//     turn tokens into bytes. What a token means is not the concern of either.
//   - A token is an XML declaration, a start tag with its attributes, an end
//     tag, a run of text, a CDATA section, a comment, or a processing
//     instruction (in short: instruction). An empty-element tag is two tokens.
//   - A span is an offset and a length in the document, a view is a slice of it.
//   - A name is prefix and local part; a qualified name (QName) also has the
//     namespace name (URI) that the prefix stands for. A declaration binds a
//     prefix, the empty one for the default namespace, to a namespace name.
//   - A value is raw when it is as in the document; to unescape it is to
//     normalise its line ends and white space and replace its references. Its
//     form says which of them there are to do; mostly none.
//   - A fault is what is wrong with a document, an Error is a fault and where
//     it was found.
//
// # Incomplete documents
//
// A Decoder may be given the beginning of a document, and more of it later, in
// the same place or another; all that came before must be there still. When the
// bytes run out, Next returns io.ErrUnexpectedEOF and its state is unchanged.
// Tokens and faults do not depend on the pieces in which a document arrives.
//
// # Memory
//
// A Decoder borrows the document until it is reset, and takes its own memory
// when it is made, by its Limits; while reading, it allocates nothing but room
// for namespace names, and that only the first time. Spans are valid as long as
// the document, views as long as the slice that was given last. An Encoder
// appends to the slice that it is given. The append functions return the
// extended slice.
//
// # Threads
//
// A Decoder and an Encoder belong to one goroutine at a time. Functions may be
// called by many at once.
//
// # Standards
//
// Extensible Markup Language (XML) 1.0 (Fifth Edition): all of section 2 but
// 2.8 [28] ff., section 3 but 3.2 to 3.4, 4.1, 4.3.3, 4.4, 4.6; as a processor
// that reads no declarations of markup. Namespaces in XML 1.0 (Third Edition):
// all. Numbers in brackets are productions of the former, unless said.
package xmltext
