package series_test

import (
	"path/filepath"
	"testing"

	"faultline/queries/internal/crowd"
	"faultline/queries/series"
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
