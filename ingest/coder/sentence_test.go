package coder

import (
	"strconv"
	"strings"
	"testing"

	"faultline/ingest/coding"
	"faultline/ingest/nlp"
)

// parsed makes a sentence of a tree written by hand, so that what is read off
// a tree is tested apart from the parser. Each token is "form/xpos/head/rel"
// or "form=lemma/xpos/head/rel"; heads count from one, 0 is the root's.
func parsed(t *testing.T, w *workbench, tokens string) *sentence {
	t.Helper()
	var text strings.Builder
	ps := nlp.Sentence{}
	fields := strings.Fields(tokens)
	for _, f := range fields {
		p := strings.Split(f, "/")
		if len(p) != 4 {
			t.Fatalf("token %q: want form/xpos/head/rel", f)
		}
		form, lemma, ok := strings.Cut(p[0], "=")
		if !ok {
			lemma = strings.ToLower(form)
		}
		head, err := strconv.Atoi(p[2])
		if err != nil || head < 0 || head > len(fields) {
			t.Fatalf("token %q: bad head", f)
		}
		if text.Len() > 0 {
			text.WriteByte(' ')
		}
		start := text.Len()
		text.WriteString(form)
		ps.Tokens = append(ps.Tokens, nlp.Token{
			Start: start, End: text.Len(), Text: form, Lemma: lemma, Tag: tagOf(p[1], p[3]), XPOS: p[1], Head: head - 1, Rel: p[3],
		})
	}
	ps.End = text.Len()
	d := &document{Document: coding.Document{Text: text.String(), Published: published}, gaz: w.Actors, places: w.Places, countries: map[string]int{}, states: w.states}
	s := &sentence{tree: newTree(&ps), doc: d, end: ps.End, states: make([]float32, len(ps.Tokens)*nlp.StateSize)}
	s.findPlaces(w.Places)
	s.findMentions()
	s.takeCensus()
	return s
}

func tagOf(xpos, rel string) nlp.Tag {
	switch {
	case strings.HasPrefix(rel, "aux") || rel == "cop":
		return nlp.AUX
	case strings.HasPrefix(xpos, "VB"):
		return nlp.VERB
	case strings.HasPrefix(xpos, "NNP"):
		return nlp.PROPN
	case strings.HasPrefix(xpos, "NN"):
		return nlp.NOUN
	case strings.HasPrefix(xpos, "JJ"):
		return nlp.ADJ
	case strings.HasPrefix(xpos, "RB"):
		return nlp.ADV
	case strings.HasPrefix(xpos, "PRP"), strings.HasPrefix(xpos, "WP"):
		return nlp.PRON
	case xpos == "IN":
		return nlp.ADP
	case xpos == "CD":
		return nlp.NUM
	case xpos == "DT":
		return nlp.DET
	case xpos == "CC":
		return nlp.CCONJ
	case xpos == "TO" || xpos == "POS":
		return nlp.PART
	}
	return nlp.PUNCT
}

// token finds the word in the sentence.
func (s *sentence) token(t *testing.T, form string) int {
	t.Helper()
	for i := range s.tok {
		if s.tok[i].Text == form {
			return i
		}
	}
	t.Fatalf("no %q in %q", form, s.doc.Text)
	return -1
}
