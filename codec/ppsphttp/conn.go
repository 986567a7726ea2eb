package ppsphttp

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httputil"
	"net/url"
	"strconv"

	"github.com/klauspost/compress/gzip"

	"github.com/ppspd/ppspd/codec"
)

// Conn is one keep-alive connection to a tracker. Requests may be pipelined:
// answers come in the order of the requests.
type Conn struct {
	// Reason is the Reason-Phrase of the last answer that was received.
	Reason string
	// Sent and Received count the bytes of requests and answers, heads included.
	Sent, Received int64

	net  net.Conn
	in   *bufio.Reader
	enc  Encoding
	head []byte // of every request, up to the value of Content-Length
	out  []byte // the request being sent
	body []byte // the body of the last request, then of the last answer
	text []byte // the last answer, decompressed
	gzip *gzip.Reader
	over bool // the tracker closes after the last answer
}

// Errors of Receive.
var (
	// ErrClosed: the tracker announced the end of the connection before.
	ErrClosed = errors.New("ppsphttp: connection closed by the tracker")
	errHead   = errors.New("ppsphttp: malformed response head")
)

// NewConn makes a connection to the tracker resource target out of c. With
// acceptGzip the tracker may compress its answers.
func NewConn(c net.Conn, target *url.URL, e Encoding, acceptGzip bool) *Conn {
	path := target.EscapedPath()
	if path == "" {
		path = "/"
	}
	head := "POST " + path + " HTTP/1.1\r\nHost: " + target.Host + "\r\nContent-Type: " + e.MediaType + "\r\n"
	if e.Coding != "" {
		head += "Content-Encoding: " + e.Coding + "\r\n"
	}
	if acceptGzip {
		head += "Accept-Encoding: gzip\r\n"
	}
	return &Conn{net: c, in: bufio.NewReaderSize(c, 16<<10), enc: e, head: []byte(head + "Content-Length: ")}
}

// Close closes the connection.
func (c *Conn) Close() error { return c.net.Close() }

// NetConn is the connection underneath, to set deadlines on.
func (c *Conn) NetConn() net.Conn { return c.net }

// Do sends m and receives the answer into r, as Send and Receive do.
func (c *Conn) Do(m *codec.Request, r *codec.Response) error {
	if err := c.Send(m); err != nil {
		return err
	}
	return c.Receive(r)
}

// Send writes the request m. After an error the connection is of no use.
func (c *Conn) Send(m *codec.Request) error {
	if c.over {
		return ErrClosed
	}
	c.body = c.enc.Format.AppendRequest(c.body[:0], m)
	c.out = append(c.out[:0], c.head...)
	c.out = strconv.AppendInt(c.out, int64(len(c.body)), 10)
	c.out = append(c.out, "\r\n\r\n"...)
	c.out = append(c.out, c.body...)
	n, err := c.net.Write(c.out)
	c.Sent += int64(n)
	return err
}

// Receive reads the next answer into r. r.Status is the status code; with any
// other than 200 nothing else of r is set. r borrows memory of the connection:
// it is valid until the next Receive or Send. After an error that is not a
// *codec.Error the connection is of no use.
func (c *Conn) Receive(r *codec.Response) error {
	h, err := c.readHead()
	if err != nil {
		return err
	}
	if err := c.readBody(&h); err != nil {
		return err
	}
	c.over = h.close
	body := c.body
	if h.gzip {
		if body, err = c.inflate(body); err != nil {
			return err
		}
	}
	return parse(c.enc, r, h.status, h.timeout, body)
}

// readBody reads the body behind h into c.body: of its length, in chunks, or to
// the end of the connection.
func (c *Conn) readBody(h *head) error {
	if h.length > MaxResponse {
		return ErrTooLarge
	}
	if h.length >= 0 && !h.chunked {
		if cap(c.body) < h.length {
			c.body = make([]byte, h.length)
		}
		c.body = c.body[:h.length]
		n, err := io.ReadFull(c.in, c.body)
		c.Received += int64(n)
		return wrap("response body", err)
	}
	return c.readUnsized(h)
}

// readUnsized is readBody for an answer without a length.
func (c *Conn) readUnsized(h *head) (err error) {
	from := io.Reader(c.in)
	if h.chunked {
		from = httputil.NewChunkedReader(c.in)
	}
	c.body, err = readBounded(c.body, from)
	c.Received += int64(len(c.body))
	if err == nil && h.chunked {
		err = c.skipTrailer()
	}
	h.close = h.close || !h.chunked
	return wrap("response body", err)
}

func (c *Conn) skipTrailer() error {
	for range maxFields {
		if line, err := c.line(); err != nil || len(line) == 0 {
			return err
		}
	}
	return errHead
}

// readBounded reads all of from into the memory of b, at most MaxResponse bytes.
func readBounded(b []byte, from io.Reader) ([]byte, error) {
	out := bytes.NewBuffer(b[:0])
	n, err := io.Copy(out, io.LimitReader(from, MaxResponse+1))
	if err == nil && n > MaxResponse {
		err = ErrTooLarge
	}
	return out.Bytes(), err
}

func wrap(what string, err error) error {
	if err == nil || errors.Is(err, ErrTooLarge) {
		return err
	}
	return fmt.Errorf("ppsphttp: %s: %w", what, err)
}

// head is what Receive needs of the head of an answer.
type head struct {
	status, length int // length -1: not told
	chunked        bool
	timeout        uint32
	gzip, close    bool
}

// maxFields bounds the lines of a response head.
const maxFields = 100

func (c *Conn) readHead() (h head, err error) {
	h.length = -1
	line, err := c.line()
	if err != nil {
		return h, err
	}
	if len(line) < 12 || string(line[:7]) != "HTTP/1." {
		return h, errHead
	}
	h.status, err = strconv.Atoi(string(line[9:12]))
	if err != nil {
		return h, errHead
	}
	c.setReason(bytes.TrimSpace(line[12:]))
	h.close = line[7] == '0'
	for range maxFields {
		if line, err = c.line(); err != nil || len(line) == 0 {
			return h, err
		}
		if err = h.field(line); err != nil {
			return h, err
		}
	}
	return h, errHead
}

func (c *Conn) setReason(b []byte) {
	if c.Reason != string(b) {
		c.Reason = string(b)
	}
}

// line reads one line without its end. It is valid until the next read.
func (c *Conn) line() ([]byte, error) {
	line, err := c.in.ReadSlice('\n')
	c.Received += int64(len(line))
	if err != nil {
		return nil, fmt.Errorf("ppsphttp: response head: %w", err)
	}
	return bytes.TrimRight(line, "\r\n"), nil
}

func (h *head) field(line []byte) (err error) {
	name, value, ok := bytes.Cut(line, []byte(":"))
	if !ok {
		return errHead
	}
	value = bytes.TrimSpace(value)
	switch {
	case bytes.EqualFold(name, []byte("Content-Length")):
		if h.length, err = strconv.Atoi(string(value)); err != nil || h.length < 0 {
			return errHead
		}
	case bytes.EqualFold(name, []byte("Transfer-Encoding")):
		h.chunked = bytes.EqualFold(value, []byte("chunked"))
	case bytes.EqualFold(name, []byte("Content-Encoding")):
		h.gzip = bytes.EqualFold(value, []byte("gzip"))
	case bytes.EqualFold(name, []byte("Connection")):
		h.close = bytes.EqualFold(value, []byte("close"))
	case bytes.EqualFold(name, []byte(trackTimeout)):
		n, err := strconv.ParseUint(string(value), 10, 32)
		if err != nil {
			return errHead
		}
		h.timeout = uint32(n)
	}
	return nil
}

func (c *Conn) inflate(body []byte) (text []byte, err error) {
	if c.gzip == nil {
		c.gzip, err = gzip.NewReader(bytes.NewReader(body))
	} else {
		err = c.gzip.Reset(bytes.NewReader(body))
	}
	if err != nil {
		return nil, wrap("gzip", err)
	}
	c.text, err = readBounded(c.text, c.gzip)
	return c.text, wrap("gzip", err)
}
