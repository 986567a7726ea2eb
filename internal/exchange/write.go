package exchange

import (
	"strconv"
	"time"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/internal/httphead"
	"github.com/ppspd/ppspd/wheel"
)

const (
	// typeXML is the Content-Type of an answer in XML. Appendix B.3: the
	// character set is part of it.
	typeXML = "application/ppsp-tracker+xml; charset=utf-8"

	dateLayout = "Mon, 02 Jan 2006 15:04:05 GMT"
)

// appendAnswer appends the answer that was decided.
func (w *Worker) appendAnswer(dst []byte, now wheel.Tick, head *httphead.Head) []byte {
	if w.answer.Fault != codec.FaultNone {
		return w.appendHead(dst, now, 0)
	}
	if w.x.config.GzipFrom >= 0 && head.Gzip() != httphead.Refused {
		w.makePlain()
		body := w.code(head.Gzip())
		return append(w.appendHead(dst, now, len(body)), body...)
	}
	return w.appendPlain(dst, now)
}

// appendPlain appends head and body, the body made in place.
func (w *Worker) appendPlain(dst []byte, now wheel.Tick) []byte {
	// Fast path: Content-Length has as many digits as it had in the last answer
	// to this method. The head is written with that number, the body behind it,
	// and the digits are set right.
	size := &w.sizes[w.request.Method&7]
	out := w.appendHead(dst, now, *size)
	start := len(out)
	out = w.x.config.XML.AppendResponse(out, &w.response)
	n := len(out) - start
	w.count.bytesOut.Add(uint64(n))
	if n == *size {
		return out
	}
	guess := *size
	*size = n
	if decimals(n) == decimals(guess) {
		putDecimal(out[w.digitsAt:], n)
		return out
	}
	return w.movePlain(dst, out[start:], now)
}

// movePlain appends head and body anew, for a body whose length was guessed
// wrong.
func (w *Worker) movePlain(dst, body []byte, now wheel.Tick) []byte {
	w.plain = append(w.plain[:0], body...)
	return append(w.appendHead(dst, now, len(body)), w.plain...)
}

// makePlain makes the body in w.plain.
func (w *Worker) makePlain() {
	w.plain = w.x.config.XML.AppendResponse(w.plain[:0], &w.response)
}

// code returns the body as it is sent: w.plain, or coded if that is accepted
// and worth it.
func (w *Worker) code(gzip httphead.Acceptance) []byte {
	from := w.x.config.GzipFrom
	worth := from >= 0 && len(w.plain) >= from && gzip == httphead.Accepted
	if !worth && (from < 0 || gzip != httphead.Required) {
		w.count.bytesOut.Add(uint64(len(w.plain)))
		return w.plain
	}
	w.coded = w.x.appendGzip(w.coded[:0], w.plain)
	if gzip != httphead.Required && len(w.coded) >= len(w.plain) {
		w.count.bytesOut.Add(uint64(len(w.plain)))
		return w.plain
	}
	w.answer.Gzip = true
	w.count.coded.Add(1)
	w.count.bytesOut.Add(uint64(len(w.coded)))
	return w.coded
}

// appendHead appends status line and header fields of an answer with a body of
// n bytes.
func (w *Worker) appendHead(dst []byte, now wheel.Tick, n int) []byte {
	a := &w.answer
	dst = a.appendStatus(dst)
	dst = append(dst, "Date: "...)
	dst = w.appendDate(dst, now)
	if a.Type != "" {
		dst = append(dst, "\r\nContent-Type: "...)
		dst = append(dst, a.Type...)
	}
	if a.Gzip {
		dst = append(dst, "\r\nContent-Encoding: gzip"...)
	}
	dst = append(dst, "\r\nContent-Length: "...)
	w.digitsAt = len(dst)
	dst = strconv.AppendUint(dst, uint64(n), 10)
	return a.appendTail(dst)
}

func (a *Answer) appendStatus(dst []byte) []byte {
	if a.Status == codec.StatusOK {
		return append(dst, "HTTP/1.1 200 OK\r\n"...)
	}
	dst = append(dst, "HTTP/1.1 "...)
	dst = strconv.AppendUint(dst, uint64(a.Status), 10)
	dst = append(dst, ' ')
	dst = append(dst, a.Reason...)
	return append(dst, "\r\n"...)
}

// appendTail appends what follows the digits of Content-Length.
func (a *Answer) appendTail(dst []byte) []byte {
	if a.Vary {
		dst = append(dst, "\r\nVary: Accept-Encoding"...)
	}
	if a.TrackTimeout != 0 {
		dst = append(dst, "\r\nPPSP-Track-Timeout: "...)
		dst = strconv.AppendUint(dst, uint64(a.TrackTimeout), 10)
	}
	if a.RetryAfter != 0 {
		dst = append(dst, "\r\nRetry-After: "...)
		dst = strconv.AppendUint(dst, uint64(a.RetryAfter), 10)
	}
	if a.Close {
		dst = append(dst, "\r\nConnection: close"...)
	} else if a.KeepAlive {
		dst = append(dst, "\r\nConnection: keep-alive"...)
	}
	return append(dst, "\r\n\r\n"...)
}

// appendDate appends the time of day, made anew when its second is over.
func (w *Worker) appendDate(dst []byte, now wheel.Tick) []byte {
	if now-w.dateTick >= w.dateLife {
		t := w.x.config.Clock().UTC()
		t.AppendFormat(w.date[:0], dateLayout)
		w.dateTick = now
		w.dateLife = wheel.Tick((time.Second-time.Duration(t.Nanosecond())-1)/wheel.TickDuration) + 1
	}
	return append(dst, w.date[:]...)
}

// decimals is the number of digits of n ≥ 0.
func decimals(n int) int {
	d := 1
	for ; n >= 10; n /= 10 {
		d++
	}
	return d
}

// putDecimal writes the digits of n ≥ 0 to the start of b.
func putDecimal(b []byte, n int) {
	for i := decimals(n) - 1; i >= 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
}
