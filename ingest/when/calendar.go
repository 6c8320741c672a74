package when

import (
	"time"

	"faultline/schema"
)

// weekdayOf returns 0 for Monday … 6 for Sunday. 1970-01-01 was a Thursday.
func weekdayOf(d schema.Day) int {
	return int((int64(d)%7 + 7 + 3) % 7)
}

// add moves a day, and keeps NoDay.
func add(d schema.Day, n int) schema.Day {
	if d == schema.NoDay {
		return d
	}
	return d + schema.Day(n)
}

// civil returns year, month and day of month; zeroes for NoDay.
func civil(d schema.Day) (y, m, dom int) {
	if d == schema.NoDay {
		return 0, 0, 0
	}
	t := d.Time()
	return t.Year(), int(t.Month()), t.Day()
}

func makeDay(y, m, d int) schema.Day { return schema.MakeDay(y, time.Month(m), d) }

func monthLength(y, m int) int {
	switch m {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

func validDay(y, m, d int) bool {
	return m >= 1 && m <= 12 && d >= 1 && d <= monthLength(y, m)
}

// weekStart is the Monday on or before d.
func weekStart(d schema.Day) schema.Day {
	if d == schema.NoDay {
		return d
	}
	return d - schema.Day(weekdayOf(d))
}

func week(d schema.Day, relative bool, reason string) Expression {
	s := weekStart(d)
	return period(s, add(s, 6), schema.PrecisionWeek, relative, reason)
}

// monthPeriod is month m of year y; m may overflow.
func monthPeriod(y, m int, relative bool, reason string) Expression {
	return period(makeDay(y, m, 1), makeDay(y, m+1, 0), schema.PrecisionMonth, relative, reason)
}

func yearPeriod(y int, relative bool, reason string) Expression {
	return period(makeDay(y, 1, 1), makeDay(y, 12, 31), schema.PrecisionYear, relative, reason)
}

// monthsFrom is the month that lies n months from the one of d.
func monthsFrom(d schema.Day, n int, reason string) Expression {
	if d == schema.NoDay {
		return period(d, d, schema.PrecisionMonth, true, reason)
	}
	y, m, _ := civil(d)
	return monthPeriod(y, m+n, true, reason)
}

// yearsFrom is the year that lies n years from the one of d.
func yearsFrom(d schema.Day, n int, reason string) Expression {
	if d == schema.NoDay {
		return period(d, d, schema.PrecisionYear, true, reason)
	}
	y, _, _ := civil(d)
	return yearPeriod(y+n, true, reason)
}

// unitsFrom is the period n units from d, as exact as the unit is: "two days
// ago" a day, "two weeks ago" a week.
func unitsFrom(d schema.Day, unit int32, n int, reason string) Expression {
	switch unit {
	case uMinute:
		return onDay(d, true, reason)
	case uHour:
		if n > -20 && n < 20 { // hours stay in their day as far as news can tell
			return onDay(d, true, reason)
		}
		return onDay(add(d, (n+12*sign(n))/24), true, reason)
	case uDay, uNight:
		return onDay(add(d, n), true, reason)
	case uWeek, uWeekend:
		return week(add(d, 7*n), true, reason)
	case uMonth:
		return monthsFrom(d, n, reason)
	case uQuarter:
		return monthsFrom(d, 3*n, reason)
	case uYear:
		return yearsFrom(d, n, reason)
	}
	e := yearsFrom(d, 10*n, reason)
	e.Precision = schema.PrecisionUnknown
	return e
}

func sign(n int) int {
	if n < 0 {
		return -1
	}
	return 1
}
