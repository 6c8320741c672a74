package coder

import (
	"strings"

	"faultline/ingest/gazetteer"
	"faultline/ingest/nlp"
	"faultline/ingest/place"
	"faultline/schema"
)

// findMentions fills at and mentions from the gazetteer.
func (s *sentence) findMentions() {
	words := make([]gazetteer.Word, len(s.tok))
	for i, t := range s.tok {
		words[i] = gazetteer.Word{Text: t.Text, Start: t.Start, End: t.End}
	}
	s.at = make([]int, len(s.tok))
	for i := range s.at {
		s.at[i] = -1
	}
	matches := s.doc.gaz.Match(words)
	s.doc.locate(matches, s.places, s.context)
	roles := map[int]string{}
	for _, m := range matches {
		if mn, ok := s.fromMatch(m); ok {
			s.add(mn, min(mn.first, m.First), m.Last-1)
			if n := len(s.mentions) - 1; m.Kind == gazetteer.MatchRole && mn.sort == role {
				s.own(n, m.Role)
				roles[n] = m.Role
			}
		}
	}
	for n := range s.mentions {
		if role, ok := roles[n]; ok {
			s.supposed(n, role)
		}
	}
}

// supposed gives a role noun the nation that it is taken for: "armed men
// thought to be Russian".
func (s *sentence) supposed(n int, role string) {
	m := &s.mentions[n]
	k := m.last + 1
	if k < len(s.tok) && s.tok[k].Tag == nlp.PUNCT {
		k++
	}
	if k+3 >= len(s.tok) || !supposed[s.lower(k)] || s.lower(k+1) != "to" || s.lower(k+2) != "be" {
		return
	}
	k += 3
	if s.at[k] < 0 {
		return
	}
	by := s.mentions[s.at[k]]
	if by.sort != adjective && by.sort != country {
		return
	}
	if a, ok := s.doc.gaz.RoleActor(by.actor.ID, role); ok {
		m.actor = a
		for i := by.first; i <= by.last; i++ {
			s.at[i] = n
		}
	}
}

var supposed = wordSet("thought believed suspected presumed alleged reported said understood")

// own gives a role noun the holder that stands before it with other words in
// between: "Turkish F-16 fighter jets" are Turkey's, wherever they fly.
func (s *sentence) own(n int, role string) {
	m := &s.mentions[n]
	for k := m.first - 1; k >= 0 && s.under(k, m.head); k-- {
		if r := s.rel(k); s.at[k] < 0 || r != "amod" && r != "compound" {
			continue
		}
		by := s.mentions[s.at[k]]
		if by.sort != adjective && by.sort != country {
			continue
		}
		if a, ok := s.doc.gaz.RoleActor(by.actor.ID, role); ok {
			m.actor, m.first = a, min(m.first, by.first)
			for i := m.first; i <= m.last; i++ {
				s.at[i] = n
			}
			return
		}
	}
}

// fromMatch makes a mention of what the gazetteer found.
func (s *sentence) fromMatch(m gazetteer.Match) (mention, bool) {
	mn := mention{first: m.First, last: m.Last - 1, actor: s.dated(m), class: string(m.Class)}
	// The words that name the actor, without titles.
	for mn.first < mn.last && s.tok[mn.first].End <= m.NameStart {
		mn.first++
	}
	for mn.last > mn.first && s.tok[mn.last].Start >= m.NameEnd {
		mn.last--
	}
	switch m.Kind {
	case gazetteer.MatchAttribute:
		return mn, false
	case gazetteer.MatchAdjective:
		mn.sort = adjective
	case gazetteer.MatchCapital:
		mn.sort = capital
	case gazetteer.MatchName, gazetteer.MatchPeople, gazetteer.MatchTitleName:
		if m.Actor.Kind == schema.State && m.Kind == gazetteer.MatchName {
			mn.sort = country
		}
	case gazetteer.MatchRole:
		switch s.tok[m.Last-1].Tag {
		case nlp.NOUN, nlp.PROPN:
		case nlp.ADJ:
			if r := s.rel(m.Last - 1); r == "amod" || r == "compound" {
				return mn, false // "local sources"
			}
		default:
			return mn, false // "guards" may be a verb
		}
		if name, ok := s.proper(mn, m); ok {
			mn = name
			mn.head = s.headOf(mn.first, mn.last)
			return mn, true
		}
		mn.sort = role
		mn.actor = s.doc.bearer(m, s.text(mn.first, mn.last))
	case gazetteer.MatchCombined:
		mn.sort = role
	}
	mn.head = s.headOf(m.First, m.Last-1)
	return mn, true
}

// locate notes which country the document is about: where its places lie
// most often, and else whose actors it names most.
func (d *document) locate(matches []gazetteer.Match, places []place.Mention, countriesOf func() []string) {
	note := func(country string, weight int) {
		if country == "" {
			return
		}
		d.countries[country] += weight
		if n, top := d.countries[country], d.countries[d.home]; n > top || n == top && country < d.home {
			d.home = country
		}
	}
	for _, m := range places {
		if m.Cue.Locative() || m.Cue == place.CueObject {
			if p, ok := d.places.Resolve(m, countriesOf()); ok {
				note(p.Country, 4)
			}
		}
	}
	for _, m := range matches {
		if m.Actor.Kind != schema.Outlet && m.Actor.Kind != schema.Person {
			note(m.Actor.Country, 1)
		}
	}
}

// bearer is the actor that a role noun without a holder means: "the army" of
// a report on Syria is Syria's, and its rebels are rebels in Syria.
func (d *document) bearer(m gazetteer.Match, text string) schema.Actor {
	last := strings.ToLower(text[strings.LastIndexByte(text, ' ')+1:])
	if d.home != "" && !equipment[strings.ToLower(text)] && !states[last] {
		if st, ok := d.states[d.home]; ok {
			if a, ok := d.gaz.RoleActor(st, m.Role); ok {
				return a
			}
		}
	}
	name := strings.ToLower(text)
	return schema.Actor{ID: schema.MakeActorID(schema.Slug(name)), Name: name, Kind: m.ActorKind, Unreviewed: true}
}

// states are role nouns that do not tell which: "both countries" are not those
// of the country that the report is about.
var states = wordSet("country countries nations states")

// equipment are role nouns for what armies and rebels alike have: "a tank"
// does not say whose.
var equipment = wordSet("tank tanks artillery drone drones gunboat gunboats boat boats helicopter helicopters warplane warplanes " +
	"plane planes jet jets aircraft missile missiles rocket rockets vehicle vehicles warship warships ship ships submarine submarines")
