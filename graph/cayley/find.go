package cayley

import (
	"context"
	"slices"
	"strings"

	cgraph "github.com/cayleygraph/cayley/graph"
	"github.com/cayleygraph/cayley/graph/kv"
	"github.com/cayleygraph/quad"

	"faultline/graph"
	"faultline/schema"
)

// A spot is where a node is: its id and Cayley's number for that.
type spot struct {
	id     string
	number uint64
}

// A pick lists the numbers of the nodes that one field of a filter selects,
// sorted, and false when the field is not set. The caller holds mu.
type pick func(context.Context) (numbers []uint64, set bool, err error)

// byObject picks the subjects of quads that have one of the predicates and
// one of the objects.
func byObject[V ~string](s *Store, objects []V, term func(V) quad.Value, predicates ...schema.Predicate) pick {
	return func(ctx context.Context) ([]uint64, bool, error) {
		var list []uint64
		for _, o := range objects {
			for _, p := range predicates {
				found, err := s.subjects(ctx, term(o), p)
				if err != nil {
					return nil, true, err
				}
				list = append(list, found...)
			}
		}
		slices.Sort(list)
		return slices.Compact(list), len(objects) > 0, nil
	}
}

func iri[V ~string](id V) quad.Value { return quad.IRI(id) }

func text[V ~string](t V) quad.Value { return quad.String(t) }

// maxDays is the longest window that is looked up day by day. In a longer
// one, reading all events and leaving some out is as good.
const maxDays = 3000

// byDay picks the events of a window.
func (s *Store) byDay(f graph.EventFilter) pick {
	days := int64(f.To) - int64(f.From)
	if !f.Dated || days > maxDays || f.From == schema.NoDay { // undated events have no date to look up
		return func(context.Context) ([]uint64, bool, error) { return nil, false, nil }
	}
	var list []string
	for d := f.From; d < f.To; d++ {
		list = append(list, d.String())
	}
	find := byObject(s, list, text, schema.PredDate)
	return func(ctx context.Context) ([]uint64, bool, error) {
		found, _, err := find(ctx)
		return found, true, err
	}
}

// afterBatch picks the claims that were added or changed after batch n.
func (s *Store) afterBatch(n uint64) pick {
	return func(ctx context.Context) ([]uint64, bool, error) {
		if n == 0 {
			return nil, false, nil
		}
		var list []uint64
		for i := n + 1; i <= s.head && i != 0; i++ {
			found, err := s.subjects(ctx, quad.Int(i), predBatch)
			if err != nil {
				return nil, true, err
			}
			list = append(list, found...)
		}
		slices.Sort(list)
		return slices.Compact(list), true, nil
	}
}

// find lists the nodes of a kind that all picks and the ids select, in
// ascending order of id. Some may turn out to be of another kind.
func (s *Store) find(ctx context.Context, kind schema.Kind, ids []string, picks ...pick) ([]spot, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, errClosed
	}
	var chosen []uint64
	set := false
	for _, p := range picks {
		numbers, ok, err := p(ctx)
		if err != nil {
			return nil, err
		}
		if ok && set {
			numbers = slices.DeleteFunc(numbers, func(n uint64) bool {
				_, found := slices.BinarySearch(chosen, n)
				return !found
			})
		}
		if ok {
			chosen, set = numbers, true
		}
	}
	if len(ids) > 0 {
		return s.among(ids, chosen, set)
	}
	if !set {
		var err error
		if chosen, err = s.subjects(ctx, text(kind), schema.PredKind); err != nil {
			return nil, err
		}
	}
	return s.name(ctx, chosen)
}

// among finds the ids, sorted and once each, and keeps those of the chosen
// ones if a choice is set.
func (s *Store) among(ids []string, chosen []uint64, set bool) ([]spot, error) {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	numbers, err := s.numbers(ids)
	if err != nil {
		return nil, err
	}
	var spots []spot
	for i, n := range numbers {
		if n == 0 {
			continue
		}
		if _, found := slices.BinarySearch(chosen, n); found || !set {
			spots = append(spots, spot{ids[i], n})
		}
	}
	return spots, nil
}

// numbers returns Cayley's numbers for ids, 0 for one that no quad has.
func (s *Store) numbers(ids []string) ([]uint64, error) {
	values := make([]quad.Value, len(ids))
	for i, id := range ids {
		values[i] = quad.IRI(id)
	}
	return s.numbersOf(values)
}

func (s *Store) numbersOf(values []quad.Value) ([]uint64, error) {
	refs, err := s.qs.RefsOf(context.Background(), values)
	if err != nil {
		return nil, err
	}
	numbers := make([]uint64, len(refs))
	for i, r := range refs {
		numbers[i] = uint64(r.(kv.Int64Value))
	}
	return numbers, nil
}

// name finds the ids of numbered nodes and sorts them.
func (s *Store) name(ctx context.Context, numbers []uint64) ([]spot, error) {
	spots := make([]spot, 0, len(numbers))
	for part := range slices.Chunk(numbers, pageSize) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		values, err := s.qs.ValuesOf(ctx, refsOf(part))
		if err != nil {
			return nil, err
		}
		for i, v := range values {
			if id, ok := v.(quad.IRI); ok && id != storeNode {
				spots = append(spots, spot{string(id), part[i]})
			}
		}
	}
	slices.SortFunc(spots, func(a, b spot) int { return strings.Compare(a.id, b.id) })
	return spots, nil
}

func refsOf(numbers []uint64) []cgraph.Ref {
	refs := make([]cgraph.Ref, len(numbers))
	for i, n := range numbers {
		refs[i] = kv.Int64Value(n)
	}
	return refs
}

// subjects returns the numbers of the subjects of quads with this object and
// predicate, in the order of Cayley's index, or only the given subject if
// there is such a quad.
func (s *Store) subjects(ctx context.Context, object quad.Value, p schema.Predicate, subject ...quad.Value) ([]uint64, error) {
	key, err := s.numbersOf(append([]quad.Value{object, quad.IRI(p)}, subject...))
	if err != nil || slices.Contains(key, 0) { // 0: no quad has the value
		return nil, err
	}
	it := kv.NewQuadIterator(s.qs, byObjectIndex(), key)
	defer it.Close()
	var list []uint64
	for it.Next(ctx) {
		if ref, ok := s.qs.QuadDirection(it.Result(), quad.Subject).(kv.Int64Value); ok {
			list = append(list, uint64(ref))
		}
	}
	if err := it.Err(); err != nil {
		return nil, err
	}
	return list, ctx.Err()
}

// byObjectIndex is Cayley's index by object, predicate and subject.
func byObjectIndex() kv.QuadIndex { return kv.DefaultQuadIndexes[1] }

// bySubjectIndex is Cayley's index by subject and predicate.
func bySubjectIndex() kv.QuadIndex { return kv.DefaultQuadIndexes[0] }
