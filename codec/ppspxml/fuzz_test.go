package ppspxml

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

// addDrafts seeds a fuzzer with the draft's examples and some odd spellings.
func addDrafts(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "draft", "*.xml"))
	if err != nil || len(files) == 0 {
		f.Fatal("no examples")
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(oddConnect))
	var m codec.Request
	var p codec.Response
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 20 {
		randomRequest(r, &m)
		s := speller{Rand: r, odd: []int{0, 4, 20}[i%3]}
		f.Add([]byte(s.document(tree(&m))))
		randomResponse(r, &p)
		f.Add((Format{}).AppendResponse(nil, &p))
	}
}

// What the fast path takes, the slow path takes with the same result.
func FuzzFastSlow(f *testing.F) {
	addDrafts(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		var fast, slow codec.Request
		if !resetFast(&request{Request: &fast}, body) {
			return
		}
		if err := slowRequest(&slow, body); err != nil {
			t.Fatalf("%q\nis %v on the slow path", body, err)
		}
		if f, s := describeRequest(&fast), describeRequest(&slow); f != s {
			t.Fatalf("%q\nsays\n%son the fast path,\n%son the slow path", body, f, s)
		}
	})
}

// No body panics, and what is accepted can be written and says the same again.
func FuzzParseRequest(f *testing.F) {
	addDrafts(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		var r, again codec.Request
		if err := (Format{}).ParseRequest(&r, body); err != nil {
			_ = err.Error()
			return
		}
		for i := range r.Stats() {
			if r.Stats()[i].Property != codec.PropertyStreamStatistics {
				return // its content may need the namespaces around it
			}
		}
		written := (Format{}).AppendRequest(nil, &r)
		if err := (Format{}).ParseRequest(&again, written); err != nil {
			t.Fatalf("%q\nis written as %q:\n%v", body, written, err)
		}
		if a, b := describeRequest(&r), describeRequest(&again); a != b {
			t.Fatalf("%q\nsays\n%swritten as %q it says\n%s", body, a, written, b)
		}
	})
}

func FuzzParseResponse(f *testing.F) {
	addDrafts(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		var p, again codec.Response
		if err := (Format{}).ParseResponse(&p, body); err != nil {
			_ = err.Error()
			return
		}
		written := (Format{}).AppendResponse(nil, &p)
		if p.Status == codec.StatusUnauthorized {
			return // lists nothing
		}
		if err := (Format{}).ParseResponse(&again, written); err != nil {
			t.Fatalf("%q\nis written as %q:\n%v", body, written, err)
		}
		if a, b := describeResponse(&p), describeResponse(&again); a != b && !strange(&p) {
			t.Fatalf("%q\nsays\n%swritten as %q it says\n%s", body, a, written, b)
		}
	})
}

// strange reports whether a response is of those that the tracker does not
// write: without the requesting peer's address, or with a status beyond 200.
func strange(p *codec.Response) bool {
	for i := range p.Results {
		if p.Results[i].Status != codec.StatusOK {
			return true
		}
	}
	return !p.HasOwn
}
