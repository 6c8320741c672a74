package graphtest

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/graph"
	"faultline/schema"
)

func testEmpty(t *testing.T, s graph.Store) {
	same(t, "contents", contents(t, s), graphContents{})
	has, err := s.Has(context.Background(), string(Russia), "event:x")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "Has", has, []bool{false, false})
}

func testRoundTrip(t *testing.T, s graph.Store) {
	mustWrite(t, s, World())
	got, want := contents(t, s), expected(World())
	same(t, "head", got.Head, 1)
	same(t, "actors", got.Actors, want.Actors)
	same(t, "places", got.Places, want.Places)
	same(t, "reports", got.Reports, want.Reports)
	same(t, "events", got.Events, want.Events)
	same(t, "claims", got.Claims, want.Claims)
	same(t, "loads", got.Loads, want.Loads)
	same(t, "relations", got.Relations, want.Relations)
	same(t, "readings", got.Readings, want.Readings)
}

func testWritten(t *testing.T, s graph.Store) {
	world := World()
	w := mustWrite(t, s, world)
	var ids []schema.ClaimID
	for _, c := range world.Claims {
		ids = append(ids, c.ID)
	}
	same(t, "first batch", w, graph.Written{Seq: 1, Actors: 5, Places: 3, Events: 5, Claims: ids})

	// Known nodes do not count, and claims come in the batch's order.
	again := World()
	slices.Reverse(again.Claims)
	again.Claims = append(again.Claims, claim(again.Events[0], again.Reports[2], "Later sentence."), claim(again.Events[0], again.Reports[2], "Earlier sentence."))
	again.Actors = append(again.Actors, schema.Actor{ID: "actor:aanes", Name: "AANES", Kind: schema.Organisation})
	w = mustWrite(t, s, again)
	same(t, "second batch", w, graph.Written{Seq: 2, Actors: 1, Claims: []schema.ClaimID{again.Claims[6].ID, again.Claims[7].ID}})

	// Claims that become others are told apart from new ones.
	late := World()
	late.Claims[3].Retracted, late.Claims[1].Retracted = at(2025, 1, 1, 1), at(2025, 1, 1, 1)
	late.Claims = append(late.Claims[1:4:4], claim(late.Events[1], late.Reports[0], "Another sentence."))
	w = mustWrite(t, s, late)
	same(t, "third batch", w, graph.Written{Seq: 3, Claims: []schema.ClaimID{late.Claims[3].ID},
		Changed: []schema.ClaimID{late.Claims[0].ID, late.Claims[2].ID}})
}

func testNothingNew(t *testing.T, s graph.Store) {
	same(t, "empty batch", mustWrite(t, s, &graph.Batch{}), graph.Written{})
	same(t, "head of the empty store", head(t, s), 0)

	now := time.Now() // with the clock reading that time.Now adds
	b := World()
	b.Claims[0].Recorded, b.Loads[0].Started = now, now
	mustWrite(t, s, b)
	before := contents(t, s)
	same(t, "same batch", mustWrite(t, s, b), graph.Written{})
	for _, e := range b.Events {
		slices.Reverse(e.Initiators)
	}
	b.Actors[0].Aliases = []string{"Moscow", "Kremlin", "Moscow", ""}
	same(t, "same batch in another order", mustWrite(t, s, b), graph.Written{})
	same(t, "contents", contents(t, s), before)
}

// What loses against what the store has is nothing new.
func testWeaker(t *testing.T, s graph.Store) {
	mustWrite(t, s, World())
	before := contents(t, s)
	b := World()
	b.Actors[0].Aliases = nil
	b.Events[0].Status, b.Events[0].Precision, b.Events[0].Code, b.Events[0].At = schema.Planned, schema.PrecisionMonth, "", nil
	b.Claims[0].Recorded = b.Claims[0].Recorded.Add(time.Hour)
	b.Claims[0].Confidence = 0.25
	b.Claims[4].Retracted = time.Time{}
	b.Loads[1].Outcome, b.Loads[1].Counts.Claims = schema.Running, 1
	same(t, "weaker batch", mustWrite(t, s, b), graph.Written{})
	same(t, "contents", contents(t, s), before)
}

func testBatchNumbers(t *testing.T, s graph.Store) {
	for want := uint64(1); want <= 20; want++ {
		e := event(schema.Threaten, Russia, SDF, 2023, 1, int(want))
		same(t, "number", mustWrite(t, s, &graph.Batch{Events: []schema.Event{e}}).Seq, want)
		same(t, "number of nothing new", mustWrite(t, s, &graph.Batch{Events: []schema.Event{e}}).Seq, 0)
		same(t, "head", head(t, s), want)
	}
}

func testRefused(t *testing.T, s graph.Store) {
	bad := "half a r\xffne"
	tests := []struct {
		name  string
		spoil func(*graph.Batch)
		names string // what the error must name
	}{
		{"actor of no kind", func(b *graph.Batch) { b.Actors[1].Kind = "gang" }, string(IRGC)},
		{"actor without name", func(b *graph.Batch) { b.Actors[1].Name = "" }, string(IRGC)},
		{"id without kind", func(b *graph.Batch) { b.Actors[1].ID = "irgc" }, "irgc"},
		{"id of another kind", func(b *graph.Batch) { b.Actors[1].ID = "place:irgc" }, "place:irgc"},
		{"id that is not UTF-8", func(b *graph.Batch) { b.Actors[1].ID = "actor:\xff" }, "not UTF-8"},
		{"alias that is not UTF-8", func(b *graph.Batch) { b.Actors[1].Aliases = []string{bad} }, string(IRGC)},
		{"reference that is no id", func(b *graph.Batch) { b.Actors[1].PartOf = []schema.ActorID{"Iran"} }, "Iran"},
		{"event of no type", func(b *graph.Batch) { b.Events[2].Type = "QUARREL" }, "QUARREL"},
		{"event of no precision", func(b *graph.Batch) { b.Events[2].Precision = "" }, "precision"},
		{"event of no status", func(b *graph.Batch) { b.Events[2].Status = "rumour" }, "rumour"},
		{"event without sides", func(b *graph.Batch) { b.Events[2].Initiators, b.Events[2].Recipients = nil, nil }, "initiator"},
		{"event after the last year", func(b *graph.Batch) { b.Events[2].Day = math.MaxInt32 }, "day"},
		{"claim without event", func(b *graph.Batch) { b.Claims[5].Event = "" }, "event"},
		{"claim without recording time", func(b *graph.Batch) { b.Claims[5].Recorded = time.Time{} }, "recorded"},
		{"confidence over 1", func(b *graph.Batch) { b.Claims[5].Confidence = 1.5 }, "1.5"},
		{"confidence NaN", func(b *graph.Batch) { b.Claims[5].Confidence = math.NaN() }, "NaN"},
		{"sentence that is not UTF-8", func(b *graph.Batch) { b.Claims[5].Sentence = bad }, "sentence"},
		{"negative offset", func(b *graph.Batch) { b.Claims[5].Start = -1 }, "start"},
		{"mark without role", func(b *graph.Batch) { b.Claims[5].Marks = []schema.Mark{{Start: 1, End: 2}} }, "marks"},
		{"report without name", func(b *graph.Batch) { b.Reports[0].Name = "" }, "name"},
		{"report of a far future", func(b *graph.Batch) { b.Reports[0].Published = at(12000, 1, 1, 1) }, "published"},
		{"place off the map", func(b *graph.Batch) { b.Places[0].Latitude = 91 }, "91"},
		{"place at NaN", func(b *graph.Batch) { b.Places[0].Longitude = math.NaN() }, "NaN"},
		{"relation of one party", func(b *graph.Batch) { b.Relations[1].Parties = b.Relations[1].Parties[:1] }, string(Hezbollah.Slug())},
		{"relation of others", func(b *graph.Batch) { b.Relations[1].Parties[0] = Russia }, string(Hezbollah.Slug())},
		{"reading of no period", func(b *graph.Batch) { b.Readings[0].To = b.Readings[0].From }, "period"},
		{"reading without recording time", func(b *graph.Batch) { b.Readings[0].Recorded = time.Time{} }, "recorded"},
		{"surprise NaN", func(b *graph.Batch) { b.Readings[0].Surprise = math.NaN() }, "surprise"},
		{"load of no outcome", func(b *graph.Batch) { b.Loads[1].Outcome = "" }, "outcome"},
	}
	for _, test := range tests {
		b := World()
		test.spoil(b)
		w, err := s.Write(context.Background(), b)
		if err == nil {
			t.Fatalf("%s: was written", test.name)
		}
		if !strings.Contains(err.Error(), test.names) {
			t.Errorf("%s: error %q does not name %q", test.name, err, test.names)
		}
		same(t, test.name, w, graph.Written{})
	}
	same(t, "contents", contents(t, s), graphContents{})
	same(t, "good batch after bad ones", mustWrite(t, s, World()).Seq, 1)
}
