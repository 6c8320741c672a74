package coder

import (
	"strings"

	"faultline/ingest/coding"
	"faultline/ingest/nlp"
	"faultline/schema"
)

// saying are the verbs that credit somebody with information.
var saying = wordSet("say tell report reveal add announce explain claim state note confirm declare cite quote write tweet " +
	"post mention indicate stress insist assert maintain allege disclose describe believe argue suggest admit warn acknowledge " +
	"estimate testify recall point emphasize underline broadcast publish show find document")

// speaker is whoever the sentence credits with what the word at i says,
// nearest first; the acts of verbs that are acts themselves ("accused") have
// their subject as speaker of what they govern.
func (s *sentence) speaker(i int) (*coding.Mention, string) {
	if m, verb := s.signature(i); m != nil {
		return s.known(m), verb
	}
	var who *coding.Mention
	var how string
	credit := func(k int, verb string) bool {
		if k < 0 {
			return false
		}
		m := s.source(k)
		who, how = &m, verb
		return true
	}
	at := i
	s.ancestors(i, func(g int) bool {
		defer func() { at = g }()
		rel := s.rel(at)
		if rel == "ccomp" || rel == "parataxis" && saying[s.lemma(g)] || rel == "xcomp" && s.lemma(g) == "report" {
			if saying[s.lemma(g)] || accusing[s.lemma(g)] {
				k, passive := s.subject(g, 0)
				if !passive && k != i && !s.under(k, at) && credit(k, s.tok[g].Text) {
					return false
				}
			}
		}
		if rel == "advcl" && accusing[s.lemma(g)] { // "accused X of attacking"
			if k, passive := s.subject(g, 0); !passive && credit(k, s.tok[g].Text) {
				return false
			}
		}
		return true
	})
	if who != nil {
		return s.known(who), how
	}
	// "…, X said": the saying hangs below the clause; "according to X".
	for at := i; at >= 0; at = s.tok[at].Head {
		for _, k := range s.kids[at] {
			switch s.rel(k) {
			case "parataxis", "ccomp", "dep", "advcl", "conj":
				if saying[s.lemma(k)] && s.isVerb(k) && k > i {
					if subj := s.child(k, "nsubj"); subj >= 0 && credit(subj, s.tok[k].Text) {
						return s.known(who), how
					}
				}
			case "obl", "nmod", "advmod", "case":
				if prep := s.preposition(k); prep == "according" || prep == "per" || prep == "citing" {
					credit(k, "according to")
					return s.known(who), how
				}
			}
		}
	}
	// The only one who says anything in the sentence says this too.
	only := -1
	for k := range s.tok {
		if s.isVerb(k) && saying[s.lemma(k)] && k != i && s.child(k, "nsubj") >= 0 && !s.under(k, i) {
			if only >= 0 {
				return nil, ""
			}
			only = k
		}
	}
	if only >= 0 && reporting[s.lemma(only)] {
		credit(s.child(only, "nsubj"), s.tok[only].Text)
		return s.known(who), how
	}
	return nil, ""
}

// signature is the speaker that ends a sentence, "…, X said on Monday" or
// "…, said X", read from the order of words: text that lost its commas
// misleads the tree there. The trigger must stand before it.
func (s *sentence) signature(trigger int) (*coding.Mention, string) {
	end := len(s.tok)
	for end > 0 && (s.tok[end-1].Tag == nlp.PUNCT || s.tok[end-1].Tag == nlp.SYM) {
		end--
	}
	for v := end - 1; v > trigger+1 && v >= end-8; v-- {
		if s.tok[v].XPOS != "VBD" && s.tok[v].XPOS != "VBN" && s.tok[v].XPOS != "VBZ" || !reporting[s.lemma(v)] {
			continue
		}
		if m := s.endingAt(v - 1); m >= 0 && (v == end-1 || s.trailing(v+1, end)) {
			cm := s.mention(s.mentions[m])
			return &cm, s.tok[v].Text
		}
		next := v + 1
		if next < end && s.tok[next].Tag == nlp.DET {
			next++
		}
		if next < end && s.at[next] >= 0 && s.mentions[s.at[next]].last >= end-4 {
			cm := s.mention(s.mentions[s.at[next]])
			return &cm, s.tok[v].Text
		}
	}
	return nil, ""
}

// endingAt is the mention that ends at token i, or just before a noun at i
// that it describes ("the Syrian Observatory monitor").
func (s *sentence) endingAt(i int) int {
	if i < 0 {
		return -1
	}
	if n := s.at[i]; n >= 0 && s.mentions[n].sort != adjective {
		if m := s.mentions[n]; m.sort == role && m.first > 0 && s.at[m.first-1] >= 0 && s.mentions[s.at[m.first-1]].sort == named {
			return s.at[m.first-1]
		}
		return n
	}
	if s.tok[i].Tag == nlp.NOUN && i > 0 && s.at[i-1] >= 0 && s.mentions[s.at[i-1]].sort == named {
		return s.at[i-1]
	}
	return -1
}

// trailing reports whether the tokens only say when or to whom it was said.
func (s *sentence) trailing(from, to int) bool {
	for i := from; i < to; i++ {
		switch s.tok[i].Tag {
		case nlp.VERB, nlp.SCONJ:
			return false
		}
	}
	return to-from <= 7
}

// speakers are nouns that point back to who spoke before.
var speakers = wordSet("source sources network agency outlet service monitor observatory group report statement spokesman newspaper channel activist activists")

// reporting are the plainest verbs of saying.
var reporting = wordSet("say tell report add announce state reveal claim confirm explain tweet")

// accusing are acts of speech that credit their subject with what they say.
var accusing = wordSet("accuse blame allege suspect claim charge denounce condemn criticize")

// source makes a mention of the noun phrase that says something: an actor if
// it is known, else its words.
func (s *sentence) source(k int) coding.Mention {
	// "the Nahr Media network", "the Deir Ezzor 24 outlet": the name says who.
	for _, c := range s.kids[k] {
		if n := s.at[c]; n >= 0 && s.mentions[n].sort == named && (s.rel(c) == "compound" || s.rel(c) == "appos" || s.rel(c) == "flat") &&
			(s.at[k] < 0 || s.mentions[s.at[k]].sort == role) {
			return s.mention(s.mentions[n])
		}
	}
	if s.doc.speaker != nil && (s.tok[k].Tag == nlp.PRON && !s.relative(k) || s.definite(k) && speakers[s.lemma(k)]) {
		m := *s.doc.speaker
		m.Span = coding.Span{Start: s.tok[k].Start, End: s.tok[k].End}
		return m
	}
	if m, ok := s.party(k, 0); ok && m.sort != unknown {
		cm := s.mention(m)
		if app := s.child(k, "appos"); app >= 0 {
			if o, ok := s.party(app, 0); ok && o.sort == named {
				cm.Actor = o.actor
			}
		}
		return cm
	}
	first, last := k, k
	for i := range s.tok {
		if s.under(i, k) && s.tok[i].Tag != nlp.PUNCT && s.child(i, "ccomp") < 0 {
			switch s.rel(i) {
			case "acl", "appos", "parataxis", "cc", "conj":
				continue
			}
			if h := s.tok[i].Head; i == k || h == k && (s.rel(i) == "compound" || s.rel(i) == "amod" || s.rel(i) == "flat" || s.rel(i) == "nmod") {
				first, last = min(first, i), max(last, i)
			}
		}
	}
	cm := coding.Mention{Span: coding.Span{Start: s.tok[first].Start, End: s.tok[last].End}, Text: s.text(first, last)}
	if m, ok := s.party(k, 0); ok {
		cm.Actor = m.actor
	}
	return cm
}

// known resolves "it", "he", "the source", "the network" of a speaker to
// the one who spoke before.
func (s *sentence) known(m *coding.Mention) *coding.Mention {
	if m.Actor.ID == "" && s.doc.speaker != nil {
		switch strings.ToLower(m.Text) {
		case "it", "he", "she", "they", "source", "the source", "sources", "the sources", "the report", "the statement", "statement":
			if s.doc.speaker.Actor.ID != "" {
				m.Actor = s.doc.speaker.Actor
			}
		}
	}
	if m.Actor.ID != "" && m.Actor.Kind != schema.Population {
		s.doc.speaker = m
	}
	return m
}
