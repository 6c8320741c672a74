package question

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"

	"faultline/graph"
	"faultline/queries"
	"faultline/schema"
)

func idParam(kind string) Param {
	return Param{Name: "id", Kind: Text, InPath: true, Required: true, About: "Id of the " + kind + ", or what follows its kind in it."}
}

// id is a whole id of a kind.
func id[T ~string](v Values, kind schema.Kind) T {
	text := v.text("id")
	if !strings.HasPrefix(text, string(kind)+":") {
		text = string(kind) + ":" + text
	}
	return T(text)
}

// one asks the store for a node.
func one[T any, ID ~string](list iter.Seq2[T, error], id ID) (Answer, error) {
	x, err := graph.One(list, id)
	return Answer{Document: x}, err
}

func actorList() Question {
	return Question{
		Name: "actors", Path: "actors", Title: "Who is in the graph",
		About: "The actors whose id, name or an alias contains a pattern, those with most events first, with how often and when they are met.",
		When:  "Use it first when you are not sure how an actor is called, and after an error that names several candidates.",
		Params: []Param{
			{Name: "pattern", Kind: Text, About: "Part of an id, a name or an alias; all if not given."},
			limit(40, MaxItems, "actors"), cursorParam(),
		},
		Answer: typeOf[[]queries.ActorSummary](), Paged: true,
		Ask: func(_ context.Context, g Graph, v Values) (Answer, error) {
			return ranked(g, v, itself, func(x queries.ActorSummary) string { return string(x.ID) }, func(int) ([]queries.ActorSummary, error) {
				return g.Record.Actors(v.text("pattern")), nil
			})
		},
	}
}

func actor() Question {
	return Question{
		Name: "actor", Path: "actors/{id}", Title: "One actor",
		About:  "An actor by id, name or alias, with how often and when it is met.",
		Params: []Param{idParam("actor")}, Answer: typeOf[queries.ActorSummary](),
		Ask: func(_ context.Context, g Graph, v Values) (Answer, error) {
			found, err := g.Record.Find(v.text("id"))
			if err != nil {
				return Answer{}, err
			}
			for _, s := range g.Record.Actors(found[0].ID.Slug()) {
				if s.ID == found[0].ID {
					return Answer{Document: s}, nil
				}
			}
			return Answer{Document: queries.ActorSummary{Actor: found[0], First: schema.NoDay, Last: schema.NoDay}}, nil
		},
	}
}

func events() Question {
	return Question{
		Name: "events", Path: "events", Title: "Events",
		About: "The events of the graph that any claim still stands for, the newest first; those without a day come last.",
		Params: slices.Concat([]Param{
			{Name: "actor", Kind: Text, Many: true, About: "Only events with one of these actors themselves. " + namesNote},
			{Name: "type", Kind: Text, Many: true, Choices: texts(schema.EventTypes()...), About: "Only events of these types."},
			{Name: "status", Kind: Text, Many: true, Choices: statuses(), About: "Only events that are so claimed."},
		}, window(), []Param{limit(100, MaxItems, "events"), cursorParam()}),
		Answer: typeOf[[]schema.Event](), Paged: true,
		Ask: askEvents,
	}
}

func statuses() []string {
	return texts(schema.Asserted, schema.Denied, schema.Planned, schema.Demanded, schema.Hypothetical)
}

func askEvents(ctx context.Context, g Graph, v Values) (Answer, error) {
	c, err := v.cursor()
	if err != nil {
		return Answer{}, err
	}
	ids, err := actors(g.Record, v.list("actor"))
	if err != nil {
		return Answer{}, err
	}
	r := g.View
	start := r.Len() // one beyond the first to look at
	if c.Key != "" {
		i, ok := r.Find(schema.EventID(c.Key))
		if !ok {
			return Answer{}, ErrMoved
		}
		start = i
	}
	keeps := func(i int) bool {
		has := func(t string) bool { return t == string(r.Type(i)) }
		status := r.Standing(i, v.AsOf()).Status
		return v.window().Contains(r.Day(i)) && status != "" &&
			(!v.is("type") || slices.ContainsFunc(v.list("type"), has)) &&
			(!v.is("status") || slices.Contains(v.list("status"), string(status)))
	}
	limit := v.number("limit")
	var chosen []schema.EventID
	for i := range newestFirst(g, ids, start) {
		if keeps(i) {
			if chosen = append(chosen, r.ID(i)); len(chosen) > limit {
				break
			}
		}
	}
	var said Answer
	if len(chosen) > limit {
		chosen = chosen[:limit]
		said.Next = v.write(c.Offset+limit, string(chosen[limit-1]))
	}
	found := make(map[schema.EventID]schema.Event, len(chosen))
	if len(chosen) > 0 {
		for e, err := range g.Store.Events(ctx, graph.EventFilter{IDs: chosen}) {
			if err != nil {
				return Answer{}, err
			}
			found[e.ID] = e
		}
	}
	list := make([]schema.Event, 0, len(chosen))
	for _, id := range chosen {
		if e, ok := found[id]; ok {
			list = append(list, e)
		}
	}
	said.Document = list
	return said, nil
}

// newestFirst yields the events before a place of the view: of some actors,
// of everybody when there are none.
func newestFirst(g Graph, ids []schema.ActorID, before int) iter.Seq[int] {
	return func(yield func(int) bool) {
		if len(ids) == 0 {
			for i := before - 1; i >= 0; i-- {
				if !yield(i) {
					return
				}
			}
			return
		}
		var all []uint32
		for _, id := range ids {
			if n, ok := g.View.Number(id); ok {
				all = append(all, g.View.EventsOf(n)...)
			}
		}
		slices.Sort(all)
		all = slices.Compact(all)
		for _, i := range slices.Backward(all) {
			if int(i) < before && !yield(int(i)) {
				return
			}
		}
	}
}

func event() Question {
	return Question{
		Name: "event", Path: "events/{id}", Title: "One event",
		About:  "An event by id. What is claimed of it is answered by why.",
		Params: []Param{idParam("event")}, Answer: typeOf[schema.Event](),
		Ask: func(ctx context.Context, g Graph, v Values) (Answer, error) {
			id := id[schema.EventID](v, schema.KindEvent)
			return one(g.Store.Events(ctx, graph.EventFilter{IDs: []schema.EventID{id}}), id)
		},
	}
}

// inOrder answers with a part of a list of nodes in order of id. Who goes on
// from the last part has the store read on from there, if it is not too long
// ago.
func inOrder[T any, ID ~string](ctx context.Context, g Graph, v Values, id func(T) ID, list iter.Seq2[T, error]) (Answer, error) {
	c, err := v.cursor()
	if err != nil {
		return Answer{}, err
	}
	limit, r := v.number("limit"), resume[T](g, v.whole(), c.Key)
	if r == nil {
		r = begin(list)
		if err := r.skip(ctx, func(x T) bool { return string(id(x)) <= c.Key }); err != nil {
			r.stop()
			return Answer{}, err
		}
	}
	part, more, err := r.read(ctx, limit)
	if err != nil || !more {
		r.stop()
		return Answer{Document: part}, err
	}
	key := string(id(part[limit-1]))
	leave(g, v.whole(), key, r)
	return Answer{Document: part, Next: v.write(c.Offset+limit, key)}, nil
}

func ids[T ~string](list []string) []T {
	out := make([]T, len(list))
	for i, s := range list {
		out[i] = T(s)
	}
	return out
}

func claims() Question {
	return Question{
		Name: "claims", Path: "claims", Title: "Claims of events or reports",
		About: "The claims of some events, or in some reports, those that were taken back too, in order of id. Name an event or a report.",
		Params: []Param{
			{Name: "event", Kind: Text, Many: true, About: "Id of an event."},
			{Name: "report", Kind: Text, Many: true, About: "Id of a report."},
			limit(100, MaxItems, "claims"), cursorParam(),
		},
		Answer: typeOf[[]schema.Claim](), Paged: true,
		Ask: func(ctx context.Context, g Graph, v Values) (Answer, error) {
			if !v.is("event") && !v.is("report") {
				return Answer{}, WrongParams{{"event", "is missing: name an event or a report"}}
			}
			f := graph.ClaimFilter{Events: ids[schema.EventID](v.list("event")), Reports: ids[schema.ReportID](v.list("report"))}
			return inOrder(ctx, g, v, func(c schema.Claim) schema.ClaimID { return c.ID }, g.Store.Claims(context.WithoutCancel(ctx), f))
		},
	}
}

func claim() Question {
	return Question{
		Name: "claim", Path: "claims/{id}", Title: "One claim",
		About:  "A claim by id: its sentence, who said it, its status and why it was coded so.",
		Params: []Param{idParam("claim")}, Answer: typeOf[schema.Claim](),
		Ask: func(ctx context.Context, g Graph, v Values) (Answer, error) {
			id := id[schema.ClaimID](v, schema.KindClaim)
			return one(g.Store.Claims(ctx, graph.ClaimFilter{IDs: []schema.ClaimID{id}}), id)
		},
	}
}

func reports() Question {
	return Question{
		Name: "reports", Path: "reports", Title: "Reports at an address, of an item or of a load",
		About: "Reports in order of id. Name an address, an item or a load.",
		Params: []Param{
			{Name: "url", Kind: Text, Many: true, About: "Address of the report; all versions of it."},
			{Name: "item", Kind: Text, Many: true, About: "What the source calls the article; all versions of it."},
			{Name: "load", Kind: Text, Many: true, About: "Id of a load that it came with."},
			limit(100, MaxItems, "reports"), cursorParam(),
		},
		Answer: typeOf[[]schema.Report](), Paged: true,
		Ask: func(ctx context.Context, g Graph, v Values) (Answer, error) {
			f := graph.ReportFilter{URLs: v.list("url"), Items: v.list("item"), Loads: ids[schema.LoadID](v.list("load"))}
			if len(f.URLs)+len(f.Items)+len(f.Loads) == 0 {
				return Answer{}, WrongParams{{"url", "is missing: name an address, an item or a load"}}
			}
			return inOrder(ctx, g, v, func(r schema.Report) schema.ReportID { return r.ID }, g.Store.Reports(context.WithoutCancel(ctx), f))
		},
	}
}

func report() Question {
	return Question{
		Name: "report", Path: "reports/{id}", Title: "One report",
		About:  "A report by id: title, outlet, link, when it was published and by which load it came.",
		Params: []Param{idParam("report")}, Answer: typeOf[schema.Report](),
		Ask: func(ctx context.Context, g Graph, v Values) (Answer, error) {
			id := id[schema.ReportID](v, schema.KindReport)
			return one(g.Store.Reports(ctx, graph.ReportFilter{IDs: []schema.ReportID{id}}), id)
		},
	}
}

func loads() Question {
	return Question{
		Name: "loads", Path: "loads", Title: "What was loaded, when, from where",
		About: "The loads, the latest first: every run that brought something.",
		Params: []Param{
			{Name: "source", Kind: Text, About: "Only those of this source."},
			{Name: "since", Kind: Day, About: "Only those that began on this day or later, YYYY-MM-DD."},
			limit(20, MaxItems, "loads"), cursorParam(),
		},
		Answer: typeOf[[]schema.Load](), Paged: true,
		Ask: func(ctx context.Context, g Graph, v Values) (Answer, error) {
			g.Lists = nil // the store may have more than the view
			list, p, err := cut(g, v, itself, func(l schema.Load) string { return string(l.ID) }, func(int) ([]schema.Load, error) {
				return latestLoads(ctx, g.Store, v)
			})
			return Answer{Document: list[p.from:p.to], Next: p.next}, err
		},
	}
}

func latestLoads(ctx context.Context, store graph.Reader, v Values) ([]schema.Load, error) {
	list := []schema.Load{}
	for l, err := range store.Loads(ctx, graph.LoadFilter{}) {
		if err != nil {
			return nil, err
		}
		if (!v.is("source") || l.Source == v.text("source")) && (!v.is("since") || !l.Started.Before(v.day("since").Time())) {
			list = append(list, l)
		}
	}
	slices.SortStableFunc(list, func(x, y schema.Load) int { return y.Started.Compare(x.Started) })
	return list, nil
}

func load() Question {
	return Question{
		Name: "load", Path: "loads/{id}", Title: "What one load read, skipped and changed",
		About: "A load by id, with what it changed in the graph and which pairs of actors it touched most.",
		Params: []Param{idParam("load"),
			{Name: "pairs", Kind: Number, Default: "10", Least: 1, Most: 100, About: "How many pairs of actors to list."},
		},
		Answer: typeOf[Change](),
		Ask: func(ctx context.Context, g Graph, v Values) (Answer, error) {
			if g.Changes == nil {
				return Answer{}, errors.New("nothing here tells what loads changed")
			}
			c, err := g.Changes(ctx, id[schema.LoadID](v, schema.KindLoad), v.number("pairs"))
			return Answer{Document: c}, err
		},
	}
}
