package querytest

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"faultline/graph"
	"faultline/queries"
	"faultline/queries/series"
	"faultline/schema"
)

// entry is a claim with what it stands on.
type entry struct {
	event  schema.Event
	report schema.Report
	claim  schema.Claim
}

// world is made up: six states, the armies of two, and what they do to each
// other in forty days before and after a day.
type world struct {
	actors  []schema.Actor
	entries []entry
	first   schema.Day // on which claims are recorded
	days    int
}

func makeWorld(seed uint64, n int) world {
	r := rand.New(rand.NewPCG(seed, 7))
	w := world{first: schema.MakeDay(2024, 3, 1), days: 31}
	for i := range 8 {
		a := schema.Actor{ID: schema.MakeActorID(fmt.Sprintf("s%d", i)), Name: fmt.Sprintf("S%d", i), Kind: schema.State, Country: fmt.Sprintf("C%02d", i%6)}
		if i >= 6 {
			a.Kind, a.PartOf = schema.Military, []schema.ActorID{w.actors[i-6].ID}
		}
		w.actors = append(w.actors, a)
	}
	w.actors[2].AlignedWith = []schema.ActorID{w.actors[0].ID}
	types := schema.EventTypes()
	statuses := []schema.Status{schema.Asserted, schema.Asserted, schema.Asserted, schema.Asserted, schema.Denied, schema.Planned}
	for i := range n {
		recorded := w.first + schema.Day(r.IntN(w.days))
		day := recorded - schema.Day(r.ExpFloat64()*40)
		a, b := r.IntN(8), r.IntN(8)
		if a == b {
			continue
		}
		x := makeEntry(types[r.IntN(len(types))], w.actors[a].ID, w.actors[b].ID, day, fmt.Sprint(seed, " ", i),
			recorded.Time().Add(time.Duration(i)*time.Second))
		x.claim.Status = statuses[r.IntN(len(statuses))]
		x.event.Status = x.claim.Status
		x.claim.Name = fmt.Sprintf("outlet %d", r.IntN(4))
		if r.IntN(8) == 0 {
			x.claim.Retracted = (recorded + 1 + schema.Day(r.IntN(9))).Time().Add(time.Hour)
		}
		w.entries = append(w.entries, x)
	}
	return w
}

func makeEntry(kind schema.EventType, a, b schema.ActorID, day schema.Day, name string, recorded time.Time) entry {
	e := schema.Event{Name: "event", Type: kind, Day: day, Precision: schema.PrecisionDay, Status: schema.Asserted,
		Initiators: []schema.ActorID{a}, Recipients: []schema.ActorID{b}}
	e.ID = graph.EventID(e)
	p := schema.Report{ID: graph.ReportID("querytest", name), Name: "report", Title: name, Hash: graph.ContentHash(name)}
	c := schema.Claim{ID: graph.ClaimID(p.ID, e.ID, ""), Name: "outlet", Event: e.ID, Report: p.ID, Status: schema.Asserted,
		Confidence: 1, Coder: "querytest 1", Recorded: recorded}
	return entry{e, p, c}
}

// desk is a store with the series that follows it.
type desk struct {
	t     *testing.T
	store graph.Store
	live  *series.Series
}

func newDesk(t *testing.T, open func(*testing.T) graph.Store) *desk {
	t.Helper()
	live, err := series.Open("")
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t, open(t), live}
	t.Cleanup(func() {
		if err := d.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// write adds entries in one batch.
func (d *desk) write(actors []schema.Actor, entries ...entry) {
	d.t.Helper()
	b := graph.Batch{Actors: actors}
	events, reports := make(map[schema.EventID]int), make(map[schema.ReportID]bool)
	for _, x := range entries {
		if i, ok := events[x.event.ID]; ok {
			b.Events[i].Status = b.Events[i].Status.Stronger(x.event.Status)
		} else {
			events[x.event.ID] = len(b.Events)
			b.Events = append(b.Events, x.event)
		}
		if !reports[x.report.ID] {
			reports[x.report.ID] = true
			b.Reports = append(b.Reports, x.report)
		}
		b.Claims = append(b.Claims, x.claim)
	}
	w, err := d.store.Write(d.t.Context(), &b)
	if err != nil {
		d.t.Fatal(err)
	}
	if err := d.live.Follow(d.t.Context(), d.store, &b, w); err != nil {
		d.t.Fatal(err)
	}
}

// load writes a world in batches.
func (d *desk) load(actors []schema.Actor, entries []entry, each int) {
	d.t.Helper()
	for i := 0; i < len(entries); i += each {
		d.write(actors, entries[i:min(len(entries), i+each)]...)
		actors = nil
	}
}

// fromStore is what the store alone says.
func (d *desk) fromStore() *series.View {
	d.t.Helper()
	s, err := series.Open("")
	if err != nil {
		d.t.Fatal(err)
	}
	if err := s.CatchUp(d.t.Context(), d.store, nil); err != nil {
		d.t.Fatal(err)
	}
	return s.View()
}

func record(v *series.View) *queries.Record { return queries.NewRecord(v, nil) }
