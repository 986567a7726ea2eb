package main

import (
	"io"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/codec/ppspxml"
	"github.com/ppspd/ppspd/codec/xmltext"
)

// limits are generous: the document is the user's own. Those of messages are
// checked when it is one.
var limits = xmltext.Limits{Attributes: 4096, Depth: 4096, Name: 65535, Namespaces: 4096}

// rewriter takes the tokens of a document from a decoder to an encoder.
type rewriter struct {
	decoder *xmltext.Decoder
	encoder xmltext.Encoder
	value   []byte // scratch

	message  bool // the root is that of PPSP-TP
	request  bool // it has a Request
	response bool // it has a Response
}

// rewrite appends the document, written anew, to dst. A message is checked.
func rewrite(dst, document []byte) ([]byte, error) {
	w := rewriter{decoder: xmltext.NewDecoder(limits)}
	w.decoder.Reset(document, true)
	w.encoder.Reset(dst)
	kind, err := w.decoder.Next()
	if err == nil {
		kind, err = w.declaration(kind)
	}
	for ; err == nil; kind, err = w.decoder.Next() {
		if err := w.token(kind); err != nil {
			return nil, err
		}
	}
	if err != io.EOF {
		return nil, err
	}
	return w.encoder.Bytes(), w.check(document)
}

// declaration writes the XML declaration, which messages must have, and returns
// the token behind the document's own.
func (w *rewriter) declaration(kind xmltext.Kind) (xmltext.Kind, error) {
	version, standalone := "1.0", ""
	declared := kind == xmltext.KindDeclaration
	if declared {
		for _, a := range w.decoder.Attributes() {
			switch value := string(w.decoder.Bytes(a.Value().Span)); string(w.decoder.Local(a.Name())) {
			case "version":
				version = value
			case "standalone":
				standalone = value
			}
		}
	}
	if err := w.encoder.Declaration(version, standalone); err != nil {
		return kind, err
	}
	if err := w.encoder.Text([]byte{'\n'}); err != nil || !declared {
		return kind, err
	}
	return w.decoder.Next()
}

// token writes one token. CDATA sections become text: they are not part of what
// a document says.
func (w *rewriter) token(kind xmltext.Kind) error {
	outside := w.decoder.Depth() == 0
	err := w.inner(kind)
	if err == nil && outside {
		err = w.encoder.Text([]byte{'\n'})
	}
	return err
}

func (w *rewriter) inner(kind xmltext.Kind) error {
	switch kind {
	case xmltext.KindStart:
		return w.start()
	case xmltext.KindEnd:
		return w.encoder.End()
	case xmltext.KindComment:
		return w.encoder.Comment(w.content(w.decoder.Value()))
	case xmltext.KindInstruction:
		return w.encoder.Instruction(w.decoder.Local(w.decoder.Name()), w.content(w.decoder.Value()))
	}
	return w.encoder.Text(w.content(w.decoder.Value()))
}

// content is the characters of a value, valid until the next call.
func (w *rewriter) content(v xmltext.Value) []byte {
	w.value = w.decoder.AppendValue(w.value[:0], v)
	return w.value
}

// start writes a start tag.
func (w *rewriter) start() error {
	name := w.decoder.ElementName()
	w.note(string(name.Local))
	if err := w.encoder.Start(name); err != nil {
		return err
	}
	list := w.decoder.Attributes()
	for i := range list {
		if err := w.attribute(&list[i]); err != nil {
			return err
		}
	}
	return nil
}

// attribute writes an attribute or namespace declaration.
func (w *rewriter) attribute(a *xmltext.Attribute) error {
	name, value := w.decoder.AttributeName(a), w.content(a.Value())
	switch {
	case string(name.URI) != xmltext.NamespaceXMLNS:
		return w.encoder.Attr(name, value)
	case len(name.Prefix) == 0:
		return w.encoder.Namespace(nil, value)
	}
	return w.encoder.Namespace(name.Local, value)
}

// note looks for what makes the document a message.
func (w *rewriter) note(name string) {
	switch depth := w.decoder.Depth(); {
	case depth == 1:
		w.message = name == "PPSPTrackerProtocol"
	case depth == 2 && name == "Request":
		w.request = true
	case depth == 2 && name == "Response":
		w.response = true
	}
}

// check judges a message.
func (w *rewriter) check(document []byte) error {
	if !w.message {
		return nil
	}
	if w.response && !w.request {
		return ppspxml.Format{}.ParseResponse(new(codec.Response), document)
	}
	return ppspxml.Format{}.ParseRequest(new(codec.Request), document)
}
