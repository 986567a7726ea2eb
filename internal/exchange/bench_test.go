package exchange_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"

	"github.com/ppspd/ppspd/bench/request"
	"github.com/ppspd/ppspd/codec/ppspxml"
	"github.com/ppspd/ppspd/engine"
	"github.com/ppspd/ppspd/internal/exchange"
	"github.com/ppspd/ppspd/internal/httphead"
	"github.com/ppspd/ppspd/wheel"
)

const (
	benchPeers    = 4096
	benchRequests = 4096
)

// population is a tracker with peers in one swarm, and what they send.
type population struct {
	x      *exchange.Exchange
	worker *exchange.Worker
	peers  []request.Values
	random *rand.Rand
}

func newPopulation(b testing.TB) *population {
	config := engine.Default()
	config.Seed = 1
	p := &population{
		x:      exchange.New(exchange.Config{Handle: engine.New(config).Handle, XML: ppspxml.Format{}}),
		random: rand.New(rand.NewPCG(1, 2)),
	}
	p.worker = p.x.Worker()
	join := request.NewTemplate(request.Join, 0)
	for i := range benchPeers {
		v := request.Values{
			Transaction: p.random.Uint64(), Peer: fmt.Appendf(nil, "%032x", p.random.Uint64()), Swarm: []byte("swarm-1"), Seed: i%4 == 0,
			PeerNum: 50, Address: netip.AddrFrom4([4]byte{198, 51, byte(i >> 8), byte(i)}), Port: 6881, Priority: 1,
		}
		p.peers = append(p.peers, v)
		if out, _ := p.serve(nil, join.Append(nil, &v), v.Address); !strings.HasPrefix(string(out), "HTTP/1.1 200") {
			b.Fatalf("JOIN: %.200q", out)
		}
	}
	return p
}

// requests are of one kind, in every style, of random peers, with fresh
// TransactionIDs; fields are added to their heads.
func (p *population) requests(kind request.Kind, fields string) (all [][]byte, from []netip.Addr, mean int64) {
	var templates []*request.Template
	for style := range request.Styles() {
		templates = append(templates, request.NewTemplate(kind, style))
	}
	for i := range benchRequests {
		v := p.peers[p.random.IntN(benchPeers)]
		v.Transaction, v.Seed = p.random.Uint64(), false
		raw := string(templates[i%len(templates)].Append(nil, &v))
		raw = strings.Replace(raw, "\r\n\r\n", "\r\n"+fields+"\r\n", 1)
		all, from, mean = append(all, []byte(raw)), append(from, v.Address), mean+int64(len(raw))
	}
	return all, from, mean / benchRequests
}

// serve is what a front end does with a whole request.
func (p *population) serve(dst, raw []byte, from netip.Addr) ([]byte, bool) {
	var head httphead.Head
	n, _ := p.worker.Scan(&head, raw)
	a := p.x.Admit(&head, raw[:n])
	return p.worker.Serve(dst, wheel.Tick(1), &head, raw[:n], raw[n:n+a.Body], netip.AddrPortFrom(from, 40000))
}

// BenchmarkServe is one request from its first byte to the last one of the
// answer, without a socket.
func BenchmarkServe(b *testing.B) {
	for _, c := range []struct {
		name, fields string
		kind         request.Kind
	}{
		{"request=report/coding=identity", "", request.Report},
		{"request=statistics/coding=identity", "", request.Statistics},
		{"request=refresh/coding=identity", "", request.Refresh},
		{"request=refresh/coding=gzip", "Accept-Encoding: gzip\r\n", request.Refresh},
	} {
		b.Run(c.name, func(b *testing.B) {
			p := newPopulation(b)
			all, from, mean := p.requests(c.kind, c.fields)
			out, sent := []byte(nil), 0
			b.ReportAllocs()
			b.SetBytes(mean)
			i := 0
			for ; b.Loop(); i++ {
				out, _ = p.serve(out[:0], all[i%benchRequests], from[i%benchRequests])
				sent += len(out)
			}
			b.ReportMetric(float64(sent)/float64(i), "answer-B/op")
			if !strings.HasPrefix(string(out), "HTTP/1.1 200") {
				b.Fatalf("%.200q", out)
			}
		})
	}
}

// BenchmarkRefuse is a request that is refused for its head.
func BenchmarkRefuse(b *testing.B) {
	p := newPopulation(b)
	raw := []byte("POST /elsewhere HTTP/1.1\r\nHost: t\r\nContent-Type: text/xml\r\nContent-Length: 1\r\n\r\n<")
	var out []byte
	b.ReportAllocs()
	for b.Loop() {
		out, _ = p.serve(out[:0], raw, netip.Addr{})
	}
}

// BenchmarkGzip is the price of coding a list, and what is left of its bytes:
// what -gzip-from is about.
func BenchmarkGzip(b *testing.B) {
	for _, peers := range []int{0, 1, 2, 5, 10, 30, 50} {
		b.Run(fmt.Sprintf("peers=%d", peers), func(b *testing.B) {
			p := newPopulation(b)
			for i := range p.peers {
				p.peers[i].PeerNum = peers
			}
			plain, plainFrom, _ := p.requests(request.Refresh, "")
			coded, codedFrom, _ := p.requests(request.Refresh, "Accept-Encoding: gzip, identity;q=0\r\n")
			out, size, codedSize := []byte(nil), 0, 0
			for i := range 100 {
				out, _ = p.serve(out[:0], plain[i], plainFrom[i])
				size += bodySize(out)
			}
			b.ReportAllocs()
			i := 0
			for ; b.Loop(); i++ {
				out, _ = p.serve(out[:0], coded[i%benchRequests], codedFrom[i%benchRequests])
				codedSize += bodySize(out)
			}
			b.ReportMetric(float64(size)/100, "plain-B")
			b.ReportMetric(float64(codedSize)/float64(i), "coded-B")
		})
	}
}

func bodySize(answer []byte) int {
	return len(answer) - bytes.Index(answer, []byte("\r\n\r\n")) - len("\r\n\r\n")
}
