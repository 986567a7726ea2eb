package gnetd

import (
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// One line a second, and how many there would have been.
func TestThrottle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var text strings.Builder
		log := warnings{&throttle{log: slog.New(slog.NewTextHandler(&text, nil))}}
		for range 25 {
			log.Errorf("accept: %d", 24)
			time.Sleep(100 * time.Millisecond)
		}
		lines := strings.Split(strings.TrimSpace(text.String()), "\n")
		if len(lines) != 3 || !strings.HasSuffix(lines[0], `msg="gnet: accept: 24" untold=0`) || !strings.HasSuffix(lines[2], "untold=9") {
			t.Errorf("%q", lines)
		}
	})
}
