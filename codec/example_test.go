package codec_test

import (
	"fmt"

	"github.com/ppspd/ppspd/codec"
)

// An id that is a UUID takes 16 bytes, and comes back as it was.
func ExamplePackID() {
	k, ok := codec.PackID([]byte("0191d9a7-3f2c-7b60-8c1d-2e4f6a8b0c1d"))
	fmt.Println(ok, k.Form == codec.FormUUIDLower)
	fmt.Printf("%x\n%s\n", k.ID[:16], k.AppendID(nil))
	// Output:
	// true true
	// 0191d9a73f2c7b608c1d2e4f6a8b0c1d
	// 0191d9a7-3f2c-7b60-8c1d-2e4f6a8b0c1d
}

// A card holds what a peer list says of a peer. What does not fit goes into a
// blob behind the message's other text.
func ExamplePutCard() {
	var text codec.Text
	var c codec.Card
	ip, _ := codec.ParseIPv4([]byte("192.0.2.2"))
	a := codec.Address{IP: ip, Port: 80}
	codec.PutCard(&c, &text, []byte("656164657221"), []codec.Address{a})
	fmt.Println(c.Wide(), len(text.Scratch))
	codec.PutCard(&c, &text, []byte("656164657221"), []codec.Address{a, a, a})
	fmt.Println(c.Wide(), len(c.AppendAddresses(nil, &text)))
	// Output:
	// false 0
	// true 3
}
