package gdelt

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"faultline/ingest/cameo"
	"faultline/ingest/report"
	"faultline/ingest/source/lines"
	"faultline/schema"
)

// Name is the source of all reports of this package: the same row is the
// same report, whatever file it is found in.
const Name = "gdelt"

// Reasons to skip a row.
const (
	ReasonTooLong        = "line is too long"
	ReasonColumns        = "row does not have 57, 58 or 61 cells"
	ReasonMentionColumns = "mention does not have 16 cells"
	ReasonID             = "event number does not parse"
	ReasonDate           = "date does not parse"
	ReasonAdded          = "time of arrival does not parse"
	ReasonNoActor        = "neither actor is known"
	ReasonNoSource       = "mention without an article"
	ReasonUnknown        = "unknown CAMEO code"
	ReasonStatement      = "plain statement, no event (CAMEO 01)"
	ReasonRepeated       = "row repeats an event number"
	ReasonSameArticle    = "row repeats an act of the same article"
	ReasonFiltered       = "event is filtered out"
	ReasonNoEvent        = "mention of an event that was not read"
	ReasonLongAgo        = "mention of an event of long ago"
)

// rowMax is far above the longest row, and keeps a file that is no table
// from being held.
const rowMax = 1 << 20

// Read yields one report with one coded row for each event of r, and a skip
// for each that is not taken. The error is sink's, ctx's, or a *lines.Error
// when reading failed.
func Read(ctx context.Context, r io.Reader, file string, opts Options, sink report.Sink) error {
	seen := newSeen(opts.Dedup)
	return rows(ctx, r, file, sink, func(line string) (report.Report, string, string) {
		e, reason, detail := ParseEvent(line)
		if reason != "" {
			return report.Report{}, reason, detail
		}
		if reason := seen.again(&e); reason != "" {
			return report.Report{}, reason, strconv.FormatInt(e.ID, 10)
		}
		if opts.Recent != nil {
			opts.Recent.add(e.ID, line)
		}
		if reason, detail := opts.refuses(&e); reason != "" {
			return report.Report{}, reason, detail
		}
		return e.report(), "", ""
	})
}

// ReadMentions yields one report for each mention of r whose event is at
// hand, and a skip for each other. An event's first mention of the article
// that the event itself names is the event's own report.
func ReadMentions(ctx context.Context, r io.Reader, file string, opts Options, sink report.Sink) error {
	own := map[int64]bool{}
	return rows(ctx, r, file, sink, func(line string) (report.Report, string, string) {
		m, reason, detail := ParseMention(line)
		if reason != "" {
			return report.Report{}, reason, detail
		}
		if opts.Window > 0 && m.Time.Sub(m.EventTime) > opts.Window {
			return report.Report{}, ReasonLongAgo, strconv.FormatInt(m.Event, 10)
		}
		e, ok := opts.event(&m)
		if !ok {
			return report.Report{}, ReasonNoEvent, strconv.FormatInt(m.Event, 10)
		}
		if reason, detail := opts.refuses(&e); reason != "" {
			return report.Report{}, reason, detail
		}
		first := m.Identifier == e.URL && m.Time.Equal(m.EventTime) && !own[m.Event]
		if first {
			own[m.Event] = true
		}
		return e.mentioned(m, first), "", ""
	})
}

// rows calls row for each line with content.
func rows(ctx context.Context, r io.Reader, file string, sink report.Sink, row func(string) (_ report.Report, reason, detail string)) error {
	in := lines.New(r, file, rowMax)
	for {
		line, err := in.Next(ctx)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if line.TooLong > 0 {
			err = sink.Skip(report.Skip{Origin: line.Origin, Reason: ReasonTooLong,
				Detail: fmt.Sprintf("%d bytes, at most %d", line.TooLong, rowMax)})
		} else if len(line.Text) > 0 && !line.Cut { // of a cut line the error that follows tells
			text := string(line.Text)
			if !utf8.ValidString(text) {
				text = strings.ToValidUTF8(text, "\ufffd")
			}
			rep, reason, detail := row(text)
			rep.Origin = line.Origin
			if reason == "" {
				err = sink.Report(rep)
			} else {
				err = sink.Skip(report.Skip{Origin: line.Origin, Reason: reason, Detail: detail})
			}
		}
		if err != nil {
			return err
		}
	}
}

// refuses says why an event is not taken, "" if it is.
func (o *Options) refuses(e *Event) (reason, detail string) {
	facts, ok := e.Code.Facts()
	switch {
	case !ok:
		return ReasonUnknown, quote(string(e.Code))
	case facts.Type == "":
		return ReasonStatement, string(e.Code)
	case e.Actor1.Code == "" && e.Actor1.Name == "" && e.Actor2.Code == "" && e.Actor2.Name == "":
		return ReasonNoActor, strconv.FormatInt(e.ID, 10)
	case !o.Filter.Keep(e):
		return ReasonFiltered, strconv.FormatInt(e.ID, 10)
	}
	return "", ""
}

// key names the event's own report: the article that it was found in.
func (e *Event) key() string { return strconv.FormatInt(e.ID, 10) + "\t" + e.URL }

// report is the event as its first article tells it.
func (e *Event) report() report.Report {
	r := report.Report{Source: Name, Key: e.key(), Published: e.Added}
	if isURL(e.URL) {
		r.URL, r.Publisher = e.URL, outlet(e.URL)
	} else {
		r.Publisher = e.URL // "BBC Monitoring"
	}
	detail := make([]byte, 0, 48)
	detail = append(strconv.AppendInt(detail, int64(e.Mentions), 10), " mentions, tone "...)
	detail = strconv.AppendFloat(detail, e.Tone, 'f', 1, 64)
	r.Coded = []report.Row{e.row(string(detail))}
	return r
}

// mentioned is the event as an article tells it that mentions it; the first
// one is the event's own report.
func (e *Event) mentioned(m Mention, own bool) report.Report {
	r := report.Report{Source: Name, Published: m.Time, Publisher: trimDomain(m.Source), Language: m.Language}
	if isURL(m.Identifier) {
		r.URL = m.Identifier
		if r.Publisher == "" {
			r.Publisher = outlet(m.Identifier)
		}
	} else if r.Publisher == "" {
		r.Publisher = m.Identifier
	}
	if own {
		r.Key = e.key()
	} else {
		r.Key = fmt.Sprintf("%d\t%s\t%d\t%d\t%d\t%d", e.ID, m.Identifier, m.Sentence, m.Actor1At, m.Actor2At, m.ActionAt)
	}
	row := e.row(fmt.Sprintf("sentence %d, tone %.1f", m.Sentence, m.Tone))
	row.Confidence = float64(m.Confidence) / 100
	r.Coded = []report.Row{row}
	return r
}

func (e *Event) row(detail string) report.Row {
	return report.Row{
		Initiator: e.Actor1.Name, InitiatorIs: e.Actor1.party(),
		Recipient: e.Actor2.Name, RecipientIs: e.Actor2.party(),
		Code: e.Code, Day: e.Day, Place: e.Place.place(), Detail: detail,
	}
}

func (a *Actor) party() report.Party {
	p := report.Party{Code: a.Code, Kind: schema.Population}
	if a.Ethnic != "" && a.Name != "" {
		p.Role = a.Name + "S" // a people, which no code tells: "KURD"
	}
	p.Country, _ = cameo.Country(a.Country)
	return p
}

func (g *Geo) place() report.Place {
	p := report.Place{Name: g.Name, Latitude: g.Latitude, Longitude: g.Longitude, Located: g.Located}
	p.Country, _ = cameo.CountryOfFIPS(g.Country)
	return p
}

func isURL(s string) bool { return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") }

// outlet is the domain of an article.
func outlet(article string) string {
	_, rest, _ := strings.Cut(article, "://")
	host, _, _ := strings.Cut(rest, "/")
	if strings.ContainsAny(host, "@?#%") {
		u, err := url.Parse(article)
		if err != nil {
			return ""
		}
		host = u.Host
	}
	host, _, _ = strings.Cut(host, ":")
	return trimDomain(host)
}

// trimDomain writes a domain as an outlet's name; other names stay.
func trimDomain(host string) string {
	if strings.Contains(host, " ") {
		return host
	}
	return strings.TrimPrefix(strings.ToLower(host), "www.")
}
