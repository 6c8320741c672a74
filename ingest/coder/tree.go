package coder

import (
	"slices"
	"strings"

	"faultline/ingest/nlp"
)

// tree is a parsed sentence with its heads turned into children.
type tree struct {
	tok  []nlp.Token
	kids [][]int // children of each token, in text order
}

func newTree(s *nlp.Sentence) *tree {
	t := &tree{tok: s.Tokens, kids: make([][]int, len(s.Tokens))}
	counts := make([]int, len(s.Tokens))
	for i := range s.Tokens {
		if h := s.Tokens[i].Head; h >= 0 {
			counts[h]++
		}
	}
	pool := make([]int, len(s.Tokens))
	for i, n := range counts {
		t.kids[i], pool = pool[:0:n], pool[n:]
	}
	for i := range s.Tokens {
		if h := s.Tokens[i].Head; h >= 0 {
			t.kids[h] = append(t.kids[h], i)
		}
	}
	return t
}

// activate mends what the parser takes for a passive in "The envoy called
// upon the parties": without an auxiliary it is none.
func (t *tree) activate() {
	for i := range t.tok {
		v := t.tok[i].Head
		if t.tok[i].Rel != "nsubj:pass" || t.lemma(v) != "call" || t.child(v, "aux:pass", "aux") >= 0 || t.tok[v].Rel == "conj" {
			continue
		}
		for _, k := range t.kids[v] {
			if p := t.preposition(k); k > v && (p == "upon" || p == "on" || p == "for") {
				t.tok[i].Rel, t.tok[v].XPOS = "nsubj", "VBD"
			}
		}
	}
}

// rel is the relation of a token without its subtype.
func (t *tree) rel(i int) string {
	r, _, _ := strings.Cut(t.tok[i].Rel, ":")
	return r
}

// child returns the first child of i with one of the relations (subtypes
// written out or not), or -1.
func (t *tree) child(i int, rels ...string) int {
	for _, k := range t.kids[i] {
		if slices.Contains(rels, t.tok[k].Rel) {
			return k
		}
	}
	return -1
}

// each calls f for the children of i with one of the relations.
func (t *tree) each(i int, f func(k int), rels ...string) {
	for _, k := range t.kids[i] {
		if slices.Contains(rels, t.tok[k].Rel) {
			f(k)
		}
	}
}

func (t *tree) lemma(i int) string { return strings.ToLower(t.tok[i].Lemma) }

func (t *tree) lower(i int) string { return strings.ToLower(t.tok[i].Text) }

func (t *tree) isVerb(i int) bool {
	return t.tok[i].Tag == nlp.VERB || t.tok[i].Tag == nlp.AUX
}

func (t *tree) isNominal(i int) bool {
	switch t.tok[i].Tag {
	case nlp.NOUN, nlp.PROPN, nlp.PRON, nlp.NUM:
		return true
	}
	return false
}

// preposition is the lemma of the case marker of an oblique or modifier,
// with a fixed second word ("according to" is "according").
func (t *tree) preposition(i int) string {
	if c := t.child(i, "case"); c >= 0 {
		return t.lower(c)
	}
	return ""
}

// ancestors calls f for the governors of i, nearest first, until f is false.
func (t *tree) ancestors(i int, f func(a int) bool) {
	for n := 0; n < len(t.tok); n++ {
		i = t.tok[i].Head
		if i < 0 || !f(i) {
			return
		}
	}
}

// under reports whether i is a or governed by a, directly or not.
func (t *tree) under(i, a int) bool {
	for n := 0; i >= 0 && n <= len(t.tok); n++ {
		if i == a {
			return true
		}
		i = t.tok[i].Head
	}
	return false
}

// passive reports whether the verb is in the passive voice: it has a passive
// subject, auxiliary or agent, or it is a participle that modifies a noun
// ("raids carried out by …", "20 civilians killed in …").
func (t *tree) passive(v int) bool {
	for _, k := range t.kids[v] {
		switch t.tok[k].Rel {
		case "nsubj:pass", "aux:pass", "obl:agent", "csubj:pass":
			return true
		case "nsubj", "obj":
			return false
		}
	}
	return t.tok[v].XPOS == "VBN" && (t.rel(v) == "acl" || t.rel(v) == "root" || t.rel(v) == "amod" || t.rel(v) == "advcl")
}
