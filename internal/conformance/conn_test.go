package conformance

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// here is the source address of peers that have no other one.
const here = "127.0.0.1"

// patience is how long an answer may take on a slow machine.
const patience = 5 * time.Second

// conn is a connection to the tracker.
type conn struct {
	net.Conn
	s  *session
	in *bufio.Reader
}

// dial connects from a source address.
func (s *session) dial(from string) *conn {
	s.t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: patience}
	c, err := d.Dial("tcp", s.tracker.http)
	if err != nil {
		s.t.Fatalf("dial from %s: %v", from, err)
	}
	_, port, _ := net.SplitHostPort(c.LocalAddr().String())
	s.ports[port] = true
	s.t.Cleanup(func() { _ = c.Close() })
	return &conn{c, s, bufio.NewReader(c)}
}

// send writes raw bytes; that the tracker may have closed meanwhile is seen
// when the answer is read.
func (c *conn) send(raw string) {
	_ = c.SetWriteDeadline(time.Now().Add(patience))
	_, _ = io.WriteString(c, raw)
}

// halfClose says that nothing more will be sent.
func (c *conn) halfClose() { _ = c.Conn.(*net.TCPConn).CloseWrite() }

// answer reads one answer and checks what holds for all of them.
func (c *conn) answer() *answer {
	c.s.t.Helper()
	return c.answerWithin(patience)
}

func (c *conn) answerWithin(d time.Duration) *answer {
	c.s.t.Helper()
	a, err := c.read(d)
	if err != nil {
		c.s.t.Fatalf("no answer: %v", err)
	}
	a.check()
	return a
}

// read reads one answer.
func (c *conn) read(d time.Duration) (*answer, error) {
	_ = c.SetReadDeadline(time.Now().Add(d))
	a := &answer{s: c.s, fields: map[string]string{}}
	line, err := c.line()
	if err != nil {
		return nil, err
	}
	version, rest, _ := strings.Cut(line, " ")
	code, reason, _ := strings.Cut(rest, " ")
	if a.status, err = strconv.Atoi(code); err != nil || version != "HTTP/1.1" {
		return nil, fmt.Errorf("status line %q", line)
	}
	a.line, a.reason = line, reason
	c.s.said.WriteString(line + "\r\n")
	if err := c.readFields(a); err != nil {
		return nil, err
	}
	n, _ := strconv.Atoi(a.fields["Content-Length"])
	body := make([]byte, n)
	if _, err := io.ReadFull(c.in, body); err != nil {
		return nil, fmt.Errorf("body of %d bytes: %w", n, err)
	}
	a.coded = string(body)
	return a, a.decode()
}

// readFields reads the header fields; the size of a coded body is not compared.
func (c *conn) readFields(a *answer) error {
	for {
		line, err := c.line()
		if err != nil {
			return err
		}
		name, value, ok := strings.Cut(line, ": ")
		if _, twice := a.fields[name]; twice || !ok && line != "" {
			return fmt.Errorf("header field %q twice or malformed", line)
		}
		if line != "" {
			a.fields[name] = value
		}
		if name != "Content-Length" || a.fields["Content-Encoding"] == "" {
			c.s.said.WriteString(line + "\r\n")
		}
		if line == "" {
			return nil
		}
	}
}

// line reads a line that ends in CRLF (appendix B).
func (c *conn) line() (string, error) {
	line, err := c.in.ReadString('\n')
	if err != nil {
		return "", err
	}
	line, ok := strings.CutSuffix(line, "\r\n")
	if !ok {
		return "", fmt.Errorf("line %q does not end in CRLF", line)
	}
	return line, nil
}

// interim reads an interim response.
func (c *conn) interim(want string) {
	c.s.t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(patience))
	line, err := c.line()
	if err != nil || line != want {
		c.s.t.Fatalf("interim response %q, %v, want %q", line, err, want)
	}
	if line, err := c.line(); err != nil || line != "" {
		c.s.t.Fatalf("the interim response goes on with %q, %v", line, err)
	}
}

// closed wants the tracker to close the connection, without a word more.
func (c *conn) closed(within time.Duration) {
	c.s.t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(within))
	b, err := c.in.ReadByte()
	switch {
	case err == nil:
		rest, _ := c.in.Peek(c.in.Buffered())
		c.s.t.Errorf("instead of the end there came %q", string(b)+string(rest))
	case !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET):
		c.s.t.Errorf("the connection is not closed: %v", err)
	}
}

// silent wants the connection to stay open, without a word.
func (c *conn) silent(d time.Duration) {
	c.s.t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(d))
	_, err := c.in.ReadByte()
	if timeout, ok := errors.AsType[net.Error](err); !ok || !timeout.Timeout() {
		c.s.t.Errorf("the connection is not silent: %v", err)
	}
}

// page reads a page of the admin address.
func (s *session) page(path string) string {
	s.t.Helper()
	resp, err := http.Get("http://" + s.tracker.admin + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(b)
}

const mediaType = "application/ppsp-tracker+xml"

// request is a POST of a body as a peer sends it.
func request(body string, fields ...string) string {
	return head("POST / HTTP/1.1", append([]string{"Host: tracker.example", "Content-Type: " + mediaType,
		"Content-Length: " + strconv.Itoa(len(body))}, fields...)...) + body
}

// head is a request line and header fields.
func head(line string, fields ...string) string {
	return strings.Join(append([]string{line}, fields...), "\r\n") + "\r\n\r\n"
}
