package queries

import (
	"slices"
	"sort"
	"time"

	"faultline/schema"
)

// RelationOptions narrow a question about a pair.
type RelationOptions struct {
	Window Window
	By     Unit      // of the timeline; "" is UnitAuto
	Level  Level     // "" is LevelParent
	AsOf   time.Time // zero: all that is recorded
	Limit  int       // of each list of events; 0 is 10
}

// Relation is how two actors stand with each other. All counts are of
// events, of those that happened unless it says otherwise.
type Relation struct {
	A           ActorRef     `json:"a"`
	B           ActorRef     `json:"b"`
	Window      Window       `json:"window"`
	First       schema.Day   `json:"first"` // days of the first and the last event of the timeline, "" without one
	Last        schema.Day   `json:"last"`
	Events      int          `json:"events"`
	Claims      int          `json:"claims"`
	Origins     int          `json:"origins"` // of the claims: copies of one story have one
	Outlets     int          `json:"outlets"`
	Cooperation Tally        `json:"cooperation"`
	Conflict    Tally        `json:"conflict"`
	Together    int          `json:"together"`     // hostile acts of both against others; in no other count
	NotHappened StatusCounts `json:"not_happened"` // in no other count
	Undated     int          `json:"undated"`      // too vague for the timeline: known to the year at best
	Types       []TypeTally  `json:"types"`        // in the order of schema.EventTypes, those that occur
	By          Unit         `json:"by"`
	Timeline    []Bucket     `json:"timeline"`
	Strongest   []EventRef   `json:"strongest"`
	Recent      []EventRef   `json:"recent"`

	// The history of the strain, by the measures of Record.Strain. Phases
	// are found in all that was before the window's end.
	Curve    []StrainPoint `json:"curve"`    // one for each bucket of the timeline that is not quiet
	Alarms   []Alarm       `json:"alarms"`   // in the window
	Phases   []Phase       `json:"phases"`   // that reach into the window
	Disputed []EventRef    `json:"disputed"` // that an outlet denies, the strongest first
}

// StrainPoint is the reading of the 30 days that end with a day.
type StrainPoint struct {
	Day      schema.Day `json:"date"`
	Hostile  int        `json:"hostile"`
	Expected float64    `json:"expected"`
	Surprise float64    `json:"surprise"` // 0 with fewer than two hostile events
}

// StatusCounts counts events by what is claimed of them short of having
// happened.
type StatusCounts struct {
	Denied       int `json:"denied"`
	Planned      int `json:"planned"`
	Demanded     int `json:"demanded"`
	Hypothetical int `json:"hypothetical"`
}

func (c *StatusCounts) add(s schema.Status) {
	switch s {
	case schema.Denied:
		c.Denied++
	case schema.Planned:
		c.Planned++
	case schema.Demanded:
		c.Demanded++
	case schema.Hypothetical:
		c.Hypothetical++
	}
}

// TypeTally counts the events of one type.
type TypeTally struct {
	Type schema.EventType `json:"type"`
	Tally
}

// Relation tells how two actors stand with each other. An actor that the
// graph has not met has no events. It returns an error when a and b are the
// same, or a level is unknown.
func (r *Record) Relation(a, b schema.ActorID, o RelationOptions) (Relation, error) {
	if err := o.By.Validate(); err != nil {
		return Relation{}, err
	}
	p, members, err := r.pair(a, b, o.Level)
	if err != nil {
		return Relation{}, err
	}
	v := r.view
	rel := Relation{A: r.refOf(a), B: r.refOf(b), Window: o.Window.open(), First: schema.NoDay, Last: schema.NoDay}
	var happened, dated []found
	types := make(map[schema.EventType]Tally)
	outlets := make(map[uint32]bool)
	for _, i := range r.between(members) {
		if !o.Window.Contains(v.Day(i)) {
			continue
		}
		d, together := r.class(i, p)
		if d == "" && !together {
			continue
		}
		s := v.Standing(i, o.AsOf)
		switch {
		case s.Status == "":
			continue
		case s.Status != schema.Asserted:
			rel.NotHappened.add(s.Status)
			continue
		case together:
			rel.Together++
			continue
		}
		f := found{i, d}
		happened = append(happened, f)
		rel.Events++
		rel.Claims += s.Claims
		rel.Origins += s.Origins
		for _, w := range v.Outlets(i, o.AsOf) {
			outlets[w] = true
		}
		if v.Quad(i).Hostile() {
			rel.Conflict.add(d)
		} else {
			rel.Cooperation.add(d)
		}
		t := types[v.Type(i)]
		t.add(d)
		types[v.Type(i)] = t
		if vague(v.Precision(i)) || v.Day(i) == schema.NoDay {
			rel.Undated++
		} else {
			dated = append(dated, f)
		}
	}
	if len(dated) > 0 { // they come in order of day
		rel.First, rel.Last = v.Day(dated[0].event), v.Day(dated[len(dated)-1].event)
	}
	rel.Outlets = len(outlets)
	rel.Types = typeTallies(types)
	rel.By, rel.Timeline = r.timeline(dated, o.By)
	limit := o.Limit
	if limit <= 0 {
		limit = 10
	}
	rel.Strongest = r.topEvents(happened, limit, r.strongest(o.AsOf), o.AsOf)
	rel.Recent = r.topEvents(happened, limit, r.newest(o.AsOf), o.AsOf)
	disputed := slices.DeleteFunc(happened, func(f found) bool { return v.Standing(f.event, o.AsOf).Denied == 0 })
	rel.Disputed = r.topEvents(disputed, limit, r.strongest(o.AsOf), o.AsOf)
	return rel, r.strainHistory(&rel, a, b, o)
}

// strainHistory adds the curve, the alarms and the phases.
func (r *Record) strainHistory(rel *Relation, a, b schema.ActorID, o RelationOptions) error {
	rel.Curve, rel.Alarms, rel.Phases = []StrainPoint{}, []Alarm{}, []Phase{}
	all := r.span(o.AsOf)
	if all == (Window{}) {
		return nil
	}
	so := StrainOptions{Level: o.Level, AsOf: o.AsOf}
	if err := so.complete(); err != nil {
		return err
	}
	first, end := all.From, all.To
	if !o.Window.all() && o.Window.To != schema.NoDay {
		end = min(end, o.Window.To)
	}
	hits, err := r.pairHits(a, b, end, so)
	if err != nil {
		return err
	}
	x := r.exposed(end, o.AsOf)
	hostile := daysOf(hits, true)
	for _, alarm := range alarms(hostile, strikes(hits), first, end, so.Days, x) {
		if o.Window.Contains(alarm.Day) {
			alarm.Expected, alarm.Surprise = round(alarm.Expected, 3), round(alarm.Surprise, 3)
			rel.Alarms = append(rel.Alarms, alarm)
		}
	}
	for _, p := range r.phases(hits, end, o.AsOf) {
		if o.Window.all() || p.To > o.Window.From {
			rel.Phases = append(rel.Phases, p)
		}
	}
	past, start, at := 0.0, 0, schema.NoDay
	for _, bucket := range rel.Timeline {
		if bucket.Quiet {
			continue
		}
		to := min(bucket.To, end)
		from := to - schema.Day(so.Days)
		if at != schema.NoDay {
			past *= decay(int(from - at))
		}
		for at = from; start < len(hostile) && hostile[start] < from; start++ {
			past += decay(int(from - hostile[start]))
		}
		h := sort.Search(len(hostile), func(i int) bool { return hostile[i] >= to }) - start
		m := score(h, hostile[:start], past, from, to, x)
		point := StrainPoint{Day: to - 1, Hostile: h, Expected: round(m.expected, 3)}
		if h >= enough {
			point.Surprise = round(m.surprise, 3)
		}
		rel.Curve = append(rel.Curve, point)
	}
	return nil
}

// vague reports days that may be off by more than a month.
func vague(p schema.Precision) bool {
	return p == schema.PrecisionYear || p == schema.PrecisionUnknown
}

func typeTallies(types map[schema.EventType]Tally) []TypeTally {
	list := []TypeTally{}
	for _, t := range schema.EventTypes() {
		if n, ok := types[t]; ok {
			list = append(list, TypeTally{t, n})
		}
	}
	return list
}

// between lists the events in which both sides take part, in order of day.
func (r *Record) between(members [2][]uint32) []int {
	v := r.view
	seen := make([]uint8, v.Len())
	var list []int
	for s, side := range members {
		for _, n := range side {
			for _, i := range v.EventsOf(n) {
				seen[i] |= 1 << s
			}
		}
	}
	for i, s := range seen {
		if s == 3 {
			list = append(list, i)
		}
	}
	return list
}

// class says how the event is one between the parties 0 and 1, "" if it is
// none. together is set for hostile acts of both against others.
func (r *Record) class(i int, p *parties) (d Direction, together bool) {
	var initiates, receives [2]bool
	day := r.view.Day(i)
	for _, n := range r.view.Initiators(i) {
		if s, _ := p.on(n, day); s != nobody {
			initiates[s] = true
		}
	}
	recipients := r.view.Recipients(i)
	for _, n := range recipients {
		if s, _ := p.on(n, day); s != nobody {
			receives[s] = true
		}
	}
	forth, back := initiates[0] && receives[1], initiates[1] && receives[0]
	switch {
	case forth && back:
		return Mutual, false
	case forth:
		return AToB, false
	case back:
		return BToA, false
	case initiates[0] && initiates[1]:
		if len(recipients) > 0 && r.view.Quad(i).Hostile() {
			return "", true
		}
		return Mutual, false
	}
	return "", false
}
