package export

import (
	"context"
	"strconv"
	"time"

	"faultline/graph"
	"faultline/schema"
)

// Linked data: what N-Quads and JSON-LD, two forms of one data set, share.
//
// Nodes are urn:faultline: and their id; terms that PROV-O and RDFS lack are
// urn:faultline:term: and the predicate's name.
const (
	nodeSpace = "urn:faultline:"
	termSpace = "urn:faultline:term:"

	rdfType   = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
	rdfsLabel = "http://www.w3.org/2000/01/rdf-schema#label"
	xsd       = "http://www.w3.org/2001/XMLSchema#"
	prov      = "http://www.w3.org/ns/prov#"
)

// terms are the predicates that have a name of their own outside, by the
// kinds of node that they stand at. A name is a label everywhere.
type terms map[schema.Kind]map[schema.Predicate]string

func newTerms() terms {
	return terms{
		schema.KindClaim: {
			schema.PredIn:        prov + "wasDerivedFrom",
			schema.PredSaidBy:    prov + "wasAttributedTo",
			schema.PredRecorded:  prov + "generatedAtTime",
			schema.PredRetracted: prov + "invalidatedAtTime",
		},
		schema.KindReport: {
			schema.PredPublishedBy: prov + "wasAttributedTo",
			schema.PredLoadedIn:    prov + "wasGeneratedBy",
			schema.PredRetracted:   prov + "invalidatedAtTime",
		},
		schema.KindLoad: {
			schema.PredStarted:  prov + "startedAtTime",
			schema.PredFinished: prov + "endedAtTime",
		},
	}
}

// foreign is the IRI of a predicate that has a name of its own outside.
func (t terms) foreign(k schema.Kind, p schema.Predicate) (iri string, ok bool) {
	if p == schema.PredName {
		return rdfsLabel, true
	}
	iri, ok = t[k][p]
	return iri, ok
}

// provClass is the class of PROV-O that a kind of node belongs to.
func provClass(k schema.Kind) string {
	switch k {
	case schema.KindActor:
		return prov + "Agent"
	case schema.KindLoad:
		return prov + "Activity"
	case schema.KindClaim, schema.KindReport, schema.KindReading:
		return prov + "Entity"
	}
	return ""
}

// A teller takes what is said of a node of a kind and, of a claim, what it
// asserts of its event.
type teller func(k schema.Kind, says, asserts []schema.Statement) error

// walkStatements is Walk in statements.
func walkStatements(ctx context.Context, r graph.Reader, s Selection, tell teller) error {
	n := schema.NewNouns()
	return Walk(ctx, r, s, Visitor{
		Load: says(n.Load, tell), Actor: says(n.Actor, tell), Place: says(n.Place, tell), Event: says(n.Event, tell),
		Report: says(n.Report, tell), Reading: says(n.Reading, tell), Relation: says(n.Relation, tell),
		ClaimOf: func(c schema.Claim, e *schema.Event) error {
			return tell(n.Claim.Kind(), n.Claim.Statements(c), asserted(e))
		},
	})
}

func says[T any, ID ~string](n *schema.Noun[T, ID], tell teller) func(T) error {
	return func(node T) error { return tell(n.Kind(), n.Statements(node), nil) }
}

// asserted is what a claim's own graph says of its event: its type, sides and
// day. What other claims make of the event besides, its status or its places,
// is not of this claim. It is nothing for nil, an event that the store lacks.
func asserted(e *schema.Event) []schema.Statement {
	if e == nil {
		return nil
	}
	id := string(e.ID)
	list := []schema.Statement{{Subject: id, Predicate: schema.PredType, Object: schema.Value{Text: string(e.Type)}}}
	for _, side := range []struct {
		predicate schema.Predicate
		actors    []schema.ActorID
	}{{schema.PredInitiator, e.Initiators}, {schema.PredRecipient, e.Recipients}} {
		for _, a := range side.actors {
			list = append(list, schema.Statement{Subject: id, Predicate: side.predicate, Object: schema.Value{Sort: schema.SortRef, Text: string(a)}})
		}
	}
	if e.Day != schema.NoDay {
		list = append(list, schema.Statement{Subject: id, Predicate: schema.PredDate, Object: schema.Value{Text: e.Day.String()}})
	}
	return list
}

// literal is the text of a statement's value that is no reference, and its
// type in XML Schema, "" for plain text.
func literal(st schema.Statement) (text, datatype string) {
	v := st.Object
	switch v.Sort {
	case schema.SortInt:
		return strconv.FormatInt(v.Int, 10), "integer"
	case schema.SortFloat:
		return strconv.FormatFloat(v.Float, 'E', -1, 64), "double"
	case schema.SortTime:
		return v.Time.Format(time.RFC3339Nano), "dateTime"
	}
	switch st.Predicate {
	case schema.PredDate, schema.PredFrom, schema.PredTo:
		return v.Text, "date"
	}
	return v.Text, ""
}
