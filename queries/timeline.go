package queries

import (
	"fmt"
	"time"

	"faultline/schema"
)

// Unit is the length of a timeline's buckets.
type Unit string

// The units.
const (
	UnitAuto  Unit = "auto"  // weeks up to half a year of events, else months
	UnitWeek  Unit = "week"  // from Monday on
	UnitMonth Unit = "month" // of the calendar
)

// Validate reports a unit that is none of the known ones; "" is UnitAuto.
func (u Unit) Validate() error {
	switch u {
	case "", UnitAuto, UnitWeek, UnitMonth:
		return nil
	}
	return fmt.Errorf("%q is no unit of a timeline: want week, month or auto", string(u))
}

// Bucket counts the events of a span of days. A quiet bucket stands for many
// empty ones.
type Bucket struct {
	Window
	Quiet       bool  `json:"quiet,omitempty"`
	Cooperation Tally `json:"cooperation"`
	Conflict    Tally `json:"conflict"`
}

// Empty buckets in a row, of which this many become one quiet bucket.
const (
	quietWeeks  = 26
	quietMonths = 12
	weeksUpTo   = 183 // days of events, for UnitAuto
)

// timeline counts events, given in order of day, in buckets from the first
// event to the last.
func (r *Record) timeline(list []found, by Unit) (Unit, []Bucket) {
	if len(list) == 0 {
		if by == "" || by == UnitAuto {
			by = UnitMonth
		}
		return by, []Bucket{}
	}
	v := r.view
	first, last := v.Day(list[0].event), v.Day(list[len(list)-1].event)
	if by == "" || by == UnitAuto {
		by = UnitMonth
		if last-first <= weeksUpTo {
			by = UnitWeek
		}
	}
	quiet := quietMonths
	if by == UnitWeek {
		quiet = quietWeeks
	}
	buckets := []Bucket{}
	for n := by.number(first); len(list) > 0; n++ {
		next := by.number(v.Day(list[0].event))
		if next-n >= quiet {
			buckets = append(buckets, Bucket{Window: Window{by.start(n), by.start(next)}, Quiet: true})
			n = next
		}
		b := Bucket{Window: Window{by.start(n), by.start(n + 1)}}
		for len(list) > 0 && v.Day(list[0].event) < b.To {
			if v.Quad(list[0].event).Hostile() {
				b.Conflict.add(list[0].direction)
			} else {
				b.Cooperation.add(list[0].direction)
			}
			list = list[1:]
		}
		buckets = append(buckets, b)
	}
	return by, buckets
}

// number counts units from the one that holds 1970-01-01 or the Monday
// before.
func (u Unit) number(d schema.Day) int {
	if u == UnitWeek {
		n := int(d) + 3 // 1970-01-01 was a Thursday
		if n < 0 {
			return (n - 6) / 7
		}
		return n / 7
	}
	t := d.Time()
	return t.Year()*12 + int(t.Month()) - 1 - 1970*12
}

// start is the first day of a unit.
func (u Unit) start(n int) schema.Day {
	if u == UnitWeek {
		return schema.Day(7*n - 3)
	}
	return schema.MakeDay(1970, time.Month(n+1), 1)
}

// Squeeze joins neighbours until at most n buckets are left, for a line of
// that many characters. All but the last join equally many; a quiet bucket
// counts as one.
func Squeeze(buckets []Bucket, n int) []Bucket {
	if n <= 0 || len(buckets) <= n {
		return buckets
	}
	each := (len(buckets) + n - 1) / n
	list := make([]Bucket, 0, n)
	for i, b := range buckets {
		if i%each == 0 {
			list = append(list, b)
			continue
		}
		last := &list[len(list)-1]
		last.To = b.To
		last.Quiet = last.Quiet && b.Quiet
		last.Cooperation = last.Cooperation.plus(b.Cooperation)
		last.Conflict = last.Conflict.plus(b.Conflict)
	}
	return list
}

func (t Tally) plus(u Tally) Tally {
	return Tally{t.AToB + u.AToB, t.BToA + u.BToA, t.Mutual + u.Mutual}
}
