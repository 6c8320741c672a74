package pages

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"faultline/graph"
	"faultline/queries"
	"faultline/schema"
	"faultline/web/figure"
	"faultline/web/live"
)

type loadsPage struct {
	Sources []Source
	Failing int
	Loads   []loadShown
	Total   int
	More    string
}

type loadShown struct {
	schema.Load
	Short string
	Took  string
	Skips int
	Why   []skipped
}

type skipped struct {
	Reason string
	N      int
}

func showLoad(l schema.Load) loadShown {
	x := loadShown{Load: l, Short: short(l.ID)}
	if !l.Finished.IsZero() {
		x.Took = l.Finished.Sub(l.Started).Round(100_000_000).String()
	}
	for _, s := range l.Skipped {
		reason, n := s, 0
		if i := strings.LastIndex(s, ": "); i >= 0 {
			if k, err := strconv.Atoi(s[i+2:]); err == nil {
				reason, n = s[:i], k
			}
		}
		x.Skips += n
		x.Why = append(x.Why, skipped{reason, n})
	}
	return x
}

// loads shows what came in and what failed.
func (p *Pages) loads(r *http.Request, _ *live.State) (*answer, error) {
	q := ask(r)
	limit := q.number("limit", 50, 1, 1000)
	if q.err != nil {
		return nil, q.err
	}
	all, err := graph.All(p.reader().Loads(r.Context(), graph.LoadFilter{}))
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b schema.Load) int { return b.Started.Compare(a.Started) })
	page := &loadsPage{Total: len(all)}
	all = all[:min(limit, len(all))]
	if page.Total > limit && limit < 1000 {
		page.More = with(r, "limit", fmt.Sprint(min(1000, limit*5)))
	}
	if p.options.Sources != nil {
		page.Sources = p.options.Sources()
		for _, s := range page.Sources {
			if s.Failures > 0 {
				page.Failing++
			}
		}
	}
	table := [][]string{{"id", "source", "outcome", "started", "finished", "reports", "sentences", "claims", "events", "actors", "places", "skipped", "version"}}
	var bars []figure.Bar
	for _, l := range all {
		x := showLoad(l)
		page.Loads = append(page.Loads, x)
		finished := ""
		if !l.Finished.IsZero() {
			finished = l.Finished.UTC().Format("2006-01-02T15:04:05Z")
		}
		table = append(table, []string{
			string(l.ID), l.Source, string(l.Outcome), l.Started.UTC().Format("2006-01-02T15:04:05Z"), finished, fmt.Sprint(l.Counts.Reports), fmt.Sprint(l.Counts.Sentences),
			fmt.Sprint(l.Counts.Claims), fmt.Sprint(l.Counts.Events), fmt.Sprint(l.Counts.Actors), fmt.Sprint(l.Counts.Places), fmt.Sprint(x.Skips), l.Version,
		})
		if len(bars) < 40 {
			bars = append(bars, figure.Bar{Name: l.Started.UTC().Format("2006-01-02 15:04 ") + l.Source, Value: float64(l.Counts.Claims), Class: "volume"})
		}
	}
	return &answer{
		template: "loads", title: "Loads", section: "loads", page: page, table: table, file: "loads", volatile: true,
		data: struct {
			Sources []Source      `json:"sources,omitempty"`
			Loads   []schema.Load `json:"loads"`
		}{page.Sources, all},
		figure: func() *figure.Figure { return figure.Bars("Loads", "claims that each load brought", bars) },
	}, nil
}

type loadPage struct {
	loadShown
	Reports []reportHit
}

// load shows one load, with some of its reports.
func (p *Pages) load(r *http.Request, s *live.State) (*answer, error) {
	id := schema.LoadID("load:" + r.PathValue("id"))
	found, err := graph.All(p.reader().Loads(r.Context(), graph.LoadFilter{IDs: []schema.LoadID{id}}))
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, notFound(fmt.Sprintf("There was no load “%s”.", r.PathValue("id")))
	}
	page := &loadPage{loadShown: showLoad(found[0])}
	table := [][]string{{"id", "published", "outlet", "title", "url"}}
	for x, err := range p.reader().Reports(r.Context(), graph.ReportFilter{Loads: []schema.LoadID{id}}) {
		if err != nil {
			return nil, err
		}
		hit := reportHit{x, refOf(s, x.PublishedBy).Name}
		page.Reports = append(page.Reports, hit)
		table = append(table, []string{string(x.ID), x.Published.UTC().Format("2006-01-02"), hit.Outlet, x.Title, x.URL})
		if len(page.Reports) == 50 {
			break
		}
	}
	c := found[0].Counts
	bars := []figure.Bar{
		{Name: "reports", Value: float64(c.Reports), Class: "volume"}, {Name: "sentences", Value: float64(c.Sentences), Class: "volume"},
		{Name: "claims", Value: float64(c.Claims), Class: "volume"}, {Name: "events", Value: float64(c.Events), Class: "volume"},
		{Name: "actors", Value: float64(c.Actors), Class: "volume"}, {Name: "places", Value: float64(c.Places), Class: "volume"}, {Name: "skipped", Value: float64(page.Skips), Class: "conflict"},
	}
	return &answer{
		template: "load", title: "Load " + page.Source, section: "loads", page: page, data: page.Load, table: table, file: fileName("load", page.Short), volatile: true,
		figure: func() *figure.Figure { return figure.Bars("Load "+page.Source, string(page.Outcome), bars) },
	}, nil
}

// about says what the words of the other pages mean.
func (p *Pages) about(_ *http.Request, s *live.State) (*answer, error) {
	return &answer{
		template: "about", title: "What the words mean", page: struct {
			Types []queries.TypeTally
			View  any
		}{nil, s.Seq},
	}, nil
}
