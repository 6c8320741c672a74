package cayley

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"faultline/graph"
	"faultline/schema"
)

// The benchmarks work on generated rows of coded event data: like ICEWS, a
// few actors have most of the events.
//
//	go test ./graph/cayley -run '^$' -bench . -benchtime 1x -rows 92367
var rows = flag.Int("rows", 10000, "rows of coded event data in benchmarks")

// A row becomes one event, one claim and one report: about 26 quads.
const rowsPerBatch = 400

func coded(n int) iter.Seq[*graph.Batch] {
	return func(yield func(*graph.Batch) bool) { generate(n, yield) }
}

func generate(n int, yield func(*graph.Batch) bool) {
	rnd := rand.New(rand.NewPCG(1, 2))
	load := graph.LoadID("icews", "sample")
	recorded := time.Date(2024, 12, 2, 6, 0, 0, 0, time.UTC)
	actor := func() schema.ActorID {
		x := rnd.Float64()
		return schema.MakeActorID(fmt.Sprintf("actor-%d", int(5000*x*x*x*x)))
	}
	types := schema.EventTypes()[:16]
	first := &graph.Batch{
		Loads:  []schema.Load{{ID: load, Name: "icews", Source: "icews.tsv", Outcome: schema.Running, Started: recorded}},
		Actors: []schema.Actor{{ID: "actor:icews", Name: "ICEWS", Kind: schema.Outlet}},
	}
	for i := range 5000 {
		id := schema.MakeActorID(fmt.Sprintf("actor-%d", i))
		first.Actors = append(first.Actors, schema.Actor{ID: id, Name: id.Slug(), Kind: schema.State, Country: "SYR", Aliases: []string{id.Slug() + " government"}})
	}
	b := first
	for i := range n {
		if i%rowsPerBatch == 0 {
			if !yield(b) {
				return
			}
			b = &graph.Batch{}
		}
		e := schema.Event{
			Type: types[rnd.IntN(len(types))], Code: schema.Code(fmt.Sprintf("%02d", 1+rnd.IntN(20))),
			Initiators: []schema.ActorID{actor()}, Recipients: []schema.ActorID{actor()},
			Day: schema.MakeDay(2005, 1, 1) + schema.Day(rnd.IntN(4000)), Precision: schema.PrecisionDay, Status: schema.Asserted,
		}
		e.ID = graph.EventID(e)
		e.Name = e.Label([]string{e.Initiators[0].Slug()}, []string{e.Recipients[0].Slug()})
		r := schema.Report{
			ID: graph.ReportID("icews", fmt.Sprint(i)), Name: "ICEWS " + e.Day.String(), Published: e.Day.Time(),
			Hash: graph.ContentHash(fmt.Sprint(i)), PublishedBy: "actor:icews", LoadedIn: []schema.LoadID{load},
		}
		b.Events = append(b.Events, e)
		b.Reports = append(b.Reports, r)
		b.Claims = append(b.Claims, schema.Claim{
			ID: graph.ClaimID(r.ID, e.ID, ""), Name: "ICEWS", Event: e.ID, Report: r.ID, Trigger: "Make statement " + string(e.Code),
			Status: schema.Asserted, Code: e.Code, Confidence: 1, Coder: "icews/1", Recorded: recorded,
		})
	}
	yield(b)
}

func fill(b *testing.B, s *Store, batches iter.Seq[*graph.Batch]) {
	b.Helper()
	for batch := range batches {
		if _, err := s.Write(context.Background(), batch); err != nil {
			b.Fatal(err)
		}
	}
}

// filled opens a store of the rows that benchmarks of reading share.
//
// It stays in the folder for temporary files, so that runs after the first
// find it there.
func filled(b *testing.B) *Store {
	b.Helper()
	path := filepath.Join(os.TempDir(), fmt.Sprintf("faultline-bench-%d", *rows))
	s := mustOpen(b, path)
	b.Cleanup(func() { s.Close() })
	n := uint64(0)
	for batch := range coded(*rows) {
		if n++; n > s.head {
			fill(b, s, func(yield func(*graph.Batch) bool) { yield(batch) })
		}
	}
	return s
}

func folderSize(b *testing.B, path string) (bytes int64) {
	b.Helper()
	err := filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			bytes += info.Size()
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return bytes
}

func BenchmarkWrite(b *testing.B) {
	for b.Loop() {
		path := b.TempDir()
		s := mustOpen(b, path)
		fill(b, s, coded(*rows))
		quads := s.qs.Size()
		written := b.Elapsed()
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(quads)/written.Seconds(), "quads/s")
		b.ReportMetric((b.Elapsed() - written).Seconds(), "s/close")
		b.ReportMetric(float64(quads), "quads")
		b.ReportMetric(float64(folderSize(b, path))/1e6, "MB")
	}
}

// BenchmarkRewrite writes what the store has already.
func BenchmarkRewrite(b *testing.B) {
	s := filled(b)
	for b.Loop() {
		fill(b, s, coded(*rows))
	}
}

func BenchmarkReopen(b *testing.B) {
	s := filled(b)
	path := s.path
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s := mustOpen(b, path)
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHas(b *testing.B) {
	batches := slices.Collect(coded(*rows))
	s := filled(b)
	var ids []string
	for _, batch := range batches {
		ids = append(ids, idsOf(s.nouns.Event, batch.Events)...)
		ids = append(ids, idsOf(s.nouns.Claim, batch.Claims)...)
		ids = append(ids, idsOf(s.nouns.Report, batch.Reports)...)
	}
	for b.Loop() {
		has, err := s.Has(context.Background(), ids...)
		if err != nil || !has[len(ids)-1] {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(ids))/b.Elapsed().Seconds(), "ids/s")
}

func BenchmarkHasNot(b *testing.B) {
	s := filled(b)
	var ids []string
	for i := range 3 * *rows {
		ids = append(ids, string(graph.LoadID("none", fmt.Sprint(i))))
	}
	for b.Loop() {
		if _, err := s.Has(context.Background(), ids...); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(ids))/b.Elapsed().Seconds(), "ids/s")
}

func BenchmarkReadClaimsOfEvent(b *testing.B) {
	batches := slices.Collect(coded(*rows))
	s := filled(b)
	rnd := rand.New(rand.NewPCG(3, 4))
	for b.Loop() {
		batch := batches[1+rnd.IntN(len(batches)-1)]
		f := graph.ClaimFilter{Events: []schema.EventID{batch.Events[0].ID}}
		if found, err := graph.All(s.Claims(context.Background(), f)); err != nil || len(found) == 0 {
			b.Fatal(found, err)
		}
	}
}

func BenchmarkReadReport(b *testing.B) {
	batches := slices.Collect(coded(*rows))
	s := filled(b)
	rnd := rand.New(rand.NewPCG(3, 4))
	for b.Loop() {
		batch := batches[1+rnd.IntN(len(batches)-1)]
		f := graph.ReportFilter{IDs: []schema.ReportID{batch.Reports[1].ID}}
		if found, err := graph.All(s.Reports(context.Background(), f)); err != nil || len(found) != 1 {
			b.Fatal(found, err)
		}
	}
}

func BenchmarkRead20Events(b *testing.B) {
	batches := slices.Collect(coded(*rows))
	s := filled(b)
	rnd := rand.New(rand.NewPCG(3, 4))
	for b.Loop() {
		var f graph.EventFilter
		for range 20 {
			batch := batches[1+rnd.IntN(len(batches)-1)]
			f.IDs = append(f.IDs, batch.Events[rnd.IntN(len(batch.Events))].ID)
		}
		if found, err := graph.All(s.Events(context.Background(), f)); err != nil || len(found) == 0 {
			b.Fatal(found, err)
		}
	}
}

func benchmarkEvents(b *testing.B, f graph.EventFilter) {
	s := filled(b)
	n := 0
	for b.Loop() {
		found, err := graph.All(s.Events(context.Background(), f))
		if err != nil {
			b.Fatal(err)
		}
		n = len(found)
	}
	b.ReportMetric(float64(n), "events")
}

func BenchmarkReadEventsOfHub(b *testing.B) {
	benchmarkEvents(b, graph.EventFilter{Actors: []schema.ActorID{"actor:actor-0"}})
}

func BenchmarkReadEventsOfMonth(b *testing.B) {
	from := schema.MakeDay(2010, 5, 1)
	benchmarkEvents(b, graph.EventFilter{Dated: true, From: from, To: from + 30})
}

func BenchmarkReadAllEvents(b *testing.B) { benchmarkEvents(b, graph.EventFilter{}) }

func benchmarkClaims(b *testing.B, f graph.ClaimFilter) {
	s := filled(b)
	n := 0
	for b.Loop() {
		for _, err := range s.Claims(context.Background(), f) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "claims/s")
}

func BenchmarkReadAllClaims(b *testing.B) { benchmarkClaims(b, graph.ClaimFilter{}) }

func BenchmarkReadLastClaims(b *testing.B) {
	benchmarkClaims(b, graph.ClaimFilter{After: uint64(*rows / rowsPerBatch)})
}
