package xmltext

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// mutate changes a few bytes of a document, or moves pieces of it.
func mutate(r *rand.Rand, doc []byte) []byte {
	const bits = "<>/!?&;'\"=:-]x \r\n\t\x00a\xc3\xa9\xff#1"
	doc = bytes.Clone(doc)
	for range 1 + r.IntN(3) {
		if len(doc) == 0 {
			break
		}
		at, to := r.IntN(len(doc)), r.IntN(len(doc))
		switch r.IntN(5) {
		case 0:
			doc[at] = bits[r.IntN(len(bits))]
		case 1:
			doc = slices.Insert(doc, at, bits[r.IntN(len(bits))])
		case 2:
			doc = slices.Delete(doc, at, min(at+1+r.IntN(3), len(doc)))
		case 3:
			doc = slices.Insert(doc, at, bytes.Clone(doc[min(at, to):min(max(at, to), min(at, to)+20)])...)
		case 4:
			doc = doc[:at]
		}
	}
	return doc
}

// seeds are all documents of the tests, of tame size.
func seeds() (docs [][]byte) {
	for _, c := range cases() {
		if len(c.in) < 600 {
			docs = append(docs, []byte(c.in))
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for _, s := range shapes {
		docs = append(docs, []byte(s.make(r)))
	}
	return docs
}

// The Decoder agrees with its slow twin and with encoding/xml on documents that
// are nearly well-formed, in whole and in pieces.
func TestDecodeRandom(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	d, e := NewDecoder(Limits{}), new(Encoder)
	docs := seeds()
	for range 4000 {
		doc := mutate(r, docs[r.IntN(len(docs))])
		checkDocument(t, d, e, doc, r.Uint64())
		if t.Failed() {
			t.Fatalf("document %q", doc)
		}
	}
}

// checkDocument proves all that holds for any bytes: the twins agree, pieces
// make no difference, and what is encoded is read the same.
func checkDocument(t *testing.T, d *Decoder, e *Encoder, doc []byte, cuts uint64) {
	tokens, err := describeAll(d, doc)
	want, ok := describeSlow(doc)
	if ok != (err == nil) || ok && !slices.Equal(tokens, want) {
		t.Errorf("error %v\n%s\nslow twin: %v\n%s", err, strings.Join(tokens, "\n"), ok, strings.Join(want, "\n"))
	}
	text := fmt.Sprint(err)

	a, b := int(cuts&0xffff)%(len(doc)+1), int(cuts>>16&0xffff)%(len(doc)+1)
	pieces, perr := describePieces(d, doc, min(a, b), max(a, b))
	if !slices.Equal(pieces, tokens) || fmt.Sprint(perr) != text {
		t.Errorf("cut at %d and %d: %v\n%s\nin whole: %s\n%s", a, b, perr, strings.Join(pieces, "\n"), text, strings.Join(tokens, "\n"))
	}
	if cuts%16 == 0 {
		pieces, perr = describePieces(d, doc, everyByte(doc)...)
		if !slices.Equal(pieces, tokens) || fmt.Sprint(perr) != text {
			t.Errorf("byte by byte: %v\n%s\nin whole: %s\n%s", perr, strings.Join(pieces, "\n"), text, strings.Join(tokens, "\n"))
		}
	}
	if err != nil {
		return
	}
	checkStandard(t, d, doc)
	out, err := reencode(d, e, doc)
	if err != nil {
		t.Fatalf("encode: %v", err)
	}
	again, err := describeAll(d, out)
	if err != nil || !slices.Equal(withoutDeclaration(again), withoutDeclaration(tokens)) {
		t.Errorf("encoded as %s: %v\n%s", out, err, strings.Join(again, "\n"))
	}
	twice, err := reencode(d, e, out)
	if err != nil || !bytes.Equal(twice, out) {
		t.Errorf("encoded as %s, then as %s, %v", out, twice, err)
	}
}

// describeStandard is the tokens that encoding/xml finds, false if it does not
// accept the document.
func describeStandard(doc []byte) ([]string, bool) {
	d := xml.NewDecoder(bytes.NewReader(doc))
	var tokens []string
	depth := 0
	for {
		token, err := d.RawToken()
		if err != nil {
			return tokens, err == io.EOF
		}
		switch token := token.(type) {
		case xml.StartElement:
			line := "<" + standardName(token.Name)
			for _, a := range token.Attr {
				line += fmt.Sprintf(" %s=%q", standardName(a.Name), attrSpaced(a.Value))
			}
			tokens = append(tokens, line)
			depth++
		case xml.EndElement:
			tokens = append(tokens, "</"+standardName(token.Name))
			depth--
		case xml.CharData:
			if depth > 0 {
				tokens = append(tokens, fmt.Sprintf("%q", token))
			}
		case xml.Comment:
			tokens = append(tokens, fmt.Sprintf("!%q", spaced(token)))
		case xml.ProcInst:
			if token.Target != "xml" {
				tokens = append(tokens, fmt.Sprintf("?%s %q", token.Target, spaced(token.Inst)))
			}
		}
	}
}

func standardName(n xml.Name) string {
	if n.Space != "" {
		return n.Space + ":" + n.Local
	}
	return n.Local
}

// checkStandard compares the tokens of a document that the Decoder accepts with
// those of encoding/xml, if that accepts it too. The differences that are left
// out of the comparison, and why the Decoder is right:
//
//   - encoding/xml refuses encoding="US-ASCII" without a CharsetReader (4.3.3
//     leaves that open), and versions 1.x ([26] allows them).
//   - Its names are of XML 1.0, fourth edition, so that it refuses some of [4].
//   - It leaves white space in attribute values as it is (3.3.3 says spaces),
//     and line ends in comments and instructions (2.11 says LF).
//   - Namespaces, CDATA sections and the fields of the XML declaration are not
//     in its raw tokens.
//   - White space outside the root, a byte order mark included, is text to it.
//
// What encoding/xml accepts and the Decoder refuses is not compared: it does
// not check the white space between attributes, duplicate attributes, prefixes,
// what stands outside of the root, and where an XML declaration stands.
func checkStandard(t *testing.T, d *Decoder, doc []byte) {
	standard, ok := describeStandard(doc)
	if !ok {
		if !standardRefuses(doc) {
			t.Errorf("encoding/xml refuses %q", doc)
		}
		return
	}
	if ours := describePlain(d, doc); !slices.Equal(ours, standard) {
		t.Errorf("tokens\n%s\nencoding/xml\n%s", strings.Join(ours, "\n"), strings.Join(standard, "\n"))
	}
}

// describePlain is the tokens of a well-formed document as describeStandard
// writes them.
func describePlain(d *Decoder, doc []byte) (tokens []string) {
	d.Reset(doc, true)
	for {
		kind, err := d.Next()
		if err != nil {
			return tokens
		}
		name := d.Bytes(d.Name().Span())
		value := d.AppendValue(nil, d.Value())
		switch kind {
		case KindStart:
			line := "<" + string(name)
			for i := range d.Attributes() {
				a := &d.Attributes()[i]
				line += fmt.Sprintf(" %s=%q", d.Bytes(a.Name().Span()), attrSpaced(d.AppendValue(nil, a.Value())))
			}
			tokens = append(tokens, line)
		case KindEnd:
			tokens = append(tokens, "</"+string(name))
		case KindText, KindCDATA:
			tokens = append(tokens, fmt.Sprintf("%q", value))
		case KindComment:
			tokens = append(tokens, fmt.Sprintf("!%q", spaced(value)))
		case KindInstruction:
			tokens = append(tokens, fmt.Sprintf("?%s %q", name, spaced(value)))
		}
	}
}

// attrSpaced replaces the white space that encoding/xml does not normalise in
// attribute values.
func attrSpaced[Bytes ~[]byte | ~string](s Bytes) string {
	return strings.NewReplacer("\t", " ", "\n", " ", "\r", " ").Replace(string(s))
}

// spaced does so for comments and instructions, where line ends are left too.
func spaced[Bytes ~[]byte | ~string](s Bytes) string {
	return strings.NewReplacer("\r\n", " ", "\t", " ", "\n", " ", "\r", " ").Replace(string(s))
}

var standardVersion = regexp.MustCompile(`^<\?xml\s+version\s*=\s*["']1\.0["']`)

// standardRefuses reports whether a well-formed document has what encoding/xml
// is known to refuse.
func standardRefuses(doc []byte) bool {
	ascii := bytes.Contains(bytes.ToLower(doc), []byte("us-ascii"))
	version := bytes.HasPrefix(doc, []byte("<?xml")) && !standardVersion.Match(doc)
	return ascii || version || bytes.IndexFunc(doc, func(r rune) bool { return r > 127 }) >= 0
}

func TestDecodeStandard(t *testing.T) {
	d := NewDecoder(Limits{})
	compared := 0
	for _, doc := range seeds() {
		if _, err := describeAll(d, doc); err == nil {
			checkStandard(t, d, doc)
			if _, ok := describeStandard(doc); ok {
				compared++
			}
		}
	}
	if compared < 30 {
		t.Errorf("only %d documents compared", compared)
	}
}
