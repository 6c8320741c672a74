package custom

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// file is a YAML file while it is checked.
type file struct {
	name string
	errs []error
}

func (f *file) fail(line int, format string, args ...any) {
	f.errs = append(f.errs, fmt.Errorf("%s:%d: %s", f.name, line, fmt.Sprintf(format, args...)))
}

// maxFile bounds a file, in bytes.
const maxFile = 16 << 20

// root parses the file; its top must be a mapping. It is nil for an empty
// file.
func (f *file) root(data []byte) *yaml.Node {
	if len(data) > maxFile {
		f.errs = append(f.errs, fmt.Errorf("%s: has more than %d bytes", f.name, maxFile))
		return nil
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		// The parser writes "yaml: line 3: …".
		text := strings.TrimPrefix(err.Error(), "yaml: ")
		if rest, ok := strings.CutPrefix(text, "line "); ok {
			line, what, _ := strings.Cut(rest, ": ")
			f.errs = append(f.errs, fmt.Errorf("%s:%s: is not YAML: %s: check the indentation and quote texts with : or #", f.name, line, what))
			return nil
		}
		f.errs = append(f.errs, fmt.Errorf("%s: is not YAML: %s", f.name, text))
		return nil
	}
	if len(doc.Content) == 0 || doc.Content[0].Tag == "!!null" {
		return nil
	}
	top := doc.Content[0]
	if hasAlias(top, 0) {
		f.fail(top.Line, "uses YAML anchors: write the values out")
		return nil
	}
	return top
}

// maxDepth is more than any form has; deeper nesting is refused unread.
const maxDepth = 32

func hasAlias(n *yaml.Node, depth int) bool {
	if n.Kind == yaml.AliasNode || n.Anchor != "" || depth > maxDepth {
		return true
	}
	return slices.ContainsFunc(n.Content, func(c *yaml.Node) bool { return hasAlias(c, depth+1) })
}

// fields calls f for each key of a mapping. Keys that are not among the known
// ones, and doubled ones, are errors.
func (f *file) fields(n *yaml.Node, what string, known []string, each func(key string, k, v *yaml.Node)) bool {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return true // a key without anything yet
	}
	if n.Kind != yaml.MappingNode {
		f.fail(n.Line, "%s must be written as “key: value” lines, with keys among %s", what, strings.Join(known, ", "))
		return false
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		switch {
		case !slices.Contains(known, k.Value):
			f.fail(k.Line, "%s has no key %q%s", what, k.Value, suggestion(k.Value, known))
		case seen[k.Value]:
			f.fail(k.Line, "%s has the key %q twice: join them", what, k.Value)
		default:
			seen[k.Value] = true
			each(k.Value, k, v)
		}
	}
	return true
}

// suggestion is ": did you mean x?" or the list of what there is.
func suggestion(word string, known []string) string {
	best, cost := "", 3
	for _, k := range known {
		if d := distance(strings.ToLower(word), k); d < cost {
			best, cost = k, d
		}
	}
	if best != "" {
		return fmt.Sprintf(": did you mean %q?", best)
	}
	return ": want one of " + strings.Join(known, ", ")
}

// distance is the edit distance of two short words, as far as 8 bytes apart.
func distance(a, b string) int {
	if len(a) > 40 || len(b) > 40 || len(a)-len(b) > 8 || len(b)-len(a) > 8 {
		return 99
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost++
			}
			diagonal = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}

// items are the elements of a sequence; a single value stands for a list of
// one.
func (f *file) items(n *yaml.Node, what string) []*yaml.Node {
	switch n.Kind {
	case yaml.SequenceNode:
		return n.Content
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return nil
		}
		return []*yaml.Node{n}
	}
	f.fail(n.Line, "%s must be a list: [a, b], or lines that start with “- ”", what)
	return nil
}

// text is a scalar as it is written: "no" and "2014" are texts too.
func (f *file) text(n *yaml.Node, what string) string {
	if n.Kind != yaml.ScalarNode {
		f.fail(n.Line, "%s must be a text", what)
		return ""
	}
	if n.Tag == "!!null" {
		return ""
	}
	s := strings.TrimSpace(n.Value)
	if strings.ContainsAny(s, "\t\n\r") {
		f.fail(n.Line, "%s goes over several lines", what)
		return ""
	}
	return s
}

func (f *file) texts(n *yaml.Node, what string) []string {
	var out []string
	for _, item := range f.items(n, what) {
		if s := f.text(item, "each of "+what); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func (f *file) flag(n *yaml.Node, what string) bool {
	switch f.text(n, what) {
	case "true", "yes":
		return true
	case "false", "no":
		return false
	}
	f.fail(n.Line, "%s must be true or false", what)
	return false
}

func (f *file) err() error { return errors.Join(f.errs...) }
