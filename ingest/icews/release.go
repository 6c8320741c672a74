package icews

import (
	"errors"
	"fmt"
	"strings"

	"faultline/ingest/report"
	"faultline/ingest/table"
)

// release is where the file of a release has its cells. Releases lack columns
// (CAMEO Code in one of 2017) and order them as they like.
type release struct{ columns table.Columns }

// IsHeader reports whether a line is the header of a release.
func IsHeader(line string) bool { return releaseOf(line) != nil }

// releaseOf reads the header of a release; nil if it is none.
func releaseOf(line string) *release {
	c := table.ColumnsOf(strings.Split(line, "\t"))
	if !c.Has("event id", "event date", "source name", "target name") || !c.Has("event text") && !c.Has("cameo code") {
		return nil
	}
	return &release{c}
}

// parse reads one row of a release; reason is "" when it is an event.
func (r *release) parse(line string) (_ report.Report, reason, detail string) {
	cells := strings.Split(line, "\t")
	at := func(names ...string) string {
		s := r.columns.Cell(cells, names...)
		if s == "NA" { // how R writes an empty cell
			return ""
		}
		return s
	}
	if len(cells) < len(r.columns) {
		return report.Report{}, ReasonColumns, fmt.Sprintf("%d cells, the header has %d", len(cells), len(r.columns))
	}
	day, ok := dayOf(at("event date"))
	if !ok {
		return report.Report{}, ReasonNoDate, fmt.Sprintf("%.60q", at("event date"))
	}
	row := report.Row{
		Initiator: at("source name"), InitiatorIs: report.Party{Country: at("source country")},
		Recipient: at("target name"), RecipientIs: report.Party{Country: at("target country")},
		Day: day, Place: place(at),
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

func place(at table.At) report.Place {
	p := report.Place{Name: table.PlaceName(at("city"), at("province"), at("country")), Country: at("country")}
	table.Locate(&p, at("latitude"), at("longitude"))
	return p
}
