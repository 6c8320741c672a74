package gazetteer

import (
	"fmt"
	"slices"
	"strings"

	"faultline/ingest/custom"
	"faultline/schema"
)

// readCustom takes in actors and role nouns that a user wrote. Errors name his
// file and line.
func (p *parser) readCustom(own custom.Actors) {
	for _, r := range own.Roles {
		p.customRole(own.File, r)
	}
	for _, a := range own.Actors {
		p.customActor(own.File, a)
	}
}

func (p *parser) customRole(file string, c custom.Role) {
	at := row{file: file, line: c.Line}
	if c.Class == "" {
		p.fail(at.errorf("the role %q has no class: want one of government, military, police, rebel, militant, militia, protester, opposition, civilian, media, official, leader, spokesperson, envoy, person", c.Noun))
		return
	}
	class := Class(c.Class)
	kind, ok := class.kind()
	if !ok {
		p.fail(at.errorf("%q is no class of role", c.Class))
		return
	}
	if c.Kind == "" {
		c.Kind = string(kind)
	}
	if c.Suffix == "" {
		c.Suffix = schema.Slug(plural(c.Noun))
	}
	flags := ""
	if c.Title {
		flags = "title"
	}
	at.cells = []string{c.Noun, c.Plural, c.Kind, c.Suffix, c.Class, flags}
	p.role(at)
}

// customActor enters a new actor, or adds to the one that has the id.
func (p *parser) customActor(file string, c custom.Actor) {
	r := row{file: file, line: c.Line, cells: []string{c.ID}}
	e := Entry{Actor: schema.Actor{Name: c.Name, Kind: schema.ActorKind(c.Kind), Country: c.Country, Aliases: c.Aliases},
		Adjectives: c.Adjectives, People: c.People, Capitals: c.Capitals,
		territory: c.Kind == string(schema.State)}
	for _, t := range c.PartOf {
		e.PartOf = append(e.PartOf, p.tie(file, t))
	}
	for _, t := range c.Aligned {
		e.Aligned = append(e.Aligned, p.tie(file, t))
	}
	for _, o := range c.Offices {
		t := p.tie(file, custom.Tie{Line: o.Line, ID: o.Of, From: o.From, To: o.To})
		e.Offices = append(e.Offices, Office{Role: o.Role, At: t.ID, From: t.From, To: t.To})
	}
	i, known := p.g.byID[schema.MakeActorID(c.ID)]
	known = known && isSlug(c.ID)
	switch {
	case known && p.origins[i].layer == p.layer:
		p.fail(r.errorf("%s is also at %s:%d: join them", c.ID, p.origins[i].row.file, p.origins[i].row.line))
		return
	case known && !c.Replace:
		e = extended(p.g.entries[i], e)
	case c.Name == "":
		p.fail(r.errorf("%s is not known yet and needs a name", c.ID))
		return
	case c.Kind == "":
		p.fail(r.errorf("%s is not known yet and needs a kind: state, government, military, armed-group, organisation, population, outlet or person", c.ID))
		return
	}
	if len(e.Offices) > 0 && e.Actor.Kind != schema.Person {
		p.fail(r.errorf("%s has offices, but is no person: its kind is %s", c.ID, e.Actor.Kind))
		return
	}
	p.enter(r, e)
	// What a user calls an actor is that one before any other.
	for _, name := range slices.Concat([]string{c.Name}, c.Aliases, c.Adjectives, c.People, c.Capitals) {
		if key := Fold(name); key != "" {
			id := schema.MakeActorID(c.ID)
			old := slices.DeleteFunc(slices.Clone(p.g.ambiguous[key]), func(o schema.ActorID) bool { return o == id })
			p.g.ambiguous[key] = append([]schema.ActorID{id}, old...)
		}
	}
}

func (p *parser) tie(file string, t custom.Tie) Dated {
	at := row{file: file, line: t.Line}
	d := Dated{ID: schema.MakeActorID(t.ID), From: schema.NoDay, To: schema.NoDay}
	if !isSlug(t.ID) {
		p.fail(at.errorf("%q is no id: want lower-case words joined by hyphens", t.ID))
	}
	if t.From == "" && t.To == "" {
		return d
	}
	var err error
	if d.From, d.To, err = interval(t.From + ".." + t.To); err != nil {
		p.fail(at.errorf("%v", err))
	}
	return d
}

// extended is a known entry with what a user adds to it: names, kind and
// country take the place of the old ones, the old name stays an alias, lists
// grow.
func extended(old, more Entry) Entry {
	e := old
	e.Actor.Aliases = slices.Clone(old.Actor.Aliases)
	if more.Actor.Name != "" && more.Actor.Name != old.Actor.Name {
		e.Actor.Aliases = append(e.Actor.Aliases, old.Actor.Name)
		e.Actor.Name = more.Actor.Name
	}
	if more.Actor.Kind != "" {
		e.Actor.Kind = more.Actor.Kind
	}
	if more.Actor.Country != "" {
		e.Actor.Country = more.Actor.Country
	}
	e.Actor.Aliases = union(e.Actor.Aliases, more.Actor.Aliases)
	e.Adjectives = union(old.Adjectives, more.Adjectives)
	e.People = union(old.People, more.People)
	e.Capitals = union(old.Capitals, more.Capitals)
	e.PartOf = append(slices.Clone(old.PartOf), more.PartOf...)
	e.Aligned = append(slices.Clone(old.Aligned), more.Aligned...)
	e.Offices = append(slices.Clone(old.Offices), more.Offices...)
	return e
}

func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// unknownID suggests the nearest id that somebody has.
func (p *parser) unknownID(id schema.ActorID) string {
	best, cost := "", 4
	want := id.Slug()
	for have := range p.g.byID {
		if d := distance(want, have.Slug(), cost); d < cost || d == cost && best != "" && have.Slug() < best {
			best, cost = have.Slug(), d
		}
	}
	if best == "" || strings.TrimSpace(want) == "" {
		return ""
	}
	return fmt.Sprintf(": did you mean %s?", best)
}
