package codec_test

import (
	"errors"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

// Appendix B.4: no other status code is used.
func TestFaultsUseTheCodesOfB4(t *testing.T) {
	for f := codec.FaultNone; f <= codec.FaultBinding; f++ {
		if f.Status().Phrase() == "" {
			t.Errorf("fault %d has status %d", f, f.Status())
		}
		if f.Reason() == "" || len(f.Reason()) > 64 {
			t.Errorf("fault %d has reason %q", f, f.Reason())
		}
		for _, c := range []byte(f.Reason()) {
			if c < ' ' || c > '~' {
				t.Errorf("fault %d: reason %q cannot stand in a status line", f, f.Reason())
			}
		}
		if f.Error() != f.Reason() {
			t.Errorf("fault %d: Error is %q", f, f.Error())
		}
	}
	if codec.Status(418).Phrase() != "" {
		t.Error("418 has a phrase")
	}
}

// Section 4.3: the codes of each kind of error.
func TestFaultStatus(t *testing.T) {
	f := func(fault codec.Fault, want codec.Status) {
		t.Helper()
		if fault.Status() != want {
			t.Errorf("%s: %d, want %d", fault, fault.Status(), want)
		}
	}
	f(codec.FaultSyntax, codec.StatusBadRequest)
	f(codec.FaultVersion, codec.StatusBadRequest)
	f(codec.FaultLength, codec.StatusLengthRequired)
	f(codec.FaultURITooLong, codec.StatusURITooLong)
	f(codec.FaultNotAllowed, codec.StatusForbidden)
	f(codec.FaultUnknownPeer, codec.StatusForbidden)
	f(codec.FaultInternal, codec.StatusInternalError)
	f(codec.FaultOverload, codec.StatusUnavailable)
	f(codec.FaultAuthenticate, codec.StatusUnauthorized)
	f(codec.FaultResource, codec.StatusNotFound)
	f(codec.FaultTimeout, codec.StatusRequestTimeout)
}

func TestError(t *testing.T) {
	var r codec.Request
	var err error = r.Fail(codec.FaultPort, 317).In("PPSPTrackerProtocol").In("PeerGroup").In("PeerInfo").In("PeerAddress").In("dropped")
	const want = "Missing or invalid port in PPSPTrackerProtocol/PeerGroup/PeerInfo/PeerAddress at byte 317"
	if err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
	if !errors.Is(err, codec.FaultPort) || errors.Is(err, codec.FaultAddress) {
		t.Error("errors.Is does not see the fault")
	}
	var located *codec.Error
	if !errors.As(err, &located) || located.Offset != 317 {
		t.Error("errors.As does not see the offset")
	}
	var p codec.Response
	if got := p.Fail(codec.FaultRoot, 0).Error(); got != "Root element is not PPSPTrackerProtocol at byte 0" {
		t.Errorf("without a path: %q", got)
	}
}
