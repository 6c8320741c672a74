// Package querytest holds what must be true of the questions whatever store
// the graph lies in. A store's tests call Run.
package querytest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"faultline/graph"
	"faultline/queries"
	"faultline/queries/series"
	"faultline/schema"
)

// Run checks the properties over stores that open makes: empty ones, which
// Run closes.
func Run(t *testing.T, open func(*testing.T) graph.Store) {
	t.Run("order of loading", func(t *testing.T) { orderOfLoading(t, open) })
	t.Run("cooperation", func(t *testing.T) { cooperation(t, open) })
	t.Run("split actor", func(t *testing.T) { splitActor(t, open) })
	t.Run("replayed month", func(t *testing.T) { replay(t, open) })
}

// ask puts all questions and returns the answers as one text.
func ask(t *testing.T, v *series.View, day schema.Day, asOf time.Time) string {
	t.Helper()
	r := record(v)
	a, b := schema.ActorID("actor:s0"), schema.ActorID("actor:s1")
	var answers []any
	add := func(x any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		answers = append(answers, x)
	}
	for _, level := range []queries.Level{queries.LevelActor, queries.LevelParent, queries.LevelCountry, queries.LevelBloc} {
		relation, err := r.Relation(a, b, queries.RelationOptions{Level: level, AsOf: asOf})
		add(relation, err)
		strain, err := r.Strain(queries.StrainOptions{At: day, Level: level, AsOf: asOf, Limit: -1})
		add(strain, err)
		alerts, err := r.Alerts(queries.AlertOptions{Window: queries.Window{From: day - 60, To: day + 1}, Level: level, AsOf: asOf})
		add(alerts, err)
		events, err := r.Events(a, b, queries.EventOptions{Level: level, AsOf: asOf})
		add(events, err)
		network, err := r.Network(a, queries.NetworkOptions{Level: level, AsOf: asOf})
		add(network, err)
		triads, err := r.Triads(queries.TriadOptions{Level: level, AsOf: asOf, Least: 2})
		add(triads, err)
		compared, err := r.Compare(queries.CompareOptions{Before: queries.Window{From: day - 60, To: day - 20},
			After: queries.Window{From: day - 20, To: day + 1}, Level: level, AsOf: asOf})
		add(compared, err)
		said, err := r.Coverage(a, b, queries.CoverageOptions{Level: level, AsOf: asOf})
		add(said, err)
	}
	paths, err := r.Path(a, b, queries.PathOptions{AsOf: asOf})
	add(paths, err)
	text, err := json.MarshalIndent(answers, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// same fails with the first line that differs.
func same(t *testing.T, what, want, got string) {
	t.Helper()
	if want == got {
		return
	}
	a, b := []byte(want), []byte(got)
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	from := max(0, i-200)
	t.Fatalf("%s:\n  %s\nand not\n  %s", what, b[from:min(len(b), i+100)], a[from:min(len(a), i+100)])
}

// orderOfLoading: the answers do not depend on the order in which claims came
// into the store, nor on the batches.
func orderOfLoading(t *testing.T, open func(*testing.T) graph.Store) {
	w := makeWorld(1, 250)
	first := newDesk(t, open)
	first.load(w.actors, w.entries, 80)
	at := w.first + 25
	want := ask(t, first.live.View(), at, time.Time{})
	same(t, "the store alone answers", want, ask(t, first.fromStore(), at, time.Time{}))
	for seed := range uint64(2) {
		entries := slices.Clone(w.entries)
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
		d := newDesk(t, open)
		d.load(w.actors, entries, 50+100*int(seed))
		same(t, "in another order the answer is", want, ask(t, d.live.View(), at, time.Time{}))
	}
}

// cooperation: one cooperative event more never raises a surprise.
func cooperation(t *testing.T, open func(*testing.T) graph.Store) {
	w := makeWorld(2, 250)
	d := newDesk(t, open)
	d.load(w.actors, w.entries, 100)
	at := w.first + 25
	surprises := func() map[schema.RelationID]float64 {
		s, err := record(d.live.View()).Strain(queries.StrainOptions{At: at, Limit: -1})
		if err != nil {
			t.Fatal(err)
		}
		of := make(map[schema.RelationID]float64)
		for _, row := range s.Rows {
			of[row.ID] = row.Surprise
		}
		return of
	}
	before := surprises()
	if len(before) < 5 {
		t.Fatalf("only %d relations: the test tells nothing", len(before))
	}
	r := rand.New(rand.NewPCG(5, 5))
	for round := range 6 {
		var more []entry
		for i := range 10 {
			a := r.IntN(8)
			b := (a + 1 + r.IntN(7)) % 8
			kind := []schema.EventType{schema.Cooperate, schema.Consult, schema.Aid, schema.Ease}[r.IntN(4)]
			more = append(more, makeEntry(kind, w.actors[a].ID, w.actors[b].ID, at-schema.Day(r.IntN(90)), fmt.Sprint("more ", round, i), w.first.Time()))
		}
		d.write(nil, more...)
		after := surprises()
		for id, x := range after {
			if x > before[id] {
				t.Errorf("%s: cooperation raises the surprise from %v to %v", id, before[id], x)
			}
		}
		before = after
	}
}

// splitActor: when what an actor did goes by two names, and the two are one
// again, by affiliation or in a group, its curve is as it was.
func splitActor(t *testing.T, open func(*testing.T) graph.Store) {
	w := makeWorld(3, 250)
	const a, b, alias = schema.ActorID("actor:s0"), schema.ActorID("actor:s1"), schema.ActorID("actor:s-zero")
	whole := newDesk(t, open)
	whole.load(w.actors, w.entries, 100)
	type curve struct {
		Curve  []queries.StrainPoint
		Alarms []queries.Alarm
		Phases []queries.Phase
	}
	of := func(r *queries.Record, a schema.ActorID) curve {
		rel, err := r.Relation(a, b, queries.RelationOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range rel.Phases {
			rel.Phases[i].Turn = nil // the events go by other names
		}
		return curve{rel.Curve, rel.Alarms, rel.Phases}
	}
	want := of(record(whole.live.View()), a)
	if len(want.Curve) < 5 || len(want.Alarms) == 0 {
		t.Fatalf("%d points, %d alarms: the test tells nothing", len(want.Curve), len(want.Alarms))
	}

	// Every second of its deeds goes by the other name.
	entries := slices.Clone(w.entries)
	swap := func(list []schema.ActorID) []schema.ActorID {
		if i := slices.Index(list, a); i >= 0 {
			list = slices.Clone(list)
			list[i] = alias
		}
		return list
	}
	renamed := 0
	for i := range entries {
		x := &entries[i]
		if i%2 == 1 || !slices.Contains(append(slices.Clone(x.event.Initiators), x.event.Recipients...), a) {
			continue
		}
		renamed++
		x.event.Initiators, x.event.Recipients = swap(x.event.Initiators), swap(x.event.Recipients)
		x.event.ID = graph.EventID(x.event)
		x.claim.Event, x.claim.ID = x.event.ID, graph.ClaimID(x.report.ID, x.event.ID, "")
	}
	if renamed < 10 {
		t.Fatalf("%d entries renamed: the test tells nothing", renamed)
	}
	other := schema.Actor{ID: alias, Name: "S Zero", Kind: schema.State, Country: "C00"}
	split := newDesk(t, open)
	split.load(append(slices.Clone(w.actors), other), entries, 100)
	if got := of(record(split.live.View()), a); reflect.DeepEqual(got, want) {
		t.Error("the curve of the half is that of the whole")
	}
	grouped, err := record(split.live.View()).WithGroups([]queries.Group{{Name: "zero", Members: []schema.ActorID{a, alias}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := of(grouped, "actor:zero"); !reflect.DeepEqual(got, want) {
		t.Errorf("in a group: %+v, want %+v", got, want)
	}
	other.PartOf = []schema.ActorID{a}
	split.write([]schema.Actor{other})
	if got := of(record(split.live.View()), a); !reflect.DeepEqual(got, want) {
		t.Errorf("as a part: %+v, want %+v", got, want)
	}
	if got := of(record(split.fromStore()), a); !reflect.DeepEqual(got, want) {
		t.Errorf("as a part, from the store alone: %+v, want %+v", got, want)
	}
}

// replay: a month of claims that come late and are taken back is written day
// by day; what is asked later as of an evening is answered as it was then.
func replay(t *testing.T, open func(*testing.T) graph.Store) {
	w := makeWorld(4, 300)
	d := newDesk(t, open)
	actors := w.actors
	given := make(map[schema.Day]string)
	last := w.first + schema.Day(w.days) + 10
	for day := w.first; day < last; day++ {
		var entries []entry
		for _, x := range w.entries {
			if schema.DayOf(x.claim.Recorded) == day {
				x.claim.Retracted = time.Time{} // nobody knows yet
				entries = append(entries, x)
			}
			if !x.claim.Retracted.IsZero() && schema.DayOf(x.claim.Retracted) == day {
				entries = append(entries, x)
			}
		}
		if len(entries) > 0 {
			d.write(actors, entries...)
			actors = nil
		}
		if day%5 == 0 {
			given[day] = ask(t, d.live.View(), day, time.Time{})
		}
	}
	later := d.fromStore()
	now := ask(t, later, last, time.Time{})
	differing := 0
	for day, then := range given {
		if then != now {
			differing++
		}
		same(t, fmt.Sprintf("as of %s the answer was", day), then, ask(t, later, day, (day+1).Time().Add(-time.Nanosecond)))
	}
	if differing < 5 {
		t.Fatalf("%d answers differ from the last: the test tells nothing", differing)
	}
}
