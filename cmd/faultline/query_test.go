package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/graph"
	"faultline/schema"
)

// queryWorld is a graph whose answers can be told by hand: Alania with its
// army and its port, Borduria, and Cascadia, to which Alania's ally belongs.
//
//	day    what                                       told by
//	03-01  Alania meets Borduria (both)               Courier
//	03-05  the army of Alania attacks Borduria        Courier, Herald
//	03-06  Borduria threatens Alania                  Herald; Alania denies it in the Courier
//	03-07  Alania helps Cascadia, in Port Alan        Herald
//	04-01  Cascadia blames Borduria                   Courier, withdrawn
func queryWorld() *graph.Batch {
	at := time.Date(2020, 4, 2, 0, 0, 0, 0, time.UTC)
	b := &graph.Batch{
		Actors: []schema.Actor{
			{ID: "actor:alania", Name: "Alania", Kind: schema.State, Country: "ALN", AlignedWith: []schema.ActorID{"actor:cascadia"}},
			{ID: "actor:alania-army", Name: "Army of Alania", Kind: schema.Military, Country: "ALN", PartOf: []schema.ActorID{"actor:alania"}},
			{ID: "actor:borduria", Name: "Borduria", Kind: schema.State, Country: "BRD"},
			{ID: "actor:cascadia", Name: "Cascadia", Kind: schema.State, Country: "CSC"},
			{ID: "actor:courier", Name: "Courier", Kind: schema.Outlet},
			{ID: "actor:herald", Name: "Herald", Kind: schema.Outlet},
		},
		Places: []schema.Place{
			{ID: "place:port-alan", Name: "Port Alan", Country: "ALN", Latitude: 40, Longitude: 20},
			{ID: "place:farville", Name: "Farville", Country: "CSC", Latitude: 45, Longitude: 30},
		},
	}
	report := func(key string, outlet schema.ActorID, day int) schema.ReportID {
		r := schema.Report{ID: graph.ReportID("test", key), Name: key, Hash: "0", PublishedBy: outlet, Published: time.Date(2020, 3, day, 0, 0, 0, 0, time.UTC)}
		b.Reports = append(b.Reports, r)
		return r.ID
	}
	event := func(name string, t schema.EventType, from, to []schema.ActorID, month time.Month, day int, places ...schema.PlaceID) schema.EventID {
		e := schema.Event{Name: name, Type: t, Initiators: from, Recipients: to, Day: schema.MakeDay(2020, month, day),
			Precision: schema.PrecisionDay, Status: schema.Asserted, At: places}
		e.ID = graph.EventID(e)
		b.Events = append(b.Events, e)
		return e.ID
	}
	claim := func(e schema.EventID, r schema.ReportID, text string, status schema.Status, retracted time.Time) {
		b.Claims = append(b.Claims, schema.Claim{ID: graph.ClaimID(r, e, text), Name: "c", Event: e, Report: r, Sentence: text,
			Status: status, Confidence: 0.9, Coder: "test", Recorded: at, Retracted: retracted})
	}
	alania, army, borduria, cascadia := []schema.ActorID{"actor:alania"}, []schema.ActorID{"actor:alania-army"}, []schema.ActorID{"actor:borduria"}, []schema.ActorID{"actor:cascadia"}
	c1, h1, h2, c2 := report("courier 1", "actor:courier", 5), report("herald 1", "actor:herald", 6), report("herald 2", "actor:herald", 8), report("courier 2", "actor:courier", 9)
	met := event("they meet", schema.Consult, []schema.ActorID{"actor:alania", "actor:borduria"}, nil, 3, 1)
	hit := event("army attacks", schema.Assault, army, borduria, 3, 5)
	warn := event("threat", schema.Threaten, borduria, alania, 3, 6)
	help := event("help", schema.Aid, alania, cascadia, 3, 7, "place:port-alan")
	blame := event("blame", schema.Accuse, cascadia, borduria, 4, 1)
	var open time.Time
	claim(met, c1, "They met.", schema.Asserted, open)
	claim(hit, c1, "The army struck.", schema.Asserted, open)
	claim(hit, h1, "Shells fell.", schema.Asserted, open)
	claim(warn, h1, "A threat came.", schema.Asserted, open)
	claim(warn, c2, "No threat came.", schema.Denied, open)
	claim(help, h2, "Grain went over the sea.", schema.Asserted, open)
	claim(blame, c2, "They were blamed.", schema.Asserted, at)

	tie := schema.MakeRelationID("actor:alania", "actor:borduria")
	march := schema.Reading{Name: "3.1 2020-03", From: schema.MakeDay(2020, 3, 1), To: schema.MakeDay(2020, 4, 1), Hostile: 2, Expected: 0.1, Surprise: 3.1, Grade: 3, Recorded: at}
	wrong := march
	wrong.Surprise, wrong.Retracted = 9, at
	march.ID, wrong.ID = graph.ReadingID(tie, march), graph.ReadingID(tie, wrong)
	calm := schema.MakeRelationID("actor:alania", "actor:cascadia")
	weak := schema.Reading{Name: "1.0 2020-03", From: march.From, To: march.To, Hostile: 2, Expected: 1, Surprise: 1, Recorded: at}
	weak.ID = graph.ReadingID(calm, weak)
	b.Readings = []schema.Reading{march, wrong, weak}
	b.Relations = []schema.Relation{
		{ID: tie, Name: "Alania – Borduria", Parties: []schema.ActorID{"actor:alania", "actor:borduria"}, Readings: []schema.ReadingID{march.ID, wrong.ID}},
		{ID: calm, Name: "Alania – Cascadia", Parties: []schema.ActorID{"actor:alania", "actor:cascadia"}, Readings: []schema.ReadingID{weak.ID}},
	}
	return b
}

// outline writes an answer short: names in the order of the answer, with what
// is tied to a node in brackets behind the edge's name.
func outline(v any) string {
	switch v := v.(type) {
	case []any:
		parts := make([]string, len(v))
		for i, n := range v {
			parts[i] = outline(n)
		}
		slices.Sort(parts)
		return strings.Join(parts, ", ")
	case map[string]any:
		text := fmt.Sprint(v["name"])
		if n, ok := v["count"]; ok {
			text = fmt.Sprint(n)
		}
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			switch v[k].(type) {
			case []any, map[string]any:
				if k != "location" {
					text += " " + k + "(" + outline(v[k]) + ")"
				}
			}
			if k == "reports" || k == "sentence" || k == "status" && v[k] == "denied" {
				text += fmt.Sprintf(" [%v]", v[k])
			}
		}
		return text
	}
	return fmt.Sprint(v)
}

// TestNamedQueries asks a real cluster every named query and wants the answer
// that the table of queryWorld gives.
func TestNamedQueries(t *testing.T) {
	c := startDgraph(t)
	world := queryWorld()
	stores := []string{c.Spec(), "cayley:" + filepath.Join(t.TempDir(), "graph.db")}
	for _, spec := range stores {
		store, err := openStore(context.Background(), spec)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := store.Write(context.Background(), world); err != nil {
			t.Fatal(err)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	hit, first := string(world.Events[1].ID), string(world.Reports[0].ID)
	for _, test := range []struct {
		query string
		want  map[string]string
	}{
		{"ego --var a=alania", map[string]string{"actor": "Alania ~initiator(help recipient(Cascadia), they meet initiator(Borduria)) ~part_of(Army of Alania) ~recipient(threat initiator(Borduria))"}},
		{"ego --var a=Borduria --var from=2020-03-05 --var to=2020-03-06", map[string]string{"actor": "Borduria ~recipient(army attacks initiator(Army of Alania))"}},
		{"relation --var a=alania --var b=borduria", map[string]string{
			"events":    "army attacks initiator(Army of Alania) recipient(Borduria), they meet initiator(Alania, Borduria), threat initiator(Borduria) recipient(Alania)",
			"relations": "Alania – Borduria reading(3.1 2020-03)",
		}},
		{"relation --var a=borduria --var b=alania --var from=2020-03-02 --var to=2020-03-06", map[string]string{
			"events": "army attacks initiator(Army of Alania) recipient(Borduria)", "relations": "Alania – Borduria reading(3.1 2020-03)",
		}},
		{"strained --var from=2020-01-01 --var to=2021-01-01", map[string]string{"relations": "Alania – Borduria party(Alania, Borduria) reading(3.1 2020-03)"}},
		{"strained --var from=2020-04-01", map[string]string{"relations": ""}},
		{"events --var from=2020-03-06 --var to=2020-04-01", map[string]string{
			"events": "help at(Port Alan) initiator(Alania) recipient(Cascadia), threat initiator(Borduria) recipient(Alania)"}},
		{"events --var from=2020-04-01 --var to=2020-05-01", map[string]string{"events": ""}}, // withdrawn
		{"who-said --var event=" + hit, map[string]string{"event": "army attacks initiator(Army of Alania) recipient(Borduria) " +
			"~of(c in(courier 1 published_by(Courier)) [The army struck.], c in(herald 1 published_by(Herald)) [Shells fell.])"}},
		{"report --var report=" + first, map[string]string{"report": "courier 1 published_by(Courier) ~in(" +
			"c of(army attacks initiator(Army of Alania) recipient(Borduria)) [The army struck.], c of(they meet initiator(Alania, Borduria)) [They met.])"}},
		{"near --var where=[20.1,40.1] --var metres=30000", map[string]string{"places": "Port Alan ~at(help initiator(Alania) recipient(Cascadia))"}},
		{"paths --var a=actor:alania-army --var b=cascadia --var most=1", map[string]string{"steps": "Alania aligned_with(Cascadia), Army of Alania part_of(Alania), Cascadia"}},
		{"coverage --var a=alania --var b=borduria", map[string]string{"outlets": "Courier [2] ~published_by(" +
			"courier 1 ~in(c [The army struck.], c [They met.]), courier 2 ~in(c [No threat came.] [denied])), " +
			"Herald [1] ~published_by(herald 1 ~in(c [A threat came.], c [Shells fell.]))"}},
		{"country --var country=ALN", map[string]string{"actors": "Alania aligned_with(Cascadia), Army of Alania part_of(Alania)"}},
	} {
		args := append([]string{"--store", c.Spec(), "--json", "query"}, strings.Fields(test.query)...)
		begun := time.Now()
		text := runFaultline(t, args...)
		var blocks map[string]any
		if err := json.Unmarshal([]byte(text), &blocks); err != nil {
			t.Errorf("%s: %v", test.query, err)
			continue
		}
		delete(blocks, "_path_")
		t.Logf("%s: %d ms", test.query, time.Since(begun).Milliseconds())
		for name, want := range test.want {
			if got := outline(blocks[name]); got != want {
				t.Errorf("%s: %s is\n%s\nwant\n%s", test.query, name, got, want)
			}
			delete(blocks, name)
		}
		for name := range blocks {
			t.Errorf("%s: the answer has %s besides", test.query, name)
		}
	}
	// What a query and a command both tell, they tell alike.
	for _, pair := range [][2]string{{"alania", "borduria"}, {"alania", "cascadia"}, {"borduria", "cascadia"}} {
		var answer struct {
			Events []any
		}
		text := runFaultline(t, "--store", c.Spec(), "--json", "query", "relation", "--var", "a="+pair[0], "--var", "b="+pair[1], "--var", "first=1000")
		if err := json.Unmarshal([]byte(text), &answer); err != nil {
			t.Fatal(text, err)
		}
		var relation struct{ Events int }
		text = runFaultline(t, "--store", stores[1], "--json", "relation", pair[0], pair[1])
		if err := json.Unmarshal([]byte(text), &relation); err != nil {
			t.Fatal(text, err)
		}
		if got := len(answer.Events); got != relation.Events {
			t.Errorf("%v: the query finds %d events, the command %d", pair, got, relation.Events)
		}
	}
	t.Run("usage", func(t *testing.T) {
		for _, args := range [][]string{{"nothing"}, {"ego", "--var", "b=x"}, {"ego", "--var", "a"}, {"events", "--var", "from=yesterday"}} {
			cmd, out := faultline(t, append([]string{"--store", c.Spec(), "query"}, args...)...)
			if err := cmd.Run(); err == nil || cmd.ProcessState.ExitCode() != exitUsage {
				t.Errorf("query %v: %v\n%s", args, err, out)
			}
		}
	})
}
