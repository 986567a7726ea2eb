package xmltext_test

import (
	"fmt"
	"io"

	"github.com/ppspd/ppspd/codec/xmltext"
)

// All tokens of a document, with namespaces.
func ExampleDecoder() {
	doc := []byte(`<p:Stat xmlns:p="urn:x" property="Buffer">42 &lt; 43<!-- s --></p:Stat>`)
	d := xmltext.NewDecoder(xmltext.Limits{})
	d.Reset(doc, true)
	for {
		kind, err := d.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			fmt.Println(err)
			break
		}
		switch kind {
		case xmltext.KindStart:
			name := d.ElementName()
			fmt.Printf("start %s in %s\n", name.Local, name.URI)
			for i := range d.Attributes() {
				a := &d.Attributes()[i]
				fmt.Printf("  %s=%s\n", d.Bytes(a.Name().Span()), d.AppendValue(nil, a.Value()))
			}
		case xmltext.KindText:
			fmt.Printf("text %s\n", d.AppendValue(nil, d.Value()))
		default:
			fmt.Println(kind)
		}
	}
	// Output:
	// start Stat in urn:x
	//   xmlns:p=urn:x
	//   property=Buffer
	// text 42 < 43
	// comment
	// end
}

// A document that arrives in pieces.
func ExampleDecoder_Extend() {
	pieces := []string{"<a><b", ">text</", "b></a>"}
	d := xmltext.NewDecoder(xmltext.Limits{})
	var doc []byte
	d.Reset(doc, false)
	for {
		kind, err := d.Next()
		switch err {
		case nil:
			fmt.Printf("%s %s\n", kind, d.Bytes(d.Span()))
		case io.ErrUnexpectedEOF: // more bytes, or the news that there are none
			if len(pieces) > 0 {
				doc, pieces = append(doc, pieces[0]...), pieces[1:]
			}
			d.Extend(doc, len(pieces) == 0)
		default:
			fmt.Println(err)
			return
		}
	}
	// Output:
	// start <a>
	// start <b>
	// text text
	// end </b>
	// end </a>
	// EOF
}

// A record: text-only elements are read in one call, the rest is skipped.
func ExampleDecoder_SimpleContent() {
	doc := []byte("<r>\n  <PeerID>6561</PeerID>\n  <Other><x/></Other>\n  <PeerNum>5</PeerNum>\n</r>")
	d := xmltext.NewDecoder(xmltext.Limits{})
	d.Reset(doc, true)
	d.NextTag() // <r>
	for {
		kind, err := d.NextTag()
		if err != nil || kind == xmltext.KindEnd {
			break
		}
		name, depth := d.Name(), d.Depth()
		if v, ok := d.SimpleContent(); ok {
			fmt.Printf("%s = %s\n", d.Local(name), d.Bytes(v.Span))
		} else if d.Skip(depth) != nil {
			break
		}
	}
	// Output:
	// PeerID = 6561
	// PeerNum = 5
}

// An error says where it was found.
func ExampleError() {
	d := xmltext.NewDecoder(xmltext.Limits{})
	d.Reset([]byte(`<a><b c="1" c="2"/></a>`), true)
	err := d.Skip(0)
	fmt.Println(err)
	// Output:
	// xmltext: duplicate attribute at byte 12 in /a
}

// Namespaces are declared where they are needed.
func ExampleEncoder() {
	name := func(prefix, local, uri string) xmltext.QName {
		return xmltext.QName{Prefix: []byte(prefix), Local: []byte(local), URI: []byte(uri)}
	}
	var e xmltext.Encoder
	e.Reset(nil)
	e.Start(name("", "a", "urn:x"))
	e.Attr(name("p", "b", "urn:y"), []byte("<&>"))
	e.Start(name("", "c", "urn:x"))
	e.Text([]byte("1 > 0"))
	e.End()
	e.End()
	if err := e.Close(); err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%s\n", e.Bytes())
	// Output:
	// <a p:b="&lt;&amp;&gt;" xmlns="urn:x" xmlns:p="urn:y"><c>1 &gt; 0</c></a>
}
