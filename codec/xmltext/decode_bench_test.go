package xmltext

import (
	"bytes"
	"encoding/xml"
	"io"
	"strconv"
	"strings"
	"testing"
)

// BenchmarkDecode reads all tokens of messages. MB/s is that of the messages.
//
//	by=xmltext          every token
//	by=xmltext-tags     NextTag and SimpleContent, as a message parser does
//	by=encoding-xml     RawToken of the standard library
func BenchmarkDecode(b *testing.B) {
	for _, s := range shapes {
		all := messages(s.make)
		b.Run("shape="+s.name+"/by=xmltext", func(b *testing.B) {
			d := NewDecoder(Limits{})
			rotate(b, all, func(m []byte) error { return drain(d, m) })
		})
		b.Run("shape="+s.name+"/by=xmltext-tags", func(b *testing.B) {
			d := NewDecoder(Limits{})
			rotate(b, all, func(m []byte) error { return drainTags(d, m) })
		})
		b.Run("shape="+s.name+"/by=encoding-xml", func(b *testing.B) {
			rotate(b, all, drainStandard)
		})
	}
}

// rotate runs f on one message after the other.
func rotate(b *testing.B, all [][]byte, f func(m []byte) error) {
	size := 0
	for _, m := range all {
		size += len(m)
	}
	b.SetBytes(int64(size / len(all)))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if err := f(all[i]); err != nil {
			b.Fatal(err)
		}
		if i++; i == len(all) {
			i = 0
		}
	}
}

func drain(d *Decoder, m []byte) error {
	d.Reset(m, true)
	for {
		if _, err := d.Next(); err != nil {
			return notEOF(err)
		}
	}
}

func drainTags(d *Decoder, m []byte) error {
	d.Reset(m, true)
	for {
		kind, err := d.NextTag()
		if err != nil {
			return notEOF(err)
		}
		if kind == KindStart {
			d.SimpleContent()
		}
	}
}

func drainStandard(m []byte) error {
	d := xml.NewDecoder(bytes.NewReader(m))
	for {
		if _, err := d.RawToken(); err != nil {
			return notEOF(err)
		}
	}
}

func notEOF(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

// BenchmarkResume reads mixed messages that arrive in pieces.
func BenchmarkResume(b *testing.B) {
	all := messages(mixed)
	for _, pieces := range []struct {
		name string
		size int
	}{{"1", 1}, {"16", 16}, {"200", 200}} {
		b.Run("piece="+pieces.name, func(b *testing.B) {
			d := NewDecoder(Limits{})
			rotate(b, all, func(m []byte) error {
				n := min(pieces.size, len(m))
				d.Reset(m[:n], n == len(m))
				for {
					_, err := d.Next()
					if err == io.ErrUnexpectedEOF {
						n = min(n+pieces.size, len(m))
						d.Extend(m[:n], n == len(m))
					} else if err != nil {
						return notEOF(err)
					}
				}
			})
		})
	}
}

// BenchmarkToken reads one long token, in whole and byte by byte: the costs per
// byte must not depend on its length.
func BenchmarkToken(b *testing.B) {
	for _, token := range []struct{ name, start, unit, end string }{
		{"text", "", "abcdefgh", ""},
		{"text-utf8", "", "caf\u00e9 \u20ac", ""},
		{"text-references", "", "&amp;&#65;", ""},
		{"attribute", "<b c='", "abcdefgh", "'/>"},
		{"comment", "<!--", "abc-defg", "-->"},
		{"CDATA", "<![CDATA[", "abcdef]]", "]]>"},
	} {
		for _, size := range []int{1 << 10, 1 << 15} {
			body := token.start + strings.Repeat(token.unit, size/len(token.unit)) + token.end
			doc := []byte("<a>" + body + "</a>")
			name := "kind=" + token.name + "/bytes=" + strconv.Itoa(size)
			b.Run(name+"/piece=all", func(b *testing.B) {
				d := NewDecoder(Limits{})
				rotate(b, [][]byte{doc}, func(m []byte) error { return drain(d, m) })
			})
			b.Run(name+"/piece=1", func(b *testing.B) {
				d := NewDecoder(Limits{})
				rotate(b, [][]byte{doc}, func(m []byte) error {
					d.Reset(nil, false)
					for n := 1; ; {
						if _, err := d.Next(); err == io.ErrUnexpectedEOF {
							d.Extend(m[:n], n == len(m))
							n++
						} else if err != nil {
							return notEOF(err)
						}
					}
				})
			})
		}
	}
}

// hostile are documents that are made to cost as much as possible for their
// size, within the default limits.
var hostile = []struct {
	name string
	doc  func() string
}{
	{"prefixes", func() string { // every name is looked up among 128 declarations
		return "<a" + many(64, numbered(" xmlns:a#='u#'")) + "><b" + many(64, numbered(" xmlns:b#='v#'")) + ">" +
			many(120, repeat("<c"+many(60, numbered(" aaa:#=''"))+"/>")) + "</b></a>"
	}},
	{"same-local", func() string { // every pair of attributes is compared by namespace
		return "<a" + many(64, numbered(" xmlns:a#='u#'")) + ">" + many(100, repeat("<c"+many(64, numbered(" a#:x=''"))+"/>")) + "</a>"
	}},
	{"same-hash", func() string { // every pair of attributes is compared by name
		return "<a>" + many(100, repeat("<c"+many(64, numbered(" x#x=''"))+"/>")) + "</a>"
	}},
	{"deep", func() string {
		return "<a>" + many(1000, repeat(many(31, repeat("<a>"))+many(31, repeat("</a>")))) + "</a>"
	}},
	{"wrong-end", func() string { return "<" + strings.Repeat("n", 256) + "></" + strings.Repeat("n", 255) + "m>" }},
}

// BenchmarkHostile tells the cost per byte of the worst documents.
func BenchmarkHostile(b *testing.B) {
	for _, h := range hostile {
		doc := []byte(h.doc())
		b.Run("kind="+h.name, func(b *testing.B) {
			d := NewDecoder(Limits{})
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				drain(d, doc)
			}
		})
	}
}

// BenchmarkEscape appends values to be written.
func BenchmarkEscape(b *testing.B) {
	for _, v := range []struct{ name, value string }{
		{"id", "656164657221"},
		{"uuid", "6ba7b810-9dad-41d1-80b4-00c04fd430c8"},
		{"references", "a<b>&\"c\"\r\n"},
		{"utf8", "caf\u00e9 au lait \u20ac"},
	} {
		src := []byte(v.value)
		dst := make([]byte, 0, 200)
		b.Run("value="+v.name+"/as=text", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				AppendText(dst, src)
			}
		})
		b.Run("value="+v.name+"/as=attr", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				AppendAttr(dst, src)
			}
		})
		text, _ := AppendAttr(nil, src)
		b.Run("value="+v.name+"/as=unescaped", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				AppendUnescaped(dst, text, FormAttr)
			}
		})
	}
}

// BenchmarkEncode decodes mixed messages and writes all their tokens again.
func BenchmarkEncode(b *testing.B) {
	all := messages(mixed)
	d, e := NewDecoder(Limits{}), new(Encoder)
	out, value := make([]byte, 0, 4096), make([]byte, 0, 4096)
	rotate(b, all, func(m []byte) error {
		d.Reset(m, true)
		e.Reset(out)
		for {
			kind, err := d.Next()
			if err != nil {
				return notEOF(err)
			}
			switch kind {
			case KindStart:
				err = encodePlainStart(d, e, value)
			case KindEnd:
				err = e.End()
			case KindText:
				err = e.Text(d.AppendValue(value, d.Value()))
			}
			if err != nil {
				return err
			}
		}
	})
}

// encodePlainStart writes a start tag that declares nothing but the default
// namespace.
func encodePlainStart(d *Decoder, e *Encoder, value []byte) error {
	if err := e.Start(d.ElementName()); err != nil {
		return err
	}
	for i := range d.Attributes() {
		a := &d.Attributes()[i]
		name := d.AttributeName(a)
		if len(name.URI) != 0 {
			continue
		}
		if err := e.Attr(name, d.AppendValue(value, a.Value())); err != nil {
			return err
		}
	}
	return nil
}
