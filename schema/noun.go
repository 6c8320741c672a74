package schema

// Noun turns the nodes of one kind into statements and back. It is immutable
// and safe for concurrent use; Nouns has one of each kind.
type Noun[T any, ID ~string] struct {
	kind   Kind
	id     func(*T) *ID
	blank  T // of which nothing is said yet
	fields []field[T]
	byPred map[Predicate]int
}

// Kind is the kind of the nodes.
func (n *Noun[T, ID]) Kind() Kind { return n.kind }

// ID is the id of a node.
func (n *Noun[T, ID]) ID(node *T) ID { return *n.id(node) }

// Put lists the statements of a node: its kind, then its fields in the order
// of the vocabulary.
func (n *Noun[T, ID]) Put(node T, out func(Statement)) {
	id := string(n.ID(&node))
	out(Statement{id, PredKind, Value{Sort: SortText, Text: string(n.kind)}})
	for _, f := range n.fields {
		f.put(&node, func(v Value) { out(Statement{id, f.Predicate, v}) })
	}
}

// Statements are those of a node, in the order of Put.
func (n *Noun[T, ID]) Statements(node T) []Statement {
	list := make([]Statement, 0, 1+len(n.fields))
	n.Put(node, func(s Statement) { list = append(list, s) })
	return list
}

// Assemble makes a node of statements. Their order, their repetition and
// their subjects do not matter, and predicates that the kind lacks are passed
// over.
func (n *Noun[T, ID]) Assemble(id ID, statements []Statement) T {
	node := n.blank
	*n.id(&node) = id
	for _, s := range statements {
		if i, ok := n.byPred[s.Predicate]; ok {
			n.fields[i].add(&node, s.Object)
		}
	}
	return node
}

// Merge joins two descriptions of one node.
func (n *Noun[T, ID]) Merge(a, b T) T {
	return n.Assemble(n.ID(&a), append(n.Statements(a), n.Statements(b)...))
}

// Nouns are the nouns of the graph. They are immutable; make them with
// NewNouns.
type Nouns struct {
	Actor    *Noun[Actor, ActorID]
	Event    *Noun[Event, EventID]
	Claim    *Noun[Claim, ClaimID]
	Report   *Noun[Report, ReportID]
	Place    *Noun[Place, PlaceID]
	Load     *Noun[Load, LoadID]
	Relation *Noun[Relation, RelationID]
	Reading  *Noun[Reading, ReadingID]

	sorts map[Predicate]Sort
}

// NewNouns returns the nouns of the vocabulary.
func NewNouns() *Nouns {
	sorts := map[Predicate]Sort{PredKind: SortText}
	return &Nouns{
		Actor:    newNoun(sorts, KindActor, func(n *Actor) *ActorID { return &n.ID }, Actor{}, actorFields()),
		Event:    newNoun(sorts, KindEvent, func(n *Event) *EventID { return &n.ID }, Event{Day: NoDay}, eventFields()),
		Claim:    newNoun(sorts, KindClaim, func(n *Claim) *ClaimID { return &n.ID }, Claim{}, claimFields()),
		Report:   newNoun(sorts, KindReport, func(n *Report) *ReportID { return &n.ID }, Report{}, reportFields()),
		Place:    newNoun(sorts, KindPlace, func(n *Place) *PlaceID { return &n.ID }, Place{}, placeFields()),
		Load:     newNoun(sorts, KindLoad, func(n *Load) *LoadID { return &n.ID }, Load{}, loadFields()),
		Relation: newNoun(sorts, KindRelation, func(n *Relation) *RelationID { return &n.ID }, Relation{}, relationFields()),
		Reading:  newNoun(sorts, KindReading, func(n *Reading) *ReadingID { return &n.ID }, Reading{From: NoDay, To: NoDay}, readingFields()),
		sorts:    sorts,
	}
}

// newNoun adds the sorts of the noun's predicates to those of the others.
func newNoun[T any, ID ~string](sorts map[Predicate]Sort, kind Kind, id func(*T) *ID, blank T, fields []field[T]) *Noun[T, ID] {
	n := &Noun[T, ID]{kind: kind, id: id, blank: blank, fields: fields, byPred: make(map[Predicate]int, len(fields))}
	for i, f := range fields {
		n.byPred[f.Predicate] = i
		sorts[f.Predicate] = f.Sort
	}
	return n
}

// SortOf returns the sort of value that a predicate holds, and false for a
// predicate outside the vocabulary.
func (n *Nouns) SortOf(p Predicate) (Sort, bool) {
	s, ok := n.sorts[p]
	return s, ok
}
