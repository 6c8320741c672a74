package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// TestDocumentedFiles checks that the examples of docs/actors.md are files
// that faultline takes.
func TestDocumentedFiles(t *testing.T) {
	doc, err := os.ReadFile("../../docs/actors.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(doc, -1)
	if len(blocks) != 2 {
		t.Fatalf("%d examples, want 2", len(blocks))
	}
	dir := t.TempDir()
	a := &app{store: "cayley:" + filepath.Join(dir, "graph.db")}
	for i, name := range []string{actorsFile, lexiconFile} {
		if err := os.WriteFile(filepath.Join(dir, name), blocks[i][1], 0o644); err != nil {
			t.Fatal(err)
		}
	}
	g, err := a.loadActors()
	if err != nil {
		t.Fatal(err)
	}
	if ids := g.Named("Liwa al-Qarnit"); len(ids) != 1 || ids[0] != "actor:granite-shield" {
		t.Errorf("the example's alias is %v", ids)
	}
	if l, err := a.lexicon(""); err != nil || l.Empty() {
		t.Errorf("the example's lexicon: %v, empty %t", err, l.Empty())
	}
}
