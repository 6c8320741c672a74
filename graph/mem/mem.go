package mem

import (
	"context"
	"slices"
	"sync"

	"faultline/graph"
	"faultline/schema"
)

// Store is a graph.Store in memory. Make one with New.
type Store struct {
	mu   sync.RWMutex
	head uint64

	actors  table[schema.Actor, schema.ActorID]
	places  table[schema.Place, schema.PlaceID]
	reports table[schema.Report, schema.ReportID]
	events  table[schema.Event, schema.EventID]
	claims  table[schema.Claim, schema.ClaimID]
	loads   table[schema.Load, schema.LoadID]

	relations table[schema.Relation, schema.RelationID]
	readings  table[schema.Reading, schema.ReadingID]

	eventsOf  index[schema.ActorID, schema.EventID]
	claimsOf  index[schema.EventID, schema.ClaimID]
	claimsIn  index[schema.ReportID, schema.ClaimID]
	reportsOf index[schema.LoadID, schema.ReportID]
	versions  index[string, schema.ReportID] // by item
	addresses index[string, schema.ReportID] // by URL
	tiesOf    index[schema.ActorID, schema.RelationID]
	batches   [][]schema.ClaimID // claims that batch i+1 added or changed
}

var _ graph.Store = (*Store)(nil)

// New returns an empty store.
func New() *Store {
	n := schema.NewNouns()
	return &Store{
		actors:  newTable(n.Actor),
		places:  newTable(n.Place),
		reports: newTable(n.Report),
		events:  newTable(n.Event),
		claims:  newTable(n.Claim),
		loads:   newTable(n.Load),

		relations: newTable(n.Relation),
		readings:  newTable(n.Reading),

		eventsOf:  make(index[schema.ActorID, schema.EventID]),
		claimsOf:  make(index[schema.EventID, schema.ClaimID]),
		claimsIn:  make(index[schema.ReportID, schema.ClaimID]),
		reportsOf: make(index[schema.LoadID, schema.ReportID]),
		versions:  make(index[string, schema.ReportID]),
		addresses: make(index[string, schema.ReportID]),
		tiesOf:    make(index[schema.ActorID, schema.RelationID]),
	}
}

// Write implements graph.Writer.
func (s *Store) Write(ctx context.Context, b *graph.Batch) (graph.Written, error) {
	if err := b.Validate(); err != nil {
		return graph.Written{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return graph.Written{}, err
	}

	var w graph.Written
	changed := 0
	added := func(is bool, n *int) {
		changed++
		if is {
			*n++
		}
	}
	var uncounted int
	s.loads.merge(b.Loads, func(_ *schema.Load, isNew bool) { added(isNew, &uncounted) })
	s.actors.merge(b.Actors, func(_ *schema.Actor, isNew bool) { added(isNew, &w.Actors) })
	s.places.merge(b.Places, func(_ *schema.Place, isNew bool) { added(isNew, &w.Places) })
	s.reports.merge(b.Reports, func(r *schema.Report, isNew bool) {
		added(isNew, &uncounted)
		for _, l := range r.LoadedIn {
			s.reportsOf.add(l, r.ID)
		}
		if r.Item != "" {
			s.versions.add(r.Item, r.ID)
		}
		if r.URL != "" {
			s.addresses.add(r.URL, r.ID)
		}
	})
	s.events.merge(b.Events, func(e *schema.Event, isNew bool) {
		added(isNew, &w.Events)
		for _, side := range [][]schema.ActorID{e.Initiators, e.Recipients} {
			for _, a := range side {
				s.eventsOf.add(a, e.ID)
			}
		}
	})
	s.claims.merge(b.Claims, func(c *schema.Claim, isNew bool) {
		added(isNew, &uncounted)
		if isNew {
			w.Claims = append(w.Claims, c.ID)
		} else {
			w.Changed = append(w.Changed, c.ID)
		}
		s.claimsOf.add(c.Event, c.ID)
		s.claimsIn.add(c.Report, c.ID)
	})
	s.readings.merge(b.Readings, func(_ *schema.Reading, isNew bool) { added(isNew, &uncounted) })
	s.relations.merge(b.Relations, func(r *schema.Relation, isNew bool) {
		added(isNew, &uncounted)
		for _, p := range r.Parties {
			s.tiesOf.add(p, r.ID)
		}
	})
	if changed == 0 {
		return graph.Written{}, nil
	}
	s.head++
	s.batches = append(s.batches, slices.Concat(w.Claims, w.Changed))
	w.Seq = s.head
	return w, nil
}

// Head implements graph.Reader.
func (s *Store) Head(ctx context.Context) (uint64, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.head, ctx.Err()
}

// Close implements graph.Store; there is nothing to free.
func (s *Store) Close() error { return nil }
