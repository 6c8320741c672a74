package custom

import (
	"go.yaml.in/yaml/v3"
)

// Actors is the content of an actors.yaml.
type Actors struct {
	File   string
	Actors []Actor
	Roles  []Role
}

// Actor is one entry, as it is written. The actor of a known id is extended
// by what is given, and replaced if Replace is set.
type Actor struct {
	Line       int
	ID         string // a slug, without "actor:"
	Name       string
	Kind       string
	Country    string // ISO 3166 alpha-3
	Aliases    []string
	Adjectives []string
	People     []string
	Capitals   []string
	PartOf     []Tie
	Aligned    []Tie
	Offices    []Office
	Replace    bool
}

// Tie is an actor that another belongs to or sides with. From and To are
// dates of any precision, "" when open; both days are included.
type Tie struct {
	Line     int
	ID       string
	From, To string
}

// Office is a post of a person.
type Office struct {
	Line     int
	Role     string
	Of       string // id of the state, group or organisation
	From, To string
}

// Role is a noun that makes actors together with their holders: "drone
// operators" of a state.
type Role struct {
	Line   int
	Noun   string
	Plural string
	Kind   string
	Suffix string
	Class  string
	Title  bool // may stand before a person's name
}

// The keys of actors.yaml.
var (
	actorsKeys = []string{"actors", "roles"}
	actorKeys  = []string{"id", "name", "kind", "country", "aliases", "adjectives", "people", "capitals", "part_of", "aligned_with", "offices", "replace"}
	tieKeys    = []string{"id", "from", "to"}
	officeKeys = []string{"role", "of", "from", "to"}
	roleKeys   = []string{"noun", "plural", "kind", "suffix", "class", "title"}
)

// ReadActors reads an actors.yaml. name is the file's path, for errors; all
// errors are returned, joined.
func ReadActors(name string, data []byte) (Actors, error) {
	f := file{name: name}
	out := Actors{File: name}
	top := f.root(data)
	if top == nil {
		return out, f.err()
	}
	f.fields(top, "the file", actorsKeys, func(key string, _, v *yaml.Node) {
		for _, item := range f.items(v, key) {
			if key == "roles" {
				if r, ok := f.role(item); ok {
					out.Roles = append(out.Roles, r)
				}
			} else if a, ok := f.actor(item); ok {
				out.Actors = append(out.Actors, a)
			}
		}
	})
	return out, f.err()
}

func (f *file) actor(n *yaml.Node) (Actor, bool) {
	a := Actor{Line: n.Line}
	ok := f.fields(n, "an actor", actorKeys, func(key string, _, v *yaml.Node) {
		switch key {
		case "id":
			a.ID = f.text(v, key)
		case "name":
			a.Name = f.text(v, key)
		case "kind":
			a.Kind = f.text(v, key)
		case "country":
			a.Country = f.text(v, key)
		case "aliases":
			a.Aliases = f.texts(v, key)
		case "adjectives":
			a.Adjectives = f.texts(v, key)
		case "people":
			a.People = f.texts(v, key)
		case "capitals":
			a.Capitals = f.texts(v, key)
		case "part_of":
			a.PartOf = f.ties(v, key)
		case "aligned_with":
			a.Aligned = f.ties(v, key)
		case "offices":
			a.Offices = f.offices(v)
		case "replace":
			a.Replace = f.flag(v, key)
		}
	})
	if ok && a.ID == "" {
		f.fail(n.Line, "an actor has no id: want lower-case words joined by hyphens, for example id: northern-brigade")
		ok = false
	}
	return a, ok
}

func (f *file) ties(n *yaml.Node, what string) []Tie {
	var out []Tie
	items := []*yaml.Node{n}
	if n.Kind != yaml.MappingNode {
		items = f.items(n, what)
	}
	for _, item := range items {
		t := Tie{Line: item.Line}
		if item.Kind == yaml.ScalarNode {
			t.ID = f.text(item, what)
		} else if !f.fields(item, what, tieKeys, func(key string, _, v *yaml.Node) {
			switch s := f.text(v, key); key {
			case "id":
				t.ID = s
			case "from":
				t.From = s
			case "to":
				t.To = s
			}
		}) {
			continue
		}
		if t.ID == "" {
			f.fail(item.Line, "%s names no actor: want an id, or {id: …, from: 2014, to: 2016-05}", what)
			continue
		}
		out = append(out, t)
	}
	return out
}

func (f *file) offices(n *yaml.Node) []Office {
	var out []Office
	items := []*yaml.Node{n}
	if n.Kind != yaml.MappingNode {
		items = f.items(n, "offices")
	}
	for _, item := range items {
		o := Office{Line: item.Line}
		if !f.fields(item, "an office", officeKeys, func(key string, _, v *yaml.Node) {
			switch s := f.text(v, key); key {
			case "role":
				o.Role = s
			case "of":
				o.Of = s
			case "from":
				o.From = s
			case "to":
				o.To = s
			}
		}) {
			continue
		}
		if o.Role == "" || o.Of == "" {
			f.fail(item.Line, "an office needs role and of, for example {role: president, of: syria, from: 2025-01-29}")
			continue
		}
		out = append(out, o)
	}
	return out
}

func (f *file) role(n *yaml.Node) (Role, bool) {
	r := Role{Line: n.Line}
	ok := f.fields(n, "a role", roleKeys, func(key string, _, v *yaml.Node) {
		switch key {
		case "noun":
			r.Noun = f.text(v, key)
		case "plural":
			r.Plural = f.text(v, key)
		case "kind":
			r.Kind = f.text(v, key)
		case "suffix":
			r.Suffix = f.text(v, key)
		case "class":
			r.Class = f.text(v, key)
		case "title":
			r.Title = f.flag(v, key)
		}
	})
	if ok && r.Noun == "" {
		f.fail(n.Line, "a role has no noun, for example noun: drone operator")
		ok = false
	}
	return r, ok
}
