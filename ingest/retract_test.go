package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"faultline/graph"
	"faultline/graph/cayley"
	"faultline/graph/mem"
	"faultline/ingest"
	"faultline/ingest/report"
	"faultline/schema"
)

// article is a version of an article of one source.
func article(source, key, text string) report.Report {
	return report.Report{
		Source: source, Key: key, Publisher: "Outlet", URL: "https://example.org/" + key,
		Published: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), Text: text,
	}
}

// give is a source without skips.
func give(reports ...report.Report) ingest.Source {
	return func(_ context.Context, sink report.Sink) error {
		for _, r := range reports {
			if err := sink.Report(r); err != nil {
				return err
			}
		}
		return nil
	}
}

// bring loads reports as the run of a source that gives out what has changed.
func bring(t *testing.T, store ingest.Store, source, digest string, reports ...report.Report) ingest.Summary {
	t.Helper()
	j := job(t, give(reports...))
	j.Name, j.Digest, j.Changes = source, digest, true
	return load(t, store, j)
}

// standing are the names of the events that have an open claim.
func standing(t *testing.T, store graph.Reader) []string {
	t.Helper()
	var names []string
	for e, err := range store.Events(t.Context(), graph.EventFilter{}) {
		fatal(t, err)
		for c, err := range store.Claims(t.Context(), graph.ClaimFilter{Events: []schema.EventID{e.ID}}) {
			fatal(t, err)
			if c.Retracted.IsZero() {
				names = append(names, fmt.Sprint(e.Initiators, e.Recipients))
				break
			}
		}
	}
	slices.Sort(names)
	return names
}

func wantStanding(t *testing.T, store graph.Reader, want ...string) {
	t.Helper()
	slices.Sort(want)
	if got := standing(t, store); !slices.Equal(got, want) {
		t.Errorf("events that stand: %q, want %q", got, want)
	}
}

// stores are the stores that what closes claims is tested over.
func stores(t *testing.T, test func(t *testing.T, store ingest.Store)) {
	t.Run("mem", func(t *testing.T) { test(t, mem.New()) })
	t.Run("cayley", func(t *testing.T) {
		store, err := cayley.Open(t.TempDir(), cayley.Options{})
		fatal(t, err)
		defer store.Close()
		test(t, store)
	})
}

func TestArticleThatGoesBackToAnEarlierText(t *testing.T) {
	const a, b, none = "Alpha attacks Beta.", "Alpha attacks Gamma.", "Nothing happened."
	beta, gamma := "[actor:alpha] [actor:beta]", "[actor:alpha] [actor:gamma]"
	stores(t, func(t *testing.T, store ingest.Store) {
		for i, step := range []struct {
			text string
			new  int
			want []string
		}{
			{a, 1, []string{beta}}, {a, 0, []string{beta}}, {b, 1, []string{gamma}}, {b, 0, []string{gamma}},
			{a, 1, []string{beta}}, {a, 0, []string{beta}}, {b, 1, []string{gamma}}, {a, 1, []string{beta}},
			{none, 1, nil}, {none, 0, nil}, {a, 1, []string{beta}}, {a, 0, []string{beta}}, {none, 1, nil},
		} {
			sum := bring(t, store, "feed", fmt.Sprint(i), article("feed", "one", step.text))
			if sum.New != step.new {
				t.Errorf("step %d, %q: %+v, want %d new", i, step.text, sum, step.new)
			}
			wantStanding(t, store, step.want...)
		}
		// A load of a file does not look for it: a report that is known is.
		j := job(t, give(article("feed", "one", a)))
		j.Digest = "file"
		if sum := load(t, store, j); sum.New != 0 {
			t.Errorf("%+v", sum)
		}
	})
}

func TestRetract(t *testing.T) {
	at := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	stores(t, func(t *testing.T, store ingest.Store) {
		first := bring(t, store, "hill", "1", article("hill", "one", "Alpha attacks Beta. Alpha attacks Gamma."), article("hill", "two", "Gamma attacks Delta."))
		bring(t, store, "harbour", "1", article("harbour", "x", "Alpha attacks Beta."))
		bring(t, store, "hill", "2", article("hill", "three", "Delta attacks Alpha."))
		ab, ag, gd, da := "[actor:alpha] [actor:beta]", "[actor:alpha] [actor:gamma]", "[actor:gamma] [actor:delta]", "[actor:delta] [actor:alpha]"
		wantStanding(t, store, ab, ag, gd, da)

		retract := func(w ingest.Withdrawal, want ingest.Retraction) {
			t.Helper()
			w.At = at
			head, err := store.Head(t.Context())
			fatal(t, err)
			w.DryRun = true
			dry, err := ingest.Retract(t.Context(), store, w)
			fatal(t, err)
			if after, _ := store.Head(t.Context()); after != head {
				t.Errorf("the dry run wrote")
			}
			w.DryRun = false
			changed := 0
			w.Wrote = func(_ *graph.Batch, w graph.Written) error { changed += len(w.Changed); return nil }
			got, err := ingest.Retract(t.Context(), store, w)
			fatal(t, err)
			if got != want || dry != want || changed != want.Claims {
				t.Errorf("%+v, dry %+v, %d changed; want %+v", got, dry, changed, want)
			}
		}
		retract(ingest.Withdrawal{Loads: []schema.LoadID{first.Load}}, ingest.Retraction{Reports: 2, Claims: 3, Events: 3, Vanished: 2})
		wantStanding(t, store, ab, da)
		retract(ingest.Withdrawal{Loads: []schema.LoadID{first.Load}}, ingest.Retraction{Withdrawn: 2})
		retract(ingest.Withdrawal{Sources: []string{"hill"}}, ingest.Retraction{Reports: 1, Withdrawn: 2, Claims: 1, Events: 1, Vanished: 1})
		retract(ingest.Withdrawal{URLs: []string{"https://example.org/x"}, Items: []string{"nobody knows it"}}, ingest.Retraction{Reports: 1, Claims: 1, Events: 1, Vanished: 1})
		wantStanding(t, store)

		// Neither they nor other versions of them come back; others do.
		sum := bring(t, store, "hill", "3", article("hill", "one", "Alpha attacks Beta. Alpha attacks Gamma."), article("hill", "two", "Gamma attacks Delta again."),
			article("hill", "four", "Beta attacks Delta."))
		if sum.New != 1 || sum.Known != 1 || sum.Skipped["withdrawn by hand"] != 1 {
			t.Errorf("%+v", sum)
		}
		wantStanding(t, store, "[actor:beta] [actor:delta]")

		for _, w := range []ingest.Withdrawal{
			{Sources: []string{"hil"}}, {URLs: []string{"https://example.org/"}},
			{Reports: []schema.ReportID{"report:none"}}, {Loads: []schema.LoadID{"load:none"}},
		} {
			if _, err := ingest.Retract(t.Context(), store, w); !errors.Is(err, ingest.ErrNothing) && !errors.Is(err, graph.ErrNotFound) {
				t.Errorf("%+v: %v", w, err)
			}
		}
	})
}

// TestKilledRetractionIsCompleted stops a large retraction at each of its
// writes.
func TestKilledRetractionIsCompleted(t *testing.T) {
	for left := range 2 {
		store := mem.New()
		bring(t, store, "many", "1", reports(1500)...)
		w := ingest.Withdrawal{Sources: []string{"many"}, At: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}
		_, err := ingest.Retract(t.Context(), &failing{store, left}, w)
		if !errors.Is(err, errKilled) {
			t.Fatalf("after %d writes: %v", left, err)
		}
		// Of each report all is closed or nothing.
		withdrawn := map[schema.ReportID]bool{}
		for r, err := range store.Reports(t.Context(), graph.ReportFilter{}) {
			fatal(t, err)
			withdrawn[r.ID] = !r.Retracted.IsZero()
		}
		for c, err := range store.Claims(t.Context(), graph.ClaimFilter{}) {
			fatal(t, err)
			if withdrawn[c.Report] == c.Retracted.IsZero() {
				t.Fatalf("after %d writes %s and %s differ", left, c.ID, c.Report)
			}
		}
		got, err := ingest.Retract(t.Context(), store, w)
		if err != nil || got.Reports+got.Withdrawn != 1500 || len(standing(t, store)) != 0 {
			t.Fatalf("after %d writes: %+v, %v", left, got, err)
		}
	}
}

func TestChanges(t *testing.T) {
	stores(t, func(t *testing.T, store ingest.Store) {
		bring(t, store, "hill", "1", article("hill", "one", "Alpha attacks Beta. Alpha attacks Gamma."))
		sum := bring(t, store, "hill", "2", article("hill", "one", "Beta attacks Alpha."), article("hill", "two", "Gamma attacks Delta. Alpha attacks Beta."))
		c, err := ingest.Changes(t.Context(), store, sum.Load, 2)
		fatal(t, err)
		if c.Reports != 2 || c.Withdrawn != 0 || c.Claims != 3 || c.Open != 3 || c.Closed != 2 || c.Touched != 3 || c.Load.Counts.Events != 2 {
			t.Errorf("%+v", c)
		}
		if len(c.Pairs) != 2 || c.Pairs[0].A.Name != "Alpha" || c.Pairs[0].B.Name != "Beta" || c.Pairs[0].Events != 2 || c.Pairs[1].Events != 1 {
			t.Errorf("pairs %+v", c.Pairs)
		}
		_, err = ingest.Retract(t.Context(), store, ingest.Withdrawal{URLs: []string{"https://example.org/two"}, At: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)})
		fatal(t, err)
		if c, err = ingest.Changes(t.Context(), store, sum.Load, 0); err != nil || c.Withdrawn != 1 || c.Open != 1 || len(c.Pairs) != 0 {
			t.Errorf("%+v, %v", c, err)
		}
		if _, err := ingest.Changes(t.Context(), store, "load:none", 1); !errors.Is(err, graph.ErrNotFound) {
			t.Error(err)
		}
	})
}
