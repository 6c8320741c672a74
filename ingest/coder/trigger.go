package coder

import (
	"slices"
	"strings"

	"faultline/ingest/nlp"
	"faultline/schema"
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

// acts finds what is done in the sentence.
func (s *sentence) acts(lex lexicon) []act {
	var all []act
	for i := range s.tok {
		tag := s.tok[i].Tag
		if tag == nlp.AUX || tag == nlp.PROPN && s.at[i] >= 0 {
			continue
		}
		if tag == nlp.PROPN {
			tag = nlp.NOUN // headlines: "US Airstrikes Hit …"
		}
		for _, p := range s.matching(lex, lexKey{tag, s.lemma(i)}, i) {
			a := act{token: i, pattern: p, words: s.actionWords(i, p)}
			if tag == nlp.VERB {
				a.sides = s.verbSides(i, p)
			} else {
				a.sides = s.nounSides(i, p)
			}
			all = append(all, a)
		}
	}
	all = s.linked(all)
	for i := range all {
		s.settle(&all[i])
	}
	return s.weeded(all)
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

// linked gives an act the sides of the same act told in other words nearby:
// "airstrikes by X killed …", "20 were killed in an attack by X", "X carried
// out a raid, arresting …".
func (s *sentence) linked(all []act) []act {
	for i := range all {
		a := &all[i]
		if s.tok[a.token].Tag != nlp.VERB {
			continue
		}
		for j := range all {
			b := &all[j]
			if i == j || s.tok[b.token].Tag == nlp.VERB {
				continue
			}
			near := s.tok[b.token].Head == a.token && slices.Contains([]string{"nsubj", "obl", "obj", "obl:agent"}, s.tok[b.token].Rel)
			if !near {
				continue
			}
			if len(a.initiators) == 0 || s.tok[b.token].Rel == "nsubj" {
				if a.Type == b.Type || violent(a.Type) && violent(b.Type) {
					if len(b.initiators) > 0 && !b.Joint {
						a.initiators = b.initiators
						a.note("who made the " + s.tok[b.token].Text)
					}
				}
			}
			if a.Type == b.Type && len(b.recipients) == 0 && !b.Joint && len(without(a.recipients, b.initiators)) > 0 {
				b.recipients = without(a.recipients, b.initiators)
			}
		}
	}
	return all
}

func violent(t schema.EventType) bool { return t == schema.Assault || t == schema.Coerce }

// settle gives an act its final sides: nobody acts upon himself, and the
// sides of a joint act are all initiators.
func (s *sentence) settle(a *act) {
	a.initiators = distinct(a.initiators)
	a.recipients = without(distinct(a.recipients), a.initiators)
	if a.Joint {
		a.initiators = merge(a.initiators, a.recipients)
		a.recipients = nil
	}
	if a.Alone {
		a.recipients = nil
	}
}

// weight tells how much a mention counts as a party to politics.
func weight(ms []mention) float64 {
	best := 0.0
	for _, m := range ms {
		w := 0.3
		switch {
		case m.sort == unknown:
			w = 0.5
		case m.sort == role:
			w = classWeight(m.class)
		case m.sort == pronoun && m.actor.ID == "":
			w = 0.2
		default:
			w = 1
		}
		best = max(best, w)
	}
	return best
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

// weeded drops acts that have no party, guarded ones without a real one, and
// those that another act of the sentence tells better.
func (s *sentence) weeded(all []act) []act {
	var kept []act
	for _, a := range all {
		wi, wr := weight(a.initiators), weight(a.recipients)
		if len(a.initiators)+len(a.recipients) == 0 {
			continue
		}
		if a.Joint && len(a.initiators) < 2 && a.Type != schema.Assault && a.Type != schema.Agree {
			continue
		}
		if max(wi, wr) < 0.5 && !violent(a.Type) && a.Type != schema.Protest && a.Type != schema.Aid {
			continue
		}
		if a.Type == schema.Assault && len(a.initiators) == 0 && wr < 0.5 && !s.violence(a.token) {
			continue // an accident or a disaster
		}
		if a.Guarded && (wi < 0.7 || wr < 0.3) && !(len(a.initiators) > 1 && a.Joint) {
			continue
		}
		switch {
		case needsRecipient(a.Type) && len(a.recipients) == 0 && !a.Joint:
			a.confidence = 0.4
		case len(a.initiators) == 0:
			a.confidence = 0.55
		default:
			a.confidence = 0.5 + 0.25*wi + 0.2*wr
		}
		if s.tok[a.token].Tag != nlp.VERB {
			a.confidence -= 0.1
		}
		kept = append(kept, a)
	}
	var out []act
	for i, a := range kept {
		if !slices.ContainsFunc(kept, func(b act) bool { return covers(b, a) && !covers(a, b) }) &&
			!slices.ContainsFunc(kept[:i], func(b act) bool { return covers(b, a) }) {
			out = append(out, a)
		}
	}
	return out
}

// arms are words that show that somebody, not something, kills.
var arms = wordSet("attack bomb bombing gun gunman shooting clash fighting fight militant rebel insurgent terrorist airstrike strike " +
	"war missile rocket murder massacre assassinate assassination soldier troops ambush execute shoot fire shelling suicide stab " +
	"stabbing knife raid drone battle violence protest riot grenade mortar artillery regime bombardment offensive assailant sniper " +
	"gunfire terrorism explosive behead hostage invade invasion airstrikes bomber warplane murderer shooter torture police army")

// violence reports whether the sentence speaks of arms or of a deed.
func (s *sentence) violence(trigger int) bool {
	switch s.lemma(trigger) {
	case "murder", "assassinate", "shoot", "execute", "massacre", "bomb", "shell", "behead", "stab", "torture", "rape", "attack":
		return true
	}
	for i := range s.tok {
		if i != trigger && arms[s.lemma(i)] {
			return true
		}
	}
	return false
}

func needsRecipient(t schema.EventType) bool {
	switch t {
	case schema.Accuse, schema.Request, schema.Support, schema.Aid, schema.Sanction, schema.Coerce, schema.Consult,
		schema.Cooperate, schema.Agree, schema.Concede, schema.Threaten, schema.Strain, schema.Ease:
		return true
	}
	return false
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
