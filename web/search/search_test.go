package search_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"faultline/graph"
	"faultline/graph/mem"
	"faultline/schema"
	"faultline/web/search"
)

func when() time.Time { return time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC) }

// batch is one event with one claim in one report.
func batch(n int, name, title, sentence string, day schema.Day) graph.Batch {
	e := schema.Event{Name: name, Type: schema.Assault, Day: day, Precision: schema.PrecisionDay, Status: schema.Asserted, Initiators: []schema.ActorID{"actor:a"}, Recipients: []schema.ActorID{schema.ActorID(fmt.Sprint("actor:b", n))}}
	e.ID = graph.EventID(e)
	p := schema.Report{ID: graph.ReportID("test", fmt.Sprint(n)), Name: "report", Title: title, Hash: fmt.Sprint(n), Published: day.Time()}
	c := schema.Claim{ID: graph.ClaimID(p.ID, e.ID, ""), Name: "outlet", Event: e.ID, Report: p.ID, Sentence: sentence, Status: schema.Asserted, Coder: "test", Recorded: when()}
	return graph.Batch{Events: []schema.Event{e}, Reports: []schema.Report{p}, Claims: []schema.Claim{c}}
}

func write(t *testing.T, store graph.Writer, b graph.Batch) {
	t.Helper()
	if _, err := store.Write(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
}

func find(t *testing.T, x *search.Index, text string, o search.Options) search.Results {
	t.Helper()
	r, err := x.Find(t.Context(), text, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFind(t *testing.T) {
	store := mem.New()
	first := batch(1, "Ruritania attacks Grünland · 2024-04-01", "A quiet week on the frontier", "Ruritanian guns shelled the town of Strelsau's neighbours.", schema.MakeDay(2024, 4, 1))
	second := batch(2, "Grünland accuses Ruritania · 2023-03-03", "Shelling on the frontier: what is known", "The minister blamed the guns of Ruritania.", schema.MakeDay(2023, 3, 3))
	write(t, store, first)
	third := batch(3, "Grünland accuses Royal Gaulish Shells · 2019-03-03", "Business", "Shells are sold to Grünland.", schema.MakeDay(2019, 3, 3))
	write(t, store, second)
	write(t, store, third)
	x, err := search.Open("", "")
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if err := x.CatchUp(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	a, b, trade := string(first.Events[0].ID), string(second.Events[0].ID), string(third.Events[0].ID)
	for _, c := range []struct {
		text string
		o    search.Options
		want []string
	}{
		{"shell", search.Options{Kind: "event"}, []string{trade, a}},
		{"shelled", search.Options{Kind: "event"}, []string{a, trade}},
		{"the shells", search.Options{Kind: "event"}, []string{trade, a}},
		{"shells", search.Options{Kind: "report"}, []string{string(second.Reports[0].ID)}},
		{"GRUNLAND", search.Options{Kind: "event", Newest: true}, []string{a, b, trade}},
		{"guns town", search.Options{Kind: "event"}, []string{a}},
		{`"guns of ruritania"`, search.Options{Kind: "event"}, []string{b}},
		{`"town guns"`, search.Options{Kind: "event"}, nil},
		{"guns", search.Options{Kind: "event", From: "2023-12-31"}, []string{a}},
		{"guns", search.Options{Kind: "event", To: "2023-12-31"}, []string{b}},
		{"guns", search.Options{Kind: "event", Newest: true, Limit: 1, Skip: 1}, []string{b}},
		{"shelling", search.Options{Kind: "report"}, []string{string(second.Reports[0].ID)}},
		{"", search.Options{Kind: "event"}, nil},
		{`" " "`, search.Options{Kind: "event"}, nil},
		{`kind:report +( * ~ ^`, search.Options{Kind: "event"}, nil},
	} {
		if got := find(t, x, c.text, c.o); !slices.Equal(got.IDs, c.want) {
			t.Errorf("%q %+v finds %v, want %v", c.text, c.o, got.IDs, c.want)
		}
	}
	if got := find(t, x, "guns", search.Options{Kind: "event"}); got.Total != 2 || got.Years["2023"] != 1 || got.Years["2024"] != 1 {
		t.Errorf("%d in the years %v", got.Total, got.Years)
	}
}

// The index follows what is written, and lets go of what nobody claims any
// more; it stays when it is closed, and is made anew for another store.
func TestFollow(t *testing.T) {
	store, path := mem.New(), filepath.Join(t.TempDir(), "search")
	one := batch(1, "One", "", "Guns were heard.", 19000)
	write(t, store, one)
	x, err := search.Open(path, "")
	if err != nil {
		t.Fatal(err)
	}
	catchUp := func() {
		t.Helper()
		if err := x.CatchUp(t.Context(), store); err != nil {
			t.Fatal(err)
		}
		if head, _ := store.Head(t.Context()); x.Head() != head {
			t.Errorf("the index stands at %d, the store at %d", x.Head(), head)
		}
	}
	guns := func() uint64 {
		t.Helper()
		return find(t, x, "guns", search.Options{Kind: "event"}).Total
	}
	catchUp()
	write(t, store, batch(2, "Two", "", "More guns.", 19001))
	if n := guns(); n != 1 {
		t.Errorf("%d before the index followed", n)
	}
	catchUp()
	if n := guns(); n != 2 {
		t.Errorf("%d after it followed", n)
	}
	one.Claims[0].Retracted = when().Add(time.Hour)
	write(t, store, one)
	catchUp()
	if n := guns(); n != 1 {
		t.Errorf("%d after a claim was closed", n)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if x, err = search.Open(path, ""); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}()
	if n := guns(); n != 1 {
		t.Errorf("%d after it was opened again", n)
	}
	store = mem.New()
	write(t, store, batch(3, "Three", "", "Silence.", 19002))
	catchUp()
	if n := guns(); n != 0 {
		t.Errorf("%d of another store", n)
	}
}

// Reports of which nothing was coded are found by their titles, at the latest
// when their load has ended.
func TestReportsWithoutClaims(t *testing.T) {
	store := mem.New()
	x, err := search.Open("", "")
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	load := schema.Load{ID: graph.LoadID("test", "1"), Name: "load", Source: "test", Started: when(), Version: "test", Outcome: schema.Running}
	coded := batch(1, "One", "Guns on the frontier", "Guns were heard.", 19000)
	coded.Reports[0].LoadedIn = []schema.LoadID{load.ID}
	next := func(n int64, outcome schema.Outcome, titles ...string) uint64 {
		t.Helper()
		load.Outcome, load.Counts.Reports = outcome, n
		b := graph.Batch{Loads: []schema.Load{load}}
		for _, title := range titles {
			b.Reports = append(b.Reports, schema.Report{ID: graph.ReportID("test", title), Name: "report", Title: title, Hash: title, LoadedIn: []schema.LoadID{load.ID}})
		}
		write(t, store, b)
		if err := x.CatchUp(t.Context(), store); err != nil {
			t.Fatal(err)
		}
		return find(t, x, "weather", search.Options{Kind: "report"}).Total
	}
	write(t, store, coded)
	for i, c := range []struct {
		n       int64
		outcome schema.Outcome
		title   string
		want    uint64
	}{
		{2, schema.Running, "Fine weather", 1},
		{3, schema.Running, "Bad weather", 1}, // wait for the end
		{4, schema.Running, "No weather", 1},
		{5, schema.Complete, "The weather tomorrow", 4},
		{5, schema.Complete, "", 4},
	} {
		var titles []string
		if c.title != "" {
			titles = []string{c.title}
		}
		if got := next(c.n, c.outcome, titles...); got != c.want {
			t.Errorf("step %d: %d found, want %d", i, got, c.want)
		}
	}
	if got := find(t, x, "guns", search.Options{Kind: "report"}); got.Total != 1 {
		t.Errorf("a report with claims is found %d times", got.Total)
	}
}

// An index that lies elsewhere than in its store's folder is that of one
// store.
func TestIndexOfAnotherStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "search")
	store := mem.New()
	write(t, store, batch(1, "One", "", "Guns were heard.", 19000))
	for _, c := range []struct {
		of   string
		docs uint64
	}{{"dgraph://one:9080", 0}, {"dgraph://one:9080", 1}, {"dgraph://two:9080", 0}} {
		x, err := search.Open(path, c.of)
		if err != nil {
			t.Fatal(err)
		}
		if got := x.Docs(); got != c.docs {
			t.Errorf("%s: %d documents, want %d", c.of, got, c.docs)
		}
		if err := x.CatchUp(t.Context(), store); err != nil {
			t.Fatal(err)
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
