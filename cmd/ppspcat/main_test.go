package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// cat runs the program.
func cat(in string, args ...string) (code int, out, diagnostics string) {
	var o, d bytes.Buffer
	code = run(args, strings.NewReader(in), &o, &d)
	return code, o.String(), d.String()
}

func TestRewrite(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		code, out, diagnostics := cat(in, "-from", "xml", "-to", "xml")
		if code != exitOK || out != want || diagnostics != "" {
			t.Errorf("%q\nis %q, code %d, %q\nwant %q", in, out, code, diagnostics, want)
		}
		if _, again, _ := cat(out, "-from", "xml", "-to", "xml"); again != out {
			t.Errorf("%q\nis written again as %q", out, again)
		}
	}
	const declaration = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"
	f("<a/>", declaration+"<a/>\n")
	f("\uFEFF<?xml version='1.1' encoding='us-ascii' standalone='yes' ?>\n\n<a></a>\n\n",
		`<?xml version="1.1" encoding="UTF-8" standalone="yes"?>`+"\n<a/>\n")
	f("<a b='&quot;&#9;\n' c = \"'\">&#60;<![CDATA[<&]]>\r\n</a >", declaration+`<a b="&quot;&#9; " c="&apos;">&lt;&lt;&amp;`+"\n</a>\n")
	f("<!--x--><?p d?><a><!-- y --><?q?></a><!---->", declaration+"<!--x-->\n<?p d?>\n<a><!-- y --><?q?></a>\n<!---->\n")
	f(`<p:a xmlns:p='u' xmlns="v"><b p:c=''/><p:d xmlns:p="w" xml:lang="en"/></p:a>`,
		declaration+`<p:a xmlns:p="u" xmlns="v"><b p:c=""/><p:d xmlns:p="w" xml:lang="en"/></p:a>`+"\n")
	f(`<a xmlns="v"><b xmlns=""/></a>`, declaration+`<a xmlns="v"><b xmlns=""/></a>`+"\n")
}

// The draft's examples are messages.
func TestMessages(t *testing.T) {
	files, err := filepath.Glob("../../codec/ppspxml/testdata/draft/*.xml")
	if err != nil || len(files) == 0 {
		t.Fatal("no examples")
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if code, out, diagnostics := cat(string(b), "-from", "xml", "-to", "xml"); code != exitOK || !strings.Contains(out, "12345") {
			t.Errorf("%s: code %d, %s", name, code, diagnostics)
		}
	}
}

// What is wrong is said in one line with its place, and nothing is written.
func TestWrongInput(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		code, out, diagnostics := cat(in, "-from", "xml", "-to", "xml")
		if code != exitInput || out != "" || diagnostics != "ppspcat: "+want+"\n" {
			t.Errorf("%q\nis code %d, %q, %q\nwant %q", in, code, out, diagnostics, want)
		}
	}
	f("", "xmltext: document is truncated at byte 0")
	f("<a><b></a>", "xmltext: end tag does not match at byte 8 in /a/b")
	f("<!DOCTYPE a><a/>", "xmltext: document type declaration is not allowed at byte 0")
	f(`<PPSPTrackerProtocol/>`, "Missing version attribute in PPSPTrackerProtocol at byte 0")
	f(`<PPSPTrackerProtocol version="1.0"/>`, "Missing Request element at byte 36")
	f(`<PPSPTrackerProtocol version="1.0"><Response>OK</Response></PPSPTrackerProtocol>`,
		"Misplaced or missing Response element in PPSPTrackerProtocol/Response at byte 35")
	f(`<PPSPTrackerProtocol version="1.0"><Request>CONNECT</Request><Response>SUCCESSFUL</Response></PPSPTrackerProtocol>`,
		"Misplaced or missing Response element in PPSPTrackerProtocol at byte 61")
}

func TestWrongCommandLine(t *testing.T) {
	f := func(want string, args ...string) {
		t.Helper()
		code, out, diagnostics := cat("<a/>", args...)
		if code != exitUsage || out != "" || diagnostics != "ppspcat: "+want+"\n" {
			t.Errorf("%q is code %d, %q, %q\nwant %q", args, code, out, diagnostics, want)
		}
	}
	f("-from is missing: xml, exi or json")
	f("-to is missing: xml, exi or json", "-from", "xml")
	f(`-from "yaml" is not a format: xml, exi or json`, "-from", "yaml", "-to", "xml")
	f("-to exi: this version has no such format yet", "-from", "xml", "-to", "exi")
	f("-from json: this version has no such format yet", "-from", "json", "-to", "xml")
	f("-schema is an option of EXI, which this version does not have", "-from", "xml", "-to", "xml", "-schema", "none")
	f("-canonical is an option of EXI, which this version does not have", "-from", "xml", "-to", "xml", "-canonical")
	f(`unexpected argument "in.xml": the document is read from standard input`, "-from", "xml", "-to", "xml", "in.xml")
	f("flag provided but not defined: -pretty", "-pretty")
}

func TestHelp(t *testing.T) {
	code, out, help := cat("", "-h")
	if code != exitOK || out != "" || !strings.HasPrefix(help, "usage: ppspcat -from F -to F") {
		t.Errorf("code %d, %q, %q", code, out, help)
	}
	for _, name := range []string{"-from", "-to", "-schema", "-strict", "-align", "-options", "-cookie", "-schema-id", "-preserve",
		"-block-size", "-value-max-length", "-value-partition-capacity", "-fragment", "-canonical"} {
		if !strings.Contains(help, "  "+name) {
			t.Errorf("help does not have %s", name)
		}
	}
}

// broken fails to read and to write.
type broken struct{}

func (broken) Read([]byte) (int, error)  { return 0, errors.New("cannot read") }
func (broken) Write([]byte) (int, error) { return 0, errors.New("cannot write") }

func TestBrokenPipes(t *testing.T) {
	var out, diagnostics bytes.Buffer
	if code := run([]string{"-from", "xml", "-to", "xml"}, broken{}, &out, &diagnostics); code != exitInput || diagnostics.String() != "ppspcat: cannot read\n" {
		t.Errorf("reading: code %d, %q", code, diagnostics.String())
	}
	diagnostics.Reset()
	if code := run([]string{"-from", "xml", "-to", "xml"}, strings.NewReader("<a/>"), broken{}, &diagnostics); code != exitInput || diagnostics.String() != "ppspcat: cannot write\n" {
		t.Errorf("writing: code %d, %q", code, diagnostics.String())
	}
}
