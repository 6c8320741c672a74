package question

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"faultline/queries"
	"faultline/schema"
)

const namesNote = "An actor is named by id (actor:hezbollah), what follows in it (hezbollah), name or alias; case and accents do not matter."

func both() []Param {
	return []Param{
		{Name: "a", Kind: Text, Required: true, About: "One actor. " + namesNote},
		{Name: "b", Kind: Text, Required: true, About: "The other actor."},
	}
}

func window() []Param {
	return []Param{
		{Name: "from", Kind: Day, About: "First day, YYYY-MM-DD."},
		{Name: "to", Kind: Day, About: "First day after the window, YYYY-MM-DD."},
		asOf(),
	}
}

func asOf() Param {
	return Param{Name: "as_of", Kind: Day, About: "Answer from what was recorded by the end of this day, YYYY-MM-DD."}
}

func sides() []Param {
	return []Param{
		{Name: "level", Kind: Text, Default: string(queries.LevelParent), Choices: texts(queries.LevelActor, queries.LevelParent, queries.LevelCountry, queries.LevelBloc),
			About: "Whom actors count for: themselves (actor), what they are part of (parent), their country, or those they are aligned with (bloc)."},
		{Name: "group", Kind: Text, Many: true, About: "Actors that count as one, NAME=A,B,C; NAME can then be asked for."},
	}
}

func of() Param {
	return Param{Name: "of", Kind: Text, Many: true, About: "Only relations of these actors."}
}

func limit(standard, most int, of string) Param {
	return Param{Name: "limit", Kind: Number, Default: fmt.Sprint(standard), Least: 1, Most: float64(most), About: "How many " + of + " to list."}
}

func days() Param {
	return Param{Name: "window", Kind: Number, Least: 1, Most: 3660, About: "Length of the window that is measured, in days; 30 if not given."}
}

func cracks() Param {
	return Param{Name: "cracks", Kind: Flag, About: "Only cracks: relations between allies or partners whose past was cooperation."}
}

func cursorParam() Param {
	return Param{Name: "cursor", Kind: Text, About: "Where to go on: from the answer before."}
}

func texts[T ~string](list ...T) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = string(x)
	}
	return out
}

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

func relation() Question {
	return Question{
		Name: "relation", Path: "relation", Title: "How two actors stand with each other",
		About: "Counts of cooperation and conflict in both directions, a timeline, the strain over time with its alarms, the phases that the relation went through and what turned it, the strongest and the most recent events.",
		When:  "Use it for any question about two actors: how they get along, since when, what turned. Go on with why for the sentences behind an event.",
		Params: slices.Concat(both(), window(), []Param{
			{Name: "by", Kind: Text, Default: string(queries.UnitAuto), Choices: texts(queries.UnitAuto, queries.UnitWeek, queries.UnitMonth), About: "Length of the timeline's steps."},
		}, sides(), []Param{limit(8, 100, "events of each list")}),
		Answer: typeOf[queries.Relation](),
		Ask: func(_ context.Context, g Graph, v Values) (Answer, error) {
			r, a, b, err := g.pair(v)
			if err != nil {
				return Answer{}, err
			}
			return answer(r.Relation(a, b, queries.RelationOptions{
				Window: v.window(), By: queries.Unit(v.text("by")), Level: v.level(), AsOf: v.AsOf(), Limit: v.number("limit"),
			}))
		},
	}
}

func strain() Question {
	return Question{
		Name: "strain", Path: "strain", Title: "Which relations are getting worse, or are worst",
		About: "Ranks relations at a date: by change, how surprising the hostile events of the window are against the relation's own past (surprise is −log10 of their probability by chance: 2 watch, 2.5 warning, 3 alert), or by level, how hostile the relation is now, 0 to 10.",
		When:  "Use it to find out where something happens when no pair is named: what is getting worse, which alliances crack (cracks). For one pair use relation; for what alarms were given on which day use alerts.",
		Params: slices.Concat([]Param{
			{Name: "at", Kind: Day, About: "Last day of the window; that up to which the graph has news if not given."},
			days(),
			{Name: "rank", Kind: Text, Default: string(queries.ByChange), Choices: texts(queries.ByChange, queries.ByLevel), About: "Order: by change (getting worse) or level (worst)."},
		}, window(), sides(), []Param{of(), cracks(), limit(15, MaxItems, "relations"), cursorParam()}),
		Answer: typeOf[queries.Strain](), Paged: true,
		Ask: askStrain,
	}
}

func askStrain(_ context.Context, g Graph, v Values) (Answer, error) {
	r, err := g.grouped(v)
	if err != nil {
		return Answer{}, err
	}
	o := queries.StrainOptions{
		At: v.day("at"), Days: 30, Level: v.level(), Rank: queries.Rank(v.text("rank")), Cracks: v.flag("cracks"), AsOf: v.AsOf(),
	}
	if v.is("window") {
		o.Days = v.number("window")
	}
	w := v.window()
	if w.To != schema.NoDay {
		o.At = w.To - 1
	}
	if o.At == schema.NoDay {
		if o.At, err = g.lastDay(); err != nil {
			return Answer{}, err
		}
	}
	if w.From != schema.NoDay {
		if o.Days = int(o.At + 1 - w.From); o.Days <= 0 {
			return Answer{}, WrongParams{{"from", fmt.Sprintf("%s is after the last event, %s", w.From, o.At)}}
		}
	}
	if o.Of, err = actors(r, v.list("of")); err != nil {
		return Answer{}, err
	}
	rows := func(s *queries.Strain) *[]queries.StrainRow { return &s.Rows }
	return ranked(g, v, rows, func(x queries.StrainRow) string { return string(x.ID) }, func(n int) (queries.Strain, error) {
		o.Limit = n
		return r.Strain(o)
	})
}

func alerts() Question {
	return Question{
		Name: "alerts", Path: "alerts", Title: "Which relations have raised an alarm, and what caused it",
		About: "The alarms that relations gave, each as seen from its own evening, the newest first, with the events that caused them.",
		When:  "Use it for what is new: alarms since a day, with a date for each. For a ranking at one date use strain.",
		Params: slices.Concat([]Param{
			{Name: "since", Kind: Day, About: "First day; the last 7 days of news if not given."},
		}, window(), []Param{days()}, sides(), []Param{of(),
			{Name: "grade", Kind: Text, Choices: texts(queries.Watch, queries.Warning, queries.Alerting), About: "Only alarms of this grade or higher."},
			cracks(), limit(20, MaxItems, "alarms"), cursorParam()}),
		Answer: typeOf[queries.Alerts](), Paged: true,
		Ask: askAlerts,
	}
}

func askAlerts(_ context.Context, g Graph, v Values) (Answer, error) {
	r, err := g.grouped(v)
	if err != nil {
		return Answer{}, err
	}
	o := queries.AlertOptions{
		Window: v.window(), Days: v.number("window"), Level: v.level(), Grade: queries.Grade(v.text("grade")), Cracks: v.flag("cracks"), AsOf: v.AsOf(),
	}
	if v.is("since") {
		o.Window.From = v.day("since")
	}
	if o.Window.From == schema.NoDay {
		last, err := g.lastDay()
		if err != nil {
			return Answer{}, err
		}
		if o.Window.To == schema.NoDay {
			o.Window.From = last - 6
		} else {
			o.Window.From = min(last, o.Window.To-1) - 6
		}
	}
	if o.Window.To != schema.NoDay && o.Window.To <= o.Window.From {
		return Answer{}, WrongParams{{"to", fmt.Sprintf("%s is not after the first day, %s", o.Window.To, o.Window.From)}}
	}
	if o.Of, err = actors(r, v.list("of")); err != nil {
		return Answer{}, err
	}
	rows := func(a *queries.Alerts) *[]queries.Alert { return &a.Alerts }
	return ranked(g, v, rows, func(x queries.Alert) string { return string(x.ID) + " " + x.Day.String() }, func(n int) (queries.Alerts, error) {
		o.Limit = n
		return r.Alerts(o)
	})
}

func compare() Question {
	return Question{
		Name: "compare", Path: "compare", Title: "Whose relations changed most from one time to another",
		About: "Ranks relations by how clearly their rates of conflict or of cooperation changed from one window to another, and says what that makes of them: worse, better, closer, remoter, busier or quieter.",
		When:  "Use it when two times are named, such as two years: who drifted apart, who made up.",
		Params: slices.Concat([]Param{
			{Name: "before", Kind: Span, Required: true, About: "The first window: a year, a month, or two days with two dots between, the second left out: 2014, 2014-03, 2014-03-01..2014-06-01."},
			{Name: "after", Kind: Span, Required: true, About: "The second window."},
			asOf(),
		}, sides(), []Param{of(), limit(15, MaxItems, "relations"), cursorParam()}),
		Answer: typeOf[queries.Comparison](), Paged: true,
		Ask: func(_ context.Context, g Graph, v Values) (Answer, error) {
			r, err := g.grouped(v)
			if err != nil {
				return Answer{}, err
			}
			o := queries.CompareOptions{Before: v.span("before"), After: v.span("after"), Level: v.level(), AsOf: v.AsOf()}
			if o.Of, err = actors(r, v.list("of")); err != nil {
				return Answer{}, err
			}
			rows := func(c *queries.Comparison) *[]queries.Changed { return &c.Rows }
			return ranked(g, v, rows, func(x queries.Changed) string { return string(x.ID) }, func(n int) (queries.Comparison, error) {
				o.Limit = n
				return r.Compare(o)
			})
		},
	}
}

func timeline() Question {
	return Question{
		Name: "timeline", Path: "timeline", Title: "What happened, day by day",
		About: "The events of an actor, or between two, in order of day, with the alarms of the pair where they were given. The newest are given first when there are more than the limit; the cursor leads to what was before.",
		When:  "Use it for what happened in a span of days, of one actor or two, or for events of one type. For how two actors stand use relation.",
		Params: slices.Concat([]Param{
			{Name: "a", Kind: Text, Required: true, About: "The actor. " + namesNote},
			{Name: "b", Kind: Text, About: "The other actor; everybody if not given."},
			{Name: "type", Kind: Text, Many: true, Choices: texts(schema.EventTypes()...), About: "Only events of these types."},
			{Name: "intensity", Kind: Decimal, Least: 0, Most: 10, About: "Only events of at least this absolute intensity."},
			{Name: "any", Kind: Flag, About: "What has not happened too: denied, planned, demanded, thought possible."},
		}, window(), sides(), []Param{limit(50, MaxItems, "events"), cursorParam()}),
		Answer: typeOf[queries.EventList](), Paged: true,
		Ask: askTimeline,
	}
}

func askTimeline(_ context.Context, g Graph, v Values) (Answer, error) {
	r, err := g.grouped(v)
	if err != nil {
		return Answer{}, err
	}
	names := []string{v.text("a")}
	if v.is("b") {
		names = append(names, v.text("b"))
	}
	ids, err := actors(r, names)
	if err != nil {
		return Answer{}, err
	}
	o := queries.EventOptions{Window: v.window(), Level: v.level(), Intensity: v.decimal("intensity"), Any: v.flag("any"), AsOf: v.AsOf()}
	for _, t := range v.list("type") {
		o.Types = append(o.Types, schema.EventType(strings.ToUpper(t)))
	}
	rows := func(l *queries.EventList) *[]queries.EventRef { return &l.Events }
	list, p, err := cut(g, v, rows, func(x queries.EventRef) string { return string(x.ID) }, func(n int) (queries.EventList, error) {
		o.Limit = n
		list, err := r.Events(ids[0], append(ids, "")[1], o)
		slices.Reverse(list.Events) // the newest first, as pages go
		return list, err
	})
	if err != nil {
		return answer(list, err)
	}
	until := schema.Day(math.MaxInt32) // the day of the event that follows the page in time
	if p.from > 0 {
		until = list.Events[p.from-1].Day
	}
	list.Events = slices.Clone(list.Events[p.from:p.to])
	slices.Reverse(list.Events)
	list.Alarms = slices.DeleteFunc(slices.Clone(list.Alarms), func(x queries.Alarm) bool {
		return len(list.Events) == 0 || x.Day < list.Events[0].Day || x.Day >= until
	})
	return Answer{Document: list, Next: p.next}, nil
}
