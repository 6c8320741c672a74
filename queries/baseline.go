package queries

import (
	"math"
	"sort"

	"faultline/schema"
)

// detection is an alarm of any method.
type detection struct {
	day, turned schema.Day
}

// detector is a method to find crises in the hits of one dyad: ours, and
// those that others use, to compare it with.
type detector struct {
	// alarms are the days on which the method alarms, in order.
	alarms func(hits []hit) []detection
	// score ranks the dyads of a month, the most strained highest.
	score func(hits []hit, w Window) float64
}

// era is the time that detectors run through.
type era struct {
	Window
	days int // length of the windows they look at
	x    exposure
}

func daysOf(hits []hit, hostile bool) []schema.Day {
	var days []schema.Day
	for _, h := range hits {
		if h.hostile || !hostile {
			days = append(days, h.day)
		}
	}
	return days
}

func (e era) surprising(hostile bool) detector {
	return detector{
		alarms: func(hits []hit) []detection {
			var list []detection
			events := daysOf(hits, hostile)
			counted := events
			if hostile {
				counted = strikes(hits)
			}
			for _, a := range alarms(events, counted, e.From, e.To, e.days, e.x) {
				list = append(list, detection{a.Day, a.Turned})
			}
			return list
		},
		score: func(hits []hit, w Window) float64 { return read(daysOf(hits, hostile), w.From, w.To, e.x).surprise },
	}
}

// surprise is ours: the negative binomial surprise of the hostile events.
func (e era) surprise() detector { return e.surprising(true) }

// volume is the same of all events, whatever they are.
func (e era) volume() detector { return e.surprising(false) }

// zscore is what dashboards do: by how many standard deviations the mean
// intensity of a month of 30 days is below that of the months before, of
// which at least six must have events. It alarms at 2, on the month's last
// day.
func (e era) zscore(r *Record) detector {
	const fewest, alarming = 6, 2.0
	mean := func(hits []hit, from, to schema.Day) (m float64, ok bool) {
		i := sort.Search(len(hits), func(i int) bool { return hits[i].day >= from })
		n := 0
		for ; i < len(hits) && hits[i].day < to; i++ {
			m += r.view.Intensity(int(hits[i].event))
			n++
		}
		return m / float64(n), n > 0
	}
	score := func(hits []hit, w Window) float64 {
		now, ok := mean(hits, w.From, w.To)
		if !ok {
			return 0
		}
		var n, sum, squares float64
		for to := w.From; to-(w.To-w.From) >= e.From; to -= w.To - w.From {
			if m, ok := mean(hits, to-(w.To-w.From), to); ok {
				n++
				sum += m
				squares += m * m
			}
		}
		if n < fewest {
			return 0
		}
		usual := sum / n
		spread := math.Sqrt(math.Max(squares/n-usual*usual, 1e-6))
		return (usual - now) / spread
	}
	return detector{score: score, alarms: func(hits []hit) []detection {
		var list []detection
		for from := e.From; from+30 <= e.To; from += 30 {
			if score(hits, Window{from, from + 30}) >= alarming {
				list = append(list, detection{from + 29, from})
			}
		}
		return list
	}}
}

// cusum sums up, event by event, the evidence that the odds of an event
// being hostile have tripled against the dyad's past, of half-life 720 days
// with the prior 1 in 10 (Page 1954, for Bernoulli trials). It alarms at 2
// and starts anew; its turn is where the sum last left zero.
func (e era) cusum() detector {
	const odds, alarming, priorHostile, prior = 3.0, 2.0, 1.0, 10.0
	type state struct {
		hostile, all float64
		day          schema.Day
	}
	step := func(s *state, h hit) (evidence float64) {
		q := decay(int(h.day - s.day))
		if s.day == schema.NoDay {
			q = 0
		}
		s.hostile, s.all, s.day = s.hostile*q, s.all*q, h.day
		p := (priorHostile + s.hostile) / (prior + s.all)
		p1 := odds * p / (1 - p + odds*p)
		s.all++
		if h.hostile {
			s.hostile++
			return math.Log(p1 / p)
		}
		return math.Log((1 - p1) / (1 - p))
	}
	return detector{
		alarms: func(hits []hit) []detection {
			var list []detection
			s := state{day: schema.NoDay}
			sum, left := 0.0, schema.NoDay
			for _, h := range hits {
				if sum == 0 {
					left = h.day
				}
				if sum = math.Max(0, sum+step(&s, h)); sum >= alarming {
					list = append(list, detection{h.day, left})
					sum = 0
				}
			}
			return list
		},
		score: func(hits []hit, w Window) float64 {
			s := state{day: schema.NoDay}
			sum, highest := 0.0, 0.0
			for _, h := range hits {
				if h.day >= w.To {
					break
				}
				if evidence := step(&s, h); h.day >= w.From {
					sum = math.Max(0, sum+evidence)
					highest = math.Max(highest, sum)
				}
			}
			return highest
		},
	}
}
