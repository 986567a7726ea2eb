package wheel

import (
	"strings"
	"testing"
)

// TestCheckFinds: Check notices whatever is broken. Each case breaks one thing
// in a wheel in which all levels, a full block and a free one are in use.
func TestCheckFinds(t *testing.T) {
	f := func(want string, breakIt func(w *Wheel)) {
		t.Helper()
		w := New(1)
		for h := range uint32(100 * lineTimers) {
			w.Arm(h, 3)
		}
		for i, deadline := range []Tick{5000, 1 << 20, 1 << 28} {
			w.Arm(uint32(200+i)*lineTimers, deadline)
		}
		if err := w.Check(); err != nil {
			t.Fatal(err)
		}
		breakIt(w)
		if err := w.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
	const l = 50 // a line in level 0
	f("deadline 7, not linked", func(w *Wheel) { w.deadlines(150)[3] = 7 })
	f("due, not linked", func(w *Wheel) { w.line(150).due = 7 })
	f("due in the past", func(w *Wheel) { w.reached = 4 })
	f("due after the deadline 2", func(w *Wheel) { w.deadlines(l)[3] = 2 })
	f("is of slot", func(w *Wheel) { w.block(w.line(l).place).slot++ })
	f("is not full", func(w *Wheel) { w.block(w.top[3]).below-- })
	f("is not at place", func(w *Wheel) { w.line(l).place++ })
	f("is not at place", func(w *Wheel) { w.block(w.line(l).place).line[0] = 1 << 30 })
	f("more blocks than there are", func(w *Wheel) { w.block(w.line(0).place).below = w.line(0).place + blockLines - 1 })
	f("line 99, due 2", func(w *Wheel) { w.line(99).due = 2 })
	f("in level 1", func(w *Wheel) { w.line(200).due = 3 })
	f("lines, counted", func(w *Wheel) { w.upper[upperLevel(1).slot(8)-nearSlots]++ })
	f("near and far are", func(w *Wheel) { w.near++ })
	f("near and far are", func(w *Wheel) { w.near, w.far = w.near+1, w.far-1 })
	f("of 64 blocks", func(w *Wheel) { w.free = w.block(w.free).below })
	f("of 64 blocks", func(w *Wheel) { w.block(w.free).below = w.free })
	f("owes 0 of 1 lines in the last tick", func(w *Wheel) {
		for slot := range uint32(nearSlots) {
			for w.top[slot] != none {
				w.unlink(w.block(w.top[slot]).line[w.top[slot]%blockWords])
			}
		}
		for h := range uint32(100 * lineTimers) {
			w.Disarm(h)
		}
		w.reached = 5000>>spanShift<<spanShift - 1
	})
}
