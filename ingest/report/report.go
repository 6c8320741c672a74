// Package report is what a source yields, whatever its format: reports with
// text still to be coded, or rows that somebody else has coded, each with
// the place it was read from.
package report

import (
	"fmt"
	"time"

	"faultline/schema"
)

// Report is one article, post or row as its source gives it. Names are still
// plain text; nothing is resolved.
type Report struct {
	Source    string    // what the report is from, for its id: a feed, a file's name, "icews"
	Key       string    // what names the report within the source: its id, URL, or the row's content
	Publisher string    // the outlet, "" if unknown
	Published time.Time // zero if unknown
	Title     string
	URL       string
	Language  string   // BCP 47, "" if unknown
	Cites     []string // outlets that the report names as its sources
	Text      string   // "" for coded rows
	Coded     []Row    // what the source has coded; nil when Text is to be coded
	Origin    Origin
}

// Row is one event that the source has coded itself.
type Row struct {
	Initiator string // as the source names it: "Military (Mali)", "Barack Obama"
	Recipient string
	Code      schema.Code
	Day       schema.Day
}

// Origin is where in the input something was read.
type Origin struct {
	File string // as the user named it, "-" for standard input
	Line int    // 1-based; 0 when the file is the report
}

// String returns file:line, or the file alone.
func (o Origin) String() string {
	if o.Line == 0 {
		return o.File
	}
	return fmt.Sprintf("%s:%d", o.File, o.Line)
}

// Skip is input that was passed over.
type Skip struct {
	Origin Origin
	Reason string // of few kinds, so that skips can be counted by it: "date does not parse"
	Detail string // the offending value or error, cut short
}

// String says what was skipped, why, and where.
func (s Skip) String() string {
	if s.Detail == "" {
		return fmt.Sprintf("%s: %s", s.Origin, s.Reason)
	}
	return fmt.Sprintf("%s: %s: %s", s.Origin, s.Reason, s.Detail)
}

// Sink takes what a reader of a format finds, in the order of the input.
// Either function may return an error to stop the reading; the reader
// returns that error unchanged.
type Sink struct {
	Report func(Report) error
	Skip   func(Skip) error
}
