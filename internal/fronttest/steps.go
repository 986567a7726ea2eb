package fronttest

import (
	"fmt"
	"strings"
	"time"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/internal/exchange"
)

// send sends text.
func send(text string) Step {
	return func(c *client) error { c.send(text); return nil }
}

// get reads one answer, which must be want to the byte.
func get(want string) Step {
	return func(c *client) error {
		got, err := c.answer()
		if got == want {
			return nil
		}
		return fmt.Errorf("answer\n got %.300q (%v)\nwant %.300q", got, err, want)
	}
}

// getStart reads one answer and compares its start, for coded bodies.
func getStart(want string) Step {
	return func(c *client) error {
		got, err := c.answer()
		if err == nil && strings.HasPrefix(got, want) {
			return nil
		}
		return fmt.Errorf("answer\n got %.300q (%v)\nwant %.300q…", got, err, want)
	}
}

// drip sends text and then a body, too slowly: single bytes over d, or until the
// server has answered. A byte that comes does not start the time anew.
func drip(text string, d time.Duration) Step {
	return func(c *client) error {
		c.send(text)
		const bytes = 50
		for range bytes {
			time.Sleep(d / bytes)
			c.send(" ")
			c.conn.SetReadDeadline(time.Now().Add(time.Millisecond))
			if _, err := c.in.Peek(1); err == nil {
				return nil
			}
		}
		return fmt.Errorf("no answer in %v", d)
	}
}

// halfClose ends what the client sends.
func halfClose(c *client) error { return c.conn.CloseWrite() }

// closed: the server closes, without another byte.
func closed(c *client) error { return c.closed(patience) }

// closedAfter: it does so, but not before d has passed.
func closedAfter(d time.Duration) Step {
	return func(c *client) error {
		start := time.Now()
		if err := c.closed(patience); err != nil {
			return err
		}
		if took := time.Since(start); took < d {
			return fmt.Errorf("closed after %v, wanted %v", took, d)
		}
		return nil
	}
}

// open: the connection is still of use.
func open(c *client) error {
	c.send(post("still"))
	return get(ok("still"))(c)
}

// post is a good request, fields added.
func post(body string, fields ...string) string {
	return request("POST / HTTP/1.1", body, append([]string{"Host: tracker.example", "Content-Type: application/ppsp-tracker+xml"}, fields...)...)
}

// request has a Content-Length and no other field but those given.
func request(line, body string, fields ...string) string {
	return head(line, append(fields, fmt.Sprintf("Content-Length: %d", len(body)))...) + body
}

// head is a request head.
func head(line string, fields ...string) string {
	return line + "\r\n" + strings.Join(append(fields, "", ""), "\r\n")
}

// ok is the answer 200 with this body, fields added behind Vary.
func ok(body string, fields ...string) string {
	return head("HTTP/1.1 200 OK", append([]string{"Date: *", "Content-Type: application/ppsp-tracker+xml; charset=utf-8",
		fmt.Sprintf("Content-Length: %d", len(body)), "Vary: Accept-Encoding"}, fields...)...) + body
}

// no is the answer to a fault; the connection goes on.
func no(f codec.Fault, fields ...string) string {
	return head(fmt.Sprintf("HTTP/1.1 %d %s", f.Status(), f.Reason()), append([]string{"Date: *", "Content-Length: 0"}, fields...)...)
}

// end is the answer to a fault that closes the connection.
func end(f codec.Fault) string { return no(f, "Connection: close") }

const continue100 = exchange.Continue100
