package question

import (
	"context"
	"reflect"
	"slices"

	"faultline/queries"
	"faultline/schema"
)

func network() Question {
	return Question{
		Name: "network", Path: "network", Title: "Whom an actor works with and against",
		About: "The ties of an actor, those of most events first: cooperation and conflict with each other one, the share of conflict with its 90 % interval, and what that makes of the tie: friend, foe or mixed.",
		When:  "Use it when one actor is named: its friends and foes.",
		Params: slices.Concat([]Param{
			{Name: "a", Kind: Text, Required: true, About: "The actor. " + namesNote},
		}, window(), sides(), []Param{
			{Name: "least", Kind: Number, Default: "2", Least: 1, Most: 1e6, About: "Leave out ties of fewer events."},
			limit(20, MaxItems, "ties"), cursorParam(),
		}),
		Answer: typeOf[queries.Network](), Paged: true,
		Ask: func(_ context.Context, g Graph, v Values) (Answer, error) {
			r, err := g.grouped(v)
			if err != nil {
				return Answer{}, err
			}
			ids, err := actors(r, []string{v.text("a")})
			if err != nil {
				return Answer{}, err
			}
			o := queries.NetworkOptions{Window: v.window(), Level: v.level(), Least: v.number("least"), AsOf: v.AsOf()}
			ties := func(n *queries.Network) *[]queries.Neighbour { return &n.Ties }
			return ranked(g, v, ties, func(x queries.Neighbour) string { return string(x.With.ID) }, func(n int) (queries.Network, error) {
				o.Limit = n
				return r.Network(ids[0], o)
			})
		},
	}
}

func triads() Question {
	return Question{
		Name: "triads", Path: "triads", Title: "Friends of enemies: three relations that do not fit",
		About: "Three actors whose relations do not fit each other: two friends of a third that are foes, and three that are all foes, the tensest first.",
		When:  "Use it for who is caught between two, or whose alliances contradict each other.",
		Params: slices.Concat(window(), sides(), []Param{
			{Name: "of", Kind: Text, Many: true, About: "Only triads with these actors."},
			{Name: "least", Kind: Number, Default: "5", Least: 1, Most: 1e6, About: "Leave out ties of fewer events."},
			limit(10, MaxItems, "triads"), cursorParam(),
		}),
		Answer: typeOf[queries.Triads](), Paged: true,
		Ask: func(_ context.Context, g Graph, v Values) (Answer, error) {
			r, err := g.grouped(v)
			if err != nil {
				return Answer{}, err
			}
			o := queries.TriadOptions{Window: v.window(), Level: v.level(), Least: v.number("least"), AsOf: v.AsOf()}
			if o.Of, err = actors(r, v.list("of")); err != nil {
				return Answer{}, err
			}
			triads := func(t *queries.Triads) *[]queries.Triad { return &t.Triads }
			return ranked(g, v, triads, func(x queries.Triad) string { return string(x.A.ID + " " + x.B.ID + " " + x.C.ID) }, func(n int) (queries.Triads, error) {
				o.Limit = n
				return r.Triads(o)
			})
		},
	}
}

func path() Question {
	return Question{
		Name: "path", Path: "path", Title: "How two actors are connected",
		About: "How two actors are connected through what they did with others and through affiliations, with the evidence of each step, the shortest way first.",
		When:  "Use it when two actors have few or no events with each other and the question is through whom they are linked.",
		Params: slices.Concat(both(), window(), []Param{
			{Name: "sign", Kind: Text, Choices: texts(queries.Friend, queries.Foe), About: "Only by events of one kind: friend (cooperation) or foe (conflict)."},
			{Name: "steps", Kind: Number, Default: "4", Least: 1, Most: 8, About: "The most steps of a way."},
			{Name: "paths", Kind: Number, Default: "3", Least: 1, Most: 20, About: "How many ways to find."},
		}),
		Answer: typeOf[[]queries.Path](),
		Ask: func(_ context.Context, g Graph, v Values) (Answer, error) {
			r, a, b, err := g.pair(v)
			if err != nil {
				return Answer{}, err
			}
			return answer(r.Path(a, b, queries.PathOptions{
				Window: v.window(), Sign: queries.Sign(v.text("sign")), Steps: v.number("steps"), Paths: v.number("paths"), AsOf: v.AsOf(),
			}))
		},
	}
}

func whoSays() Question {
	return Question{
		Name: "who-says", Path: "who-says", Title: "What outlets make of a relation",
		About:  "Compares what outlets, and blocs of outlets, report of a relation: how much, how hostile, what only one side reports, what is denied, and how much is copied.",
		When:   "Use it for how far a relation's picture depends on who reports it, before you rely on an answer.",
		Params: slices.Concat(both(), window(), sides(), []Param{limit(5, 100, "events of each list")}),
		Answer: typeOf[queries.Coverage](),
		Ask: func(_ context.Context, g Graph, v Values) (Answer, error) {
			r, a, b, err := g.pair(v)
			if err != nil {
				return Answer{}, err
			}
			return answer(r.Coverage(a, b, queries.CoverageOptions{
				Window: v.window(), Level: v.level(), Limit: v.number("limit"), AsOf: v.AsOf(),
			}))
		},
	}
}

func why() Question {
	return Question{
		Name: "why", Path: "why", Title: "Who says so: the claims behind an event, or behind the events of two actors",
		About: "Each claim of an event: its sentence with its parts marked, report, outlet, link, who said it, its status, and why the coder took it so. With two actors, the newest events between them are explained.",
		When:  "Use it to prove an answer: give it the id of an event that another answer names, and quote the sentences, outlets and links.",
		Params: slices.Concat([]Param{
			{Name: "event", Kind: Text, About: "Id of an event, or at least four first digits of its UUID; else give a and b."},
			{Name: "a", Kind: Text, About: "One actor. " + namesNote},
			{Name: "b", Kind: Text, About: "The other actor."},
		}, window(), []Param{
			limit(5, 100, "events"),
			{Name: "strongest", Kind: Flag, About: "The most severe events first, not the newest."},
			{Name: "any", Kind: Flag, About: "What has not happened too: denied, planned, demanded, thought possible."},
		}),
		Answer: typeOf[[]queries.Explained](),
		Ask:    askWhy,
	}
}

func askWhy(ctx context.Context, g Graph, v Values) (Answer, error) {
	o := queries.WhyOptions{Window: v.window(), AsOf: v.AsOf(), Limit: v.number("limit"), Strongest: v.flag("strongest"), Any: v.flag("any")}
	switch {
	case v.is("event") && (v.is("a") || v.is("b")):
		return Answer{}, WrongParams{{"event", "is given beside a or b: give an event or two actors"}}
	case v.is("event"):
		id, err := g.Record.Event(v.text("event"))
		if err != nil {
			return answer[any](nil, err)
		}
		e, err := g.Record.Why(ctx, g.Store, id, o)
		return Answer{Document: []queries.Explained{e}}, err
	case !v.is("a") || !v.is("b"):
		return Answer{}, WrongParams{{"event", "is missing: give an event or two actors, a and b"}}
	}
	_, a, b, err := g.pair(v)
	if err != nil {
		return Answer{}, err
	}
	// Whether the two can be a pair is for the record to say, without the store.
	if _, err := g.Record.Events(a, b, queries.EventOptions{Window: queries.Until(schema.NoDay + 1), Limit: 1}); err != nil {
		return answer[any](nil, err)
	}
	list, err := g.Record.WhyPair(ctx, g.Store, a, b, o)
	return Answer{Document: list}, err
}

// All lists the questions, in the order in which they are shown.
func All() []Question {
	return slices.Concat(Tools(), []Question{actor(), events(), event(), claims(), claim(), reports(), report(), loads(), load()})
}

// Tools lists those of the questions that assistants are given: each can be
// told apart by When.
func Tools() []Question {
	return []Question{
		actorList(), relation(), strain(), alerts(), timeline(), why(), whoSays(), network(), triads(), path(), compare(),
	}
}

// Events finds the events that a document names, each once, in its order.
func Events(document any) []queries.EventRef {
	var list []queries.EventRef
	seen := make(map[schema.EventID]bool)
	var walk func(reflect.Value)
	walk = func(x reflect.Value) {
		switch x.Kind() {
		case reflect.Pointer, reflect.Interface:
			if !x.IsNil() {
				walk(x.Elem())
			}
		case reflect.Slice, reflect.Array:
			for i := range x.Len() {
				walk(x.Index(i))
			}
		case reflect.Struct:
			if e, ok := x.Interface().(queries.EventRef); ok {
				if !seen[e.ID] {
					seen[e.ID] = true
					list = append(list, e)
				}
				return
			}
			for i := range x.NumField() {
				if x.Type().Field(i).IsExported() {
					walk(x.Field(i))
				}
			}
		}
	}
	walk(reflect.ValueOf(document))
	return list
}
