package queries

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"faultline/queries/series"
	"faultline/schema"
)

// Namer knows actors by name that the graph may not have met: it returns all
// that go by the name, case and accents aside, and nobody for an unknown
// one.
type Namer func(name string) []schema.Actor

// NameError is returned by Find for a name that is not one actor's.
type NameError struct {
	Name       string     `json:"name"`
	Ambiguous  bool       `json:"ambiguous"`            // the candidates all go by it; else they are the nearest
	Candidates []ActorRef `json:"candidates,omitempty"` // most events first
}

// Error names the candidates and says how to choose one.
func (e *NameError) Error() string {
	var list []string
	for _, c := range e.Candidates {
		list = append(list, fmt.Sprintf("%s (%s)", c.ID, c.Name))
	}
	switch {
	case e.Ambiguous:
		return fmt.Sprintf("%q is the name of several actors: %s; give the id", e.Name, strings.Join(list, ", "))
	case len(list) > 0:
		return fmt.Sprintf("no actor goes by %q; nearest: %s", e.Name, strings.Join(list, ", "))
	}
	return fmt.Sprintf("no actor goes by %q", e.Name)
}

// names finds actors by what they are called.
type names struct {
	byName  map[string][]uint32 // folded; actors by number, each once
	byAlias map[string][]uint32
}

func indexNames(v *series.View) *names {
	x := &names{make(map[string][]uint32, v.Actors()), make(map[string][]uint32, 2*v.Actors())}
	add := func(m map[string][]uint32, name string, n uint32) {
		key := schema.Slug(name)
		if list := m[key]; key != "" && (len(list) == 0 || list[len(list)-1] != n) {
			m[key] = append(list, n)
		}
	}
	for n := range uint32(v.Actors()) {
		a := v.Actor(n)
		add(x.byName, a.Name, n)
		for _, alias := range a.Aliases {
			add(x.byAlias, alias, n)
		}
	}
	return x
}

// Find returns the actors that the names mean, in their order. A name is an
// id ("actor:hezbollah"), what follows in it ("hezbollah"), a name or an
// alias; case, accents and punctuation do not matter. Of several actors the
// first kind of match that finds any decides, and what the graph knows comes
// before the Namer. The error joins a *NameError for each name that means
// nobody or several.
func (r *Record) Find(names ...string) ([]schema.Actor, error) {
	list := make([]schema.Actor, 0, len(names))
	var errs []error
	for _, name := range names {
		a, err := r.find(name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		list = append(list, a)
	}
	return list, errors.Join(errs...)
}

func (r *Record) find(name string) (schema.Actor, error) {
	v := r.view
	prefix := string(schema.KindActor) + ":"
	key := schema.Slug(strings.TrimPrefix(name, prefix))
	for _, g := range r.groups {
		if g.ID == schema.MakeActorID(key) {
			return g.Actor, nil
		}
	}
	if n, ok := v.Number(schema.MakeActorID(key)); ok {
		return v.Actor(n), nil
	}
	if n, ok := v.Number(schema.ActorID(name)); ok {
		return v.Actor(n), nil
	}
	x := r.names()
	for _, numbers := range [][]uint32{x.byName[key], x.byAlias[key]} {
		switch len(numbers) {
		case 0:
			continue
		case 1:
			return v.Actor(numbers[0]), nil
		}
		return schema.Actor{}, &NameError{Name: name, Ambiguous: true, Candidates: r.refs(numbers)}
	}
	if r.namer != nil {
		switch known := r.namer(strings.TrimPrefix(name, prefix)); len(known) {
		case 0:
		case 1:
			return known[0], nil
		default:
			e := &NameError{Name: name, Ambiguous: true}
			for _, a := range known {
				e.Candidates = append(e.Candidates, ActorRef{a.ID, a.Name})
			}
			slices.SortFunc(e.Candidates, func(a, b ActorRef) int { return cmp.Compare(a.ID, b.ID) })
			return schema.Actor{}, e
		}
	}
	return schema.Actor{}, &NameError{Name: name, Candidates: r.refs(r.nearest(key))}
}

// refs names actors, those with most events first.
func (r *Record) refs(numbers []uint32) []ActorRef {
	numbers = slices.Clone(numbers)
	slices.SortFunc(numbers, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(len(r.view.EventsOf(b)), len(r.view.EventsOf(a))),
			cmp.Compare(r.view.Actor(a).ID, r.view.Actor(b).ID))
	})
	var list []ActorRef
	for _, n := range numbers {
		list = append(list, r.ref(n))
	}
	return list
}

// nearest lists up to five actors whose names resemble a key: by edit
// distance, a name that holds the key as a word counting as one edit away.
func (r *Record) nearest(key string) []uint32 {
	type near struct {
		distance int
		actor    uint32
	}
	limit := 1 + len(key)/4
	best := make(map[uint32]int)
	x := r.names()
	for _, m := range []map[string][]uint32{x.byName, x.byAlias} {
		for name, actors := range m {
			d := 1
			if !strings.Contains("-"+name+"-", "-"+key+"-") {
				d = distance(key, name, limit)
			}
			if d > limit {
				continue
			}
			for _, n := range actors {
				if old, ok := best[n]; !ok || d < old {
					best[n] = d
				}
			}
		}
	}
	list := make([]near, 0, len(best))
	for n, d := range best {
		list = append(list, near{d, n})
	}
	slices.SortFunc(list, func(a, b near) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance),
			cmp.Compare(len(r.view.EventsOf(b.actor)), len(r.view.EventsOf(a.actor))),
			cmp.Compare(r.view.Actor(a.actor).ID, r.view.Actor(b.actor).ID))
	})
	var numbers []uint32
	for _, n := range list[:min(5, len(list))] {
		numbers = append(numbers, n.actor)
	}
	return numbers
}

// distance is the Levenshtein distance of two keys in bytes, or limit+1 when
// it is larger.
func distance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		smallest := row[0]
		for j := range len(b) {
			d := corner
			if a[i] != b[j] {
				d = 1 + min(corner, row[j], row[j+1])
			}
			corner = row[j+1]
			row[j+1] = d
			smallest = min(smallest, d)
		}
		if smallest > limit {
			return limit + 1
		}
	}
	return min(row[len(b)], limit+1)
}

// ActorSummary is an actor with how often it is met.
type ActorSummary struct {
	schema.Actor
	Events int        `json:"events"` // that it takes part in itself, whether they happened or not
	First  schema.Day `json:"first"`  // day of its first and last event, "" without one
	Last   schema.Day `json:"last"`
}

// Actors lists the actors whose id, name or an alias contains the pattern,
// case, accents and punctuation aside, those with most events first. The
// empty pattern lists all.
func (r *Record) Actors(pattern string) []ActorSummary {
	v := r.view
	key := schema.Slug(strings.TrimPrefix(pattern, string(schema.KindActor)+":"))
	matches := func(a *schema.Actor) bool {
		if strings.Contains(a.ID.Slug(), key) || strings.Contains(schema.Slug(a.Name), key) {
			return true
		}
		return slices.ContainsFunc(a.Aliases, func(s string) bool { return strings.Contains(schema.Slug(s), key) })
	}
	list := []ActorSummary{}
	for n := range uint32(v.Actors()) {
		a := v.Actor(n)
		if key == "" && pattern != "" || !matches(&a) {
			continue
		}
		s := ActorSummary{Actor: a, Events: len(v.EventsOf(n)), First: schema.NoDay, Last: schema.NoDay}
		for _, i := range v.EventsOf(n) { // in order of day, without one first
			if s.Last = v.Day(int(i)); s.First == schema.NoDay {
				s.First = s.Last
			}
		}
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b ActorSummary) int {
		return cmp.Or(cmp.Compare(b.Events, a.Events), cmp.Compare(a.ID, b.ID))
	})
	return list
}
