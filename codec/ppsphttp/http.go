package ppsphttp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/ppspd/ppspd/codec"
)

// MediaTypeXML names messages in XML.
const MediaTypeXML = "application/ppsp-tracker+xml"

// trackTimeout is the header field that carries codec.Response.TrackTimeout.
const trackTimeout = "PPSP-Track-Timeout"

// MaxResponse bounds the body of an answer that is read, in bytes after
// decompression.
const MaxResponse = 4 << 20

// Encoding is a format and its name in HTTP.
type Encoding struct {
	Format    codec.Format
	MediaType string // Content-Type of requests
	Coding    string // Content-Encoding of requests, "" for none
}

// ErrTooLarge is the error for an answer beyond MaxResponse.
var ErrTooLarge = errors.New("ppsphttp: response too large")

// NewRequest makes the POST that carries m to the tracker at url.
func NewRequest(ctx context.Context, url string, e Encoding, m *codec.Request) (*http.Request, error) {
	body := e.Format.AppendRequest(nil, m)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", e.MediaType)
	if e.Coding != "" {
		r.Header.Set("Content-Encoding", e.Coding)
	}
	return r, nil
}

// ReadResponse reads the answer h into m and closes h.Body. m.Status is the
// status code; with any other than 200 nothing else of m is set. The error is
// one of the transport, ErrTooLarge, or that the body is no message.
func ReadResponse(h *http.Response, e Encoding, m *codec.Response) error {
	defer h.Body.Close()
	body, err := io.ReadAll(io.LimitReader(h.Body, MaxResponse+1))
	if err != nil {
		return fmt.Errorf("ppsphttp: reading the response: %w", err)
	}
	if len(body) > MaxResponse {
		return ErrTooLarge
	}
	seconds, _ := strconv.ParseUint(h.Header.Get(trackTimeout), 10, 32) // absent: 0
	return parse(e, m, h.StatusCode, uint32(seconds), body)
}

func parse(e Encoding, m *codec.Response, status int, seconds uint32, body []byte) error {
	if status != int(codec.StatusOK) {
		m.Reset()
		m.Status = codec.Status(status)
		return nil
	}
	if err := e.Format.ParseResponse(m, body); err != nil {
		return fmt.Errorf("ppsphttp: response: %w", err)
	}
	m.Status, m.TrackTimeout = codec.StatusOK, seconds
	return nil
}
