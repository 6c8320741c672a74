package cayley

import (
	"context"
	"fmt"
	"slices"

	cgraph "github.com/cayleygraph/cayley/graph"
	"github.com/cayleygraph/quad"

	"faultline/graph"
	"faultline/schema"
)

// Write implements graph.Writer. The context is heeded until Cayley starts
// on the batch; then the batch is written.
func (s *Store) Write(ctx context.Context, b *graph.Batch) (graph.Written, error) {
	if err := b.Validate(); err != nil {
		return graph.Written{}, err
	}
	select {
	case s.writing <- struct{}{}:
		defer func() { <-s.writing }()
	case <-ctx.Done():
		return graph.Written{}, ctx.Err()
	}
	w, d, err := s.draft(ctx, b)
	if err != nil || len(d.deltas) == 0 {
		return graph.Written{}, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return graph.Written{}, err
	}
	w.Seq = s.head + 1
	number := quad.Int(w.Seq)
	for _, ids := range [][]schema.ClaimID{w.Claims, w.Changed} {
		for _, id := range ids {
			d.add(quad.IRI(id), predBatch, number)
		}
	}
	d.add(storeNode, predBatch, number)
	if err := s.qs.ApplyDeltas(d.deltas, cgraph.IgnoreOpts{IgnoreDup: true}); err != nil {
		s.failed = true
		return graph.Written{}, fmt.Errorf("%s: batch %d was not written: %w", s.path, w.Seq, err)
	}
	s.head, s.wrote = w.Seq, true
	return w, nil
}

// draft works out what a batch adds to the store.
func (s *Store) draft(ctx context.Context, b *graph.Batch) (w graph.Written, d *draft, err error) {
	d = &draft{predicates: make(map[schema.Predicate]quad.Value)}
	s.mu.Lock()
	if s.closed {
		err = errClosed
	} else {
		err = s.revive()
	}
	s.mu.Unlock()
	if err != nil {
		return w, d, err
	}

	n := s.nouns
	d.known, err = s.known(ctx, slices.Concat(
		idsOf(n.Load, b.Loads), idsOf(n.Actor, b.Actors), idsOf(n.Place, b.Places),
		idsOf(n.Report, b.Reports), idsOf(n.Event, b.Events), idsOf(n.Claim, b.Claims),
		idsOf(n.Relation, b.Relations), idsOf(n.Reading, b.Readings)))
	if err != nil {
		return w, d, err
	}
	describe(d, n.Load, b.Loads)
	actors, _ := describe(d, n.Actor, b.Actors)
	places, _ := describe(d, n.Place, b.Places)
	describe(d, n.Report, b.Reports)
	events, _ := describe(d, n.Event, b.Events)
	w.Actors, w.Places, w.Events = len(actors), len(places), len(events)
	w.Claims, w.Changed = describe(d, n.Claim, b.Claims)
	describe(d, n.Reading, b.Readings)
	describe(d, n.Relation, b.Relations)
	return w, d, nil
}

func idsOf[T any, ID ~string](n *schema.Noun[T, ID], nodes []T) []string {
	ids := make([]string, len(nodes))
	for i := range nodes {
		ids[i] = string(n.ID(&nodes[i]))
	}
	return ids
}

// A draft gathers the quads of a batch.
type draft struct {
	known      map[string][]schema.Statement // of the batch's nodes that the store has
	deltas     []cgraph.Delta
	predicates map[schema.Predicate]quad.Value
}

func (d *draft) add(subject quad.IRI, p schema.Predicate, object quad.Value) {
	predicate, ok := d.predicates[p]
	if !ok {
		predicate = quad.IRI(p)
		d.predicates[p] = predicate
	}
	d.deltas = append(d.deltas, cgraph.Delta{Action: cgraph.Add, Quad: quad.Quad{Subject: subject, Predicate: predicate, Object: object}})
}

// describe drafts the quads that the nodes have beyond what is known of
// them, and returns the ids of which nothing was known, and those of which
// something else was. A statement that the merged node does not keep (a weaker
// status) is not drafted.
func describe[T any, ID ~string](d *draft, n *schema.Noun[T, ID], nodes []T) (fresh, changed []ID) {
	for i := range nodes {
		id := n.ID(&nodes[i])
		old, known := d.known[string(id)]
		merged := n.Statements(n.Assemble(id, append(slices.Clip(old), n.Statements(nodes[i])...)))
		if !known {
			fresh = append(fresh, id)
		} else if slices.Equal(merged, n.Statements(n.Assemble(id, old))) {
			continue
		} else {
			changed = append(changed, id)
		}
		for _, st := range merged {
			if !slices.Contains(old, st) {
				d.add(quad.IRI(id), st.Predicate, term(st.Object))
			}
		}
		d.known[string(id)] = append(slices.Clip(old), merged...) // for a batch that describes it twice
	}
	return fresh, changed
}
