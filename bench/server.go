package bench

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/ppspd/ppspd/bench/host"
)

// Server is a command that listens on the address that replaces ADDR in its
// arguments.
type Server struct {
	Name string // in records: server=Name
	Path string
	Args []string
}

// Tracker is ppspd with one front end, one loop and one core.
func Tracker(path, frontend string, flags ...string) Server {
	args := []string{"-listen", "ADDR", "-frontend", frontend, "-procs", "1", "-loops", "1", "-admin", ""}
	return Server{Name: "ppspd-" + frontend, Path: path, Args: append(args, flags...)}
}

// Floor is bench/cmd/floor of a kind with the sizes of a mix.
func Floor(path, kind string, request, response int) Server {
	return Server{Name: "floor-" + kind, Path: path, Args: []string{
		"-kind", kind, "-listen", "ADDR", "-request", fmt.Sprint(request), "-response", fmt.Sprint(response), "-loops", "1"}}
}

// Process is a running server.
type Process struct {
	Server Server
	Addr   netip.AddrPort

	cmd    *exec.Cmd
	output tail
	ended  chan struct{}
	err    error // of Wait, once ended is closed
}

// Times of a server's life.
const (
	startLimit = 20 * time.Second // until it answers on its port
	stopLimit  = 12 * time.Second // drain, then kill
)

// Start runs a server on one core with GOMAXPROCS=1 and waits until its port
// answers. The process dies with this one.
func Start(s Server, core int) (*Process, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	p := &Process{Server: s, Addr: addr, ended: make(chan struct{})}
	var args []string
	for _, a := range s.Args {
		args = append(args, strings.ReplaceAll(a, "ADDR", addr.String()))
	}
	p.cmd = exec.Command(s.Path, args...)
	p.cmd.Env = append(p.cmd.Environ(), "GOMAXPROCS=1")
	p.cmd.Stdout, p.cmd.Stderr = &p.output, &p.output
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := host.OnCore(core, p.cmd.Start); err != nil {
		return nil, fmt.Errorf("start %s: %w", s.Name, err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	if err := p.await(); err != nil {
		p.Stop()
		return nil, err
	}
	return p, nil
}

// await connects until someone answers.
func (p *Process) await() error {
	for end := time.Now().Add(startLimit); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("tcp", p.Addr.String()); err == nil {
			return c.Close()
		}
		select {
		case <-p.ended:
			return fmt.Errorf("%s ended: %w\n%s", p.Server.Name, errors.Join(p.err, errEarly), p.output.text())
		default:
		}
	}
	return fmt.Errorf("%s does not listen on %v\n%s", p.Server.Name, p.Addr, p.output.text())
}

var errEarly = errors.New("before it listened")

// Usage is what the process has used so far.
func (p *Process) Usage() (host.Usage, error) { return host.UsageOf(p.cmd.Process.Pid) }

// Stop asks the process to end, then makes it.
func (p *Process) Stop() {
	p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(stopLimit):
		p.cmd.Process.Kill()
		<-p.ended
	}
}

// freeAddr is a loopback address that was free a moment ago.
func freeAddr() (netip.AddrPort, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return netip.AddrPort{}, err
	}
	defer l.Close()
	return netip.ParseAddrPort(l.Addr().String())
}
