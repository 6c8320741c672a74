package ingest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"faultline/graph"
	"faultline/schema"
)

// Change is what a load did to a graph, and what is left of it.
type Change struct {
	Load      schema.Load  `json:"load"`
	Reports   int          `json:"reports"`           // that came with it
	Withdrawn int          `json:"reports_withdrawn"` // of them, by hand or by their source, since
	Claims    int          `json:"claims"`
	Open      int          `json:"claims_open"`    // of them, that still stand
	Closed    int          `json:"claims_closed"`  // of earlier versions of its reports, by the load
	Touched   int          `json:"events_touched"` // that its claims are of; the load's count tells how many were new
	Pairs     []PairChange `json:"pairs"`          // most events first
}

// PairChange is what a load did to two actors: those on both sides of an
// event, or together on one side of an event without another side.
type PairChange struct {
	A      schema.Actor `json:"a"` // the smaller id
	B      schema.Actor `json:"b"`
	Events int          `json:"events"`
	Claims int          `json:"claims"`
}

// Changes tells what a load did, with so many pairs at most. The error wraps
// graph.ErrNotFound when there is no such load.
func Changes(ctx context.Context, store graph.Reader, id schema.LoadID, pairs int) (Change, error) {
	load, err := graph.One(store.Loads(ctx, graph.LoadFilter{IDs: []schema.LoadID{id}}), id)
	if err != nil {
		return Change{}, err
	}
	c := changes{store: store, out: Change{Load: load}, claims: map[schema.EventID]int{}}
	var chunk []schema.Report
	for r, err := range store.Reports(ctx, graph.ReportFilter{Loads: []schema.LoadID{id}}) {
		if err != nil {
			return c.out, err
		}
		if chunk = append(chunk, r); len(chunk) == chunkReports {
			if err := c.take(ctx, chunk); err != nil {
				return c.out, err
			}
			chunk = chunk[:0]
		}
	}
	if err := c.take(ctx, chunk); err != nil {
		return c.out, err
	}
	c.out.Touched = len(c.claims)
	return c.out, c.rank(ctx, pairs)
}

type changes struct {
	store  graph.Reader
	out    Change
	claims map[schema.EventID]int // the load's claims by event
}

// take counts some reports of the load.
func (c *changes) take(ctx context.Context, reports []schema.Report) error {
	if len(reports) == 0 {
		return nil
	}
	var ids []schema.ReportID
	var items []string
	for _, r := range reports {
		c.out.Reports++
		ids = append(ids, r.ID)
		if !r.Retracted.IsZero() {
			c.out.Withdrawn++
		}
		if r.Item != "" {
			items = append(items, r.Item)
		}
	}
	for cl, err := range c.store.Claims(ctx, graph.ClaimFilter{Reports: ids}) {
		if err != nil {
			return err
		}
		c.out.Claims++
		c.claims[cl.Event]++
		if cl.Retracted.IsZero() {
			c.out.Open++
		}
	}
	return c.closed(ctx, items)
}

// closed counts the claims of earlier versions of some items that the load
// has closed.
func (c *changes) closed(ctx context.Context, items []string) error {
	if len(items) == 0 {
		return nil
	}
	var old []schema.ReportID
	for r, err := range c.store.Reports(ctx, graph.ReportFilter{Items: items}) {
		if err != nil {
			return err
		}
		if !slices.Contains(r.LoadedIn, c.out.Load.ID) {
			old = append(old, r.ID)
		}
	}
	if len(old) == 0 {
		return nil
	}
	from, to := c.out.Load.Started, c.out.Load.Finished
	for cl, err := range c.store.Claims(ctx, graph.ClaimFilter{Reports: old}) {
		if err != nil {
			return err
		}
		at := cl.Retracted
		if !at.IsZero() && !at.Before(from.Truncate(time.Second)) && (to.IsZero() || !at.After(to)) {
			c.out.Closed++
		}
	}
	return nil
}

type pair struct{ a, b schema.ActorID }

// rank finds the pairs with most events.
func (c *changes) rank(ctx context.Context, limit int) error {
	found := map[pair]*PairChange{}
	for part := range slices.Chunk(slices.Sorted(maps.Keys(c.claims)), chunkReports) {
		for e, err := range c.store.Events(ctx, graph.EventFilter{IDs: part}) {
			if err != nil {
				return err
			}
			for _, p := range pairsOf(e) {
				if found[p] == nil {
					found[p] = &PairChange{A: schema.Actor{ID: p.a}, B: schema.Actor{ID: p.b}}
				}
				found[p].Events++
				found[p].Claims += c.claims[e.ID]
			}
		}
	}
	list := make([]PairChange, 0, len(found))
	for _, p := range found {
		list = append(list, *p)
	}
	slices.SortFunc(list, func(x, y PairChange) int {
		return cmp.Or(cmp.Compare(y.Events, x.Events), cmp.Compare(y.Claims, x.Claims), cmp.Compare(x.A.ID, y.A.ID), cmp.Compare(x.B.ID, y.B.ID))
	})
	list = list[:min(max(limit, 0), len(list))]
	for i := range list {
		for _, a := range []*schema.Actor{&list[i].A, &list[i].B} {
			actor, err := graph.One(c.store.Actors(ctx, graph.ActorFilter{IDs: []schema.ActorID{a.ID}}), a.ID)
			if err != nil {
				return err
			}
			*a = actor
		}
	}
	c.out.Pairs = list
	return nil
}

// pairsOf are the pairs of actors that an event is between, each once.
func pairsOf(e schema.Event) []pair {
	var list []pair
	add := func(a, b schema.ActorID) {
		if a > b {
			a, b = b, a
		}
		if p := (pair{a, b}); a != b && !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	for i, a := range e.Initiators {
		for _, b := range e.Recipients {
			add(a, b)
		}
		if len(e.Recipients) == 0 {
			for _, b := range e.Initiators[i+1:] {
				add(a, b)
			}
		}
	}
	return list
}
