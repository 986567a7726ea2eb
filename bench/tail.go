package bench

import "sync"

// tail keeps the last bytes that a process printed, to show when it fails.
type tail struct {
	mu   sync.Mutex
	kept []byte
}

const tailBytes = 4096

// Write keeps the end of what was written so far.
func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, b...)
	if over := len(t.kept) - tailBytes; over > 0 {
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
	return len(b), nil
}

func (t *tail) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.kept)
}
