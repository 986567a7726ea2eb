package httphead

import "bytes"

// validHost reports whether b is a uri-host with an optional port (RFC 9110
// 7.2): a name, an IPv4 address or an IP literal in brackets. It may be empty.
func validHost(b []byte) bool {
	name := b
	if len(b) > 0 && b[0] == '[' {
		n := bytes.IndexByte(b, ']')
		if n < 0 || !validLiteral(b[1:n]) {
			return false
		}
		b = b[n+1:]
		return len(b) == 0 || b[0] == ':' && digits(b[1:])
	}
	if n := bytes.IndexByte(b, ':'); n >= 0 {
		if !digits(b[n+1:]) {
			return false
		}
		name = b[:n]
	}
	for _, c := range name {
		if class[c]&host == 0 {
			return false
		}
	}
	return true
}

// validLiteral reports whether b is an IPv6 address without a zone (RFC 3986
// 3.2.2): groups of up to four hexadecimal digits, at most one gap, and possibly
// an IPv4 address at the end. The addresses of future versions that the grammar
// allows have not come.
func validLiteral(b []byte) bool {
	groups, gap := 0, false
	if len(b) > 1 && b[0] == ':' && b[1] == ':' {
		gap, b = true, b[2:]
	}
	for len(b) > 0 {
		n := hexLen(b)
		if n < len(b) && b[n] == '.' {
			return validIPv4(b) && complete(groups+2, gap)
		}
		if n == 0 || n > 4 {
			return false
		}
		groups++
		b = b[n:]
		switch {
		case len(b) == 0:
		case len(b) == 1 || b[0] != ':':
			return false
		case b[1] != ':':
			b = b[1:]
		case gap:
			return false
		default:
			gap, b = true, b[2:]
		}
	}
	return complete(groups, gap)
}

// complete reports whether so many groups make an address; a gap stands for at
// least one.
func complete(groups int, gap bool) bool {
	if gap {
		return groups < 8
	}
	return groups == 8
}

// hexLen is the number of hexadecimal digits at the start of b.
func hexLen(b []byte) int {
	for i, c := range b {
		if c-'0' > 9 && c|0x20-'a' > 5 {
			return i
		}
	}
	return len(b)
}

// validIPv4 reports whether b is an IPv4 address: four numbers up to 255 without
// leading zeros.
func validIPv4(b []byte) bool {
	for part := range 4 {
		n, value := 0, 0
		for n < len(b) && n < 4 && b[n]-'0' <= 9 {
			value = value*10 + int(b[n]-'0')
			n++
		}
		if n == 0 || value > 255 || n > 1 && b[0] == '0' {
			return false
		}
		b = b[n:]
		if part < 3 {
			if len(b) == 0 || b[0] != '.' {
				return false
			}
			b = b[1:]
		}
	}
	return len(b) == 0
}

// digits reports whether b holds nothing but digits; it may be empty.
func digits(b []byte) bool {
	for _, c := range b {
		if c-'0' > 9 {
			return false
		}
	}
	return true
}
