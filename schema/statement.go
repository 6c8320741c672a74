package schema

// A codec turns one kind of noun into statements and back.
type codec[T any] struct {
	kind   Kind
	fields []field[T]
	byPred map[Predicate]int
	id     func(*T) string
	fresh  func(id string) T
}

func newCodec[T any](kind Kind, fields []field[T], id func(*T) string, fresh func(string) T) codec[T] {
	c := codec[T]{kind: kind, fields: fields, byPred: make(map[Predicate]int, len(fields)), id: id, fresh: fresh}
	for i, f := range fields {
		c.byPred[f.Predicate] = i
	}
	return c
}

// statements lists what the graph says of the node, its kind first.
func (c codec[T]) statements(n *T, out func(Statement)) {
	id := c.id(n)
	out(Statement{id, PredKind, Value{Sort: SortText, Text: string(c.kind)}})
	for _, f := range c.fields {
		f.put(n, func(v Value) { out(Statement{id, f.Predicate, v}) })
	}
}

// assemble makes a node of its statements; order and repetition do not
// matter, unknown predicates are passed over.
func (c codec[T]) assemble(id string, statements []Statement) T {
	n := c.fresh(id)
	for _, s := range statements {
		if i, ok := c.byPred[s.Predicate]; ok {
			c.fields[i].add(&n, s.Object)
		}
	}
	return n
}

// merge joins two descriptions of one node.
func (c codec[T]) merge(a, b T) T {
	var all []Statement
	take := func(s Statement) { all = append(all, s) }
	c.statements(&a, take)
	c.statements(&b, take)
	return c.assemble(c.id(&a), all)
}

// Codec turns nodes into statements and back. It is immutable and safe for
// concurrent use; make one with NewCodec.
type Codec struct {
	actor  codec[Actor]
	event  codec[Event]
	claim  codec[Claim]
	report codec[Report]
	place  codec[Place]
	load   codec[Load]

	relation codec[Relation]
	reading  codec[Reading]
}

// NewCodec returns the codec of the vocabulary.
func NewCodec() *Codec {
	return &Codec{
		actor: newCodec(KindActor, actorFields(), func(n *Actor) string { return string(n.ID) },
			func(id string) Actor { return Actor{ID: ActorID(id)} }),
		event: newCodec(KindEvent, eventFields(), func(n *Event) string { return string(n.ID) },
			func(id string) Event { return Event{ID: EventID(id), Day: NoDay} }),
		claim: newCodec(KindClaim, claimFields(), func(n *Claim) string { return string(n.ID) },
			func(id string) Claim { return Claim{ID: ClaimID(id)} }),
		report: newCodec(KindReport, reportFields(), func(n *Report) string { return string(n.ID) },
			func(id string) Report { return Report{ID: ReportID(id)} }),
		place: newCodec(KindPlace, placeFields(), func(n *Place) string { return string(n.ID) },
			func(id string) Place { return Place{ID: PlaceID(id)} }),
		load: newCodec(KindLoad, loadFields(), func(n *Load) string { return string(n.ID) },
			func(id string) Load { return Load{ID: LoadID(id)} }),
		relation: newCodec(KindRelation, relationFields(), func(n *Relation) string { return string(n.ID) },
			func(id string) Relation { return Relation{ID: RelationID(id)} }),
		reading: newCodec(KindReading, readingFields(), func(n *Reading) string { return string(n.ID) },
			func(id string) Reading { return Reading{ID: ReadingID(id), From: NoDay, To: NoDay} }),
	}
}

// PutActor lists the statements of an actor: its kind, then its fields in
// the order of the vocabulary.
func (c *Codec) PutActor(n Actor, out func(Statement)) { c.actor.statements(&n, out) }

// PutEvent lists the statements of an event.
func (c *Codec) PutEvent(n Event, out func(Statement)) { c.event.statements(&n, out) }

// PutClaim lists the statements of a claim.
func (c *Codec) PutClaim(n Claim, out func(Statement)) { c.claim.statements(&n, out) }

// PutReport lists the statements of a report.
func (c *Codec) PutReport(n Report, out func(Statement)) { c.report.statements(&n, out) }

// PutPlace lists the statements of a place.
func (c *Codec) PutPlace(n Place, out func(Statement)) { c.place.statements(&n, out) }

// PutLoad lists the statements of a load.
func (c *Codec) PutLoad(n Load, out func(Statement)) { c.load.statements(&n, out) }

// PutRelation lists the statements of a relation.
func (c *Codec) PutRelation(n Relation, out func(Statement)) { c.relation.statements(&n, out) }

// PutReading lists the statements of a reading.
func (c *Codec) PutReading(n Reading, out func(Statement)) { c.reading.statements(&n, out) }

// Actor assembles an actor of statements, in any order, repeated or not.
func (c *Codec) Actor(id ActorID, s []Statement) Actor { return c.actor.assemble(string(id), s) }

// Event assembles an event of statements, in any order, repeated or not.
func (c *Codec) Event(id EventID, s []Statement) Event { return c.event.assemble(string(id), s) }

// Claim assembles a claim of statements, in any order, repeated or not.
func (c *Codec) Claim(id ClaimID, s []Statement) Claim { return c.claim.assemble(string(id), s) }

// Report assembles a report of statements, in any order, repeated or not.
func (c *Codec) Report(id ReportID, s []Statement) Report { return c.report.assemble(string(id), s) }

// Place assembles a place of statements, in any order, repeated or not.
func (c *Codec) Place(id PlaceID, s []Statement) Place { return c.place.assemble(string(id), s) }

// Load assembles a load of statements, in any order, repeated or not.
func (c *Codec) Load(id LoadID, s []Statement) Load { return c.load.assemble(string(id), s) }

// Relation assembles a relation of statements, in any order, repeated or
// not.
func (c *Codec) Relation(id RelationID, s []Statement) Relation {
	return c.relation.assemble(string(id), s)
}

// Reading assembles a reading of statements, in any order, repeated or not.
func (c *Codec) Reading(id ReadingID, s []Statement) Reading {
	return c.reading.assemble(string(id), s)
}

// MergeEvent joins two descriptions of one event.
func (c *Codec) MergeEvent(a, b Event) Event { return c.event.merge(a, b) }

// SortOf returns the sort of value that a predicate holds, and false for a
// predicate outside the vocabulary.
func (c *Codec) SortOf(p Predicate) (Sort, bool) {
	if p == PredKind {
		return SortText, true
	}
	for _, find := range []func(Predicate) (Sort, bool){
		c.actor.sortOf, c.event.sortOf, c.claim.sortOf, c.report.sortOf, c.place.sortOf, c.load.sortOf,
		c.relation.sortOf, c.reading.sortOf,
	} {
		if s, ok := find(p); ok {
			return s, true
		}
	}
	return 0, false
}

func (c codec[T]) sortOf(p Predicate) (Sort, bool) {
	i, ok := c.byPred[p]
	if !ok {
		return 0, false
	}
	return c.fields[i].Sort, true
}
