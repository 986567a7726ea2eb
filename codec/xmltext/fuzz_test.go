package xmltext

import "testing"

// FuzzDecode checks for any bytes what checkDocument says.
func FuzzDecode(f *testing.F) {
	for i, doc := range seeds() {
		f.Add(doc, uint64(i))
	}
	f.Fuzz(func(t *testing.T, doc []byte, cuts uint64) {
		if len(doc) > 4096 {
			t.Skip("the slow twin is slow")
		}
		checkDocument(t, NewDecoder(Limits{}), new(Encoder), doc, cuts)
	})
}

// FuzzEncode checks for any calls that what is written is well-formed.
func FuzzEncode(f *testing.F) {
	for _, seed := range []string{"", "\x00\x03\x01\x07", "\x00\x00\x01\x00\x03\x00\x02\x08\x0b\x05\x0c\x02"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var e Encoder
		e.Reset(nil)
		checkEncoded(t, &e, encodeCalls(&e, data))
	})
}

// FuzzUnescape checks that unescaping takes any bytes, and that escaping what
// XML can represent is its inverse.
func FuzzUnescape(f *testing.F) {
	for _, seed := range []string{"", "a&lt;b", "\r\n\t", "&#65;&#x41;&", "caf\u00e9\xff"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for form := FormVerbatim; form <= FormAttr; form++ {
			if got := AppendUnescaped(nil, raw, form); len(got) > len(raw) {
				t.Errorf("%q as %d is %q", raw, form, got)
			}
		}
		text, err := AppendText(nil, raw)
		attr, err2 := AppendAttr(nil, raw)
		if (err == nil) != (checkChars(raw) == faultNone) || err != err2 {
			t.Errorf("%q: %v, %v", raw, err, err2)
		}
		if err == nil && (string(AppendUnescaped(nil, text, FormText)) != string(raw) || string(AppendUnescaped(nil, attr, FormAttr)) != string(raw)) {
			t.Errorf("%q: %q, %q", raw, text, attr)
		}
	})
}
