package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"strings"
	"testing"
)

var rewrite = flag.Bool("rewrite", false, "write the answers of the tracker into README.md")

const readme = "../../README.md"

// The session of README.md is real: its commands give its answers, but for the
// port that the tracker saw and the date. With -rewrite they are put there.
func TestReadmeSession(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	x := start(t)
	var out strings.Builder
	answers, skipping := 0, false
	for line := range strings.Lines(string(text)) {
		command, isCommand := strings.CutPrefix(line, "$ curl ")
		if isCommand || strings.HasPrefix(line, "```") || strings.HasPrefix(line, "$ ") {
			skipping = false
		}
		if !skipping {
			out.WriteString(line)
		}
		if isCommand {
			out.WriteString(curl(t, x.http, strings.TrimSpace(command)))
			answers++
			skipping = true
		}
	}
	if answers < 5 {
		t.Errorf("only %d answers in the session", answers)
	}
	if *rewrite {
		if err := os.WriteFile(readme, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if masked(out.String()) != masked(string(text)) {
		t.Errorf("the session of README.md is not what the tracker answers (go test ./cmd/ppspd -run Readme -rewrite):\n%s", out.String())
	}
}

var changing = regexp.MustCompile(`port="\d+" priority="1" type="REFLEXIVE"|Date: [^\n]*`)

func masked(s string) string { return changing.ReplaceAllString(s, "*") }

var curlCommand = regexp.MustCompile(`^(-s|-si) -H '(Content-Type: [^']*)' --data-binary @(\S+) http://127\.0\.0\.1:7846(/\S*)$`)

// curl does what the command line says, to the tracker at url.
func curl(t *testing.T, url, command string) string {
	t.Helper()
	m := curlCommand.FindStringSubmatch(command)
	if m == nil {
		t.Fatalf("README.md: curl %s: not a command that this test knows", command)
	}
	body, err := os.ReadFile("../../" + m[3])
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\nContent-Length: %d\r\n\r\n%s", m[4], m[2], len(body), body)
	head, text := readAnswer(t, bufio.NewReader(conn))
	if m[1] == "-si" {
		text = head + "\n" + text
	}
	return strings.TrimRight(text, "\n") + "\n"
}

func readAnswer(t *testing.T, r *bufio.Reader) (head, body string) {
	t.Helper()
	length := 0
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if line = strings.TrimRight(line, "\r\n"); line == "" {
			break
		}
		fmt.Sscanf(line, "Content-Length: %d", &length)
		head += line + "\n"
	}
	b := make([]byte, length)
	if _, err := io.ReadFull(r, b); err != nil {
		t.Fatal(err)
	}
	return head, string(b)
}
