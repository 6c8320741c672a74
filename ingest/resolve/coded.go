package resolve

import (
	"strings"

	"faultline/ingest/cameo"
	"faultline/ingest/coding"
	"faultline/ingest/report"
	"faultline/schema"
)

// mention is one side of a coded row.
func (v *Resolver) mention(name string, p report.Party, day schema.Day) []coding.Mention {
	name = strings.TrimSpace(name)
	a, ok := v.party(name, p, day)
	if !ok {
		return nil
	}
	if name == "" {
		name = a.Name
	}
	return []coding.Mention{{Text: name, Actor: a}}
}

// party is the actor that a coded source means: by its actor code if it has
// one that says who, else by name. It is false when the row tells neither.
func (v *Resolver) party(name string, p report.Party, day schema.Day) (schema.Actor, bool) {
	if p.Code != "" {
		if a, ok := v.coded(cameo.Parse(p.Code)); ok {
			return a, true
		}
	}
	if p.Role != "" {
		if a, ok := v.actors.LookupICEWS(p.Role, day); ok {
			return a, true
		}
	}
	for _, whole := range p.Names {
		if a, ok := v.whole(whole, day); ok {
			return a, true
		}
	}
	if name == "" {
		return schema.Actor{}, false
	}
	a := unlisted(name, schema.Organisation)
	if len(p.Names) == 0 {
		a = v.Named(name, day)
	}
	if a.Unreviewed {
		a.Country = v.iso3(p.Country)
		if p.Kind != "" {
			a.Kind = p.Kind
		}
	}
	return a, true
}

// whole is the actor that has a whole name.
func (v *Resolver) whole(name string, day schema.Day) (schema.Actor, bool) {
	for _, id := range v.actors.Named(name) {
		if e, ok := v.actors.Actor(id); ok && e.Actor.Kind != schema.Outlet {
			return e.On(day), true
		}
	}
	return schema.Actor{}, false
}

// coded is the actor of an actor code: the known group, or the country, or
// what has its role there.
func (v *Resolver) coded(c cameo.Actor) (schema.Actor, bool) {
	holder, ok := v.holder(c)
	if !ok {
		if c.Role.Code == "" {
			return schema.Actor{}, false
		}
		// Nothing but a role: police, somewhere. The state that it belongs to
		// is not known, so that all of these are one actor.
		a := unlisted("unspecified "+c.Role.Name, c.Role.Kind)
		a.Name = c.Role.Name + " (country not given)"
		return a, true
	}
	switch c.Role.Noun {
	case "", "=", "-":
		return holder, true
	}
	if c.Group.Code != "" && c.Role.Code != "PKO" {
		return holder, true // its members and organs are the group
	}
	if a, ok := v.actors.RoleActor(holder.ID, c.Role.Noun); ok {
		return a, true
	}
	a := unlisted(holder.Name+" "+c.Role.Name, c.Role.Kind)
	a.Country = holder.Country
	return a, true
}

// holder is the group, region or state of an actor code.
func (v *Resolver) holder(c cameo.Actor) (schema.Actor, bool) {
	for _, g := range [...]cameo.Group{c.Group, c.Region} {
		if g.Code == "" || g == c.Region && c.Country != "" {
			continue
		}
		id := schema.MakeActorID(g.Slug)
		if e, ok := v.actors.Actor(id); ok {
			return e.Actor, true
		}
		return schema.Actor{ID: id, Name: g.Name, Kind: g.Kind, Unreviewed: true}, true
	}
	if c.Country == "" {
		return schema.Actor{}, false
	}
	if id, ok := v.states[c.Country]; ok {
		e, _ := v.actors.Actor(id)
		return e.Actor, true
	}
	a := unlisted(c.Country, schema.State)
	a.Country = c.Country
	return a, true
}

// indexStates finds the state, or failing that the territory, of each country
// code.
func (v *Resolver) indexStates() {
	v.states = map[string]schema.ActorID{}
	for _, kind := range [...]schema.ActorKind{schema.State, schema.Government} {
		for _, e := range v.actors.All() {
			a := e.Actor
			if _, has := v.states[a.Country]; !has && a.Country != "" && a.Kind == kind && len(e.Capitals)+len(e.Adjectives) > 0 {
				v.states[a.Country] = a.ID
			}
		}
	}
}

// iso3 is the code of a country that is given by code or name, "" if it is
// not known.
func (v *Resolver) iso3(country string) string {
	if country == "" {
		return ""
	}
	if _, ok := v.states[country]; ok {
		return country
	}
	for _, id := range v.actors.Named(country) {
		if e, ok := v.actors.Actor(id); ok && v.states[e.Actor.Country] == id {
			return e.Actor.Country
		}
	}
	return ""
}

// place is the node of a coded row's place; nil when the row has none that
// a map could show.
func (v *Resolver) place(p report.Place) *coding.Location {
	name := strings.TrimSpace(p.Name)
	slug := schema.Slug(name)
	onEarth := p.Latitude >= -90 && p.Latitude <= 90 && p.Longitude >= -180 && p.Longitude <= 180
	if slug == "" || !p.Located || !onEarth {
		return nil
	}
	short, _, _ := strings.Cut(name, ",")
	if short = strings.TrimSpace(short); short == "" {
		short = name
	}
	return &coding.Location{Text: name, Place: schema.Place{
		ID: schema.MakePlaceID(slug), Name: short, Country: v.iso3(p.Country), Latitude: p.Latitude, Longitude: p.Longitude,
	}}
}
