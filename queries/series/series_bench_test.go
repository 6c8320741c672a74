package series_test

import (
	"os"
	"path/filepath"
	"testing"

	"faultline/graph"
	"faultline/graph/mem"
	"faultline/queries/internal/crowd"
	"faultline/queries/series"
	"faultline/schema"
)

// fill writes rows in batches.
func fill(tb testing.TB, s *series.Series, rows series.Rows, batch int) {
	tb.Helper()
	for seq := uint64(1); len(rows.Claims) > 0; seq++ {
		n := min(batch, len(rows.Claims))
		if err := s.Append(seq, series.Rows{Claims: rows.Claims[:n], Actors: rows.Actors}); err != nil {
			tb.Fatal(err)
		}
		rows.Claims, rows.Actors = rows.Claims[n:], nil
	}
}

// Opening 100,000 claims from disk, ready to be asked.
func BenchmarkOpen(b *testing.B) {
	path := filepath.Join(b.TempDir(), "series")
	s := open(b, path)
	fill(b, s, crowd.Rows(100_000), 1000)
	size := s.Size()
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if open(b, path).View().Claims() != 100_000 {
			b.Fatal("claims are missing")
		}
	}
	b.ReportMetric(float64(size)/1e6, "MB")
}

func BenchmarkAppend(b *testing.B) {
	rows := crowd.Rows(100_000)
	for b.Loop() {
		s := open(b, filepath.Join(b.TempDir(), "series"))
		fill(b, s, rows, 1000)
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/100, "µs/batch")
}

// Catching up with 10,000 new events of a store that holds 20,000 more.
func BenchmarkCatchUp(b *testing.B) {
	const known, fresh = 20_000, 10_000
	source := open(b, "")
	if err := source.Append(1, crowd.Rows(20_000)); err != nil {
		b.Fatal(err)
	}
	store, path := mem.New(), filepath.Join(b.TempDir(), "series")
	batch := graph.Batch{Actors: crowd.Actors(source.View())}
	i := 0
	for r := range crowd.Resample(source.View(), known+fresh, 1) {
		batch.Events = append(batch.Events, schema.Event{ID: r.Event, Name: "event", Type: r.Type, Code: r.Code, Day: r.Day, Precision: r.Precision,
			Initiators: r.Initiators, Recipients: r.Recipients, Status: r.Status})
		batch.Reports = append(batch.Reports, schema.Report{ID: r.Report, Name: "sample"})
		batch.Claims = append(batch.Claims, schema.Claim{ID: r.Claim, Name: "sample", Event: r.Event, Report: r.Report, Status: r.Status, Recorded: r.Recorded,
			Sentence: "Nobody knows what the row was made of, but it says that something happened to somebody on that day."})
		if i++; i%1000 == 0 {
			write(b, store, nil, &batch)
			batch = graph.Batch{}
		}
		if i == known {
			s := open(b, path)
			if err := s.CatchUp(b.Context(), store, nil); err != nil {
				b.Fatal(err)
			}
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
		}
	}
	before, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		b.StopTimer()
		if err := os.WriteFile(path, before, 0o644); err != nil {
			b.Fatal(err)
		}
		s := open(b, path)
		b.StartTimer()
		if err := s.CatchUp(b.Context(), store, nil); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if s.View().Claims() != known+fresh {
			b.Fatal("claims are missing")
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
