package coder

import (
	"slices"
	"strings"

	"faultline/ingest/coding"
	"faultline/ingest/gazetteer"
	"faultline/ingest/nlp"
	"faultline/ingest/place"
	"faultline/schema"
)

// A mention is an actor found in a sentence, before anybody asks what it
// does there.
type mention struct {
	first, last int // tokens, both inclusive
	head        int
	actor       schema.Actor
	sort        sort
	class       string // of a role noun: "rebel", "civilian", …
	called      string // its words in small letters, once its sentence is read
}

// sort says what kind of words a mention is made of.
type sort int

const (
	named     sort = iota // a name: Hezbollah, Angela Merkel
	country               // the name of a state
	capital               // of a state, standing for its government or just a town
	adjective             // Israeli
	role                  // troops, Syrian army, rebels
	pronoun
	unknown // a capitalised name that nobody has listed
	generic // a noun that no list has as a role
)

// sentence is everything known about one sentence while it is coded.
type sentence struct {
	*tree
	doc      *document
	start    int // byte offsets in the document
	end      int
	at       []int // the mention that covers each token, -1 if none
	mentions []mention
	depth    int
	places   []place.Mention
	place    []bool      // tokens that name a place
	cue      []place.Cue // how the text introduces the place
	census   string      // of the actors named
	topic    float64     // probability that it has events
	states   []float32   // of its tokens, by the parser
}

// document is what a coder remembers from sentence to sentence.
type document struct {
	coding.Document
	gaz       *gazetteer.Gazetteer
	places    *place.Gazetteer
	recent    []mention // actors of earlier sentences and of this one, oldest first
	home      string    // ISO country that the document is mostly about, "" if unclear
	countries map[string]int
	states    map[string]schema.ActorID // by ISO country
	speaker   *coding.Mention
}

// add takes in a mention that was found in the tokens first to last.
func (s *sentence) add(m mention, first, last int) {
	s.mentions = append(s.mentions, m)
	for i := first; i <= last; i++ {
		s.at[i] = len(s.mentions) - 1
	}
}

// headOf is the token of a range that governs the others.
func (s *sentence) headOf(first, last int) int {
	for i := last; i >= first; i-- {
		if h := s.tok[i].Head; h < first || h > last {
			return i
		}
	}
	return last
}

func (s *sentence) text(first, last int) string {
	return s.doc.Text[s.tok[first].Start:s.tok[last].End]
}

func (s *sentence) mention(m mention) coding.Mention {
	return coding.Mention{
		Span:  coding.Span{Start: s.tok[m.first].Start, End: s.tok[m.last].End},
		Text:  s.text(m.first, m.last),
		Actor: m.actor,
	}
}

// parties are the actors that a noun phrase names: its head's and those
// joined to it by "and".
func (s *sentence) parties(head int) []mention {
	if head < 0 {
		return nil
	}
	var all []mention
	if m, ok := s.party(head, 0); ok {
		all = append(all, m)
	}
	s.each(head, func(k int) {
		if s.isNominal(k) || s.at[k] >= 0 {
			if m, ok := s.party(k, 0); ok {
				all = append(all, m)
			}
		}
	}, "conj")
	return all
}

// holders are nouns that stand for those they belong to: who attacks
// Hezbollah's positions attacks Hezbollah.
const maxHolder = 2

// party is the actor that the noun phrase headed by h names, if any.
func (s *sentence) party(h, depth int) (mention, bool) {
	if n := s.at[h]; n >= 0 {
		m := s.mentions[n]
		if m.sort != adjective || s.tok[h].Tag == nlp.NOUN || s.tok[h].Tag == nlp.PROPN {
			return s.widened(m, h), true
		}
	}
	switch s.tok[h].Tag {
	case nlp.PRON:
		return s.pronoun(h)
	case nlp.PROPN:
		if m, ok := s.unknownName(h); ok {
			return m, true
		}
	}
	if depth >= maxHolder {
		return mention{}, false
	}
	if m, ok := s.described(h); ok {
		return m, true
	}
	for _, k := range s.kids[h] {
		switch s.tok[k].Rel {
		case "nmod:poss", "compound", "amod", "nmod":
			if s.tok[k].Rel == "nmod" && s.preposition(k) != "of" {
				continue
			}
			if n := s.at[k]; n >= 0 {
				m := s.mentions[n]
				if s.tok[k].Rel == "nmod" && m.sort == country {
					continue // "a town of Syria" is no party
				}
				return m, true
			}
			if s.tok[k].Rel == "nmod:poss" || s.tok[k].Rel == "nmod" {
				if m, ok := s.party(k, depth+1); ok && m.sort != unknown {
					return m, true
				}
			}
		}
	}
	return mention{}, false
}

// partitives name a part of those that follow: "members of ISIL".
var partitives = map[string]bool{
	"member": true, "dozen": true, "hundred": true, "thousand": true, "number": true, "group": true, "scores": true,
	"score": true, "many": true, "several": true, "leader": true, "supporter": true, "some": true, "most": true,
	"fighter": true, "head": true, "chief": true, "commander": true, "spokesman": true, "spokesperson": true,
	"spokeswoman": true, "representative": true, "element": true, "unit": true, "part": true, "majority": true,
	"half": true, "all": true, "both": true, "one": true, "two": true, "three": true, "official": true, "president": true,
	"minister": true, "government": true, "people": true, "force": true, "army": true, "troop": true, "leadership": true,
}

// widened gives a role mention those it belongs to: "members of ISIL" and
// "Hezbollah's Lebanese members" act for the group, "its fighters" for whom
// "its" means.
func (s *sentence) widened(m mention, h int) mention {
	if m.sort != role {
		return m
	}
	if want, ok := descriptions[s.lemma(h)]; ok && m.first == m.last && s.definite(h) {
		if a, ok := s.antecedent(want, s.lemma(h)); ok { // "the group" of the sentence before
			a.first, a.last, a.head, a.sort = h, h, h, pronoun
			return a
		}
	}
	if owner := s.child(h, "nmod:poss"); owner >= 0 && (owner < m.first || owner > m.last) {
		var by mention
		ok := false
		if n := s.at[owner]; n >= 0 {
			by, ok = s.mentions[n], true
		} else if s.tok[owner].Tag == nlp.PRON {
			by, ok = s.pronoun(owner)
		}
		if ok && by.actor.ID != "" && by.actor.Kind != schema.Person {
			if a, known := s.doc.gaz.RoleActor(by.actor.ID, s.lemma(h)); known {
				m.actor = a
			} else {
				m.actor = by.actor
			}
			if s.tok[owner].Tag != nlp.PRON {
				m.first = min(m.first, s.mentions[s.at[owner]].first)
			}
			return m
		}
	}
	if m.actor.ID != "" && len(m.actor.PartOf) > 0 || !partitives[s.lemma(h)] {
		return m
	}
	if whole, ok := s.whole(h); ok {
		whole.first, whole.last = min(m.first, whole.first), max(m.last, whole.last)
		whole.head = h
		return whole
	}
	return m
}

// whole is the actor that "of …" behind h names.
func (s *sentence) whole(h int) (mention, bool) {
	for _, k := range s.kids[h] {
		if s.rel(k) == "nmod" && (s.preposition(k) == "of" || s.preposition(k) == "from") {
			if n := s.at[k]; n >= 0 {
				return s.mentions[n], true
			}
			if s.tok[k].Tag == nlp.PROPN {
				if m, ok := s.unknownName(k); ok && m.actor.Kind != schema.Person {
					if s.mentionClass(h) == "militant" || s.mentionClass(h) == "rebel" {
						m.actor.Kind = schema.ArmedGroup
					}
					return m, true
				}
			}
		}
	}
	return mention{}, false
}

// mentionClass is the class of the role noun at h, "" for none.
func (s *sentence) mentionClass(h int) string {
	if n := s.at[h]; n >= 0 {
		return s.mentions[n].class
	}
	return ""
}

// described is a definite description: "the group", "dozens of rebels".
func (s *sentence) described(h int) (mention, bool) {
	lemma := s.lemma(h)
	if partitives[lemma] {
		if m, ok := s.whole(h); ok {
			m.first, m.last, m.head = min(h, m.first), max(h, m.last), h
			return m, true
		}
	}
	if want, ok := descriptions[lemma]; ok && s.definite(h) {
		if m, ok := s.antecedent(want, lemma); ok {
			return mention{first: h, last: h, head: h, actor: m.actor, sort: pronoun, class: m.class}, true
		}
	}
	return mention{}, false
}

// descriptions are nouns that point back to an actor of one of the kinds.
var descriptions = map[string][]schema.ActorKind{
	"group":        {schema.ArmedGroup, schema.Organisation},
	"movement":     {schema.ArmedGroup, schema.Organisation},
	"militia":      {schema.ArmedGroup},
	"organization": {schema.ArmedGroup, schema.Organisation},
	"organisation": {schema.ArmedGroup, schema.Organisation},
	"party":        {schema.Organisation, schema.ArmedGroup},
	"alliance":     {schema.ArmedGroup, schema.Organisation},
	"coalition":    {schema.Military, schema.ArmedGroup, schema.Organisation},
	"country":      {schema.State},
	"bloc":         {schema.Organisation},
	"kingdom":      {schema.State},
	"nation":       {schema.State},
	"republic":     {schema.State},
	"service":      {schema.Organisation, schema.Government},
	"agency":       {schema.Organisation, schema.Government, schema.Outlet},
	"network":      {schema.Outlet, schema.Organisation, schema.ArmedGroup},
	"outlet":       {schema.Outlet},
	"newspaper":    {schema.Outlet},
	"monitor":      {schema.Organisation},
	"observatory":  {schema.Organisation},
	"president":    {schema.Person},
	"minister":     {schema.Person},
	"leader":       {schema.Person},
	"spokesman":    {schema.Person},
	"general":      {schema.Person},
}

func (s *sentence) definite(h int) bool {
	d := s.child(h, "det")
	return d >= 0 && (s.lower(d) == "the" || s.lower(d) == "this" || s.lower(d) == "that")
}

// antecedent is the last actor of one of the kinds, the last that was called
// by the noun if there is one and the noun tells more than the kind.
func (s *sentence) antecedent(kinds []schema.ActorKind, noun string) (mention, bool) {
	last := -1
	for i := len(s.doc.recent) - 1; i >= 0; i-- {
		m := &s.doc.recent[i]
		if !slices.Contains(kinds, m.actor.Kind) {
			continue
		}
		if !telling[noun] || strings.Contains(m.called, noun) {
			return *m, true
		}
		if last < 0 {
			last = i
		}
	}
	if last < 0 {
		return mention{}, false
	}
	return s.doc.recent[last], true
}

// telling are the descriptions that belong to few actors.
var telling = wordSet("coalition alliance agency network movement party militia bloc newspaper observatory service")

// pronoun resolves a pronoun: a relative one to the noun that its clause
// describes, a personal one to the last actor that fits.
func (s *sentence) pronoun(h int) (mention, bool) {
	word := s.lower(h)
	switch word {
	case "who", "which", "that", "whom", "whose":
		noun := -1
		s.ancestors(h, func(a int) bool {
			if r := s.tok[a].Rel; r == "acl:relcl" {
				noun = s.tok[a].Head
				return false
			}
			return true
		})
		if noun < 0 || s.depth > 4 {
			return mention{}, false
		}
		s.depth++
		defer func() { s.depth-- }()
		return s.party(noun, 0)
	}
	var fits func(a schema.Actor) bool
	switch word {
	case "he", "she", "him", "her", "his", "hers", "himself", "herself":
		fits = func(a schema.Actor) bool { return a.Kind == schema.Person }
	case "it", "its", "itself":
		fits = func(a schema.Actor) bool { return a.Kind != schema.Person && a.Kind != schema.Population }
	case "they", "them", "their", "theirs", "themselves":
		fits = func(a schema.Actor) bool { return a.Kind != schema.Person && a.Kind != schema.State }
	default:
		return mention{}, false
	}
	// A subject before the pronoun in its own sentence but not in its own
	// clause, else the nearest actor there, else the last one of earlier
	// sentences. Within the sentence the name itself is the better mention.
	best, found := mention{}, false
	for _, m := range s.mentions {
		if m.last < h && m.sort != adjective && m.actor.ID != "" && fits(m.actor) && s.tok[m.head].Head != s.tok[h].Head {
			if !found || s.rel(m.head) == "nsubj" || s.rel(best.head) != "nsubj" {
				best, found = m, true
			}
		}
	}
	if found {
		return best, true
	}
	for i := len(s.doc.recent) - 1; i >= 0; i-- {
		if m := s.doc.recent[i]; fits(m.actor) {
			return mention{first: h, last: h, head: h, actor: m.actor, sort: pronoun, class: m.class}, true
		}
	}
	return mention{}, false
}

// unknownName takes a capitalised name that the gazetteer does not know as
// an actor of its own, not yet reviewed.
func (s *sentence) unknownName(h int) (mention, bool) {
	if s.tok[h].Text == strings.ToLower(s.tok[h].Text) {
		return mention{}, false
	}
	first, last := s.run(h)
	if n := h - 1; first == last && n >= 0 && s.at[n] >= 0 && s.mentions[s.at[n]].sort == role && capitalised(s.tok[n].Text) && s.kindWord(h) {
		m := s.mentions[s.at[n]] // the Police of "Police Command"
		m.last, m.head = h, h
		return m, true
	}
	name := s.text(first, last)
	slug := schema.Slug(name)
	if len(slug) < 3 || s.place[h] || notActors[strings.ToLower(name)] {
		return mention{}, false
	}
	a := schema.Actor{ID: schema.MakeActorID(slug), Name: name, Kind: s.guess(first, last), Unreviewed: true}
	if a.Kind != schema.Person {
		a.Country = s.doc.home
	}
	return mention{first: first, last: last, head: h, sort: unknown, actor: a}, true
}

// personal guesses whether an unknown name is a person's: two to four plain
// words, no word of the kind that organisations bear.
func (s *sentence) personal(first, last int) bool {
	words := 0
	for i := first; i <= last; i++ {
		w := s.lower(i)
		if hyphen(w) || particles[w] {
			continue
		}
		if words++; words > 4 {
			return false
		}
		if institutions[w] || strings.ToUpper(s.tok[i].Text) == s.tok[i].Text && len(w) > 2 {
			return false
		}
	}
	return true
}

var institutions = map[string]bool{
	"party": true, "army": true, "front": true, "brigade": true, "brigades": true, "council": true, "ministry": true,
	"court": true, "university": true, "union": true, "forces": true, "force": true, "movement": true, "committee": true,
	"organization": true, "organisation": true, "association": true, "company": true, "group": true, "police": true,
	"agency": true, "assembly": true, "congress": true, "parliament": true, "senate": true, "bank": true, "church": true,
	"department": true, "office": true, "commission": true, "league": true, "corporation": true, "inc": true, "state": true,
	"islands": true, "province": true, "airport": true, "base": true, "city": true, "district": true, "hospital": true,
}

// notActors are capitalised words that taggers take for names.
var notActors = map[string]bool{
	"monday": true, "tuesday": true, "wednesday": true, "thursday": true, "friday": true, "saturday": true, "sunday": true,
	"january": true, "february": true, "march": true, "april": true, "may": true, "june": true, "july": true, "august": true,
	"september": true, "october": true, "november": true, "december": true, "ramadan": true, "internet": true,
	"covid-19": true, "god": true, "allah": true, "olympics": true, "earth": true, "christmas": true, "pandemic": true,
}

// remember keeps the sentence's actors for the pronouns of later ones:
// subjects last, so that they are found first.
func (s *sentence) remember() {
	for pass := range 2 {
		for _, m := range s.mentions {
			subject := s.rel(m.head) == "nsubj"
			if m.actor.ID != "" && m.sort != adjective && m.sort != pronoun && subject == (pass == 1) {
				m.called = strings.ToLower(s.text(m.first, m.last))
				s.doc.recent = append(s.doc.recent, m)
			}
		}
	}
	if n := len(s.doc.recent); n > 64 {
		s.doc.recent = append(s.doc.recent[:0], s.doc.recent[n-32:]...)
	}
}
