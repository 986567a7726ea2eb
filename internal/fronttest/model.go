package fronttest

import (
	"net/netip"
	"regexp"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/internal/exchange"
	"github.com/ppspd/ppspd/internal/httphead"
)

// Model is what a front end must send to a peer that sends stream and then
// closes its side, however the stream is split; dates are masked.
func Model(x *exchange.Exchange, stream []byte) string {
	return Mask(model(x.Worker(), x, stream))
}

func model(w *exchange.Worker, x *exchange.Exchange, stream []byte) (out []byte) {
	for {
		var head httphead.Head
		n, f := head.Scan(stream)
		if n == 0 && f == codec.FaultNone {
			if !head.Started() {
				return out
			}
			f = codec.FaultHead // cut off within a head
		}
		if f != codec.FaultNone {
			return w.Refuse(out, 0, f, true)
		}
		raw, rest := stream[:n], stream[n:]
		a := x.Admit(&head, raw)
		if a.Fault != codec.FaultNone {
			return w.Refuse(out, 0, a.Fault, true)
		}
		if a.Continue {
			out = append(out, exchange.Continue100...)
		}
		if len(rest) < a.Body {
			return w.Refuse(out, 0, codec.FaultLength, true) // section 4.3
		}
		closing := false
		out, closing = w.Serve(out, 0, &head, raw, rest[:a.Body], netip.AddrPort{})
		if closing {
			return out
		}
		stream = rest[a.Body:]
	}
}

// Mask replaces what may differ between two front ends, dates and jittered
// delays, with a star.
func Mask(answers []byte) string {
	return string(regexp.MustCompile(`(?m)^(Date|Retry-After): [^\r]*\r$`).ReplaceAll(answers, []byte("$1: *\r")))
}
