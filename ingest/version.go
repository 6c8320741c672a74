package ingest

import (
	"context"
	"slices"
	"strings"
	"time"

	"faultline/graph"
	"faultline/ingest/report"
	"faultline/ingest/resolve"
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

// returned finds the reports of a chunk that the store has, but not as the
// version that holds: their article has gone back to an earlier text. Closed
// claims stay closed, so each becomes a version of its own: chunk and ids
// say so, and has forgets it.
func (l *loader) returned(ctx context.Context, chunk []report.Report, ids []string, has []bool) error {
	var items []string
	for i, r := range chunk {
		if has[i] && r.Item() != "" {
			items = append(items, r.Item())
		}
	}
	if len(items) == 0 {
		return nil
	}
	versions := map[string][]schema.Report{}
	for r, err := range l.store.Reports(ctx, graph.ReportFilter{Items: items}) {
		if err != nil {
			return err
		}
		versions[r.Item] = append(versions[r.Item], r)
	}
	var several []schema.ReportID
	for _, list := range versions {
		if len(list) > 1 {
			for _, r := range list {
				several = append(several, r.ID)
			}
		}
	}
	if len(several) == 0 {
		return nil
	}
	claims, open := map[schema.ReportID]bool{}, map[schema.ReportID]bool{}
	for c, err := range l.store.Claims(ctx, graph.ClaimFilter{Reports: several}) {
		if err != nil {
			return err
		}
		claims[c.Report] = true
		open[c.Report] = open[c.Report] || c.Retracted.IsZero()
	}
	for i, r := range chunk {
		list := versions[r.Item()]
		if !has[i] || len(list) < 2 || l.inBatch[ids[i]] {
			continue
		}
		stands, other := false, false // a version with this text, one with another
		var all []string
		for _, v := range list {
			all = append(all, string(v.ID))
			switch {
			case !v.Retracted.IsZero(): // nothing of the item comes back
				stands = true
			case open[v.ID] && v.Hash == resolve.Hash(r):
				stands = true
			case open[v.ID]:
				other = true
			}
		}
		if stands || !other && !claims[schema.ReportID(ids[i])] {
			continue
		}
		chunk[i].After = graph.ContentHash(strings.Join(all, " "))
		ids[i], has[i] = string(resolve.ReportID(chunk[i])), false
	}
	return nil
}
