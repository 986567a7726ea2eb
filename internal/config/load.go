package config

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"gopkg.in/yaml.v3"
)

// EnvPrefix starts the name of every environment variable that is a setting.
const EnvPrefix = "PPSPD_"

// ErrHelp is returned by Load when -h or -help was among the arguments.
var ErrHelp = flag.ErrHelp

// Load makes the configuration from the arguments (without the program's
// name) and the environment (as os.Environ gives it), and validates it.
// With ErrHelp and with Version set nothing else was looked at.
func Load(args, environ []string) (Config, error) {
	c := Default()
	fs := newFlagSet(&c)
	if err := fs.Parse(args); err != nil {
		return c, err
	}
	if fs.NArg() > 0 {
		return c, fmt.Errorf("unexpected argument %q", fs.Arg(0))
	}
	if c.Version {
		return c, nil
	}
	if err := loadBeneath(fs, &c, environ); err != nil {
		return c, err
	}
	return c, c.Validate()
}

// Usage writes every flag with its default and meaning.
func Usage(w io.Writer) {
	c := Default()
	fs := newFlagSet(&c)
	fs.SetOutput(w)
	fmt.Fprintf(w, "Usage: ppspd [flags]\n\nEvery flag is also an environment variable (-track-timeout: %sTRACK_TIMEOUT)\nand a key of the file that -config names.\n\n", EnvPrefix)
	fs.PrintDefaults()
}

// loadBeneath sets from the environment and then the file what no flag has set.
func loadBeneath(fs *flag.FlagSet, c *Config, environ []string) error {
	set := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { set[f.Name] = true })
	if err := loadEnvironment(fs, c, environ, set); err != nil {
		return err
	}
	if c.File == "" {
		return nil
	}
	return loadFile(fs, c.File, set)
}

func loadEnvironment(fs *flag.FlagSet, c *Config, environ []string, set map[string]bool) error {
	for _, kv := range environ {
		name, value, _ := strings.Cut(kv, "=")
		rest, ok := strings.CutPrefix(name, EnvPrefix)
		if !ok {
			continue
		}
		key := strings.ToLower(strings.ReplaceAll(rest, "_", "-"))
		if fs.Lookup(key) == nil || key == "version" {
			c.Ignored = append(c.Ignored, name)
			continue
		}
		if set[key] {
			continue
		}
		if err := fs.Set(key, value); err != nil {
			return fmt.Errorf("environment variable %s: %w", name, err)
		}
		set[key] = true
	}
	return nil
}

func loadFile(fs *flag.FlagSet, path string, set map[string]bool) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("-config: %w", err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return fmt.Errorf("-config: %s: %w", path, err)
	}
	if len(doc.Content) == 0 {
		return nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return fmt.Errorf("-config: %s:%d: not a list of settings", path, root.Line)
	}
	seen := map[string]bool{}
	for i := 0; i < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		if err := setFromFile(fs, key.Value, value, set, seen); err != nil {
			return fmt.Errorf("-config: %s:%d: %w", path, key.Line, err)
		}
	}
	return nil
}

func setFromFile(fs *flag.FlagSet, key string, value *yaml.Node, set, seen map[string]bool) error {
	if fs.Lookup(key) == nil || key == "version" || key == "config" {
		return fmt.Errorf("%q is no setting", key)
	}
	if seen[key] {
		return fmt.Errorf("%q stands twice", key)
	}
	seen[key] = true
	text, err := scalar(value)
	if err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	if set[key] {
		return nil
	}
	if err := fs.Set(key, text); err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return nil
}

// scalar is a YAML scalar, or a list of them joined by commas, as a flag would
// have it.
func scalar(n *yaml.Node) (string, error) {
	switch n.Kind {
	case yaml.ScalarNode:
		return n.Value, nil
	case yaml.SequenceNode:
		parts := make([]string, len(n.Content))
		for i, c := range n.Content {
			if c.Kind != yaml.ScalarNode {
				return "", errors.New("neither a value nor a list of values")
			}
			parts[i] = c.Value
		}
		return strings.Join(parts, ","), nil
	}
	return "", errors.New("neither a value nor a list of values")
}

// newFlagSet binds every setting to c; its defaults are those of c.
func newFlagSet(c *Config) *flag.FlagSet {
	fs := flag.NewFlagSet("ppspd", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	fs.StringVar(&c.File, "config", c.File, "read settings from this YAML `file`")
	fs.BoolVar(&c.Version, "version", c.Version, "print version, commit and Go version")
	fs.StringVar(&c.Listen, "listen", c.Listen, "serve plain HTTP on this `address`")
	fs.StringVar(&c.Frontend, "frontend", c.Frontend, "what serves -listen: gnet or fasthttp")
	fs.Var((*words)(&c.Paths), "path", "tracker resources, comma separated `patterns`: exact or prefix/*")
	fs.IntVar(&c.Loops, "loops", c.Loops, "event loops; 0 = one per processor in use")
	fs.IntVar(&c.Stripes, "stripes", c.Stripes, "index stripes, a power of two; 0 = from the processors in use")
	fs.IntVar(&c.Procs, "procs", c.Procs, "GOMAXPROCS; 0 = from the machine")
	fs.DurationVar(&c.InitTimeout, "init-timeout", c.InitTimeout, "init timer: from registration to the first swarm")
	fs.DurationVar(&c.TrackTimeout, "track-timeout", c.TrackTimeout, "track timer: a peer silent for longer is de-registered")
	fs.DurationVar(&c.ReadTimeout, "read-timeout", c.ReadTimeout, "time for one request to arrive")
	fs.DurationVar(&c.IdleTimeout, "idle-timeout", c.IdleTimeout, "time until a silent connection is closed")
	fs.Var(&c.MaxBody, "max-body", "largest message-body of a request, in `bytes`")
	fs.IntVar(&c.PeersDefault, "peers-default", c.PeersDefault, "peers listed when PeerNum is absent")
	fs.IntVar(&c.PeersMax, "peers-max", c.PeersMax, "cap of any peer list")
	fs.IntVar(&c.MaxPeers, "max-peers", c.MaxPeers, "registered peers beyond which new ones get 503; 0 = off")
	fs.Var(&c.MaxMemory, "max-memory", "`bytes` of the index beyond which new peers get 503; 0 = off")
	fs.IntVar(&c.MaxConnections, "max-connections", c.MaxConnections, "open connections beyond which new ones are refused; 0 = off")
	fs.StringVar(&c.Announced, "announced-addresses", c.Announced, "which announced addresses are listed: all, verified or none")
	fs.Var((*prefixes)(&c.Relays), "relays", "`blocks` in which announced PROXY addresses are believed, comma separated")
	fs.StringVar(&c.PeerBinding, "peer-binding", c.PeerBinding, "who may change or end a registration: ip = the address that made it, none = anybody")
	fs.StringVar(&c.Admin, "admin", c.Admin, "serve metrics, health and profiles on this `address`; empty = off")
	fs.StringVar(&c.LogFormat, "log-format", c.LogFormat, "text or json")
	fs.StringVar(&c.LogLevel, "log-level", c.LogLevel, "debug, info, warn or error")
	return fs
}
