package model

import (
	"slices"
	"strings"

	"faultline/ingest/nlp"
)

// Span is a half-open range of bytes; empty when an actor is not named.
type Span struct{ Start, End int }

// Pair is a parsed sentence in which somebody (the source) acts on somebody
// (the target).
type Pair struct {
	tok      []nlp.Token
	lemma    []string
	kids     [][]int
	src, tgt party
	pred     int   // the word that says what the source does
	chain    []int // from pred down to what governs the target
	role     []byte
}

// party is one side: its tokens [first, last] and their head, −1 if unnamed.
type party struct{ first, last, head int }

// The part of the sentence that a token belongs to.
const (
	outside = iota
	inSource
	inTarget
)

// Parse analyses the text as one sentence and finds the sides in it.
func Parse(a *nlp.Analyzer, text string, source, target Span) *Pair {
	var s nlp.Sentence
	for part := range nlp.Tokenize(text) {
		s.Tokens = append(s.Tokens, part.Tokens...)
	}
	a.Parse(&s)
	return NewPair(s.Tokens, source, target)
}

// NewPair finds the sides in a parsed sentence.
func NewPair(tok []nlp.Token, source, target Span) *Pair {
	p := &Pair{tok: tok, lemma: make([]string, len(tok)), kids: make([][]int, len(tok)), role: make([]byte, len(tok))}
	for i := range tok {
		p.lemma[i] = strings.ToLower(tok[i].Lemma)
		if h := tok[i].Head; h >= 0 {
			p.kids[h] = append(p.kids[h], i)
		}
	}
	p.src, p.tgt = p.party(source), p.party(target)
	p.mark(p.tgt, inTarget)
	p.mark(p.src, inSource)
	p.findChain()
	return p
}

func (p *Pair) party(s Span) party {
	side := party{-1, -1, -1}
	for i := range p.tok {
		if p.tok[i].Start < s.End && s.Start < p.tok[i].End {
			if side.first < 0 {
				side.first = i
			}
			side.last = i
		}
	}
	if side.first < 0 {
		return side
	}
	for i := side.first; i <= side.last; i++ {
		if h := p.tok[i].Head; (h < side.first || h > side.last) && p.tok[i].Tag != nlp.PUNCT && p.tok[i].Tag != nlp.ADP {
			side.head = i
			return side
		}
	}
	side.head = side.last
	return side
}

func (p *Pair) mark(side party, role byte) {
	for i := side.first; i >= 0 && i <= side.last; i++ {
		p.role[i] = role
	}
}

// findChain finds the predicate of the source and the words between it and
// the target.
func (p *Pair) findChain() {
	p.pred = -1
	from := p.src.head
	if from < 0 {
		from = p.tgt.head
	}
	var up []int // governors of the source, nearest first
	for i := from; i >= 0 && len(up) <= len(p.tok); i = p.tok[i].Head {
		if i != from || p.tok[i].Head < 0 {
			up = append(up, i)
		}
	}
	for _, i := range up {
		if p.tok[i].Tag == nlp.VERB || p.tok[i].Head < 0 {
			p.pred = i
			break
		}
	}
	if p.pred < 0 {
		return
	}
	var down []int
	if p.src.head >= 0 && p.tgt.head >= 0 {
		for i := p.tok[p.tgt.head].Head; i >= 0 && len(down) <= len(p.tok); i = p.tok[i].Head {
			if slices.Contains(up, i) {
				if i != p.pred {
					down = append(down, i)
				}
				break
			}
			down = append(down, i)
		}
	}
	slices.Reverse(down)
	// Of "Norway and Sweden have agreed" neither is between the other and
	// the verb.
	down = slices.DeleteFunc(down, func(i int) bool { return p.role[i] != outside })
	p.chain = append([]int{p.pred}, down...)
	// What the last verb of the chain goes on to: "agreed to lift", "held
	// talks".
	last := p.chain[len(p.chain)-1]
	if len(down) == 0 {
		last = p.pred
	}
	for range 3 {
		next := -1
		for _, k := range p.kids[last] {
			if p.role[k] != outside || slices.Contains(p.chain, k) {
				continue
			}
			switch p.tok[k].Rel {
			case "xcomp", "obj", "ccomp":
				if next < 0 || p.tok[next].Rel == "obj" && p.tok[k].Rel != "obj" {
					next = k
				}
			}
		}
		if next < 0 {
			break
		}
		p.chain = append(p.chain, next)
		last = next
	}
}

func (p *Pair) preposition(i int) string {
	if i < 0 {
		return ""
	}
	for _, k := range p.kids[i] {
		if p.tok[k].Rel == "case" {
			return p.lemma[k]
		}
	}
	return ""
}

// manner tells of a word whether it is denied, what helps it and its voice.
func (p *Pair) manner(i int) (negated bool, modal string, passive bool) {
	for _, k := range p.kids[i] {
		switch t := &p.tok[k]; t.Universal() {
		case "aux":
			switch t.Rel {
			case "aux:pass":
				passive = true
			default:
				if t.XPOS == "MD" {
					modal = p.lemma[k]
				}
			}
		case "nsubj":
			passive = passive || t.Rel == "nsubj:pass"
		case "advmod", "det":
			switch p.lemma[k] {
			case "not", "n't", "never", "no":
				negated = true
			}
		}
	}
	return negated, modal, passive
}

// Lemmas are the lower-case lemmas of the sentence.
func (p *Pair) Lemmas() []string { return p.lemma }

// joint reports whether the two stand together: "Norway and Sweden".
func (p *Pair) joint() bool {
	return p.src.head >= 0 && p.tgt.head >= 0 && (p.tok[p.tgt.head].Rel == "conj" && p.tok[p.tgt.head].Head == p.src.head ||
		p.tok[p.src.head].Rel == "conj" && p.tok[p.src.head].Head == p.tgt.head)
}

func (p *Pair) predLemma() string {
	if p.pred < 0 {
		return ""
	}
	return p.lemma[p.pred]
}
