package graphtest

import (
	"context"
	"testing"
	"time"

	"faultline/graph"
	"faultline/schema"
)

// Each test merges two descriptions of a node, in both orders.
func testMerge(t *testing.T, s graph.Store) {
	event := func(id string, change func(*schema.Event)) schema.Event {
		e := schema.Event{ID: schema.EventID("event:" + id), Name: "talks", Type: schema.Consult, Day: schema.MakeDay(2024, 5, 1),
			Initiators: []schema.ActorID{Russia}, Precision: schema.PrecisionMonth, Status: schema.Planned}
		change(&e)
		return e
	}
	events := []struct {
		name string
		a, b func(*schema.Event)
		want func(*schema.Event)
	}{
		{"the stronger status wins",
			func(e *schema.Event) { e.Status = schema.Demanded },
			func(e *schema.Event) { e.Status = schema.Denied },
			func(e *schema.Event) { e.Status = schema.Denied }},
		{"the code of greater intensity wins",
			func(e *schema.Event) { e.Code = "036" },
			func(e *schema.Event) { e.Code = "190" },
			func(e *schema.Event) { e.Code = "190" }},
		{"the finer precision wins",
			func(e *schema.Event) { e.Precision = schema.PrecisionDay },
			func(e *schema.Event) { e.Precision = schema.PrecisionUnknown },
			func(e *schema.Event) { e.Precision = schema.PrecisionDay }},
		{"sides and places grow",
			func(e *schema.Event) {
				e.Initiators, e.At = []schema.ActorID{SDF, Russia}, []schema.PlaceID{Syria}
			},
			func(e *schema.Event) {
				e.Recipients, e.At = []schema.ActorID{IRGC}, []schema.PlaceID{AlBukmal, Syria}
			},
			func(e *schema.Event) {
				e.Initiators, e.Recipients = []schema.ActorID{Russia, SDF}, []schema.ActorID{IRGC}
				e.At = []schema.PlaceID{AlBukmal, Syria}
			}},
		{"a known day beats none",
			func(e *schema.Event) { e.Day = schema.NoDay },
			func(e *schema.Event) {},
			func(e *schema.Event) {}},
		{"the earlier day wins",
			func(e *schema.Event) { e.Day -= 400 },
			func(e *schema.Event) {},
			func(e *schema.Event) { e.Day -= 400 }},
		{"the smaller name wins",
			func(e *schema.Event) { e.Name = "Berlin talks" },
			func(e *schema.Event) { e.Name = "Amman talks" },
			func(e *schema.Event) { e.Name = "Amman talks" }},
	}
	for i, test := range events {
		for order, pair := range [][2]func(*schema.Event){{test.a, test.b}, {test.b, test.a}} {
			id := string(rune('a'+i)) + string(rune('0'+order))
			mustWrite(t, s, &graph.Batch{Events: []schema.Event{event(id, pair[0])}})
			if w := mustWrite(t, s, &graph.Batch{Events: []schema.Event{event(id, pair[1])}}); w.Events != 0 {
				t.Errorf("%s: the second description counts as new: %+v", test.name, w)
			}
			want := event(id, test.want)
			got := list(t, s.Events(context.Background(), graph.EventFilter{IDs: []schema.EventID{want.ID}}))
			same(t, test.name, got, []schema.Event{want})
		}
	}

	mustWrite(t, s, World())
	ctx := context.Background()
	early, late := at(2024, 12, 1, 1), at(2024, 12, 30, 1)
	b := &graph.Batch{
		Actors:  []schema.Actor{{ID: Russia, Name: "Russia", Kind: schema.State, Aliases: []string{"Russian Federation"}, PartOf: []schema.ActorID{"actor:csto"}}},
		Reports: []schema.Report{{ID: World().Reports[0].ID, Name: "Courier 2 Dec", Hash: World().Reports[0].Hash, LoadedIn: []schema.LoadID{SecondLoad()}}},
		Claims:  World().Claims[:1],
		Loads:   World().Loads[:1],
	}
	b.Claims[0].Recorded, b.Claims[0].Retracted, b.Claims[0].Confidence = early, late, 0.9
	b.Loads[0].Outcome, b.Loads[0].Finished, b.Loads[0].Counts.Claims, b.Loads[0].Skipped = schema.Partial, late, 9, []string{"no date: 1"}
	w := mustWrite(t, s, b)
	if w.Seq == 0 || w.Actors != 0 || len(w.Claims) != 0 {
		t.Errorf("merging gave %+v, want a number and nothing new", w)
	}

	actor, err := graph.One(s.Actors(ctx, graph.ActorFilter{IDs: []schema.ActorID{Russia}}), Russia)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "aliases", actor.Aliases, []string{"Kremlin", "Moscow", "Russian Federation"})
	same(t, "part of", actor.PartOf, []schema.ActorID{"actor:csto"})
	same(t, "country stays", actor.Country, "RUS")

	report := list(t, s.Reports(ctx, graph.ReportFilter{IDs: []schema.ReportID{b.Reports[0].ID}}))[0]
	same(t, "loaded in", report.LoadedIn, bothLoads())
	same(t, "title stays", report.Title, "Guards told to leave")

	c := list(t, s.Claims(ctx, graph.ClaimFilter{IDs: []schema.ClaimID{b.Claims[0].ID}}))[0]
	same(t, "recorded", c.Recorded, early)
	same(t, "retracted", c.Retracted, late)
	same(t, "confidence", c.Confidence, 0.9)

	l := list(t, s.Loads(ctx, graph.LoadFilter{IDs: []schema.LoadID{FirstLoad()}}))[0]
	same(t, "outcome", l.Outcome, schema.Partial)
	same(t, "finished", l.Finished, late)
	same(t, "counts", l.Counts, schema.Counts{Claims: 9})
	same(t, "skipped", l.Skipped, []string{"no date: 1"})

	b.Claims[0].Retracted = late.Add(-time.Hour)
	mustWrite(t, s, b)
	c = list(t, s.Claims(ctx, graph.ClaimFilter{IDs: []schema.ClaimID{b.Claims[0].ID}}))[0]
	same(t, "the earlier retraction stays", c.Retracted, late.Add(-time.Hour))
}
