package coder

import (
	"slices"
	"strings"

	"faultline/ingest/coder/encoder"
	"faultline/ingest/neural"
	"faultline/ingest/nlp"
	"faultline/schema"
)

// Below these probabilities a type is not looked at, and a party is no side.
const (
	leastTrigger = 0.10
	leastListed  = 0.01 // of a type that the lexicon gives the word
	leastSide    = 0.12
	likelySide   = 0.40 // a party that is likely is a side
	bySyntax     = 0.20 // of a side by the rules of syntax, for listed words
	sureSide     = 0.80 // and beyond doubt
	vouchedWorth = 1.25 // what counts for how much more when the rules vouch for it
)

// proposal is an act that may be an event, before it is accepted.
type proposal struct {
	act
	trigger   float64 // probability of the type
	initiator float64 // of the likeliest initiator and recipient; 0 without one
	recipient float64
	// of the likeliest that are not taken
	leftInitiator, leftRecipient float64
	by                           sides    // by the rules of syntax
	accept                       []uint32 // features of acceptance
	anyhow                       float64  // confidence of all variants together
	vouched                      bool     // lexicon and syntax give the same act
}

// proposals are the acts that the models find in the sentence, those of one
// word and type together, the likeliest first.
func (s *sentence) proposals(m *models, lex lexicon) []proposal {
	types := schema.EventTypes()
	var f features
	var on [2]float64
	s.topicFeatures(&f)
	m.topics.sum(f.list, on[:])
	neural.Softmax(on[:])
	s.topic = on[1]
	probs := make([]float64, len(types)+1)
	whole := m.read(s.encoderInput(lex, m.triggers.deep.vectors))
	var list []proposal
	var cands []int
	for i := range s.tok {
		if !s.eligible(i) {
			continue
		}
		s.triggerFeatures(lex, i, &f)
		m.triggers.scores(&f, probs)
		whole.blend(probs, func(r *encoder.Reading, out []float64) { r.Types(i, out) })
		known := s.matching(lex, lexKey{s.tok[i].Tag, s.lemma(i)}, i)
		if 1-probs[0] < leastTrigger && len(known) == 0 {
			continue
		}
		if cands == nil {
			cands = s.candidates()
		}
		for n, typ := range types {
			p := probs[n+1]
			listed := slices.ContainsFunc(known, func(k pattern) bool { return k.Type == typ })
			if p >= leastTrigger || listed && p >= leastListed {
				base := proposal{act: act{token: i, pattern: s.patternFor(lex, i, typ)}, trigger: p}
				list = append(list, s.propose(m, whole, base, n, cands, &f)...)
			}
		}
	}
	s.judge(m, list)
	return list
}

// eligible reports whether a token may be an action word.
func (s *sentence) eligible(i int) bool {
	switch s.tok[i].Tag {
	case nlp.VERB, nlp.ADJ:
		return s.at[i] < 0
	case nlp.NOUN:
		return s.at[i] < 0 || s.mentions[s.at[i]].sort == role
	case nlp.PROPN:
		return s.at[i] < 0 && s.tok[i].Rel != "flat"
	}
	return false
}

// candidates are the tokens that may head a side of an act.
func (s *sentence) candidates() []int {
	list := make([]int, 0, len(s.tok))
	for i, t := range s.tok {
		if n := s.at[i]; n >= 0 {
			if s.mentions[n].head == i {
				list = append(list, i)
			}
			continue
		}
		switch t.Tag {
		case nlp.NOUN:
			list = append(list, i)
		case nlp.PROPN:
			if h := t.Head; h < 0 || s.tok[h].Tag != nlp.PROPN || s.at[h] >= 0 || t.Rel != "flat" && t.Rel != "compound" {
				list = append(list, i)
			}
		case nlp.PRON:
			if !s.relative(i) {
				list = append(list, i)
			}
		case nlp.NUM:
			switch s.rel(i) {
			case "nsubj", "obj", "obl", "conj":
				list = append(list, i)
			}
		}
	}
	return list
}

// propose gives a trigger its sides: the likely ones, and where one side is
// in doubt, also without that side. All variants are returned. Its type is the
// n-th of all types.
func (s *sentence) propose(m *models, whole encodings, base proposal, n int, cands []int, f *features) []proposal {
	i, typ := base.token, base.Type
	base.words = s.actionWords(i, base.pattern)
	by := s.sidesOf(i, base.pattern)
	base.by = by
	var parties [sideClasses][]party
	for _, c := range cands {
		if c == i {
			continue
		}
		var probs [sideClasses]float64
		s.argumentFeatures(i, c, typ, by, f)
		m.arguments.scores(f, probs[:])
		path, rule := s.wayTo(i, c, by)
		whole.blend(probs[:], func(r *encoder.Reading, out []float64) { r.Sides(i, c, n, path, rule, out) })
		// What the syntax says is at least worth a proposal.
		if base.text != "" {
			worth := bySyntax
			if base.Joint {
				worth = likelySide // "between A and B" is plain
			}
			acts, suffers := isAmong(by.initiators, c), isAmong(by.recipients, c)
			if acts {
				probs[initiatorSide] = max(probs[initiatorSide], worth)
			}
			if suffers {
				probs[recipientSide] = max(probs[recipientSide], worth)
			}
			// In doubt the syntax also says which of the two sides it is.
			if acts && !suffers && probs[recipientSide] < sureSide {
				probs[recipientSide] = 0
			} else if suffers && !acts && probs[initiatorSide] < sureSide {
				probs[initiatorSide] = 0
			}
		}
		if s.keeps(c, i) {
			probs[initiatorSide] = 0
		}
		side := initiatorSide
		if probs[recipientSide] > probs[initiatorSide] {
			side = recipientSide
		}
		if probs[side] < leastSide {
			continue
		}
		if mn, ok := s.mentionAt(c); ok {
			parties[side] = append(parties[side], party{mn, probs[side]})
		}
	}
	for side := range parties {
		s.inherit(parties[side])
	}
	var list []proposal
	for _, ini := range readings(parties[initiatorSide]) {
		for _, rec := range readings(parties[recipientSide]) {
			v := base
			v.initiators, v.initiator = mentionsOf(ini), likeliest(ini)
			v.recipients, v.recipient = without(mentionsOf(rec), v.initiators), likeliest(rec)
			v.leftInitiator, v.leftRecipient = left(parties[initiatorSide], ini), left(parties[recipientSide], rec)
			if len(v.recipients) == 0 {
				v.recipient = 0
			}
			if len(v.initiators)+len(v.recipients) == 0 {
				continue
			}
			s.direct(&v)
			v.vouched = v.text != "" && !v.Guarded && v.trigger >= likelySide &&
				(len(v.initiators) > 0 || len(v.recipients) > 0 && v.Type == schema.Assault) &&
				vouches(by.initiators, v.initiators) && vouches(by.recipients, v.recipients)
			list = append(list, v)
		}
	}
	return list
}

// keeping are verbs for having a place.
var keeping = wordSet("control hold use occupy rule run own inhabit populate dominate govern operate frequent")

// keeps reports whether the party at c is only told to have the place of the act
// at i: "an explosion near a building used by Hezbollah".
func (s *sentence) keeps(c, i int) bool {
	for n := 0; n < 4 && (s.rel(c) == "appos" || s.rel(c) == "conj" || s.rel(c) == "flat" || s.rel(c) == "compound"); n++ {
		c = s.tok[c].Head // of "the group Hezbollah"
	}
	v := s.tok[c].Head
	return v >= 0 && v != i && s.isAgent(c) && s.rel(v) == "acl" && keeping[s.lemma(v)] && !s.under(i, v)
}

// strength is the probability that type and sides are all right, if they
// were independent.
func (p *proposal) strength() float64 {
	side := func(chosen, left float64) float64 {
		if chosen > 0 {
			return chosen
		}
		return 1 - left
	}
	return p.trigger * side(p.initiator, p.leftInitiator) * side(p.recipient, p.leftRecipient)
}

// party is a mention with the probability of being the side it may be.
type party struct {
	mention
	p float64
}

// inherit makes those likely who are joined by "and" to a party that is:
// whoever acts in "the army and its allies", both do.
func (s *sentence) inherit(all []party) {
	for i := range all {
		for _, o := range all {
			if all[i].p < likelySide && o.p >= likelySide && s.joined(all[i].head, o.head) {
				all[i].p = likelySide
				break
			}
		}
	}
}

// joined reports whether tokens a and b are members of one coordination.
func (s *sentence) joined(a, b int) bool { return a != b && s.firstMember(a) == s.firstMember(b) }

// firstMember is the first member of the coordination that token i is in.
func (s *sentence) firstMember(i int) int {
	for n := 0; n < len(s.tok) && s.rel(i) == "conj"; n++ {
		i = s.tok[i].Head
	}
	return i
}

// readings are the ways to fill a side: with all that are likely; if these
// are in doubt, also with nobody; if there are none, also with the likeliest.
func readings(all []party) [][]party {
	var sure []party
	var next party // the likeliest of those that are not sure
	best := 0.0
	for _, c := range all {
		if c.p >= likelySide {
			sure = append(sure, c)
		} else if c.p > next.p {
			next = c
		}
		best = max(best, c.p)
	}
	list := [][]party{sure}
	if len(sure) > 0 && best < sureSide {
		list = append(list, nil)
	}
	if next.p > 0 && len(sure) == 0 {
		list = append(list, []party{next})
	}
	return list
}

func mentionsOf(ps []party) []mention {
	list := make([]mention, len(ps))
	for i, p := range ps {
		list[i] = p.mention
	}
	return distinct(list)
}

// likeliest is the largest probability, 0 of nobody.
func likeliest(ps []party) float64 {
	best := 0.0
	for _, p := range ps {
		best = max(best, p.p)
	}
	return best
}

// left is the largest probability of those who are not chosen.
func left(all, chosen []party) float64 {
	best := 0.0
	for _, c := range all {
		if !slices.ContainsFunc(chosen, func(o party) bool { return o.first == c.first }) {
			best = max(best, c.p)
		}
	}
	return best
}

// direct makes recipients of those initiators whom the text puts on the other
// side: "A held talks with B" has a direction, "A and B held talks" has not.
func (s *sentence) direct(p *proposal) {
	if len(p.initiators) < 2 || len(p.recipients) > 0 {
		return
	}
	var from, to []mention
	for _, m := range p.initiators {
		if s.opposite(m.head) {
			to = append(to, m)
		} else {
			from = append(from, m)
		}
	}
	if len(from) > 0 && len(to) > 0 {
		p.initiators, p.recipients = from, to
	}
}

// company are the words that put whoever stands behind their "with" on the
// same side: "in cooperation with the army".
var company = []string{"cooperation", "coordination", "collaboration", "conjunction", "partnership", "alliance", "tandem", "concert", "together", "along", "alongside"}

// opposite reports whether the noun phrase at c, or the one it is joined to,
// stands behind "with" or "against".
func (s *sentence) opposite(c int) bool {
	for n := 0; n < 4; n++ {
		if prep := s.preposition(c); prep == "with" || prep == "against" || prep == "to" {
			return prep != "with" || !s.beside(c, company)
		}
		if h := s.tok[c].Head; h >= 0 && s.rel(c) == "conj" {
			c = h
			continue
		}
		return false
	}
	return false
}

// patternFor is the lexicon's entry for the word as an act of the type, and
// a bare one if the lexicon does not have it.
func (s *sentence) patternFor(lex lexicon, i int, typ schema.EventType) pattern {
	for _, p := range s.matching(lex, lexKey{s.tok[i].Tag, s.lemma(i)}, i) {
		if p.Type == typ {
			return p
		}
	}
	return pattern{Type: typ}
}

func (s *sentence) sidesOf(i int, p pattern) sides {
	if s.tok[i].Tag == nlp.VERB {
		return s.verbSides(i, p)
	}
	return s.nounSides(i, p)
}

// explain names the syntax that ties the chosen sides to the trigger.
func (s *sentence) explain(p *proposal) []string {
	var how []string
	for _, side := range []struct {
		name string
		list []mention
	}{{"initiator", p.initiators}, {"recipient", p.recipients}} {
		for _, m := range side.list {
			how = append(how, side.name+" “"+s.text(m.first, m.last)+"” "+s.way(p.token, m.head))
		}
	}
	return how
}

// way tells in words how a party hangs on the trigger.
func (s *sentence) way(t, c int) string {
	path := s.path(t, c)
	switch path {
	case ">nsubj":
		return "is its subject"
	case ">nsubj:pass":
		return "is its passive subject"
	case ">obj":
		return "is its object"
	case ">obl", ">nmod", ">obl:agent":
		return "follows it after “" + s.preposition(c) + "”"
	case ">nmod:poss", ">amod", ">compound":
		return "owns it"
	case "far":
		return "stands far from it"
	}
	return "by " + strings.NewReplacer("<", " ↑", ">", " ↓").Replace(path)[1:]
}

// mentionAt is the actor that token c heads.
func (s *sentence) mentionAt(c int) (mention, bool) {
	if n := s.at[c]; n >= 0 {
		return s.widened(s.mentions[n], c), true
	}
	switch s.tok[c].Tag {
	case nlp.PRON:
		if m, ok := s.pronoun(c); ok {
			return m, true
		}
		return mention{first: c, last: c, head: c, sort: pronoun}, true
	case nlp.PROPN:
		if m, ok := s.unknownName(c); ok {
			return m, true
		}
		return mention{}, false
	}
	if m, ok := s.described(c); ok {
		return m, true
	}
	if m, ok := s.holder(c); ok {
		return m, true
	}
	first := c
	for first > 0 && s.at[first-1] < 0 {
		k := first - 1
		if r := s.rel(k); (r == "amod" || r == "compound") && s.under(k, c) && s.tok[k].Tag != nlp.NUM {
			first = k
			continue
		}
		break
	}
	name := strings.ToLower(s.text(first, c))
	slug := schema.Slug(name)
	if slug == "" {
		return mention{}, false
	}
	return mention{first: first, last: c, head: c, sort: generic, actor: schema.Actor{
		ID: schema.MakeActorID(slug), Name: name, Kind: schema.Population, Unreviewed: true,
	}}, true
}

// holder is the actor that a thing belongs to: who strikes Iranian positions
// strikes Iran. Nouns that name people are role nouns of the gazetteer.
func (s *sentence) holder(c int) (mention, bool) {
	for _, k := range s.kids[c] {
		switch s.tok[k].Rel {
		case "amod", "compound", "nmod:poss":
			if n := s.at[k]; n >= 0 && k < c && s.mentions[n].sort != role {
				m := s.mentions[n]
				m.last, m.head = c, c
				return m, true
			}
		}
	}
	return mention{}, false
}
