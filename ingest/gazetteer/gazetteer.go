package gazetteer

import (
	"embed"
	"io/fs"
	"slices"
	"sync"

	"faultline/schema"
)

//go:embed data/*.tsv
var data embed.FS

// Builtin returns the compiled-in data files, to be the first layer of
// Parse under files of the user's own.
func Builtin() fs.FS {
	sub, err := fs.Sub(data, "data")
	if err != nil {
		panic(err) // the directory is compiled in
	}
	return sub
}

// Load reads the compiled-in data files. An error names file and line.
func Load() (*Gazetteer, error) { return Parse(Builtin()) }

// Dated is an actor that another belongs to or sides with, for a time.
type Dated struct {
	ID   schema.ActorID
	From schema.Day // first day, NoDay when always
	To   schema.Day // first day after, NoDay when it holds still
}

// On reports whether d holds on a day; on NoDay, whether it holds still.
func (d Dated) On(day schema.Day) bool { return during(d.From, d.To, day) }

// Office is a post that a person holds or held.
type Office struct {
	Role string         // "president", "foreign minister"
	At   schema.ActorID // of which state, group or organisation
	From schema.Day     // first day, NoDay when unknown
	To   schema.Day     // first day after, NoDay when held still
}

// On reports whether the office was held on a day; on NoDay, whether it is
// held still.
func (o Office) On(day schema.Day) bool { return during(o.From, o.To, day) }

func during(from, to, day schema.Day) bool {
	if day == schema.NoDay {
		return to == schema.NoDay
	}
	return (from == schema.NoDay || day >= from) && (to == schema.NoDay || day < to)
}

// Entry is one actor of the data files with what the graph does not keep.
type Entry struct {
	// Actor carries the relations that hold still; see On for other days.
	Actor      schema.Actor
	Adjectives []string // "Syrian"; the first one makes names of combined actors
	People     []string // "Syrians"
	Capitals   []string // a capital stands for the government
	Offices    []Office // of a person, in the order of the file
	PartOf     []Dated
	Aligned    []Dated

	// territory marks the rows of states.tsv, whose organs are actors of
	// their own; an organ of any other holder is the holder.
	territory bool
}

// On returns the actor as of a day: part_of and aligned_with hold only what
// was true then, and the offices of a person count as part_of.
func (e Entry) On(day schema.Day) schema.Actor {
	a := e.Actor
	a.PartOf, a.AlignedWith = nil, nil
	for _, d := range e.PartOf {
		if d.On(day) {
			a.PartOf = append(a.PartOf, d.ID)
		}
	}
	for _, o := range e.Offices {
		if o.On(day) && !slices.Contains(a.PartOf, o.At) {
			a.PartOf = append(a.PartOf, o.At)
		}
	}
	for _, d := range e.Aligned {
		if d.On(day) {
			a.AlignedWith = append(a.AlignedWith, d.ID)
		}
	}
	return a
}

// Gazetteer is the set of known actors and role nouns. It is read-only and
// safe for concurrent use. Slices that its methods return are shared: do not
// write to them.
type Gazetteer struct {
	entries   []Entry
	byID      map[schema.ActorID]int32
	roles     []RoleNoun
	ambiguous map[string][]schema.ActorID // folded name → candidates, likeliest first
	lex       lexicon
	surnames  map[int32][]int32 // last word of a person's name → entries
	holders   map[schema.ActorID][]tenure
	scratch   sync.Pool // of *scratch

	publishers func() map[string]int32 // made when first asked for
}

// tenure is one office seen from the institution.
type tenure struct {
	person int32
	office Office
}

// Actor returns the entry with an id.
func (g *Gazetteer) Actor(id schema.ActorID) (Entry, bool) {
	i, ok := g.byID[id]
	if !ok {
		return Entry{}, false
	}
	return g.entries[i], true
}

// All returns every entry, by id.
func (g *Gazetteer) All() []Entry { return g.entries }

// Roles returns every role noun in the order of the file.
func (g *Gazetteer) Roles() []RoleNoun { return g.roles }

// HolderAt returns who held an office on a day, on NoDay who holds it still.
// The role matches by its words, failing that by naming the same organ
// ("foreign secretary", "foreign minister"). If two held it, the later
// comer counts.
func (g *Gazetteer) HolderAt(role string, at schema.ActorID, day schema.Day) (schema.ActorID, bool) {
	want := Fold(role)
	if id, ok := g.holderWhere(at, day, func(o Office) bool { return Fold(o.Role) == want }); ok {
		return id, true
	}
	noun, ok := g.role(role)
	if !ok || noun.Self {
		return "", false
	}
	return g.holderWhere(at, day, func(o Office) bool {
		n, ok := g.role(o.Role)
		return ok && n.Suffix == noun.Suffix && n.Class == noun.Class
	})
}

func (g *Gazetteer) holderWhere(at schema.ActorID, day schema.Day, is func(Office) bool) (schema.ActorID, bool) {
	best, found := tenure{}, false
	for _, t := range g.holders[at] {
		if t.office.On(day) && is(t.office) && (!found || t.office.From > best.office.From) {
			best, found = t, true
		}
	}
	if !found {
		return "", false
	}
	return g.entries[best.person].Actor.ID, true
}

// OfficesAt returns the offices a person held on a day, on NoDay those held
// still, in the order of the file.
func (g *Gazetteer) OfficesAt(person schema.ActorID, day schema.Day) []Office {
	i, ok := g.byID[person]
	if !ok {
		return nil
	}
	var held []Office
	for _, o := range g.entries[i].Offices {
		if o.On(day) {
			held = append(held, o)
		}
	}
	return held
}
