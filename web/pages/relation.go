package pages

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"

	"faultline/queries"
	"faultline/queries/picture"
	"faultline/schema"
	"faultline/web/figure"
	"faultline/web/live"
)

type relationPage struct {
	queries.Relation
	Path    string
	From    string
	To      string
	AsOf    string
	Rolled  queries.Level
	Present *queries.StrainRow // in the last month of news, or of the window
	Chart   template.HTML
	Alarms  []queries.Alarm // the newest first
	List    queries.EventList
	Shown   int
	More    string
	Types   []schema.EventType
	Type    string
	Said    queries.Coverage
	Uneven  bool // some outlets say what others do not
}

// findRelation sends those who give two names to the page of the pair.
func (p *Pages) findRelation(r *http.Request, s *live.State) (*answer, error) {
	q := ask(r)
	a, b := q.text("a"), q.text("b")
	if a == "" || b == "" {
		return nil, badAsk("A relation is between two: give both names.")
	}
	found, err := s.Record.Find(a, b)
	if err != nil {
		return nil, err
	}
	return &answer{redirect: relationPath(found[0].ID, found[1].ID)}, nil
}

// relation tells how two actors stand.
func (p *Pages) relation(r *http.Request, s *live.State) (*answer, error) {
	a, err := actorOf(s, r, "a")
	if err != nil {
		return nil, err
	}
	b, err := actorOf(s, r, "b")
	if err != nil {
		return nil, err
	}
	q := ask(r)
	o := queries.RelationOptions{Window: q.window(), AsOf: q.asOf(), Level: q.level(), By: queries.Unit(q.choice("by", "auto", "week", "month")), Limit: 6}
	limit := q.number("limit", 40, 1, 2000)
	kind := schema.EventType(q.text("type"))
	if kind != "" && kind.Validate() != nil {
		q.wrong("type", "a type of events, such as ASSAULT")
	}
	if q.err != nil {
		return nil, q.err
	}
	rel, err := s.Record.Relation(a.ID, b.ID, o)
	if err != nil {
		return nil, badAsk(err.Error() + ".")
	}
	page := &relationPage{
		Relation: rel, Path: relationPath(a.ID, b.ID), From: q.text("from"), To: q.text("to"), AsOf: q.text("asof"), Rolled: o.Level, Type: string(kind),
		Alarms: slices.Clone(rel.Alarms),
	}
	slices.Reverse(page.Alarms)
	page.Alarms = page.Alarms[:min(len(page.Alarms), 10)]
	if rel.Events > 0 {
		page.Chart = figure.Relation(rel).Inline()
	}
	at := lastDay(s, p.today())
	if o.Window.To != schema.NoDay {
		at = min(at, o.Window.To-1)
	}
	if row, err := s.Record.StrainOf(a.ID, b.ID, queries.StrainOptions{At: at, Level: o.Level, AsOf: o.AsOf, Events: -1}); err == nil {
		page.Present = &row
	}
	eo := queries.EventOptions{Window: o.Window, Level: o.Level, AsOf: o.AsOf, Any: true, Limit: limit}
	if kind != "" {
		eo.Types = []schema.EventType{kind}
	}
	if page.List, err = s.Record.Events(a.ID, b.ID, eo); err != nil {
		return nil, err
	}
	slices.Reverse(page.List.Events) // the newest first
	page.Shown = len(page.List.Events)
	if page.List.Total > page.Shown && limit < 2000 {
		v := r.URL.Query()
		v.Set("limit", fmt.Sprint(min(2000, limit*5)))
		page.More = (&url.URL{Path: r.URL.Path, RawQuery: v.Encode()}).String() + "#events"
	}
	for _, t := range rel.Types {
		page.Types = append(page.Types, t.Type)
	}
	if page.Said, err = s.Record.Coverage(a.ID, b.ID, queries.CoverageOptions{Window: o.Window, Level: o.Level, AsOf: o.AsOf}); err != nil {
		return nil, err
	}
	page.Said.Outlets = page.Said.Outlets[:min(len(page.Said.Outlets), 12)]
	page.Uneven = len(page.Said.OneSided)+len(page.Said.Denied) > 0
	return &answer{
		template: "relation", title: a.Name + " – " + b.Name, section: "strain", page: page, file: fileName(a.ID.Slug(), b.ID.Slug()),
		data: struct {
			queries.Relation
			List    queries.EventList  `json:"list"`
			Strain  *queries.StrainRow `json:"strain"`
			Outlets queries.Coverage   `json:"coverage"`
		}{rel, page.List, page.Present, page.Said},
		table: eventTable(page.List.Events),
		drawn: func(b *bytes.Buffer, f picture.Format) error { return picture.Relation(b, rel, f) },
	}, nil
}
