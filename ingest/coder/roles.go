package coder

import (
	"slices"

	"faultline/ingest/nlp"
	"faultline/schema"
)

// sides are who acts and who is acted upon, with the way they were found.
type sides struct {
	initiators, recipients []mention
	how                    []string // the steps through the syntax, for the reason
}

func (x *sides) note(s string) {
	if !slices.Contains(x.how, s) {
		x.how = append(x.how, s)
	}
}

// subject is the token that governs the act of verb v: its own subject, or
// the one it shares with the verb that it is joined or subordinated to. With
// it comes whether that token suffers the act (a passive).
func (s *sentence) subject(v int, depth int) (subj int, passive bool) {
	if depth > 6 {
		return -1, false
	}
	if k := s.child(v, "nsubj:pass"); k >= 0 {
		return k, true
	}
	if k := s.child(v, "nsubj", "nsubj:outer", "csubj"); k >= 0 {
		return k, false
	}
	passive = s.passive(v)
	h := s.tok[v].Head
	if h < 0 {
		return -1, passive
	}
	switch s.tok[v].Rel {
	case "conj":
		if s.isVerb(h) {
			subj, up := s.subject(h, depth+1)
			if up && !passive && s.tok[v].XPOS == "VBN" {
				return subj, true // "were arrested and deported"
			}
			return subj, passive
		}
	case "xcomp", "ccomp", "advcl", "parataxis", "dep":
		if s.tok[v].Rel == "ccomp" && saying[s.lemma(h)] {
			// "said the office raided a house": the office is taken for what
			// was said.
			if o := s.child(h, "obj"); o > h && o < v {
				return o, passive
			}
		}
		if s.tok[v].Rel == "xcomp" || s.tok[v].Rel == "ccomp" {
			// "asked the IRGC to leave", "ordered raids": the object acts.
			if o := s.child(h, "obj", "iobj"); o >= 0 && o < v && objectControl[s.lemma(h)] {
				return o, passive
			}
			if o := s.child(h, "obl"); o >= 0 && o < v && objectControl[s.lemma(h)] {
				return o, passive
			}
		}
		if s.isVerb(h) || s.tok[h].Tag == nlp.ADJ {
			subj, _ := s.subject(h, depth+1)
			return subj, passive
		}
		if s.tok[v].Rel == "advcl" || s.tok[v].Rel == "xcomp" {
			return s.subject(h, depth+1)
		}
	case "acl":
		if s.tok[v].XPOS == "VB" { // "a plan to attack": whoever has the plan
			if g := s.tok[h].Head; g >= 0 && s.isVerb(g) {
				subj, _ := s.subject(g, depth+1)
				return subj, passive
			}
			return h, passive
		}
		return h, passive
	case "acl:relcl":
		return h, passive
	case "amod":
		return h, passive
	}
	return -1, passive
}

// objectControl are verbs whose object is to do what follows.
var objectControl = map[string]bool{
	"ask": true, "order": true, "urge": true, "tell": true, "force": true, "allow": true, "call": true, "demand": true,
	"persuade": true, "request": true, "press": true, "compel": true, "instruct": true, "invite": true, "encourage": true,
	"warn": true, "advise": true, "appeal": true, "want": true, "enable": true, "help": true, "accuse": true, "lead": true,
	"prevent": true, "stop": true, "expect": true, "require": true, "direct": true, "cause": true, "push": true, "see": true,
	"blame": true, "criticize": true, "condemn": true, "suspect": true, "pressure": true, "charge": true, "authorize": true,
}

// towards are the prepositions that introduce who is acted upon.
var towards = []string{"against", "on", "at", "with", "upon", "towards", "toward", "to", "into", "over", "for", "from"}

// verbSides finds the sides of a verb.
func (s *sentence) verbSides(v int, p pattern) sides {
	var x sides
	subj, passive := s.subject(v, 0)
	obj := s.child(v, "obj")
	p.Prep = s.besidesParticles(v, p.Prep)
	switch {
	case passive && !p.Reverse:
		x.recipients = s.parties(subj)
		x.note("subject of the passive")
		x.initiators = s.agents(v)
		if len(x.initiators) > 0 {
			x.note("agent after “by”")
		}
		if p.Prep != nil || len(x.recipients) == 0 {
			x.recipients = append(x.recipients, s.obliques(v, p.Prep, &x)...)
		}
	case p.Reverse:
		x.recipients = s.parties(subj)
		x.initiators = s.agents(v)
		x.note("subject of “" + s.tok[v].Text + "” suffers it")
	default:
		x.initiators = s.parties(subj)
		if len(x.initiators) > 0 {
			x.note("subject")
		}
		if p.Alone {
			break
		}
		if obj >= 0 && len(p.Prep) == 0 && p.Type != schema.Mobilize && !s.content(obj, p) {
			x.recipients = s.parties(obj)
			if len(x.recipients) > 0 {
				x.note("object")
			}
		}
		if h := s.tok[v].Head; obj < 0 && len(p.Prep) == 0 && s.tok[v].Rel == "acl:relcl" && subj >= 0 && subj != h && !s.relative(subj) {
			x.recipients = s.parties(h) // "the men whom it detained"
			x.note("described by the clause")
		}
		if o := s.child(v, "iobj"); o >= 0 && len(x.recipients) == 0 {
			x.recipients = s.parties(o)
			x.note("indirect object")
		}
		if len(x.recipients) == 0 || len(p.Prep) > 0 {
			x.recipients = append(x.recipients, s.obliques(v, p.Prep, &x)...)
		}
		if obj >= 0 && len(x.recipients) == 0 {
			x.recipients = s.modifiers(obj, nil, &x)
		}
		if c := s.child(v, "xcomp"); c >= 0 && len(x.recipients) == 0 &&
			(p.Type == schema.Reject && s.lemma(v) != "deny" || p.Type == schema.Threaten) {
			x.recipients = s.goals(c, &x) // "refused to recognise X", "threatened to punish X"
		}
		if obj >= 0 && len(x.recipients) == 0 && (p.Type == schema.Accuse || p.Type == schema.Reject) {
			x.recipients = s.culprits(obj, x.initiators)
			if len(x.recipients) > 0 {
				x.note("who does what is condemned")
			}
		}
	}
	s.pair(v, p, &x)
	return x
}

// content reports whether the object is part of the action words ("recall
// the ambassador") and no party of its own.
func (s *sentence) content(obj int, p pattern) bool {
	if !slices.Contains(p.With, s.lemma(obj)) {
		return false
	}
	n := s.at[obj]
	if n < 0 {
		return true
	}
	switch s.mentions[n].class {
	case "envoy", "military", "official":
		return p.Type.Quad() != 1
	}
	return false
}

// besidesParticles are the prepositions of a pattern that are no particle of
// the verb here: in "reined in the militias" the object is what is reined in.
func (s *sentence) besidesParticles(v int, preps []string) []string {
	var rest []string
	for _, prep := range preps {
		particle := false
		s.each(v, func(k int) { particle = particle || s.lower(k) == prep }, "compound:prt", "advmod")
		if !particle {
			rest = append(rest, prep)
		}
	}
	return rest
}

// goals are those whom the complement of a verb is about.
func (s *sentence) goals(v int, x *sides) []mention {
	if o := s.child(v, "obj"); o >= 0 {
		if m := s.parties(o); len(m) > 0 {
			x.note("object of “" + s.tok[v].Text + "”")
			return m
		}
		if m := s.modifiers(o, nil, x); len(m) > 0 {
			return m
		}
	}
	return s.obliques(v, nil, x)
}

// relative reports whether token i is a relative pronoun.
func (s *sentence) relative(i int) bool {
	switch s.lower(i) {
	case "who", "which", "that", "whom", "whose":
		return true
	}
	return false
}

// culprits are those who do what a noun names: "condemned the massacre that
// X committed".
func (s *sentence) culprits(obj int, not []mention) []mention {
	if m, ok := s.owner(obj); ok {
		return without(m, not)
	}
	if m := s.agents(obj); len(m) > 0 {
		return without(m, not)
	}
	for _, k := range s.kids[obj] {
		switch s.tok[k].Rel {
		case "acl", "acl:relcl":
			if m := s.agents(k); len(m) > 0 {
				return without(m, not)
			}
			if subj := s.child(k, "nsubj"); subj >= 0 {
				return without(s.parties(subj), not)
			}
		}
	}
	return nil
}

// agents are those after "by".
func (s *sentence) agents(v int) []mention {
	var all []mention
	s.each(v, func(k int) {
		if s.preposition(k) == "by" {
			all = append(all, s.parties(k)...)
		}
	}, "obl", "obl:agent", "nmod", "nmod:agent")
	return all
}

// obliques are the parties behind the verb's prepositions: those that the
// pattern asks for, else those that usually introduce who is acted upon.
func (s *sentence) obliques(v int, preps []string, x *sides) []mention {
	return s.modified(v, preps, x, "obl", "nmod", "obl:arg")
}

// modifiers are the parties that modify noun n behind a preposition.
func (s *sentence) modifiers(n int, preps []string, x *sides) []mention {
	return s.modified(n, preps, x, "nmod", "obl", "acl")
}

func (s *sentence) modified(h int, preps []string, x *sides, rels ...string) []mention {
	asked := len(preps) > 0
	if !asked {
		preps = towards
	}
	for _, prep := range preps {
		var all []mention
		s.each(h, func(k int) {
			if s.preposition(k) != prep {
				return
			}
			for _, m := range s.parties(k) {
				if s.locative(m, k, prep) {
					continue
				}
				all = append(all, m)
			}
		}, rels...)
		if len(all) > 0 {
			x.note("after “" + prep + "”")
			return all
		}
	}
	return nil
}

// locative reports whether a state or capital behind a preposition is where
// something happens rather than whom it concerns.
func (s *sentence) locative(m mention, k int, prep string) bool {
	if m.sort != country && m.sort != capital || m.head != k {
		return false
	}
	switch prep {
	case "in", "near", "into", "from", "around", "across", "outside", "inside":
		return true
	case "at", "over":
		return m.sort == capital
	}
	return false
}

// pair finds the two sides of a relation that is named between them:
// "between A and B", "with B".
func (s *sentence) pair(h int, p pattern, x *sides) {
	if !p.Joint && p.Type != "STRAIN" && p.Type != "EASE" {
		return
	}
	seats := []int{h}
	if s.isVerb(h) || s.tok[h].Tag == nlp.ADJ {
		if subj, _ := s.subject(h, 0); subj >= 0 {
			seats = append(seats, subj)
		}
		if o := s.child(h, "obj"); o >= 0 {
			seats = append(seats, o)
		}
		if g := s.tok[h].Head; g >= 0 && (s.tok[h].Rel == "xcomp" || s.tok[h].Rel == "amod") {
			seats = append(seats, g)
			if subj, _ := s.subject(g, 0); subj >= 0 {
				seats = append(seats, subj)
			}
		}
	} else if g := s.tok[h].Head; g >= 0 && (s.tok[h].Rel == "obj" || s.tok[h].Rel == "nsubj" || s.tok[h].Rel == "nsubj:pass") {
		seats = append(seats, g)
	}
	for _, seat := range seats {
		var both []mention
		s.each(seat, func(k int) {
			if prep := s.preposition(k); prep == "between" || prep == "among" {
				both = append(both, s.parties(k)...)
				// "between A with B": the second half hangs elsewhere
				if len(both) < 2 {
					for _, at := range []int{k, seat} {
						s.each(at, func(w int) {
							if pr := s.preposition(w); w != k && (pr == "with" || pr == "and") {
								both = append(both, s.parties(w)...)
							}
						}, "nmod", "obl")
					}
				}
			}
		}, "nmod", "obl")
		if len(both) >= 2 {
			x.initiators, x.recipients = both, nil
			x.note("“between” the two")
			return
		}
		if len(both) == 1 {
			x.initiators = merge(x.initiators, both)
		}
	}
	for _, seat := range seats {
		if len(x.recipients) > 0 {
			break
		}
		s.each(seat, func(k int) {
			if s.preposition(k) == "with" {
				x.recipients = append(x.recipients, s.parties(k)...)
				x.note("after “with”")
			}
		}, "nmod", "obl")
	}
	if len(x.initiators) == 0 {
		for _, seat := range seats {
			if m, ok := s.owner(seat); ok {
				x.initiators = m
				x.note("whose relation it is")
				break
			}
		}
	}
}

// owner finds whose a noun is: "Israel's attack", "Israeli airstrike",
// "IRGC raid".
func (s *sentence) owner(n int) ([]mention, bool) {
	var all []mention
	s.each(n, func(k int) {
		if m := s.at[k]; m >= 0 {
			all = append(all, s.mentions[m])
		} else if s.tok[k].Rel == "nmod:poss" {
			all = append(all, s.parties(k)...)
		}
		s.each(k, func(c int) {
			if m := s.at[c]; m >= 0 {
				all = append(all, s.mentions[m])
			}
		}, "conj")
	}, "nmod:poss", "compound", "amod", "nmod:desc")
	return distinct(all), len(all) > 0
}

// nounSides finds the sides of an act that a noun names.
func (s *sentence) nounSides(n int, p pattern) sides {
	var x sides
	if m, ok := s.owner(n); ok {
		x.initiators = m
		x.note("belongs to it")
		if p.Joint && len(m) > 1 {
			return x
		}
	}
	if by := s.agents(n); len(by) > 0 {
		x.initiators = by
		x.note("agent after “by”")
	}
	// "raids carried out by …"
	s.each(n, func(k int) {
		if by := s.agents(k); len(by) > 0 {
			x.initiators = by
			x.note("agent after “by”")
		} else if s.lemma(k) == "target" || s.tok[k].XPOS == "VBG" {
			if o := s.child(k, "obj"); o >= 0 {
				x.recipients = s.parties(o)
				x.note("object of “" + s.tok[k].Text + "”")
			}
		}
	}, "acl", "acl:relcl")
	preps := p.Prep
	if len(preps) == 0 {
		preps = []string{"against", "on", "at", "towards", "toward", "with", "to"}
	}
	if len(x.recipients) == 0 {
		x.recipients = s.modifiers(n, preps, &x)
	}
	// What carries the noun: "carried out a strike on …".
	g := s.tok[n].Head
	if g >= 0 && s.isVerb(g) {
		switch s.tok[n].Rel {
		case "obj", "obl", "nsubj:pass", "nsubj":
			if lightVerbs[s.lemma(g)] {
				subj, passive := s.subject(g, 0)
				if passive || s.tok[n].Rel == "nsubj:pass" {
					if by := s.agents(g); len(by) > 0 {
						x.initiators = by
						x.note("agent after “by”")
					}
				} else if len(x.initiators) == 0 && subj != n {
					x.initiators = s.parties(subj)
					x.note("subject of “" + s.tok[g].Text + "”")
				} else if p.Joint && subj != n && len(x.recipients) == 0 {
					x.initiators = merge(s.parties(subj), x.initiators)
				}
				if len(x.recipients) == 0 {
					x.recipients = s.obliques(g, preps, &x)
				}
			}
		}
	}
	s.pair(n, p, &x)
	return x
}

func merge(a, b []mention) []mention { return distinct(append(slices.Clone(a), b...)) }

// distinct drops mentions of the same words or the same actor.
func distinct(all []mention) []mention {
	var out []mention
	for _, m := range all {
		if !slices.ContainsFunc(out, func(o mention) bool {
			return o.first == m.first || o.actor.ID != "" && o.actor.ID == m.actor.ID
		}) {
			out = append(out, m)
		}
	}
	return out
}

// without drops from a the mentions that are also in b.
func without(a, b []mention) []mention {
	var out []mention
	for _, m := range a {
		if !slices.ContainsFunc(b, func(o mention) bool {
			return o.first == m.first || o.actor.ID != "" && o.actor.ID == m.actor.ID
		}) {
			out = append(out, m)
		}
	}
	return out
}
