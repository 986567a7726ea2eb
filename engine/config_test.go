package engine

import (
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestDefaultIsValid(t *testing.T) {
	c := Default()
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	if c.InitTimeout != 10*time.Second || c.TrackTimeout != 2*time.Minute || c.PeersDefault != 30 || c.PeersMax != 50 ||
		c.Announced != AnnouncedVerified || c.PeerBinding != BindingIP || c.MaxPeers != 0 || c.MaxMemory != 0 {
		t.Errorf("the design says otherwise: %+v", c)
	}
}

// Each wrong value is named; all of them at once.
func TestValidateNamesWhatIsWrong(t *testing.T) {
	var all []string
	broken := Default()
	f := func(name string, breakIt func(c *Config)) {
		t.Helper()
		c := Default()
		breakIt(&c)
		breakIt(&broken)
		all = append(all, name)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	f("init timeout", func(c *Config) { c.InitTimeout = 0 })
	f("track timeout", func(c *Config) { c.TrackTimeout = 25 * time.Hour })
	f("peers default", func(c *Config) { c.PeersDefault = -1 })
	f("peers max", func(c *Config) { c.PeersMax = 1 << 20 })
	f("max peers", func(c *Config) { c.MaxPeers = -1 })
	f("max memory", func(c *Config) { c.MaxMemory = -1 })
	f("announced", func(c *Config) { c.Announced = 9 })
	f("binding", func(c *Config) { c.PeerBinding = 9 })
	f("stripes", func(c *Config) { c.Stripes = 0 })
	f("online time", func(c *Config) { c.Levels.OnlineHigh = 0 })
	f("upload bandwidth", func(c *Config) { c.Levels.UploadHigh = 0 })
	f("concurrent links", func(c *Config) { c.Levels.LinksHigh = 1 })
	f("relay", func(c *Config) { c.Relays = []netip.Prefix{{}} })
	err := broken.Validate()
	for _, name := range all {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named among all", name)
		}
	}
}

func TestDefaultStripes(t *testing.T) {
	for procs, want := range map[int]int{1: 64, 2: 128, 3: 256, 4: 256, 64: 256} {
		if got := defaultStripes(procs); got != want {
			t.Errorf("%d processors: %d stripes, want %d", procs, got, want)
		}
	}
}
