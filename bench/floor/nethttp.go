package floor

import (
	"io"
	"net/http"
	"strconv"
)

// serveNetHTTP reads each body to its end, as a handler that wants it must,
// and answers with the same bytes.
func serveNetHTTP(cfg Config) error {
	s, err := divide(cfg.Response, datedHeadLen)
	if err != nil {
		return err
	}
	body, length := s.bytes(), strconv.Itoa(s.body)
	answer := func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return
		}
		w.Header().Set("Content-Type", s.mediaType)
		w.Header().Set("Content-Length", length)
		w.Write(body)
	}
	return http.ListenAndServe(cfg.Addr, http.HandlerFunc(answer))
}
