package pages

import (
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"faultline/queries"
	"faultline/schema"
	"faultline/web/figure"
	"faultline/web/live"
)

// strainPage is what is shown of the ranking.
type strainPage struct {
	queries.Strain
	At       string
	Days     int
	Of       string
	Country  string
	AsOf     string
	Cracks   bool
	News     schema.Day // the last day of which the graph has news
	Earlier  string
	Later    string
	Rows     []strainLine
	Next     string // address with more rows
	Nations  []string
	Standard bool // nothing was chosen
}

type strainLine struct {
	queries.StrainRow
	Spark template.HTML
	By    string
}

// strain is the first page: which relations are worst, or getting worse.
func (p *Pages) strain(r *http.Request, s *live.State) (*answer, error) {
	q := ask(r)
	news := lastDay(s, p.today())
	o := queries.StrainOptions{
		At: q.day("at"), Days: q.number("days", 30, 1, 3660), Level: q.level(),
		Rank: queries.Rank(q.choice("rank", string(queries.ByChange), string(queries.ByLevel))), Cracks: q.text("cracks") != "",
		Limit: q.number("limit", 20, 1, 500), Events: 1, AsOf: q.asOf(),
	}
	if q.err != nil {
		return nil, q.err
	}
	if o.At == schema.NoDay {
		o.At = news
	}
	page := &strainPage{
		At: o.At.String(), Days: o.Days, Of: q.text("of"), Country: strings.ToUpper(q.text("country")), AsOf: q.text("asof"), Cracks: o.Cracks, News: news,
		Standard: r.URL.RawQuery == "",
	}
	if page.Of != "" {
		found, err := s.Record.Find(strings.Split(page.Of, ",")...)
		if err != nil {
			return nil, err
		}
		for _, a := range found {
			o.Of = append(o.Of, a.ID)
		}
	}
	nations := make(map[string]bool)
	for n := range uint32(s.View.Actors()) {
		a := s.View.Actor(n)
		nations[a.Country] = true
		if page.Country != "" && a.Country == page.Country {
			o.Of = append(o.Of, a.ID)
		}
	}
	if page.Country != "" && !nations[page.Country] {
		return nil, badAsk(fmt.Sprintf("country “%s”: no actor is of it; want a code of three letters, such as SYR.", page.Country))
	}
	delete(nations, "")
	for n := range nations {
		page.Nations = append(page.Nations, n)
	}
	slices.Sort(page.Nations)
	ranking, err := s.Record.Strain(o)
	if err != nil {
		return nil, badAsk(err.Error())
	}
	page.Strain = ranking
	const past = 731 // days that a curve shows
	span := queries.Window{From: ranking.Window.To - past, To: ranking.Window.To}
	for _, row := range ranking.Rows {
		x := strainLine{StrainRow: row, By: who(row.Direction, row.A, row.B)}
		if len(page.Rows) < 40 {
			rel, err := s.Record.Relation(row.A.ID, row.B.ID, queries.RelationOptions{Window: span, By: queries.UnitMonth, Level: o.Level, AsOf: o.AsOf, Limit: 1})
			if err == nil {
				x.Spark = figure.Spark(rel.Timeline, rel.Curve, span.From, span.To).Inline()
			}
		}
		page.Rows = append(page.Rows, x)
	}
	move := func(at schema.Day) string {
		v := r.URL.Query()
		v.Set("at", at.String())
		return "/?" + v.Encode()
	}
	page.Earlier = move(o.At - schema.Day(o.Days))
	if o.At < news {
		page.Later = move(min(o.At+schema.Day(o.Days), news))
	}
	if len(ranking.Rows) == o.Limit && o.Limit < 500 {
		v := r.URL.Query()
		v.Set("limit", fmt.Sprint(min(500, o.Limit*3)))
		page.Next = "/?" + v.Encode()
	}
	title := "Getting worse"
	if o.Rank == queries.ByLevel {
		title = "Worst"
	}
	return &answer{
		template: "strain", title: title, section: "strain", page: page, data: ranking, table: strainTable(ranking),
		file: fileName("strain", ranking.Window.To.String()), figure: func() *figure.Figure { return figure.Strain(title, ranking) },
	}, nil
}

// who tells who acts against whom.
func who(d queries.Direction, a, b queries.ActorRef) string {
	switch d {
	case queries.AToB:
		return a.Name
	case queries.BToA:
		return b.Name
	case queries.Mutual:
		return "both"
	}
	return ""
}

func strainTable(s queries.Strain) [][]string {
	table := [][]string{{
		"id", "a", "b", "grade", "crack", "surprise", "hostile", "expected", "ratio", "ratio_low", "ratio_high", "trend", "level",
		"cooperation", "cooperation_usual", "volume", "volume_usual", "direction", "turned", "too_little",
	}}
	for _, r := range s.Rows {
		table = append(table, []string{
			string(r.ID), r.A.Name, r.B.Name, string(r.Grade), fmt.Sprint(r.Crack), fmt.Sprint(r.Surprise), fmt.Sprint(r.Hostile), fmt.Sprint(r.Expected),
			fmt.Sprint(r.Ratio), fmt.Sprint(r.RatioLow), fmt.Sprint(r.RatioHigh), string(r.Trend), fmt.Sprint(r.Level),
			fmt.Sprint(r.Cooperation), fmt.Sprint(r.CooperationUsual), fmt.Sprint(r.Volume), fmt.Sprint(r.VolumeUsual), string(r.Direction), r.Turned.String(), fmt.Sprint(r.TooLittle),
		})
	}
	return table
}
