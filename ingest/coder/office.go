package coder

import (
	"strings"

	"faultline/ingest/gazetteer"
	"faultline/schema"
)

// past are words before an office that somebody no longer holds, or not yet.
var past = wordSet("former ex then late ousted deposed next future incoming deputy exiled jailed")

// dated is the actor of a match as of the day of the report: of several
// people of one name the one who held office then, of an office whoever held
// it, and of everybody what they were part of then.
func (s *sentence) dated(m gazetteer.Match) schema.Actor {
	d := s.doc
	day := d.Published
	a := m.Actor
	switch {
	case m.Kind == gazetteer.MatchCombined && m.Holder != "" && m.First > 0 && past[s.lower(m.First-1)] && office(m):
		// "the former Egyptian president" is neither Egypt nor its president.
		name := s.text(m.First-1, m.Last-1)
		return schema.Actor{
			ID: schema.MakeActorID(schema.Slug(name)), Name: name, Kind: schema.Person, Country: a.Country, Unreviewed: true,
		}
	case len(m.Actors) > 1 && m.Actor.Kind == schema.Person && day != schema.NoDay:
		for _, id := range m.Actors {
			if len(d.gaz.OfficesAt(id, day)) > 0 {
				a.ID = id
				break
			}
		}
	case m.Kind == gazetteer.MatchCombined && m.Holder != "" && day != schema.NoDay && office(m):
		if id, ok := d.gaz.HolderAt(m.Role, m.Holder, day); ok {
			a.ID = id
		}
	}
	switch {
	case a.ID != m.Actor.ID, a.Kind == schema.Person:
	case a.Kind == schema.ArmedGroup, a.Kind == schema.Organisation:
	default:
		return a
	}
	if e, ok := d.gaz.Actor(a.ID); ok {
		return e.On(day)
	}
	return a
}

// office reports whether a role with a holder names one person at a time:
// "the Syrian president", not "a French diplomat".
func office(m gazetteer.Match) bool {
	role := m.Role
	for _, w := range [...]string{"former", "ex", "deputy", "late", "acting", "ousted", "exiled", "self"} {
		if strings.HasPrefix(role, w+" ") || strings.HasPrefix(role, w+"-") {
			return false
		}
	}
	switch role {
	case "president", "prime minister", "premier", "king", "queen", "emir", "sultan", "chancellor", "pope", "supreme leader",
		"crown prince", "vice president", "secretary of state", "secretary-general", "secretary general", "foreign secretary",
		"defence secretary", "defense secretary", "secretary of defence", "secretary of defense", "first minister", "taoiseach":
		return true
	}
	return strings.HasSuffix(role, " minister")
}
