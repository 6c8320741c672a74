package queries

import (
	"slices"

	"faultline/schema"
)

// Alarm is a day on which the hostility of a relation became surprising.
type Alarm struct {
	Day      schema.Day `json:"date"`
	Hostile  int        `json:"hostile"`          // events in the window that ends with the day
	Severe   int        `json:"severe,omitempty"` // of these; they count twice in what follows
	Expected float64    `json:"expected"`
	Surprise float64    `json:"surprise"`
	Grade    Grade      `json:"grade"`
	Again    bool       `json:"again"`  // inside an alarm, when it had grown
	Turned   schema.Day `json:"turned"` // first hostile event of the most surprising span up to 30 days
}

// rearm is how many days the surprise must stay below that of an alarm
// before the next one is a new one; escalation is by how much the hostile
// events of a window must grow within an alarm for another one, and flare the
// surprise at which what began as a watch is one as well.
const (
	rearm      = 30
	escalation = 3
	flare      = 5
)

// Alarms runs through the history of a pair and lists the days of a window
// on which an alarm would have been given, each seen from its own evening.
// Inside an alarm another one is given whenever there are three times as
// many hostile events as at the last, and when a watch has grown to a surprise
// of 5; without that, relations that are always tense would never alarm. Of o,
// At and what concerns lists are not used.
//
// Severe acts between organs of two states, attacks and coercion by force,
// count twice, in the window and in the past. So the first shot in a calm
// relation is an alarm on its day and does not wait for the second.
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
	list := alarms(daysOf(hits, true), strikes(hits), first, end, o.Days, r.exposed(end, o.AsOf))
	return slices.DeleteFunc(list, func(a Alarm) bool { return !w.Contains(a.Day) }), nil
}

// strikes are the hostile days with those of severe acts twice, in order.
func strikes(hits []hit) []schema.Day {
	var days []schema.Day
	for _, h := range hits {
		if h.hostile {
			days = append(days, h.day)
		}
		if h.severe {
			days = append(days, h.day)
		}
	}
	return days
}

// alarms runs over the days [first, end), given the hostile days in order,
// and the same with some of them more than once.
func alarms(hostile, strikes []schema.Day, first, end schema.Day, days int, x exposure) []Alarm {
	var list []Alarm
	past, seen, start := 0.0, 0, 0 // weight of what is before the window; strikes up to today; strikes before the window
	at := schema.NoDay             // the day that past is weighed at
	last := first - rearm - 1      // day that was alarming
	peak := 0                      // strikes at the last alarm
	weak := false                  // the last alarm was a watch
	for day := first; day < end; day++ {
		for seen < len(strikes) && strikes[seen] <= day {
			seen++
		}
		from := day + 1 - schema.Day(days)
		if at != schema.NoDay {
			past *= decay(int(from - at))
		}
		at = from
		for start < seen && strikes[start] < from {
			past += decay(int(from - strikes[start]))
			start++
		}
		h := seen - start
		if h < enough {
			if seen == len(strikes) {
				break
			}
			day = max(day, strikes[seen]-1) // nothing can happen before the next one
			continue
		}
		if float64(h) <= expected(past, from, days, x) {
			continue // no surprise, however much the rate varies
		}
		m := score(h, strikes[:start], past, from, day+1, x)
		if m.surprise < alarming {
			continue
		}
		fresh := day-last > rearm
		last = day
		if !fresh && h < escalation*peak && !(weak && m.surprise >= flare) {
			continue
		}
		peak = h
		weak = gradeOf(m.surprise, h) == Watch
		i, _ := slices.BinarySearch(hostile, from)
		j, _ := slices.BinarySearch(hostile, day+1)
		a := Alarm{Day: day, Hostile: j - i, Severe: h - (j - i), Expected: m.expected, Surprise: m.surprise,
			Grade: gradeOf(m.surprise, h), Again: !fresh, Turned: turn(hostile[:j], day+1, x)}
		if a.Turned == schema.NoDay {
			a.Turned = hostile[j-1]
		}
		list = append(list, a)
	}
	return list
}
