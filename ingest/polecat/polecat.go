// Package polecat reads POLECAT, the event data of the Political Event
// Classification, Attributes and Types project: tab-separated files with a
// header, events in the types of PLOVER.
//
// The data have no texts and no links: a row tells who, what, where, and
// which publisher's story it was coded from. Several stories of one event
// are several rows. The files of a year repeat rows of its weeks.
//
// The data are for research and teaching; they are not to be passed on.
package polecat

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/text/language"

	"faultline/ingest/cameo"
	"faultline/ingest/report"
	"faultline/ingest/table"
	"faultline/schema"
)

// Source is the source of all reports that Read yields.
const Source = "polecat"

// Reasons to skip a row.
const (
	ReasonHeader = "table is no POLECAT file"
	ReasonDate   = "date does not parse"
	ReasonActors = "event has no actors"
	ReasonType   = "unknown event type"
)

// files are the tables of this package. Trailing tabs come and go in them.
func files() *table.Set {
	return &table.Set{
		Comma: '\t', Has: []string{"event id", "event date", "event type", "actor name", "recipient name"},
		Last: "recipient name", Foreign: ReasonHeader,
	}
}

// IsHeader reports whether a table with these columns is one of POLECAT.
func IsHeader(c table.Columns) bool { return files().Is(c) }

// Read yields one report for each event of r, and a skip for each row that
// is none. The error is sink's, ctx's, or a *lines.Error when reading
// failed.
func Read(ctx context.Context, r io.Reader, file string, sink report.Sink) error {
	return files().Read(ctx, r, file, sink, func(cell table.At) (report.Report, string, string) {
		return parse(func(names ...string) string {
			s := cell(names...)
			if strings.EqualFold(s, "none") || strings.EqualFold(s, "nan") {
				return ""
			}
			return s
		})
	})
}

// parse reads one event; reason is "" when it is one.
func parse(at table.At) (_ report.Report, reason, detail string) {
	id := at("event id")
	day, ok := dayOf(at("event date"))
	if !ok {
		return report.Report{}, ReasonDate, fmt.Sprintf("event %s: %.40q", id, at("event date"))
	}
	row := report.Row{
		Type: schema.EventType(strings.ToUpper(at("event type"))), Day: day, Precision: schema.PrecisionDay, Place: place(at),
	}
	if row.Type.Validate() != nil || row.Type == schema.Strain || row.Type == schema.Ease {
		return report.Report{}, ReasonType, fmt.Sprintf("event %s: %.40q", id, at("event type"))
	}
	row.Initiator, row.InitiatorIs = side(at, "actor")
	row.Recipient, row.RecipientIs = side(at, "recipient")
	if row.Initiator == "" && row.InitiatorIs.Code == "" && row.Recipient == "" && row.RecipientIs.Code == "" {
		return report.Report{}, ReasonActors, "event " + id
	}
	row.Detail = details(at)
	rep := report.Report{
		Source: Source, Publisher: at("source"), Key: id, Published: day.Time(),
		Language: languageOf(at("language")), Coded: []report.Row{row},
	}
	if published, ok := dayOf(at("publication date")); ok {
		rep.Published = published.Time()
	}
	if rep.Publisher == "" {
		rep.Publisher = "POLECAT"
	}
	if id == "" {
		rep.Key = fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s", day, row.Type, row.Initiator, row.Recipient, rep.Publisher, row.Place.Name)
	}
	return rep, "", ""
}

func dayOf(s string) (schema.Day, bool) {
	s, _, _ = strings.Cut(s, "T")
	s, _, _ = strings.Cut(s, " ")
	for _, layout := range [...]string{time.DateOnly, "1/2/2006", "20060102"} {
		if t, err := time.Parse(layout, s); err == nil {
			return schema.DayOf(t), t.Year() >= 1900
		}
	}
	return schema.NoDay, false
}

// side is the actor or the recipient: by name if the row has one, else by
// country and sector.
func side(at table.At, who string) (string, report.Party) {
	country := first(at(who + " country"))
	sector := first(at("primary "+who+" sector", who+" sectors"))
	name := at(who + " name")
	p := report.Party{Country: country}
	if role := cameo.Parse(sector).Role; role.Code != "" {
		p.Kind = role.Kind
	}
	if name != "" {
		p.Names = []string{name}
		if raw := at(who + " name raw"); raw != "" && raw != name {
			p.Names = append(p.Names, raw)
		}
		return name, p
	}
	p.Code = country
	if sector != "" && cameo.Parse(sector).Role.Code != "" {
		p.Code += sector
	}
	return at(who + " name raw"), p
}

// first is the first member of a list parted by semicolons.
func first(list string) string {
	for s := range strings.SplitSeq(list, ";") {
		if s = strings.TrimSpace(s); s != "" && !strings.EqualFold(s, "none") {
			return s
		}
	}
	return ""
}

func place(at table.At) report.Place {
	p := report.Place{Name: table.PlaceName(at("city", "placename"), at("province"), at("country")), Country: first(at("country"))}
	table.Locate(&p, at("latitude"), at("longitude"))
	return p
}

// details tell people what the claim itself does not hold.
func details(at table.At) string {
	var d []string
	for _, x := range []struct{ label, value string }{
		{"mode ", at("event mode")}, {"contexts ", at("contexts")}, {"intensity ", at("intensity", "event intensity")},
	} {
		if x.value != "" {
			d = append(d, x.label+x.value)
		}
	}
	return strings.Join(d, ", ")
}

// languageOf is the BCP 47 tag of a language's code or English name, "" if
// it is none of those that the data are coded from.
func languageOf(name string) string {
	switch strings.ToLower(name) {
	case "english":
		return "en"
	case "spanish":
		return "es"
	case "arabic":
		return "ar"
	case "french":
		return "fr"
	case "portuguese":
		return "pt"
	case "russian":
		return "ru"
	case "chinese":
		return "zh"
	case "german":
		return "de"
	}
	if len(name) > 3 || name == "" {
		return ""
	}
	tag, err := language.Parse(name)
	if err != nil {
		return ""
	}
	return tag.String()
}
