package main

import (
	"bytes"
	"testing"
)

// What is read can be written, and is written the same from then on.
func FuzzRewrite(f *testing.F) {
	for _, s := range []string{
		"<a/>", "<?xml version='1.1' standalone='no'?><!--x--><a b='&#9;'>x<![CDATA[]]]]>&gt;<?p ?d?></a><?q?>",
		`<p:a xmlns:p="u" xmlns="v"><b p:c="" xmlns="" xmlns:q="u" q:d="&amp;"/></p:a>`,
		"<a xml:lang='en'>\r\n&#13;</a>", `<a xmlns:p="u" xmlns:q="u" p:b="" q:c=""/>`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		written, err := rewrite(nil, document)
		if err != nil {
			return
		}
		again, err := rewrite(nil, written)
		if err != nil {
			t.Fatalf("%q\nis written as %q:\n%v", document, written, err)
		}
		if !bytes.Equal(again, written) {
			t.Fatalf("%q\nis written as\n%q and then as\n%q", document, written, again)
		}
	})
}
