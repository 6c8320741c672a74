package queries

import (
	"fmt"
	"slices"

	"faultline/schema"
)

// Group is a list of actors that are to count as one.
type Group struct {
	Name    string
	Members []schema.ActorID
}

// group is a Group as a record keeps it: an actor of its own, whose number
// follows those of the view.
type group struct {
	schema.Actor
	members []uint32 // sorted
}

// WithGroups returns a record in which groups count as actors. They are found
// by their names, before any actor of the same name, and stand for all that
// their members stand for at the level that is asked for. Members that the
// graph has not met say nothing. It is an error when an actor is a member of
// two groups, or a group has no name or nobody in it.
func (r *Record) WithGroups(groups []Group) (*Record, error) {
	with := *r
	with.groups = nil
	of := make(map[schema.ActorID]string)
	for _, g := range groups {
		x := group{Actor: schema.Actor{ID: schema.MakeActorID(schema.Slug(g.Name)), Name: g.Name, Kind: schema.Organisation}}
		if schema.Slug(g.Name) == "" || len(g.Members) == 0 {
			return nil, fmt.Errorf("group %q: want a name and members", g.Name)
		}
		for _, m := range g.Members {
			if other, ok := of[m]; ok && other != g.Name {
				return nil, fmt.Errorf("%s is in two groups, %s and %s: take it out of one", m, other, g.Name)
			}
			of[m] = g.Name
			if n, ok := r.view.Number(m); ok {
				x.members = append(x.members, n)
			}
		}
		if slices.ContainsFunc(with.groups, func(o group) bool { return o.ID == x.ID }) {
			return nil, fmt.Errorf("two groups are called %q: name them differently", g.Name)
		}
		x.members = distinct(x.members)
		with.groups = append(with.groups, x)
	}
	return with.anew(), nil
}

// number is the number of an actor or a group, and false when the series has
// never met it.
func (r *Record) number(id schema.ActorID) (uint32, bool) {
	for i := range r.groups {
		if r.groups[i].ID == id {
			return uint32(r.view.Actors() + i), true
		}
	}
	return r.view.Number(id)
}

// group is the group of a number, nil for an actor's.
func (r *Record) group(n uint32) *group {
	if i := int(n) - r.view.Actors(); i >= 0 {
		return &r.groups[i]
	}
	return nil
}

// anchors are the actors that an id names: itself, or a group's members.
func (r *Record) anchors(id schema.ActorID) []uint32 {
	n, ok := r.number(id)
	if !ok {
		return nil
	}
	if g := r.group(n); g != nil {
		return g.members
	}
	return []uint32{n}
}

// gather makes all that the groups' members stand for count for the groups.
// Who is a member counts for its own group, whatever it is part of.
func (r *Record) gather(p *parties, level Level) {
	member := make(map[uint32]bool)
	for _, g := range r.groups {
		for _, n := range g.members {
			member[n] = true
		}
	}
	for i, g := range r.groups {
		number := int32(r.view.Actors() + i)
		for _, n := range r.side(g.ID, level) {
			if !member[n] || slices.Contains(g.members, n) {
				p.of[n] = number
			}
		}
	}
}
