package coder

import (
	"slices"
	"strings"

	"faultline/ingest/coding"
	"faultline/ingest/nlp"
	"faultline/schema"
)

// saying are the verbs that credit somebody with information.
var saying = wordSet("say tell report reveal add announce explain claim state note confirm declare cite quote write tweet " +
	"post mention indicate stress insist assert maintain allege disclose describe believe argue suggest admit warn acknowledge " +
	"estimate testify recall point emphasize underline broadcast publish show find document reiterate affirm vow pledge promise " +
	"predict contradict contend proclaim plead recount relate")

// reporting are the plainest verbs of saying.
var reporting = wordSet("say tell report add announce state reveal claim confirm explain tweet")

// accusing are acts of speech that credit their subject with what they say.
var accusing = wordSet("accuse blame allege suspect claim charge denounce condemn criticize")

// uttering are acts of speech whose object is what somebody speaks of: who
// condemns the bombing of a town says that it was bombed.
var uttering = wordSet("condemn denounce criticize criticise decry deplore slam accuse blame demand urge call appeal request ask " +
	"warn deny announce claim report confirm protest praise welcome describe allege " +
	"reveal declare")

// speakers are nouns that point back to who spoke before.
var speakers = wordSet("source sources network agency outlet service monitor observatory group report statement spokesman newspaper " +
	"channel activist activists organization organisation official center centre watchdog committee ministry coalition")

// mute are nouns that parsers take for subjects of saying where commas are
// lost, or that show something without anybody saying it.
var mute = wordSet("attack airstrike strike raid bombing bombardment shelling blast explosion assault barrage clash fighting battle " +
	"offensive massacre killing shooting ambush incident operation assassination siege war conflict crisis violence aftermath " +
	"life death toll number people gunfire fire rocket shell bomb missile village town city area region province home house " +
	"building day week month year time move step decision visit talk meeting summit deal agreement ceasefire truce issue " +
	"event situation development trip crime case law bill resolution vote election poll action tension relation tie")

// speaker is whoever the sentence credits with what the word at i says,
// nearest first; the acts of verbs that are acts themselves ("accused") have
// their subject as speaker of what they govern.
func (s *sentence) speaker(i int) (*coding.Mention, string) {
	m, how := s.credited(i)
	if m == nil || m.Actor.ID == "" && !canTell(m.Text) {
		return nil, ""
	}
	return s.known(m), how
}

// tellers are nouns, beside those of speakers, voices and accounts, for who or
// what tells things.
var tellers = wordSet("eyewitness eyewitnesses relative relatives family families survivor survivors neighbor neighbors neighbour neighbours " +
	"cousin cousins brother father mother pair couple lawyer lawyers teacher driver worker workers employee staff analyst analysts expert experts " +
	"researcher researchers author scientist scientists negotiator negotiators student students people civilian civilians crew police judge court " +
	"media press tv radio television website blog footage video audiotape tape recording letter memo note list book biography study survey poll " +
	"article paper magazine document documents inquiry investigation investigators file files data record records email cable")

// canTell reports whether the words of a speaker who is no known actor may mean
// somebody or something that tells things; parsers take other nouns for subjects
// of saying where commas are lost.
func canTell(words string) bool {
	if words != strings.ToLower(words) {
		return true // a name
	}
	for _, w := range strings.Fields(words) {
		w = strings.Trim(w, "\"'“”")
		for _, set := range []map[string]bool{speakers, voices, accounts, tellers, quoting} {
			if set[w] || set[strings.TrimSuffix(w, "s")] {
				return true
			}
		}
	}
	return false
}

// quoting are pronouns that speak.
var quoting = wordSet("he she it they i we who some others several many")

func (s *sentence) credited(i int) (*coding.Mention, string) {
	if m, verb := s.signature(i); m != nil {
		return m, verb
	}
	if m, verb := s.above(i); m != nil {
		return m, verb
	}
	if m, verb := s.below(i); m != nil {
		return m, verb
	}
	if m, noun := s.reportOf(i); m != nil {
		return m, noun
	}
	if m := s.accordingTo(i); m != nil {
		return m, "according to"
	}
	return s.soleSpeaker(i)
}

// above looks up the tree for a verb of saying whose clause the word is in,
// or an act of speech whose object it is.
func (s *sentence) above(i int) (who *coding.Mention, how string) {
	credit := func(g, at int) bool {
		k, passive := s.subject(g, 0)
		if passive && accusing[s.lemma(g)] {
			k, passive = s.by(g), false // "was accused by X of attacking"
		}
		if k < 0 || passive || k == i || s.under(k, at) || s.under(i, k) {
			return false
		}
		m, ok := s.source(k)
		if ok {
			who, how = &m, s.tok[g].Text
		}
		return ok
	}
	at, nominal := i, true
	s.ancestors(i, func(g int) bool {
		defer func() { at = g }()
		rel, lemma := s.rel(at), s.lemma(g)
		switch {
		case rel == "ccomp" || rel == "parataxis" && saying[lemma] || rel == "xcomp" && (lemma == "report" || lemma == "claim"),
			rel == "advcl" && accusing[lemma]: // "accused X of attacking"
			if (saying[lemma] || accusing[lemma]) && credit(g, at) {
				return false
			}
		case rel == "obj" || rel == "obl" || rel == "xcomp":
			if nominal && uttering[lemma] && s.isVerb(g) && credit(g, at) {
				return false
			}
		}
		if s.isVerb(g) && !uttering[lemma] {
			nominal = false
		}
		return true
	})
	return who, how
}

// by is the agent of a passive verb, "by X", −1 for none.
func (s *sentence) by(v int) int {
	for _, k := range s.kids[v] {
		if s.isAgent(k) {
			return k
		}
	}
	return -1
}

// isAgent reports whether token k is the agent of a passive verb.
func (s *sentence) isAgent(k int) bool {
	return s.tok[k].Rel == "obl:agent" || s.rel(k) == "obl" && s.preposition(k) == "by"
}

// below finds the saying that hangs below the clause, "…, X said", and
// "according to X".
func (s *sentence) below(i int) (*coding.Mention, string) {
	for at := i; at >= 0; at = s.tok[at].Head {
		for _, k := range s.kids[at] {
			switch s.rel(k) {
			case "parataxis", "ccomp", "dep", "advcl", "conj":
				if saying[s.lemma(k)] && s.isVerb(k) && k > i {
					if subj := s.child(k, "nsubj"); subj >= 0 {
						if m, ok := s.source(subj); ok {
							return &m, s.tok[k].Text
						}
					}
				}
			case "obl", "nmod", "advmod", "case":
				if prep := s.preposition(k); prep == "according" || prep == "per" || prep == "citing" {
					if m, ok := s.source(k); ok {
						return &m, "according to"
					}
				}
			}
		}
	}
	return nil, ""
}

// accordingTo is the only one to whom the sentence says that it accords,
// wherever the parser has hung the words.
func (s *sentence) accordingTo(i int) *coding.Mention {
	at := -1
	for k := 0; k+2 < len(s.tok); k++ {
		if s.lower(k) == "according" && s.lower(k+1) == "to" {
			if at >= 0 {
				return nil
			}
			at = k + 2
		}
	}
	if at < 0 || at == i {
		return nil
	}
	if s.tok[at].Tag == nlp.DET && at+1 < len(s.tok) {
		at++
	}
	head := at
	for head+1 < len(s.tok) && s.tok[head].Head > head && s.tok[head].Head < head+6 && s.isNominal(s.tok[head].Head) {
		head = s.tok[head].Head
	}
	if s.under(i, head) && head != i && i > head {
		return nil
	}
	if m, ok := s.source(head); ok {
		return &m
	}
	return nil
}

// accounts are nouns for what somebody puts out.
var accounts = wordSet("tally toll report statement count account message communique communiqué figure figures release dispatch bulletin version")

// reportOf is whoever put out what the sentence is "in", behind the act:
// "… in a statement issued by X", "… in a report from X".
func (s *sentence) reportOf(i int) (*coding.Mention, string) {
	for k := i + 2; k+2 < len(s.tok); k++ {
		if !accounts[s.lemma(k)] || s.tok[k].Tag != nlp.NOUN || !s.opensWith(k, "in", "by") {
			continue
		}
		by := k + 1
		if x := s.tok[by].XPOS; x == "VBN" || x == "VBD" {
			by++ // "given by"
		}
		if w := s.lower(by); w != "by" && w != "from" && w != "of" || by+1 >= len(s.tok) {
			continue
		}
		if m := s.named(by + 1); m != nil {
			return m, s.tok[k].Text
		}
	}
	return nil, ""
}

// opensWith reports whether a preposition stands before the noun at k and the
// words that describe it.
func (s *sentence) opensWith(k int, prepositions ...string) bool {
	for j := k - 1; j >= 0 && j > k-4; j-- {
		switch s.tok[j].Tag {
		case nlp.ADP:
			return slices.Contains(prepositions, s.lower(j))
		case nlp.DET, nlp.ADJ, nlp.NOUN, nlp.PROPN:
		default:
			return false
		}
	}
	return false
}

// named is the source that the noun phrase names whose first word is token
// first.
func (s *sentence) named(first int) *coding.Mention {
	if s.tok[first].Tag == nlp.DET && first+1 < len(s.tok) {
		first++
	}
	head := first
	for head+1 < len(s.tok) && s.tok[head].Head > head && s.tok[head].Head < head+6 && s.isNominal(s.tok[head].Head) {
		head = s.tok[head].Head
	}
	if m, ok := s.source(head); ok && m.Actor.ID != "" && m.Actor.Kind != schema.Population {
		return &m
	}
	return nil
}

// soleSpeaker is the only one who says anything in the sentence.
func (s *sentence) soleSpeaker(i int) (*coding.Mention, string) {
	only := -1
	for k := range s.tok {
		if s.isVerb(k) && saying[s.lemma(k)] && k != i && s.child(k, "nsubj") >= 0 && !s.under(k, i) {
			if only >= 0 {
				return nil, ""
			}
			only = k
		}
	}
	if only < 0 || !reporting[s.lemma(only)] {
		return nil, ""
	}
	subj := s.child(only, "nsubj")
	if s.relative(subj) || s.under(i, subj) {
		return nil, ""
	}
	if m, ok := s.source(subj); ok {
		return &m, s.tok[only].Text
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
	if v := end - 2; v > trigger+1 && s.lower(v+1) == "on" && s.lemma(v) == "go" && s.tok[v-1].Tag == nlp.PRON {
		if m := s.endingAt(v-1, trigger); m != nil {
			return m, s.text(v, v+1) // "…, it went on"
		}
	}
	for v := end - 1; v > trigger+1 && v >= end-16; v-- {
		if begin := s.roundabout(v); begin > trigger && (v == end-1 || s.lower(v+1) == "by" || s.trailing(v+1, end)) {
			if m := s.endingAt(begin, trigger); m != nil {
				return m, s.text(begin+1, v)
			}
		}
		if s.tok[v].XPOS != "VBD" && s.tok[v].XPOS != "VBN" && s.tok[v].XPOS != "VBZ" || !reporting[s.lemma(v)] ||
			s.child(v, "aux:pass") >= 0 { // "as new operations are announced"
			continue
		}
		if m := s.following(v+1, end, true); m != nil && s.lemma(v) != "claim" && s.lemma(v) != "tell" {
			return m, s.tok[v].Text
		}
		if v == end-1 || s.trailing(v+1, end) || s.breaksOff(v) {
			if m := s.endingAt(v-1, trigger); m != nil {
				return m, s.tok[v].Text
			}
		}
		if s.lemma(v) == "claim" || s.lemma(v) == "tell" {
			continue // "claimed 17 lives"
		}
		if m := s.following(v+1, end, false); m != nil {
			return m, s.tok[v].Text
		}
	}
	return nil, ""
}

// roundabout is the token before a saying of several words that ends at v, "X
// went on to say", "X was quoted as saying", −1 for none.
func (s *sentence) roundabout(v int) int {
	if v < 4 || s.lemma(v) != "say" {
		return -1
	}
	switch {
	case s.lower(v-1) == "to" && s.lower(v-2) == "on" && s.lemma(v-3) == "go":
		return v - 4
	case s.lower(v-1) == "as" && s.lower(v-2) == "quoted" && s.lemma(v-3) == "be":
		return v - 4
	}
	return -1
}

// breaksOff reports whether a text without commas goes on behind "X said"
// with what belongs before it: "… on Thursday activists said keeping up
// pressure".
func (s *sentence) breaksOff(v int) bool {
	if v+1 >= len(s.tok) || s.tok[v+1].XPOS != "VBG" || s.lemma(v) != "say" {
		return false
	}
	for i := range s.tok {
		if s.tok[i].Text == "," {
			return false
		}
	}
	return true
}

// endingAt is the noun phrase that ends at token i, to which the trigger does
// not belong.
func (s *sentence) endingAt(i, trigger int) *coding.Mention {
	for i > trigger && (s.tok[i].Tag == nlp.ADV || s.tok[i].Tag == nlp.AUX) {
		i-- // "reportedly said"
	}
	if i <= trigger {
		return nil
	}
	if s.at[i] < 0 && s.tok[i].Tag != nlp.NOUN && s.tok[i].Tag != nlp.PROPN && s.tok[i].Tag != nlp.PRON {
		return nil
	}
	if s.tok[i].Tag == nlp.PRON {
		if s.relative(i) {
			return nil
		}
		m, ok := s.source(i)
		if !ok {
			return nil
		}
		return &m
	}
	if k := s.seated(i); k > trigger {
		i = k
	}
	first := i
	if n := s.at[i]; n >= 0 {
		first = min(i, s.mentions[n].first) // a title before the name is no part of it
	}
	for first-1 > trigger {
		k := first - 1
		if n := s.at[k]; n >= 0 {
			// "the Syrian Observatory monitor", not "in Aleppo activists"
			m := s.mentions[n]
			if m.sort == named && m.last == k && s.introduced(m.first) {
				first = m.first
			}
			if m.sort == adjective && m.last == k {
				first = m.first
				continue
			}
			break
		}
		if t := s.tok[k].Tag; t != nlp.ADJ && t != nlp.NOUN && t != nlp.PROPN && !(t == nlp.PUNCT && s.tok[k].Text == "-") || s.place[k] {
			break
		}
		first = k
	}
	if first <= trigger {
		return nil
	}
	return s.sourced(first, i)
}

// voices are nouns for people who are quoted.
var voices = wordSet("source sources official officials spokesman spokeswoman activist activists resident residents diplomat diplomats commander " +
	"commanders witness witnesses reporter correspondent officer officers rebel rebels fighter doctor doctors medic medics rescuer rescuers " +
	"governor minister leader leaders lawmaker member")

// seated is the noun before "in Homs" or "at the ministry" if the words that
// end at token i say where a source sits, −1 if not.
func (s *sentence) seated(i int) int {
	for k := i - 1; k > 0 && k >= i-4; k-- {
		switch s.tok[k].Tag {
		case nlp.ADP:
			if w := s.lower(k); (w == "in" || w == "at" || w == "from" || w == "of" || w == "with") && voices[s.lower(k-1)] &&
				(s.at[i] < 0 || s.at[i] != s.at[k-1]) { // not "Minister of Macedonia Nikola Gruevski"
				return k - 1
			}
			return -1
		case nlp.PROPN, nlp.NOUN, nlp.ADJ, nlp.DET:
		default:
			return -1
		}
	}
	return -1
}

// introduced reports whether an article stands before token i: a name with
// one describes the noun that follows it.
func (s *sentence) introduced(i int) bool {
	return i > 0 && s.tok[i-1].Tag == nlp.DET
}

// following is the noun phrase behind a verb of saying that ends the
// sentence, one with a name in it if named is set.
func (s *sentence) following(from, end int, named bool) *coding.Mention {
	if from < end && s.tok[from].Tag == nlp.DET {
		from++
	}
	last := from
	capital := false
	for last < end {
		switch t := s.tok[last].Tag; {
		case t == nlp.PROPN, t == nlp.NOUN, t == nlp.ADJ:
			capital = capital || t == nlp.PROPN
		case s.at[last] >= 0:
			capital = true
		case t == nlp.ADP && last > from && last+1 < end && (s.lower(last) == "of" || s.lower(last) == "for"):
		case t == nlp.DET && last > from, t == nlp.PART && last > from, t == nlp.PUNCT && s.tok[last].Text != ",":
		default:
			if !s.trailing(last, end) {
				return nil
			}
			end = last
			continue
		}
		last++
	}
	if last == from || !capital && (named || last-from > 3) || s.tok[from].Tag == nlp.NUM || s.notSpeaker(from, last-1) {
		return nil
	}
	return s.sourced(from, last-1)
}

// notSpeaker reports whether the words are an object of what was said: a day,
// a number.
func (s *sentence) notSpeaker(first, last int) bool {
	return notActors[s.lower(first)] || notActors[s.lower(last)] || s.place[last] && s.at[last] < 0
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

// sourced makes a mention of the words from first to last: of the person they
// name, else of the actor that their head is.
func (s *sentence) sourced(first, last int) *coding.Mention {
	m := coding.Mention{Span: coding.Span{Start: s.tok[first].Start, End: s.tok[last].End}, Text: s.text(first, last)}
	head := s.headOf(first, last)
	m.Actor, _ = s.spokenBy(first, last, head)
	if m.Actor.ID == "" && s.points(head, first, last) && s.doc.speaker != nil {
		m = again(m, s.doc.speaker)
	} else if sp := s.doc.speaker; sp != nil && s.mayBe(first, &m.Actor, &sp.Actor) {
		m.Actor = sp.Actor
	}
	return &m
}

// mayBe reports whether a description that begins at token first means the
// group that spoke before: "the Iran-backed group" is Hezbollah, who is
// aligned with Iran.
func (s *sentence) mayBe(first int, described, sp *schema.Actor) bool {
	return first > 0 && s.lower(first-1) == "the" && sp.ID != described.ID && !sp.Unreviewed &&
		(sp.Kind == schema.ArmedGroup || sp.Kind == schema.Organisation) && described.Kind != schema.State &&
		slices.ContainsFunc(described.AlignedWith, func(a schema.ActorID) bool { return slices.Contains(sp.AlignedWith, a) })
}

// points reports whether the words name nobody but point back to who spoke
// before.
func (s *sentence) points(k, first, last int) bool {
	return speakers[s.lemma(k)] && last-first < 2 && s.introduced(first) && s.lower(first-1) != "a" && s.lower(first-1) != "an"
}

// spokenBy is the actor that the words of a source name: a person, a named
// group, the one their head is.
func (s *sentence) spokenBy(first, last, head int) (schema.Actor, bool) {
	var best *mention
	for i := first; i <= last; i++ {
		if n := s.at[i]; n >= 0 && s.mentions[n].sort == named && s.mentions[n].first >= first && s.mentions[n].last <= last {
			m := &s.mentions[n]
			if m.actor.Kind == schema.Person {
				return m.actor, true
			}
			if best == nil || m.last >= best.last && m.actor.Kind != schema.Outlet {
				best = m
			}
		}
	}
	// A name that nobody has listed, after a title or alone: "governor Serhiy Haidai".
	run := last
	for run >= first && s.at[run] < 0 && !s.place[run] && (s.tok[run].Tag == nlp.PROPN ||
		run > first && (hyphen(s.tok[run].Text) || particles[s.tok[run].Text])) {
		run--
	}
	if n := last - run; n >= 2 && n <= 8 || n == 1 && run >= first && s.at[run] >= 0 && s.mentions[s.at[run]].class != "" {
		if s.personal(run+1, last) && !s.kindWord(last) {
			name := s.text(run+1, last)
			if slug := schema.Slug(name); len(slug) >= 3 && !notActors[strings.ToLower(name)] {
				return schema.Actor{ID: schema.MakeActorID(slug), Name: name, Kind: schema.Person, Unreviewed: true}, true
			}
		}
	}
	if best != nil {
		return best.actor, true
	}
	if m, ok := s.party(head, 0); ok && m.actor.ID != "" {
		return m.actor, true
	}
	return schema.Actor{}, false
}

// source makes a mention of the noun phrase that says something: an actor if
// it is known, else its words. It is false for what says nothing.
func (s *sentence) source(k int) (coding.Mention, bool) {
	if s.tok[k].Tag == nlp.PRON {
		return s.pronounSource(k)
	}
	if s.tok[k].Tag == nlp.NUM || s.tok[k].Tag == nlp.ADV || notActors[s.lower(k)] {
		return coding.Mention{}, false
	}
	if s.at[k] < 0 && s.tok[k].Tag == nlp.NOUN && mute[s.lemma(k)] {
		return coding.Mention{}, false
	}
	if n := s.at[k]; n >= 0 && s.mentions[n].sort != named {
		// "the opposition Syrian Observatory for Human Rights"
		if j := s.mentions[n].last + 1; j < len(s.tok) && s.at[j] >= 0 && !s.place[j] {
			if next := s.mentions[s.at[j]]; next.sort == named && next.first == j && next.actor.Kind != schema.Person && next.actor.Kind != schema.State {
				return s.mention(next), true
			}
		}
	}
	first, last := s.sourceWords(k)
	m := coding.Mention{Span: coding.Span{Start: s.tok[first].Start, End: s.tok[last].End}, Text: s.text(first, last)}
	if sp := s.doc.speaker; sp != nil && s.points(k, first, last) && !(s.tok[k].XPOS == "NNS" && sp.Actor.Kind == schema.Person) {
		return again(m, s.doc.speaker), true
	}
	m.Actor, _ = s.spokenBy(first, last, k)
	if m.Actor.ID != "" && s.at[k] >= 0 && s.mentions[s.at[k]].sort == named {
		if n := s.mentions[s.at[k]]; n.actor.ID == m.Actor.ID {
			m = s.mention(n)
		}
	}
	return m, true
}

func (s *sentence) pronounSource(k int) (coding.Mention, bool) {
	m := coding.Mention{Span: coding.Span{Start: s.tok[k].Start, End: s.tok[k].End}, Text: s.tok[k].Text}
	switch s.lower(k) {
	case "it", "they", "he", "she", "who", "which", "that", "this":
	default:
		return m, s.lower(k) == "i" || s.lower(k) == "we"
	}
	if s.relative(k) {
		p, ok := s.party(k, 0)
		if !ok {
			return m, false
		}
		return s.mention(p), true
	}
	if sp := s.doc.speaker; sp != nil && s.refers(s.lower(k), sp) {
		return again(m, sp), true
	}
	if p, ok := s.party(k, 0); ok {
		cm := s.mention(p)
		return cm, true
	}
	return m, true
}

// again makes the words mean the one who spoke before; if that was nobody by
// name, his own words stand for him: "they" are the Kurdish sources.
func again(m coding.Mention, sp *coding.Mention) coding.Mention {
	m.Actor = sp.Actor
	noun := m.Text[strings.LastIndexByte(m.Text, ' ')+1:]
	if sp.Actor.ID == "" || anonymous(sp) && (pronouns[strings.ToLower(noun)] || strings.Contains(sp.Text, noun)) {
		m.Text, m.Span = sp.Text, coding.Span{}
	}
	return m
}

var pronouns = wordSet("it he she they")

// anonymous reports whether a speaker is called by a noun, not by a name: "a
// Jordanian diplomat".
func anonymous(m *coding.Mention) bool {
	last := m.Text[strings.LastIndexByte(m.Text, ' ')+1:]
	return last != m.Text && last == strings.ToLower(last)
}

// refers reports whether a pronoun may mean a speaker.
func (s *sentence) refers(word string, m *coding.Mention) bool {
	person := m.Actor.Kind == schema.Person
	several := m.Actor.Kind == schema.Population || !person && anonymous(m) && strings.HasSuffix(m.Text, "s")
	switch word {
	case "he", "she":
		return person || (m.Actor.ID == "" || anonymous(m)) && !several
	case "they":
		return !person
	}
	return !person && !several
}

// sourceWords are the words of a noun phrase with its names and titles,
// without clauses.
func (s *sentence) sourceWords(k int) (first, last int) {
	first, last = k, k
	if n := s.at[k]; n >= 0 {
		first, last = s.mentions[n].first, s.mentions[n].last
	}
	var take func(i, depth int)
	take = func(i, depth int) {
		for _, c := range s.kids[i] {
			switch s.rel(c) {
			case "compound", "flat", "amod", "nummod", "fixed":
			case "appos":
				if c > i+3 {
					continue
				}
			case "nmod":
				if s.tok[c].Rel != "nmod:poss" {
					switch s.preposition(c) {
					case "of", "for", "from", "in", "at", "to", "with", "by":
					default:
						continue
					}
				}
			default:
				continue
			}
			if depth > 4 {
				continue
			}
			first, last = min(first, c), max(last, c)
			take(c, depth+1)
		}
	}
	take(k, 0)
	if last-first > 14 {
		return k, k
	}
	return first, last
}

// known resolves "it", "he", "the source", "the network" of a speaker to
// the one who spoke before, and remembers who speaks.
func (s *sentence) known(m *coding.Mention) *coding.Mention {
	if m.Actor.ID == "" && s.doc.speaker != nil {
		switch strings.ToLower(m.Text) {
		case "it", "he", "she", "they", "source", "the source", "sources", "the sources", "the report", "the statement", "statement":
			if s.doc.speaker.Actor.ID != "" {
				*m = again(*m, s.doc.speaker)
			}
		}
	}
	if m.Text != "" {
		s.doc.speaker = m
	}
	return m
}

// within reports whether a clause of the relation stands between the word and
// the root: "says it will withdraw", not "announces its withdrawal".
func (s *sentence) within(i int, rel string) bool {
	for n := 0; i >= 0 && n < len(s.tok); n++ {
		if s.rel(i) == rel {
			return true
		}
		i = s.tok[i].Head
	}
	return false
}
