package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"faultline/ingest/nlp"
)

// reports are the files of news that have no trees.
var reports = []string{"current-events-2002-2026.jsonl.gz", "syria-2011-2018.jsonl.gz"}

// eachReport calls f with the text of every report of a file.
func eachReport(path string, f func(text string) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	sc := bufio.NewScanner(z)
	sc.Buffer(nil, 1<<24)
	for line := 1; sc.Scan(); line++ {
		var r struct{ Text string }
		if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
			return fmt.Errorf("%s:%d: %w", path, line, err)
		}
		if err := f(r.Text); err != nil {
			return err
		}
	}
	return sc.Err()
}

// readNews gives the sentences of the reports that are fit to learn from: a
// third of those of the big file, and all of the other, whose text is noisier.
func readNews(data string) ([]nlp.Sentence, error) {
	var out []nlp.Sentence
	for _, name := range reports {
		every := 3
		if name == reports[1] {
			every = 1
		}
		seen := 0
		err := eachReport(filepath.Join(data, "reports", name), func(text string) error {
			for s := range nlp.Tokenize(text) {
				if n := len(s.Tokens); n < 4 || n > 60 {
					continue
				}
				if seen++; seen%every == 0 {
					if every == 1 {
						restoreComma(&s)
					}
					out = append(out, s)
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// label parses sentences into trees that training can use beside the treebanks.
func label(a *nlp.Analyzer, news []nlp.Sentence) []sentence {
	out := make([]sentence, len(news))
	for i := range news {
		a.Parse(&news[i])
		words := make([]word, len(news[i].Tokens))
		for k, t := range news[i].Tokens {
			words[k] = word{t.Text, "_", t.Tag.String(), t.XPOS, t.Head, t.Rel}
		}
		out[i].words = words
	}
	return out
}

// restoreComma puts a comma before the source at the end of a sentence whose
// commas were stripped ("… were hit the agency reported."), so that the model
// that labels it sees the boundary. Training strips it again.
func restoreComma(s *nlp.Sentence) {
	n := len(s.Tokens)
	if n < 6 || s.Tokens[n-1].Text != "." {
		return
	}
	switch s.Tokens[n-2].Text {
	case "said", "reported", "says", "claimed", "claims", "added", "announced", "confirmed":
	default:
		return
	}
	upper := func(i int) bool { c := s.Tokens[i].Text[0]; return 'A' <= c && c <= 'Z' }
	at := -1
	for i := n - 3; i > 2 && i > n-11; i-- {
		if w := s.Tokens[i].Text; w == "a" || w == "an" || w == "the" || w == "he" || w == "she" || w == "they" {
			at = i
			break
		}
	}
	if at < 0 && upper(n-3) {
		for at = n - 3; at > 3 && upper(at-1); at-- {
		}
	}
	if at < 3 {
		return
	}
	switch s.Tokens[at-1].Text {
	case ",", "that", "of", "for", "and", "in", "from", "by", "with", "to":
		return
	}
	s.Tokens = slices.Insert(s.Tokens, at, nlp.Token{Text: ",", Head: -1})
}
