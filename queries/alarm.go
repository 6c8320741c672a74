package queries

import (
	"slices"

	"faultline/schema"
)

// Alarm is a day on which the hostility of a relation became surprising.
type Alarm struct {
	Day      schema.Day `json:"date"`
	Hostile  int        `json:"hostile"`  // events in the window that ends with the day
	Expected float64    `json:"expected"` // of them
	Surprise float64    `json:"surprise"`
	Grade    Grade      `json:"grade"`
	Again    bool       `json:"again"`  // inside an alarm, when the hostile events had doubled
	Turned   schema.Day `json:"turned"` // first hostile event of the most surprising span up to 30 days
}

// rearm is how many days the surprise must stay below that of an alarm
// before the next one is a new one.
const rearm = 30

// Alarms runs through the history of a pair and lists the days of a window
// on which an alarm would have been given, each seen from its own evening.
// Inside an alarm another one is given whenever the hostile events have
// doubled since the last; without that, relations that are always tense
// would never alarm. Of o, At and what concerns lists are not used.
func (r *Record) Alarms(a, b schema.ActorID, w Window, o StrainOptions) ([]Alarm, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	// Alarms depend on those before, so the run starts with the record.
	all := r.span(o.AsOf)
	if all == (Window{}) {
		return nil, nil
	}
	first, end := all.From, all.To
	if !w.all() && w.To != schema.NoDay {
		end = min(end, w.To)
	}
	hits, err := r.pairHits(a, b, end, o)
	if err != nil {
		return nil, err
	}
	var hostile []schema.Day
	for _, h := range hits {
		if h.hostile {
			hostile = append(hostile, h.day)
		}
	}
	list := alarms(hostile, first, end, o.Days, r.exposed(end, o.AsOf))
	return slices.DeleteFunc(list, func(a Alarm) bool { return !w.Contains(a.Day) }), nil
}

// alarms runs over the days [first, end), given the hostile days in order.
func alarms(hostile []schema.Day, first, end schema.Day, days int, x exposure) []Alarm {
	var list []Alarm
	past, seen, start := 0.0, 0, 0 // weight of what is before the window; hits up to today; hits before the window
	at := schema.NoDay             // the day that past is weighed at
	last := first - rearm - 1      // day that was alarming
	peak := 0                      // hostile events at the last alarm
	for day := first; day < end; day++ {
		for seen < len(hostile) && hostile[seen] <= day {
			seen++
		}
		from := day + 1 - schema.Day(days)
		if at != schema.NoDay {
			past *= decay(int(from - at))
		}
		at = from
		for start < seen && hostile[start] < from {
			past += decay(int(from - hostile[start]))
			start++
		}
		h := seen - start
		if h < enough {
			if seen == len(hostile) {
				break
			}
			day = max(day, hostile[seen]-1) // nothing can happen before the next one
			continue
		}
		if float64(h) <= expected(past, from, days, x) {
			continue // no surprise, however much the rate varies
		}
		m := score(h, hostile[:start], past, from, day+1, x)
		if m.surprise < alarming {
			continue
		}
		fresh := day-last > rearm
		last = day
		if !fresh && h < 2*peak {
			continue
		}
		peak = h
		list = append(list, Alarm{Day: day, Hostile: h, Expected: m.expected, Surprise: m.surprise,
			Grade: gradeOf(m.surprise, h), Again: !fresh, Turned: turn(hostile[:seen], day+1, x)})
	}
	return list
}
