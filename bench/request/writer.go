package request

// An attribute is written if its value is not empty.
type attribute struct {
	name  string
	value value
}

// A value is a gap with literal text behind it; either may be missing.
type value struct {
	field field
	text  string
}

func text(s string) value             { return value{text: s} }
func gap(f field) value               { return value{field: f} }
func gapText(f field, s string) value { return value{f, s} }
func (v value) empty() bool           { return v == value{} }
func reversed(a []attribute) (r []attribute) {
	for i := len(a) - 1; i >= 0; i-- {
		r = append(r, a[i])
	}
	return r
}

// writer turns elements into segments in the way of its style.
type writer struct {
	style    style
	segments []segment
	pending  []byte // literal text since the last gap
}

func (w *writer) text(s string) { w.pending = append(w.pending, s...) }

func (w *writer) value(v value) {
	if v.field != fieldNone {
		w.segments = append(w.segments, segment{string(w.pending), v.field})
		w.pending = w.pending[:0]
	}
	w.text(v.text)
}

func (w *writer) finish() []segment {
	return append(w.segments, segment{text: string(w.pending)})
}

// line begins a line at a depth, if the style has lines.
func (w *writer) line(depth int) {
	w.text(w.style.newline)
	for range depth {
		w.text(w.style.indent)
	}
}

// tag writes a start tag without its end.
func (w *writer) tag(depth int, name string, attributes []attribute) {
	w.line(depth)
	w.text("<" + name)
	if w.style.reverse {
		attributes = reversed(attributes)
	}
	quote := string(w.style.quote)
	for i, a := range attributes {
		if a.value.empty() {
			continue
		}
		if w.style.wrap && depth > 0 && i == 2 {
			w.line(depth + 1)
		} else {
			w.text(" ")
		}
		w.text(a.name + "=" + quote)
		w.value(a.value)
		w.text(quote)
	}
}

// leaf writes an element with text; without any it is an empty-element tag.
func (w *writer) leaf(depth int, name string, content value, attributes ...attribute) {
	w.tag(depth, name, attributes)
	if content.empty() {
		w.text(" />")
		return
	}
	w.text(">")
	w.value(content)
	w.text("</" + name + ">")
}

// branch writes an element with children.
func (w *writer) branch(depth int, name string, children func(), attributes ...attribute) {
	w.tag(depth, name, attributes)
	w.text(">")
	children()
	w.line(depth)
	w.text("</" + name + ">")
}

// document writes the whole body.
func (w *writer) document(kind Kind) {
	w.text(w.style.declaration)
	root := append(w.style.namespace, attribute{"version", text("1.0")})
	w.branch(0, "PPSPTrackerProtocol", func() {
		for _, p := range w.style.order {
			for _, has := range kind.parts() {
				if has == p {
					w.part(kind, p)
				}
			}
		}
	}, root...)
}

func (w *writer) part(kind Kind, p part) {
	switch p {
	case partRequest:
		w.leaf(1, "Request", text(kind.method()))
	case partTransaction:
		w.leaf(1, "TransactionID", w.rootTransaction(kind))
	case partPeer:
		w.leaf(1, "PeerID", gap(fieldPeer))
	case partSwarm:
		w.actions(kind)
	case partNum:
		w.leaf(1, w.style.num, gap(fieldPeerNum))
	case partGroup:
		if kind == Join || w.style.group {
			w.group()
		}
	case partStatistics:
		w.statistics()
	}
}

// rootTransaction is "12345.0" beside actions, "12345" alone (section 4).
func (w *writer) rootTransaction(kind Kind) value {
	if kind.method() == "CONNECT" {
		return gapText(fieldTransaction, ".0")
	}
	return gap(fieldTransaction)
}

func (w *writer) actions(kind Kind) {
	switch kind {
	case Join:
		w.action("JOIN", gap(fieldMode), ".1", fieldSwarm)
	case Refresh:
		w.action("JOIN", text("LEECH"), ".1", fieldSwarm)
	case Leave:
		w.action("LEAVE", gap(fieldMode), ".1", fieldSwarm)
	case Switch:
		w.action("LEAVE", text("LEECH"), ".1", fieldSwarm)
		w.action("JOIN", text("LEECH"), ".2", fieldOther)
	}
}

func (w *writer) action(verb string, mode value, suffix string, swarm field) {
	w.leaf(1, "SwarmID", gap(swarm),
		attribute{"action", text(verb)},
		attribute{"peerMode", mode},
		attribute{"transactionID", gapText(fieldTransaction, suffix)})
}

func (w *writer) group() {
	w.branch(1, "PeerGroup", func() {
		w.branch(2, "PeerInfo", func() {
			w.leaf(3, "PeerAddress", value{},
				attribute{"addrType", gap(fieldAddrType)},
				attribute{"ip", gap(fieldAddress)},
				attribute{"port", gap(fieldPort)},
				attribute{"priority", gap(fieldPriority)},
				attribute{"peerProtocol", text("PPSP-PP")})
		})
	})
}

func (w *writer) statistics() {
	w.branch(1, "StatisticsGroup", func() {
		w.branch(2, "Stat", func() {
			w.leaf(3, "SwarmID", gap(fieldSwarm))
			w.leaf(3, "UploadedBytes", gap(fieldUploaded))
			w.leaf(3, "DownloadedBytes", gap(fieldDownloaded))
			w.leaf(3, "AvailBandwidth", gap(fieldBandwidth))
		}, attribute{"property", text("StreamStatistics")})
	})
}
