package lint

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const module = "github.com/ppspd/ppspd"

// file is one Go file of the tree, with its path relative to the module's root.
type file struct {
	path string
	text []byte
	tree *ast.File
	fset *token.FileSet
}

func (f *file) dir() string  { return path.Dir(f.path) }
func (f *file) isTest() bool { return strings.HasSuffix(f.path, "_test.go") }

// generated files are named z*.go.
func (f *file) generated() bool { return strings.HasPrefix(path.Base(f.path), "z") }

func (f *file) at(pos token.Pos) string {
	return fmt.Sprintf("%s:%d", f.path, f.fset.Position(pos).Line)
}

func parse(name string, text []byte) (*file, error) {
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	return &file{name, text, tree, fset}, err
}

// load parses every Go file below root but testdata.
func load(root string) ([]*file, error) {
	var files []*file
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "bin" || strings.HasPrefix(d.Name(), ".") && p != root) {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(p, ".go") {
			return nil
		}
		text, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		f, err := parse(filepath.ToSlash(rel), text)
		files = append(files, f)
		return err
	})
	return files, err
}

// within reports whether dir is one of roots or below one.
func within(dir string, roots ...string) bool {
	return slices.ContainsFunc(roots, func(r string) bool {
		return dir == r || strings.HasPrefix(dir, r+"/")
	})
}

// layers says what of the project each part may import in product code. The
// first row that fits a directory holds; a directory without a row is an error,
// so that a new room gets its place here.
var layers = []struct {
	dir   string
	allow []string
}{
	{"wheel", nil},
	{"codec/xmltext", nil},
	{"codec/exi", nil},
	{"codec/ppspxml", []string{"codec", "codec/xmltext", "internal/bytesview"}},
	{"codec/ppsphttp", []string{"codec"}},
	{"codec", nil},
	{"engine/peerlist", []string{"codec"}},
	{"engine/swarm", []string{"codec"}},
	{"engine", []string{"codec", "engine/swarm", "engine/peerlist", "wheel"}},
	{"internal/bytesview", nil},
	{"internal/config", nil},
	{"internal/lint", nil},
	{"internal/httphead", []string{"codec", "internal/bytesview"}},
	{"internal/exchange", []string{"codec", "engine", "wheel", "internal/httphead", "internal/bytesview"}},
	{"internal/fdlimit", nil},
	{"internal/gnetd", []string{"codec", "wheel", "internal/httphead", "internal/exchange", "internal/fdlimit"}},
	{"internal/fasthttpd", []string{"codec", "wheel", "internal/httphead", "internal/exchange", "internal/fdlimit"}},
	{"internal/conformance", nil},
	{"internal/fronttest", []string{"codec", "wheel", "internal/httphead", "internal/exchange"}},
	{"internal/admin", nil},
	{"bench", []string{"bench", "codec", "engine", "wheel", "internal/exchange"}},
	{"cmd", []string{"bench", "codec", "engine", "wheel", "internal"}},
}

func checkImports(f *file) (faults []string) {
	if f.isTest() {
		return nil
	}
	row := slices.IndexFunc(layers, func(l struct {
		dir   string
		allow []string
	}) bool {
		return within(f.dir(), l.dir)
	})
	if row < 0 {
		return []string{f.path + ": this directory has no row in the table of layers"}
	}
	for _, imp := range f.tree.Imports {
		name, _ := strconv.Unquote(imp.Path.Value)
		rest, ours := strings.CutPrefix(name, module+"/")
		if ours && !allowed(rest, layers[row].dir, layers[row].allow) {
			faults = append(faults, fmt.Sprintf("%s: %s may not import %s", f.at(imp.Pos()), f.dir(), rest))
		}
	}
	return faults
}

// allowed: cmd and bench may import whole trees, the others exactly what is named.
func allowed(imported, layer string, list []string) bool {
	if layer == "cmd" || layer == "bench" {
		return within(imported, list...)
	}
	return slices.Contains(list, imported)
}

// owners are the only packages that may import these.
var owners = map[string][]string{
	"unsafe":                       {"internal/bytesview"},
	"github.com/panjf2000/gnet/v2": {"internal/gnetd", "bench/floor"},
	"github.com/valyala/fasthttp":  {"internal/fasthttpd", "bench/floor"},
}

func checkOwners(f *file) (faults []string) {
	if f.isTest() {
		return nil
	}
	for _, imp := range f.tree.Imports {
		name, _ := strconv.Unquote(imp.Path.Value)
		if dirs, owned := owners[name]; owned && !within(f.dir(), dirs...) {
			faults = append(faults, fmt.Sprintf("%s: only %v may import %s", f.at(imp.Pos()), dirs, name))
		}
	}
	return faults
}

// core packages are passive: no goroutine, clock, I/O or log.
var core = []string{"codec", "engine", "wheel"}

var impure = map[string]string{
	"log": "core packages do not log", "log/slog": "core packages do not log",
	"net": "core packages do no I/O", "os": "core packages do no I/O",
	"net/http": "core packages do no I/O",
}

func checkPassive(f *file) (faults []string) {
	// ppsphttp is the client side: it exists to do I/O.
	if f.isTest() || !within(f.dir(), core...) || within(f.dir(), "codec/ppsphttp") || f.tree.Name.Name == "main" {
		return nil
	}
	for _, imp := range f.tree.Imports {
		name, _ := strconv.Unquote(imp.Path.Value)
		if why := impure[name]; why != "" {
			faults = append(faults, fmt.Sprintf("%s: %s: %s", f.at(imp.Pos()), name, why))
		}
	}
	ast.Inspect(f.tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			faults = append(faults, f.at(n.Pos())+": core packages start no goroutine")
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "NewTimer", "NewTicker"}, n.Sel.Name) {
				faults = append(faults, f.at(n.Pos())+": core packages have no clock: now is an argument")
			}
		}
		return true
	})
	return faults
}

var emptyWords = regexp.MustCompile(`(^|_|[a-z])([Uu]tils?|[Cc]ommon|[Hh]elpers?|[Mm]anager|[Mm]isc)(_|[A-Z]|$|\d)`)

// checkNames refuses names that say nothing.
func checkNames(f *file) (faults []string) {
	base := strings.TrimSuffix(strings.TrimSuffix(path.Base(f.path), ".go"), "_test")
	for _, part := range append(strings.Split(f.dir(), "/"), base) {
		if emptyWords.MatchString(part) {
			faults = append(faults, f.path+": a name that says nothing")
		}
	}
	for _, d := range f.tree.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && emptyWords.MatchString(fn.Name.Name) {
			faults = append(faults, f.at(fn.Pos())+": "+fn.Name.Name+" says nothing")
		}
	}
	return faults
}

const longest = 120

// checkLength bounds functions; a state machine says so in its comment.
func checkLength(f *file) (faults []string) {
	if f.isTest() || f.generated() {
		return nil
	}
	for _, d := range f.tree.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || strings.Contains(fn.Doc.Text(), "state machine:") {
			continue
		}
		lines := f.fset.Position(fn.End()).Line - f.fset.Position(fn.Pos()).Line + 1
		if lines > longest {
			faults = append(faults, fmt.Sprintf("%s: %s has %d lines", f.at(fn.Pos()), fn.Name.Name, lines))
		}
	}
	return faults
}

// openWork is spelled so that this file does not match itself.
var openWork = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|X` + `XX|not imple` + `mented|unimple` + `mented)\b`)

func checkOpenWork(f *file) (faults []string) {
	for i, line := range strings.Split(string(f.text), "\n") {
		if openWork.MatchString(line) {
			faults = append(faults, fmt.Sprintf("%s:%d: work left open", f.path, i+1))
		}
	}
	return faults
}

func checkFormat(f *file) []string {
	if want, err := format.Source(f.text); err != nil || string(want) != string(f.text) {
		return []string{f.path + ": not gofmt-clean"}
	}
	return nil
}

// checkDocs wants exactly one package comment for each package, in doc.go
// (main.go for a program), and a comment on every exported name.
func checkDocs(files []*file) (faults []string) {
	docs := map[string]int{}
	for _, f := range files {
		if f.isTest() {
			continue
		}
		if _, ok := docs[f.dir()]; !ok {
			docs[f.dir()] = 0
		}
		if f.tree.Doc != nil {
			docs[f.dir()]++
			if b := path.Base(f.path); b != "doc.go" && b != "main.go" {
				faults = append(faults, f.path+": the package comment belongs into doc.go")
			}
		}
		faults = append(faults, undocumented(f)...)
	}
	for dir, n := range docs {
		if n != 1 {
			faults = append(faults, fmt.Sprintf("%s: %d package comments", dir, n))
		}
	}
	return faults
}

func undocumented(f *file) (faults []string) {
	miss := func(id *ast.Ident, docs ...*ast.CommentGroup) {
		documented := slices.ContainsFunc(docs, func(g *ast.CommentGroup) bool { return g != nil })
		if id.IsExported() && !documented {
			faults = append(faults, fmt.Sprintf("%s: %s has no comment", f.at(id.Pos()), id.Name))
		}
	}
	for _, d := range f.tree.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil || exportedReceiver(d.Recv) {
				miss(d.Name, d.Doc)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					miss(s.Name, d.Doc, s.Doc)
				case *ast.ValueSpec:
					miss(s.Names[0], d.Doc, s.Doc, s.Comment)
				}
			}
		}
	}
	return faults
}

func exportedReceiver(list *ast.FieldList) bool {
	t := list.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	id, ok := t.(*ast.Ident)
	return ok && id.IsExported()
}
