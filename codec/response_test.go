package codec

import "testing"

// A response's spans are its own, wherever the request had its text.
func TestResponseCarry(t *testing.T) {
	var req Request
	req.Reset()
	req.Body = []byte("xx12345.0yy")
	req.Dialect = DialectBase
	req.TransactionID = BodySpan(2, 9)
	decoded := req.Keep([]byte("a&b"))
	var resp Response
	resp.Refuse(FaultPort)
	resp.Answer(&req)
	if got := string(resp.Bytes(resp.TransactionID)); got != "12345.0" || resp.Status != StatusOK || resp.Fault != FaultNone || resp.Dialect != DialectBase {
		t.Fatalf("answer %q %d %d", got, resp.Status, resp.Fault)
	}
	resp.Keep([]byte("earlier"))
	s := resp.Carry(&req, decoded)
	req.Reset()
	req.Keep([]byte("zzz"))
	if got := string(resp.Bytes(s)); got != "a&b" {
		t.Fatalf("carried %q", got)
	}
	if resp.Carry(&req, Span{}).Present() {
		t.Fatal("an absent span became present")
	}
}

// All six flags of an address survive in a card.
func TestCardKeepsFlags(t *testing.T) {
	for f := AddrFlags(0); f < 1<<6; f++ {
		if f&(AddrV6|AddrASN) != 0 {
			continue
		}
		var c Card
		var text Text
		a, _ := ParseIPv4([]byte("192.0.2.1"))
		PutCard(&c, &text, []byte("p"), []Address{{IP: a, Port: 1, Type: AddrProxy, Flags: f}})
		if got := c.AppendAddresses(nil, &text); len(got) != 1 || got[0].Flags != f || got[0].Type != AddrProxy {
			t.Fatalf("flags %06b: %+v", f, got)
		}
	}
}
