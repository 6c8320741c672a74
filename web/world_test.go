package web_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"faultline/graph"
	"faultline/graph/mem"
	"faultline/queries"
	"faultline/queries/series"
	"faultline/schema"
	"faultline/web"
	"faultline/web/live"
	"faultline/web/pages"
	"faultline/web/search"
)

// What hostile sources would call themselves.
const (
	evilName  = `<script>window.hacked=1</script>`
	evilState = `"><img src=x onerror=window.hacked=1>`
	evilTitle = `</title><svg onload=window.hacked=1> & Sons`
	evilURL   = `javascript:window.hacked=1`
	evilText  = `<b onmouseover=window.hacked=1>Ruritania</b> shelled a town of Grünland on Monday, the ministry said.`
	formula   = `=HYPERLINK("http://example.org")`
)

func today() time.Time { return time.Date(2024, 6, 30, 12, 0, 0, 0, time.UTC) }

// desk is a small graph with a server in front.
type desk struct {
	t      testing.TB
	store  *mem.Store
	series *series.Series
	index  *search.Index
	graph  *live.Graph
	pages  *pages.Pages
	server *web.Server
	events []schema.EventID
	n      int
}

func newDesk(t testing.TB, change ...func(*web.Options)) *desk {
	t.Helper()
	d := &desk{t: t, store: mem.New()}
	var err error
	if d.series, err = series.Open(""); err != nil {
		t.Fatal(err)
	}
	d.fill()
	if d.index, err = search.Open("", ""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.index.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := d.index.CatchUp(t.Context(), d.store); err != nil {
		t.Fatal(err)
	}
	d.graph = live.New(live.Options{
		Store: d.store, Series: d.series, Ready: pages.Ready, Now: today, Every: time.Nanosecond,
		Record: func(v *series.View) *queries.Record { return queries.NewRecord(v, nil) },
	})
	log := slog.New(slog.DiscardHandler)
	d.pages, err = pages.New(pages.Options{
		Graph: d.graph, Search: d.index, Log: log, Now: today, Version: "test",
		Tenures: func(id schema.ActorID) []pages.Tenure {
			if id != "actor:strelsau" {
				return nil
			}
			return []pages.Tenure{{Role: "part of", At: "actor:ruritania", Window: queries.Since(schema.MakeDay(2001, 2, 3))}}
		},
		Sources: func() []pages.Source {
			return []pages.Source{{Name: evilName, Failures: 3, Error: evilTitle, Next: today()}}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	o := web.Options{Pages: d.pages, Log: log, Now: today}
	for _, f := range change {
		f(&o)
	}
	d.server = web.New(o)
	return d
}

// write adds to the graph; the series follows.
func (d *desk) write(b graph.Batch) {
	d.t.Helper()
	ctx := context.Background()
	w, err := d.store.Write(ctx, &b)
	if err == nil {
		err = d.series.Follow(ctx, d.store, &b, w)
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

// happened makes a batch of one event with a claim of each outlet.
func (d *desk) happened(kind schema.EventType, a, b schema.ActorID, day schema.Day, status schema.Status, sentence string, outlets ...schema.ActorID) graph.Batch {
	e := schema.Event{Type: kind, Day: day, Precision: schema.PrecisionDay, Status: status, Initiators: []schema.ActorID{a}, Recipients: []schema.ActorID{b}}
	e.Name = e.Label([]string{a.Slug()}, []string{b.Slug()})
	e.ID = graph.EventID(e)
	if d.n%3 == 0 {
		e.At = []schema.PlaceID{"place:zenda"}
	}
	batch := graph.Batch{Events: []schema.Event{e}}
	for _, o := range outlets {
		d.n++
		name := fmt.Sprint("report ", d.n)
		p := schema.Report{
			ID: graph.ReportID("test", name), Name: name, Title: fmt.Sprintf("Morning news no. %d", d.n), URL: "https://example.org/news/" + fmt.Sprint(d.n),
			Hash: graph.ContentHash(name), Published: day.Time().Add(8 * time.Hour), PublishedBy: o, LoadedIn: []schema.LoadID{graph.LoadID("test", "1")}, Language: "en",
		}
		if d.n%5 == 0 {
			p.Title, p.URL = evilTitle, evilURL
		}
		c := schema.Claim{
			ID: graph.ClaimID(p.ID, e.ID, ""), Name: o.Slug(), Event: e.ID, Report: p.ID, Status: status, Confidence: 0.8, Coder: "test/1", Sentence: sentence,
			Reason: "“shelled” means ASSAULT", Recorded: day.Time().Add(9 * time.Hour),
		}
		if sentence == evilText {
			c.Marks = []schema.Mark{{Role: schema.MarkInitiator, Start: 0, End: 45}, {Role: schema.MarkTrigger, Start: 46, End: 53}}
			c.SaidBy, c.Speaker = "actor:evil", evilName
		}
		batch.Reports = append(batch.Reports, p)
		batch.Claims = append(batch.Claims, c)
	}
	d.events = append(d.events, e.ID)
	return batch
}

// fill makes the graph: Ruritania and Grünland, partners for years, fall out
// in June 2024.
func (d *desk) fill() {
	actor := func(slug, name string, kind schema.ActorKind, country string, parts ...schema.ActorID) schema.Actor {
		return schema.Actor{ID: schema.MakeActorID(slug), Name: name, Kind: kind, Country: country, PartOf: parts}
	}
	actors := []schema.Actor{
		actor("ruritania", "Ruritania", schema.State, "RUR"), actor("grunland", "Grünland", schema.State, "GRU"), actor("strelsau", "Strelsau Guard", schema.Military, "RUR", "actor:ruritania"),
		actor("evil", evilName, schema.State, "EVL"), actor("evil-state", evilState, schema.State, "EVS"), actor("formula", formula, schema.Organisation, ""),
		actor("courier", "The Courier", schema.Outlet, "RUR"), actor("bote", "Der Bote", schema.Outlet, "GRU"),
	}
	actors[0].Aliases = []string{"Kingdom of Ruritania", evilName}
	d.write(graph.Batch{
		Actors: actors, Places: []schema.Place{{ID: "place:zenda", Name: "Zenda <i>", Country: "RUR", Latitude: 50.1, Longitude: 14.4}},
		Loads: []schema.Load{{
			ID: graph.LoadID("test", "1"), Name: "load", Source: "test " + evilName, Started: today().Add(-time.Hour), Finished: today(), Version: "test", Outcome: schema.Partial,
			Counts: schema.Counts{Reports: 12, Claims: 30, Events: 20}, Skipped: []string{"no text " + evilTitle + ": 4"},
		}},
	})
	first := schema.MakeDay(2020, 1, 10)
	for i := range 50 {
		d.write(d.happened(schema.Consult, "actor:ruritania", "actor:grunland", first+schema.Day(31*i), schema.Asserted, "Ruritania met Grünland for talks.", "actor:courier"))
	}
	d.write(d.happened(schema.Assault, "actor:evil", "actor:evil-state", schema.MakeDay(2023, 5, 5), schema.Asserted, evilText, "actor:bote"))
	d.write(d.happened(schema.Assault, "actor:evil", "actor:evil-state", schema.MakeDay(2023, 5, 7), schema.Asserted, evilText, "actor:bote"))
	d.write(d.happened(schema.Accuse, "actor:formula", "actor:evil", schema.MakeDay(2024, 6, 20), schema.Asserted, "", "actor:formula"))
	for i := range 6 {
		day := schema.MakeDay(2024, 6, 12) + schema.Day(3*i)
		d.write(d.happened(schema.Assault, "actor:strelsau", "actor:grunland", day, schema.Asserted, evilText, "actor:courier", "actor:bote"))
		b := d.happened(schema.Assault, "actor:strelsau", "actor:grunland", day, schema.Denied, "Ruritania's guard denied that it had shelled the town.", "actor:courier")
		if i == 5 {
			d.write(b)
		}
	}
}

// get asks the server, as from this machine.
func (d *desk) get(address string, header ...string) *httptest.ResponseRecorder {
	d.t.Helper()
	r := httptest.NewRequest(http.MethodGet, address, nil)
	r.Host, r.RemoteAddr = "localhost:8460", "127.0.0.1:9"
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
			continue
		}
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	d.server.ServeHTTP(w, r)
	return w
}
