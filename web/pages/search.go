package pages

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"faultline/graph"
	"faultline/queries"
	"faultline/schema"
	"faultline/web/figure"
	"faultline/web/live"
	"faultline/web/search"
)

type searchPage struct {
	Query   string
	From    string
	To      string
	Newest  bool
	Actors  []queries.ActorSummary
	ActorsN int
	Events  []eventHit
	EventsN int
	Reports []reportHit
	ReportN int
	Page    int
	Earlier string
	Later   string
	Years   []figure.Bar
	Indexed bool // events and reports can be found
	Behind  bool // the index is still being made
	Chart   *figure.Figure
}

type eventHit struct {
	queries.EventRef
	Outlet string
	Pieces []piece
}

type reportHit struct {
	schema.Report
	Outlet string
}

// search finds actors by name, and events and reports by their words.
func (p *Pages) search(r *http.Request, s *live.State) (*answer, error) {
	q := ask(r)
	page := &searchPage{Query: q.text("q"), From: q.text("from"), To: q.text("to"), Newest: q.choice("sort", "best", "newest") == "newest", Page: q.number("page", 1, 1, 50)}
	q.window() // for its errors
	if q.err != nil {
		return nil, q.err
	}
	if len(page.Query) > 300 {
		return nil, badAsk("Search for fewer words: 300 characters at most.")
	}
	a := &answer{template: "search", title: "Search", section: "search", page: page, file: fileName("search", page.Query), table: [][]string{{"kind", "id", "date", "name", "text"}}}
	if page.Query != "" {
		a.title = page.Query + " · Search"
		if err := p.find(r, s, page, a); err != nil {
			return nil, err
		}
	}
	page.Chart = figure.Columns("Events that the search finds, by year", page.Years)
	a.figure = func() *figure.Figure { return page.Chart }
	a.data = struct {
		Query   string                 `json:"query"`
		Actors  []queries.ActorSummary `json:"actors"`
		Events  []eventHit             `json:"events"`
		EventsN int                    `json:"events_total"`
		Reports []reportHit            `json:"reports"`
		ReportN int                    `json:"reports_total"`
	}{page.Query, page.Actors, page.Events, page.EventsN, page.Reports, page.ReportN}
	return a, nil
}

// perPage is how many events and reports a page of results has.
const perPage = 20

func (p *Pages) find(r *http.Request, s *live.State, page *searchPage, a *answer) error {
	ctx := r.Context()
	if page.Page == 1 {
		page.Actors = s.Record.Actors(page.Query)
		slices.SortStableFunc(page.Actors, func(a, b queries.ActorSummary) int { return b.Events - a.Events })
		page.ActorsN = len(page.Actors)
		page.Actors = page.Actors[:min(8, page.ActorsN)]
		for _, x := range page.Actors {
			a.table = append(a.table, []string{"actor", string(x.ID), "", x.Name, ""})
		}
	}
	index := p.options.Search
	if page.Indexed = index != nil; !page.Indexed {
		return nil
	}
	if index.Head() < s.Seq {
		page.Behind, a.volatile = true, true
	}
	o := search.Options{Kind: "event", From: page.From, To: page.To, Newest: page.Newest, Limit: perPage, Skip: (page.Page - 1) * perPage}
	found, err := index.Find(ctx, page.Query, o)
	if err != nil {
		return err
	}
	page.EventsN = int(found.Total)
	sentences := make(map[schema.EventID]schema.Claim)
	var ids []schema.EventID
	for _, id := range found.IDs {
		ids = append(ids, schema.EventID(id))
	}
	if len(ids) > 0 {
		for c, err := range p.reader().Claims(ctx, graph.ClaimFilter{Events: ids}) {
			if err != nil {
				return err
			}
			if old, ok := sentences[c.Event]; c.Retracted.IsZero() && c.Sentence != "" && (!ok || c.ID < old.ID) {
				sentences[c.Event] = c
			}
		}
	}
	for _, id := range ids {
		i, ok := s.View.Find(id)
		if !ok {
			continue
		}
		c := sentences[id]
		hit := eventHit{EventRef: eventRef(s, i), Outlet: c.Name, Pieces: pieces(c.Sentence, c.Marks)}
		page.Events = append(page.Events, hit)
		a.table = append(a.table, []string{"event", string(id), dayText(hit.Day, hit.Precision), hit.Name, c.Sentence})
	}
	years := found.Years
	o.Kind = "report"
	if found, err = index.Find(ctx, page.Query, o); err != nil {
		return err
	}
	page.ReportN = int(found.Total)
	if len(found.IDs) > 0 {
		var ids []schema.ReportID
		for _, id := range found.IDs {
			ids = append(ids, schema.ReportID(id))
		}
		reports := make(map[schema.ReportID]schema.Report)
		for x, err := range p.reader().Reports(ctx, graph.ReportFilter{IDs: ids}) {
			if err != nil {
				return err
			}
			reports[x.ID] = x
		}
		for _, id := range ids {
			x, ok := reports[id]
			if !ok || !x.Retracted.IsZero() {
				continue
			}
			page.Reports = append(page.Reports, reportHit{x, refOf(s, x.PublishedBy).Name})
			a.table = append(a.table, []string{"report", string(id), x.Published.UTC().Format("2006-01-02"), x.Title, x.URL})
		}
	}
	page.years(years)
	if page.Page > 1 {
		page.Earlier = with(r, "page", fmt.Sprint(page.Page-1))
	}
	if page.Page*perPage < max(page.EventsN, page.ReportN) && page.Page < 50 {
		page.Later = with(r, "page", fmt.Sprint(page.Page+1))
	}
	return nil
}

// years makes a column of each year from the first to the last.
func (page *searchPage) years(counts map[string]int) {
	first, last := 0, 0
	for text := range counts {
		y, err := strconv.Atoi(text)
		if err != nil {
			continue
		}
		if first == 0 || y < first {
			first = y
		}
		last = max(last, y)
	}
	if first == 0 {
		return
	}
	for y := max(first, last-80); y <= last; y++ {
		page.Years = append(page.Years, figure.Bar{Name: fmt.Sprint(y), Value: float64(counts[fmt.Sprint(y)]), Class: "volume"})
	}
}
