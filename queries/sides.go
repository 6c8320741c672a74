package queries

import (
	"cmp"
	"fmt"
	"slices"

	"faultline/schema"
)

// Level says how far actors are rolled up before they are counted.
type Level string

// The levels.
const (
	// LevelParent, the default: an actor stands for all that is part of it.
	// When relations are ranked, state bodies count for their state, and
	// armed groups and organisations for the one that they are part of, but
	// not for a state.
	LevelParent Level = "parent"
	// LevelActor counts every actor by itself.
	LevelActor Level = "actor"
	// LevelCountry counts all actors of a country as one, rebels and
	// citizens too.
	LevelCountry Level = "country"
	// LevelBloc goes beyond LevelParent: who is aligned with another counts
	// for it, and so on. Hezbollah acts for Iran.
	LevelBloc Level = "bloc"
)

// Validate reports a level that is none of the known ones; "" is the
// default.
func (l Level) Validate() error {
	switch l {
	case "", LevelParent, LevelActor, LevelCountry, LevelBloc:
		return nil
	}
	return fmt.Errorf("%q is no level: want actor, parent, country or bloc", string(l))
}

// nobody is the party of actors that are left out.
const nobody = -1

// parties assigns actors to the parties that are counted.
type parties struct {
	of    []int32 // by actor number
	held  [][]office
	first bool     // offices come before the actor's own party
	asked []uint32 // but not for these
}

// office is one that a person holds or held.
type office struct {
	Window
	at uint32
}

// on is the party that an actor counts for on a day, and whether it does by
// an office.
func (p *parties) on(n uint32, day schema.Day) (party int32, officially bool) {
	own := p.of[n]
	if p.held == nil || len(p.held[n]) == 0 || own != nobody && !p.first || slices.Contains(p.asked, n) {
		return own, false
	}
	for _, o := range p.held[n] {
		if o.Contains(day) {
			if party = p.of[o.at]; party != nobody {
				return party, true
			}
			officially = true
		}
	}
	if officially { // elsewhere
		return nobody, true
	}
	return own, false
}

// Tenure is a time in which a person holds an office, of a state, a group or
// an organisation.
type Tenure struct {
	At schema.ActorID
	Window
}

// WithTenures returns a record that knows when persons held which office. On
// these days they count as part of where the office is, of several a state,
// unless they are asked for themselves. tenures is called once for each
// person in the series.
func (r *Record) WithTenures(tenures func(person schema.ActorID) []Tenure) *Record {
	with := *r
	with.held = make([][]office, r.view.Actors())
	for n := range uint32(len(with.held)) {
		a := r.view.Actor(n)
		if a.Kind != schema.Person {
			continue
		}
		var others []office
		for _, t := range tenures(a.ID) {
			at, ok := r.view.Number(t.At)
			switch {
			case !ok || at == n:
			case r.view.Actor(at).Kind == schema.State:
				with.held[n] = append(with.held[n], office{t.Window, at})
			default:
				others = append(others, office{t.Window, at})
			}
		}
		with.held[n] = append(with.held[n], others...)
	}
	return with.anew()
}

// holders lists the persons that ever held an office of these actors and are
// none of them.
func (r *Record) holders(side []uint32) []uint32 {
	in := make(map[uint32]bool, len(side))
	for _, n := range side {
		in[n] = true
	}
	var list []uint32
	for n, held := range r.held {
		if !in[uint32(n)] && slices.ContainsFunc(held, func(o office) bool { return in[o.at] }) {
			list = append(list, uint32(n))
		}
	}
	return list
}

// members lists an actor and all that is part of it.
func (r *Record) members(n uint32) []uint32 {
	seen := map[uint32]bool{n: true}
	list := []uint32{n}
	for i := 0; i < len(list); i++ {
		for _, c := range r.children[list[i]] {
			if !seen[c] {
				seen[c] = true
				list = append(list, c)
			}
		}
	}
	return list
}

// side lists whom an actor stands for at a level; nobody when the series has
// never met it.
func (r *Record) side(id schema.ActorID, level Level) []uint32 {
	n, ok := r.number(id)
	if !ok {
		return nil
	}
	if g := r.group(n); g != nil {
		var list []uint32
		for _, m := range g.members {
			list = append(list, r.side(r.view.Actor(m).ID, level)...)
		}
		return distinct(list)
	}
	switch level {
	case LevelBloc:
		var list []uint32
		lead := r.bloc(n)
		for m := range uint32(r.view.Actors()) {
			if r.bloc(m) == lead {
				list = append(list, m)
			}
		}
		return list
	case LevelActor:
		return []uint32{n}
	case LevelCountry:
		country := r.country(n)
		if country == "" {
			break
		}
		var list []uint32
		for m := range uint32(r.view.Actors()) {
			if r.country(m) == country {
				list = append(list, m)
			}
		}
		return list
	}
	return r.members(n)
}

// country is the ISO code of an actor or of what it is part of. A person who
// holds an office counts where the office is: the Secretary-General of the
// United Nations for no country at all.
func (r *Record) country(n uint32) string {
	for range 8 { // part_of may run in a circle
		a := r.view.Actor(n)
		if len(a.PartOf) == 0 {
			return a.Country
		}
		office, ok := r.view.Number(a.PartOf[0])
		if !ok || a.Country != "" && a.Kind != schema.Person {
			return a.Country
		}
		n = office
	}
	return ""
}

// pair assigns the members of two sides to the parties 0 and 1. Of a side
// that is part of the other, the other stands for the rest.
func (r *Record) pair(a, b schema.ActorID, level Level) (p *parties, members [2][]uint32, err error) {
	if err := level.Validate(); err != nil {
		return nil, members, err
	}
	if a == b {
		return nil, members, fmt.Errorf("%s has no relation to itself: name two actors", a)
	}
	p = &parties{of: make([]int32, r.view.Actors())}
	if level != LevelActor {
		p.held, p.first = r.held, level == LevelCountry
	}
	anchors := [2][]uint32{r.anchors(a), r.anchors(b)}
	p.asked = slices.Concat(anchors[0], anchors[1])
	for i := range p.of {
		p.of[i] = nobody
	}
	sides := [2][]uint32{r.side(a, level), r.side(b, level)}
	if len(sides[0]) > 0 && slices.Equal(sides[0], sides[1]) {
		return nil, members, fmt.Errorf("%s and %s are one side by %s: choose another level", a, b, cmp.Or(level, LevelParent))
	}
	// The actor that is part of the other one comes second and wins.
	order := [2]int{0, 1}
	if within(anchors[0], sides[1]) && !within(anchors[1], sides[0]) {
		order = [2]int{1, 0}
	}
	for _, s := range order {
		for _, n := range sides[s] {
			p.of[n] = int32(s)
		}
	}
	for s, list := range anchors { // who is named counts where it is named
		for _, n := range list {
			p.of[n] = int32(s)
		}
	}
	for n, s := range p.of {
		if s != nobody {
			members[s] = append(members[s], uint32(n))
		}
	}
	if p.held != nil {
		for s := range members {
			members[s] = append(members[s], r.holders(members[s])...)
		}
	}
	return p, members, nil
}

// rollUp assigns every actor to the actor that it counts for at a level.
func (r *Record) rollUp(level Level) *parties {
	p := &parties{of: make([]int32, r.view.Actors()), first: true, held: r.held}
	for n := range p.of {
		p.of[n] = int32(n)
	}
	switch level {
	case LevelActor:
		p.held = nil
	case LevelCountry:
		// Of a country's actors the state stands for all; in its absence the
		// one with the smallest id.
		head := make(map[string]uint32)
		for n := range uint32(len(p.of)) {
			c := r.country(n)
			if c == "" {
				continue
			}
			if h, ok := head[c]; !ok || r.leads(n, h) {
				head[c] = n
			}
		}
		for n := range p.of {
			if h, ok := head[r.country(uint32(n))]; ok {
				p.of[n] = int32(h)
			}
		}
	case LevelBloc:
		for n := range p.of {
			p.of[n] = int32(r.bloc(uint32(n)))
		}
	default:
		for n := range p.of {
			p.of[n] = int32(r.top(uint32(n)))
		}
	}
	r.gather(p, level)
	return p
}

// bloc climbs part_of and aligned_with. Of actors that are aligned in a
// circle the one with the smallest id stands for all.
func (r *Record) bloc(n uint32) uint32 {
	at := r.top(n)
	seen := []uint32{at}
	for {
		next, found := at, false
		for _, id := range r.view.Actor(at).AlignedWith { // a state first, else the first in order
			m, ok := r.view.Number(id)
			if !ok || m == at {
				continue
			}
			if state := r.view.Actor(m).Kind == schema.State; !found || state {
				next, found = r.top(m), true
				if state {
					break
				}
			}
		}
		if !found {
			return at
		}
		if i := slices.Index(seen, next); i >= 0 {
			circle := seen[i:]
			return slices.MinFunc(circle, func(a, b uint32) int { return cmp.Compare(r.view.Actor(a).ID, r.view.Actor(b).ID) })
		}
		seen = append(seen, next)
		at = next
	}
}

// within tells whether all of some actors are on a side.
func within(some, side []uint32) bool {
	return len(some) > 0 && !slices.ContainsFunc(some, func(n uint32) bool { return !slices.Contains(side, n) })
}

func distinct(list []uint32) []uint32 {
	slices.Sort(list)
	return slices.Compact(list)
}

// leads tells whether actor n stands for their country rather than m.
func (r *Record) leads(n, m uint32) bool {
	a, b := r.view.Actor(n), r.view.Actor(m)
	if s, t := a.Kind == schema.State, b.Kind == schema.State; s != t {
		return s
	}
	return a.ID < b.ID
}

// top climbs part_of as LevelParent has it.
func (r *Record) top(n uint32) uint32 {
	for range 16 { // part_of may run in a circle
		a := r.view.Actor(n)
		if a.Kind == schema.State {
			return n
		}
		next, found := n, false
		for _, id := range a.PartOf { // a state first, else the first in order
			p, ok := r.view.Number(id)
			if !ok || p == n {
				continue
			}
			kind := r.view.Actor(p).Kind
			if !climbs(a.Kind, kind) {
				continue
			}
			if !found || kind == schema.State {
				next, found = p, true
			}
			if kind == schema.State {
				break
			}
		}
		if !found {
			return n
		}
		n = next
	}
	return n
}

// climbs tells whether an actor of one kind counts for one of another that
// it is part of.
func climbs(from, to schema.ActorKind) bool {
	switch from {
	case schema.ArmedGroup, schema.Organisation, schema.Outlet:
		return to == schema.ArmedGroup || to == schema.Organisation
	case schema.Population:
		return false
	}
	return true
}

// private reports actors without office or arms: peoples, media, and persons
// who are part of nothing. What they do to each other is no matter between
// political actors.
func (r *Record) private() []bool {
	list := make([]bool, r.view.Actors())
	for n := range list {
		a := r.view.Actor(uint32(n))
		list[n] = a.Kind == schema.Population || a.Kind == schema.Outlet ||
			a.Kind == schema.Person && len(a.PartOf) == 0
	}
	return list
}
