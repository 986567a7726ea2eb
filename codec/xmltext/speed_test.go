package xmltext

import (
	"io"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unsafe"
)

// noAllocs fails if f allocates.
func noAllocs(t *testing.T, name string, f func()) {
	t.Helper()
	f() // namespace names get their room
	if n := testing.AllocsPerRun(100, f); n != 0 {
		t.Errorf("%s: %v allocations", name, n)
	}
}

func TestNoAllocs(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	d := NewDecoder(Limits{})
	for _, s := range shapes {
		all := messages(s.make)
		i := 0
		noAllocs(t, "decode "+s.name, func() {
			if drain(d, all[i]) != nil || drainTags(d, all[i]) != nil {
				t.Fatal(s.name)
			}
			i++
		})
	}
	for _, c := range cases() {
		doc := []byte(c.in)
		noAllocs(t, "decode "+c.name, func() { drain(d, doc) })
	}
	doc := []byte(`<p:a xmlns:p="urn:x" p:b="1&lt;2" c="" xml:lang="en">x &amp; y</p:a>`)
	dst := make([]byte, 0, 100)
	noAllocs(t, "names and values", func() {
		d.Reset(doc, false)
		d.Next()
		if n := d.ElementName(); len(n.Prefix) != 1 || len(n.Local) != 1 || len(n.URI) != 5 {
			t.Fatal(n)
		}
		for i := range d.Attributes() {
			a := &d.Attributes()[i]
			d.AttributeName(a)
			d.AppendValue(dst, a.Value())
		}
		d.Next()
		d.AppendValue(dst, d.Value())
		d.Next()
		if _, err := d.Next(); err != io.ErrUnexpectedEOF {
			t.Fatal(err)
		}
	})
	noAllocs(t, "escape", func() {
		AppendText(dst, `plain`)
		AppendText(dst, []byte("a<b&c\u00e9>\r"))
		AppendAttr(dst, "a<b&c\u00e9>\r\n\"'")
		AppendText(dst, "\x00")
	})
	var e Encoder
	out := make([]byte, 0, 1000)
	name, none := QName{Prefix: []byte("p"), Local: []byte("a"), URI: []byte("urn:x")}, []byte(nil)
	noAllocs(t, "encode", func() {
		e.Reset(out)
		e.Declaration("1.0", "yes")
		e.Start(name)
		e.Attr(name, none)
		e.Start(name)
		e.Text(name.URI)
		e.End()
		e.Comment(name.Local)
		if e.End() != nil || e.Close() != nil || e.Close() != nil || e.End() == nil {
			t.Fatal("encode")
		}
	})
}

func TestSizes(t *testing.T) {
	f := func(name string, got, want uintptr) {
		t.Helper()
		if got != want {
			t.Errorf("%s has %d bytes, want %d", name, got, want)
		}
	}
	f("Span", unsafe.Sizeof(Span{}), 8)
	f("Name", unsafe.Sizeof(Name{}), 8)
	f("Value", unsafe.Sizeof(Value{}), 12)
	f("Attribute", unsafe.Sizeof(Attribute{}), 20)
	f("element", unsafe.Sizeof(element{}), 12)
	f("binding", unsafe.Sizeof(binding{}), 16)
	l := Limits{}.filled()
	all := unsafe.Sizeof(Decoder{}) + uintptr(l.Attributes)*20 + uintptr(l.Depth)*12 + uintptr(reserved+l.Namespaces)*16
	if all > 4400 {
		t.Errorf("a Decoder takes %d bytes", all)
	}
}

// TestInlining proves that what is called for each byte or token is inlined.
func TestInlining(t *testing.T) {
	if raceEnabled || testing.Short() {
		t.Skip("compiles the package")
	}
	out, err := exec.Command(runtime.GOROOT()+"/bin/go", "build", "-gcflags=-m", ".").CombinedOutput()
	if err != nil {
		t.Skipf("go build: %v\n%s", err, out)
	}
	var got []string
	for _, m := range regexp.MustCompile(`can inline (\S+)`).FindAllStringSubmatch(string(out), -1) {
		got = append(got, strings.TrimSuffix(m[1], ":"))
	}
	for _, want := range []string{
		"skipName", "skipSpace", "skipBlank", "skipText", "skipAttr", "nameBit",
		"Span.End", "Name.Span", "Name.Prefixed", "(*Attribute).Name", "(*Attribute).Value",
		"(*Decoder).Bytes", "(*Decoder).Prefix", "(*Decoder).Local",
		"(*Decoder).Span", "(*Decoder).Name", "(*Decoder).Value", "(*Decoder).Blank",
		"(*Decoder).Attributes", "(*Decoder).Depth", "(*Decoder).pop", "(*Decoder).found",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is not inlined", want)
		}
	}
}
