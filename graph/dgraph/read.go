package dgraph

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"

	"faultline/graph"
	"faultline/schema"
)

// Actors implements graph.Reader.
func (s *Store) Actors(ctx context.Context, f graph.ActorFilter) iter.Seq2[schema.Actor, error] {
	return read(ctx, s, s.nouns.Actor, f.IDs, nil, all[schema.Actor])
}

// Places implements graph.Reader.
func (s *Store) Places(ctx context.Context, f graph.PlaceFilter) iter.Seq2[schema.Place, error] {
	return read(ctx, s, s.nouns.Place, f.IDs, nil, all[schema.Place])
}

// Reports implements graph.Reader.
func (s *Store) Reports(ctx context.Context, f graph.ReportFilter) iter.Seq2[schema.Report, error] {
	keep := func(r schema.Report, _ record) bool { return f.Keeps(r) }
	var p *pick
	switch {
	case len(f.Items) > 0:
		p = &pick{values: f.Items, predicate: "item"}
	case len(f.URLs) > 0:
		p = &pick{values: f.URLs, predicate: "url"}
	case len(f.Loads) > 0:
		p = &pick{values: texts(f.Loads), edges: []string{"~loaded_in"}}
	}
	return read(ctx, s, s.nouns.Report, f.IDs, p, keep)
}

// Events implements graph.Reader.
func (s *Store) Events(ctx context.Context, f graph.EventFilter) iter.Seq2[schema.Event, error] {
	keep := func(e schema.Event, _ record) bool { return f.Keeps(e) }
	var p *pick
	if len(f.Actors) > 0 {
		p = &pick{values: texts(f.Actors), edges: []string{"~initiator", "~recipient"}}
	}
	if f.Dated && f.From != schema.NoDay { // undated events have no date to look up
		if f.To <= f.From {
			p = &pick{edges: []string{"~initiator"}} // of nobody
		} else {
			if p == nil {
				p = new(pick)
			}
			p.from, p.to = dateText(f.From), dateText(f.To-1)
		}
	}
	return read(ctx, s, s.nouns.Event, f.IDs, p, keep)
}

// dateText is the date of a day, or the nearest that has one.
func dateText(d schema.Day) string {
	return min(max(d, schema.MakeDay(1, 1, 1)), schema.MakeDay(9999, 12, 31)).String()
}

// Claims implements graph.Reader.
func (s *Store) Claims(ctx context.Context, f graph.ClaimFilter) iter.Seq2[schema.Claim, error] {
	keep := func(c schema.Claim, r record) bool {
		if !f.Keeps(c) {
			return false
		}
		n, _ := strconv.ParseUint(string(r[predBatch]), 10, 64)
		return n > f.After || f.After == 0
	}
	var p *pick
	switch {
	case len(f.Events) > 0:
		p = &pick{values: texts(f.Events), edges: []string{"~of"}}
	case len(f.Reports) > 0:
		p = &pick{values: texts(f.Reports), edges: []string{"~in"}}
	case f.After > 0:
		p = &pick{after: f.After}
	}
	return read(ctx, s, s.nouns.Claim, f.IDs, p, keep)
}

// Loads implements graph.Reader.
func (s *Store) Loads(ctx context.Context, f graph.LoadFilter) iter.Seq2[schema.Load, error] {
	return read(ctx, s, s.nouns.Load, f.IDs, nil, all[schema.Load])
}

// Relations implements graph.Reader.
func (s *Store) Relations(ctx context.Context, f graph.RelationFilter) iter.Seq2[schema.Relation, error] {
	keep := func(r schema.Relation, _ record) bool { return f.Keeps(r) }
	var p *pick
	if len(f.Parties) > 0 {
		p = &pick{values: texts(f.Parties), edges: []string{"~party"}}
	}
	return read(ctx, s, s.nouns.Relation, f.IDs, p, keep)
}

// Readings implements graph.Reader.
func (s *Store) Readings(ctx context.Context, f graph.ReadingFilter) iter.Seq2[schema.Reading, error] {
	return read(ctx, s, s.nouns.Reading, f.IDs, nil, all[schema.Reading])
}

func all[T any](T, record) bool { return true }

func texts[ID ~string](ids []ID) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = string(id)
	}
	return list
}

var errLeft = errors.New("the sequence was left")

// read yields the nodes that ids or, without them, pick selects and keep
// keeps.
func read[T any, ID ~string](ctx context.Context, s *Store, n *schema.Noun[T, ID], ids []ID, p *pick, keep func(T, record) bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		take := func(found []record) error {
			for _, r := range found {
				if err := ctx.Err(); err != nil {
					return err
				}
				id := r.text("xid")
				if r.kind() != n.Kind() {
					continue
				}
				statements, err := s.statements(id, r)
				if err != nil {
					return fmt.Errorf("%s: %w", s, err)
				}
				if node := n.Assemble(ID(id), statements); keep(node, r) && !yield(node, nil) {
					return errLeft
				}
			}
			return nil
		}
		err := s.records(ctx, n.Kind(), texts(ids), p, take)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil && err != errLeft {
			var none T
			yield(none, err)
		}
	}
}

// records hands over what the cluster says of the selected nodes of a kind,
// in ascending order of id.
func (s *Store) records(ctx context.Context, kind schema.Kind, ids []string, p *pick, take func([]record) error) error {
	if s.closed.Load() {
		return errClosed
	}
	if len(ids) > 0 {
		return s.named(ctx, kind, ids, take)
	}
	if p == nil {
		return s.scan(ctx, kind, take)
	}
	spots, err := s.find(ctx, kind, p)
	if err != nil {
		return err
	}
	return s.pages(ctx, kind, spots, take)
}

// named reads the nodes with these ids.
func (s *Store) named(ctx context.Context, kind schema.Kind, ids []string, take func([]record) error) error {
	slices.Sort(ids)
	for part := range slices.Chunk(slices.Compact(ids), s.limits.page) {
		var v variables
		got, err := s.fetch(ctx, &v, "eq(xid, "+v.list(part)+")", s.says[kind])
		if err != nil {
			return err
		}
		if err := take(got); err != nil {
			return err
		}
	}
	return nil
}

// pages reads the nodes at spots, which are in ascending order of id.
func (s *Store) pages(ctx context.Context, kind schema.Kind, spots []spot, take func([]record) error) error {
	for part := range slices.Chunk(spots, s.limits.page) {
		uids := make([]string, len(part))
		for i, sp := range part {
			uids[i] = sp.UID
		}
		var v variables
		got, err := s.fetch(ctx, &v, "uid("+v.uids(uids)+")", s.says[kind])
		if err != nil {
			return err
		}
		if err := take(got); err != nil {
			return err
		}
	}
	return nil
}

// fetch reads what is said of the nodes of a root function, sorted by id.
func (s *Store) fetch(ctx context.Context, v *variables, root, says string) ([]record, error) {
	var got struct{ N []record }
	if err := s.ask(ctx, v.declare("{ n(func: "+root+") { "+says+" } }"), v.values, &got); err != nil {
		return nil, err
	}
	type keyed struct {
		id string
		r  record
	}
	list := make([]keyed, len(got.N))
	for i, r := range got.N {
		list[i] = keyed{r.text("xid"), r}
	}
	slices.SortFunc(list, func(a, b keyed) int { return cmp.Compare(a.id, b.id) })
	for i, k := range list {
		got.N[i] = k.r
		if i > 0 && k.id == list[i-1].id {
			return nil, s.twice(k.id, list[i-1].r.text("uid"), k.r.text("uid"))
		}
	}
	return got.N, nil
}

func (s *Store) twice(id, a, b string) error {
	return fmt.Errorf("%s: %s is there twice, as %s and %s: something other than faultline has written to the store without heeding xid; delete one of the two", s, id, a, b)
}
