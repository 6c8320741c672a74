package coder

import (
	"faultline/ingest/nlp"
	"faultline/schema"
)

// What a governing word makes of the act below it.
var (
	planning = wordSet("plan intend vow pledge prepare promise want hope expect set aim consider propose seek plot mull " +
		"schedule vow decide agree going about wish offer authorize authorise announce")
	// supposing leave it open whether the act will follow.
	supposing = wordSet("threaten ready willing")
	// moving words leave open what is done after the arrival.
	moving = wordSet("come arrive go travel fly head leave return")
	// causing words have the act below them follow: "forced them to leave".
	causing   = wordSet("force compel cause lead drive prompt convince persuade help enable allow")
	demanding = wordSet("ask urge demand call request order appeal press push insist tell want require instruct lobby " +
		"recommend propose invite implore pressure")
	denying    = wordSet("deny refute dismiss reject refuse fail disavow decline")
	preventing = wordSet("prevent avoid avert deter fear worry risk block foil thwart forestall forbid prohibit ban " +
		"warn oppose preclude protect discourage dissuade")
	dooming = wordSet("plan threat fear possibility risk prospect danger call request demand proposal offer bid effort " +
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
	if st, why := s.ownStatus(i); st != schema.Asserted && !uttered(a.Type) {
		return st, why
	}
	if lemma := s.lemma(i); material(a.Type) {
		switch {
		case pledging[lemma]:
			return schema.Planned, s.tok[i].Text // "plotting to attack" is an attack that is planned
		case lemma == "fail" && s.child(i, "xcomp") >= 0:
			return schema.Denied, s.tok[i].Text // "failed to capture"
		}
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
			// "will leave and demand" is one plan, "will leave and demands" is not.
			own, w := s.ownStatus(g)
			if tag := s.tok[at].XPOS; own != schema.Asserted && !s.hasSubject(at) && tag != "VBZ" && tag != "VBD" {
				st, why = own, w
				return false
			}
			return true
		}
		if rel == "advcl" {
			if m := s.child(at, "mark"); m >= 0 && (s.lower(m) == "if" || s.lower(m) == "unless" || s.lower(m) == "lest") {
				st, why = schema.Hypothetical, s.tok[m].Text
			} else if m >= 0 && s.lower(m) == "to" && s.tok[at].XPOS == "VB" {
				if own, w := s.ownStatus(g); own != schema.Asserted {
					st, why = own, w // "will travel to Sanaa to meet them"
					return false
				}
				return s.purpose(a.Type, lemma, &st, &why)
			}
			return false
		}
		if rel == "acl" && assertion[lemma] && s.isDenied(g) {
			st, why = schema.Denied, lemma // "rejected claims that it had fired"
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
			if assertion[lemma] && s.isDenied(g) {
				st, why = schema.Denied, lemma // "denied any role in the attack"
				return false
			}
			own, w := s.ownStatus(g)
			switch {
			case a.Type == schema.Agree && lemma == "agree":
				return true // "denied that it had agreed to an arrangement"
			case s.preposition(at) == "by" && own == schema.Denied && s.isVerb(g):
				st, why = own, w // "were not killed by shelling"
			case s.preposition(at) == "from" && preventing[lemma]:
				st, why = schema.Hypothetical, lemma
			case s.tok[g].Tag == nlp.NOUN && dooming[lemma]:
				st, why = schema.Hypothetical, lemma
				if lemma == "call" || lemma == "request" || lemma == "demand" || lemma == "order" {
					st = schema.Demanded
				}
			case s.preposition(at) == "for" && demanding[lemma]:
				st, why = schema.Demanded, lemma
			case s.preposition(at) == "for" && (lemma == "prepare" || lemma == "plan"):
				st, why = schema.Planned, lemma+" for"
			}
			return false
		}
		clause := rel == "xcomp" || rel == "ccomp" || rel == "acl"
		noun := rel == "obj" && s.tok[i].Tag != nlp.VERB
		if !clause && !noun {
			return false
		}
		if noun && spoken(a.Type) && !lightVerbs[lemma] {
			return false // who rejects or considers a request does not deny that it was made
		}
		own, w := s.ownStatus(g)
		switch {
		case denying[lemma]:
			st, why = schema.Denied, lemma
		case preventing[lemma]:
			st, why = schema.Hypothetical, lemma
		case demanding[lemma] && (rel == "xcomp" || rel == "acl" || noun || s.subjunctive(at)):
			st, why = schema.Demanded, lemma
		case rel == "xcomp" && supposing[lemma]:
			st, why = schema.Hypothetical, s.tok[g].Text+" to"
		case lemma == "agree" && (a.Type == schema.Agree || a.Type == schema.Ease):
			return false // that they agree is the act
		case rel == "xcomp" && (lemma == "be" || pending[lemma] || lemma == "go" && s.tok[g].XPOS == "VBG"):
			st, why = schema.Planned, s.tok[g].Text+" to"
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

// purpose reads what a verb says of the act that it is done for: "deployed to
// support them" is support, "asked for help to fight" no fight yet. It reports
// whether to look further up.
func (s *sentence) purpose(t schema.EventType, governor string, st *schema.Status, why *string) bool {
	switch {
	case causing[governor]:
		return false
	case demanding[governor]:
		*st, *why = schema.Demanded, governor
		return false
	case t == schema.Ease || t == schema.Agree || t == schema.Concede, moving[governor] && t != schema.Consult:
		*st, *why = schema.Planned, "in order to"
		return false
	}
	return true
}

// pledging are words for acts to come that stand for the act itself;
// pending say the same of what they govern.
var (
	pledging = wordSet("plan plot vow pledge intend prepare promise")
	pending  = wordSet("due set bound scheduled expected close likely poised")
)

// assertion are nouns for what people say of an act, and for parts in it.
var assertion = wordSet("allegation claim accusation report involvement role responsibility suggestion charge link complicity part")

// uttered are acts that are done by saying what one will do, or not, or what
// others must.
func uttered(t schema.EventType) bool {
	return t == schema.Reject || t == schema.Threaten || t == schema.Request
}

// spoken are acts of speech that stand even if their addressee refuses.
func spoken(t schema.EventType) bool {
	switch t {
	case schema.Request, schema.Accuse, schema.Threaten, schema.Protest, schema.Reject, schema.Support:
		return true
	}
	return false
}

func material(t schema.EventType) bool {
	switch t {
	case schema.Assault, schema.Coerce, schema.Aid, schema.Mobilize, schema.Retreat, schema.Protest, schema.Cooperate, schema.Sanction:
		return true
	}
	return false
}

// subjunctive reports whether verb v is a bare form without a helping verb:
// "demanded that he withdraw".
func (s *sentence) subjunctive(v int) bool {
	return s.tok[v].XPOS == "VB" || s.lower(v) == s.lemma(v) && s.child(v, "aux", "aux:pass") < 0
}

// isDenied reports whether noun n is the object of a verb of denying.
func (s *sentence) isDenied(n int) bool {
	for range 3 {
		h := s.tok[n].Head
		if h < 0 {
			return false
		}
		switch s.rel(n) {
		case "obj", "obl", "nsubj":
			return denying[s.lemma(h)] && (s.rel(n) != "nsubj" || s.tok[n].Rel == "nsubj:pass")
		case "conj", "nmod":
			n = h
		default:
			return false
		}
	}
	return false
}

func (s *sentence) hasSubject(v int) bool {
	return s.child(v, "nsubj", "nsubj:pass") >= 0
}

// ownStatus reads negation and modal verbs of the word itself.
func (s *sentence) ownStatus(i int) (schema.Status, string) {
	st, why := schema.Asserted, ""
	helped, to := false, false // "is … to attack"
	for _, k := range s.kids[i] {
		w := s.lower(k)
		switch s.rel(k) {
		case "mark":
			to = to || w == "to"
			if w == "due" && s.tok[i].XPOS == "VB" {
				st, why = schema.Planned, "due to"
			}
		case "cop":
			helped = helped || !to && s.tok[i].XPOS == "VB"
		case "nsubj":
			if w == "nobody" || w == "none" || w == "neither" {
				return schema.Denied, w
			}
			if no := s.negation(k); no != "" {
				return schema.Denied, no
			}
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
			helped = helped || s.lemma(k) == "be" && !to
			switch {
			case w == "will" || w == "shall" || w == "'ll" || w == "wo":
				st, why = schema.Planned, w
			case w == "should" || w == "must":
				st, why = schema.Demanded, w
			case w == "may" || w == "might" || w == "could" || w == "can":
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
	if st == schema.Asserted && helped && to {
		return schema.Planned, "is to"
	}
	return st, why
}

// negation is the "no" or "neither" before noun n, "" for none.
func (s *sentence) negation(n int) string {
	for _, k := range s.kids[n] {
		if w := s.lower(k); (w == "no" || w == "neither") && (s.rel(k) == "det" || s.rel(k) == "cc") {
			return w
		}
	}
	return ""
}
