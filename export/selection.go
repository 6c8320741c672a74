package export

import (
	"context"
	"iter"
	"maps"
	"slices"
	"sync"

	"faultline/graph"
	"faultline/schema"
)

// Selection is the part of the graph that goes out: the events that it
// names, with the claims of them, the reports of those, and the actors and
// places that any of these name. The zero value is the whole graph, relations
// and loads included.
type Selection struct {
	Actors   []schema.ActorID // events with one of these as a side
	From, To schema.Day       // events of days in [From, To), with Dated
	Dated    bool
}

// Whole reports whether nothing is left out.
func (s Selection) Whole() bool { return len(s.Actors) == 0 && !s.Dated }

func (s Selection) events() graph.EventFilter {
	return graph.EventFilter{Actors: s.Actors, From: s.From, To: s.To, Dated: s.Dated}
}

// page is how many nodes are asked for by id at a time.
const page = 1000

// Visitor is told of nodes, each once: loads, actors and places first, then
// events, then reports, each followed by its claims of those events, then
// readings and relations. A function that is nil is not called.
type Visitor struct {
	Load     func(schema.Load) error
	Actor    func(schema.Actor) error
	Place    func(schema.Place) error
	Event    func(schema.Event) error
	Report   func(schema.Report) error
	Claim    func(schema.Claim) error
	ClaimOf  func(schema.Claim, *schema.Event) error // like Claim, with the claim's event, nil when the store lacks it
	Reading  func(schema.Reading) error
	Relation func(schema.Relation) error
}

// Walk visits the selected part of a graph, in an order that depends on the
// graph alone.
func Walk(ctx context.Context, r graph.Reader, s Selection, v Visitor) error {
	if s.Whole() {
		return walkWhole(ctx, r, v)
	}
	part, err := gather(ctx, r, s)
	if err != nil {
		return err
	}
	return part.walk(ctx, r, v)
}

func walkWhole(ctx context.Context, r graph.Reader, v Visitor) error {
	if err := visit(r.Loads(ctx, graph.LoadFilter{}), v.Load); err != nil {
		return err
	}
	if err := visit(r.Actors(ctx, graph.ActorFilter{}), v.Actor); err != nil {
		return err
	}
	if err := visit(r.Places(ctx, graph.PlaceFilter{}), v.Place); err != nil {
		return err
	}
	if err := visit(r.Events(ctx, graph.EventFilter{}), v.Event); err != nil {
		return err
	}
	if err := walkReports(ctx, r, v, r.Reports(ctx, graph.ReportFilter{}), nil); err != nil {
		return err
	}
	if err := visit(r.Readings(ctx, graph.ReadingFilter{}), v.Reading); err != nil {
		return err
	}
	return visit(r.Relations(ctx, graph.RelationFilter{}), v.Relation)
}

func visit[T any](nodes iter.Seq2[T, error], f func(T) error) error {
	if f == nil {
		return nil
	}
	for list, err := range ahead(pages(nodes)) {
		if err != nil {
			return err
		}
		for _, n := range list {
			if err := f(n); err != nil {
				return err
			}
		}
	}
	return nil
}

// pages puts nodes together, some hundred at a time.
func pages[T any](nodes iter.Seq2[T, error]) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		var list []T
		for n, err := range nodes {
			if err != nil {
				yield(nil, err)
				return
			}
			if list = append(list, n); len(list) == page {
				if !yield(list, nil) {
					return
				}
				list = nil
			}
		}
		if len(list) > 0 {
			yield(list, nil)
		}
	}
}

// ahead reads on while what was read is still being dealt with.
func ahead[T any](seq iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		type result struct {
			v   T
			err error
		}
		results, enough := make(chan result, 2), make(chan struct{})
		var reading sync.WaitGroup
		reading.Go(func() {
			defer close(results)
			for v, err := range seq {
				select {
				case results <- result{v, err}:
				case <-enough:
					return
				}
			}
		})
		defer reading.Wait()
		defer close(enough)
		for r := range results {
			if !yield(r.v, r.err) || r.err != nil {
				return
			}
		}
	}
}

// sources are reports with their claims, and the events of those if somebody
// wants to know them.
type sources struct {
	reports []schema.Report
	claims  map[schema.ReportID][]schema.Claim
	events  map[schema.EventID]*schema.Event
}

// walkReports visits reports with their claims, of those events only when
// some are given.
func walkReports(ctx context.Context, r graph.Reader, v Visitor, reports iter.Seq2[schema.Report, error], only map[schema.EventID]bool) error {
	withClaims := func(yield func(sources, error) bool) {
		for list, err := range ahead(pages(reports)) {
			t := sources{reports: list}
			if err == nil {
				err = t.gather(ctx, r, v, only)
			}
			if !yield(t, err) {
				return
			}
		}
	}
	for t, err := range ahead(withClaims) {
		if err != nil {
			return err
		}
		if err := t.tell(v); err != nil {
			return err
		}
	}
	return nil
}

// gather reads the claims that the visitor wants.
func (t *sources) gather(ctx context.Context, r graph.Reader, v Visitor, only map[schema.EventID]bool) error {
	if v.Claim == nil && v.ClaimOf == nil {
		return nil
	}
	t.claims, t.events = map[schema.ReportID][]schema.Claim{}, map[schema.EventID]*schema.Event{}
	ids := make([]schema.ReportID, len(t.reports))
	for i, n := range t.reports {
		ids[i] = n.ID
	}
	for c, err := range r.Claims(ctx, graph.ClaimFilter{Reports: ids}) {
		if err != nil {
			return err
		}
		if only == nil || only[c.Event] {
			t.claims[c.Report] = append(t.claims[c.Report], c)
			t.events[c.Event] = nil
		}
	}
	if v.ClaimOf == nil || len(t.events) == 0 {
		return nil
	}
	for e, err := range r.Events(ctx, graph.EventFilter{IDs: slices.Sorted(maps.Keys(t.events))}) {
		if err != nil {
			return err
		}
		t.events[e.ID] = &e
	}
	return nil
}

// tell visits the reports and claims.
func (t *sources) tell(v Visitor) error {
	for _, n := range t.reports {
		if v.Report != nil {
			if err := v.Report(n); err != nil {
				return err
			}
		}
		for _, c := range t.claims[n.ID] {
			if v.Claim != nil {
				if err := v.Claim(c); err != nil {
					return err
				}
			}
			if v.ClaimOf != nil {
				if err := v.ClaimOf(c, t.events[c.Event]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// part is a gathered selection: the ids of what belongs to it.
type part struct {
	events  map[schema.EventID]bool
	reports map[schema.ReportID]bool
	actors  map[schema.ActorID]bool
	places  map[schema.PlaceID]bool
}

// gather finds what belongs to a selection.
func gather(ctx context.Context, r graph.Reader, s Selection) (part, error) {
	p := part{map[schema.EventID]bool{}, map[schema.ReportID]bool{}, map[schema.ActorID]bool{}, map[schema.PlaceID]bool{}}
	for e, err := range r.Events(ctx, s.events()) {
		if err != nil {
			return p, err
		}
		p.events[e.ID] = true
		add(p.actors, e.Initiators...)
		add(p.actors, e.Recipients...)
		add(p.places, e.At...)
	}
	err := byIDs(p.events, func(ids []schema.EventID) error {
		return visit(r.Claims(ctx, graph.ClaimFilter{Events: ids}), func(c schema.Claim) error {
			add(p.reports, c.Report)
			add(p.actors, c.SaidBy)
			return nil
		})
	})
	if err != nil {
		return p, err
	}
	err = byIDs(p.reports, func(ids []schema.ReportID) error {
		return visit(r.Reports(ctx, graph.ReportFilter{IDs: ids}), func(n schema.Report) error {
			add(p.actors, n.PublishedBy)
			add(p.actors, n.Cites...)
			return nil
		})
	})
	if err != nil {
		return p, err
	}
	return p, p.grow(ctx, r)
}

// grow adds those whom the actors are part of or aligned with, and the places
// that others lie in.
func (p part) grow(ctx context.Context, r graph.Reader) error {
	for fresh := maps.Clone(p.actors); len(fresh) > 0; {
		next := map[schema.ActorID]bool{}
		err := byIDs(fresh, func(ids []schema.ActorID) error {
			return visit(r.Actors(ctx, graph.ActorFilter{IDs: ids}), func(a schema.Actor) error {
				for _, id := range slices.Concat(a.PartOf, a.AlignedWith) {
					if !p.actors[id] {
						p.actors[id], next[id] = true, true
					}
				}
				return nil
			})
		})
		if err != nil {
			return err
		}
		fresh = next
	}
	for fresh := maps.Clone(p.places); len(fresh) > 0; {
		next := map[schema.PlaceID]bool{}
		err := byIDs(fresh, func(ids []schema.PlaceID) error {
			return visit(r.Places(ctx, graph.PlaceFilter{IDs: ids}), func(n schema.Place) error {
				if id := n.Within; id != "" && !p.places[id] {
					p.places[id], next[id] = true, true
				}
				return nil
			})
		})
		if err != nil {
			return err
		}
		fresh = next
	}
	return nil
}

func (p part) walk(ctx context.Context, r graph.Reader, v Visitor) error {
	err := byIDs(p.actors, func(ids []schema.ActorID) error {
		return visit(r.Actors(ctx, graph.ActorFilter{IDs: ids}), v.Actor)
	})
	if err != nil {
		return err
	}
	err = byIDs(p.places, func(ids []schema.PlaceID) error {
		return visit(r.Places(ctx, graph.PlaceFilter{IDs: ids}), v.Place)
	})
	if err != nil {
		return err
	}
	err = byIDs(p.events, func(ids []schema.EventID) error {
		return visit(r.Events(ctx, graph.EventFilter{IDs: ids}), v.Event)
	})
	if err != nil {
		return err
	}
	return byIDs(p.reports, func(ids []schema.ReportID) error {
		return walkReports(ctx, r, v, r.Reports(ctx, graph.ReportFilter{IDs: ids}), p.events)
	})
}

func add[ID ~string](set map[ID]bool, ids ...ID) {
	for _, id := range ids {
		if id != "" {
			set[id] = true
		}
	}
}

// byIDs hands on the ids of a set in order, some at a time; never none, since
// a filter without ids selects everything.
func byIDs[ID ~string](set map[ID]bool, f func([]ID) error) error {
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(set)), page) {
		if err := f(ids); err != nil {
			return err
		}
	}
	return nil
}
