// Command ppspd is a tracker for peer-to-peer streaming: it serves the PPSP
// tracker protocol over HTTP.
//
// Without flags it serves on :7846. It ends with exit code 0 after SIGTERM or
// SIGINT, having answered what was under way; with 1 if it cannot serve; with 2
// if the configuration is wrong.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"

	"github.com/ppspd/ppspd/internal/config"
)

// version and commit are set by the linker: the Makefile passes what git says.
var version, commit = "", ""

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr))
}

func run(ctx context.Context, args, environ []string, stdout, stderr io.Writer) int {
	c, err := config.Load(args, environ)
	switch {
	case errors.Is(err, config.ErrHelp):
		config.Usage(stdout)
		return 0
	case err != nil:
		fmt.Fprintf(stderr, "ppspd: %s\n", oneLine(err))
		return 2
	case c.Version:
		fmt.Fprintln(stdout, versionLine())
		return 0
	}
	log := newLog(stderr, c)
	for _, name := range c.Ignored {
		log.Warn("environment variable names no setting", "name", name)
	}
	if err := serve(ctx, c, log); err != nil {
		log.Error("cannot serve", "error", oneLine(err))
		return 1
	}
	return 0
}

// newLog logs events of the process's life, never requests.
func newLog(w io.Writer, c config.Config) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // config has checked it
	options := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// versionLine names version, commit and Go.
func versionLine() string {
	v, c := version, cmp.Or(commit, "unknown")
	if info, ok := debug.ReadBuildInfo(); ok {
		v = cmp.Or(v, info.Main.Version)
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && commit == "" {
				c = s.Value
			}
		}
	}
	return fmt.Sprintf("ppspd %s commit %s %s %s/%s", v, c, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
