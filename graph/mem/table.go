package mem

import (
	"slices"

	"faultline/schema"
)

// table holds the nodes of one kind.
type table[T any, ID ~string] struct {
	nodes    map[ID]T
	put      func(T, func(schema.Statement))
	assemble func(ID, []schema.Statement) T
	id       func(*T) ID
}

func newTable[T any, ID ~string](put func(T, func(schema.Statement)), assemble func(ID, []schema.Statement) T, id func(*T) ID) table[T, ID] {
	return table[T, ID]{make(map[ID]T), put, assemble, id}
}

func (t *table[T, ID]) statements(n T) []schema.Statement {
	var list []schema.Statement
	t.put(n, func(s schema.Statement) { list = append(list, s) })
	return list
}

// merge adds nodes and calls changed for each one that was new or gained
// something.
func (t *table[T, ID]) merge(nodes []T, changed func(n *T, isNew bool)) {
	for i := range nodes {
		id := t.id(&nodes[i])
		var before []schema.Statement
		old, known := t.nodes[id]
		if known {
			before = t.statements(old)
		}
		merged := t.assemble(id, append(slices.Clip(before), t.statements(nodes[i])...))
		if known && slices.Equal(before, t.statements(merged)) {
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
	return t.assemble(id, t.statements(n)), true
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
