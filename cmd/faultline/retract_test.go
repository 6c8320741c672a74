package main

import (
	"context"
	"testing"
	"time"

	"faultline/ingest"
	"faultline/ingest/gazetteer"
	"faultline/ingest/report"
	"faultline/ingest/resolve"
	"faultline/queries"
	"faultline/schema"
)

// TestRetractedIsKeptForEarlierDays loads, takes back, and asks as of then
// and as of now; the read model has followed.
func TestRetractedIsKeptForEarlierDays(t *testing.T) {
	actors, err := gazetteer.Load()
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	store, err := openStore(ctx, "cayley:"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	target := &following{opened: store}
	loaded := time.Date(2024, time.January, 10, 0, 0, 0, 0, time.UTC)
	day := schema.MakeDay(2024, time.January, 1)
	sum, err := ingest.Load(ctx, target, ingest.Job{
		Name: "rows", Resolver: resolve.New(actors), CoderID: "none", Version: "v", Workers: 1, Now: func() time.Time { return loaded },
		Source: func(_ context.Context, sink report.Sink) error {
			for i, key := range []string{"a", "b", "c"} {
				row := report.Row{Initiator: "Israel", Recipient: "Iran", Code: "190", Day: day + schema.Day(i)}
				if err := sink.Report(report.Report{Source: "rows", Key: key, Published: loaded, Coded: []report.Row{row}}); err != nil {
					return err
				}
			}
			return nil
		},
	})
	if err != nil || sum.Events != 3 {
		t.Fatalf("%+v, %v", sum, err)
	}
	if err := target.keepReadings(ctx, loaded, loaded); err != nil {
		t.Fatal(err)
	}
	events := func(asOf time.Time) int {
		t.Helper()
		r, err := newRecord(store).Relation("actor:israel", "actor:iran", queries.RelationOptions{
			Window: queries.Window{From: schema.NoDay, To: schema.NoDay}, By: queries.Unit("auto"), Level: queries.Level("parent"), Limit: 1, AsOf: asOf,
		})
		if err != nil {
			t.Fatal(err)
		}
		return r.Events
	}
	if n := events(time.Time{}); n != 3 {
		t.Fatalf("%d events, want 3", n)
	}
	taken := loaded.AddDate(0, 1, 0)
	if _, err := ingest.Retract(ctx, target, ingest.Withdrawal{Loads: []schema.LoadID{sum.Load}, At: taken}); err != nil {
		t.Fatal(err)
	}
	if err := target.keepReadings(ctx, taken, taken); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		when string
		asOf time.Time
		want int
	}{{"now", time.Time{}, 0}, {"the day before", taken.AddDate(0, 0, -1), 3}, {"before the load", loaded.AddDate(0, 0, -1), 0}} {
		if n := events(c.asOf); n != c.want {
			t.Errorf("as of %s: %d events, want %d", c.when, n, c.want)
		}
	}
	verify(t, store)
}
