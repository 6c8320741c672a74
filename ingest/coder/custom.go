package coder

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"faultline/ingest/custom"
	"faultline/ingest/nlp"
)

// Lexicon is a user's own words: what they mean, and phrases that are no
// event. Its rules act beside the trained models and before them.
type Lexicon struct {
	words lexicon
	never map[string][]custom.Phrase // by first word
}

// ownConfidence is that of claims which rest on a user's word: the user has
// decided what it means, not who its sides are.
const ownConfidence = 0.9

// own marks the patterns of a user's lexicon, in their texts.
const own = "your lexicon: "

// NewLexicon checks the patterns of a lexicon.yaml. The errors name file and
// line and say what to do; all are returned, joined.
func NewLexicon(c custom.Lexicon) (*Lexicon, error) {
	l := &Lexicon{words: lexicon{}, never: map[string][]custom.Phrase{}}
	var errs []error
	for _, w := range c.Words {
		fail := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("%s:%d: %s", c.File, w.Line, fmt.Sprintf(format, args...)))
		}
		tag := map[string]nlp.Tag{"verb": nlp.VERB, "noun": nlp.NOUN, "adjective": nlp.ADJ}[w.Speech]
		if i := strings.IndexAny(w.Pattern, "| \t"); i >= 0 {
			if strings.Contains(w.Pattern, "|") {
				fail("%q holds several patterns: write each as an item of its own", w.Pattern)
			} else {
				fail("%q has a blank: join the words by +, as in carry~out+attack, or drone+strike for a noun", w.Pattern)
			}
			continue
		}
		lemma, p := parsePattern(w.Pattern, tag)
		switch {
		case lemma == "" || slices.Contains(p.With, "") || slices.Contains(p.Prep, ""):
			fail("%q has an empty part: want word, word+object, word~preposition, and at the end =, >, < or ?", w.Pattern)
			continue
		case strings.ContainsAny(w.Pattern, "+~") && strings.HasPrefix(w.Pattern, "+"):
			fail("%q does not begin with a word", w.Pattern)
			continue
		case lemma != strings.ToLower(lemma):
			fail("%q must be in lower case, in the form that dictionaries list: attack, not Attacked", w.Pattern)
			continue
		}
		p.Type, p.text = w.Type, own+w.Pattern
		k := lexKey{tag, lemma}
		l.words[k] = append(l.words[k], p)
	}
	for _, p := range c.Never {
		l.never[p.Words[0]] = append(l.never[p.Words[0]], p)
	}
	return l, errors.Join(errs...)
}

// Empty reports whether the lexicon says nothing.
func (l *Lexicon) Empty() bool { return l == nil || len(l.words) == 0 && len(l.never) == 0 }

// apply adds the acts that the user's words mean to those that the models
// found, and takes away those that the user excludes.
func (l *Lexicon) apply(s *sentence, acts []act) []act {
	if l.Empty() {
		return acts
	}
	for i := range s.tok {
		for _, tag := range tagsOf(s.tok[i].Tag) {
			for _, p := range s.matching(l.words, lexKey{tag, s.lemma(i)}, i) {
				acts = s.mean(acts, i, p)
			}
		}
	}
	return slices.DeleteFunc(acts, func(a act) bool { return l.excludes(s, a) })
}

// tagsOf are the parts of speech that a word may be listed under: taggers take
// words that they have never seen for names.
func tagsOf(t nlp.Tag) []nlp.Tag {
	switch t {
	case nlp.VERB, nlp.NOUN, nlp.ADJ:
		return []nlp.Tag{t}
	case nlp.PROPN:
		return []nlp.Tag{nlp.NOUN}
	}
	return nil
}

// mean makes the word at i an act of the pattern. Sides that the models gave
// it stay where the rules of syntax find none; other types of the word go.
func (s *sentence) mean(acts []act, i int, p pattern) []act {
	by := s.sidesOf(i, p)
	a := act{token: i, pattern: p, sides: by, confidence: ownConfidence, words: s.actionWords(i, p)}
	named := func(ms []mention) []mention {
		return slices.DeleteFunc(slices.Clone(ms), func(m mention) bool { return m.actor.ID == "" })
	}
	a.initiators, a.recipients = named(by.initiators), named(by.recipients)
	kept := acts[:0]
	for _, o := range acts {
		if o.token != i {
			kept = append(kept, o)
			continue
		}
		if len(a.initiators) == 0 && !p.Reverse {
			a.initiators = o.initiators
		}
		if len(a.recipients) == 0 && !p.Alone {
			a.recipients = without(o.recipients, a.initiators)
		}
	}
	if len(a.initiators)+len(a.recipients) == 0 || p.Guarded && (len(a.initiators) == 0 || len(a.recipients) == 0) {
		return kept
	}
	return append(kept, a)
}

// excludes reports whether the act's word is part of a phrase that the user
// has excluded.
func (l *Lexicon) excludes(s *sentence, a act) bool {
	for first := max(0, a.token-12); first <= a.token; first++ {
		for _, word := range [...]string{s.lower(first), s.lemma(first)} {
			for _, p := range l.never[word] {
				if p.Type != "" && p.Type != a.Type || first+len(p.Words) <= a.token {
					continue
				}
				if s.reads(first, p.Words) {
					return true
				}
			}
		}
	}
	return false
}

// reads reports whether the words stand in the sentence from token i on, each
// as written or in its dictionary form.
func (s *sentence) reads(i int, words []string) bool {
	if i+len(words) > len(s.tok) {
		return false
	}
	for k, w := range words {
		if s.lower(i+k) != w && s.lemma(i+k) != w {
			return false
		}
	}
	return true
}

// because is the pattern of an act in words.
func (a act) because() string {
	if strings.HasPrefix(a.text, own) {
		return a.text
	}
	return "lexicon: " + a.text
}
