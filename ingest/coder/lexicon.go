package coder

import (
	_ "embed"
	"fmt"
	"strings"

	"faultline/ingest/nlp"
	"faultline/schema"
)

//go:embed lexicon.tsv
var lexiconFile string

// pattern is one entry of the lexicon: an action word and what it needs
// around it to mean the type.
type pattern struct {
	Type     schema.EventType
	With     []string // one of these lemmas beside it; none if empty
	Prep     []string // what introduces the recipient, particles first; the usual ones if empty
	Joint    bool     // the sides act on each other
	Alone    bool     // no recipient of its own
	Reverse  bool     // the subject suffers the act
	Guarded  bool     // counts only between named sides or armed ones
	text     string   // as written, for reasons
	specific int      // how much it asks for: the most specific match wins
}

// lexicon holds the patterns by part of speech and lemma.
type lexicon map[lexKey][]pattern

type lexKey struct {
	tag   nlp.Tag
	lemma string
}

// parseLexicon reads the format that lexicon.tsv describes. Errors name the
// line.
func parseLexicon(file string) (lexicon, error) {
	lex := make(lexicon)
	for n, line := range strings.Split(file, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			return nil, fmt.Errorf("lexicon:%d: want type, part of speech and patterns, separated by tabs", n+1)
		}
		typ := schema.EventType(f[0])
		if err := typ.Validate(); err != nil {
			return nil, fmt.Errorf("lexicon:%d: %w", n+1, err)
		}
		tag, ok := map[string]nlp.Tag{"verb": nlp.VERB, "noun": nlp.NOUN, "adjective": nlp.ADJ}[f[1]]
		if !ok {
			return nil, fmt.Errorf("lexicon:%d: %q is no part of speech: want verb, noun or adjective", n+1, f[1])
		}
		for _, p := range strings.Split(f[2], " | ") {
			lemma, pat := parsePattern(strings.TrimSpace(p), tag)
			if lemma == "" {
				return nil, fmt.Errorf("lexicon:%d: empty pattern", n+1)
			}
			pat.Type = typ
			k := lexKey{tag, lemma}
			lex[k] = append(lex[k], pat)
		}
	}
	return lex, nil
}

func parsePattern(s string, tag nlp.Tag) (lemma string, p pattern) {
	p.text = s
	for len(s) > 0 {
		switch s[len(s)-1] {
		case '=':
			p.Joint = true
		case '>':
			p.Alone = true
		case '<':
			p.Reverse = true
		case '?':
			p.Guarded = true
		default:
			lemma, rest := cutAny(s, "+~")
			for rest != "" {
				mark := rest[0]
				var part string
				part, rest = cutAny(rest[1:], "+~")
				if mark == '+' {
					p.With = append(p.With, strings.Split(part, "/")...)
				} else {
					p.Prep = append(p.Prep, strings.Split(part, "/")...)
				}
			}
			if tag == nlp.NOUN && len(p.With) > 0 {
				// A compound ("drone+strike") is headed by its last word.
				words := append([]string{lemma}, p.With...)
				lemma, p.With = words[len(words)-1], words[:len(words)-1]
			}
			p.specific = 2*min(1, len(p.With)) + min(1, len(p.Prep))
			return lemma, p
		}
		s = s[:len(s)-1]
	}
	return "", p
}

func cutAny(s, chars string) (before, from string) {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// lightVerbs carry a noun that says what is done: "carried out a strike".
var lightVerbs = map[string]bool{
	"carry": true, "conduct": true, "launch": true, "stage": true, "mount": true, "commit": true, "make": true,
	"hold": true, "issue": true, "impose": true, "lead": true, "begin": true, "start": true, "continue": true,
	"perform": true, "execute": true, "wage": true, "give": true, "take": true, "have": true, "open": true,
	"resume": true, "plan": true, "order": true, "announce": true, "declare": true, "express": true, "sign": true,
	"reach": true, "engage": true, "enter": true, "undertake": true, "do": true, "step": true, "intensify": true,
	"increase": true, "lay": true, "maintain": true, "keep": true, "face": true, "receive": true, "trade": true,
	"exchange": true, "join": true, "attend": true, "organize": true, "organise": true, "deliver": true, "send": true,
	"pay": true, "provide": true, "offer": true, "file": true, "level": true, "voice": true, "suspend": true, "end": true,
	"participate": true, "escalate": true, "use": true, "show": true, "enforce": true, "break": true,
}

// verbLemma is the dictionary form of a verb. Where the analyzer gives a word
// that the lexicon does not have, and another stem of the form is in it, that
// one is meant: "bombed" comes of "bomb".
func (c *coder) verbLemma(form, lemma string) string {
	lemma = c.Analyzer.VerbLemma(form, lemma)
	if len(c.lex[lexKey{nlp.VERB, lemma}]) > 0 {
		return lemma
	}
	low := strings.ToLower(form)
	for _, end := range [...]string{"ing", "ed", "es", "s"} {
		stem, ok := strings.CutSuffix(low, end)
		if !ok || len(stem) < 3 {
			continue
		}
		tries := [...]string{stem, stem + "e", stem[:len(stem)-1], stem[:len(stem)-1] + "y"}
		n := len(stem)
		for i, try := range tries {
			if i == 2 && stem[n-1] != stem[n-2] || i == 3 && stem[n-1] != 'i' {
				continue
			}
			if len(c.lex[lexKey{nlp.VERB, try}]) > 0 {
				return try
			}
		}
	}
	return lemma
}
