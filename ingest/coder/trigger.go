package coder

import (
	"slices"
	"strings"

	"faultline/ingest/nlp"
)

// act is a trigger with its sides, before it becomes a claim.
type act struct {
	token int
	pattern
	sides
	confidence float64
	words      []int // the tokens of the action words
	sentence   int   // of the case it is part of, in training
}

// matching are the most specific patterns of the word that its surroundings
// allow; of several types only those that ask for equally much.
func (s *sentence) matching(lex lexicon, k lexKey, i int) []pattern {
	var best []pattern
	for _, p := range lex[k] {
		if !s.allows(i, p, k.tag) {
			continue
		}
		if len(best) > 0 && p.specific < best[0].specific {
			continue
		}
		if len(best) > 0 && p.specific > best[0].specific {
			best = best[:0]
		}
		if !slices.ContainsFunc(best, func(b pattern) bool { return b.Type == p.Type }) {
			best = append(best, p)
		}
	}
	return best
}

func (s *sentence) allows(i int, p pattern, tag nlp.Tag) bool {
	if len(p.With) > 0 && !s.beside(i, p.With) {
		return false
	}
	if tag == nlp.VERB && len(p.Prep) > 0 {
		for _, prep := range p.Prep {
			if !s.takes(i, prep) {
				return false
			}
		}
	}
	return true
}

// beside reports whether one of the lemmas depends on token i (or on what
// does, joined by "and" or behind "of"), or governs it.
func (s *sentence) beside(i int, lemmas []string) bool {
	hit := func(k int) bool { return slices.Contains(lemmas, s.lemma(k)) }
	for _, k := range s.kids[i] {
		if s.tok[k].Tag == nlp.PUNCT {
			continue
		}
		if hit(k) {
			return true
		}
		for _, g := range s.kids[k] {
			if r := s.rel(g); (r == "conj" || r == "nmod" || r == "compound") && hit(g) {
				return true
			}
		}
	}
	if h := s.tok[i].Head; h >= 0 {
		switch s.rel(i) {
		case "acl", "amod", "compound", "nmod":
			return hit(h)
		}
	}
	return false
}

// takes reports whether the verb has the preposition or particle.
func (s *sentence) takes(v int, prep string) bool {
	for _, k := range s.kids[v] {
		switch s.rel(k) {
		case "obl", "nmod", "obj", "ccomp", "advcl", "xcomp":
			if s.preposition(k) == prep {
				return true
			}
			if m := s.child(k, "mark"); m >= 0 && s.lower(m) == prep {
				return true
			}
		case "compound", "advmod", "case", "mark":
			if s.lower(k) == prep {
				return true
			}
		}
	}
	return false
}

// actionWords are the tokens that carry the act: the trigger, its particle,
// its object where the pattern asks for it, the light verb of a noun.
func (s *sentence) actionWords(i int, p pattern) []int {
	words := []int{i}
	for _, k := range s.kids[i] {
		if s.tok[k].Rel == "compound:prt" || slices.Contains(p.With, s.lemma(k)) {
			words = append(words, k)
		}
	}
	return words
}

func classWeight(class string) float64 {
	switch class {
	case "civilian", "person", "business", "medical", "education", "religious", "victim":
		return 0.3
	case "official", "judiciary", "media", "ngo", "detainee", "refugee", "leader", "spokesperson", "legislator":
		return 0.7
	case "":
		return 0.6
	}
	return 0.9
}

// covers reports whether b tells at least what a tells: the same type, and
// on each side all of a's actors.
func covers(b, a act) bool {
	return b.Type == a.Type && within(a.initiators, b.initiators, b.recipients, b.Joint) &&
		within(a.recipients, b.recipients, b.initiators, b.Joint)
}

func within(a, b, other []mention, joint bool) bool {
	for _, m := range a {
		same := func(o mention) bool {
			return o.first <= m.last && m.first <= o.last || o.actor.ID != "" && o.actor.ID == m.actor.ID
		}
		if !slices.ContainsFunc(b, same) && !(joint && slices.ContainsFunc(other, same)) {
			return false
		}
	}
	return true
}

// quoted writes words for a reason.
func (s *sentence) quoted(words []int) string {
	slices.Sort(words)
	parts := make([]string, len(words))
	for i, w := range words {
		parts[i] = s.tok[w].Text
	}
	return "“" + strings.Join(parts, " ") + "”"
}
