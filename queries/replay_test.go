package queries_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"faultline/graph"
	"faultline/queries"
	"faultline/queries/series"
	"faultline/schema"
)

// month is a world whose claims are recorded from day to day: many late, some
// taken back, some denied.
type month struct {
	actors []schema.Actor
	rows   map[schema.Day][]series.Row // by the day on which they are written
	first  schema.Day
	days   int
}

func makeMonth(seed uint64) month {
	r := rand.New(rand.NewPCG(seed, 7))
	m := month{rows: make(map[schema.Day][]series.Row), first: schema.MakeDay(2024, 3, 1), days: 40}
	for i := range 8 {
		a := schema.Actor{ID: schema.MakeActorID(fmt.Sprintf("s%d", i)), Name: fmt.Sprintf("S%d", i), Kind: schema.State, Country: fmt.Sprintf("C%02d", i%6)}
		if i >= 6 {
			a.Kind, a.PartOf = schema.Military, []schema.ActorID{m.actors[i-6].ID}
		}
		m.actors = append(m.actors, a)
	}
	m.actors[2].AlignedWith = []schema.ActorID{m.actors[0].ID}
	types := schema.EventTypes()
	statuses := []schema.Status{schema.Asserted, schema.Asserted, schema.Asserted, schema.Asserted, schema.Denied, schema.Planned}
	for i := range 900 {
		recorded := m.first + schema.Day(r.IntN(m.days))
		day := recorded - schema.Day(r.ExpFloat64()*40)
		a, b := r.IntN(8), r.IntN(8)
		if a == b {
			continue
		}
		row := series.Row{
			Type: types[r.IntN(len(types))], Day: day, Precision: schema.PrecisionDay,
			Initiators: []schema.ActorID{m.actors[a].ID}, Recipients: []schema.ActorID{m.actors[b].ID},
			Status: statuses[r.IntN(len(statuses))], Publisher: fmt.Sprintf("outlet %d", r.IntN(4)),
			Recorded: recorded.Time().Add(time.Duration(i) * time.Second),
		}
		row.Event = graph.EventID(schema.Event{Type: row.Type, Initiators: row.Initiators, Recipients: row.Recipients, Day: row.Day})
		row.Claim = graph.ClaimID(graph.ReportID("month", fmt.Sprint(i)), row.Event, "")
		m.rows[recorded] = append(m.rows[recorded], row)
		if r.IntN(8) == 0 {
			back := recorded + 1 + schema.Day(r.IntN(9))
			row.Retracted = back.Time().Add(time.Hour)
			m.rows[back] = append(m.rows[back], row)
		}
	}
	return m
}

// ask puts all questions and returns the answers as one text.
func ask(t *testing.T, v *series.View, day schema.Day, asOf time.Time) string {
	t.Helper()
	r := queries.NewRecord(v, nil)
	w := queries.Window{From: day - 60, To: day + 1}
	a, b := schema.ActorID("actor:s0"), schema.ActorID("actor:s1")
	var answers []any
	add := func(x any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		answers = append(answers, x)
	}
	ask := func(level queries.Level) {
		rel, err := r.Relation(a, b, queries.RelationOptions{Level: level, AsOf: asOf})
		add(rel, err)
		s, err := r.Strain(queries.StrainOptions{At: day, Level: level, AsOf: asOf, Limit: -1})
		add(s, err)
		alarms, err := r.Alarms(a, b, queries.Window{}, queries.StrainOptions{Level: level, AsOf: asOf})
		add(alarms, err)
		alerts, err := r.Alerts(queries.AlertOptions{Window: w, Level: level, AsOf: asOf})
		add(alerts, err)
		events, err := r.Events(a, b, queries.EventOptions{Level: level, AsOf: asOf})
		add(events, err)
		n, err := r.Network(a, queries.NetworkOptions{Level: level, AsOf: asOf})
		add(n, err)
		triads, err := r.Triads(queries.TriadOptions{Level: level, AsOf: asOf, Least: 2})
		add(triads, err)
		c, err := r.Compare(queries.CompareOptions{Before: queries.Window{From: day - 60, To: day - 20}, After: queries.Window{From: day - 20, To: day + 1}, Level: level, AsOf: asOf})
		add(c, err)
		said, err := r.Coverage(a, b, queries.CoverageOptions{Level: level, AsOf: asOf})
		add(said, err)
	}
	ask(queries.LevelParent)
	ask(queries.LevelCountry)
	paths, err := r.Path(a, b, queries.PathOptions{AsOf: asOf})
	add(paths, err)
	text, err := json.MarshalIndent(answers, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// What is asked later as of an evening is answered as it was that evening.
func TestReplayAsOf(t *testing.T) {
	for seed := range uint64(3) {
		m := makeMonth(seed)
		s, err := series.Open("")
		if err != nil {
			t.Fatal(err)
		}
		given := make(map[schema.Day]string)
		seq := uint64(0)
		last := m.first + schema.Day(m.days) + 12
		for day := m.first; day < last; day++ {
			seq++
			rows := series.Rows{Claims: m.rows[day]}
			if seq == 1 {
				rows.Actors = m.actors
			}
			if err := s.Append(seq, rows); err != nil {
				t.Fatal(err)
			}
			if day%4 == 0 || day+1 == last {
				given[day] = ask(t, s.View(), day, time.Time{})
			}
		}
		differing := 0
		now := ask(t, s.View(), last-1, time.Time{})
		for day := m.first; day < last; day++ {
			then, ok := given[day]
			if !ok {
				continue
			}
			if then != now {
				differing++
			}
			again := ask(t, s.View(), day, (day + 1).Time().Add(-time.Nanosecond))
			if again != then {
				t.Fatalf("seed %d, %s: the answers differ from those given that evening:\n%s", seed, day, diff(then, again))
			}
		}
		if differing < 5 {
			t.Fatalf("seed %d: the answers hardly change; the test tells nothing", seed)
		}
	}
}

// The order of loading does not matter, and more cooperation never raises
// the surprise.
func TestOrderAndCooperation(t *testing.T) {
	m := makeMonth(11)
	var all []series.Row
	for day := m.first; day < m.first+60; day++ {
		all = append(all, m.rows[day]...)
	}
	load := func(rows []series.Row) *series.View {
		s, err := series.Open("")
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(rows); i += 100 {
			if err := s.Append(uint64(i/100+1), series.Rows{Claims: rows[i:min(len(rows), i+100)], Actors: m.actors}); err != nil {
				t.Fatal(err)
			}
		}
		return s.View()
	}
	at := m.first + 30
	want := ask(t, load(all), at, time.Time{})
	for seed := range uint64(4) {
		rows := append([]series.Row(nil), all...)
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		if got := ask(t, load(rows), at, time.Time{}); got != want {
			t.Fatalf("another order gives other answers:\n%s", diff(want, got))
		}
	}

	surprises := func(v *series.View) map[schema.RelationID]float64 {
		s, err := queries.NewRecord(v, nil).Strain(queries.StrainOptions{At: at, Limit: -1})
		if err != nil {
			t.Fatal(err)
		}
		of := make(map[schema.RelationID]float64)
		for _, row := range s.Rows {
			of[row.ID] = row.Surprise
		}
		return of
	}
	before := surprises(load(all))
	r := rand.New(rand.NewPCG(5, 5))
	for i := range 300 {
		a := r.IntN(8)
		b := (a + 1 + r.IntN(7)) % 8
		row := series.Row{Type: schema.Cooperate, Day: at - schema.Day(r.IntN(60)), Precision: schema.PrecisionDay, Status: schema.Asserted,
			Initiators: []schema.ActorID{m.actors[a].ID}, Recipients: []schema.ActorID{m.actors[b].ID}, Publisher: "x", Recorded: m.first.Time()}
		row.Event = graph.EventID(schema.Event{Type: row.Type, Initiators: row.Initiators, Recipients: row.Recipients, Day: row.Day})
		row.Claim = graph.ClaimID(graph.ReportID("more", fmt.Sprint(i)), row.Event, "")
		all = append(all, row)
	}
	for id, after := range surprises(load(all)) {
		if after > before[id]+1e-9 {
			t.Errorf("%s: more cooperation raises the surprise from %v to %v", id, before[id], after)
		}
	}
}
