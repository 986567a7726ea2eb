package admin

import "strconv"

// Kind is the type of a metric in the Prometheus text format, version 0.0.4.
type Kind string

// The kinds.
const (
	Counter Kind = "counter"
	Gauge   Kind = "gauge"
)

// Page is a metrics page under construction.
type Page struct{ text []byte }

// Family starts a metric: the samples that follow belong to it.
func (p *Page) Family(name string, kind Kind, help string) *Family {
	p.text = append(p.text, "# HELP "+name+" "+help+"\n# TYPE "+name+" "+string(kind)+"\n"...)
	return &Family{p, name}
}

// Value is a metric of one sample.
func (p *Page) Value(name string, kind Kind, help string, v float64) {
	p.Family(name, kind, help).Sample(v)
}

// Family is one metric of a Page.
type Family struct {
	page *Page
	name string
}

// Sample appends a sample with labels given as name, value, name, value, ...
func (f *Family) Sample(v float64, labels ...string) {
	b := append(f.page.text, f.name...)
	for i := 0; i+1 < len(labels); i += 2 {
		sep := byte(',')
		if i == 0 {
			sep = '{'
		}
		b = append(b, sep)
		b = append(b, labels[i]...)
		b = append(b, '=')
		b = strconv.AppendQuote(b, labels[i+1])
	}
	if len(labels) > 1 {
		b = append(b, '}')
	}
	b = append(b, ' ')
	b = strconv.AppendFloat(b, v, 'g', -1, 64)
	f.page.text = append(b, '\n')
}
