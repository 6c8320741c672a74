package main

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// word is one token of a treebank.
type word struct {
	form, lemma, upos, xpos string
	head                    int // index, -1 at the root
	rel                     string
}

// sentence is one tree with its raw text.
type sentence struct {
	words []word
	text  string
	par   bool // first of a paragraph
}

// readTrees loads a gzipped CoNLL-U file. Multiword tokens and empty nodes
// are skipped: their words stand for them.
func readTrees(path string) ([]sentence, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	sc := bufio.NewScanner(z)
	sc.Buffer(nil, 1<<22)
	var out []sentence
	var cur sentence
	line := 0
	for sc.Scan() {
		line++
		l := sc.Text()
		switch {
		case l == "":
			if len(cur.words) > 0 {
				out = append(out, cur)
			}
			cur = sentence{}
		case strings.HasPrefix(l, "# text = "):
			cur.text = l[len("# text = "):]
		case strings.HasPrefix(l, "# newpar"), strings.HasPrefix(l, "# newdoc"):
			cur.par = true
		case l[0] == '#':
		default:
			c := strings.Split(l, "\t")
			if len(c) != 10 {
				return nil, fmt.Errorf("%s:%d: %d columns, want 10", path, line, len(c))
			}
			if strings.ContainsAny(c[0], "-.") {
				continue
			}
			h, err := strconv.Atoi(c[6])
			if err != nil {
				return nil, fmt.Errorf("%s:%d: head %q is not a number", path, line, c[6])
			}
			cur.words = append(cur.words, word{c[1], c[2], c[3], c[4], h - 1, c[7]})
		}
	}
	if len(cur.words) > 0 {
		out = append(out, cur)
	}
	return out, sc.Err()
}
