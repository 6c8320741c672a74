package coder

import (
	"faultline/ingest/nlp"
	"faultline/schema"
)

// What a governing word makes of the act below it.
var (
	planning = wordSet("plan intend vow pledge prepare promise want hope expect set aim consider propose seek plot mull ready " +
		"schedule threaten vow decide agree ready going about wish offer attempt try authorize authorise announce approve")
	demanding = wordSet("ask urge demand call request order appeal press push insist tell want require instruct lobby " +
		"recommend propose invite implore pressure")
	denying    = wordSet("deny refute dismiss reject refuse fail disavow decline")
	preventing = wordSet("prevent avoid avert stop deter fear worry risk block foil thwart forestall forbid prohibit ban " +
		"warn oppose preclude protect discourage dissuade halt")
	dooming = wordSet("plan threat fear possibility risk prospect danger call request demand proposal offer bid effort attempt " +
		"plot intention ability right warning potential concern preparation vow pledge ultimatum order")
)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	start := 0
	for i := 0; i <= len(words); i++ {
		if i == len(words) || words[i] == ' ' {
			if i > start {
				set[words[start:i]] = true
			}
			start = i + 1
		}
	}
	return set
}

// status reads whether the act happened, and the words that say otherwise.
func (s *sentence) status(a act) (schema.Status, string) {
	i := a.token
	if st, why := s.ownStatus(i); st != schema.Asserted {
		return st, why
	}
	// Governors: each may turn what it governs into a plan, a demand, …
	st, why := schema.Asserted, ""
	at := i
	s.ancestors(i, func(g int) bool {
		rel := s.rel(at)
		lemma := s.lemma(g)
		switch rel {
		case "xcomp", "ccomp", "acl", "obj", "advcl", "obl", "nmod", "nsubj", "csubj", "conj":
		default:
			return false
		}
		defer func() { at = g }()
		if rel == "conj" {
			if own, w := s.ownStatus(g); own != schema.Asserted && !s.hasSubject(at) {
				st, why = own, w
				return false
			}
			return true
		}
		if rel == "advcl" {
			if m := s.child(at, "mark"); m >= 0 && (s.lower(m) == "if" || s.lower(m) == "unless" || s.lower(m) == "lest") {
				st, why = schema.Hypothetical, s.tok[m].Text
			} else if m >= 0 && s.lower(m) == "to" && s.tok[at].XPOS == "VB" {
				st, why = schema.Planned, "in order to"
			}
			return false
		}
		if rel == "acl" && s.tok[at].XPOS != "VB" {
			return false
		}
		if rel == "nsubj" && !preventing[lemma] {
			if s.isVerb(g) && lightVerbs[lemma] {
				st, why = s.ownStatus(g)
			}
			return false
		}
		if rel == "obl" || rel == "nmod" {
			switch {
			case s.preposition(at) == "from" && preventing[lemma]:
				st, why = schema.Hypothetical, lemma
			case s.tok[g].Tag == nlp.NOUN && dooming[lemma]:
				st, why = schema.Hypothetical, lemma
				if lemma == "call" || lemma == "request" || lemma == "demand" || lemma == "order" {
					st = schema.Demanded
				}
			case s.preposition(at) == "for" && demanding[lemma]:
				st, why = schema.Demanded, lemma
			}
			return false
		}
		clause := rel == "xcomp" || rel == "ccomp" || rel == "acl"
		noun := rel == "obj" && s.tok[i].Tag != nlp.VERB
		if !clause && !noun {
			return false
		}
		own, w := s.ownStatus(g)
		switch {
		case denying[lemma]:
			st, why = schema.Denied, lemma
		case preventing[lemma]:
			st, why = schema.Hypothetical, lemma
		case demanding[lemma] && (rel == "xcomp" || rel == "acl" || noun || s.tok[at].XPOS == "VB"):
			st, why = schema.Demanded, lemma
		case planning[lemma] && (rel == "xcomp" || rel == "acl" || noun && lemma != "announce" && lemma != "agree"):
			st, why = schema.Planned, lemma
		case s.tok[g].Tag == nlp.NOUN && dooming[lemma]:
			st, why = schema.Planned, lemma
		case (rel == "xcomp" || noun && lightVerbs[lemma]) && own != schema.Asserted:
			st, why = own, w
		case rel == "xcomp" || noun && lightVerbs[lemma]:
			return true // "began to attack", "carried out an attack": look further up
		}
		return false
	})
	return st, why
}

func (s *sentence) hasSubject(v int) bool {
	return s.child(v, "nsubj", "nsubj:pass") >= 0
}

// ownStatus reads negation and modal verbs of the word itself.
func (s *sentence) ownStatus(i int) (schema.Status, string) {
	st, why := schema.Asserted, ""
	for _, k := range s.kids[i] {
		w := s.lower(k)
		switch s.rel(k) {
		case "advmod":
			if w == "not" || w == "n't" || w == "never" {
				return schema.Denied, w
			}
		case "det":
			if w == "no" {
				return schema.Denied, w
			}
			if w == "any" && s.tok[i].Tag == nlp.NOUN {
				st, why = schema.Hypothetical, w
			}
		case "aux":
			switch {
			case w == "will" || w == "shall" || w == "'ll" || w == "wo":
				st, why = schema.Planned, w
			case w == "may" || w == "might" || w == "could" || w == "can" || w == "should" || w == "must":
				st, why = schema.Hypothetical, w
			case w == "would" || w == "'d":
				st, why = schema.Planned, w
			}
		case "amod":
			if w == "possible" || w == "potential" || w == "planned" || w == "future" {
				st, why = schema.Hypothetical, w
			} else if w == "alleged" || w == "attempted" {
				why = w
			}
		}
	}
	return st, why
}
