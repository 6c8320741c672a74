package mem

import (
	"context"
	"iter"
	"maps"
	"slices"

	"faultline/graph"
	"faultline/schema"
)

// Actors implements graph.Reader.
func (s *Store) Actors(ctx context.Context, f graph.ActorFilter) iter.Seq2[schema.Actor, error] {
	return read(ctx, s, &s.actors, all[schema.Actor], given(f.IDs))
}

// Places implements graph.Reader.
func (s *Store) Places(ctx context.Context, f graph.PlaceFilter) iter.Seq2[schema.Place, error] {
	return read(ctx, s, &s.places, all[schema.Place], given(f.IDs))
}

// Reports implements graph.Reader.
func (s *Store) Reports(ctx context.Context, f graph.ReportFilter) iter.Seq2[schema.Report, error] {
	return read(ctx, s, &s.reports, f.Keeps, given(f.IDs), by(s.reportsOf, f.Loads), by(s.versions, f.Items), by(s.addresses, f.URLs))
}

// Events implements graph.Reader.
func (s *Store) Events(ctx context.Context, f graph.EventFilter) iter.Seq2[schema.Event, error] {
	return read(ctx, s, &s.events, f.Keeps, given(f.IDs), by(s.eventsOf, f.Actors))
}

// Claims implements graph.Reader.
func (s *Store) Claims(ctx context.Context, f graph.ClaimFilter) iter.Seq2[schema.Claim, error] {
	after := func() ([]schema.ClaimID, bool) {
		if f.After == 0 {
			return nil, false
		}
		return slices.Concat(s.batches[min(f.After, s.head):]...), true
	}
	return read(ctx, s, &s.claims, f.Keeps, given(f.IDs), by(s.claimsOf, f.Events), by(s.claimsIn, f.Reports), after)
}

// Loads implements graph.Reader.
func (s *Store) Loads(ctx context.Context, f graph.LoadFilter) iter.Seq2[schema.Load, error] {
	return read(ctx, s, &s.loads, all[schema.Load], given(f.IDs))
}

// Relations implements graph.Reader.
func (s *Store) Relations(ctx context.Context, f graph.RelationFilter) iter.Seq2[schema.Relation, error] {
	return read(ctx, s, &s.relations, f.Keeps, given(f.IDs), by(s.tiesOf, f.Parties))
}

// Readings implements graph.Reader.
func (s *Store) Readings(ctx context.Context, f graph.ReadingFilter) iter.Seq2[schema.Reading, error] {
	return read(ctx, s, &s.readings, all[schema.Reading], given(f.IDs))
}

// Has implements graph.Reader.
func (s *Store) Has(ctx context.Context, ids ...string) ([]bool, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	has := make([]bool, len(ids))
	for i, id := range ids {
		switch k, _ := schema.KindOf(id); k {
		case schema.KindActor:
			_, has[i] = s.actors.nodes[schema.ActorID(id)]
		case schema.KindPlace:
			_, has[i] = s.places.nodes[schema.PlaceID(id)]
		case schema.KindReport:
			_, has[i] = s.reports.nodes[schema.ReportID(id)]
		case schema.KindEvent:
			_, has[i] = s.events.nodes[schema.EventID(id)]
		case schema.KindClaim:
			_, has[i] = s.claims.nodes[schema.ClaimID(id)]
		case schema.KindLoad:
			_, has[i] = s.loads.nodes[schema.LoadID(id)]
		case schema.KindRelation:
			_, has[i] = s.relations.nodes[schema.RelationID(id)]
		case schema.KindReading:
			_, has[i] = s.readings.nodes[schema.ReadingID(id)]
		}
	}
	return has, ctx.Err()
}

// A pick lists the ids that one field of a filter selects, in any order and
// perhaps repeated, and false when the field is not set.
type pick[ID ~string] func() ([]ID, bool)

func given[ID ~string](ids []ID) pick[ID] {
	return func() ([]ID, bool) { return slices.Clone(ids), len(ids) > 0 }
}

func by[From, To ~string](x index[From, To], from []From) pick[To] {
	return func() ([]To, bool) { return x.find(from), len(from) > 0 }
}

func all[T any](T) bool { return true }

// read yields the nodes that every pick lists and keep keeps. The lock is
// not held while the caller has a node: it may write then.
func read[T any, ID ~string](ctx context.Context, s *Store, t *table[T, ID], keep func(T) bool, picks ...pick[ID]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		s.mu.RLock()
		ids := choose(t, picks)
		s.mu.RUnlock()
		for _, id := range ids {
			if ctx.Err() != nil {
				break
			}
			s.mu.RLock()
			n, ok := t.get(id)
			s.mu.RUnlock()
			if ok && keep(n) && !yield(n, nil) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			var none T
			yield(none, err)
		}
	}
}

// choose returns the ids that every pick lists, sorted and once each; all ids
// when no pick is set.
func choose[T any, ID ~string](t *table[T, ID], picks []pick[ID]) []ID {
	var chosen []ID
	set := false
	for _, p := range picks {
		ids, ok := p()
		if !ok {
			continue
		}
		slices.Sort(ids)
		ids = slices.Compact(ids)
		if set {
			ids = slices.DeleteFunc(ids, func(id ID) bool {
				_, found := slices.BinarySearch(chosen, id)
				return !found
			})
		}
		chosen, set = ids, true
	}
	if !set {
		return slices.Sorted(maps.Keys(t.nodes))
	}
	return chosen
}
