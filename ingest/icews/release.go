package icews

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"faultline/ingest/report"
)

// columns are where a release has its cells, by the column's name in lower
// case. Releases lack columns (CAMEO Code in one of 2017) and order them as
// they like.
type columns map[string]int

// IsHeader reports whether a line is the header of a release.
func IsHeader(line string) bool { return columnsOf(line) != nil }

// columnsOf reads the header of a release; nil if it is none.
func columnsOf(line string) columns {
	c := columns{}
	for i, name := range strings.Split(line, "\t") {
		name = strings.ToLower(strings.Trim(name, "\" "))
		if _, again := c[name]; !again && name != "" {
			c[name] = i
		}
	}
	for _, want := range [...]string{"event id", "event date", "source name", "target name"} {
		if _, ok := c[want]; !ok {
			return nil
		}
	}
	if !c.has("event text") && !c.has("cameo code") {
		return nil
	}
	return c
}

func (c columns) has(name string) bool { _, ok := c[name]; return ok }

// cell returns a cell by its column's name; NA is how R writes an empty one.
func (c columns) cell(cells []string, name string) string {
	i, ok := c[name]
	if !ok || i >= len(cells) {
		return ""
	}
	s := strings.TrimSpace(cells[i])
	if s == "NA" {
		return ""
	}
	return s
}

// parse reads one row of a release; reason is "" when it is an event.
func (c columns) parse(line string) (_ report.Report, reason, detail string) {
	cells := strings.Split(line, "\t")
	at := func(name string) string { return c.cell(cells, name) }
	if len(cells) < len(c) {
		return report.Report{}, ReasonColumns, fmt.Sprintf("%d cells, the header has %d", len(cells), len(c))
	}
	day, ok := dayOf(at("event date"))
	if !ok {
		return report.Report{}, ReasonNoDate, fmt.Sprintf("%.60q", at("event date"))
	}
	row := report.Row{
		Initiator: at("source name"), InitiatorIs: report.Party{Country: at("source country")},
		Recipient: at("target name"), RecipientIs: report.Party{Country: at("target country")},
		Day: day, Place: c.place(cells),
	}
	if row.Initiator == "" || row.Recipient == "" {
		return report.Report{}, ReasonNoActor, "event " + at("event id")
	}
	relation := at("cameo code")
	var err error
	if row.Code, err = codeOf(relation); err != nil {
		// Without its zero a code may be another's; the text is not.
		relation = at("event text")
		code, failed := codeOf(relation)
		switch {
		case failed == nil:
			row.Code = code
		case errors.Is(err, errAmbiguous):
			return report.Report{}, ReasonAmbiguous, fmt.Sprintf("%.60q", at("cameo code"))
		default:
			return report.Report{}, ReasonUnknown, fmt.Sprintf("%.60q, %.60q", at("cameo code"), relation)
		}
	}
	if facts, _ := row.Code.Facts(); facts.Type == "" {
		return report.Report{}, ReasonStatement, fmt.Sprintf("%.60q", relation)
	}
	if story := at("story id"); story != "" {
		row.Detail = "story " + story
		if n := at("sentence number"); n != "" {
			row.Detail += ", sentence " + n
		}
	}
	rep := report.Report{
		Source: Source, Publisher: at("publisher"), Published: day.Time(),
		// Event ids come again over the years, for other events; later files
		// repeat rows of earlier ones.
		Key:   at("event id") + "\t" + day.String(),
		Coded: []report.Row{row},
	}
	if at("event id") == "" {
		rep.Key = line
	}
	if rep.Publisher == "" {
		rep.Publisher = "ICEWS"
	}
	return rep, "", ""
}

func (c columns) place(cells []string) report.Place {
	p := report.Place{Country: c.cell(cells, "country")}
	var parts []string
	for _, name := range [...]string{"city", "province", "country"} {
		if s := c.cell(cells, name); s != "" {
			parts = append(parts, s)
		}
	}
	p.Name = strings.Join(parts, ", ")
	lat, err1 := strconv.ParseFloat(c.cell(cells, "latitude"), 64)
	lon, err2 := strconv.ParseFloat(c.cell(cells, "longitude"), 64)
	if err1 == nil && err2 == nil && lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180 {
		p.Latitude, p.Longitude, p.Located = lat, lon, true
	}
	return p
}
