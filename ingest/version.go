package ingest

import (
	"context"
	"slices"
	"time"

	"faultline/graph"
	"faultline/ingest/report"
	"faultline/schema"
)

// versions finds what the store has of the same articles and rows from
// earlier loads, and leaves out those that somebody withdrew by hand. The
// earlier versions stand at the place of the report that they are versions of.
func (l *loader) versions(ctx context.Context, fresh []report.Report) ([]report.Report, [][]schema.ReportID, error) {
	var items []string
	for _, r := range fresh {
		if item := r.Item(); item != "" {
			items = append(items, item)
		}
	}
	old := make([][]schema.ReportID, len(fresh))
	if len(items) == 0 {
		return fresh, old, nil
	}
	known := map[string][]schema.ReportID{}
	withdrawn := map[string]bool{}
	for r, err := range l.store.Reports(ctx, graph.ReportFilter{Items: items}) {
		if err != nil {
			return nil, nil, err
		}
		if !r.Retracted.IsZero() {
			withdrawn[r.Item] = true
		}
		if !slices.Contains(r.LoadedIn, l.load.ID) { // else the input has it twice
			known[r.Item] = append(known[r.Item], r.ID)
		}
	}
	var kept []report.Report
	old = old[:0]
	for _, r := range fresh {
		if item := r.Item(); withdrawn[item] {
			l.skip(report.Skip{Origin: r.Origin, Reason: "withdrawn by hand", Detail: item})
		} else {
			kept, old = append(kept, r), append(old, known[item])
		}
	}
	return kept, old, nil
}

// replace closes the claims of earlier versions of a report, in the batch
// that the new version will be in.
func (l *loader) replace(ctx context.Context, old []schema.ReportID, at time.Time) error {
	if len(old) == 0 {
		return nil
	}
	l.sum.Replaced++
	for c, err := range l.store.Claims(ctx, graph.ClaimFilter{Reports: old}) {
		if err != nil {
			return err
		}
		if !c.Retracted.IsZero() || l.inBatch[string(c.ID)] {
			continue
		}
		if l.inBatch == nil {
			l.inBatch = map[string]bool{}
		}
		c.Retracted = at
		l.inBatch[string(c.ID)] = true
		l.pending.Claims = append(l.pending.Claims, c)
		l.closing++
	}
	return nil
}
