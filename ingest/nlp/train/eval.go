package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"faultline/ingest/nlp"
)

type bank struct {
	name  string
	trees []sentence
}

// score counts right answers over gold tokens.
type score struct {
	tokens, sentences, upos, xpos, lemma, uas, las, full int
	took                                                 time.Duration
}

func (s score) String() string {
	p := func(n int) float64 { return 100 * float64(n) / float64(max(s.tokens, 1)) }
	return fmt.Sprintf("UPOS %.2f XPOS %.2f lemma %.2f UAS %.2f LAS %.2f (with subtypes %.2f), %.0f sentences/s",
		p(s.upos), p(s.xpos), p(s.lemma), p(s.uas), p(s.las), p(s.full), float64(s.sentences)/s.took.Seconds())
}

// measure parses gold tokens and compares: LAS on universal relations without
// subtypes, over all tokens, as the CoNLL 2018 script does.
func measure(a *nlp.Analyzer, trees []sentence) score {
	var sc score
	for _, tr := range trees {
		s := nlp.Sentence{Tokens: make([]nlp.Token, len(tr.words))}
		for i, w := range tr.words {
			s.Tokens[i].Text = w.form
		}
		begin := time.Now()
		a.Parse(&s)
		sc.took += time.Since(begin)
		sc.sentences++
		for i, w := range tr.words {
			t := s.Tokens[i]
			sc.tokens++
			if t.Tag.String() == w.upos {
				sc.upos++
			}
			if t.XPOS == w.xpos {
				sc.xpos++
			}
			if t.Lemma == w.lemma || w.lemma == "_" {
				sc.lemma++
			}
			if t.Head != w.head {
				continue
			}
			sc.uas++
			if universal(t.Rel) == universal(w.rel) {
				sc.las++
			}
			if t.Rel == w.rel {
				sc.full++
			}
		}
	}
	return sc
}

func universal(rel string) string {
	u, _, _ := strings.Cut(rel, ":")
	return u
}

// f1 measures how many spans of the gold text the tokenizer and the splitter
// find, on documents put together from the sentences.
func f1(trees []sentence) (tokens, sentences float64) {
	var text strings.Builder
	type span struct{ a, b int }
	goldT, goldS := map[span]bool{}, map[span]bool{}
	for _, s := range trees {
		if text.Len() > 0 {
			if s.par {
				text.WriteString("\n\n")
			} else {
				text.WriteString(" ")
			}
		}
		base := text.Len()
		at := 0
		ok := true
		for _, w := range s.words {
			i := strings.Index(s.text[at:], w.form)
			if i < 0 {
				ok = false
				break
			}
			goldT[span{base + at + i, base + at + i + len(w.form)}] = true
			at += i + len(w.form)
		}
		_ = ok
		goldS[span{base, base + len(s.text)}] = true
		text.WriteString(s.text)
	}
	var sysT, sysS, okT, okS int
	for s := range nlp.Tokenize(text.String()) {
		sysS++
		if goldS[span{s.Start, s.End}] {
			okS++
		}
		for _, t := range s.Tokens {
			sysT++
			if goldT[span{t.Start, t.End}] {
				okT++
			}
		}
	}
	f := func(ok, sys, gold int) float64 { return 200 * float64(ok) / float64(sys+gold) }
	return f(okT, sysT, len(goldT)), f(okS, sysS, len(goldS))
}

// report prints the figures of the model card.
func report(w io.Writer, a *nlp.Analyzer, data, part string) error {
	for _, b := range banks {
		trees, err := readTrees(filepath.Join(data, "ud", b+"-"+part+".conllu.gz"))
		if err != nil {
			return err
		}
		tok, sent := f1(trees)
		fmt.Fprintf(w, "%s-%s: tokens F1 %.2f, sentences F1 %.2f\n", b, part, tok, sent)
		fmt.Fprintf(w, "  as it is:            %v\n", measure(a, trees))
		var bare []sentence
		for _, t := range trees {
			bare = append(bare, withoutApostrophes(withoutCommas(t)))
		}
		fmt.Fprintf(w, "  commas and 's lost:  %v\n", measure(a, bare))
	}
	return nil
}
