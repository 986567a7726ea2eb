package main

import (
	"flag"
	"fmt"
	"io"
)

// options are what the command line says.
type options struct {
	from, to string
}

// formats are those that the flags can name; the value says whether this
// version has it.
var formats = map[string]bool{"xml": true, "exi": false, "json": false}

// parseOptions reads the command line. Help goes to w.
func parseOptions(args []string, w io.Writer) (o options, err error) {
	f := flag.NewFlagSet("ppspcat", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&o.from, "from", "", "`format` of the input: xml, exi or json")
	f.StringVar(&o.to, "to", "", "`format` of the output: xml, exi or json")
	exi := exiFlags(f)
	if err = f.Parse(args); err == flag.ErrHelp {
		fmt.Fprintln(w, "usage: ppspcat -from F -to F [flags] < in > out\nThis version has xml; exi, json and the options of EXI are refused.")
		f.SetOutput(w)
		f.PrintDefaults()
		return o, err
	}
	if err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q: the document is read from standard input", f.Arg(0))
	}
	for _, side := range []struct{ flag, format string }{{"from", o.from}, {"to", o.to}} {
		if err := checkFormat(side.flag, side.format); err != nil {
			return o, err
		}
	}
	f.Visit(func(g *flag.Flag) {
		if exi[g.Name] && err == nil {
			err = fmt.Errorf("-%s is an option of EXI, which this version does not have", g.Name)
		}
	})
	return o, err
}

// checkFormat checks the value of -from or -to.
func checkFormat(flag, format string) error {
	available, known := formats[format]
	switch {
	case format == "":
		return fmt.Errorf("-%s is missing: xml, exi or json", flag)
	case !known:
		return fmt.Errorf("-%s %q is not a format: xml, exi or json", flag, format)
	case !available:
		return fmt.Errorf("-%s %s: this version has no such format yet", flag, format)
	}
	return nil
}

// exiFlags declares the options of EXI streams and returns their names. They
// are declared already so that a command line that is right in a later version
// is told apart from one that is wrong.
func exiFlags(f *flag.FlagSet) map[string]bool {
	f.String("schema", "main", "`grammars` to use: main, tight, compact, ext or none")
	f.Bool("strict", false, "strict grammars")
	f.String("align", "bit", "`alignment`: bit, byte, pre or deflate")
	f.Bool("options", false, "write the options document")
	f.Bool("cookie", false, "write the EXI cookie")
	f.String("schema-id", "", "schemaId of the options `document`")
	f.String("preserve", "", "`list` of comments, pis, dtd, prefixes, lexical")
	f.Int("block-size", 1000000, "`values` of a block")
	f.Int("value-max-length", -1, "longest string in the tables, in `characters`; -1: unbounded")
	f.Int("value-partition-capacity", -1, "`strings` in a table; -1: unbounded")
	f.Bool("fragment", false, "the stream is a fragment")
	f.Bool("canonical", false, "canonical EXI")
	names := map[string]bool{}
	f.VisitAll(func(g *flag.Flag) { names[g.Name] = g.Name != "from" && g.Name != "to" })
	return names
}
