package queries_test

import (
	"testing"

	"faultline/graph"
	"faultline/queries"
	"faultline/queries/series"
	"faultline/schema"
)

// A president acts for the state while in office, for the party before, and
// for nobody else after.
func TestTenures(t *testing.T) {
	start := schema.MakeDay(2010, 1, 1)
	rows := series.Rows{Actors: []schema.Actor{
		{ID: "actor:north", Name: "North", Kind: schema.State, Country: "NOR"},
		{ID: "actor:south", Name: "South", Kind: schema.State, Country: "SOU"},
		{ID: "actor:league", Name: "League", Kind: schema.Organisation, Country: "NOR"},
		{ID: "actor:ann", Name: "Ann", Kind: schema.Person, Country: "NOR"},
	}}
	for i, day := range []schema.Day{start, start + 100, start + 200, start + 300} {
		e := schema.Event{Type: schema.Accuse, Day: day, Initiators: []schema.ActorID{"actor:ann"}, Recipients: []schema.ActorID{"actor:south"}}
		if i == 0 {
			e.Initiators = []schema.ActorID{"actor:north"}
		}
		e.ID = graph.EventID(e)
		rows.Claims = append(rows.Claims, series.Row{Event: e.ID, Claim: graph.ClaimID("report:1", e.ID, ""), Type: e.Type, Day: day,
			Precision: schema.PrecisionDay, Initiators: e.Initiators, Recipients: e.Recipients, Status: schema.Asserted, Publisher: "wire", Recorded: start.Time()})
	}
	// The League hears of the world once, so that the series knows it.
	e := schema.Event{Type: schema.Consult, Day: start, Initiators: []schema.ActorID{"actor:league"}, Recipients: []schema.ActorID{"actor:south"}}
	e.ID = graph.EventID(e)
	rows.Claims = append(rows.Claims, series.Row{Event: e.ID, Claim: graph.ClaimID("report:1", e.ID, ""), Type: e.Type, Day: start,
		Precision: schema.PrecisionDay, Initiators: e.Initiators, Recipients: e.Recipients, Status: schema.Asserted, Publisher: "wire", Recorded: start.Time()})
	s, err := series.Open("")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Append(1, rows); err != nil {
		t.Fatal(err)
	}
	plain := queries.NewRecord(s.View(), nil)
	r := plain.WithTenures(func(person schema.ActorID) []queries.Tenure {
		if person != "actor:ann" {
			t.Errorf("asked for the offices of %s", person)
		}
		return []queries.Tenure{
			{At: "actor:league", Window: queries.Window{From: schema.NoDay, To: start + 250}},
			{At: "actor:north", Window: queries.Window{From: start + 150, To: start + 250}},
			{At: "actor:nowhere", Window: queries.Since(start)},
		}
	})
	conflicts := func(r *queries.Record, a schema.ActorID, level queries.Level) int {
		rel, err := r.Relation(a, "actor:south", queries.RelationOptions{Level: level})
		if err != nil {
			t.Fatal(err)
		}
		return rel.Conflict.Total()
	}
	for _, test := range []struct {
		name  string
		r     *queries.Record
		a     schema.ActorID
		level queries.Level
		want  int
	}{
		{"the state by itself and by its president", r, "actor:north", queries.LevelParent, 2},
		{"the party as long as she leads it", r, "actor:league", queries.LevelParent, 2},
		{"she herself at any time", r, "actor:ann", queries.LevelParent, 3},
		{"the state as one actor", r, "actor:north", queries.LevelActor, 1},
		{"all of the country", r, "actor:north", queries.LevelCountry, 4},
		{"without tenures", plain, "actor:north", queries.LevelParent, 1},
	} {
		if got := conflicts(test.r, test.a, test.level); got != test.want {
			t.Errorf("%s: %d events, want %d", test.name, got, test.want)
		}
	}

	// Rolled up, her acts are the party's, then the state's, then her own.
	c, err := r.Compare(queries.CompareOptions{Before: queries.Window{From: start, To: start + 1}, After: queries.Window{From: start + 1, To: start + 400}})
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]int)
	for _, row := range c.Rows {
		got[row.A.Name+"–"+row.B.Name] = row.Before.Conflict.Total() + row.After.Conflict.Total()
	}
	if got["North–South"] != 2 || got["League–South"] != 1 {
		t.Errorf("rolled up: %v", got)
	}
	list, err := r.Events("actor:north", "", queries.EventOptions{})
	if err != nil || list.Total != 2 {
		t.Errorf("%d events of the state, want 2: %v", list.Total, err)
	}
	n, err := r.Network("actor:north", queries.NetworkOptions{})
	if err != nil || n.Total != 1 || n.Ties[0].Conflict.Total() != 2 {
		t.Errorf("network %+v: %v", n, err)
	}
}
