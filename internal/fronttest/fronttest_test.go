package fronttest

import (
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The table goes red: net/http, which does not know appendix B, fails it.
func TestTableGoesRed(t *testing.T) {
	words := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = w.Write(body)
	}))
	defer words.Close()
	ran := 0
	for _, c := range Table() {
		switch c.Name {
		case "chunked", "LF line ends", "method PUT", "other resource", "version HTTP/1.2", "the same length twice", "forbidden action", "no Host":
			ran++
			if c.run(words.Listener.Addr().String(), whole) == nil {
				t.Errorf("%q passes", c.Name)
			}
		}
	}
	if ran != 8 {
		t.Errorf("%d cases ran", ran)
	}
}

// The streams go red: a front end that answers one of them differently is found.
func TestStreamsGoRed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go answerAtEnd(l)
	random := rand.New(rand.NewPCG(1, 1))
	differ := 0
	for range 100 {
		stream := randomStream(random)
		err := compare(l.Addr().String(), stream, random.Uint64())
		if chunked := strings.Contains(string(stream), "chunked"); err != nil && !chunked {
			t.Fatal(err)
		} else if err != nil {
			differ++
		}
	}
	if differ == 0 {
		t.Error("no difference was found")
	}
}

// answerAtEnd is a front end that reads all first and then gives the Model's
// answers, and takes chunked for a field that it does not know.
func answerAtEnd(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		stream, _ := io.ReadAll(c)
		heard := strings.ReplaceAll(string(stream), "Transfer-Encoding: chunked", "Transfer-Enc: chunked")
		_, _ = io.WriteString(c, Model(NewExchange(), []byte(heard)))
		_ = c.Close()
	}
}

// Every case has a name of its own.
func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range append(Table(), timeCases()...) {
		if seen[c.Name] || c.Name == "" || c.Section == "" || len(c.Script) == 0 {
			t.Errorf("case %q of section %q", c.Name, c.Section)
		}
		seen[c.Name] = true
	}
}
