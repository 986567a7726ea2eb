package fasthttpd_test

import (
	"io"
	"net"
	"testing"
	"time"

	"github.com/ppspd/ppspd/internal/fronttest"
)

// talk sends message and reads size bytes of answer.
type talk struct {
	conn    net.Conn
	message []byte
	answer  []byte
}

func newTalk(t testing.TB, addr, message string) *talk {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	k := &talk{conn, []byte(message), make([]byte, 1<<16)}
	if _, err := conn.Write(k.message); err != nil {
		t.Fatal(err)
	}
	n, err := conn.Read(k.answer)
	if err != nil {
		t.Fatal(err)
	}
	k.answer = k.answer[:n]
	return k
}

func (k *talk) run() error {
	if _, err := k.conn.Write(k.message); err != nil {
		return err
	}
	_, err := io.ReadFull(k.conn, k.answer)
	return err
}

const message = "POST / HTTP/1.1\r\nHost: tracker.example:7846\r\nUser-Agent: peer/1.0\r\nContent-Type: application/ppsp-tracker+xml\r\nContent-Length: 8\r\n\r\ntimes120"

// A request costs no allocation, from one end of the connection to the other.
func TestNoAllocs(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	_, addr := start(t, fronttest.Setup{Exchange: fronttest.NewExchange(), ReadTimeout: time.Minute, IdleTimeout: time.Minute})
	k := newTalk(t, addr, message)
	if n := testing.AllocsPerRun(500, func() {
		if err := k.run(); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkFront is a request and its answer over the loopback interface, the
// client's half included.
func BenchmarkFront(b *testing.B) {
	_, addr := start(b, fronttest.Setup{Exchange: fronttest.NewExchange(), ReadTimeout: time.Minute, IdleTimeout: time.Minute})
	k := newTalk(b, addr, message)
	b.ReportAllocs()
	b.SetBytes(int64(len(k.message)))
	for b.Loop() {
		if err := k.run(); err != nil {
			b.Fatal(err)
		}
	}
}
