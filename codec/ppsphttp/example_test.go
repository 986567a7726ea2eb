package ppsphttp_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/ppspd/ppspd/codec"
	"github.com/ppspd/ppspd/codec/ppsphttp"
	"github.com/ppspd/ppspd/codec/ppspxml"
)

// A peer reports with the standard library's client.
func ExampleNewRequest() {
	tracker := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `<PPSPTrackerProtocol version="1.0"><Response>SUCCESSFUL</Response><TransactionID>12345</TransactionID></PPSPTrackerProtocol>`)
	}))
	defer tracker.Close()

	var request codec.Request
	request.Dialect, request.Method = codec.DialectBase, codec.MethodStatReport
	request.PeerID = request.Keep([]byte("656164657221"))
	request.TransactionID = request.Keep([]byte("12345"))

	encoding := ppsphttp.Encoding{Format: ppspxml.Format{}, MediaType: ppsphttp.MediaTypeXML}
	post, err := ppsphttp.NewRequest(context.Background(), tracker.URL, encoding, &request)
	if err != nil {
		fmt.Println(err)
		return
	}
	answer, err := http.DefaultClient.Do(post)
	if err != nil {
		fmt.Println(err)
		return
	}
	var response codec.Response
	if err := ppsphttp.ReadResponse(answer, encoding, &response); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d %s\n", response.Status, response.Bytes(response.TransactionID))
	// Output: 200 12345
}
