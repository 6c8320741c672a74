package schema

import (
	"fmt"
	"math"
	"time"
)

// Day is a calendar day in UTC, counted from 1970-01-01. Event time in
// conflict data has no finer unit that sources agree on.
type Day int32

// NoDay is the day of an event whose date nobody gives.
const NoDay Day = math.MinInt32

// DayOf returns the UTC day that contains t.
func DayOf(t time.Time) Day {
	if t.IsZero() {
		return NoDay
	}
	s := t.Unix()
	d := s / 86400
	if s%86400 < 0 {
		d--
	}
	return Day(d)
}

// MakeDay returns the day of a civil date; months and days that overflow
// carry on as in time.Date.
func MakeDay(year int, month time.Month, day int) Day {
	return DayOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// ParseDay reads YYYY-MM-DD.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return NoDay, fmt.Errorf("%q is no day: want YYYY-MM-DD", s)
	}
	return DayOf(t), nil
}

// Time returns midnight UTC at the start of the day, and the zero time for
// NoDay.
func (d Day) Time() time.Time {
	if d == NoDay {
		return time.Time{}
	}
	return time.Unix(int64(d)*86400, 0).UTC()
}

// String returns YYYY-MM-DD, and "" for NoDay.
func (d Day) String() string {
	if d == NoDay {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// MarshalText writes the day as String does.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Day) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = NoDay
		return nil
	}
	day, err := ParseDay(string(b))
	*d = day
	return err
}

// Precision says how exactly a date is known. A date of lower precision is
// the first day of its week, month or year.
type Precision string

// The precisions, finest first.
const (
	PrecisionDay     Precision = "day"
	PrecisionWeek    Precision = "week"
	PrecisionMonth   Precision = "month"
	PrecisionYear    Precision = "year"
	PrecisionUnknown Precision = "unknown"
)

// Validate reports a precision that is none of the known ones.
func (p Precision) Validate() error {
	switch p {
	case PrecisionDay, PrecisionWeek, PrecisionMonth, PrecisionYear, PrecisionUnknown:
		return nil
	}
	return fmt.Errorf("%q is no precision: want day, week, month, year or unknown", p)
}
