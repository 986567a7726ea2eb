package httphead

import "github.com/ppspd/ppspd/codec"

const (
	recentHeads = 16
	recentSize  = 512 // bytes of a head that is remembered, at most
	recentEvery = 4   // one of so many unknown heads is remembered
	maxDigits   = 7   // of a length whose head is remembered
)

// Recent remembers heads that were accepted. A peer sends the same head again
// and again, but for the digits of its Content-Length, and most peers run one of
// a few programs: comparing with what was judged before is several times faster
// than judging. Equal bytes mean the same, so the result is that of Head.Scan.
//
// The zero Recent is empty and ready. It belongs to one goroutine at a time, and
// grows to 8 KiB of heads.
type Recent struct {
	heads  [recentHeads]recent
	next   uint8 // the next one to be overwritten
	misses uint8 // heads since one was remembered
}

// recent is one remembered head.
//
//	raw[:from]    the same in every head like this
//	raw[from:to]  digits: as many, whichever
//	raw[to:]      the same again
type recent struct {
	head     Head
	raw      []byte
	from, to int
}

// Scan is h.Scan(buf).
func (r *Recent) Scan(h *Head, buf []byte) (size int, f codec.Fault) {
	// Fast path: the whole head is there and known.
	if h.scanned == 0 {
		for i := range r.heads {
			if k := &r.heads[i]; k.matches(buf) {
				*h = k.head
				h.Length = k.length(buf)
				return len(k.raw), codec.FaultNone
			}
		}
	}
	return r.scanSlow(h, buf)
}

func (r *Recent) scanSlow(h *Head, buf []byte) (size int, f codec.Fault) {
	size, f = h.Scan(buf)
	digits := int(h.lengthAt.End) - int(h.lengthAt.Start)
	if size == 0 || size > recentSize || digits == 0 || digits > maxDigits {
		return size, f
	}
	if r.misses++; r.misses >= recentEvery {
		r.misses = 0
		r.remember(h, buf[:size])
	}
	return size, f
}

func (r *Recent) remember(h *Head, raw []byte) {
	k := &r.heads[r.next%recentHeads]
	r.next++
	k.head = *h
	k.raw = append(k.raw[:0], raw...)
	k.from, k.to = int(h.lengthAt.Start), int(h.lengthAt.End)
}

// matches reports whether buf starts with a head like k.
func (k *recent) matches(buf []byte) bool {
	// Fast path: hardly two kinds of heads have a line end at the same place.
	if len(buf) < len(k.raw) || k.from == k.to || buf[k.to] != k.raw[k.to] {
		return false
	}
	return k.matchesSlow(buf)
}

func (k *recent) matchesSlow(buf []byte) bool {
	return string(buf[:k.from]) == string(k.raw[:k.from]) && digits(buf[k.from:k.to]) &&
		string(buf[k.to:len(k.raw)]) == string(k.raw[k.to:])
}

// length is the Content-Length of a head that matches k.
func (k *recent) length(buf []byte) (n int64) {
	for _, c := range buf[k.from:k.to] {
		n = n*10 + int64(c-'0')
	}
	return n
}
