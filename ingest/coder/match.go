package coder

import (
	"strings"

	"faultline/ingest/gazetteer"
	"faultline/ingest/nlp"
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
	s.doc.locate(matches)
	for _, m := range matches {
		if mn, ok := s.fromMatch(m); ok {
			s.add(mn, m.First, m.Last-1)
		}
	}
}

// fromMatch makes a mention of what the gazetteer found.
func (s *sentence) fromMatch(m gazetteer.Match) (mention, bool) {
	mn := mention{first: m.First, last: m.Last - 1, actor: m.Actor, class: string(m.Class)}
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
		if t := s.tok[m.Last-1].Tag; t != nlp.NOUN && t != nlp.PROPN && t != nlp.ADJ {
			return mn, false // "troops" is no verb, but "guards" may be one
		}
		mn.sort = role
		mn.actor = s.doc.bearer(m, s.text(mn.first, mn.last))
	case gazetteer.MatchCombined:
		mn.sort = role
	}
	mn.head = s.headOf(m.First, m.Last-1)
	return mn, true
}

// locate notes which country the document is about: the one it names most.
func (d *document) locate(matches []gazetteer.Match) {
	for _, m := range matches {
		if c := m.Actor.Country; c != "" && m.Actor.Kind != schema.Outlet {
			d.countries[c]++
			if d.countries[c] > d.countries[d.home] || d.countries[c] == d.countries[d.home] && c < d.home {
				d.home = c
			}
		}
	}
}

// bearer is the actor that a role noun without a holder means: "the army" of
// a report on Syria is Syria's, and its rebels are rebels in Syria.
func (d *document) bearer(m gazetteer.Match, text string) schema.Actor {
	if d.home != "" {
		if st, ok := d.states[d.home]; ok {
			if a, ok := d.gaz.RoleActor(st, m.Role); ok {
				return a
			}
		}
	}
	name := strings.ToLower(text)
	return schema.Actor{ID: schema.MakeActorID(schema.Slug(name)), Name: name, Kind: m.ActorKind, Unreviewed: true}
}
