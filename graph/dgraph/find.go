package dgraph

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"faultline/schema"
)

// A spot is where a node is: its id and its uid.
type spot struct {
	XID string `json:"xid"`
	UID string `json:"uid"`
}

// A pick says how the cluster finds the nodes that a filter selects, or more
// than those.
type pick struct {
	values    []string // of the predicate, or ids of the nodes at the edges' other ends
	predicate string   // that has one of the values
	edges     []string // from the ids to the nodes: "~of"
	from, to  string   // first and last date
	after     uint64   // added or changed in a later batch
}

// root is the query's way to the nodes: blocks that come first, the root
// function, and a filter.
func (p *pick) root(v *variables, part []string) (before, root, filter string) {
	between := ""
	if p.from != "" {
		between = fmt.Sprintf("between(date, %s, %s)", v.text(p.from), v.text(p.to))
	}
	switch {
	case len(p.edges) > 0:
		var b strings.Builder
		var names []string
		fmt.Fprintf(&b, "var(func: eq(xid, %s)) {", v.list(part))
		for i, e := range p.edges {
			names = append(names, "e"+strconv.Itoa(i))
			fmt.Fprintf(&b, " %s as %s", names[i], e)
		}
		b.WriteString(" } ")
		return b.String(), "uid(" + strings.Join(names, ", ") + ")", between
	case p.predicate != "":
		return "", fmt.Sprintf("eq(%s, %s)", p.predicate, v.list(part)), ""
	case p.after > 0:
		return "", fmt.Sprintf("gt(batch, %s)", v.text(strconv.FormatUint(min(p.after, 1<<62), 10))), ""
	default:
		return "", between, ""
	}
}

// find lists the spots of a pick, in ascending order of id. Some may turn out
// to be of another kind.
func (s *Store) find(ctx context.Context, kind schema.Kind, p *pick) ([]spot, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if p.values == nil && len(p.edges) > 0 {
		return nil, nil
	}
	values := slices.Clone(p.values)
	slices.Sort(values)
	values = slices.Compact(values)
	parts := slices.Collect(slices.Chunk(values, s.limits.page))
	if len(parts) == 0 {
		parts = [][]string{nil}
	}
	var spots []spot
	for _, part := range parts {
		found, err := s.spots(ctx, kind, func(v *variables) (string, string, string) { return p.root(v, part) })
		if err != nil {
			return nil, err
		}
		spots = append(spots, found...)
	}
	return sorted(spots), nil
}

func sorted(spots []spot) []spot {
	slices.SortFunc(spots, func(a, b spot) int { return cmp.Or(cmp.Compare(a.XID, b.XID), cmp.Compare(a.UID, b.UID)) })
	return slices.Compact(spots)
}

// spots asks for the spots of a root function, some at a time, in the order of
// their uids.
func (s *Store) spots(ctx context.Context, kind schema.Kind, root func(*variables) (before, root, filter string)) ([]spot, error) {
	var list []spot
	last := "0x0"
	for {
		var v variables
		before, function, filter := root(&v)
		cond := "type(" + typeOf(kind) + ")"
		if filter != "" {
			cond += " AND " + filter
		}
		dql := v.declare(fmt.Sprintf("{ %sn(func: %s, first: %d, after: %s) @filter(%s) { uid xid } }", before, function, s.limits.spots, last, cond))
		var got struct{ N []spot }
		if err := s.ask(ctx, dql, v.values, &got); err != nil {
			return nil, err
		}
		list = append(list, got.N...)
		if len(got.N) < s.limits.spots {
			return list, nil
		}
		last = got.N[len(got.N)-1].UID
	}
}

// scan reads all nodes of a kind. When they are many and their ids are UUIDs,
// and so spread evenly, it goes from range to range of ids.
func (s *Store) scan(ctx context.Context, kind schema.Kind, take func([]record) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ranges := []string{string(kind) + ":", string(kind) + ";"}
	switch kind {
	case schema.KindEvent, schema.KindClaim, schema.KindReport, schema.KindReading:
		n, err := s.count(ctx, kind)
		if err != nil {
			return err
		}
		ranges = idRanges(kind, n/s.limits.scan+1)
	}
	for i := range len(ranges) - 1 {
		spots, err := s.spots(ctx, kind, func(v *variables) (string, string, string) {
			if len(ranges) == 2 {
				return "", "type(" + typeOf(kind) + ")", ""
			}
			return "", fmt.Sprintf("between(xid, %s, %s)", v.text(ranges[i]), v.text(ranges[i+1])), ""
		})
		if err != nil {
			return err
		}
		spots = sorted(slices.DeleteFunc(spots, func(sp spot) bool { return sp.XID >= ranges[i+1] })) // between has both ends
		if err := s.pages(ctx, kind, spots, take); err != nil {
			return err
		}
	}
	return nil
}

// idRanges are the bounds of n ranges that hold all ids of a kind.
func idRanges(kind schema.Kind, n int) []string {
	n = min(n, 1<<16)
	bounds := []string{string(kind) + ":"}
	for i := 1; i < n; i++ {
		bounds = append(bounds, fmt.Sprintf("%s:%04x", kind, i*(1<<16)/n))
	}
	return append(bounds, string(kind)+";") // ';' comes after ':'
}

func (s *Store) count(ctx context.Context, kind schema.Kind) (int, error) {
	var got struct {
		N []struct{ Count int }
	}
	err := s.ask(ctx, "{ n(func: type("+typeOf(kind)+")) { count(uid) } }", nil, &got)
	if err != nil || len(got.N) == 0 {
		return 0, err
	}
	return got.N[0].Count, nil
}
