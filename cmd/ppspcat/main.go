package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// The exit codes.
const (
	exitOK    = 0
	exitInput = 1 // the document is not right, or cannot be read or written
	exitUsage = 2
)

// run is the program.
func run(args []string, in io.Reader, out, diagnostics io.Writer) int {
	o, err := parseOptions(args, diagnostics)
	if errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	if err != nil {
		fmt.Fprintln(diagnostics, "ppspcat:", err)
		return exitUsage
	}
	if err := convert(o, in, out); err != nil {
		fmt.Fprintln(diagnostics, "ppspcat:", err)
		return exitInput
	}
	return exitOK
}

// convert reads the document, converts it, and writes it when all went well.
func convert(_ options, in io.Reader, out io.Writer) error {
	document, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	written, err := rewrite(nil, document)
	if err != nil {
		return err
	}
	_, err = out.Write(written)
	return err
}
