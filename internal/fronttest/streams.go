package fronttest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/ppspd/ppspd/internal/exchange"
)

// streamSetup is for streams: nothing times out while a machine is busy.
func streamSetup(x *exchange.Exchange) Setup {
	return Setup{Exchange: x, ReadTimeout: time.Minute, IdleTimeout: time.Minute}
}

// RunStreams sends a front end so many random streams in random pieces, and
// compares what comes back with the Model.
func RunStreams(t *testing.T, start Start, streams int) {
	x := NewExchange()
	addr := start(t, streamSetup(x))
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range streams {
		checkStream(t, addr, randomStream(random), random.Uint64())
	}
}

// Fuzz fuzzes a front end that was started by start: whatever is sent,
// in whatever pieces, is answered as the Model says.
func Fuzz(f *testing.F, start func(s Setup) (addr string)) {
	addr := start(streamSetup(NewExchange()))
	random := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		f.Add(randomStream(random), random.Uint64())
	}
	f.Fuzz(func(t *testing.T, stream []byte, seed uint64) { checkStream(t, addr, stream, seed) })
}

func checkStream(t *testing.T, addr string, stream []byte, seed uint64) {
	t.Helper()
	if err := compare(addr, stream, seed); err != nil {
		t.Fatal(err)
	}
}

// compare sends stream in pieces that seed chooses.
func compare(addr string, stream []byte, seed uint64) error {
	random := rand.New(rand.NewPCG(seed, 1))
	most := 1 + random.IntN(300)
	got, err := Transcript(addr, stream, func(n int) int { return 1 + random.IntN(min(n, most)) })
	if want := Model(NewExchange(), stream); got != want {
		return fmt.Errorf("\n got %q (%v)\nwant %q\nto   %q", got, err, want, stream)
	}
	return nil
}

// randomStream is a few requests of the table, cut off, glued and damaged.
func randomStream(random *rand.Rand) []byte {
	pick := func(words ...string) string { return words[random.IntN(len(words))] }
	var b strings.Builder
	for range 1 + random.IntN(4) {
		body := pick("hello", "times7", "times40", "bad", "forbidden", "full", "", "boom", strings.Repeat("z", 900))
		var fields []string
		for range random.IntN(3) {
			fields = append(fields, pick("Connection: close", "Connection: keep-alive", "Expect: 100-continue", "Accept-Encoding: gzip",
				"Transfer-Encoding: chunked", "Content-Length: 3", "X: y", "Content-Type: text/xml", "Content-Encoding: gzip", "Expect: x", " folded"))
		}
		message := post(body, fields...)
		switch random.IntN(8) {
		case 0:
			message = strings.Replace(message, "1.1", pick("1.0", "1.2"), 1)
		case 1:
			message = strings.Replace(message, "POST", pick("GET", "PO ST", "P"), 1)
		case 2:
			message = strings.Replace(message, " / ", pick(" /x ", " /ppsp/y?z ", " http://t/ ", " * "), 1)
		}
		b.WriteString(message)
		b.WriteString(pick("", "", "", "\r\n", "x"))
	}
	stream := []byte(b.String())
	if random.IntN(3) == 0 {
		stream = stream[:random.IntN(len(stream)+1)]
	}
	for range max(random.IntN(6)-4, 0) * min(len(stream), 1) {
		stream[random.IntN(len(stream))] = "\r\n :\x00a0"[random.IntN(7)]
	}
	return stream
}
