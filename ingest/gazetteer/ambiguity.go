package gazetteer

import (
	"slices"
	"strings"

	"faultline/schema"
)

// Ambiguous lists the names, adjectives, peoples and capitals that stand for
// several actors, folded and sorted, with their candidates in order, and whether ambiguous.tsv
// lists exactly them.
func (g *Gazetteer) Ambiguous() []Ambiguity {
	var found []Ambiguity
	var visit func(node int32, name string)
	byNode := map[int32]string{}
	words := make([]string, len(g.lex.root))
	for w, id := range g.lex.words {
		words[id] = w
	}
	type branch struct {
		word, node int32
	}
	next := map[int32][]branch{}
	for key, node := range g.lex.edges {
		from := int32(key >> 32)
		next[from] = append(next[from], branch{int32(uint32(key)), node})
	}
	visit = func(node int32, name string) {
		byNode[node] = name
		for _, b := range next[node] {
			visit(b.node, name+" "+words[b.word])
		}
	}
	for w, node := range g.lex.root {
		if node != 0 {
			visit(node, words[w])
		}
	}
	for node, name := range byNode {
		ids := g.lex.ids[node]
		if len(ids) < 2 || mostlyMade(g.lex.senses[node][:len(ids)]) {
			continue
		}
		listed := slices.Clone(g.ambiguous[name])
		have := slices.Clone(ids)
		slices.Sort(listed)
		slices.Sort(have)
		found = append(found, Ambiguity{Name: name, Actors: ids, Listed: slices.Equal(listed, have)})
	}
	slices.SortFunc(found, func(a, b Ambiguity) int { return strings.Compare(a.Name, b.Name) })
	return found
}

// mostlyMade reports that at most one of several actors has a name from a data
// file; names made of an ambiguous adjective are ambiguous as that one is.
func mostlyMade(ss []sense) bool {
	given := 0
	for _, s := range ss {
		if !s.made {
			given++
		}
	}
	return given < 2
}

// Ambiguity is one name of several actors.
type Ambiguity struct {
	Name   string // folded
	Actors []schema.ActorID
	Listed bool // ambiguous.tsv lists exactly these
}
