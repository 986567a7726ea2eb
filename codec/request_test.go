package codec_test

import (
	"net/netip"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

func TestRequestLimits(t *testing.T) {
	var r codec.Request
	f := func(name string, limit int, add func() bool, count func() int) {
		t.Helper()
		for range limit {
			if !add() {
				t.Fatalf("%s: refused below %d", name, limit)
			}
		}
		if add() || count() != limit {
			t.Errorf("%s: %d kept, limit %d", name, count(), limit)
		}
	}
	f("actions", codec.LimitActions, func() bool { return r.AddAction() != nil }, func() int { return len(r.Actions()) })
	f("addresses", codec.LimitAddresses, func() bool { return r.AddAddress() != nil }, func() int { return len(r.Addresses()) })
	f("stats", codec.LimitStats, func() bool { return r.AddStat() != nil }, func() int { return len(r.Stats()) })
}

// A reset request is an empty one, whatever was in it.
func TestRequestReset(t *testing.T) {
	r := codec.Request{Dialect: codec.DialectBase, Method: codec.MethodConnect, PeerGroup: true, Statistics: true, Fingerprint: 1}
	r.Body = []byte("body")
	r.TransactionID, r.PeerID = codec.BodySpan(0, 1), r.Keep([]byte("peer"))
	r.PeerNum = codec.PeerNum{Present: true, NAT: codec.NATSTUN}
	r.Observed = netip.MustParseAddrPort("192.0.2.1:80")
	r.AddAction().Verb = codec.VerbJoin
	r.AddAddress().Port = 80
	r.AddStat().Uploaded = 1
	r.Reset()
	if r.Body != nil || len(r.Scratch) > 0 || r.Dialect != 0 || r.Method != 0 || r.TransactionID.Present() || r.PeerID.Present() ||
		r.PeerNum.Present || r.PeerNum.Preference() || r.PeerGroup || r.Statistics || r.Fingerprint != 0 || r.Observed.IsValid() ||
		len(r.Actions())+len(r.Addresses())+len(r.Stats()) > 0 {
		t.Errorf("not empty: %+v", r)
	}
	if *r.AddAction() != (codec.Action{}) || *r.AddAddress() != (codec.Address{}) || *r.AddStat() != (codec.Stat{}) {
		t.Error("what is added holds something of the last message")
	}
}

func TestResponseReset(t *testing.T) {
	r := codec.Response{Dialect: codec.DialectBase, Status: codec.StatusOK, HasOwn: true, TrackTimeout: 120}
	r.Results = append(r.Results, codec.Result{Status: codec.StatusOK})
	r.Swarms = append(r.Swarms, r.Keep([]byte("1111")))
	r.Peers = append(r.Peers, codec.ListedPeer{})
	r.Refuse(codec.FaultNotAllowed)
	if r.Status != codec.StatusForbidden || r.Fault != codec.FaultNotAllowed {
		t.Errorf("refused with %d, %s", r.Status, r.Fault)
	}
	if r.Dialect != 0 || r.HasOwn || r.TrackTimeout != 0 || len(r.Results)+len(r.Swarms)+len(r.Peers)+len(r.Scratch) > 0 {
		t.Errorf("not empty: %+v", r)
	}
}

func TestSpans(t *testing.T) {
	x := codec.Text{Body: []byte("<PeerID>1111</PeerID>")}
	body := codec.BodySpan(8, 12)
	kept := x.Keep([]byte("22222"))
	empty := codec.BodySpan(3, 3)
	f := func(s codec.Span, want string, present bool) {
		t.Helper()
		if string(x.Bytes(s)) != want || s.Len() != len(want) || s.Present() != present {
			t.Errorf("span %q, length %d, present %v; want %q", x.Bytes(s), s.Len(), s.Present(), want)
		}
		if b := x.Bytes(s); cap(b) != len(b) {
			t.Error("appending to a span's bytes would write into the message")
		}
	}
	f(body, "1111", true)
	f(kept, "22222", true)
	f(empty, "", true)
	f(codec.Span{}, "", false)
	f(x.Keep(nil), "", true)
	f(body.Slice(1, 3), "11", true)
	f(kept.Slice(2, 2), "", true)
	f(codec.Span{}.Slice(0, 0), "", true)
	if at, ok := body.InBody(); at != 8 || !ok {
		t.Errorf("the body's span is at %d, %v", at, ok)
	}
	if _, ok := kept.InBody(); ok {
		t.Error("a kept span is in the body")
	}
	if _, ok := (codec.Span{}).InBody(); ok {
		t.Error("an absent span is in the body")
	}
}

func TestPreference(t *testing.T) {
	for _, p := range []codec.PeerNum{{NAT: codec.NATSTUN}, {Links: codec.LevelLow}, {Online: codec.LevelHigh}, {Upload: codec.LevelNormal}} {
		if !p.Preference() {
			t.Errorf("%+v is a preference", p)
		}
	}
	if (&codec.PeerNum{Present: true, Count: 5}).Preference() {
		t.Error("a count is no preference")
	}
}
