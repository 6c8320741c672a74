package config

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestExamplesOfTheDocuments reads every configuration that the documents
// show, and wants all kinds of source to be among them.
func TestExamplesOfTheDocuments(t *testing.T) {
	kinds := map[Kind]bool{}
	for _, name := range []string{"sources.md", "operations.md"} {
		b, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(b, -1) {
			if !strings.HasPrefix(string(m[1]), "sources:") {
				continue
			}
			c, err := Parse(name, m[1])
			if err != nil {
				t.Errorf("%v in:\n%s", err, m[1])
				continue
			}
			for _, s := range c.Sources {
				kinds[s.Kind] = true
			}
		}
	}
	for _, k := range Kinds() {
		if !kinds[k] {
			t.Errorf("no example of a source of kind %s", k)
		}
	}
}
