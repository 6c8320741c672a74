package pages

import (
	"fmt"
	"net/http"

	"faultline/graph"
	"faultline/queries"
	"faultline/schema"
	"faultline/web/figure"
	"faultline/web/live"
)

type eventPage struct {
	queries.Explained
	Places    []schema.Place
	For       []claimShown // claims of the event's status that hold
	Against   []claimShown // that deny what others assert
	Otherwise []claimShown // of another status
	Closed    []claimShown // that no longer hold
	Pair      string       // address of the relation of its sides
	PairNames string
	Marked    bool // some sentence has marks
}

type claimShown struct {
	queries.ClaimProof
	Pieces []piece
	Copies int // of the same story, before it
}

// event shows who says what of one event.
func (p *Pages) event(r *http.Request, s *live.State) (*answer, error) {
	q := ask(r)
	o := queries.WhyOptions{AsOf: q.asOf()}
	if q.err != nil {
		return nil, q.err
	}
	id, err := s.Record.Event(r.PathValue("id"))
	if err != nil {
		return nil, notFound(fmt.Sprintf("The graph has no event “%s”.", r.PathValue("id")))
	}
	if short(id) != r.PathValue("id") {
		return &answer{redirect: eventPath(id)}, nil
	}
	x, err := s.Record.Why(r.Context(), p.reader(), id, o)
	if err != nil {
		return nil, err
	}
	page := &eventPage{Explained: x}
	i, _ := s.View.Find(id)
	if places := s.View.Places(i); len(places) > 0 {
		if page.Places, err = graph.All(p.reader().Places(r.Context(), graph.PlaceFilter{IDs: places})); err != nil {
			return nil, err
		}
	}
	told := make(map[int]int)
	for _, c := range x.Claims {
		shown := claimShown{ClaimProof: c, Pieces: pieces(c.Sentence, c.Marks), Copies: told[c.Origin]}
		told[c.Origin]++
		page.Marked = page.Marked || len(c.Marks) > 0
		switch {
		case !c.Retracted.IsZero() && (o.AsOf.IsZero() || !c.Retracted.After(o.AsOf)):
			page.Closed = append(page.Closed, shown)
		case c.Status == x.Event.Status:
			page.For = append(page.For, shown)
		case c.Status == schema.Denied:
			page.Against = append(page.Against, shown)
		default:
			page.Otherwise = append(page.Otherwise, shown)
		}
	}
	sides := x.Event.Initiators
	if len(x.Event.Recipients) > 0 && len(sides) > 0 {
		sides = []queries.ActorRef{sides[0], x.Event.Recipients[0]}
	}
	if len(sides) > 1 {
		page.Pair, page.PairNames = relationPath(sides[0].ID, sides[1].ID), sides[0].Name+" – "+sides[1].Name
	}
	drawn := func() *figure.Figure { return figure.Event(x) }
	return &answer{
		template: "event", title: x.Event.Name, section: "strain", page: page, data: x, table: claimTable(x.Claims),
		file: fileName("event", short(id)), figure: drawn,
	}, nil
}

func claimTable(list []queries.ClaimProof) [][]string {
	table := [][]string{{
		"id", "status", "outlet", "published", "title", "url", "said_by", "speaker", "sentence", "trigger", "confidence", "coder", "reason", "recorded", "retracted", "origin",
	}}
	for _, c := range list {
		by, published, retracted := "", "", ""
		if c.SaidBy != nil {
			by = c.SaidBy.Name
		}
		if !c.Published.IsZero() {
			published = c.Published.UTC().Format("2006-01-02")
		}
		if !c.Retracted.IsZero() {
			retracted = c.Retracted.UTC().Format("2006-01-02T15:04:05Z")
		}
		table = append(table, []string{
			string(c.ID), string(c.Status), c.Outlet, published, c.Title, c.URL, by, c.Speaker, c.Sentence, c.Trigger, fmt.Sprint(c.Confidence), c.Coder, c.Reason,
			c.Recorded.UTC().Format("2006-01-02T15:04:05Z"), retracted, fmt.Sprint(c.Origin),
		})
	}
	return table
}

type reportPage struct {
	schema.Report
	Outlet string
	Cites  []queries.ActorRef
	Claims []reportClaim
	Total  int
}

type reportClaim struct {
	schema.Claim
	Event  queries.EventRef
	Pieces []piece
}

// report shows what one report says.
func (p *Pages) report(r *http.Request, s *live.State) (*answer, error) {
	id := schema.ReportID("report:" + r.PathValue("id"))
	found, err := graph.All(p.reader().Reports(r.Context(), graph.ReportFilter{IDs: []schema.ReportID{id}}))
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, notFound(fmt.Sprintf("The graph has no report “%s”.", r.PathValue("id")))
	}
	page := &reportPage{Report: found[0]}
	page.Outlet = refOf(s, page.PublishedBy).Name
	for _, c := range page.Report.Cites {
		page.Cites = append(page.Cites, refOf(s, c))
	}
	claims, err := graph.All(p.reader().Claims(r.Context(), graph.ClaimFilter{Reports: []schema.ReportID{id}}))
	if err != nil {
		return nil, err
	}
	table := [][]string{append([]string{"claim", "claim_status", "sentence"}, eventHead()...)}
	for _, c := range claims {
		x := reportClaim{Claim: c, Pieces: pieces(c.Sentence, c.Marks)}
		events, err := graph.All(p.reader().Events(r.Context(), graph.EventFilter{IDs: []schema.EventID{c.Event}}))
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			x.Event = queries.EventRef{ID: e.ID, Name: e.Name, Type: e.Type, Code: e.Code, Quad: e.Quad(), Intensity: e.Intensity(), Day: e.Day, Precision: e.Precision, Status: e.Status}
			for _, a := range e.Initiators {
				x.Event.Initiators = append(x.Event.Initiators, refOf(s, a))
			}
			for _, a := range e.Recipients {
				x.Event.Recipients = append(x.Event.Recipients, refOf(s, a))
			}
		}
		page.Claims = append(page.Claims, x)
		table = append(table, append([]string{string(c.ID), string(c.Status), c.Sentence}, eventRow(x.Event)...))
	}
	page.Total = len(page.Claims)
	title := page.Title
	if title == "" {
		title = page.Name
	}
	return &answer{
		template: "report", title: title, section: "search", page: page, file: fileName("report", short(id)), table: table,
		data: struct {
			Report schema.Report  `json:"report"`
			Claims []schema.Claim `json:"claims"`
		}{page.Report, claims},
		figure: func() *figure.Figure {
			var bars []figure.Bar
			for _, c := range page.Claims {
				class := "cooperation"
				if c.Event.Quad.Hostile() {
					class = "conflict"
				}
				bars = append(bars, figure.Bar{Name: c.Event.Name, Value: max(c.Event.Intensity, -c.Event.Intensity), Text: fmt.Sprintf("%+.1f %s", c.Event.Intensity, c.Event.Type), Class: class})
			}
			return figure.Bars(title, "What the report claims, and how strong it is (0 to 10)", bars)
		},
	}, nil
}

// refOf names an actor.
func refOf(s *live.State, id schema.ActorID) queries.ActorRef {
	if n, ok := s.View.Number(id); ok {
		if a := s.View.Actor(n); a.Name != "" {
			return queries.ActorRef{ID: id, Name: a.Name}
		}
	}
	return queries.ActorRef{ID: id, Name: id.Slug()}
}
