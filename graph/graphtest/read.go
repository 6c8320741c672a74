package graphtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"faultline/graph"
	"faultline/schema"
)

func testOrder(t *testing.T, s graph.Store) {
	var want []schema.ActorID
	for _, slug := range []string{"zulu", "a", "Z", "a-b", "ab", "ä", "10", "9"} {
		id := schema.MakeActorID(slug)
		mustWrite(t, s, &graph.Batch{Actors: []schema.Actor{{ID: id, Name: slug, Kind: schema.Person}}})
		want = append(want, id)
	}
	slices.Sort(want)
	var got []schema.ActorID
	for _, a := range list(t, s.Actors(context.Background(), graph.ActorFilter{})) {
		got = append(got, a.ID)
	}
	same(t, "order", got, want)

	got = nil
	asked := slices.Clone(want)
	slices.Reverse(asked)
	for _, a := range list(t, s.Actors(context.Background(), graph.ActorFilter{IDs: asked})) {
		got = append(got, a.ID)
	}
	same(t, "order of those asked for", got, want)
}

func testIDs(t *testing.T, s graph.Store) {
	mustWrite(t, s, World())
	ctx := context.Background()
	all := contents(t, s)

	// Unknown, repeated, foreign and only referred-to ids are passed over.
	ids := []schema.ActorID{SDF, "actor:nobody", IRGC, IRGC, schema.ActorID(Syria), "actor:aanes", ""}
	got := list(t, s.Actors(ctx, graph.ActorFilter{IDs: ids}))
	same(t, "actors", got, []schema.Actor{all.Actors[2], all.Actors[4]})
	same(t, "first actor", got[0].ID, IRGC)
	same(t, "empty list", list(t, s.Actors(ctx, graph.ActorFilter{IDs: []schema.ActorID{}})), all.Actors)

	same(t, "place", list(t, s.Places(ctx, graph.PlaceFilter{IDs: []schema.PlaceID{Ushuaia}})), all.Places[2:])
	same(t, "report", list(t, s.Reports(ctx, graph.ReportFilter{IDs: []schema.ReportID{all.Reports[1].ID}})), all.Reports[1:2])
	same(t, "event", list(t, s.Events(ctx, graph.EventFilter{IDs: []schema.EventID{all.Events[3].ID}})), all.Events[3:4])
	same(t, "claim", list(t, s.Claims(ctx, graph.ClaimFilter{IDs: []schema.ClaimID{all.Claims[0].ID}})), all.Claims[:1])
	same(t, "load", list(t, s.Loads(ctx, graph.LoadFilter{IDs: []schema.LoadID{all.Loads[1].ID}})), all.Loads[1:])

	const nobody schema.ActorID = "actor:nobody"
	if _, err := graph.One(s.Actors(ctx, graph.ActorFilter{IDs: []schema.ActorID{nobody}}), nobody); !errors.Is(err, graph.ErrNotFound) {
		t.Errorf("One of an unknown id: %v, want ErrNotFound", err)
	}
}

func testReportFilter(t *testing.T, s graph.Store) {
	world := World()
	mustWrite(t, s, world)
	r := world.Reports
	tests := []struct {
		name   string
		filter graph.ReportFilter
		want   []schema.Report
	}{
		{"everything", graph.ReportFilter{}, r},
		{"first load", graph.ReportFilter{Loads: []schema.LoadID{FirstLoad()}}, r[:2]},
		{"second load", graph.ReportFilter{Loads: []schema.LoadID{SecondLoad()}}, r[1:]},
		{"either", graph.ReportFilter{Loads: []schema.LoadID{SecondLoad(), FirstLoad()}}, r},
		{"unknown load", graph.ReportFilter{Loads: []schema.LoadID{"load:none"}}, nil},
		{"item", graph.ReportFilter{Items: []string{"wire c", "wire"}}, r[2:]},
		{"either item", graph.ReportFilter{Items: []string{"wire c", "wire a"}}, []schema.Report{r[0], r[2]}},
		{"unknown item", graph.ReportFilter{Items: []string{"wire b"}}, nil},
		{"URL", graph.ReportFilter{URLs: []string{r[0].URL, "https://courier.example/a"}}, r[:1]},
		{"item and load", graph.ReportFilter{Items: []string{"wire c", "wire a"}, Loads: []schema.LoadID{SecondLoad()}}, r[2:]},
		{"load and id", graph.ReportFilter{Loads: []schema.LoadID{FirstLoad()}, IDs: []schema.ReportID{r[2].ID, r[0].ID}}, r[:1]},
	}
	for _, test := range tests {
		want := slices.Clone(test.want)
		byID(want, func(n schema.Report) schema.ReportID { return n.ID })
		same(t, test.name, list(t, s.Reports(context.Background(), test.filter)), want)
	}
}

func testEventFilter(t *testing.T, s graph.Store) {
	world := World()
	// Being said to have spoken is no side in an event.
	world.Claims[1].SaidBy = Courier
	mustWrite(t, s, world)
	e := world.Events
	leave, meet, raid, old, undated := e[0], e[1], e[2], e[3], e[4]
	day := schema.MakeDay
	tests := []struct {
		name   string
		filter graph.EventFilter
		want   []schema.Event
	}{
		{"everything", graph.EventFilter{}, e},
		{"window that is not used", graph.EventFilter{From: 5, To: 6}, e},
		{"initiator", graph.EventFilter{Actors: []schema.ActorID{Hezbollah}}, []schema.Event{meet}},
		{"either side", graph.EventFilter{Actors: []schema.ActorID{IRGC}}, []schema.Event{leave, raid}},
		{"one of two actors", graph.EventFilter{Actors: []schema.ActorID{SDF, Hezbollah}}, []schema.Event{meet, raid, undated}},
		{"no side in anything", graph.EventFilter{Actors: []schema.ActorID{Courier}}, nil},
		{"unknown actor", graph.EventFilter{Actors: []schema.ActorID{"actor:nobody"}}, nil},
		{"first day is in, last is out", graph.EventFilter{Dated: true, From: leave.Day, To: raid.Day}, []schema.Event{leave, meet}},
		{"one day", graph.EventFilter{Dated: true, From: raid.Day, To: raid.Day + 1}, []schema.Event{raid}},
		{"empty window", graph.EventFilter{Dated: true, From: raid.Day, To: raid.Day}, nil},
		{"window that ends before it starts", graph.EventFilter{Dated: true, From: raid.Day, To: leave.Day}, nil},
		{"before 1970", graph.EventFilter{Dated: true, From: day(1960, 1, 1), To: 0}, []schema.Event{old}},
		{"since 1970", graph.EventFilter{Dated: true, To: day(2100, 1, 1)}, []schema.Event{leave, meet, raid}},
		{"all dated", graph.EventFilter{Dated: true, From: schema.NoDay + 1, To: 1 << 30}, []schema.Event{leave, meet, raid, old}},
		{"actor and window", graph.EventFilter{Actors: []schema.ActorID{Russia}, Dated: true, From: meet.Day, To: meet.Day + 400}, []schema.Event{meet}},
		{"actor and long window", graph.EventFilter{Actors: []schema.ActorID{Russia}, Dated: true, From: 0, To: 1 << 20}, []schema.Event{leave, meet}},
		{"ids and actor", graph.EventFilter{IDs: []schema.EventID{raid.ID, meet.ID}, Actors: []schema.ActorID{Russia, Hezbollah}}, []schema.Event{meet}},
		{"ids and window", graph.EventFilter{IDs: []schema.EventID{raid.ID, meet.ID}, Dated: true, From: raid.Day, To: raid.Day + 9}, []schema.Event{raid}},
	}
	for _, test := range tests {
		want := slices.Clone(test.want)
		byID(want, func(n schema.Event) schema.EventID { return n.ID })
		same(t, test.name, list(t, s.Events(context.Background(), test.filter)), want)
	}
}

func testClaimFilter(t *testing.T, s graph.Store) {
	world := World()
	c, e, r := world.Claims, world.Events, world.Reports
	first, second, third := *world, graph.Batch{Claims: c[2:4]}, graph.Batch{Claims: c[4:]}
	first.Claims = c[:2]
	mustWrite(t, s, &first)
	mustWrite(t, s, &second)
	mustWrite(t, s, &graph.Batch{Actors: []schema.Actor{{ID: Russia, Name: "Russia", Kind: schema.State, Aliases: []string{"RF"}}}}) // no claims
	mustWrite(t, s, &third)
	late := c[0]
	late.Retracted = at(2025, 1, 1, 1)
	mustWrite(t, s, &graph.Batch{Claims: []schema.Claim{late}}) // changed in batch 5, added in batch 1
	c[0] = late

	tests := []struct {
		name   string
		filter graph.ClaimFilter
		want   []schema.Claim
	}{
		{"everything, the retracted too", graph.ClaimFilter{}, c},
		{"event", graph.ClaimFilter{Events: []schema.EventID{e[0].ID}}, c[:2]},
		{"two events", graph.ClaimFilter{Events: []schema.EventID{e[2].ID, e[1].ID}}, c[2:4]},
		{"unknown event", graph.ClaimFilter{Events: []schema.EventID{"event:none"}}, nil},
		{"report", graph.ClaimFilter{Reports: []schema.ReportID{r[2].ID}}, c[4:5]},
		{"event and report", graph.ClaimFilter{Events: []schema.EventID{e[0].ID}, Reports: []schema.ReportID{r[1].ID}}, c[1:2]},
		{"after batch 1", graph.ClaimFilter{After: 1}, append(slices.Clone(c[2:]), c[0])},
		{"after batch 2", graph.ClaimFilter{After: 2}, append(slices.Clone(c[4:]), c[0])},
		{"after batch 3", graph.ClaimFilter{After: 3}, append(slices.Clone(c[4:]), c[0])},
		{"after batch 4, the changed", graph.ClaimFilter{After: 4}, c[:1]},
		{"after the head", graph.ClaimFilter{After: 5}, nil},
		{"after what is not there yet", graph.ClaimFilter{After: 1 << 60}, nil},
		{"after and event", graph.ClaimFilter{After: 1, Events: []schema.EventID{e[0].ID, e[1].ID}}, []schema.Claim{c[0], c[2]}},
		{"after and ids", graph.ClaimFilter{After: 1, IDs: []schema.ClaimID{c[1].ID, c[3].ID}}, c[3:4]},
	}
	for _, test := range tests {
		want := slices.Clone(test.want)
		byID(want, func(n schema.Claim) schema.ClaimID { return n.ID })
		same(t, test.name, list(t, s.Claims(context.Background(), test.filter)), want)
	}
}

func testRelationFilter(t *testing.T, s graph.Store) {
	world := World()
	mustWrite(t, s, world)
	tie, other := world.Relations[0], world.Relations[1]
	tests := []struct {
		name   string
		filter graph.RelationFilter
		want   []schema.Relation
	}{
		{"everything", graph.RelationFilter{}, []schema.Relation{other, tie}},
		{"party", graph.RelationFilter{Parties: []schema.ActorID{Russia}}, []schema.Relation{tie}},
		{"either party", graph.RelationFilter{Parties: []schema.ActorID{SDF, IRGC}}, []schema.Relation{other, tie}},
		{"no party of any", graph.RelationFilter{Parties: []schema.ActorID{Courier}}, nil},
		{"id", graph.RelationFilter{IDs: []schema.RelationID{tie.ID, "relation:a~b"}}, []schema.Relation{tie}},
		{"id and party", graph.RelationFilter{IDs: []schema.RelationID{tie.ID}, Parties: []schema.ActorID{SDF}}, nil},
	}
	for _, test := range tests {
		same(t, test.name, list(t, s.Relations(context.Background(), test.filter)), test.want)
	}

	// A relation gains readings; a reading is closed.
	closed, next := world.Readings[0], world.Readings[0]
	closed.Retracted = at(2025, 2, 1, 1)
	next.Hostile++
	next.ID = graph.ReadingID(tie.ID, next)
	mustWrite(t, s, &graph.Batch{
		Readings:  []schema.Reading{closed, next},
		Relations: []schema.Relation{{ID: tie.ID, Name: tie.Name, Parties: tie.Parties, Readings: []schema.ReadingID{next.ID}}},
	})
	got := list(t, s.Relations(context.Background(), graph.RelationFilter{IDs: []schema.RelationID{tie.ID}}))[0]
	want := append(slices.Clone(tie.Readings), next.ID)
	slices.Sort(want)
	same(t, "readings of the relation", got.Readings, want)
	same(t, "closed reading", list(t, s.Readings(context.Background(), graph.ReadingFilter{IDs: []schema.ReadingID{closed.ID}})), []schema.Reading{closed})
}

func testHas(t *testing.T, s graph.Store) {
	world := World()
	mustWrite(t, s, world)
	tests := []struct {
		id   string
		want bool
	}{
		{string(Russia), true},
		{"actor:nobody", false},
		{"actor:aanes", false}, // only referred to
		{string(world.Events[3].ID), true},
		{string(world.Claims[5].ID), true},
		{"claim:none", false},
		{string(world.Reports[0].ID), true},
		{string(AlBukmal), true},
		{string(FirstLoad()), true},
		{string(world.Relations[0].ID), true},
		{string(world.Readings[0].ID), true},
		{"relation:irgc~sdf", false},
		{"", false},
		{"kind", false},
		{"Kremlin", false},
		{"actor:russia ", false},
		{string(Russia), true}, // asked twice
	}
	var ids []string
	var want []bool
	for _, test := range tests {
		ids, want = append(ids, test.id), append(want, test.want)
	}
	got, err := s.Has(context.Background(), ids...)
	if err != nil {
		t.Fatal(err)
	}
	same(t, fmt.Sprint("Has ", ids), got, want)
	if got, err := s.Has(context.Background()); err != nil || len(got) != 0 {
		t.Errorf("Has of nothing: %v, %v", got, err)
	}
}
