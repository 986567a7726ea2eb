package codec_test

import (
	"math/rand/v2"
	"testing"

	"github.com/ppspd/ppspd/codec"
)

// benchIDs are 4096 random UUIDs.
func benchIDs() [][]byte {
	r := rand.New(rand.NewPCG(1, 2))
	ids := make([][]byte, 4096)
	for i := range ids {
		k := codec.Key{Form: codec.FormUUIDLower}
		for j := range 16 {
			k.ID[j] = byte(r.Uint32())
		}
		ids[i] = k.AppendID(nil)
	}
	return ids
}

func BenchmarkPackID(b *testing.B) {
	ids := benchIDs()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, ok := codec.PackID(ids[i&4095]); !ok {
			b.Fatal("not packed")
		}
	}
}

func BenchmarkAppendID(b *testing.B) {
	ids := benchIDs()
	keys := make([]codec.Key, len(ids))
	for i := range ids {
		keys[i], _ = codec.PackID(ids[i])
	}
	dst := make([]byte, 0, 64)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		dst = keys[i&4095].AppendID(dst[:0])
	}
}

func benchIPs(v6 bool) [][]byte {
	r := rand.New(rand.NewPCG(1, 2))
	ips := make([][]byte, 0, 4096)
	for len(ips) < 4096 {
		if ip := randomIP(r); ip.Is6() == v6 && !ip.Is4In6() {
			ips = append(ips, ip.AppendTo(nil))
		}
	}
	return ips
}

func BenchmarkParseIP(b *testing.B) {
	run := func(name string, ips [][]byte, parse func([]byte) ([16]byte, bool)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, ok := parse(ips[i&4095]); !ok {
					b.Fatalf("%s refused", ips[i&4095])
				}
			}
		})
	}
	run("family=4", benchIPs(false), codec.ParseIPv4)
	run("family=6", benchIPs(true), codec.ParseIPv6)
}

func BenchmarkAppendIP(b *testing.B) {
	run := func(name string, ips [][]byte, parse func([]byte) ([16]byte, bool), flags codec.AddrFlags) {
		b.Run(name, func(b *testing.B) {
			addrs := make([]codec.Address, len(ips))
			for i := range ips {
				addrs[i].IP, _ = parse(ips[i])
				addrs[i].Flags = flags
			}
			dst := make([]byte, 0, 64)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				dst = addrs[i&4095].AppendIP(dst[:0])
			}
		})
	}
	run("family=4", benchIPs(false), codec.ParseIPv4, 0)
	run("family=6", benchIPs(true), codec.ParseIPv6, codec.AddrV6)
}

func BenchmarkPutCard(b *testing.B) {
	ids := benchIDs()
	addrs := randomAddresses(rand.New(rand.NewPCG(1, 2)), 8)
	run := func(name string, id func(i int) []byte, addrs []codec.Address) {
		b.Run(name, func(b *testing.B) {
			var c codec.Card
			var text codec.Text
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				text.Scratch = text.Scratch[:0]
				codec.PutCard(&c, &text, id(i), addrs)
			}
		})
	}
	run("card=inline", func(i int) []byte { return ids[i&4095] }, addrs[:1])
	run("card=wide", func(i int) []byte { return ids[i&4095] }, addrs)
}
