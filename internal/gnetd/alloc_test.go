package gnetd

import (
	"testing"
	"unsafe"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/internal/exchange"
	"github.com/ppspd/ppspd/internal/fronttest"
	"github.com/ppspd/ppspd/wheel"
)

// nothing answers every request with an empty message.
func nothing(wheel.Tick, *codec.Request, *codec.Response) {}

func TestConnSize(t *testing.T) {
	if n := unsafe.Sizeof(conn{}); n > 96 {
		t.Errorf("a conn is %d bytes", n)
	}
}

// Neither a request that is complete where it was read nor one that comes in
// pieces allocates.
func TestStreamAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	x := exchange.New(exchange.Config{Handle: nothing, XML: fronttest.Words{}})
	one := []byte(post("hello"))
	batch := []byte(post("one") + post("two") + post("three"))
	for name, pieces := range map[string][][]byte{
		"whole":     {one},
		"batch":     {batch},
		"cut":       {one[:40], one[40:]},
		"batch cut": {batch[:200], batch[200:]},
	} {
		k := newSink(x)
		run := func() {
			for _, p := range pieces {
				k.feed(&k.stream, p, 1)
			}
			k.out = k.out[:0]
		}
		run()
		if n := testing.AllocsPerRun(1000, run); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
