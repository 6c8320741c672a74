package question

import (
	"fmt"
	"strings"
	"time"

	"faultline/queries"
	"faultline/schema"
)

// window is from and to; either may be open.
func (v Values) window() queries.Window { return queries.Window{From: v.day("from"), To: v.day("to")} }

// parseSpan reads a year, a month, or two of year, month or day with two
// dots between, the second of which is left out when it is a day.
func parseSpan(text string) (queries.Window, error) {
	from, to, two := strings.Cut(text, "..")
	if !two {
		to = from
	}
	first, _, err := parsePart(from)
	if err != nil {
		return queries.Window{}, err
	}
	_, end, err := parsePart(to)
	if err != nil {
		return queries.Window{}, err
	}
	if end <= first {
		return queries.Window{}, fmt.Errorf("%q ends before it begins", clip(text))
	}
	return queries.Window{From: first, To: end}, nil
}

// parsePart gives the first day of a year or month and the first after it; of
// a day, the day twice.
func parsePart(text string) (from, to schema.Day, err error) {
	for _, part := range []struct {
		layout        string
		years, months int
	}{{"2006", 1, 0}, {"2006-01", 0, 1}, {time.DateOnly, 0, 0}} {
		if t, err := time.Parse(part.layout, text); err == nil {
			return schema.DayOf(t), schema.DayOf(t.AddDate(part.years, part.months, 0)), nil
		}
	}
	return 0, 0, fmt.Errorf("%q is no year, month or day: want 2014, 2014-03 or 2014-03-01", clip(text))
}

func (v Values) span(name string) queries.Window {
	w, _ := parseSpan(v.text(name))
	return w
}

func (v Values) level() queries.Level { return queries.Level(v.text("level")) }

// grouped is the record with the groups that are given as NAME=A,B,C.
func (g Graph) grouped(v Values) (*queries.Record, error) {
	if !v.is("group") {
		return g.Record, nil
	}
	var groups []queries.Group
	for _, text := range v.list("group") {
		name, members, ok := strings.Cut(text, "=")
		if !ok {
			return nil, WrongParams{{"group", fmt.Sprintf("%q: want NAME=A,B,C", clip(text))}}
		}
		x := queries.Group{Name: strings.TrimSpace(name)}
		var err error
		if x.Members, err = actors(g.Record, strings.FieldsFunc(members, func(r rune) bool { return r == ',' })); err != nil {
			return nil, err
		}
		groups = append(groups, x)
	}
	with, err := g.Record.WithGroups(groups)
	if err != nil {
		return nil, WrongParams{{"group", err.Error()}}
	}
	return with, nil
}
