package floor

import "github.com/valyala/fasthttp"

// serveFasthttp answers every request with the same body.
func serveFasthttp(cfg Config) error {
	s, err := divide(cfg.Response, datedHeadLen)
	if err != nil {
		return err
	}
	body := s.bytes()
	server := &fasthttp.Server{
		NoDefaultServerHeader: true,
		Handler: func(ctx *fasthttp.RequestCtx) {
			ctx.SetContentType(s.mediaType)
			ctx.SetBody(body)
		},
	}
	return server.ListenAndServe(cfg.Addr)
}
