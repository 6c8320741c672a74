package queries

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"faultline/schema"
)

// Rank is an order of relations.
type Rank string

// The orders.
const (
	ByChange Rank = "change" // what is getting worse: by surprise
	ByLevel  Rank = "level"  // what is bad: by the index of hostility
)

// Grade sums up how surprising the hostility of a window is.
type Grade string

// The grades, by surprise.
const (
	NoGrade  Grade = ""
	Watch    Grade = "watch"   // 2 or more: about 1 window in 100 by chance
	Warning  Grade = "warning" // 2.5 or more
	Alerting Grade = "alert"   // 3 or more: 1 in 1000
)

func gradeOf(surprise float64, hostile int) Grade {
	switch {
	case hostile < enough || surprise < alarming:
		return NoGrade
	case surprise < 2.5:
		return Watch
	case surprise < 3:
		return Warning
	}
	return Alerting
}

// Validate reports a grade that is none of the known ones; "" is any.
func (g Grade) Validate() error {
	if g != NoGrade && g.rank() == 0 {
		return fmt.Errorf("%q is no grade: want watch, warning or alert", string(g))
	}
	return nil
}

func (g Grade) rank() int {
	switch g {
	case Watch:
		return 1
	case Warning:
		return 2
	case Alerting:
		return 3
	}
	return 0
}

const (
	enough   = 2   // hostile events, below which there is too little data
	alarming = 2.0 // surprise of an alarm

	// A relation can crack when at least this share of its weighted past was
	// cooperation, and there was at least so much of it.
	partner     = 0.8
	partnership = 3.0 // events
)

// partners tells by the weighted past whether a relation can crack.
func partners(cooperation, hostile float64) bool {
	return cooperation >= partnership && cooperation >= partner*(cooperation+hostile)
}

// StrainOptions say which relations are looked at, and when.
type StrainOptions struct {
	At        schema.Day       // the last day that counts
	Days      int              // length of the window that ends with At; 0 is 30
	Level     Level            // "" is LevelParent
	Rank      Rank             // "" is ByChange
	Of        []schema.ActorID // only relations of one of these; empty for all
	Cracks    bool             // only cracks
	MinVolume int              // leave out relations with fewer events in the window
	Limit     int              // of rows; 0 is 20, negative is all
	Events    int              // hostile events to show of a row; 0 is 3, negative is none
	AsOf      time.Time        // zero: all that is recorded
}

func (o *StrainOptions) complete() error {
	if o.Days == 0 {
		o.Days = 30
	}
	if o.Rank == "" {
		o.Rank = ByChange
	}
	if o.Limit == 0 {
		o.Limit = 20
	}
	if o.Events == 0 {
		o.Events = 3
	}
	switch {
	case o.Days < 0 || o.Days > 3660:
		return fmt.Errorf("a window of %d days: want 1 to 3660", o.Days)
	case o.Rank != ByChange && o.Rank != ByLevel:
		return fmt.Errorf("%q is no order of relations: want change or level", string(o.Rank))
	}
	return o.Level.Validate()
}

// window is what ends with At.
func (o *StrainOptions) window() (Window, error) {
	if o.At == schema.NoDay {
		return Window{}, errors.New("strain of which day? At is not set")
	}
	return Window{o.At + 1 - schema.Day(o.Days), o.At + 1}, nil
}

// Strain is a ranking of relations.
type Strain struct {
	Window    Window      `json:"window"`
	Rank      Rank        `json:"rank"`
	Level     Level       `json:"level"`
	Relations int         `json:"relations"`  // with any event in the window
	TooLittle int         `json:"too_little"` // of these, with fewer than two hostile events
	Rows      []StrainRow `json:"rows"`
}

// StrainRow is how strained one relation is. Counts are of distinct
// directed dyad, day and type.
type StrainRow struct {
	ID schema.RelationID `json:"id"`
	A  ActorRef          `json:"a"` // smaller id first
	B  ActorRef          `json:"b"`

	// Change: the window against the relation's own past.
	Hostile   int     `json:"hostile"`
	Expected  float64 `json:"expected"` // hostile events in such a window
	Ratio     float64 `json:"ratio"`    // of rates, each half an event up
	RatioLow  float64 `json:"ratio_low"`
	RatioHigh float64 `json:"ratio_high"` // 90 % interval
	Surprise  float64 `json:"surprise"`   // −log10 of the probability of so many by chance
	Grade     Grade   `json:"grade"`
	TooLittle bool    `json:"too_little"` // fewer than two hostile events: do not read the change
	Crack     bool    `json:"crack"`      // graded, between allies or partners so far
	Aligned   bool    `json:"aligned"`    // the graph has one as aligned with the other

	hint float64 // surprise, of a single hostile event too

	// Turned is the first hostile event of the most surprising span up to 30
	// days; "" without a grade.
	Turned schema.Day `json:"turned"`

	// Level, 0…10: 10·H/(H+C+30), where H and C are the sums of the absolute
	// intensities of hostile and of cooperative events in 30 days. 0 is no
	// hostility, 5 is as much of it as of everything else, 10 is war and
	// nothing but. The 30 (three attacks) pulls relations with few events
	// down.
	Level float64 `json:"level"`

	// Who strains whom, and whether it is getting worse at the moment.
	Direction Direction `json:"direction"` // in which two thirds of the hostile events go, else mutual; "" without any
	Trend     Trend     `json:"trend"`     // of the hostile events, against the window before
	Before    int       `json:"before"`    // hostile events in the window before

	// What stands beside it.
	Directions       Tally      `json:"directions"` // of the hostile events
	Cooperation      int        `json:"cooperation"`
	CooperationUsual float64    `json:"cooperation_usual"` // in such a window, by the decayed past alone
	Volume           int        `json:"volume"`            // all events
	VolumeUsual      float64    `json:"volume_usual"`
	CooperationShare *float64   `json:"cooperation_share"` // of the decayed past, 0…1; null without one
	First            *EventRef  `json:"first,omitempty"`   // hostile event since the turn, without one in the window; null when no events are asked for
	Events           []EventRef `json:"events,omitempty"`  // hostile ones in the window, strongest first
}

// Strain ranks all relations by how their hostility in a window compares
// with their own past, or by how hostile they are.
//
// The past is all before the window, weighted with a half-life of 720 days.
// With A = 0.6 + the weighted hostile events and B = 150 + the weighted days,
// μ = days·A/B are expected, and the surprise is −log10 P(X >= h) for X
// negative binomial of mean μ and size 1/(1/A + φ·μ/(μ+10)), φ being how much
// past windows of the same length varied beyond chance. Gaps of more than a
// year in the whole graph do not count as days.
//
// Relations without a hostile event in the window are left out. Those with
// too few for a judgement come last in the order of change.
func (r *Record) Strain(o StrainOptions) (Strain, error) {
	if err := o.complete(); err != nil {
		return Strain{}, err
	}
	window, err := o.window()
	if err != nil {
		return Strain{}, err
	}
	end := window.To
	p := r.rollUp(o.Level)
	only := r.only(o.Of, p)
	h := r.dyads(p, o.Level, window, true, o.AsOf)
	x := r.exposed(end, o.AsOf)

	s := Strain{Window: window, Rank: o.Rank, Level: cmp.Or(o.Level, LevelParent), Rows: []StrainRow{}}
	type candidate struct {
		dyad    int
		row     StrainRow
		swapped bool
	}
	var list []candidate
	for d := range h.dyads {
		if only != nil && !only[h.dyads[d].a] && !only[h.dyads[d].b] {
			continue
		}
		s.Relations++
		row := r.strain(h.of(d), window, x)
		if row.TooLittle {
			s.TooLittle++
		}
		if row.Hostile == 0 || row.Volume < o.MinVolume {
			continue
		}
		row.A, row.B = r.ref(uint32(h.dyads[d].a)), r.ref(uint32(h.dyads[d].b))
		swapped := row.B.ID < row.A.ID
		if swapped {
			row.swap()
		}
		list = append(list, candidate{d, row, swapped})
	}
	if o.Cracks {
		list = slices.DeleteFunc(list, func(c candidate) bool {
			return !c.row.Crack && (c.row.Grade == NoGrade || !r.aligned(c.row.A.ID, c.row.B.ID))
		})
	}
	slices.SortFunc(list, func(a, b candidate) int { return compareRows(&a.row, &b.row, o.Rank) })
	if o.Limit > 0 && len(list) > o.Limit {
		list = list[:o.Limit]
	}
	for _, c := range list {
		r.finish(&c.row, h.of(c.dyad), x, o, c.swapped)
		s.Rows = append(s.Rows, c.row)
	}
	return s, nil
}

// StrainOf is the row of one pair, whose sides are as in Relation. It has
// one even when there is no event at all.
func (r *Record) StrainOf(a, b schema.ActorID, o StrainOptions) (StrainRow, error) {
	if err := o.complete(); err != nil {
		return StrainRow{}, err
	}
	window, err := o.window()
	if err != nil {
		return StrainRow{}, err
	}
	hits, err := r.pairHits(a, b, window.To, o)
	if err != nil {
		return StrainRow{}, err
	}
	x := r.exposed(window.To, o.AsOf)
	row := r.strain(hits, window, x)
	row.A, row.B = r.refOf(a), r.refOf(b)
	r.finish(&row, hits, x, o, false)
	return row, nil
}

// pairHits are the hits between two sides, a first.
func (r *Record) pairHits(a, b schema.ActorID, until schema.Day, o StrainOptions) ([]hit, error) {
	p, members, err := r.pair(a, b, o.Level)
	if err != nil {
		return nil, err
	}
	events := slices.DeleteFunc(r.between(members), func(i int) bool { return r.view.Day(i) >= until })
	return r.selection(p, o.AsOf).histories([]dyad{{0, 1}}, slices.Values(events), len(events)).hits, nil
}

// only marks the parties that the actors count for; nil for no actors.
func (r *Record) only(actors []schema.ActorID, p *parties) map[int32]bool {
	if len(actors) == 0 {
		return nil
	}
	marks := make(map[int32]bool)
	for _, a := range actors {
		n, ok := r.number(a)
		switch {
		case !ok:
		case r.group(n) != nil:
			marks[int32(n)] = true
		default:
			marks[p.of[n]] = true
		}
	}
	return marks
}

// strain measures the hits of one dyad in a window.
func (r *Record) strain(hits []hit, w Window, x exposure) StrainRow {
	row := StrainRow{Turned: schema.NoDay}
	var past []schema.Day // hostile
	var pastHostile, pastCooperation, hostility, goodwill float64
	for _, h := range hits {
		if h.day < w.From {
			if h.hostile {
				past = append(past, h.day)
				pastHostile += decay(int(w.From - h.day))
				if h.day >= w.From-(w.To-w.From) {
					row.Before++
				}
			} else {
				pastCooperation += decay(int(w.From - h.day))
			}
			continue
		}
		if h.day >= w.To {
			break
		}
		row.Volume++
		intensity := math.Abs(r.view.Intensity(int(h.event)))
		if h.hostile {
			row.Hostile++
			row.Directions.add(directions()[h.direction])
			hostility += intensity
		} else {
			row.Cooperation++
			goodwill += intensity
		}
	}
	length := int(w.To - w.From)
	days := x.before(w.From)
	m := score(row.Hostile, past, pastHostile, w.From, w.To, x)
	row.Expected, row.hint = m.expected, m.surprise
	row.RatioLow, row.Ratio, row.RatioHigh = m.ratio()
	row.Grade = gradeOf(m.surprise, m.hostile)
	if row.TooLittle = row.Hostile < enough; !row.TooLittle {
		row.Surprise = m.surprise
	}
	row.Direction = row.Directions.lead()
	row.Trend = trendOf(row.Hostile, row.Before)
	row.CooperationUsual = float64(length) * pastCooperation / (priorDays + days)
	row.VolumeUsual = float64(length) * (pastCooperation + pastHostile) / (priorDays + days)
	if all := pastCooperation + pastHostile; all > 0 {
		share := pastCooperation / all
		row.CooperationShare = &share
		row.Crack = row.Grade != NoGrade && partners(pastCooperation, pastHostile)
	}
	perMonth := 30 / float64(length)
	hostility, goodwill = hostility*perMonth, goodwill*perMonth
	row.Level = 10 * hostility / (hostility + goodwill + 30)
	return row
}

// finish adds to a row, whose actors are set, what is shown of few rows: the
// turn, the crack between allies, the events.
func (r *Record) finish(row *StrainRow, hits []hit, x exposure, o StrainOptions, swapped bool) {
	row.ID = schema.MakeRelationID(row.A.ID, row.B.ID)
	row.Aligned = r.aligned(row.A.ID, row.B.ID)
	end := o.At + 1
	var hostile []schema.Day
	var events []found
	for _, h := range hits {
		if !h.hostile {
			continue
		}
		hostile = append(hostile, h.day)
		if h.day >= end-schema.Day(o.Days) {
			d := directions()[h.direction]
			if swapped {
				d = d.turned()
			}
			events = append(events, found{int(h.event), d})
		}
	}
	if row.Grade != NoGrade {
		row.Turned = turn(hostile, end, x)
		row.Crack = row.Crack || row.Aligned
	}
	// An event of many actors can count in both directions.
	slices.SortFunc(events, r.strongest(o.AsOf))
	events = slices.CompactFunc(events, func(a, b found) bool { return a.event == b.event })
	row.Events = r.topEvents(events, max(0, o.Events), r.strongest(o.AsOf), o.AsOf)
	if o.Events > 0 {
		since := max(row.Turned, end-schema.Day(o.Days))
		events = slices.DeleteFunc(events, func(f found) bool { return r.view.Day(f.event) < since })
		if len(events) > 0 {
			first := slices.MinFunc(events, func(a, b found) int { return cmp.Compare(a.event, b.event) })
			ref := r.event(first.event, first.direction, o.AsOf)
			row.First = &ref
		}
	}
	for _, p := range []*float64{&row.Expected, &row.Ratio, &row.RatioLow, &row.RatioHigh, &row.Surprise,
		&row.Level, &row.CooperationUsual, &row.VolumeUsual, row.CooperationShare} {
		if p != nil {
			*p = math.Round(*p*1000) / 1000
		}
	}
}

func (row *StrainRow) swap() {
	row.A, row.B = row.B, row.A
	row.Directions.AToB, row.Directions.BToA = row.Directions.BToA, row.Directions.AToB
	row.Direction = row.Direction.turned()
}

// Trend compares a window with the one before it.
type Trend string

// The trends. Each but Steady is one that a fair coin would show in at most
// 15 of 100 cases.
const (
	Rising  Trend = "rising"
	Steady  Trend = "steady"
	Falling Trend = "falling"
)

// trendOf tells whether two counts of windows of one length differ by more
// than chance: given their sum, the one is binomial with p = ½.
func trendOf(now, before int) Trend {
	const chance = 0.15
	n := now + before
	tail := func(k int) float64 { // P(X >= k)
		if k == 0 {
			return 1
		}
		// I_½(k, n−k+1), Abramowitz & Stegun 26.5.24
		return math.Exp(logBeta(float64(k), float64(n-k+1), 0.5, 0.5))
	}
	switch {
	case now > before && tail(now) <= chance:
		return Rising
	case now < before && tail(before) <= chance:
		return Falling
	}
	return Steady
}

func (d Direction) turned() Direction {
	switch d {
	case AToB:
		return BToA
	case BToA:
		return AToB
	}
	return d
}

// aligned tells whether one of two actors is aligned with the other.
func (r *Record) aligned(a, b schema.ActorID) bool {
	with := func(a, b schema.ActorID) bool {
		n, ok := r.view.Number(a)
		return ok && slices.Contains(r.view.Actor(n).AlignedWith, b)
	}
	return with(a, b) || with(b, a)
}

func compareRows(a, b *StrainRow, by Rank) int {
	change := func() int {
		if a.TooLittle != b.TooLittle {
			if a.TooLittle {
				return 1
			}
			return -1
		}
		return cmp.Compare(b.hint, a.hint)
	}
	level := func() int { return cmp.Compare(b.Level, a.Level) }
	ids := func() int { return cmp.Or(cmp.Compare(a.A.ID, b.A.ID), cmp.Compare(a.B.ID, b.B.ID)) }
	if by == ByLevel {
		return cmp.Or(level(), change(), ids())
	}
	return cmp.Or(change(), level(), ids())
}
