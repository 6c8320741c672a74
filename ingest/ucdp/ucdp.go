// Package ucdp reads the Georeferenced Event Dataset of the Uppsala Conflict
// Data Program (UCDP GED) and its candidate releases: CSV with 49 columns,
// one event of lethal violence a row.
//
// Violence between two sides (types 1 and 2) has no direction: both fight.
// One-sided violence (type 3) is side A's against civilians. Each office
// that the row cites is a claim of its own, with its headline.
//
// The program asks to be cited: Sundberg and Melander 2013, "Introducing the
// UCDP Georeferenced Event Dataset", Journal of Peace Research 50(4).
package ucdp

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"faultline/ingest/report"
	"faultline/ingest/table"
	"faultline/schema"
)

// Source is the source of all reports that Read yields.
const Source = "ucdp"

// Reasons to skip a row.
const (
	ReasonHeader = "table is no UCDP GED"
	ReasonID     = "event has no id"
	ReasonDate   = "date does not parse"
	ReasonSides  = "event has no sides"
	ReasonType   = "unknown type of violence"
)

// Header returns the columns of the data set in the order of the releases;
// one candidate release came without them.
func Header() []string {
	return strings.Fields(`id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id conflict_name
		dyad_dset_id dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a side_b_dset_id side_b_new_id side_b
		number_of_sources source_article source_office source_date source_headline source_original where_prec
		where_coordinates where_description adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country country_id
		region event_clarity date_prec date_start date_end deaths_a deaths_b deaths_civilians deaths_unknown
		best high low gwnoa gwnob`)
}

// releases are the tables of this package.
func releases() *table.Set {
	return &table.Set{
		Has: []string{"id", "type of violence", "side a", "side b", "date start"}, Default: Header(), Foreign: ReasonHeader,
	}
}

// IsHeader reports whether a table with these columns is one of the data set.
func IsHeader(c table.Columns) bool { return releases().Is(c) }

// Read yields one report for each event of r, with a coded row for each
// office that it cites, and a skip for each row that is no event. The error
// is sink's, ctx's, or a *lines.Error when reading failed.
func Read(ctx context.Context, r io.Reader, file string, sink report.Sink) error {
	return releases().Read(ctx, r, file, sink, parse)
}

// parse reads one event; reason is "" when it is good.
func parse(at table.At) (_ report.Report, reason, detail string) {
	id := at("id")
	if id == "" {
		return report.Report{}, ReasonID, fmt.Sprintf("%.60q", at("relid"))
	}
	start, ok := dayOf(at("date start"))
	if !ok {
		return report.Report{}, ReasonDate, fmt.Sprintf("event %s: %.40q", id, at("date start"))
	}
	end, ok := dayOf(at("date end"))
	if !ok || end < start {
		end = start
	}
	a, b := at("side a"), at("side b")
	if a == "" || b == "" {
		return report.Report{}, ReasonSides, "event " + id
	}
	row := report.Row{
		Initiator: a, InitiatorIs: side(a, at("country")), Recipient: b, RecipientIs: side(b, at("country")),
		Type: schema.Assault, Place: place(at),
	}
	if isCivilians(b) {
		row.Recipient = "Civilians (" + today(at("country")) + ")" // not those of the world
	}
	kind := ""
	switch at("type of violence") {
	case "1":
		kind, row.Joint = "state-based violence", true
	case "2":
		kind, row.Joint = "non-state violence", true
	case "3":
		kind = "one-sided violence"
	default:
		return report.Report{}, ReasonType, fmt.Sprintf("event %s: %.20q", id, at("type of violence"))
	}
	row.Day, row.Precision = dated(start, at("date prec"))
	row.Detail = kind + ", " + deaths(at("best"), at("low"), at("high"))
	if end != start {
		row.Detail += fmt.Sprintf(", %s to %s", start, end)
	}
	if at("event clarity") == "2" {
		row.Detail += ", aggregated"
	}
	if said := at("source original"); said != "" {
		row.Detail += ", according to " + table.OneLine(said)
	}
	rep := report.Report{
		Source: Source, Publisher: "UCDP", Key: id, Published: end.Time(),
		Version: strings.Join([]string{
			at("type of violence"), a, b, start.String(), end.String(), at("best"), at("low"), at("high"), at("latitude"), at("longitude"),
		}, "\t"),
	}
	rep.Text, rep.Coded = cited(row, at)
	for _, r := range rep.Coded {
		if r.Speaker != "" && !slices.Contains(rep.Cites, r.Speaker) {
			rep.Cites = append(rep.Cites, r.Speaker)
		}
	}
	return rep, "", ""
}

// dayOf reads a date, with or without a time behind it.
func dayOf(s string) (schema.Day, bool) {
	s, _, _ = strings.Cut(s, " ")
	s, _, _ = strings.Cut(s, "T")
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1900 {
		return schema.NoDay, false
	}
	return schema.DayOf(t), true
}

// dated is the first day of the unit that date_prec says the event is known
// to: 1 the day, 2 two to six days, 3 the week, 4 the month, 5 the year.
func dated(start schema.Day, prec string) (schema.Day, schema.Precision) {
	t := start.Time()
	switch prec {
	case "2", "3":
		return start - schema.Day((t.Weekday()+6)%7), schema.PrecisionWeek // Monday
	case "4":
		return schema.MakeDay(t.Year(), t.Month(), 1), schema.PrecisionMonth
	case "5":
		return schema.MakeDay(t.Year(), time.January, 1), schema.PrecisionYear
	}
	return start, schema.PrecisionDay
}

// deaths tells the estimates, which are not always in order.
func deaths(best, low, high string) string {
	b, l, h := count(best), count(low), count(high)
	l, h = min(b, l), max(b, h)
	if l == h {
		return fmt.Sprintf("%d dead", b)
	}
	return fmt.Sprintf("%d dead (%d to %d)", b, l, h)
}

func count(s string) int {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || !(n >= 0 && n < 1e9) {
		return 0
	}
	return int(n)
}

// side is what a side's name tells.
func side(name, country string) report.Party {
	if state, ok := strings.CutPrefix(name, "Government of "); ok {
		return report.Party{Role: today(state), Kind: schema.State}
	}
	if isCivilians(name) {
		return report.Party{Role: "Civilians (" + today(country) + ")", Kind: schema.Population, Country: today(country)}
	}
	return report.Party{Names: []string{name}, Kind: schema.ArmedGroup}
}

func isCivilians(name string) bool { return strings.EqualFold(name, "civilians") }

// today is the name of a country without the former one: "Russia (Soviet
// Union)", "DR Congo (Zaire)".
func today(country string) string {
	name, _, _ := strings.Cut(country, " (")
	return name
}

// place is where the event is put on the map: the country alone when no more
// is known.
func place(at table.At) report.Place {
	p := report.Place{Country: today(at("country"))}
	parts := []string{table.OneLine(at("where coordinates")), at("adm 1"), at("country")}
	if at("where prec") == "6" {
		parts = parts[2:]
	}
	p.Name = table.PlaceName(parts...)
	table.Locate(&p, at("latitude"), at("longitude"))
	return p
}

// cited makes a row of each office that tells of the event, with its
// headline for a sentence. Offices and headlines are lists parted by
// semicolons; when they do not pair, the headlines are one text that all of
// them share. Of events without sources coded, the article list is the text.
func cited(row report.Row, at table.At) (text string, rows []report.Row) {
	offices, headlines := list(at("source office")), list(at("source headline"))
	if len(headlines) != len(offices) || headlines == nil {
		headlines = nil
		if text = table.OneLine(at("source headline")); text == "" {
			text = strings.Trim(table.OneLine(at("source article")), "\"; ")
		}
	}
	row.End = len(text)
	if len(offices) == 0 {
		return text, []report.Row{row}
	}
	seen := map[string]bool{}
	for i, office := range offices {
		r := row
		r.Speaker = office
		if headlines != nil {
			if text != "" {
				text += "\n"
			}
			r.Start = len(text)
			text += headlines[i]
			r.End = len(text)
		}
		if office == "" || seen[office+"\x00"+text[r.Start:r.End]] {
			continue
		}
		seen[office+"\x00"+text[r.Start:r.End]] = true
		rows = append(rows, r)
	}
	if len(rows) == 0 {
		rows = []report.Row{row}
	}
	return text, rows
}

// list parts a list; nil if it is empty.
func list(s string) []string {
	if strings.Trim(s, "; ") == "" {
		return nil
	}
	parts := strings.Split(s, ";")
	for i := range parts {
		parts[i] = table.OneLine(parts[i])
	}
	return parts
}
