package exchange

import "github.com/klauspost/compress/gzip"

// gzipLevel is the fastest one: lists repeat themselves so much that higher
// levels win little.
const gzipLevel = gzip.BestSpeed

// coder is a pooled gzip writer and where it writes to.
type coder struct {
	gzip *gzip.Writer
	out  []byte
}

// Write appends p.
func (c *coder) Write(p []byte) (int, error) {
	c.out = append(c.out, p...)
	return len(p), nil
}

// appendGzip appends body as one gzip member (RFC 1952).
func (x *Exchange) appendGzip(dst, body []byte) []byte {
	c, _ := x.coders.Get().(*coder)
	if c == nil {
		c = new(coder)
		c.gzip, _ = gzip.NewWriterLevel(c, gzipLevel) // fails for an unknown level only
	}
	c.out = dst
	c.gzip.Reset(c)
	c.gzip.Write(body) // coder.Write never fails
	c.gzip.Close()
	dst, c.out = c.out, nil
	x.coders.Put(c)
	return dst
}
