package floor

import "fmt"

// Config is what a floor serves. Zero is valid for Loops only.
type Config struct {
	Addr     string // TCP address to listen on
	Request  int    // bytes of one request, head and body
	Response int    // bytes of one response, head and body
	Loops    int    // event loops of the gnet floor; 0 is 1
}

// Kinds are the names that Serve takes.
func Kinds() []string { return []string{"gnet", "fasthttp", "net-http"} }

// Serve listens and answers until the process ends or listening fails.
func Serve(kind string, cfg Config) error {
	if cfg.Request <= 0 {
		return fmt.Errorf("floor: a request of %d bytes", cfg.Request)
	}
	switch kind {
	case "gnet":
		return serveGnet(cfg)
	case "fasthttp":
		return serveFasthttp(cfg)
	case "net-http":
		return serveNetHTTP(cfg)
	}
	return fmt.Errorf("floor: kind %q is none of %v", kind, Kinds())
}
