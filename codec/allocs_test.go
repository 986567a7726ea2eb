package codec_test

import (
	"net/netip"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

func TestNoAllocs(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	var (
		card  codec.Card
		text  codec.Text
		req   codec.Request
		res   codec.Response
		dst   = make([]byte, 0, 4096)
		addrs = make([]codec.Address, 0, codec.LimitAddresses)
		uuid  = []byte("0191d9a7-3f2c-7b60-8c1d-2e4f6a8b0c1d")
		wide  = []byte("a peer id that is longer than twenty bytes")
		two   = randomAddresses(rng(t), 2)
	)
	text.Scratch = make([]byte, 0, 4096)
	check := func(name string, f func()) {
		t.Helper()
		if n := testing.AllocsPerRun(200, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
	check("PackID", func() { k, _ := codec.PackID(uuid); dst = k.AppendID(dst[:0]) })
	check("PutCard", func() { codec.PutCard(&card, &text, uuid, two[:1]) })
	check("PutCard wide", func() {
		text.Scratch = text.Scratch[:0]
		codec.PutCard(&card, &text, wide, two)
		dst = card.AppendID(dst[:0], &text)
		addrs = card.AppendAddresses(addrs[:0], &text)
	})
	check("ParseIPv4", func() { codec.ParseIPv4([]byte("192.0.2.17")) })
	check("ParseIPv6", func() { codec.ParseIPv6([]byte("2001:db8::17")) })
	check("AppendIP", func() { dst = two[0].AppendIP(dst[:0]) })
	check("SetAddr", func() { two[0].SetAddr(netip.AddrFrom4([4]byte{192, 0, 2, 1})) })
	check("Reset", func() { req.Reset(); res.Reset() })
	check("Fail", func() { req.Fail(codec.FaultPort, 17).In("PPSPTrackerProtocol") })
	check("Refuse", func() { res.Refuse(codec.FaultNotAllowed) })
}

// TestInlining proves that what is called for each byte or value is inlined.
func TestInlining(t *testing.T) {
	if raceEnabled || testing.Short() {
		t.Skip("compiles the package")
	}
	out, err := exec.Command(runtime.GOROOT()+"/bin/go", "build", "-gcflags=-m", ".").CombinedOutput()
	if err != nil {
		t.Skipf("go build: %v\n%s", err, out)
	}
	for _, want := range []string{
		"countDigits", "sixDigits", "within", "putPair",
		"BodySpan", "Span.Len", "Span.Present", "Span.InBody", "(*Text).Bytes",
		"(*Address).Has", "(*Card).Wide", "(*Card).Slot4", "(*Request).AddAddress",
	} {
		if !strings.Contains(string(out), "can inline "+want+"\n") {
			t.Errorf("%s is not inlined", want)
		}
	}
}
