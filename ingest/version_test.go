package ingest_test

import (
	"testing"
	"time"

	"faultline/graph"
	"faultline/graph/mem"
	"faultline/ingest/report"
	"faultline/schema"
)

// An article that changed is a new version: the claims of the old one are
// closed in the batch that brings the new one, and both reports stay.
func TestVersions(t *testing.T) {
	store := mem.New()
	article := func(key, text string) report.Report {
		return report.Report{Source: "https://paper.example/feed", Key: key, Published: time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC), Text: text}
	}
	poll := func(digest string, articles ...report.Report) (replaced, closed, claims, skips int) {
		j := job(t, sourceOf(articles))
		j.Digest = digest
		s := load(t, store, j)
		return s.Replaced, s.Closed, s.Claims, s.Skips() - 1 // sourceOf skips one itself
	}
	type did struct{ replaced, closed, claims, skips int }
	check := func(what string, want did, digest string, articles ...report.Report) {
		t.Helper()
		var got did
		if got.replaced, got.closed, got.claims, got.skips = poll(digest, articles...); got != want {
			t.Errorf("%s: %+v, want %+v", what, got, want)
		}
	}
	check("first poll", did{claims: 3}, "1", article("a", "Red attacks Blue. Red attacks Green."), article("b", "Red attacks Blue."))
	check("an edit", did{replaced: 1, closed: 2, claims: 1}, "2", article("a", "Red attacks Blue. Nobody else."), article("b", "Red attacks Blue."))
	check("the same again", did{}, "3", article("a", "Red attacks Blue. Nobody else."))
	check("a second edit closes nothing twice", did{replaced: 1, closed: 1, claims: 1}, "4", article("a", "Blue attacks Red."))
	check("the same item twice in one input is no edit", did{claims: 2}, "5", article("c", "Red attacks Blue."), article("c", "Blue attacks Red."))
	check("known by its content alone", did{claims: 1}, "6", report.Report{Source: report.ByContent, Key: "a", Text: "Red attacks Blue."})

	open := map[string]int{}
	for r, err := range store.Reports(t.Context(), graph.ReportFilter{Items: []string{"https://paper.example/feed a"}}) {
		if err != nil {
			t.Fatal(err)
		}
		for c, err := range store.Claims(t.Context(), graph.ClaimFilter{Reports: []schema.ReportID{r.ID}}) {
			if err != nil {
				t.Fatal(err)
			}
			if c.Retracted.IsZero() {
				open["open"]++
			} else {
				open["closed"]++
			}
		}
		open["reports"]++
		if r.Item == "https://paper.example/feed a" && open["reports"] == 1 {
			r.Retracted = time.Date(2024, 4, 1, 0, 0, 0, 0, time.UTC)
			if _, err := store.Write(t.Context(), &graph.Batch{Reports: []schema.Report{r}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if open["reports"] != 3 || open["open"] != 1 || open["closed"] != 3 {
		t.Errorf("article a has %v, want 3 reports with 1 open and 3 closed claims", open)
	}
	check("what was withdrawn by hand does not come back", did{skips: 1, claims: 1}, "7", article("a", "Red attacks Grey."), article("d", "Red attacks Grey."))
}
