// Package fields makes reports of named fields, as lists of reports hold
// them, whatever the list is written in.
package fields

import (
	"fmt"
	"strings"
	"time"

	"faultline/graph"
	"faultline/ingest/report"
	"faultline/ingest/source/published"
)

// Reasons why fields are no report.
const (
	ReasonNoDate = "date does not parse"
	ReasonNoText = "no text"
)

// Fields are what a list says of one report. All but the text may be "".
type Fields struct {
	ID        string // what names the report within the list
	Published string // a date, as package published reads it
	Publisher string
	Cites     []string
	Title     string
	URL       string
	Language  string
	Text      string // kept as it is
}

// Report makes the report; reason is "" when it is one. A report that has an
// id is of the list; one without is known by its URL or else by its content,
// whatever list it is found in.
func (f *Fields) Report(list string) (_ report.Report, reason, detail string) {
	rep := report.Report{
		Publisher: strings.TrimSpace(f.Publisher),
		Title:     strings.TrimSpace(f.Title),
		URL:       strings.TrimSpace(f.URL),
		Language:  strings.TrimSpace(f.Language),
		Text:      f.Text,
	}
	if strings.Trim(rep.Text, "\ufffd \t\r\n\v\f\u0085\u00a0") == "" {
		return rep, ReasonNoText, f.ID
	}
	for _, c := range f.Cites {
		if c = strings.TrimSpace(c); c != "" {
			rep.Cites = append(rep.Cites, c)
		}
	}
	if f.Published != "" {
		t, err := published.Parse(f.Published)
		if err != nil {
			return rep, ReasonNoDate, fmt.Sprintf("%.60q", f.Published)
		}
		rep.Published = t
	}
	switch {
	case f.ID != "":
		rep.Source, rep.Key = list, f.ID
	case rep.URL != "":
		rep.Source, rep.Key = "url", rep.URL
	default:
		day := ""
		if !rep.Published.IsZero() {
			day = rep.Published.Format(time.DateOnly)
		}
		rep.Source, rep.Key = report.ByContent, graph.ContentHash(rep.Publisher, day, rep.Title, rep.Text)
	}
	return rep, "", ""
}

// First returns the first of the texts that is not blank, "" if none is.
func First(texts ...string) string {
	for _, s := range texts {
		if strings.TrimSpace(s) != "" {
			return s
		}
	}
	return ""
}
