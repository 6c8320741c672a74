package pages

import (
	"cmp"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"

	"faultline/queries"
	"faultline/schema"
	"faultline/web/figure"
	"faultline/web/live"
)

type actorPage struct {
	schema.Actor
	Path      string
	From      string
	To        string
	AsOf      string
	Rolled    queries.Level
	PartOf    []queries.ActorRef
	Aligned   []queries.ActorRef
	Members   []queries.ActorRef
	Allies    []queries.ActorRef // that are aligned with it
	MoreParts int                // members that are not listed
	Offices   []office
	Held      []office // by others, at this actor
	Network   queries.Network
	Picture   template.HTML
	List      queries.EventList
	More      string
}

type office struct {
	Role string
	Who  queries.ActorRef
	queries.Window
}

// actor shows who somebody is, whom it works with and against, and what it
// did lately.
func (p *Pages) actor(r *http.Request, s *live.State) (*answer, error) {
	a, err := actorOf(s, r, "id")
	if err != nil {
		return nil, err
	}
	q := ask(r)
	w, asOf, level := q.window(), q.asOf(), q.level()
	ties, limit := q.number("ties", 24, 1, 200), q.number("limit", 25, 1, 2000)
	if q.err != nil {
		return nil, q.err
	}
	page := &actorPage{Actor: a, Path: actorPath(a.ID), From: q.text("from"), To: q.text("to"), AsOf: q.text("asof"), Rolled: level}
	for _, id := range a.PartOf {
		page.PartOf = append(page.PartOf, refOf(s, id))
	}
	for _, id := range a.AlignedWith {
		page.Aligned = append(page.Aligned, refOf(s, id))
	}
	p.affiliations(s, page)
	if page.Network, err = s.Record.Network(a.ID, queries.NetworkOptions{Window: w, Level: level, AsOf: asOf, Limit: ties}); err != nil {
		return nil, badAsk(err.Error() + ".")
	}
	page.List, err = s.Record.Events(a.ID, "", queries.EventOptions{Window: w, Level: level, AsOf: asOf, Any: true, Limit: limit})
	if err != nil {
		return nil, err
	}
	slices.Reverse(page.List.Events)
	if page.List.Total > len(page.List.Events) && limit < 2000 {
		v := r.URL.Query()
		v.Set("limit", fmt.Sprint(min(2000, limit*8)))
		page.More = (&url.URL{Path: r.URL.Path, RawQuery: v.Encode()}).String() + "#events"
	}
	drawn := func() *figure.Figure {
		return figure.Network(page.Network, actorPath, func(b schema.ActorID) string { return relationPath(a.ID, b) })
	}
	if len(page.Network.Ties) > 0 {
		page.Picture = drawn().Inline()
	}
	return &answer{
		template: "actor", title: a.Name, section: "actors", page: page, file: fileName(a.ID.Slug()), figure: drawn, table: tieTable(page.Network),
		data: struct {
			Actor   schema.Actor       `json:"actor"`
			Parts   []queries.ActorRef `json:"parts"`
			Network queries.Network    `json:"network"`
			Events  queries.EventList  `json:"events"`
		}{a, page.Members, page.Network, page.List},
	}, nil
}

// affiliations finds what is part of or aligned with an actor, and the
// offices that it held, or that persons held at it.
func (p *Pages) affiliations(s *live.State, page *actorPage) {
	v := s.View
	type member struct {
		queries.ActorRef
		events int
	}
	var parts []member
	for n := range uint32(v.Actors()) {
		x := v.Actor(n)
		if slices.Contains(x.PartOf, page.ID) {
			parts = append(parts, member{refOf(s, x.ID), len(v.EventsOf(n))})
		}
		if slices.Contains(x.AlignedWith, page.ID) {
			page.Allies = append(page.Allies, refOf(s, x.ID))
		}
		if p.options.Tenures != nil && x.Kind == schema.Person {
			for _, t := range p.options.Tenures(x.ID) {
				if t.At == page.ID {
					page.Held = append(page.Held, office{t.Role, refOf(s, x.ID), t.Window})
				}
				if x.ID == page.ID {
					page.Offices = append(page.Offices, office{t.Role, refOf(s, t.At), t.Window})
				}
			}
		}
	}
	slices.SortFunc(parts, func(a, b member) int { return cmp.Or(cmp.Compare(b.events, a.events), cmp.Compare(a.ID, b.ID)) })
	const most = 40
	for _, m := range parts[:min(most, len(parts))] {
		page.Members = append(page.Members, m.ActorRef)
	}
	page.MoreParts = max(0, len(parts)-most)
	latest := func(a, b office) int { return cmp.Or(cmp.Compare(b.From, a.From), cmp.Compare(a.Who.ID, b.Who.ID)) }
	slices.SortStableFunc(page.Held, latest)
	slices.SortStableFunc(page.Offices, latest)
	page.Held = page.Held[:min(len(page.Held), 20)]
}

func tieTable(n queries.Network) [][]string {
	table := [][]string{{"of", "with", "name", "sign", "aligned", "cooperation", "conflict", "share", "low", "high", "first", "last"}}
	for _, t := range n.Ties {
		table = append(table, []string{
			string(n.Of.ID), string(t.With.ID), t.With.Name, string(t.Sign), fmt.Sprint(t.Aligned), fmt.Sprint(t.Cooperation.Total()), fmt.Sprint(t.Conflict.Total()),
			fmt.Sprint(t.Share), fmt.Sprint(t.Low), fmt.Sprint(t.High), t.First.String(), t.Last.String(),
		})
	}
	return table
}

type actorsPage struct {
	Pattern string
	Total   int
	Actors  []queries.ActorSummary
	More    string
}

// actors lists who is in the graph.
func (p *Pages) actors(r *http.Request, s *live.State) (*answer, error) {
	q := ask(r)
	limit := q.number("limit", 100, 1, 2000)
	if q.err != nil {
		return nil, q.err
	}
	page := &actorsPage{Pattern: q.text("q")}
	page.Actors = s.Record.Actors(page.Pattern)
	slices.SortStableFunc(page.Actors, func(a, b queries.ActorSummary) int { return cmp.Compare(b.Events, a.Events) })
	page.Total = len(page.Actors)
	page.Actors = page.Actors[:min(limit, page.Total)]
	if page.Total > limit && limit < 2000 {
		v := r.URL.Query()
		v.Set("limit", fmt.Sprint(min(2000, limit*5)))
		page.More = "/actors?" + v.Encode()
	}
	table := [][]string{{"id", "name", "kind", "country", "events", "first", "last"}}
	var bars []figure.Bar
	for i, a := range page.Actors {
		table = append(table, []string{string(a.ID), a.Name, string(a.Kind), a.Country, fmt.Sprint(a.Events), a.First.String(), a.Last.String()})
		if i < 30 {
			bars = append(bars, figure.Bar{Name: a.Name, Value: float64(a.Events), Class: "volume"})
		}
	}
	return &answer{
		template: "actors", title: "Actors", section: "actors", page: page, data: page.Actors, table: table, file: fileName("actors", page.Pattern),
		figure: func() *figure.Figure { return figure.Bars("Actors", "by events that they take part in", bars) },
	}, nil
}
