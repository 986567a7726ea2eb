package config_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ppspd/ppspd/internal/config"
)

// The flags and defaults that scripts rely on.
func TestContractDefaults(t *testing.T) {
	c, err := config.Load(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	var usage bytes.Buffer
	config.Usage(&usage)
	for _, flag := range []string{"listen", "frontend", "path", "loops", "stripes", "procs", "init-timeout",
		"track-timeout", "read-timeout", "idle-timeout", "max-body", "peers-default", "peers-max", "max-peers",
		"max-memory", "max-connections", "announced-addresses", "relays", "peer-binding", "admin", "config", "version"} {
		if !strings.Contains(usage.String(), "  -"+flag+" ") && !strings.Contains(usage.String(), "  -"+flag+"\n") {
			t.Errorf("usage does not name -%s", flag)
		}
	}
	if c.Listen != ":7846" || c.Frontend != "gnet" || !slices.Equal(c.Paths, []string{"/"}) ||
		c.InitTimeout != 10*time.Second || c.TrackTimeout != 2*time.Minute || c.ReadTimeout != 5*time.Second ||
		c.IdleTimeout != 75*time.Second || c.MaxBody != 65536 || c.PeersDefault != 30 || c.PeersMax != 50 ||
		c.MaxPeers != 0 || c.MaxMemory != 0 || c.MaxConnections != 0 || c.Announced != "verified" ||
		c.PeerBinding != "ip" || c.Admin != "127.0.0.1:7847" {
		t.Errorf("defaults are not those that scripts rely on: %+v", c)
	}
}

func TestPrecedence(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ppspd.yaml")
	text := "track-timeout: 1m\npeers-max: 40\npeers-default: 7\npath: [/a, /b/*]\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load([]string{"-config", file, "-peers-max", "20"},
		[]string{"PPSPD_PEERS_MAX=30", "PPSPD_TRACK_TIMEOUT=90s", "PPSPD_SERVICE_HOST=10.0.0.1", "HOME=/"})
	if err != nil {
		t.Fatal(err)
	}
	if c.PeersMax != 20 || c.TrackTimeout != 90*time.Second || c.PeersDefault != 7 || !slices.Equal(c.Paths, []string{"/a", "/b/*"}) {
		t.Errorf("flag over environment over file: %+v", c)
	}
	if !slices.Equal(c.Ignored, []string{"PPSPD_SERVICE_HOST"}) {
		t.Errorf("ignored: %v", c.Ignored)
	}
}

func TestRefused(t *testing.T) {
	dir := t.TempDir()
	f := func(want string, args ...string) {
		t.Helper()
		_, err := config.Load(args, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: error %v, want one with %q", args, err, want)
		}
	}
	file := func(text string) string {
		path := filepath.Join(dir, "f.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	f("-frontend", "-frontend", "apache")
	f("-stripes", "-stripes", "100")
	f("-path", "-path", "no-slash")
	f("-path", "-path", "/a*")
	f("-track-timeout", "-track-timeout", "0s")
	f("-peers-default", "-peers-default", "60")
	f("-max-body", "-max-body", "0")
	f("-max-body", "-max-body", "12 parsecs")
	f("-relays", "-relays", "300.0.0.0/8")
	f("no-such-flag", "-no-such-flag")
	f("unexpected argument", "serve")
	f("no such file", "-config", filepath.Join(dir, "absent.yaml"))
	f("f.yaml:2: \"lisen\" is no setting", "-config", file("listen: ':1'\nlisen: ':2'\n"))
	f("stands twice", "-config", file("listen: ':1'\nlisten: ':2'\n"))
	f("not a list of settings", "-config", file("- listen\n"))
	f("peers-max", "-config", file("peers-max: many\n"))
}

func TestHelpAndVersion(t *testing.T) {
	if _, err := config.Load([]string{"-h"}, nil); !errors.Is(err, config.ErrHelp) {
		t.Errorf("-h: %v", err)
	}
	if c, err := config.Load([]string{"-version"}, []string{"PPSPD_PEERS_MAX=x"}); err != nil || !c.Version {
		t.Errorf("-version: %v", err)
	}
}

func TestBytes(t *testing.T) {
	f := func(in string, want config.Bytes, text string) {
		t.Helper()
		var b config.Bytes
		if err := b.Set(in); err != nil || b != want || b.String() != text {
			t.Errorf("%q: %d %q %v, want %d %q", in, b, b.String(), err, want, text)
		}
	}
	f("65536", 65536, "64KiB")
	f("64MiB", 64<<20, "64MiB")
	f("2 GB", 2e9, "1953125KiB")
	f("0", 0, "0")
}
