// Command floor serves one floor: the cheapest server of its kind with given
// request and response sizes. See package floor.
//
//	floor -kind gnet -listen 127.0.0.1:9000 -request 443 -response 200
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/ppspd/ppspd/bench/floor"
)

func main() {
	var cfg floor.Config
	kind := flag.String("kind", "gnet", strings.Join(floor.Kinds(), ", "))
	flag.StringVar(&cfg.Addr, "listen", "127.0.0.1:9000", "address")
	flag.IntVar(&cfg.Request, "request", 443, "bytes of a request, head and body")
	flag.IntVar(&cfg.Response, "response", 200, "bytes of a response, head and body")
	flag.IntVar(&cfg.Loops, "loops", 1, "event loops (gnet)")
	flag.Parse()
	if err := floor.Serve(*kind, cfg); err != nil {
		fmt.Fprintln(os.Stderr, "floor:", err)
		os.Exit(1)
	}
}
