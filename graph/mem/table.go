package mem

import (
	"slices"

	"faultline/schema"
)

// table holds the nodes of one kind.
type table[T any, ID ~string] struct {
	noun  *schema.Noun[T, ID]
	nodes map[ID]T
}

func newTable[T any, ID ~string](noun *schema.Noun[T, ID]) table[T, ID] {
	return table[T, ID]{noun, make(map[ID]T)}
}

// merge adds nodes and calls changed for each one that was new or gained
// something.
func (t *table[T, ID]) merge(nodes []T, changed func(n *T, isNew bool)) {
	for i := range nodes {
		id := t.noun.ID(&nodes[i])
		var before []schema.Statement
		old, known := t.nodes[id]
		if known {
			before = t.noun.Statements(old)
		}
		merged := t.noun.Assemble(id, append(slices.Clip(before), t.noun.Statements(nodes[i])...))
		if known && slices.Equal(before, t.noun.Statements(merged)) {
			continue
		}
		t.nodes[id] = merged
		changed(&merged, !known)
	}
}

// get returns a copy that shares no memory with the table, so that callers
// may change what they are given.
func (t *table[T, ID]) get(id ID) (T, bool) {
	n, ok := t.nodes[id]
	if !ok {
		return n, false
	}
	return t.noun.Assemble(id, t.noun.Statements(n)), true
}

// index finds nodes by the id of a node that they refer to. It lists some of
// them twice.
type index[From, To ~string] map[From][]To

func (x index[From, To]) add(from From, to To) { x[from] = append(x[from], to) }

// find lists what refers to one of the ids.
func (x index[From, To]) find(from []From) []To {
	var list []To
	for _, id := range from {
		list = append(list, x[id]...)
	}
	return list
}
