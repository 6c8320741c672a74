package dgraph

import (
	"strings"

	"faultline/graph"
	"faultline/schema"
)

// A noun says how one kind of node becomes statements and back.
type noun[T any, ID ~string] struct {
	kind     schema.Kind
	put      func(T, func(schema.Statement))
	assemble func(ID, []schema.Statement) T
	id       func(*T) ID
	list     func(*graph.Batch) []T // the nodes of this kind in a batch
}

func (n *noun[T, ID]) statements(node T) []schema.Statement {
	var list []schema.Statement
	n.put(node, func(s schema.Statement) { list = append(list, s) })
	return list
}

type nouns struct {
	actor    noun[schema.Actor, schema.ActorID]
	place    noun[schema.Place, schema.PlaceID]
	report   noun[schema.Report, schema.ReportID]
	event    noun[schema.Event, schema.EventID]
	claim    noun[schema.Claim, schema.ClaimID]
	load     noun[schema.Load, schema.LoadID]
	relation noun[schema.Relation, schema.RelationID]
	reading  noun[schema.Reading, schema.ReadingID]
}

func newNouns(c *schema.Codec) *nouns {
	return &nouns{
		actor: noun[schema.Actor, schema.ActorID]{schema.KindActor, c.PutActor, c.Actor,
			func(n *schema.Actor) schema.ActorID { return n.ID }, func(b *graph.Batch) []schema.Actor { return b.Actors }},
		place: noun[schema.Place, schema.PlaceID]{schema.KindPlace, c.PutPlace, c.Place,
			func(n *schema.Place) schema.PlaceID { return n.ID }, func(b *graph.Batch) []schema.Place { return b.Places }},
		report: noun[schema.Report, schema.ReportID]{schema.KindReport, c.PutReport, c.Report,
			func(n *schema.Report) schema.ReportID { return n.ID }, func(b *graph.Batch) []schema.Report { return b.Reports }},
		event: noun[schema.Event, schema.EventID]{schema.KindEvent, c.PutEvent, c.Event,
			func(n *schema.Event) schema.EventID { return n.ID }, func(b *graph.Batch) []schema.Event { return b.Events }},
		claim: noun[schema.Claim, schema.ClaimID]{schema.KindClaim, c.PutClaim, c.Claim,
			func(n *schema.Claim) schema.ClaimID { return n.ID }, func(b *graph.Batch) []schema.Claim { return b.Claims }},
		load: noun[schema.Load, schema.LoadID]{schema.KindLoad, c.PutLoad, c.Load,
			func(n *schema.Load) schema.LoadID { return n.ID }, func(b *graph.Batch) []schema.Load { return b.Loads }},
		relation: noun[schema.Relation, schema.RelationID]{schema.KindRelation, c.PutRelation, c.Relation,
			func(n *schema.Relation) schema.RelationID { return n.ID }, func(b *graph.Batch) []schema.Relation { return b.Relations }},
		reading: noun[schema.Reading, schema.ReadingID]{schema.KindReading, c.PutReading, c.Reading,
			func(n *schema.Reading) schema.ReadingID { return n.ID }, func(b *graph.Batch) []schema.Reading { return b.Readings }},
	}
}

// typeOf is the dgraph.type of a kind: "Actor" for "actor".
func typeOf(k schema.Kind) string { return strings.ToUpper(string(k[:1])) + string(k[1:]) }

// kindOfType is the other way round.
func kindOfType(t string) schema.Kind { return schema.Kind(strings.ToLower(t)) }
