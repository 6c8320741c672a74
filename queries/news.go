package queries

import "faultline/schema"

// News is the day up to which there is news: the last one with an event, not
// after today, before which a month has a fair share of events (a tenth of
// the mean, ten at most), so that a few that are dated too late do not hide
// what is new. It is false without dated events.
func (r *Record) News(today schema.Day) (schema.Day, bool) {
	const month, most = 30, 10
	v := r.view
	first, n := v.Undated(), v.From(today+1)
	switch {
	case v.Len() == first:
		return schema.NoDay, false
	case n <= first: // all lie ahead
		return today, true
	}
	mean := month * (n - first) / int(v.Day(n-1)-v.Day(first)+month)
	fair := min(most, max(1, mean/10))
	for i := n - 1; i > first; i-- {
		if day := v.Day(i); i-max(first, v.From(day-month+1))+1 >= fair {
			return day, true
		}
	}
	return v.Day(n - 1), true
}
