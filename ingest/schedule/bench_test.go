package schedule

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"faultline/graph/mem"
	"faultline/ingest"
	"faultline/ingest/report"
)

// BenchmarkIdleCycle polls 200 sources that have nothing new. Nothing is
// written to the store; each record is kept.
func BenchmarkIdleCycle(b *testing.B) {
	records, err := OpenFolder(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	every, err := Every(time.Hour)
	if err != nil {
		b.Fatal(err)
	}
	store := mem.New()
	var entries []Entry
	for i := range 200 {
		source := sourceFunc(func(_ context.Context, cursor json.RawMessage, _ report.Sink) (Polled, error) {
			return Polled{Cursor: cursor}, nil
		})
		entries = append(entries, Entry{Name: fmt.Sprint(i), Source: source, When: every})
	}
	s, err := New(b.Context(), Options{
		Store: store, Job: ingest.Job{Now: time.Now, Workers: 1}, Records: records, Parallel: 4, Retry: DefaultRetry,
		Random: func() float64 { return 0 }, Log: slog.New(slog.DiscardHandler),
	}, entries)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.Once(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	if head, err := store.Head(b.Context()); err != nil || head != 0 {
		b.Fatalf("%d batches were written, %v", head, err)
	}
}
