package gnetd

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/internal/exchange"
	"github.com/ppspd/ppspd/internal/fdlimit"
	"github.com/ppspd/ppspd/internal/fronttest"
	"github.com/ppspd/ppspd/wheel"
)

// childRole names the environment variable that makes the test binary a server.
const childRole = "GNETD_TEST_ROLE"

// roles are servers that need a process of their own.
var roles = map[string]func() Config{
	// few: the limit of descriptors is low, and known.
	"few": func() Config {
		return Config{Exchange: fronttest.NewExchange(), Descriptors: fdlimit.Limit(lowLimit())}
	},
	// unaware: it is low, and not known, so accept fails.
	"unaware": func() Config {
		lowLimit()
		return Config{Exchange: fronttest.NewExchange()}
	},
	// torn: every request leaves the tracker torn.
	"torn": func() Config {
		return Config{Exchange: exchange.New(exchange.Config{
			Handle: func(wheel.Tick, *codec.Request, *codec.Response) { panic("torn index") },
			XML:    fronttest.Words{},
			Fatal:  func(any) bool { return true },
		})}
	},
}

// lowLimit allows itself 64 descriptors.
func lowLimit() int {
	limit := syscall.Rlimit{Cur: 64, Max: 64}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		panic(err)
	}
	return 64
}

func TestMain(m *testing.M) {
	if role := roles[os.Getenv(childRole)]; role != nil {
		serveAsChild(role())
		return
	}
	os.Exit(m.Run())
}

// serveAsChild prints its address, and serves until its input ends. Then it
// prints its counts.
func serveAsChild(c Config) {
	c.Addr, c.Now, c.Loops = "127.0.0.1:0", clock(), 2
	s, err := Listen(c)
	if err != nil {
		panic(err)
	}
	go s.Serve()
	<-s.Ready()
	fmt.Println(s.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin)
	fmt.Printf("%+v\n", s.Counts())
}

// child is a server in a process of its own.
type child struct {
	cmd    *exec.Cmd
	stdin  io.Closer
	out    *bufio.Reader
	errout strings.Builder
	addr   string
}

func startChild(t *testing.T, role string) *child {
	t.Helper()
	c := &child{cmd: exec.Command(os.Args[0])}
	c.cmd.Env = append(os.Environ(), childRole+"="+role)
	c.cmd.Stderr = &c.errout
	stdin, err := c.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.stop() })
	c.stdin, c.out = stdin, bufio.NewReader(stdout)
	line, err := c.out.ReadString('\n')
	if err != nil {
		t.Fatal(err, c.errout.String())
	}
	c.addr = strings.TrimSpace(line)
	return c
}

// stop ends the child and returns what it printed last.
func (c *child) stop() string {
	c.stdin.Close()
	rest, _ := io.ReadAll(c.out)
	_ = c.cmd.Wait()
	return string(rest)
}

// used is the CPU time of a child that has ended.
func (c *child) used() time.Duration {
	return c.cmd.ProcessState.UserTime() + c.cmd.ProcessState.SystemTime()
}

// ask sends one request over a connection of its own.
func (c *child) ask() (answer string, err error) {
	conn, err := net.DialTimeout("tcp", c.addr, patience)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(conn, post("hello", "Connection: close")); err != nil {
		return "", err
	}
	b, err := io.ReadAll(conn)
	return string(b), err
}

// served reports whether a request gets 200.
func (c *child) served() bool {
	answer, err := c.ask()
	return err == nil && strings.HasPrefix(answer, "HTTP/1.1 200 OK\r\n")
}

// spinShows is how long a loop that spins would have to, to have used as much CPU
// time; one that does not, uses far less.
const spinShows = 400 * time.Millisecond

// crowd opens n connections; those that are refused are not in the list.
func (c *child) crowd(n int) (open []net.Conn) {
	for range n {
		if conn, err := net.DialTimeout("tcp", c.addr, patience); err == nil {
			open = append(open, conn)
		}
	}
	return open
}

func closeAll(conns []net.Conn) {
	for _, c := range conns {
		c.Close()
	}
}

// Beyond the descriptors that there are, connections are refused with 503, those
// that are open are served on, and nothing spins. Afterwards all is as before.
func TestDescriptorsRunOut(t *testing.T) {
	c := startChild(t, "few")
	first, err := net.Dial("tcp", c.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	in := bufio.NewReader(first)
	tell(t, first, post("hello"))
	answered(t, in)

	crowd := c.crowd(200)
	if answer, err := c.ask(); !strings.HasPrefix(answer, "HTTP/1.1 503 ") {
		t.Errorf("one too many: %q, %v", answer, err)
	}
	tell(t, first, post("hello"))
	if a := answered(t, in); a.StatusCode != 200 {
		t.Errorf("one of those before: %d", a.StatusCode)
	}
	time.Sleep(spinShows)
	closeAll(crowd)
	eventually(t, "a new connection is served", c.served)
	if counts := c.stop(); !strings.Contains(counts, "Restarts:0") || strings.Contains(counts, "Refused:0") {
		t.Error(counts)
	}
	if used := c.used(); used > spinShows {
		t.Errorf("%v of CPU time", used)
	}
}

// Should accept fail all the same, the loops start anew.
func TestLoopsStartAnew(t *testing.T) {
	c := startChild(t, "unaware")
	if !c.served() {
		t.Fatal("not served")
	}
	crowd := c.crowd(200)
	time.Sleep(spinShows)
	closeAll(crowd)
	eventually(t, "a new connection is served", c.served)
	if counts := c.stop(); strings.Contains(counts, "Restarts:0") {
		t.Error(counts)
	}
	if used := c.used(); used > spinShows {
		t.Errorf("%v of CPU time", used)
	}
}

// A torn tracker ends the process, whatever the front end recovers from.
func TestTornTrackerEndsTheProcess(t *testing.T) {
	c := startChild(t, "torn")
	if answer, err := c.ask(); answer != "" {
		t.Errorf("%q, %v", answer, err)
	}
	err := c.cmd.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(c.errout.String(), "torn index") {
		t.Errorf("%v\n%s", err, c.errout.String())
	}
}
