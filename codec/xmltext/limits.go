package xmltext

// Limits bound what a Decoder accepts. A zero field means the default; a
// Decoder allocates what its limits need when it is made, and nothing later but
// the room for the namespace names of a document.
type Limits struct {
	Attributes int // attributes of one element, declarations included; default 64, 3 to 65535
	Depth      int // nested elements, the root counted; default 32
	Name       int // bytes of a name with its prefix; default 256, at most 65535
	Namespaces int // namespace declarations in scope; default 128, at most 65000
	Document   int // bytes of a document; default and at most 2 GiB - 1
}

// The defaults, and the largest values that 16 bits hold.
const (
	defaultAttributes = 64
	defaultDepth      = 32
	defaultName       = 256
	defaultNamespaces = 128
	maxLimit          = 1<<16 - 1
	maxNamespaces     = 65000
	maxDocument       = 1<<31 - 1
)

// filled is l with the defaults in place of zeros and nothing beyond the most.
func (l Limits) filled() Limits {
	return Limits{
		Attributes: min(max(orDefault(l.Attributes, defaultAttributes), fieldCount), maxLimit),
		Depth:      orDefault(l.Depth, defaultDepth),
		Name:       min(orDefault(l.Name, defaultName), maxLimit),
		Namespaces: min(orDefault(l.Namespaces, defaultNamespaces), maxNamespaces),
		Document:   min(orDefault(l.Document, maxDocument), maxDocument),
	}
}

func orDefault(n, def int) int {
	if n <= 0 {
		return def
	}
	return n
}
