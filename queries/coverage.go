package queries

import (
	"cmp"
	"math"
	"slices"
	"time"

	"faultline/queries/series"
	"faultline/schema"
)

// CoverageOptions narrow a comparison of outlets.
type CoverageOptions struct {
	Window Window
	Level  Level     // "" is LevelParent
	Limit  int       // of each list of events; 0 is 5
	AsOf   time.Time // zero: all that is recorded
}

// Voice is what an outlet, or a bloc of outlets, makes of a relation.
type Voice struct {
	Name        string  `json:"name"`
	ID          string  `json:"id,omitempty"`   // of an outlet that is an actor
	Bloc        string  `json:"bloc,omitempty"` // of an outlet
	Outlets     int     `json:"outlets"`        // of a bloc; 1 for an outlet
	Events      int     `json:"events"`         // that it reports as having happened
	Claims      int     `json:"claims"`         // for these
	Copies      int     `json:"copies"`         // of its claims, those that tell the story of another outlet, or bloc, in its words
	Cooperation int     `json:"cooperation"`
	Conflict    int     `json:"conflict"`
	Tone        float64 `json:"tone"`    // mean intensity of the events that it reports, −10…+10
	Slant       float64 `json:"slant"`   // tone less the mean of all events
	OnlyHere    int     `json:"only"`    // events that nobody else reports
	Denials     int     `json:"denials"` // events that it denies
	Doubted     int     `json:"doubted"` // of its own, events that others deny
	ByA         float64 `json:"by_a"`    // share of the hostile events it reports in which A acts; 0 without any
	ByB         float64 `json:"by_b"`    // the same for B
}

// Coverage is who says what of a relation.
type Coverage struct {
	A        ActorRef   `json:"a"`
	B        ActorRef   `json:"b"`
	Window   Window     `json:"window"`
	Events   int        `json:"events"`    // that happened, says anybody
	Tone     float64    `json:"tone"`      // their mean intensity
	Outlets  []Voice    `json:"outlets"`   // most events first
	Blocs    []Voice    `json:"blocs"`     // most events first
	OneSided []OneSided `json:"one_sided"` // events that only one of several blocs reports, the strongest first
	Denied   []Denial   `json:"denied"`    // events that some assert and others deny, the strongest first
}

// OneSided is an event that only one bloc reports.
type OneSided struct {
	Bloc  string   `json:"bloc"`
	Event EventRef `json:"event"`
}

// Denial is an event that some assert and others deny.
type Denial struct {
	Event    EventRef `json:"event"`
	Asserted []string `json:"asserted"` // by these outlets
	Denied   []string `json:"denied"`
}

// Unaligned is the bloc of outlets of which nothing is known.
const Unaligned = "unaligned"

// Coverage compares what outlets say of a relation. The bloc of an outlet is
// whom it is aligned with, else what it is part of, else its country.
func (r *Record) Coverage(a, b schema.ActorID, o CoverageOptions) (Coverage, error) {
	p, members, err := r.pair(a, b, o.Level)
	if err != nil {
		return Coverage{}, err
	}
	limit := o.Limit
	if limit <= 0 {
		limit = 5
	}
	v := r.view
	c := Coverage{A: r.refOf(a), B: r.refOf(b), Window: o.Window.open(), OneSided: []OneSided{}, Denied: []Denial{}}
	outlets, blocs := newVoices(), newVoices()
	names := make(map[uint32]Voice) // by outlet
	known := func(w uint32) Voice {
		x, ok := names[w]
		if !ok {
			x = r.outlet(v.Word(w))
			names[w] = x
		}
		return x
	}
	var list, disputed []found
	reporting := make(map[int][]string) // blocs, by event
	total := 0.0
	for _, i := range r.between(members) {
		if !o.Window.Contains(v.Day(i)) {
			continue
		}
		d, together := r.class(i, p)
		if d == "" || together {
			continue
		}
		voices := v.Voices(i, o.AsOf)
		status := v.Standing(i, o.AsOf).Status
		var by, inBlocs, deny, denyBlocs []string
		for _, w := range voices {
			x := known(w.Outlet)
			elsewhere := func(same func(Voice) bool) bool {
				return slices.ContainsFunc(voices, func(o series.Voice) bool {
					return o.Origin == w.Origin && o.Status == w.Status && !same(known(o.Outlet))
				})
			}
			switch w.Status {
			case schema.Asserted:
				outlets.claim(x, elsewhere(func(o Voice) bool { return o.Name == x.Name }))
				blocs.claim(blocOf(x), elsewhere(func(o Voice) bool { return o.Bloc == x.Bloc }))
				by, inBlocs = add(by, x.Name), add(inBlocs, x.Bloc)
			case schema.Denied:
				outlets.of(x)
				blocs.of(blocOf(x))
				deny, denyBlocs = add(deny, x.Name), add(denyBlocs, x.Bloc)
			}
		}
		outlets.deny(deny)
		blocs.deny(denyBlocs)
		if status != schema.Asserted {
			continue
		}
		c.Events++
		total += v.Intensity(i)
		outlets.event(by, v.Intensity(i), v.Quad(i).Hostile(), d, len(deny) > 0)
		blocs.event(inBlocs, v.Intensity(i), v.Quad(i).Hostile(), d, len(deny) > 0)
		if len(deny) > 0 {
			disputed = append(disputed, found{i, d})
		}
		if len(inBlocs) == 1 {
			list = append(list, found{i, d})
			reporting[i] = inBlocs
		}
	}
	if c.Events > 0 {
		c.Tone = round(total/float64(c.Events), 2)
	}
	c.Outlets, c.Blocs = outlets.sum(c.Tone), blocs.sum(c.Tone)
	for i := range c.Blocs {
		n := 0
		for _, x := range names {
			if x.Bloc == c.Blocs[i].Name {
				n++
			}
		}
		c.Blocs[i].Outlets = n
	}
	if len(c.Blocs) > 1 {
		slices.SortFunc(list, r.strongest(o.AsOf))
		for _, f := range list[:min(limit, len(list))] {
			c.OneSided = append(c.OneSided, OneSided{reporting[f.event][0], r.event(f.event, f.direction, o.AsOf)})
		}
	}
	slices.SortFunc(disputed, r.strongest(o.AsOf))
	for _, f := range disputed[:min(limit, len(disputed))] {
		x := Denial{Event: r.event(f.event, f.direction, o.AsOf), Asserted: []string{}, Denied: []string{}}
		for _, w := range v.Voices(f.event, o.AsOf) {
			switch w.Status {
			case schema.Asserted:
				x.Asserted = add(x.Asserted, known(w.Outlet).Name)
			case schema.Denied:
				x.Denied = add(x.Denied, known(w.Outlet).Name)
			}
		}
		slices.Sort(x.Asserted)
		slices.Sort(x.Denied)
		c.Denied = append(c.Denied, x)
	}
	return c, nil
}

func add(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// outlet describes a publisher, which is an actor's id or a mere name.
func (r *Record) outlet(word string) Voice {
	x := Voice{Name: word, Bloc: Unaligned, Outlets: 1}
	n, ok := r.view.Number(schema.ActorID(word))
	if !ok {
		if id := schema.ActorID(word); id.Slug() != word {
			x.Name, x.ID = id.Slug(), word
		}
		return x
	}
	a := r.view.Actor(n)
	x.Name, x.ID = a.Name, word
	switch {
	case len(a.AlignedWith) > 0:
		x.Bloc = r.refOf(a.AlignedWith[0]).Name
	case len(a.PartOf) > 0:
		x.Bloc = r.refOf(a.PartOf[0]).Name
	case a.Country != "":
		x.Bloc = a.Country
	}
	return x
}

func blocOf(outlet Voice) Voice { return Voice{Name: outlet.Bloc} }

// voices collects what each outlet or bloc says.
type voices struct {
	index map[string]*Voice
	by    map[string]*Tally // of hostile events
	tone  map[string]float64
}

func newVoices() *voices {
	return &voices{make(map[string]*Voice), make(map[string]*Tally), make(map[string]float64)}
}

func (s *voices) of(x Voice) *Voice {
	known, ok := s.index[x.Name]
	if !ok {
		known = &x
		s.index[x.Name] = known
		s.by[x.Name] = new(Tally)
	}
	return known
}

func (s *voices) claim(x Voice, copied bool) {
	known := s.of(x)
	known.Claims++
	if copied {
		known.Copies++
	}
}

func (s *voices) deny(names []string) {
	for _, n := range names {
		s.index[n].Denials++
	}
}

// event counts an event for those who report it.
func (s *voices) event(names []string, intensity float64, hostile bool, d Direction, doubted bool) {
	for _, n := range names {
		x := s.index[n]
		x.Events++
		s.tone[n] += intensity
		if hostile {
			x.Conflict++
			s.by[n].add(d)
		} else {
			x.Cooperation++
		}
		if len(names) == 1 {
			x.OnlyHere++
		}
		if doubted {
			x.Doubted++
		}
	}
}

func (s *voices) sum(tone float64) []Voice {
	list := make([]Voice, 0, len(s.index))
	for n, x := range s.index {
		if x.Events > 0 {
			x.Tone = round(s.tone[n]/float64(x.Events), 2)
			x.Slant = round(x.Tone-tone, 2)
		}
		if t := s.by[n]; t.Total() > 0 {
			x.ByA = math.Round(100*float64(t.AToB)/float64(t.Total())) / 100
			x.ByB = math.Round(100*float64(t.BToA)/float64(t.Total())) / 100
		}
		list = append(list, *x)
	}
	slices.SortFunc(list, func(a, b Voice) int {
		return cmp.Or(cmp.Compare(b.Events, a.Events), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return list
}
