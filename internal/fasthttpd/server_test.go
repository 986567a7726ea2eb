package fasthttpd_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/ppspd/ppspd/internal/fasthttpd"
	"github.com/ppspd/ppspd/internal/fronttest"
	"github.com/ppspd/ppspd/wheel"
)

// start serves on a free port of the loopback address until the test ends.
func start(t testing.TB, s fronttest.Setup) (*fasthttpd.Server, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	server := fasthttpd.New(fasthttpd.Config{
		Exchange:       s.Exchange,
		Now:            func() wheel.Tick { return wheel.Since(time.Since(begin)) },
		ReadTimeout:    s.ReadTimeout,
		IdleTimeout:    s.IdleTimeout,
		MaxConnections: s.MaxConnections,
	})
	done := make(chan error)
	go func() { done <- server.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if err := <-done; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return server, l.Addr().String()
}

func TestTable(t *testing.T) {
	fronttest.Run(t, func(t *testing.T, s fronttest.Setup) string {
		_, addr := start(t, s)
		return addr
	})
}
