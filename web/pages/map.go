package pages

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"faultline/graph"
	"faultline/queries"
	"faultline/schema"
	"faultline/web/figure"
	"faultline/web/live"
	"faultline/web/world"
)

// site is a place with what happened there.
type site struct {
	schema.Place
	Events      int        `json:"events"`
	Cooperation int        `json:"cooperation"`
	Conflict    int        `json:"conflict"`
	Last        schema.Day `json:"last"`
	Href        string     `json:"-"`
	Chosen      bool       `json:"-"`
}

// Sign is the class of a site's mark.
func (x site) Sign() string {
	switch share := float64(x.Conflict) / float64(x.Events); {
	case share > 0.6:
		return "site-foe"
	case share < 0.4:
		return "site-friend"
	}
	return "site-mixed"
}

// region is a part of the world to look at: west, south, east, north.
type region struct {
	Name string
	Box  [4]float64
	Href string
	Here bool
}

func regions() []region {
	return []region{
		{Name: "World", Box: [4]float64{-180, -58, 180, 84}},
		{Name: "Europe", Box: [4]float64{-12, 34, 45, 62}},
		{Name: "Middle East", Box: [4]float64{25, 12, 64, 42}},
		{Name: "Africa", Box: [4]float64{-20, -36, 55, 38}},
		{Name: "South Asia", Box: [4]float64{58, 4, 100, 40}},
		{Name: "East Asia", Box: [4]float64{95, -12, 150, 52}},
		{Name: "Americas", Box: [4]float64{-130, -56, -30, 60}},
	}
}

type mapPage struct {
	From    string
	To      string
	Of      string
	AsOf    string
	Type    string
	Types   []schema.EventType
	Box     string
	Regions []region
	Sites   []site // the most events first
	Total   int    // places
	Events  int    // with a place
	Without int    // events without one
	Picture template.HTML
	Place   *schema.Place // that was chosen
	At      []queries.EventRef
	AtTotal int
	Clear   string
}

// worldMap shows where events happened.
func (p *Pages) worldMap(r *http.Request, s *live.State) (*answer, error) {
	q := ask(r)
	w, asOf := q.window(), q.asOf()
	limit := q.number("limit", 400, 1, 2000)
	page := &mapPage{From: q.text("from"), To: q.text("to"), Of: q.text("of"), AsOf: q.text("asof"), Type: q.text("type"), Types: schema.EventTypes(), Box: q.text("box")}
	kind := schema.EventType(page.Type)
	if kind != "" && kind.Validate() != nil {
		q.wrong("type", "a type of events, such as ASSAULT")
	}
	box := regions()[0].Box
	if page.Box != "" {
		var ok bool
		if box, ok = parseBox(page.Box); !ok {
			q.wrong("box", "west,south,east,north in degrees")
		}
	}
	if q.err != nil {
		return nil, q.err
	}
	v := s.View
	from, to := v.Undated(), v.Len()
	if w.From != schema.NoDay {
		from = max(from, v.From(w.From))
	}
	if w.To != schema.NoDay {
		to = v.From(w.To)
	}
	events := func(yield func(int)) error {
		if page.Of == "" {
			for i := from; i < to; i++ {
				yield(i)
			}
			return nil
		}
		found, err := s.Record.Find(page.Of)
		if err != nil {
			return err
		}
		list, err := s.Record.Events(found[0].ID, "", queries.EventOptions{Window: w, AsOf: asOf, Limit: -1})
		if err != nil {
			return err
		}
		its := make(map[schema.EventID]bool, len(list.Events))
		for _, e := range list.Events {
			its[e.ID] = true
		}
		for i := from; i < to; i++ {
			if its[v.ID(i)] {
				yield(i)
			}
		}
		return nil
	}
	chosen := schema.PlaceID("")
	if name := q.text("place"); name != "" {
		chosen = schema.MakePlaceID(name)
	}
	counts := make(map[schema.PlaceID]*site)
	var at []int
	err := events(func(i int) {
		if kind != "" && v.Type(i) != kind || v.Standing(i, asOf).Status != schema.Asserted {
			return
		}
		places := v.Places(i)
		if len(places) == 0 {
			page.Without++
			return
		}
		page.Events++
		for _, id := range places {
			x := counts[id]
			if x == nil {
				x = &site{}
				counts[id] = x
			}
			x.Events++
			if v.Quad(i).Hostile() {
				x.Conflict++
			} else {
				x.Cooperation++
			}
			x.Last = v.Day(i)
			if id == chosen {
				at = append(at, i)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	if len(counts) > 0 {
		atlas, err := p.atlas.of(r.Context(), p.reader(), counts)
		if err != nil {
			return nil, err
		}
		for id, x := range counts {
			place, ok := atlas[id]
			if !ok || place.Latitude == 0 && place.Longitude == 0 {
				continue
			}
			x.Place, x.Href, x.Chosen = place, with(r, "place", place.ID.Slug())+"#place", place.ID == chosen
			page.Sites = append(page.Sites, *x)
			if x.Chosen {
				page.Place = &x.Place
			}
		}
	}
	slices.SortFunc(page.Sites, func(a, b site) int { return cmp.Or(cmp.Compare(b.Events, a.Events), cmp.Compare(a.ID, b.ID)) })
	page.Total = len(page.Sites)
	page.Sites = page.Sites[:min(limit, page.Total)]
	if chosen != "" && page.Place == nil {
		return nil, notFound("No events at that place.")
	}
	page.AtTotal = len(at)
	slices.Reverse(at)
	for _, i := range at[:min(60, len(at))] {
		page.At = append(page.At, eventRef(s, i))
	}
	page.Clear = with(r, "place", "")
	for _, g := range regions() {
		g.Href = with(r, "box", boxText(g.Box))
		g.Here = g.Box == box
		page.Regions = append(page.Regions, g)
	}
	page.Picture = mapFigure(page.Sites, box, p.staticPath("world.svg")+"#land").Inline()
	table := [][]string{{"id", "name", "country", "latitude", "longitude", "events", "cooperation", "conflict", "last"}}
	for _, x := range page.Sites {
		table = append(table, []string{
			string(x.ID), x.Name, x.Country, fmt.Sprint(x.Latitude), fmt.Sprint(x.Longitude), fmt.Sprint(x.Events), fmt.Sprint(x.Cooperation), fmt.Sprint(x.Conflict), x.Last.String(),
		})
	}
	return &answer{
		template: "map", title: "Map", section: "map", page: page, data: page.Sites, table: table, file: fileName("map", page.From, page.To, page.Of),
		figure: func() *figure.Figure { return mapFigure(page.Sites, box, "") },
	}, nil
}

// with is the address of the request with one parameter changed, "" to leave
// it out.
func with(r *http.Request, name, value string) string {
	v := r.URL.Query()
	v.Del("format")
	if v.Set(name, value); value == "" {
		v.Del(name)
	}
	return (&url.URL{Path: r.URL.Path, RawQuery: v.Encode()}).String()
}

func parseBox(text string) (box [4]float64, ok bool) {
	parts := strings.Split(text, ",")
	if len(parts) != 4 {
		return box, false
	}
	for i, part := range parts {
		x, err := strconv.ParseFloat(part, 64)
		if err != nil || math.Abs(x) > 180 || i%2 == 1 && math.Abs(x) > 90 || math.IsNaN(x) {
			return box, false
		}
		box[i] = x
	}
	return box, box[2]-box[0] >= 0.5 && box[3]-box[1] >= 0.5
}

func boxText(box [4]float64) string {
	return fmt.Sprintf("%g,%g,%g,%g", box[0], box[1], box[2], box[3])
}

// eventRef describes an event of a view.
func eventRef(s *live.State, i int) queries.EventRef {
	v := s.View
	e := queries.EventRef{ID: v.ID(i), Type: v.Type(i), Code: v.Code(i), Quad: v.Quad(i), Intensity: v.Intensity(i), Day: v.Day(i), Precision: v.Precision(i)}
	st := v.Standing(i, time.Time{})
	e.Status, e.Claims, e.Outlets, e.Reports, e.Origins, e.Denied = st.Status, st.Claims, st.Outlets, st.Reports, st.Origins, st.Denied
	side := func(numbers []uint32) (refs []queries.ActorRef, names []string) {
		for _, n := range numbers {
			refs = append(refs, refOf(s, v.Actor(n).ID))
		}
		slices.SortFunc(refs, func(a, b queries.ActorRef) int { return cmp.Compare(a.ID, b.ID) })
		for _, ref := range refs {
			names = append(names, ref.Name)
		}
		return refs, names
	}
	var initiators, recipients []string
	e.Initiators, initiators = side(v.Initiators(i))
	e.Recipients, recipients = side(v.Recipients(i))
	e.Name = schema.Event{Type: e.Type, Day: e.Day, Precision: e.Precision}.Label(initiators, recipients)
	return e
}

// mapFigure draws places in a part of the world; the picture is as wide as
// the page. land is where pages find the outline.
func mapFigure(sites []site, box [4]float64, land string) *figure.Figure {
	left, right, top, bottom := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, lon := range []float64{box[0], (box[0] + box[2]) / 2, box[2]} {
		for _, lat := range []float64{box[1], (box[1] + box[3]) / 2, box[3], min(max(0, box[1]), box[3])} {
			x, y := world.Project(lat, lon)
			left, right, top, bottom = min(left, x), max(right, x), min(top, y), max(bottom, y)
		}
	}
	k := world.Width / (right - left)
	height := min(620, (bottom-top)*k)
	if (bottom-top)*k > height { // narrower than the page
		k = height / (bottom - top)
		left = (left+right)/2 - world.Width/2/k
	}
	f := figure.New(world.Width, height, fmt.Sprintf("Map of %d places where events happened", len(sites)))
	f.Class = "chart map"
	f.Caption = "red: mostly conflict; blue: mostly cooperation; grey: both; larger with more events. Outline: Natural Earth."
	at := func(x, y float64) figure.Point { return figure.Point{X: (x - left) * k, Y: (y - top) * k} }
	var rings [][]figure.Point
	if land == "" {
		for _, ring := range world.Rings() {
			var points []figure.Point
			inside := false
			for _, p := range ring {
				q := at(p[0], p[1])
				points = append(points, q)
				inside = inside || q.X > -200 && q.X < world.Width+200 && q.Y > -200 && q.Y < height+200
			}
			if inside {
				rings = append(rings, points)
			}
		}
	}
	f.Land("land", land, rings)
	f.Place(k, -left*k, -top*k)
	most := 1.0
	for _, x := range sites {
		most = max(most, float64(x.Events))
	}
	for _, x := range sites {
		px, py := world.Project(x.Latitude, x.Longitude)
		q := at(px, py)
		if q.X < -20 || q.X > world.Width+20 || q.Y < -20 || q.Y > height+20 {
			continue
		}
		class := x.Sign()
		if x.Chosen {
			class += " chosen"
		}
		f.Circle(class, q.X, q.Y, 2+16*math.Sqrt(float64(x.Events)/most)).Link(x.Href).
			Title(fmt.Sprintf("%s: %d events, %d hostile", x.Name, x.Events, x.Conflict))
	}
	return f
}

// atlas remembers places, which hardly change.
type atlas struct {
	mu     sync.Mutex
	places map[schema.PlaceID]schema.Place
}

// of returns what is known of places; those that are new are fetched.
func (t *atlas) of(ctx context.Context, r graph.Reader, want map[schema.PlaceID]*site) (map[schema.PlaceID]schema.Place, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var missing []schema.PlaceID
	found := make(map[schema.PlaceID]schema.Place, len(want))
	for id := range want {
		if p, ok := t.places[id]; ok {
			found[id] = p
		} else {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return found, nil
	}
	if t.places == nil {
		t.places = make(map[schema.PlaceID]schema.Place)
	}
	slices.Sort(missing)
	for p, err := range r.Places(ctx, graph.PlaceFilter{IDs: missing}) {
		if err != nil {
			return nil, err
		}
		t.places[p.ID], found[p.ID] = p, p
	}
	return found, nil
}

// Warm reads the places of all events, so that the first who looks at the map
// does not wait for them.
func (p *Pages) Warm(ctx context.Context) error {
	v := p.options.Graph.Now().View
	want := make(map[schema.PlaceID]*site)
	for i := range v.Len() {
		for _, id := range v.Places(i) {
			want[id] = nil
		}
	}
	_, err := p.atlas.of(ctx, p.reader(), want)
	return err
}
