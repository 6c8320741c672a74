package graphtest

import (
	"context"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"testing"

	"faultline/graph"
	"faultline/schema"
)

// Run tests a store against the contract of package graph. Each call of open
// returns an empty store; Run closes it.
func Run(t *testing.T, open func(t *testing.T) graph.Store) {
	tests := []struct {
		name string
		test func(*testing.T, graph.Store)
	}{
		{"empty store", testEmpty},
		{"round trip", testRoundTrip},
		{"order of ids", testOrder},
		{"written", testWritten},
		{"nothing new", testNothingNew},
		{"nothing new in a stronger store", testWeaker},
		{"batch numbers", testBatchNumbers},
		{"bad batches are refused whole", testRefused},
		{"merge", testMerge},
		{"filter by ids", testIDs},
		{"reports by load, item and URL", testReportFilter},
		{"events by actor and window", testEventFilter},
		{"claims by event, report and batch", testClaimFilter},
		{"relations by party", testRelationFilter},
		{"has", testHas},
		{"hostile text", testHostile},
		{"times and numbers", testValues},
		{"caller owns what it is given", testOwnership},
		{"cancelled", testCancelled},
		{"sequence left early", testLeftEarly},
		{"write while reading", testWriteWhileReading},
		{"readers beside writers", testConcurrent},
		{"many nodes", testMany},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := open(t)
			defer func() {
				if err := s.Close(); err != nil {
					t.Errorf("Close: %v", err)
				}
			}()
			test.test(t, s)
		})
	}
}

// Reopen tests that a store gives back after Close what was written before.
// Each call of open returns the same store, which is empty at first.
func Reopen(t *testing.T, open func(t *testing.T) graph.Store) {
	s := open(t)
	mustWrite(t, s, World())
	before := contents(t, s)
	if err := s.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}

	s = open(t)
	defer func() { s.Close() }()
	if after := contents(t, s); !reflect.DeepEqual(before, after) {
		t.Errorf("after Close and open:\n got %+v\nwant %+v", after, before)
	}
	if w := mustWrite(t, s, World()); !reflect.DeepEqual(w, graph.Written{}) {
		t.Errorf("the same batch written again gave %+v, want nothing", w)
	}
	late := event(schema.Threaten, SDF, IRGC, 2024, 12, 4)
	if w := mustWrite(t, s, &graph.Batch{Events: []schema.Event{late}}); w.Seq != 2 || w.Events != 1 {
		t.Errorf("next batch gave %+v, want number 2 and one event", w)
	}
	if err := s.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}

	s = open(t)
	after := contents(t, s)
	if after.Head != 2 || len(after.Events) != len(before.Events)+1 {
		t.Errorf("after the second open: head %d, %d events; want 2, %d", after.Head, len(after.Events), len(before.Events)+1)
	}
}

// graphContents is everything that a store has.
type graphContents struct {
	Head    uint64
	Actors  []schema.Actor
	Places  []schema.Place
	Reports []schema.Report
	Events  []schema.Event
	Claims  []schema.Claim
	Loads   []schema.Load

	Relations []schema.Relation
	Readings  []schema.Reading
}

func contents(t *testing.T, s graph.Reader) graphContents {
	t.Helper()
	ctx := context.Background()
	return graphContents{
		Head:    head(t, s),
		Actors:  list(t, s.Actors(ctx, graph.ActorFilter{})),
		Places:  list(t, s.Places(ctx, graph.PlaceFilter{})),
		Reports: list(t, s.Reports(ctx, graph.ReportFilter{})),
		Events:  list(t, s.Events(ctx, graph.EventFilter{})),
		Claims:  list(t, s.Claims(ctx, graph.ClaimFilter{})),
		Loads:   list(t, s.Loads(ctx, graph.LoadFilter{})),

		Relations: list(t, s.Relations(ctx, graph.RelationFilter{})),
		Readings:  list(t, s.Readings(ctx, graph.ReadingFilter{})),
	}
}

// expected is what a store has after it was given the one batch.
func expected(b *graph.Batch) graphContents {
	byID(b.Actors, func(n schema.Actor) schema.ActorID { return n.ID })
	byID(b.Places, func(n schema.Place) schema.PlaceID { return n.ID })
	byID(b.Reports, func(n schema.Report) schema.ReportID { return n.ID })
	byID(b.Events, func(n schema.Event) schema.EventID { return n.ID })
	byID(b.Claims, func(n schema.Claim) schema.ClaimID { return n.ID })
	byID(b.Loads, func(n schema.Load) schema.LoadID { return n.ID })
	byID(b.Relations, func(n schema.Relation) schema.RelationID { return n.ID })
	byID(b.Readings, func(n schema.Reading) schema.ReadingID { return n.ID })
	return graphContents{1, b.Actors, b.Places, b.Reports, b.Events, b.Claims, b.Loads, b.Relations, b.Readings}
}

func byID[T any, ID ~string](nodes []T, id func(T) ID) {
	slices.SortFunc(nodes, func(a, b T) int {
		if id(a) < id(b) {
			return -1
		}
		return 1
	})
}

func mustWrite(t *testing.T, s graph.Writer, b *graph.Batch) graph.Written {
	t.Helper()
	w, err := s.Write(context.Background(), b)
	if err != nil {
		t.Fatalf("Write: %v", err)
	}
	return w
}

func list[T any](t *testing.T, seq iter.Seq2[T, error]) []T {
	t.Helper()
	nodes, err := graph.All(seq)
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	return nodes
}

func head(t *testing.T, s graph.Reader) uint64 {
	t.Helper()
	n, err := s.Head(context.Background())
	if err != nil {
		t.Fatalf("Head: %v", err)
	}
	return n
}

func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if reflect.DeepEqual(got, want) {
		return
	}
	g, w := reflect.ValueOf(got), reflect.ValueOf(want)
	if g.Kind() == reflect.Slice && g.Len() == w.Len() { // show what differs
		for i := range g.Len() {
			a, b := g.Index(i).Interface(), w.Index(i).Interface()
			if !reflect.DeepEqual(a, b) {
				t.Errorf("%s, number %d of %d:\n got %.999q\nwant %.999q", what, i+1, g.Len(), fmt.Sprintf("%+v", a), fmt.Sprintf("%+v", b))
				return
			}
		}
		if g.Len() == 0 { // nil or not is no difference
			return
		}
	}
	t.Errorf("%s:\n got %.2000s\nwant %.2000s", what, fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want))
}
