package gazetteer

import (
	"cmp"
	"strings"

	"faultline/schema"
)

// Publisher is the outlet that a name means where only an outlet can be
// meant, as the publisher of a report: besides by its names (see Named) it is
// known by its name without what tells it from others, "The Independent" for
// "The Independent (United Kingdom)". If several outlets are called that, the
// one of the first id counts.
func (g *Gazetteer) Publisher(name string) (schema.Actor, bool) {
	for _, i := range g.lookup(name, true) {
		if g.entries[i].Actor.Kind == schema.Outlet {
			return g.entries[i].Actor, true
		}
	}
	i, ok := g.publishers()[Fold(name)]
	if !ok {
		return schema.Actor{}, false
	}
	return g.entries[i].Actor, true
}

// bareNames are the outlets by their folded names without "(…)" at the end.
func (g *Gazetteer) bareNames() map[string]int32 {
	m := map[string]int32{}
	for i := range g.entries {
		e := &g.entries[i]
		if e.Actor.Kind != schema.Outlet {
			continue
		}
		for _, name := range append([]string{e.Actor.Name}, e.Actor.Aliases...) {
			bare, _, cut := strings.Cut(name, " (")
			key := Fold(bare)
			if !cut || key == "" {
				continue
			}
			if old, ok := m[key]; !ok || cmp.Compare(e.Actor.ID, g.entries[old].Actor.ID) < 0 {
				m[key] = int32(i)
			}
		}
	}
	return m
}
