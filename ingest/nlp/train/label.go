package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

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

// label parses the news with the model in modelPath and writes trees that
// training can use beside the treebanks.
func label(data, modelPath, out string) error {
	m, err := readModel(modelPath)
	if err != nil {
		return err
	}
	a := nlp.NewFrom(m, true)
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer f.Close()
	z := gzip.NewWriter(f)
	w := bufio.NewWriterSize(z, 1<<20)
	const chunk = 2000
	var buf []nlp.Sentence
	flush := func() {
		var wg sync.WaitGroup
		for k := range workers {
			wg.Go(func() {
				for i := k; i < len(buf); i += workers {
					a.Parse(&buf[i])
				}
			})
		}
		wg.Wait()
		for i := range buf {
			writeTree(w, &buf[i])
		}
		buf = buf[:0]
	}
	for _, name := range reports {
		every := 3 // a third of the big file is plenty
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
					buf = append(buf, s)
				}
			}
			if len(buf) >= chunk {
				flush()
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	flush()
	if err := w.Flush(); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return f.Close()
}

func writeTree(w io.Writer, s *nlp.Sentence) {
	for i := range s.Tokens {
		t := &s.Tokens[i]
		fmt.Fprintf(w, "%d\t%s\t_\t%s\t%s\t_\t%d\t%s\t_\t_\n", i+1, t.Text, t.Tag, t.XPOS, t.Head+1, t.Rel)
	}
	fmt.Fprintln(w)
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
