package coder

import (
	"strconv"
	"strings"

	"faultline/ingest/nlp"
	"faultline/ingest/place"
	"faultline/schema"
)

// label is what a token is to the models: what the gazetteer says of the
// mention it belongs to, else its part of speech.
func (s *sentence) label(i int) string {
	if s.place[i] && s.cue[i] != place.CueNone {
		if n := s.at[i]; n < 0 || s.mentions[n].sort == country || s.mentions[n].sort == capital {
			kind := "place@"
			if n >= 0 {
				kind = "state@"
			}
			return kind + string(s.cue[i])
		}
	}
	if n := s.at[i]; n >= 0 {
		return labelOf(&s.mentions[n])
	}
	t := &s.tok[i]
	switch {
	case s.place[i]:
		return "place"
	case t.Tag == nlp.PROPN:
		return "PROPN"
	case t.Tag == nlp.PRON:
		if !s.relative(i) {
			if m, ok := s.pronoun(i); ok && m.sort != pronoun {
				return labelOf(&m)
			} else if ok {
				return "name:" + string(m.actor.Kind)
			}
		}
		return "PRON:" + s.lower(i)
	}
	return t.Tag.String()
}

// labelOf is the label of a mention.
func labelOf(m *mention) string {
	switch m.sort {
	case country:
		return "state"
	case capital:
		return "capital"
	case adjective:
		return "adj:" + string(m.actor.Kind)
	case role:
		if m.actor.ID != "" && len(m.actor.PartOf)+len(m.actor.AlignedWith) > 0 {
			return "held:" + m.class
		}
		return "role:" + m.class
	}
	return "name:" + string(m.actor.Kind)
}

// topicFeatures describe the sentence as a whole: whether it is about
// politics and conflict at all, and not about sport or the weather.
func (s *sentence) topicFeatures(f *features) {
	f.reset()
	f.add("bias")
	f.add("census", s.census)
	last := "^"
	for i := range s.tok {
		t := &s.tok[i]
		if t.Tag == nlp.PUNCT || t.Tag == nlp.DET {
			continue
		}
		word := s.lemma(i)
		if t.Tag == nlp.PROPN || t.Tag == nlp.NUM {
			if t.Tag == nlp.PROPN && s.at[i] < 0 && !s.place[i] {
				f.add("l", word) // the Cup of a name is telling
			}
			word = s.label(i)
		} else {
			f.add("l", word)
			if s.at[i] >= 0 {
				f.add("label", s.label(i))
			}
		}
		f.add("b", last, word)
		last = word
		switch t.Rel {
		case "root", "ccomp", "xcomp", "advcl":
			f.add("v", word)
			f.add("vc", word, s.census)
		}
	}
}

// triggerFeatures describe a token that may be an action word.
func (s *sentence) triggerFeatures(lex lexicon, i int, f *features) {
	f.reset()
	t := &s.tok[i]
	lemma, tag := s.lemma(i), t.Tag.String()
	f.add("bias")
	f.add("l", lemma)
	f.add("lt", lemma, tag)
	f.add("w", s.lower(i))
	f.add("x", t.XPOS)
	f.add("lx", lemma, t.XPOS)
	if n := len(lemma); n > 4 {
		f.add("suf", lemma[n-3:])
		f.add("pre", lemma[:4])
	}
	f.add("lrel", lemma, t.Rel)
	f.add("rel", tag, t.Rel)
	if h := t.Head; h >= 0 {
		f.add("h", s.lemma(h))
		f.add("lh", lemma, s.lemma(h))
		f.add("hrel", s.lemma(h), t.Rel)
		f.add("lhlabel", lemma, s.label(h))
	}
	for d := -2; d <= 2; d++ {
		if k := i + d; d != 0 && k >= 0 && k < len(s.tok) {
			pos := strconv.Itoa(d)
			f.add("n"+pos, s.lemma(k))
			f.add("ln"+pos, lemma, s.lemma(k))
			f.add("nlabel"+pos, s.label(k))
		}
	}
	for _, k := range s.kids[i] {
		kt := &s.tok[k]
		if kt.Tag == nlp.PUNCT {
			continue
		}
		rel := kt.Rel
		if rel == "obl" || rel == "nmod" {
			rel += ":" + s.preposition(k)
			f.add("lprep", lemma, rel)
		}
		kl, label := s.lemma(k), s.label(k)
		f.add("k", rel, kl)
		f.add("lk", lemma, rel, kl)
		f.add("lkl", lemma, rel, label)
		f.add("kl", rel, label)
		f.add("lrels", lemma, rel)
		for _, g := range s.kids[k] {
			if gr := s.tok[g].Rel; gr == "nmod" || gr == "conj" || gr == "amod" || gr == "compound" || gr == "nmod:poss" {
				f.add("lg", lemma, rel, gr, s.lemma(g))
				f.add("lgl", lemma, rel, gr, s.label(g))
			}
		}
	}
	if t.Tag == nlp.VERB {
		subj, passive := s.subject(i, 0)
		voice := "active"
		if passive {
			voice = "passive"
		}
		f.add("lvoice", lemma, voice)
		if subj >= 0 {
			f.add("subj", voice, s.label(subj))
			f.add("lsubj", lemma, voice, s.label(subj))
			f.add("lsubjl", lemma, voice, s.lemma(subj))
		}
	}
	for _, tag := range []nlp.Tag{nlp.VERB, nlp.NOUN, nlp.ADJ} {
		for _, p := range s.matching(lex, lexKey{tag, lemma}, i) {
			same := strconv.FormatBool(tag == t.Tag)
			f.add("lex", string(p.Type), same)
			f.add("lexs", string(p.Type), same, strconv.Itoa(p.specific))
		}
	}
	f.add("actors", s.census)
	f.add("lactors", lemma, s.census)
	f.add("tagactors", tag, s.census)
	st, _ := s.ownStatus(i)
	f.add("own", string(st))
	f.words = append(f.words, lemma, s.lemmaOr(t.Head), s.lemmaOr(s.theme(i)), s.lemmaOr(s.doer(i)))
}

// triggerSlots and argumentSlots are how many words the networks look at.
const (
	triggerSlots  = 4
	argumentSlots = 3
)

func (s *sentence) lemmaOr(i int) string {
	if i < 0 {
		return ""
	}
	return s.lemma(i)
}

// theme is the word that tells what the act is about: the object or passive
// subject of a verb, what modifies a noun.
func (s *sentence) theme(i int) int {
	if s.tok[i].Tag == nlp.VERB {
		return s.child(i, "obj", "nsubj:pass", "xcomp", "obl")
	}
	return s.child(i, "nmod", "compound", "amod")
}

// doer is the subject of a verb, or whose a noun is.
func (s *sentence) doer(i int) int {
	if s.tok[i].Tag == nlp.VERB {
		return s.child(i, "nsubj", "obl:agent")
	}
	return s.child(i, "nmod:poss", "amod")
}

// takeCensus sums up what sorts of actors the sentence names at all.
func (s *sentence) takeCensus() {
	states, armed, others := 0, 0, 0
	for _, m := range s.mentions {
		switch {
		case m.actor.Kind == schema.State:
			states++
		case m.actor.Kind == schema.ArmedGroup || m.actor.Kind == schema.Military:
			armed++
		default:
			others++
		}
	}
	s.census = strconv.Itoa(min(states, 2)) + strconv.Itoa(min(armed, 2)) + strconv.Itoa(min(others, 1))
}

// argumentFeatures describe candidate c as a side of the act that token t
// stands for.
func (s *sentence) argumentFeatures(t, c int, typ schema.EventType, by sides, f *features) {
	f.reset()
	path := s.path(t, c)
	lemma, cl, label := s.lemma(t), s.lemma(c), s.label(c)
	tag := s.tok[t].Tag.String()
	prep := s.preposition(c)
	side := "after"
	if c < t {
		side = "before"
	}
	ty := string(typ)
	voice := ""
	if s.tok[t].Tag == nlp.VERB && s.passive(t) {
		voice = "passive"
	}
	top := s.phrase(c)
	topPath, topPrep := path, prep
	if top != c && top != t && !s.under(t, top) {
		topPath, topPrep = s.path(t, top), s.preposition(top)
	}
	f.add("top", topPath, topPrep, voice)
	f.add("toptype", topPath, topPrep, ty, voice)
	f.add("toplemma", topPath, topPrep, lemma, voice)
	f.add("toplabel", topPath, topPrep, label, voice)
	f.add("toptypelabel", topPath, topPrep, ty, label)
	f.add("topword", topPath, s.lemma(top), ty)
	rank := s.rank(t, c)
	f.add("rank", rank, side, voice, label)
	f.add("ranktype", rank, side, voice, ty)
	f.add("ranklemma", rank, side, voice, lemma)
	f.add("ranktop", rank, topPath, topPrep)
	byRules := "none"
	if isAmong(by.initiators, c) {
		byRules = "initiator"
	}
	if isAmong(by.recipients, c) {
		byRules += "recipient"
	}
	f.add("bias")
	f.add("path", path, voice)
	f.add("pathprep", path, prep, voice)
	f.add("pathtag", path, tag)
	f.add("pathtype", path, ty, voice)
	f.add("pathprept", path, prep, ty)
	f.add("pathlemma", path, lemma, voice)
	f.add("pathpl", path, prep, lemma)
	f.add("pathlabel", path, label, voice)
	f.add("label", label, ty)
	f.add("labelside", label, side, ty)
	f.add("cl", cl)
	f.add("clt", cl, ty)
	f.add("prep", prep, ty)
	f.add("preplemma", prep, lemma)
	f.add("preplabel", prep, label)
	f.add("rules", byRules)
	f.add("rulest", byRules, ty)
	f.add("ruleslabel", byRules, label)
	f.add("rulespath", byRules, path)
	dist := c - t
	if dist < 0 {
		dist = -dist
	}
	bucket := strconv.Itoa(min(dist, 5))
	if dist > 5 {
		bucket = "6+"
		if dist > 12 {
			bucket = "13+"
		}
	}
	f.add("dist", side, bucket)
	f.add("distlabel", side, bucket, label)
	f.add("steps", strconv.Itoa(strings.Count(path, ">")+strings.Count(path, "<")), label)
	f.add("rel", s.tok[c].Rel, side)
	f.add("relt", s.tok[c].Rel, ty, side)
	if h := s.tok[c].Head; h >= 0 {
		f.add("h", s.lemma(h), s.tok[c].Rel)
		f.add("hl", s.lemma(h), s.tok[c].Rel, ty)
		f.add("hlabel", s.label(h), s.tok[c].Rel)
	}
	between := 0
	for k := min(t, c) + 1; k < max(t, c); k++ {
		if s.tok[k].Tag == nlp.VERB {
			between++
		}
	}
	f.add("verbs", strconv.Itoa(min(between, 3)), side, voice)
	if s.speaks(c) {
		f.add("speaks", path)
		f.add("speakst", ty)
	}
	f.words = append(f.words, lemma, cl, s.lemmaOr(s.tok[c].Head))
}

// phrase is the head of the noun phrase that the token is inside of: the
// "activities" of "the activities of the militias".
func (s *sentence) phrase(c int) int {
	for n := 0; n < 4; n++ {
		h := s.tok[c].Head
		if h < 0 || !s.isNominal(h) {
			return c
		}
		switch s.tok[c].Rel {
		case "nmod", "nmod:poss", "compound", "amod", "conj", "appos", "flat", "nmod:desc":
			c = h
		default:
			return c
		}
	}
	return c
}

// rank counts the likely actors between the trigger and the candidate: "0"
// for the nearest on its side.
func (s *sentence) rank(t, c int) string {
	n := 0
	for k := min(t, c) + 1; k < max(t, c); k++ {
		if m := s.at[k]; m >= 0 && s.mentions[m].head == k && (s.at[c] < 0 || m != s.at[c]) {
			n++
		}
	}
	return strconv.Itoa(min(n, 4))
}

func isAmong(ms []mention, c int) bool {
	for _, m := range ms {
		if m.head == c || m.first <= c && c <= m.last {
			return true
		}
	}
	return false
}

// speaks reports whether token c is the subject of a verb of saying.
func (s *sentence) speaks(c int) bool {
	h := s.tok[c].Head
	return h >= 0 && s.rel(c) == "nsubj" && saying[s.lemma(h)]
}

// path writes the way through the tree from t to c: "<" goes up to the
// governor, ">" down, with relations; chains of "and" count once. Ways of
// more than six steps are all alike.
func (s *sentence) path(t, c int) string {
	var up [8]int
	n := 0
	up[0] = t
	for at := t; n < 6 && s.tok[at].Head >= 0; {
		at = s.tok[at].Head
		n++
		up[n] = at
	}
	var down [8]int
	d := 0
	for at := c; d < 7; at = s.tok[at].Head {
		for u := 0; u <= n; u++ {
			if up[u] != at {
				continue
			}
			if u+d > 6 {
				return "far"
			}
			var b strings.Builder
			last := ""
			for k := range u {
				if r := "<" + s.tok[up[k]].Rel; r != last || s.tok[up[k]].Rel != "conj" {
					b.WriteString(r)
					last = r
				}
			}
			for k := d - 1; k >= 0; k-- {
				if r := ">" + s.tok[down[k]].Rel; r != last || s.tok[down[k]].Rel != "conj" {
					b.WriteString(r)
					last = r
				}
			}
			return b.String()
		}
		down[d] = at
		d++
		if s.tok[at].Head < 0 {
			break
		}
	}
	return "far"
}
