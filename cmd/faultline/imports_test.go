package main

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// module is the module's path and the first element of its packages' paths.
const module = "faultline"

// part is a part of the program that the import rules speak of.
type part string

const (
	partSchema    part = "schema"
	partGraph     part = "graph"           // the contract
	partGraphtest part = "graph/graphtest" // its conformance suite
	partBackend   part = "back-end"        // each of the other folders of graph
	partIngest    part = "ingest"
	partQueries   part = "queries"
	partExport    part = "export"
	partWeb       part = "web"
	partCmd       part = "cmd"
	partOther     part = "other" // examples and the like
	partStandard  part = "standard library"
	partForeign   part = "third party"
)

// partOf tells which part a package belongs to.
func partOf(path string) part {
	first, rest, _ := strings.Cut(path, "/")
	if first != module {
		if strings.Contains(first, ".") {
			return partForeign
		}
		return partStandard
	}
	top, below, _ := strings.Cut(rest, "/")
	switch top {
	case "schema", "ingest", "queries", "export", "web", "cmd":
		return part(top)
	case "graph":
		switch first, _, _ := strings.Cut(below, "/"); first {
		case "":
			return partGraph
		case "graphtest":
			return partGraphtest
		}
		return partBackend
	}
	return partOther
}

// backend is the folder of graph that a back-end's package lies in.
func backend(path string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, module+"/graph/"), "/")
	return name
}

// forbidden says why a package may not import another, "" when it may.
// Tests may use the conformance suite and open the back-ends besides, as what
// they ask must have the same answer over each; those of a back-end keep to
// itself and to the one in memory.
func forbidden(importer, imported string, test bool) string {
	from, to := partOf(importer), partOf(imported)
	switch to {
	case partStandard:
		return ""
	case partForeign:
		switch {
		case from == partSchema:
			return "schema imports the standard library only"
		case from == partGraph && imported != "github.com/google/uuid":
			return "of third parties the contract imports google/uuid only"
		case from == partGraphtest:
			return "the conformance suite imports nothing of third parties"
		}
		return ""
	case partCmd:
		if !strings.HasPrefix(importer+"/", imported+"/") && !strings.HasPrefix(imported, importer+"/") {
			return "nothing imports a command"
		}
		return ""
	case partGraphtest:
		if !test {
			return "the conformance suite is for tests"
		}
	}
	if test && from != partSchema {
		switch {
		case to == partGraphtest, imported == module+"/graph/mem", to == partBackend && from != partBackend:
			return ""
		}
	}
	if to == partBackend && from != partBackend && importer != module+"/cmd/faultline" {
		return "only cmd/faultline chooses a back-end"
	}
	allowed := map[part][]part{
		partSchema:    {partSchema},
		partGraph:     {partSchema, partGraph},
		partGraphtest: {partSchema, partGraph, partGraphtest},
		partBackend:   {partSchema, partGraph, partBackend},
		partIngest:    {partSchema, partGraph, partIngest},
		partQueries:   {partSchema, partGraph, partQueries},
		partExport:    {partSchema, partGraph, partExport},
		partWeb:       {partSchema, partGraph, partQueries, partExport, partWeb},
		partCmd:       {partSchema, partGraph, partBackend, partIngest, partQueries, partExport, partWeb, partCmd, partOther},
		partOther:     {partSchema, partGraph, partOther},
	}
	for _, p := range allowed[from] {
		if p != to {
			continue
		}
		if to == partBackend && from == partBackend && backend(importer) != backend(imported) {
			return "a back-end does not know another"
		}
		return ""
	}
	return fmt.Sprintf("%s does not know %s", from, to)
}

func TestForbidden(t *testing.T) {
	for _, c := range []struct {
		importer, imported string
		test               bool
		want               string // a part of the reason, "" for none
	}{
		{"faultline/schema", "strings", false, ""},
		{"faultline/schema", "github.com/google/uuid", false, "standard library only"},
		{"faultline/schema", "golang.org/x/text/unicode/norm", true, "standard library only"},
		{"faultline/schema", "faultline/graph", false, "schema does not know graph"},
		{"faultline/schema", "faultline/graph/mem", true, "only cmd/faultline"},
		{"faultline/graph", "faultline/schema", false, ""},
		{"faultline/graph", "github.com/google/uuid", false, ""},
		{"faultline/graph", "golang.org/x/sync/errgroup", false, "google/uuid only"},
		{"faultline/graph", "faultline/graph/mem", false, "only cmd/faultline"},
		{"faultline/graph", "faultline/graph/mem", true, ""},
		{"faultline/graph", "faultline/ingest/report", false, "graph does not know ingest"},
		{"faultline/graph/graphtest", "faultline/graph", false, ""},
		{"faultline/graph/graphtest", "faultline/graph/cayley", false, "only cmd/faultline"},
		{"faultline/graph/graphtest", "github.com/google/uuid", false, "nothing of third parties"},
		{"faultline/graph/cayley", "faultline/graph", false, ""},
		{"faultline/graph/cayley", "github.com/cayleygraph/quad", false, ""},
		{"faultline/graph/cayley", "faultline/graph/cayley/keys", false, ""},
		{"faultline/graph/cayley/keys", "faultline/graph/cayley", false, ""},
		{"faultline/graph/cayley", "faultline/graph/mem", false, "does not know another"},
		{"faultline/graph/cayley", "faultline/graph/mem", true, ""},
		{"faultline/graph/cayley", "faultline/graph/dgraph", true, "does not know another"},
		{"faultline/graph/cayley", "faultline/graph/graphtest", true, ""},
		{"faultline/graph/cayley", "faultline/graph/graphtest", false, "for tests"},
		{"faultline/graph/cayley", "faultline/queries", false, "back-end does not know queries"},
		{"faultline/graph/dgraph", "faultline/ingest", true, "back-end does not know ingest"},
		{"faultline/graph/cayleyplus", "faultline/graph/cayley", false, "does not know another"},
		{"faultline/ingest", "faultline/graph", false, ""},
		{"faultline/ingest", "faultline/ingest/report", false, ""},
		{"faultline/ingest", "faultline/graph/mem", true, ""},
		{"faultline/ingest", "faultline/graph/mem", false, "only cmd/faultline"},
		{"faultline/ingest", "faultline/graph/cayley", true, ""},
		{"faultline/ingest/source", "faultline/queries/series", false, "ingest does not know queries"},
		{"faultline/ingest", "faultline/queries", true, "ingest does not know queries"},
		{"faultline/ingest", "faultline/cmd/faultline", false, "nothing imports a command"},
		{"faultline/queries/series", "faultline/graph", false, ""},
		{"faultline/queries", "faultline/ingest/report", false, "queries does not know ingest"},
		{"faultline/queries", "faultline/graph/dgraph", false, "only cmd/faultline"},
		{"faultline/queries", "faultline/graph/cayley", true, ""},
		{"faultline/export", "faultline/graph", false, ""},
		{"faultline/export", "faultline/queries", false, "export does not know queries"},
		{"faultline/export", "faultline/graph/cayley", false, "only cmd/faultline"},
		{"faultline/web/pages", "faultline/queries", false, ""},
		{"faultline/web/pages", "faultline/web/figure", false, ""},
		{"faultline/web/api", "faultline/export", false, ""},
		{"faultline/web", "faultline/ingest", false, "web does not know ingest"},
		{"faultline/web/live", "faultline/graph/cayley", false, "only cmd/faultline"},
		{"faultline/queries", "faultline/web/live", false, "queries does not know web"},
		{"faultline/cmd/faultline", "faultline/web", false, ""},
		{"faultline/cmd/faultline", "faultline/export", false, ""},
		{"faultline/cmd/faultline", "faultline/graph/cayley", false, ""},
		{"faultline/cmd/faultline", "faultline/queries", false, ""},
		{"faultline/cmd/faultline", "github.com/spf13/cobra", false, ""},
		{"faultline/cmd/faultline", "faultline/graph/graphtest", false, "for tests"},
		{"faultline/cmd/faultline", "faultline/cmd/other", false, "nothing imports a command"},
		{"faultline/cmd/faultline", "faultline/cmd/faultline/pictures", false, ""},
		{"faultline/cmd/other", "faultline/graph/cayley", false, "only cmd/faultline"},
		{"faultline/cmd/faultlines", "faultline/graph/cayley", false, "only cmd/faultline"},
		{"faultline/examples", "embed", false, ""},
		{"faultline/examples", "faultline/graph/mem", false, "only cmd/faultline"},
		{"faultline/examples", "faultline/queries", false, "other does not know queries"},
	} {
		got := forbidden(c.importer, c.imported, c.test)
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s imports %s (test: %v): %q, want %q", c.importer, c.imported, c.test, got, c.want)
		}
	}
}

// TestImports holds every Go file of the module against the rules, whatever
// its build constraints.
func TestImports(t *testing.T) {
	root := filepath.Join("..", "..")
	seen := map[part]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch name := d.Name(); {
		case err != nil:
			return err
		case d.IsDir() && path != root && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go"):
			return nil
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		importer := module + "/" + filepath.ToSlash(rel)
		seen[partOf(importer)] = true
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if why := forbidden(importer, imported, strings.HasSuffix(path, "_test.go")); why != "" {
				t.Errorf("%s imports %s: %s", files.Position(spec.Pos()), imported, why)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []part{partSchema, partGraph, partGraphtest, partBackend, partIngest, partQueries, partExport, partWeb, partCmd} {
		if !seen[p] {
			t.Errorf("no Go file of %s was found under %s", p, root)
		}
	}
}
