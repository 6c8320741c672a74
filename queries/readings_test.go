package queries_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"faultline/graph"
	"faultline/graph/mem"
	"faultline/queries"
	"faultline/queries/series"
	"faultline/schema"
)

// readingWorld is a store with a writer that keeps a series beside it.
type readingWorld struct {
	t     *testing.T
	store graph.Store
	read  *series.Series
	n     int
}

func (w *readingWorld) write(b *graph.Batch) {
	w.t.Helper()
	ctx := context.Background()
	written, err := w.store.Write(ctx, b)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.read.Follow(ctx, w.store, b, written); err != nil {
		w.t.Fatal(err)
	}
}

func (w *readingWorld) claim(kind schema.EventType, day string, recorded time.Time) graph.Batch {
	w.t.Helper()
	d, err := schema.ParseDay(day)
	if err != nil {
		w.t.Fatal(err)
	}
	w.n++
	e := schema.Event{Type: kind, Day: d, Precision: schema.PrecisionDay, Status: schema.Asserted, Name: string(kind),
		Initiators: []schema.ActorID{"actor:a"}, Recipients: []schema.ActorID{"actor:b"}}
	e.ID = graph.EventID(e)
	r := schema.Report{ID: graph.ReportID("readings", string(kind)+day), Name: "wire", Title: day, Hash: graph.ContentHash(day)}
	c := schema.Claim{ID: graph.ClaimID(r.ID, e.ID, ""), Name: "wire", Event: e.ID, Report: r.ID, Status: schema.Asserted, Confidence: 1, Coder: "test 1", Recorded: recorded}
	return graph.Batch{Events: []schema.Event{e}, Reports: []schema.Report{r}, Claims: []schema.Claim{c}}
}

// renew writes the readings and returns the ones that hold, and how many
// there ever were.
func (w *readingWorld) renew(since, now time.Time) (holding []schema.Reading, all, written int) {
	w.t.Helper()
	ctx := context.Background()
	o := queries.ReadingOptions{Since: since, Now: now}
	batches, err := queries.NewRecord(w.read.View(), nil).Readings(ctx, w.store, o)
	if err != nil {
		w.t.Fatal(err)
	}
	for i := range batches {
		written += len(batches[i].Readings)
		w.write(&batches[i])
	}
	if again, err := queries.NewRecord(w.read.View(), nil).Readings(ctx, w.store, o); err != nil || len(again) > 0 {
		w.t.Fatalf("readings that have just been renewed are renewed again: %v %v", again, err)
	}
	relations, err := graph.All(w.store.Relations(ctx, graph.RelationFilter{}))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, rel := range relations {
		if rel.ID != "relation:a~b" || rel.Name != "A – B" {
			w.t.Errorf("relation %+v", rel)
		}
		readings, err := graph.All(w.store.Readings(ctx, graph.ReadingFilter{IDs: rel.Readings}))
		if err != nil {
			w.t.Fatal(err)
		}
		all += len(readings)
		for _, x := range readings {
			if x.Retracted.IsZero() {
				holding = append(holding, x)
			}
		}
	}
	return holding, all, written
}

func TestReadings(t *testing.T) {
	for name, open := range stores() {
		t.Run(name, func(t *testing.T) {
			read, err := series.Open("")
			if err != nil {
				t.Fatal(err)
			}
			w := &readingWorld{t: t, store: open(t), read: read}
			defer w.store.Close()
			w.write(&graph.Batch{Actors: []schema.Actor{
				{ID: "actor:a", Name: "A", Kind: schema.State, Country: "AAA"},
				{ID: "actor:b", Name: "B", Kind: schema.State, Country: "BBB"},
			}})
			hour := func(n int) time.Time { return time.Date(2026, 1, 1, n, 0, 0, 0, time.UTC) }

			one := w.claim(schema.Accuse, "2024-01-10", hour(1))
			w.write(&one)
			if got, _, _ := w.renew(time.Time{}, hour(1)); len(got) != 0 {
				t.Errorf("one hostile event has a reading: %+v", got)
			}

			// Two in January, of which the past knows nothing: A = 0.6, B = 150.
			two := w.claim(schema.Threaten, "2024-01-20", hour(2))
			w.write(&two)
			got, all, _ := w.renew(hour(2), hour(2))
			if len(got) != 1 || all != 1 {
				t.Fatalf("%d of %d readings hold, want 1 of 1: %+v", len(got), all, got)
			}
			first := got[0]
			if first.From.String() != "2024-01-01" || first.To.String() != "2024-02-01" || first.Hostile != 2 || first.Cooperative != 0 ||
				first.Expected != 0.124 { // 31·0.6/150
				t.Errorf("reading %+v", first)
			}

			// A friendly meeting changes the count, and so the reading.
			three := w.claim(schema.Consult, "2024-01-25", hour(3))
			w.write(&three)
			got, all, written := w.renew(hour(3), hour(3))
			if len(got) != 1 || all != 2 || written != 2 || got[0].Cooperative != 1 {
				t.Errorf("%d of %d readings hold, %d written: %+v", len(got), all, written, got)
			}

			// It is taken back: the figures are those of the first reading,
			// which is closed, so that they are written as another one.
			three.Claims[0].Retracted = hour(4)
			w.write(&graph.Batch{Claims: three.Claims, Events: three.Events, Reports: three.Reports})
			got, all, _ = w.renew(hour(4), hour(4))
			if len(got) != 1 || all != 3 || got[0].ID == first.ID || got[0].Cooperative != 0 || got[0].Surprise != first.Surprise {
				t.Errorf("%d of %d readings hold: %+v", len(got), all, got)
			}

			// Without the second hostile event there is none any more.
			two.Claims[0].Retracted = hour(5)
			w.write(&graph.Batch{Claims: two.Claims, Events: two.Events, Reports: two.Reports})
			if got, all, _ = w.renew(hour(5), hour(5)); len(got) != 0 || all != 3 {
				t.Errorf("%d of %d readings hold", len(got), all)
			}
			// What is asked of all relations agrees with what was told of each.
			if _, _, written = w.renew(time.Time{}, hour(6)); written != 0 {
				t.Errorf("%d readings differ", written)
			}
		})
	}
}

// The readings of a large store, from a copy of its read model.
func BenchmarkReadings(b *testing.B) {
	path := os.Getenv("FAULTLINE_SERIES")
	if path == "" {
		b.Skip("set FAULTLINE_SERIES to the series of a store")
	}
	s, err := series.Open(filepath.Clean(path))
	if err != nil {
		b.Fatal(err)
	}
	r, store := queries.NewRecord(s.View(), nil), mem.New()
	n := 0
	for b.Loop() {
		batches, err := r.Readings(context.Background(), store, queries.ReadingOptions{Now: time.Unix(1, 0)})
		if err != nil {
			b.Fatal(err)
		}
		n = 0
		for i := range batches {
			n += len(batches[i].Readings)
		}
	}
	b.ReportMetric(float64(n), "readings")
}
