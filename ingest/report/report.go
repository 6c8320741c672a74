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
	Author    string   // as the source writes it, "" if unknown
	Language  string   // BCP 47, "" if unknown
	Cites     []string // outlets that the report names as its sources
	Text      string   // of coded rows the notes they come with, mostly ""
	Version   string   // of coded rows: what changes when the source edits them, "" when it never does
	Coded     []Row    // what the source has coded; nil when Text is to be coded
	Origin    Origin

	// After is set by a load, when an article goes back to a text that it had
	// before: what stands for the versions since. It makes the report another
	// one.
	After string
}

// ByContent is the Source of a report that nothing names but its content;
// its Key is a hash of that.
const ByContent = "content"

// Item names the article or row, the same for all of its versions. It is ""
// when the source has no name for it, or never changes what it has given out.
func (r Report) Item() string {
	if r.Key == "" || r.Source == ByContent || r.Coded != nil && r.Version == "" {
		return ""
	}
	return r.Source + " " + r.Key
}

// Row is one event that the source has coded itself. The rows of one report
// tell of one event, a row for each of those who say so.
type Row struct {
	Initiator   string // as the source names it: "Military (Mali)", "Barack Obama"
	Recipient   string
	InitiatorIs Party // what else the source says of it
	RecipientIs Party
	Joint       bool // the order of the sides means nothing: both fight, or meet

	Code schema.Code      // CAMEO; "" when the source codes types alone
	Type schema.EventType // used when Code is ""

	Day       schema.Day
	Precision schema.Precision // "" is day
	Place     Place            // zero if unknown

	Start, End int     // what the source says in words, as offsets in the report's Text; both 0 if nothing
	Speaker    string  // the outlet or body that the row cites for the event, "" if none
	Confidence float64 // 0…1 as the source gives it; 0 when it gives none
	Detail     string  // what else the row says, for people: "Armed clash, 3 dead"
}

// Party is what a coded source says of one side beyond its name.
type Party struct {
	Code    string           // CAMEO actor code, which decides alone if it says who: "SYRREB"; "" if the source has none
	Role    string           // the name in the style of ICEWS, looked up first: "Military (Sudan)"; "" if there is no such form
	Names   []string         // whole names, likeliest first; when given, the row's name is not taken apart for role words
	Country string           // of the actor: ISO 3166 alpha-3, or an English name; "" if unknown
	Kind    schema.ActorKind // if nobody has listed the name; "" is an organisation
}

// Place is where a coded event happened.
type Place struct {
	Name      string  // from the smallest part to the country: "Mopti, Mopti, Mali"; "" if unknown
	Country   string  // ISO 3166 alpha-3, or an English name; "" if unknown or none
	Latitude  float64 // degrees north
	Longitude float64 // degrees east
	Located   bool    // the coordinates are known
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
