// Package questiontest makes a small graph that has an answer to every
// question, for tests.
package questiontest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"faultline/graph"
	"faultline/queries"
	"faultline/queries/series"
	"faultline/schema"
	"faultline/web/question"
)

// Now is the present of the graph.
var Now = time.Date(2024, time.July, 2, 9, 0, 0, 0, time.UTC)

// World is a store with its read model.
type World struct {
	t      *testing.T
	Store  graph.Store
	series *series.Series
	load   schema.Load
	serial int
	record *queries.Record // of the last view
	view   *series.View
	lists  question.Lists
}

// Hostile is the name of an actor that is written to do harm.
const Hostile = `<script>alert("x")</script>`

// New fills an empty store: two years of deeds of a few actors, with reports,
// sentences and outlets, and one load.
func New(t *testing.T, store graph.Store) *World {
	t.Helper()
	s, err := series.Open("")
	if err != nil {
		t.Fatal(err)
	}
	w := &World{t: t, Store: store, series: s}
	w.load = schema.Load{
		ID: graph.LoadID("questiontest", "1"), Name: "questiontest", Source: "questiontest", Started: Now.AddDate(0, 0, -1), Finished: Now.AddDate(0, 0, -1).Add(time.Minute),
		Version: "test", Outcome: schema.Complete, Counts: schema.Counts{Reports: 100},
	}
	b := graph.Batch{Loads: []schema.Load{w.load}}
	add := func(slug, name string, kind schema.ActorKind, country string, aliases ...string) *schema.Actor {
		b.Actors = append(b.Actors, schema.Actor{ID: schema.MakeActorID(slug), Name: name, Kind: kind, Country: country, Aliases: aliases})
		return &b.Actors[len(b.Actors)-1]
	}
	add("russia", "Russia", schema.State, "RUS", "Moscow", "The Neighbour")
	add("turkey", "Turkey", schema.State, "TUR", "Ankara", "The Neighbour")
	add("iran", "Iran", schema.State, "IRN", "Tehran")
	add("israel", "Israel", schema.State, "ISR")
	add("syria", "Syria", schema.State, "SYR", "Damascus")
	add("mallory", Hostile, schema.Organisation, "")
	add("harbour-post", "Harbour Post", schema.Outlet, "TUR")
	add("north-wire", "North Wire", schema.Outlet, "RUS")
	add("russian-air-force", "Russian Air Force", schema.Military, "RUS").PartOf = []schema.ActorID{"actor:russia"}
	add("hezbollah", "Hezbollah", schema.ArmedGroup, "LBN", "Hizbullah").AlignedWith = []schema.ActorID{"actor:iran"}
	first := schema.MakeDay(2022, time.July, 1)
	for week := range 104 {
		day := first + schema.Day(7*week)
		w.deed(&b, schema.Consult, "russia", "turkey", day)
		w.deed(&b, schema.Cooperate, "russia", "syria", day+1)
		w.deed(&b, schema.Aid, "iran", "hezbollah", day+2)
		if week%2 == 0 {
			w.deed(&b, schema.Assault, "hezbollah", "israel", day+3)
			w.deed(&b, schema.Threaten, "israel", "iran", day+4)
			w.deed(&b, schema.Assault, "israel", "syria", day+6)
		}
		if week%3 == 0 {
			w.deed(&b, schema.Agree, "russia", "iran", day+3)
			w.deed(&b, schema.Support, "russia", "israel", day+5)
			w.deed(&b, schema.Accuse, "mallory", "syria", day+5)
		}
		if week >= 100 { // a crack between partners
			w.deed(&b, schema.Assault, "russian-air-force", "turkey", day+2)
			w.deed(&b, schema.Sanction, "turkey", "russia", day+4)
			w.deed(&b, schema.Threaten, "turkey", "russia", day+5)
		}
	}
	w.Write(&b)
	return w
}

// deed adds an event with a report by each of two outlets, the second of
// which is denied now and then.
func (w *World) deed(b *graph.Batch, kind schema.EventType, from, to string, day schema.Day) {
	a, c := schema.MakeActorID(from), schema.MakeActorID(to)
	e := schema.Event{Type: kind, Day: day, Precision: schema.PrecisionDay, Status: schema.Asserted, Initiators: []schema.ActorID{a}, Recipients: []schema.ActorID{c}}
	e.Name = e.Label([]string{from}, []string{to})
	e.ID = graph.EventID(e)
	b.Events = append(b.Events, e)
	w.serial++
	for i, outlet := range []schema.ActorID{"actor:harbour-post", "actor:north-wire"} {
		if i == 1 && w.serial%3 != 0 {
			continue
		}
		sentence := fmt.Sprintf("%s did something (%s) to %s, said the %d. witness of the day.", from, kind, to, w.serial)
		r := schema.Report{
			ID: graph.ReportID("questiontest", fmt.Sprint(w.serial, i)), Name: fmt.Sprintf("%s %s", outlet.Slug(), day), Title: "What " + from + " did",
			URL: fmt.Sprintf("https://news.example/%d/%d?a=1&b=<2>", w.serial, i), Published: day.Time().Add(20 * time.Hour), Language: "en",
			Hash: graph.ContentHash(fmt.Sprint(sentence, i)), PublishedBy: outlet, LoadedIn: []schema.LoadID{w.load.ID},
		}
		c := schema.Claim{
			ID: graph.ClaimID(r.ID, e.ID, ""), Name: string(outlet), Event: e.ID, Report: r.ID, Sentence: sentence, End: len(sentence), Trigger: "did",
			Marks:  []schema.Mark{{Role: schema.MarkInitiator, Start: 0, End: len(from)}},
			Status: schema.Asserted, Confidence: 0.9, Coder: "questiontest 1", Reason: "the test says so", Recorded: day.Time().Add(21 * time.Hour),
			SaidBy: a, Speaker: "the " + from + " spokesman",
		}
		if i == 1 && w.serial%2 == 0 {
			c.Status = schema.Denied
		}
		b.Reports, b.Claims = append(b.Reports, r), append(b.Claims, c)
	}
}

// Deed writes one event more, with its reports.
func (w *World) Deed(kind schema.EventType, from, to string, day schema.Day) {
	w.t.Helper()
	var b graph.Batch
	w.deed(&b, kind, from, to, day)
	w.Write(&b)
}

// Write adds a batch, and the read model follows.
func (w *World) Write(b *graph.Batch) {
	w.t.Helper()
	done, err := w.Store.Write(w.t.Context(), b)
	if err == nil {
		err = w.series.Follow(w.t.Context(), w.Store, b, done)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// Graph is the present state.
func (w *World) Graph() question.Graph {
	if v := w.series.View(); v != w.view {
		w.record, w.view = queries.NewRecord(v, nil), v
	}
	return question.Graph{
		Record: w.record, View: w.view, Store: w.Store, Now: Now, Lists: &w.lists,
		Changes: func(ctx context.Context, id schema.LoadID, pairs int) (question.Change, error) {
			l, err := graph.One(w.Store.Loads(ctx, graph.LoadFilter{IDs: []schema.LoadID{id}}), id)
			turkey := schema.Actor{ID: "actor:turkey", Name: "Turkey", Kind: schema.State}
			russia := schema.Actor{ID: "actor:russia", Name: "Russia", Kind: schema.State}
			return question.Change{Load: l, Reports: 3, Claims: 3, Pairs: []question.PairChange{{A: russia, B: turkey, Events: 2, Claims: 3}}[:min(1, pairs)]}, err
		},
	}
}

// Event is the id of an event of the graph: the last assault on Turkey.
func (w *World) Event() schema.EventID {
	w.t.Helper()
	list, err := w.Graph().Record.Events("actor:russia", "actor:turkey", queries.EventOptions{Types: []schema.EventType{schema.Assault}})
	if err != nil || len(list.Events) == 0 {
		w.t.Fatalf("no assault on Turkey: %v", err)
	}
	return list.Events[len(list.Events)-1].ID
}

// Load is the id of the graph's load.
func (w *World) Load() schema.LoadID { return w.load.ID }
