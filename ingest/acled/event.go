package acled

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"faultline/ingest/report"
	"faultline/ingest/table"
	"faultline/schema"
)

// Source is the source of all reports of this package.
const Source = "acled"

// Reasons to skip an event.
const (
	ReasonHeader = "table is no ACLED export"
	ReasonRecord = "record of the API does not parse"
	ReasonDate   = "date does not parse"
	ReasonActors = "event has no actors"
	ReasonType   = "kind of event has no event type"
)

// parse reads one event; reason is "" when it is one.
func parse(at table.At) (_ report.Report, reason, detail string) {
	id := at("event id cnty")
	if id == "" { // missing now and then, and in old exports under other names
		id = strings.Join([]string{at("data id", "event id no cnty"), at("iso3", "iso", "country")}, " ")
	}
	day, ok := dayOf(at("event date"))
	if !ok {
		return report.Report{}, ReasonDate, fmt.Sprintf("event %s: %.40q", id, at("event date"))
	}
	a, b := actorOf(at("actor1"), at("inter1")), actorOf(at("actor2"), at("inter2"))
	if a.name == "" && b.name == "" {
		return report.Report{}, ReasonActors, "event " + id
	}
	kind, sub := at("event type"), at("sub event type")
	row, ok := deed(kind, sub, a, b)
	if !ok {
		return report.Report{}, ReasonType, fmt.Sprintf("%.40q, %.40q", kind, sub)
	}
	row.Day, row.Precision, row.Place = dated(day, at("time precision")), precision(at("time precision")), place(at)
	row.Detail = details(at, kind, sub, a, b)
	rep := report.Report{
		Source: Source, Publisher: "ACLED", Key: id, Published: day.Time(), Text: table.OneLine(at("notes")),
		Version: strings.Join([]string{
			day.String(), kind, sub, a.name, b.name, at("fatalities"), at("latitude"), at("longitude"), at("source"), table.OneLine(at("notes")),
		}, "\t"),
	}
	if strings.TrimSpace(id) == "" || at("event id cnty", "data id", "event id no cnty") == "" {
		rep.Key, rep.Version = rep.Version, "" // nothing but its content names it
	}
	row.End = len(rep.Text)
	for _, source := range strings.Split(at("source"), ";") {
		if source = table.OneLine(source); source != "" && !slices.Contains(rep.Cites, source) {
			rep.Cites = append(rep.Cites, source)
			r := row
			r.Speaker = source
			rep.Coded = append(rep.Coded, r)
		}
	}
	if rep.Coded == nil {
		rep.Coded = []report.Row{row}
	}
	return rep, "", ""
}

// dayOf reads YYYY-MM-DD of the API, "16 May 2025" of the site, and
// dd-mm-yyyy of old exports.
func dayOf(s string) (schema.Day, bool) {
	for _, layout := range [...]string{time.DateOnly, "2 January 2006", "2 Jan 2006", "2-January-2006", "2-Jan-2006", "02-01-2006", "02/01/2006", time.DateTime, time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			return schema.DayOf(t), t.Year() >= 1900
		}
	}
	return schema.NoDay, false
}

// precision is what time_precision says: 1 the day, 2 the week, 3 the month.
func precision(code string) schema.Precision {
	switch code {
	case "2":
		return schema.PrecisionWeek
	case "3":
		return schema.PrecisionMonth
	}
	return schema.PrecisionDay
}

// dated is the first day of the unit that the event is known to.
func dated(day schema.Day, code string) schema.Day {
	t := day.Time()
	switch precision(code) {
	case schema.PrecisionWeek:
		return day - schema.Day((t.Weekday()+6)%7) // Monday
	case schema.PrecisionMonth:
		return schema.MakeDay(t.Year(), t.Month(), 1)
	}
	return day
}

func place(at table.At) report.Place {
	p := report.Place{Name: table.PlaceName(at("location"), at("admin1"), at("country")), Country: at("iso3", "country")}
	table.Locate(&p, at("latitude"), at("longitude"))
	return p
}

// details tell people what the claim itself does not hold.
func details(at table.At, kind, sub string, a, b actor) string {
	d := kind
	if sub != "" && sub != kind {
		d += ", " + sub
	}
	for _, x := range []struct{ actor, with string }{{a.name, at("assoc actor 1")}, {b.name, at("assoc actor 2")}} {
		if x.with != "" {
			d += fmt.Sprintf(", %s with %s", x.actor, table.OneLine(x.with))
		}
	}
	if n, err := strconv.ParseFloat(at("fatalities"), 64); err == nil && n >= 0 && n < 1e9 {
		d += fmt.Sprintf(", %d dead", int(n))
	}
	if p := at("geo precision"); p == "2" || p == "3" {
		d += ", place of precision " + p
	}
	return d
}
