package figure

import (
	"fmt"
	"math"
	"time"

	"faultline/schema"
)

// Ticks lists round numbers from 0 to a number, about n of them.
func Ticks(most float64, n int) []float64 {
	if most <= 0 || n <= 0 {
		return nil
	}
	step := math.Pow(10, math.Floor(math.Log10(most/float64(n))))
	for _, k := range []float64{1, 2, 5, 10} {
		if most/(k*step) <= float64(n) {
			step *= k
			break
		}
	}
	var list []float64
	for i := 0; float64(i)*step <= most*1.0001; i++ {
		list = append(list, float64(i)*step)
	}
	return list
}

// Date is a day of a calendar axis with what is written there.
type Date struct {
	Day   schema.Day
	Label string
}

// Dates lists days to be marked on an axis of time: months, quarters, years
// or every so many years, at most n.
func Dates(from, to schema.Day, n int) []Date {
	for _, months := range []int{1, 3, 6, 12, 24, 60, 120, 240} {
		if int(to-from)/(30*months) > n && months < 240 {
			continue
		}
		var list []Date
		first := from.Time()
		for k := (first.Year()*12 + int(first.Month()) - 1) / months * months; ; k += months {
			day := schema.MakeDay(k/12, time.Month(k%12+1), 1)
			if day >= to {
				return list
			}
			if day < from {
				continue
			}
			label := fmt.Sprint(k / 12)
			if months < 12 {
				label = day.Time().Format("Jan 2006")
			}
			list = append(list, Date{day, label})
		}
	}
	return nil
}
