package xmltext

import (
	"bytes"
	"encoding/xml"
	"io"
	"testing"
)

// BenchmarkDecode reads all tokens of messages. MB/s is that of the messages.
//
//	by=xmltext          every token
//	by=xmltext-simple   text-only elements in one call, as a message parser does
//	by=encoding-xml     RawToken of the standard library
func BenchmarkDecode(b *testing.B) {
	for _, s := range shapes {
		all := messages(s.make)
		b.Run("shape="+s.name+"/by=xmltext", func(b *testing.B) {
			d := NewDecoder(Limits{})
			rotate(b, all, func(m []byte) error { return drain(d, m) })
		})
		b.Run("shape="+s.name+"/by=xmltext-simple", func(b *testing.B) {
			d := NewDecoder(Limits{})
			rotate(b, all, func(m []byte) error { return drainSimple(d, m) })
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
		if err := f(all[i&(messageCount-1)]); err != nil {
			b.Fatal(err)
		}
		i++
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

func drainSimple(d *Decoder, m []byte) error {
	d.Reset(m, true)
	for {
		kind, err := d.Next()
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
