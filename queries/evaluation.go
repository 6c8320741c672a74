package queries

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"faultline/schema"
)

// EvaluationOptions say how the detection of strain is measured.
type EvaluationOptions struct {
	Window Window    // of crises, quiet days and alarms that count; alarms know what was before
	Days   int       // length of the windows that are measured; 0 is 30
	Level  Level     // "" is LevelCountry
	AsOf   time.Time // zero: all that is recorded
}

// Evaluation is how well strain is detected, beside what others do.
type Evaluation struct {
	Level      Level     `json:"level"`
	Days       int       `json:"days"`        // length of the window
	Tolerance  int       `json:"tolerance"`   // days that a hit may be off the onset
	Dyads      int       `json:"dyads"`       // with at least 50 events, in which alarms are counted
	DyadYears  float64   `json:"dyad_years"`  // of these
	QuietYears float64   `json:"quiet_years"` // of the quiet times
	Unknown    []string  `json:"unknown"`     // sides that are no known actor; their crises count as missed
	Methods    Methods   `json:"methods"`
	Cases      []Outcome `json:"cases"` // what ours makes of each crisis
}

// Methods are the figures of ours, surprise, and of the others.
type Methods struct {
	Surprise MethodScore `json:"surprise"`
	ZScore   MethodScore `json:"zscore"`
	CUSUM    MethodScore `json:"cusum"`
	Volume   MethodScore `json:"volume"`
}

// MethodScore are the figures of one method.
type MethodScore struct {
	FoundShare float64 `json:"found_share"`
	Found      int     `json:"found"` // crises with an alarm within the tolerance
	Crises     int     `json:"crises"`
	// MedianLag is from the onset to the hit's alarm, the one nearest to the
	// onset; before it negative. Null when nothing is found.
	MedianLag *float64 `json:"median_lag_days"`
	// TurnError is the median distance from the onset to the turn that the
	// alarm gives.
	TurnError    *float64 `json:"turn_error_days"`
	Alarms       int      `json:"alarms"` // all, true ones too
	AlarmsPer    float64  `json:"alarms_per_dyad_year"`
	QuietAlarms  int      `json:"quiet_alarms"`
	QuietPerYear float64  `json:"quiet_alarms_per_dyad_year"`
	// RankAUC is the mean share of the other dyads that rank below that of
	// the crisis in the window that starts with its onset, ties as halves.
	RankAUC float64 `json:"rank_auc"`
	Top1    int     `json:"top1"` // crises that rank above all others
}

// Outcome is what became of one crisis.
type Outcome struct {
	ID        string     `json:"id"`
	Onset     schema.Day `json:"onset"`
	Found     bool       `json:"found"`
	Alarm     schema.Day `json:"alarm"` // "" when not found
	Lag       int        `json:"lag_days"`
	Turned    schema.Day `json:"turned"`
	TurnError int        `json:"turn_error_days"`
	Hostile   int        `json:"hostile"` // events in the window that starts with the onset
	Surprise  float64    `json:"surprise"`
	Rank      float64    `json:"rank"` // share of the other dyads below it
}

const (
	tolerance  = 30 // days
	busyEnough = 50 // events of a dyad in which alarms are counted
)

// errNoEvents is returned by Evaluate for a record without dated events.
var errNoEvents = errors.New("there are no events to detect anything in")

// Evaluate runs the detection of strain, and the methods that it is compared
// with, over the whole record, and measures them against known crises and
// quiet times. At LevelCountry only dyads of countries count.
func (r *Record) Evaluate(c Crises, o EvaluationOptions) (Evaluation, error) {
	if o.Level == "" {
		o.Level = LevelCountry
	}
	if o.Days == 0 {
		o.Days = 30
	}
	so := StrainOptions{Days: o.Days, Level: o.Level}
	if err := so.complete(); err != nil {
		return Evaluation{}, err
	}
	all := r.span(o.AsOf)
	if all == (Window{}) {
		return Evaluation{}, errNoEvents
	}
	first, end := all.From, all.To
	t := &trial{
		record: r, parties: r.rollUp(o.Level), level: o.Level,
		era: era{all, o.Days, r.exposed(end, o.AsOf)},
	}
	t.histories = r.dyads(t.parties, o.Level, all, true, o.AsOf)
	c = c.within(o.Window)
	t.gather(c)
	if w := o.Window.open(); w != (Window{schema.NoDay, schema.NoDay}) {
		first = max(first, w.From)
		if w.To != schema.NoDay {
			end = min(end, w.To)
		}
	}
	if end <= first {
		return Evaluation{}, errNoEvents
	}
	t.counted = Window{first, end}

	years := float64(end-first) / 365.25
	e := Evaluation{
		Level: o.Level, Days: o.Days, Tolerance: tolerance,
		Dyads: len(t.busy), DyadYears: round(float64(len(t.busy))*years, 1), Unknown: t.unknown,
	}
	for _, q := range t.quiet {
		e.QuietYears += float64(q.To-q.From) / 365.25
	}
	e.Methods.Surprise, e.Cases = t.run(t.era.surprise(), c)
	e.Methods.ZScore, _ = t.run(t.era.zscore(r), c)
	e.Methods.CUSUM, _ = t.run(t.era.cusum(), c)
	e.Methods.Volume, _ = t.run(t.era.volume(), c)
	for _, m := range []*MethodScore{&e.Methods.Surprise, &e.Methods.ZScore, &e.Methods.CUSUM, &e.Methods.Volume} {
		if e.Dyads > 0 {
			m.AlarmsPer = round(float64(m.Alarms)/float64(e.Dyads)/years, 4)
		}
		if e.QuietYears > 0 {
			m.QuietPerYear = round(float64(m.QuietAlarms)/e.QuietYears, 4)
		}
	}
	e.QuietYears = round(e.QuietYears, 1)
	return e, nil
}

// trial is what all methods are run on.
type trial struct {
	record    *Record
	parties   *parties
	level     Level
	era       era
	counted   Window // in which alarms count
	histories *histories
	busy      []int // dyads, of histories
	crises    []int // dyad of each crisis, -1 for none
	quiet     []quietTime
	unknown   []string
}

type quietTime struct {
	Window
	dyad int
}

// gather finds the dyads that count and those of the crises.
func (t *trial) gather(c Crises) {
	r := t.record
	index := make(map[dyad]int, len(t.histories.dyads))
	for i, d := range t.histories.dyads {
		index[d] = i
		countries := t.level != LevelCountry || r.ofCountry(d.a) && r.ofCountry(d.b)
		if countries && len(t.histories.of(i)) >= busyEnough {
			t.busy = append(t.busy, i)
		}
	}
	t.unknown = []string{}
	party := func(name string) int32 {
		found, err := r.Find(name)
		if err != nil {
			t.unknown = append(t.unknown, name)
			return nobody
		}
		n, ok := r.number(found[0].ID)
		switch {
		case !ok:
			return nobody
		case r.group(n) != nil:
			return int32(n)
		}
		return t.parties.of[n]
	}
	find := func(a, b string) int {
		x, y := party(a), party(b)
		if i, ok := index[dyad{min(x, y), max(x, y)}]; ok {
			return i
		}
		return -1
	}
	for _, x := range c.Crises {
		t.crises = append(t.crises, find(x.SideA, x.SideB))
	}
	for _, q := range c.Quiet {
		t.quiet = append(t.quiet, quietTime{Window{q.Start, q.End + 1}, find(q.SideA, q.SideB)})
	}
	slices.Sort(t.unknown)
	t.unknown = slices.Compact(t.unknown)
}

// ofCountry tells whether a party is a country's, or a group of the user's.
func (r *Record) ofCountry(party int32) bool {
	return r.group(uint32(party)) != nil || r.country(uint32(party)) != ""
}

// hits of a dyad, none for -1.
func (t *trial) hits(i int) []hit {
	if i < 0 {
		return nil
	}
	return t.histories.of(i)
}

func (t *trial) run(method detector, c Crises) (MethodScore, []Outcome) {
	known := make(map[int][]detection)
	alarms := func(i int) []detection {
		list, ok := known[i]
		if !ok {
			list = method.alarms(t.hits(i))
			known[i] = list
		}
		return list
	}
	m := MethodScore{Crises: len(c.Crises)}
	for _, i := range t.busy {
		for _, a := range alarms(i) {
			if t.counted.Contains(a.day) {
				m.Alarms++
			}
		}
	}
	for _, q := range t.quiet {
		for _, a := range alarms(q.dyad) {
			if q.Contains(a.day) {
				m.QuietAlarms++
			}
		}
	}
	var lags, errs []float64
	list := make([]Outcome, len(c.Crises))
	for n, i := range t.crises {
		x := &list[n]
		*x = Outcome{ID: c.Crises[n].ID, Onset: c.Crises[n].Onset, Alarm: schema.NoDay, Turned: schema.NoDay}
		for _, a := range alarms(i) {
			lag := int(a.day - x.Onset)
			if abs(lag) <= tolerance && (!x.Found || abs(lag) <= abs(x.Lag)) {
				x.Found, x.Alarm, x.Lag = true, a.day, lag
				x.Turned, x.TurnError = a.turned, abs(int(a.turned-x.Onset))
			}
		}
		if x.Found {
			m.Found++
			lags = append(lags, float64(x.Lag))
			errs = append(errs, float64(x.TurnError))
		}
		w := Window{x.Onset, x.Onset + schema.Day(t.era.days)}
		mine := method.score(t.hits(i), w)
		for _, h := range t.hits(i) {
			if h.hostile && w.Contains(h.day) {
				x.Hostile++
			}
		}
		x.Surprise = round(mine, 3)
		below, others := 0.0, 0
		for _, j := range t.busy {
			if j == i {
				continue
			}
			others++
			switch s := method.score(t.hits(j), w); {
			case s < mine:
				below++
			case s == mine:
				below += 0.5
			}
		}
		if others > 0 {
			x.Rank = below / float64(others)
		}
		m.RankAUC += x.Rank
		if others > 0 && x.Rank == 1 {
			m.Top1++
		}
		x.Rank = round(x.Rank, 4)
	}
	if len(list) > 0 {
		m.FoundShare = round(float64(m.Found)/float64(len(list)), 4)
		m.RankAUC = round(m.RankAUC/float64(len(list)), 4)
	}
	m.MedianLag, m.TurnError = median(lags), median(errs)
	return m, list
}

// median is nil of nothing, and the mean of the middle two of an even
// number.
func median(list []float64) *float64 {
	if len(list) == 0 {
		return nil
	}
	slices.Sort(list)
	m := (list[len(list)/2] + list[(len(list)-1)/2]) / 2
	return &m
}

func abs(n int) int { return max(n, -n) }

func round(x float64, digits int) float64 {
	p := math.Pow10(digits)
	return math.Round(x*p) / p
}

// Markdown is the table of the methods.
func (e Evaluation) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d crises, %d dyads over %.0f dyad-years, %.0f quiet years.\n\n", e.Methods.Surprise.Crises, e.Dyads, e.DyadYears, e.QuietYears)
	b.WriteString("| method | found | lag | turn off | alarms per dyad-year | in quiet dyads | AUC | first of all |\n")
	b.WriteString("|---|---|---|---|---|---|---|---|\n")
	days := func(d *float64) string {
		if d == nil {
			return "–"
		}
		return fmt.Sprintf("%.1f", *d)
	}
	for _, m := range []struct {
		name string
		MethodScore
	}{
		{"**surprise**", e.Methods.Surprise},
		{"z-score of the mean intensity", e.Methods.ZScore},
		{"CUSUM on the share of conflict", e.Methods.CUSUM},
		{"volume alone, same measure", e.Methods.Volume},
	} {
		fmt.Fprintf(&b, "| %s | %d (%.0f %%) | %s | %s | %.3f | %.3f | %.3f | %d |\n", m.name, m.Found, 100*m.FoundShare,
			days(m.MedianLag), days(m.TurnError), m.AlarmsPer, m.QuietPerYear, m.RankAUC, m.Top1)
	}
	return b.String()
}
