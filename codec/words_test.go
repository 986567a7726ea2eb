package codec_test

import (
	"testing"

	"github.com/ppspd/ppspd/codec"
)

// spelled checks that parse reads what String writes, and nothing else.
func spelled[W interface {
	comparable
	String() string
}](t *testing.T, parse func([]byte) W, words ...W) {
	t.Helper()
	var none W
	for _, w := range words {
		if w.String() == "" || parse([]byte(w.String())) != w {
			t.Errorf("%T %v is spelled %q", w, any(w), w)
		}
		if got := parse([]byte(w.String() + "x")); got != none {
			t.Errorf("%T: %q is %v", w, w.String()+"x", got)
		}
	}
	for _, s := range []string{"", "x", "connect", "join", "leech", "Host", "low"} {
		if parse([]byte(s)) != none {
			t.Errorf("%T: %q is known", none, s)
		}
	}
	if none.String() != "" {
		t.Errorf("%T: the zero value is spelled %q", none, none)
	}
}

// Tables 2, 3 and 6; section 3.3: the values MUST be treated as case-sensitive.
func TestWordsOfTheTables(t *testing.T) {
	spelled(t, codec.ParseMethod, codec.MethodConnect, codec.MethodStatReport)
	spelled(t, codec.ParseVerb, codec.VerbJoin, codec.VerbLeave)
	spelled(t, codec.ParseMode, codec.ModeLeech, codec.ModeSeed)
	spelled(t, codec.ParseNAT, codec.NATNone, codec.NATSTUN, codec.NATTURN, codec.NATProxy)
	spelled(t, codec.ParseLevel, codec.LevelLow, codec.LevelNormal, codec.LevelHigh)
	spelled(t, codec.ParseAddrType, codec.AddrHost, codec.AddrReflexive, codec.AddrProxy)
}

func TestNATSpellings(t *testing.T) {
	for _, s := range []string{"No-NAT", "NoNAT", "NO_NAT"} {
		if codec.ParseNAT([]byte(s)) != codec.NATNone {
			t.Errorf("%s is not read", s)
		}
	}
}

func TestOpenVocabularies(t *testing.T) {
	f := func(parse func([]byte) codec.Word, name func(codec.Word) string, known int) {
		t.Helper()
		for w := codec.Word(1); int(w) <= known; w++ {
			if name(w) == "" || parse([]byte(name(w))) != w {
				t.Errorf("word %d is spelled %q", w, name(w))
			}
		}
		if w := codec.Word(known + 1); known >= int(codec.WordOther) || name(w) != "" || name(codec.WordOther) != "" {
			t.Errorf("words do not fit in four bits, or one is unknown to this test")
		}
		if parse(nil) != codec.WordNone || parse([]byte("another")) != codec.WordOther {
			t.Error("absent or unknown words")
		}
	}
	f(codec.ParseProtocol, codec.ProtocolName, 6)
	f(codec.ParseConnection, codec.ConnectionName, 12)
}

func TestParseProperty(t *testing.T) {
	f := func(s string, want codec.Property) {
		t.Helper()
		if got := codec.ParseProperty([]byte(s)); got != want {
			t.Errorf("%q is %d, want %d", s, got, want)
		}
	}
	f("StreamStatistics", codec.PropertyStreamStatistics)
	f("ContentMap", codec.PropertyContentMap)
	f("streamstatistics", codec.PropertyOther)
	f("", codec.PropertyOther)
}
