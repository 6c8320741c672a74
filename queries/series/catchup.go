package series

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"faultline/graph"
	"faultline/schema"
)

// How many claims are read from the store before a block is written, and how
// many are compared to see whether series and store belong together.
const (
	chunk  = 4096
	sample = 16
)

// Follow takes in a batch that has just been written to the store r, and
// whatever the series lacks before it. A batch that changed nothing does
// nothing.
func (s *Series) Follow(ctx context.Context, r graph.Reader, b *graph.Batch, w graph.Written) error {
	rows, err := RowsOf(b, w)
	if errors.Is(err, ErrIncomplete) {
		rows.Claims, err = rowsFrom(ctx, r, b.Claims)
	}
	if err != nil || w.Seq == 0 {
		return err
	}
	if err := s.Append(w.Seq, rows); !errors.Is(err, ErrBehind) {
		return err
	}
	return s.CatchUp(ctx, r, nil)
}

// CatchUp brings the series up to the store's head. When the series is ahead
// of the store, or holds claims that the store does not have or has from
// another time, it belongs to another store and is built from nothing; the
// old state can be asked meanwhile. progress, which may be nil, is told how
// many claims have been read so far. After ctx is done CatchUp returns its
// error; what it has read is kept or read again next time.
//
// Claims that another program changed, by taking them back or telling of them
// with a stronger status, are among what the store gives as added or changed
// since the series' head.
func (s *Series) CatchUp(ctx context.Context, r graph.Reader, progress func(claims int)) error {
	s.write.Lock()
	defer s.write.Unlock()
	head, err := r.Head(ctx)
	if err != nil {
		return err
	}
	if err := s.refresh(); err != nil {
		return err
	}
	matches, err := s.matches(ctx, r, head)
	if err != nil {
		return err
	}
	if !matches {
		return s.rebuild(ctx, r, head, progress)
	}
	return s.fetch(ctx, r, head, progress)
}

// Rebuild builds the series from nothing.
func (s *Series) Rebuild(ctx context.Context, r graph.Reader, progress func(claims int)) error {
	s.write.Lock()
	defer s.write.Unlock()
	head, err := r.Head(ctx)
	if err != nil {
		return err
	}
	return s.rebuild(ctx, r, head, progress)
}

// refresh reads the file again when another process has written to it.
func (s *Series) refresh() error {
	if s.path == "" {
		return nil
	}
	info, err := os.Stat(s.path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		if s.end == 0 {
			return nil
		}
	case err != nil:
		return err
	case info.Size() == s.end+s.cut:
		return nil
	}
	if s.file != nil {
		s.file.Close() // nothing of ours is in it that the store lacks
		s.file = nil
	}
	return s.read()
}

// matches tells whether the series is of this store, by its head and by
// comparing a few claims spread over the series. The instant of recording
// tells apart two stores that were filled with the same reports.
func (s *Series) matches(ctx context.Context, r graph.Reader, head uint64) (bool, error) {
	t := s.table
	n := len(t.claimIDs)
	if s.head > head || s.head == 0 && n > 0 {
		return false, nil
	}
	if n == 0 {
		return true, nil
	}
	want := make(map[schema.ClaimID]int64, sample)
	for i := range min(sample, n) {
		row := i * (n - 1) / max(1, min(sample, n)-1)
		want[claimID(t.claimIDs[row])] = t.recorded[row]
	}
	ids := make([]schema.ClaimID, 0, len(want))
	for id := range want {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	found := 0
	for c, err := range r.Claims(ctx, graph.ClaimFilter{IDs: ids}) {
		if err != nil {
			return false, err
		}
		// Stores keep at least milliseconds.
		if recorded, ok := want[c.ID]; ok && recorded/1e6 == nanos(c.Recorded)/1e6 {
			found++
		}
	}
	return found == len(want), nil
}

// rebuild fills a new series beside this one and takes its place.
func (s *Series) rebuild(ctx context.Context, r graph.Reader, head uint64, progress func(int)) error {
	fresh := &Series{table: newTable()}
	if s.path != "" {
		fresh.path = s.path + ".new"
		if err := os.Remove(fresh.path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if err := fresh.fetch(ctx, r, head, progress); err != nil {
		return errors.Join(err, fresh.Close())
	}
	if s.path != "" {
		if s.file != nil {
			s.file.Close()
			s.file = nil
		}
		// Renaming an open file fails on some systems.
		if err := fresh.Close(); err != nil {
			return err
		}
		if fresh.end == 0 { // an empty store
			if err := os.Remove(s.path); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		} else if err := os.Rename(fresh.path, s.path); err != nil {
			return err
		}
	}
	s.end, s.cut = fresh.end, 0
	s.mu.Lock()
	defer s.mu.Unlock()
	s.table, s.head, s.view = fresh.table, fresh.head, nil
	return nil
}

// fetch reads what the store has beyond the series. All blocks but the last
// keep the old head, so that a series that is cut short here asks again.
func (s *Series) fetch(ctx context.Context, r graph.Reader, head uint64, progress func(int)) error {
	if s.head == head {
		return nil
	}
	var claims []schema.Claim
	done := 0
	flush := func(seq uint64, actors []schema.Actor) error {
		rows, err := rowsFrom(ctx, r, claims)
		if err != nil {
			return err
		}
		done += len(claims)
		claims = claims[:0]
		if err := s.append(seq, Rows{Claims: rows, Actors: actors}); err != nil {
			return err
		}
		if progress != nil {
			progress(done)
		}
		return nil
	}
	for c, err := range r.Claims(ctx, graph.ClaimFilter{After: s.head}) {
		if err != nil {
			return err
		}
		if claims = append(claims, c); len(claims) == chunk {
			if err := flush(s.head, nil); err != nil {
				return err
			}
		}
	}
	// Actors have no batch of their own to ask for; append drops the known.
	actors, err := graph.All(r.Actors(ctx, graph.ActorFilter{}))
	if err != nil {
		return err
	}
	return flush(head, actors)
}

// rowsFrom makes the rows of claims with their events and reports from the
// store.
func rowsFrom(ctx context.Context, r graph.Reader, claims []schema.Claim) ([]Row, error) {
	if len(claims) == 0 {
		return nil, nil
	}
	eventIDs := make([]schema.EventID, len(claims))
	reportIDs := make([]schema.ReportID, len(claims))
	for i := range claims {
		eventIDs[i], reportIDs[i] = claims[i].Event, claims[i].Report
	}
	events, err := graph.All(r.Events(ctx, graph.EventFilter{IDs: distinct(eventIDs)}))
	if err != nil {
		return nil, err
	}
	reports, err := graph.All(r.Reports(ctx, graph.ReportFilter{IDs: distinct(reportIDs)}))
	if err != nil {
		return nil, err
	}
	return join(claims, events, reports)
}

func distinct[ID ~string](ids []ID) []ID {
	slices.Sort(ids)
	return slices.Compact(ids)
}

func claimID(u id) schema.ClaimID {
	return schema.ClaimID(string(schema.KindClaim) + ":" + u.String())
}

// Differences are what Verify finds.
type Differences struct {
	Missing   int      `json:"missing"`   // claims that only the store has
	Surplus   int      `json:"surplus"`   // claims that only the series has
	Differing int      `json:"differing"` // claims of another event, status or retraction
	Examples  []string `json:"examples,omitempty"`
}

// None tells whether series and store agree.
func (d Differences) None() bool { return d.Missing+d.Surplus+d.Differing == 0 }

func (d *Differences) note(n *int, format string, args ...any) {
	*n++
	if len(d.Examples) < 10 {
		d.Examples = append(d.Examples, fmt.Sprintf(format, args...))
	}
}

// Verify compares every claim of the store with the series. It reads the
// whole store.
func (s *Series) Verify(ctx context.Context, r graph.Reader) (Differences, error) {
	s.write.Lock()
	defer s.write.Unlock()
	var d Differences
	t := s.table
	seen := make([]bool, len(t.claimIDs))
	for c, err := range r.Claims(ctx, graph.ClaimFilter{}) {
		if err != nil {
			return d, err
		}
		u, err := parseID(string(c.ID))
		if err != nil {
			return d, err
		}
		row, ok := t.find(&u)
		if !ok {
			d.note(&d.Missing, "%s: only in the store", c.ID)
			continue
		}
		seen[row] = true
		event := schema.EventID(string(schema.KindEvent) + ":" + t.eventIDs[t.claimEvent[row]].String())
		switch {
		case event != c.Event:
			d.note(&d.Differing, "%s: of %s, in the series of %s", c.ID, c.Event, event)
		case wireStatuses[t.status[row]] != c.Status:
			d.note(&d.Differing, "%s: %s, in the series %s", c.ID, c.Status, wireStatuses[t.status[row]])
		case t.retracted[row]/1e6 != nanos(c.Retracted)/1e6:
			d.note(&d.Differing, "%s: retracted %v, in the series %v", c.ID, c.Retracted, instant(t.retracted[row]))
		}
	}
	for row, ok := range seen {
		if !ok {
			d.note(&d.Surplus, "%s: only in the series", claimID(t.claimIDs[row]))
		}
	}
	return d, nil
}
