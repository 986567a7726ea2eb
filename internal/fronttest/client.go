package fronttest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// patience is how long the client waits for what must come.
const patience = 5 * time.Second

// client is one connection of a peer.
type client struct {
	conn *net.TCPConn
	in   *bufio.Reader
	cut  func(n int) int // how many of n bytes to send at once
}

func dial(addr string, cut func(int) int) (*client, error) {
	c, err := net.DialTimeout("tcp", addr, patience)
	if err != nil {
		return nil, err
	}
	return &client{c.(*net.TCPConn), bufio.NewReader(c), cut}, nil
}

// send writes text in pieces. A server may refuse and close before it has read
// all: an error is no failure, the answer tells.
func (c *client) send(text string) {
	c.conn.SetWriteDeadline(time.Now().Add(patience))
	for len(text) > 0 {
		n := c.cut(len(text))
		if _, err := io.WriteString(c.conn, text[:n]); err != nil {
			return
		}
		text = text[n:]
	}
}

// answer reads one answer, masked. Interim responses are answers.
func (c *client) answer() (string, error) {
	c.conn.SetReadDeadline(time.Now().Add(patience))
	var b bytes.Buffer
	length := 0
	for {
		line, err := c.in.ReadString('\n')
		b.WriteString(line)
		if err != nil {
			return Mask(b.Bytes()), err
		}
		if v, ok := strings.CutPrefix(line, "Content-Length: "); ok {
			if length, err = strconv.Atoi(strings.TrimSpace(v)); err != nil {
				return Mask(b.Bytes()), err
			}
		}
		if line == "\r\n" {
			break
		}
	}
	_, err := io.CopyN(&b, c.in, int64(length))
	return Mask(b.Bytes()), err
}

// closed waits until the server has closed its side, without another byte.
func (c *client) closed(within time.Duration) error {
	c.conn.SetReadDeadline(time.Now().Add(within))
	b, err := c.in.ReadByte()
	if err == nil {
		return fmt.Errorf("byte %q instead of the end of the connection", b)
	}
	if e, ok := err.(net.Error); ok && e.Timeout() {
		return fmt.Errorf("still open after %v", within)
	}
	return nil // an end or a reset
}

// Transcript sends stream to a front end at addr, in pieces that cut chooses,
// closes its side and returns everything that comes back, masked.
func Transcript(addr string, stream []byte, cut func(n int) int) (string, error) {
	c, err := dial(addr, cut)
	if err != nil {
		return "", err
	}
	defer c.conn.Close()
	go func() {
		c.send(string(stream))
		c.conn.CloseWrite()
	}()
	c.conn.SetReadDeadline(time.Now().Add(patience))
	all, err := io.ReadAll(c.in)
	return Mask(all), err
}
