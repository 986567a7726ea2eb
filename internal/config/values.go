package config

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Bytes is a size. It is written as a number with an optional unit: B, KiB,
// MiB, GiB (1024) or kB, MB, GB (1000).
type Bytes int64

var units = []struct {
	name string
	size int64
}{
	{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10},
	{"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"B", 1},
}

// String writes the size with the largest unit that divides it.
func (b Bytes) String() string {
	for _, u := range units[:3] {
		if int64(b) >= u.size && int64(b)%u.size == 0 {
			return strconv.FormatInt(int64(b)/u.size, 10) + u.name
		}
	}
	return strconv.FormatInt(int64(b), 10)
}

// Set reads a size; it implements flag.Value.
func (b *Bytes) Set(s string) error {
	digits, size := strings.TrimSpace(s), int64(1)
	for _, u := range units {
		if rest, ok := strings.CutSuffix(digits, u.name); ok {
			digits, size = strings.TrimSpace(rest), u.size
			break
		}
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 || n > (1<<62)/size {
		return fmt.Errorf("%q is no size, such as 65536 or 64MiB", s)
	}
	*b = Bytes(n * size)
	return nil
}

// words is a flag.Value of comma separated texts.
type words []string

func (w *words) String() string { return strings.Join(*w, ",") }

func (w *words) Set(s string) error {
	*w = nil
	for _, part := range strings.Split(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			*w = append(*w, part)
		}
	}
	return nil
}

// prefixes is a flag.Value of comma separated CIDR blocks or addresses.
type prefixes []netip.Prefix

func (p *prefixes) String() string {
	parts := make([]string, len(*p))
	for i, x := range *p {
		parts[i] = x.String()
	}
	return strings.Join(parts, ",")
}

func (p *prefixes) Set(s string) error {
	var list words
	_ = list.Set(s) // never fails
	*p = nil
	for _, part := range list {
		x, err := parsePrefix(part)
		if err != nil {
			return err
		}
		*p = append(*p, x)
	}
	return nil
}

func parsePrefix(s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil || p.Addr().Is4In6() {
		return p, fmt.Errorf("%q is no address block, such as 192.0.2.0/24", s)
	}
	return p.Masked(), nil
}
