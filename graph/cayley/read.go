package cayley

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/cayleygraph/cayley/graph/kv"
	"github.com/cayleygraph/quad"
	hkv "github.com/hidal-go/hidalgo/kv"

	"faultline/graph"
	"faultline/schema"
)

// pageSize is how many nodes are read under one hold of the lock, which a
// write may wait for: some tens of milliseconds.
const pageSize = 1024

// Actors implements graph.Reader.
func (s *Store) Actors(ctx context.Context, f graph.ActorFilter) iter.Seq2[schema.Actor, error] {
	return read(ctx, s, s.nouns.Actor, f.IDs, all[schema.Actor])
}

// Places implements graph.Reader.
func (s *Store) Places(ctx context.Context, f graph.PlaceFilter) iter.Seq2[schema.Place, error] {
	return read(ctx, s, s.nouns.Place, f.IDs, all[schema.Place])
}

// Reports implements graph.Reader.
func (s *Store) Reports(ctx context.Context, f graph.ReportFilter) iter.Seq2[schema.Report, error] {
	return read(ctx, s, s.nouns.Report, f.IDs, f.Keeps, byObject(s, f.Loads, iri, schema.PredLoadedIn),
		byObject(s, f.Items, text, schema.PredItem), byObject(s, f.URLs, text, schema.PredURL))
}

// Events implements graph.Reader.
func (s *Store) Events(ctx context.Context, f graph.EventFilter) iter.Seq2[schema.Event, error] {
	return read(ctx, s, s.nouns.Event, f.IDs, f.Keeps,
		byObject(s, f.Actors, iri, schema.PredInitiator, schema.PredRecipient), s.byDay(f))
}

// Claims implements graph.Reader.
func (s *Store) Claims(ctx context.Context, f graph.ClaimFilter) iter.Seq2[schema.Claim, error] {
	return read(ctx, s, s.nouns.Claim, f.IDs, f.Keeps,
		byObject(s, f.Events, iri, schema.PredOf), byObject(s, f.Reports, iri, schema.PredIn), s.afterBatch(f.After))
}

// Loads implements graph.Reader.
func (s *Store) Loads(ctx context.Context, f graph.LoadFilter) iter.Seq2[schema.Load, error] {
	return read(ctx, s, s.nouns.Load, f.IDs, all[schema.Load])
}

// Relations implements graph.Reader.
func (s *Store) Relations(ctx context.Context, f graph.RelationFilter) iter.Seq2[schema.Relation, error] {
	return read(ctx, s, s.nouns.Relation, f.IDs, f.Keeps, byObject(s, f.Parties, iri, schema.PredParty))
}

// Readings implements graph.Reader.
func (s *Store) Readings(ctx context.Context, f graph.ReadingFilter) iter.Seq2[schema.Reading, error] {
	return read(ctx, s, s.nouns.Reading, f.IDs, all[schema.Reading])
}

func all[T any](T) bool { return true }

// read yields the nodes that ids and picks select and keep keeps. The lock
// is not held while the caller has a node: it may write then.
func read[T any, ID ~string](ctx context.Context, s *Store, n *schema.Noun[T, ID], ids []ID, keep func(T) bool, picks ...pick) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		fail := func(err error) {
			if ctx.Err() == nil {
				err = fmt.Errorf("%s: %w", s.path, err)
			}
			yield(none, err)
		}
		if err := ctx.Err(); err != nil {
			fail(err)
			return
		}
		want := make([]string, len(ids))
		for i, id := range ids {
			want[i] = string(id)
		}
		spots, err := s.find(ctx, n.Kind(), want, picks...)
		if err != nil {
			fail(err)
			return
		}
		for part := range slices.Chunk(spots, pageSize) {
			page, err := s.page(ctx, part)
			if err != nil {
				fail(err)
				return
			}
			for i, statements := range page {
				if err := ctx.Err(); err != nil {
					fail(err)
					return
				}
				if !isOfKind(statements, n.Kind()) {
					continue
				}
				if node := n.Assemble(ID(part[i].id), statements); keep(node) && !yield(node, nil) {
					return
				}
			}
		}
		if err := ctx.Err(); err != nil {
			fail(err)
		}
	}
}

func isOfKind(statements []schema.Statement, k schema.Kind) bool {
	return slices.ContainsFunc(statements, func(st schema.Statement) bool {
		return st.Predicate == schema.PredKind && st.Object.Text == string(k)
	})
}

func (s *Store) page(ctx context.Context, spots []spot) ([][]schema.Statement, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, errClosed
	}
	return s.statements(ctx, spots)
}

// statements reads all statements about some nodes. The caller holds mu.
func (s *Store) statements(ctx context.Context, spots []spot) ([][]schema.Statement, error) {
	type link struct{ predicate, object uint64 }
	links := make([][]link, len(spots))
	values := make(map[uint64]quad.Value)
	var missing []uint64
	need := func(number uint64) {
		if _, ok := values[number]; ok {
			return
		}
		v, ok := s.terms.Get(number)
		if !ok {
			missing = append(missing, number)
		}
		values[number] = v
	}
	// In the order of their numbers, neighbours on disk are read together.
	order := make([]int, len(spots))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(spots[i].number, spots[j].number) })
	for _, i := range order {
		sp := spots[i]
		it := s.qs.QuadIterator(quad.Subject, kv.Int64Value(sp.number))
		for it.Next(ctx) {
			p, _ := s.qs.QuadDirection(it.Result(), quad.Predicate).(kv.Int64Value)
			o, _ := s.qs.QuadDirection(it.Result(), quad.Object).(kv.Int64Value)
			links[i] = append(links[i], link{uint64(p), uint64(o)})
			need(uint64(p))
			need(uint64(o))
		}
		err := it.Err()
		it.Close()
		if err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	slices.Sort(missing)
	found, err := s.qs.ValuesOf(ctx, refsOf(missing))
	if err != nil {
		return nil, err
	}
	for i, n := range missing {
		values[n] = found[i]
		if isShort(found[i]) {
			s.terms.Put(n, found[i])
		}
	}

	lists := make([][]schema.Statement, len(spots))
	for i, sp := range spots {
		lists[i] = make([]schema.Statement, 0, len(links[i]))
		for _, l := range links[i] {
			p, _ := values[l.predicate].(quad.IRI)
			o, err := value(values[l.object])
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", sp.id, p, err)
			}
			lists[i] = append(lists[i], schema.Statement{Subject: sp.id, Predicate: schema.Predicate(p), Object: o})
		}
	}
	return lists, nil
}

// isShort tells values that are worth remembering: longer texts are seldom
// shared.
func isShort(v quad.Value) bool {
	const most = 64
	switch v := v.(type) {
	case quad.String:
		return len(v) <= most
	case quad.IRI:
		return len(v) <= most
	}
	return true
}

// known reads the statements about those of the ids that are nodes of the
// store.
func (s *Store) known(ctx context.Context, ids []string) (map[string][]schema.Statement, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, errClosed
	}
	numbers, err := s.nodes(ctx, ids)
	if err != nil {
		return nil, err
	}
	var spots []spot
	for i, n := range numbers {
		if n != 0 {
			spots = append(spots, spot{ids[i], n})
		}
	}
	known := make(map[string][]schema.Statement, len(ids))
	for part := range slices.Chunk(spots, pageSize) {
		lists, err := s.statements(ctx, part)
		if err != nil {
			return nil, err
		}
		for i, sp := range part {
			known[sp.id] = lists[i]
		}
	}
	return known, nil
}

// Has implements graph.Reader.
func (s *Store) Has(ctx context.Context, ids ...string) ([]bool, error) {
	has := make([]bool, 0, len(ids))
	for part := range slices.Chunk(ids, 16*pageSize) {
		s.mu.RLock()
		numbers, err := s.nodes(ctx, part)
		s.mu.RUnlock()
		if err != nil {
			return nil, err
		}
		for _, n := range numbers {
			has = append(has, n != 0)
		}
	}
	return has, ctx.Err()
}

// nodes returns Cayley's numbers for ids, 0 for one that is no node of the
// store: nothing says of what kind it is. The caller holds mu.
func (s *Store) nodes(ctx context.Context, ids []string) ([]uint64, error) {
	if s.closed {
		return nil, errClosed
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	numbers, err := s.numbers(ids)
	if err != nil {
		return nil, err
	}
	kind, err := s.numbersOf([]quad.Value{quad.IRI(schema.PredKind)})
	if err != nil {
		return nil, err
	}
	return numbers, hkv.View(s.keys, func(tx hkv.Tx) error {
		for i, n := range numbers {
			if n == 0 {
				continue
			}
			_, err := tx.Get(ctx, bySubjectIndex().Key([]uint64{n, kind[0]}))
			if err == hkv.ErrNotFound {
				numbers[i] = 0
			} else if err != nil {
				return err
			}
		}
		return nil
	})
}
