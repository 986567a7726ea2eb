package conformance

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

var program = flag.String("ppspd", "", "test this program instead of building one")

// fronts are what -frontend may be.
var fronts = []string{"gnet", "fasthttp"}

// TestMain builds ppspd, unless it is told which one to test.
func TestMain(m *testing.M) {
	flag.Parse()
	// Most cases wait for a tracker, not for a processor.
	if err := flag.Set("test.parallel", "24"); err != nil {
		panic(err)
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	if *program == "" {
		dir, err := os.MkdirTemp("", "conformance")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		if *program, err = build(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return m.Run()
}

// build makes ppspd of the tree; without Go there is none, and the cases are
// skipped.
func build(dir string) (string, error) {
	tool, err := exec.LookPath("go")
	if err != nil {
		return "", nil
	}
	to := filepath.Join(dir, "ppspd")
	out, err := exec.Command(tool, "build", "-o", to, "../../cmd/ppspd").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %v\n%s", err, out)
	}
	return to, nil
}

// tracker is a ppspd that runs.
type tracker struct {
	http, admin string // host:port

	process *exec.Cmd
	log     lines
}

// lines collects what a process logs.
type lines struct {
	sync.Mutex
	text bytes.Buffer
}

func (l *lines) add(line []byte) {
	l.Lock()
	defer l.Unlock()
	l.text.Write(line)
	l.text.WriteByte('\n')
}

func (l *lines) String() string {
	l.Lock()
	defer l.Unlock()
	return l.text.String()
}

// pool is the trackers that cases share: one for each front end and flags.
type pool struct {
	sync.Mutex
	entries map[string]*entry
}

type entry struct {
	once    sync.Once
	tracker *tracker
	err     error
}

// get returns the tracker with that front end and those flags.
func (p *pool) get(front, flags string) (*tracker, error) {
	p.Lock()
	key := front + " " + flags
	e := p.entries[key]
	if e == nil {
		e = new(entry)
		p.entries[key] = e
	}
	p.Unlock()
	e.once.Do(func() { e.tracker, e.err = start(front, flags) })
	return e.tracker, e.err
}

// start runs ppspd and waits until it says that it serves.
func start(front, flags string) (*tracker, error) {
	args := append([]string{"-listen", "127.0.0.1:0", "-admin", "127.0.0.1:0", "-log-format", "json", "-frontend", front},
		strings.Fields(flags)...)
	t := &tracker{process: exec.Command(*program, args...)}
	stderr, err := t.process.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := t.process.Start(); err != nil {
		return nil, err
	}
	serving := make(chan struct{})
	go t.read(bufio.NewScanner(stderr), serving)
	select {
	case <-serving:
	case <-time.After(10 * time.Second):
	}
	if t.http == "" {
		_ = t.process.Process.Kill()
		return nil, fmt.Errorf("ppspd %v does not serve: %s", args, &t.log)
	}
	return t, nil
}

// read collects the log; serving is closed when the tracker serves or ends.
func (t *tracker) read(in *bufio.Scanner, serving chan struct{}) {
	told := false
	for in.Scan() {
		t.log.add(in.Bytes())
		var event struct{ Msg, HTTP, Admin string }
		if !told && json.Unmarshal(in.Bytes(), &event) == nil && event.Msg == "serving" {
			t.http, t.admin, told = event.HTTP, event.Admin, true
			close(serving)
		}
	}
	if !told {
		close(serving)
	}
}

// stop ends all trackers and returns what is wrong with how they ended: each
// drains and exits with 0.
func (p *pool) stop() (faults []string) {
	for _, e := range p.entries {
		if e.tracker != nil {
			_ = e.tracker.process.Process.Signal(syscall.SIGTERM)
		}
	}
	for key, e := range p.entries {
		if e.tracker == nil {
			continue
		}
		end := time.AfterFunc(12*time.Second, func() { _ = e.tracker.process.Process.Kill() })
		if err := e.tracker.process.Wait(); err != nil {
			faults = append(faults, fmt.Sprintf("ppspd with %q did not exit with 0 after SIGTERM: %v\n%s", key, err, &e.tracker.log))
		}
		end.Stop()
	}
	return faults
}
