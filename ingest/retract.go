package ingest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"faultline/graph"
	"faultline/schema"
)

// Withdrawal says which reports are withdrawn: those that any of its lists
// names.
type Withdrawal struct {
	Loads   []schema.LoadID // what came with these
	Sources []string        // what came with the loads of these: Load.Source
	Reports []schema.ReportID
	URLs    []string // reports at these addresses, all versions
	Items   []string // all versions of these articles or rows: Report.Item

	At     time.Time // when the claims are closed
	DryRun bool      // only count
	Wrote  func(*graph.Batch, graph.Written) error
}

// Retraction is what a withdrawal does.
type Retraction struct {
	Reports   int `json:"reports"`           // withdrawn now
	Withdrawn int `json:"reports_withdrawn"` // that the withdrawal names and that were withdrawn before
	Claims    int `json:"claims_closed"`
	Events    int `json:"events_touched"`  // that the closed claims are of
	Vanished  int `json:"events_vanished"` // of them without an open claim left
}

// ErrNothing is returned by Retract, with what was named, when a part of the
// withdrawal names nothing that is in the store.
var ErrNothing = errors.New("not in the store")

// Retract closes the open claims of the reports that are withdrawn and marks
// the reports themselves, so that they and other versions of them do not come
// back. Questions as of an earlier day still see all of it. A report and its
// claims are written together; a retraction that was killed is completed by
// running it again.
func Retract(ctx context.Context, store Store, w Withdrawal) (Retraction, error) {
	r := retractor{store: store, w: w, chosen: map[schema.ReportID]bool{}, touched: map[schema.EventID]bool{}}
	if err := r.choose(ctx); err != nil {
		return r.sum, err
	}
	ids := slices.Sorted(maps.Keys(r.chosen))
	// Which events vanish is found out first, while the store is as it was.
	for part := range slices.Chunk(ids, chunkReports) {
		if err := r.count(ctx, part); err != nil {
			return r.sum, err
		}
	}
	if err := r.vanish(ctx); err != nil {
		return r.sum, err
	}
	if w.DryRun {
		return r.sum, nil
	}
	for part := range slices.Chunk(ids, chunkReports) {
		if err := r.close(ctx, part); err != nil {
			return r.sum, err
		}
	}
	return r.sum, nil
}

type retractor struct {
	store   Store
	w       Withdrawal
	sum     Retraction
	chosen  map[schema.ReportID]bool
	touched map[schema.EventID]bool
}

// choose finds the reports.
func (r *retractor) choose(ctx context.Context) error {
	loads := slices.Clone(r.w.Loads)
	if len(r.w.Sources) > 0 {
		found := map[string]bool{}
		for l, err := range r.store.Loads(ctx, graph.LoadFilter{}) {
			if err != nil {
				return err
			}
			if slices.Contains(r.w.Sources, l.Source) {
				found[l.Source] = true
				loads = append(loads, l.ID)
			}
		}
		for _, name := range r.w.Sources {
			if !found[name] {
				return fmt.Errorf("a load of source %q: %w", name, ErrNothing)
			}
		}
	}
	for _, id := range loads {
		if _, err := graph.One(r.store.Loads(ctx, graph.LoadFilter{IDs: []schema.LoadID{id}}), id); err != nil {
			return err
		}
		if _, err := r.take(ctx, graph.ReportFilter{Loads: []schema.LoadID{id}}); err != nil {
			return err
		}
	}
	for _, id := range r.w.Reports {
		n, err := r.take(ctx, graph.ReportFilter{IDs: []schema.ReportID{id}})
		if err == nil && n == 0 {
			err = fmt.Errorf("%s: %w", id, graph.ErrNotFound)
		}
		if err != nil {
			return err
		}
	}
	for _, url := range r.w.URLs {
		n, err := r.take(ctx, graph.ReportFilter{URLs: []string{url}})
		if err == nil && n == 0 {
			err = fmt.Errorf("a report at %s: %w", url, ErrNothing)
		}
		if err != nil {
			return err
		}
	}
	for part := range slices.Chunk(r.w.Items, chunkReports) {
		// What a source takes back may never have been loaded.
		if _, err := r.take(ctx, graph.ReportFilter{Items: part}); err != nil {
			return err
		}
	}
	return nil
}

func (r *retractor) take(ctx context.Context, f graph.ReportFilter) (n int, err error) {
	for rep, err := range r.store.Reports(ctx, f) {
		if err != nil {
			return n, err
		}
		n++
		r.chosen[rep.ID] = true
	}
	return n, nil
}

// count counts the reports that are withdrawn, their open claims and events.
func (r *retractor) count(ctx context.Context, ids []schema.ReportID) error {
	for rep, err := range r.store.Reports(ctx, graph.ReportFilter{IDs: ids}) {
		if err != nil {
			return err
		}
		if rep.Retracted.IsZero() {
			r.sum.Reports++
		} else {
			r.sum.Withdrawn++
		}
	}
	for c, err := range r.store.Claims(ctx, graph.ClaimFilter{Reports: ids}) {
		if err != nil {
			return err
		}
		if c.Retracted.IsZero() {
			r.sum.Claims++
			r.touched[c.Event] = true
		}
	}
	return nil
}

// vanish counts the touched events that will have no open claim.
func (r *retractor) vanish(ctx context.Context) error {
	r.sum.Events = len(r.touched)
	stay := 0
	for part := range slices.Chunk(slices.Sorted(maps.Keys(r.touched)), chunkReports) {
		open := map[schema.EventID]bool{}
		for c, err := range r.store.Claims(ctx, graph.ClaimFilter{Events: part}) {
			if err != nil {
				return err
			}
			if c.Retracted.IsZero() && !r.chosen[c.Report] {
				open[c.Event] = true
			}
		}
		stay += len(open)
	}
	r.sum.Vanished = len(r.touched) - stay
	return nil
}

// close withdraws some reports, each with its claims in one batch.
func (r *retractor) close(ctx context.Context, ids []schema.ReportID) error {
	claims := map[schema.ReportID][]schema.Claim{}
	for c, err := range r.store.Claims(ctx, graph.ClaimFilter{Reports: ids}) {
		if err != nil {
			return err
		}
		if c.Retracted.IsZero() {
			c.Retracted = r.w.At
			claims[c.Report] = append(claims[c.Report], c)
		}
	}
	reports, err := graph.All(r.store.Reports(ctx, graph.ReportFilter{IDs: ids}))
	if err != nil {
		return err
	}
	var b graph.Batch
	for _, rep := range reports {
		open := claims[rep.ID]
		if !rep.Retracted.IsZero() && len(open) == 0 {
			continue
		}
		if rep.Retracted.IsZero() {
			rep.Retracted = r.w.At
		}
		b.Reports = append(b.Reports, rep)
		b.Claims = append(b.Claims, open...)
		if b.Len() >= batchNodes {
			if err := r.write(ctx, &b); err != nil {
				return err
			}
			b = graph.Batch{}
		}
	}
	return r.write(ctx, &b)
}

func (r *retractor) write(ctx context.Context, b *graph.Batch) error {
	if b.Len() == 0 {
		return nil
	}
	w, err := r.store.Write(ctx, b)
	if err == nil && r.w.Wrote != nil {
		err = r.w.Wrote(b, w)
	}
	return err
}
