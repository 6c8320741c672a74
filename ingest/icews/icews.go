// Package icews reads coded events in the reduced form of the ICEWS data
// that researchers exchange: tab-separated lines of
//
//	source ⇥ relation ⇥ target ⇥ day
//
// and in the form of the releases themselves: 20 tab-separated columns that a
// header line names, in any order, with places, publishers and the ids of
// stories and events.
//
// The relation is the name of a CAMEO code ("Make a visit") or the code
// itself (042). Nothing is quoted; a quotation mark is data.
package icews

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"faultline/ingest/report"
	"faultline/ingest/source/lines"
	"faultline/schema"
)

// Source is the source of all reports that Read yields: the same row is the
// same report, whatever file it is found in.
const Source = "icews"

// Reasons to skip a row.
const (
	ReasonTooLong   = "line is too long"
	ReasonHeader    = "header line"
	ReasonCells     = "row does not have 4 cells"
	ReasonNoActor   = "source or target is empty"
	ReasonNoDate    = "date does not parse"
	ReasonUnknown   = "unknown relation"
	ReasonAmbiguous = "code is ambiguous without its leading zero"
	ReasonStatement = "plain statement, no event (CAMEO 01)"
	ReasonColumns   = "row is shorter than its header"
)

// rowMax is far above the longest row, and keeps a file that is no table
// from being held.
const rowMax = 1 << 20

// Read yields one report with one coded row for each line of r that is an
// event, and a skip for each that is not. Which form the file has, its first
// line tells. Lines that are no UTF-8 are taken
// as Windows-1252, as older releases are. The error is sink's, ctx's, or a
// *lines.Error when reading failed.
func Read(ctx context.Context, r io.Reader, file string, sink report.Sink) error {
	in := lines.New(r, file, rowMax)
	begun := false    // a line with content has been seen
	var form *release // of a release, nil in the reduced form
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
		} else if text := lines.Decode(line.Text); strings.TrimSpace(text) != "" {
			if !begun && form == nil {
				if form = releaseOf(text); form != nil {
					begun = true
					continue
				}
			}
			var rep report.Report
			var reason, detail string
			if form != nil {
				rep, reason, detail = form.parse(text)
			} else {
				rep, reason, detail = parse(text)
			}
			if reason != "" && !begun && header(text) {
				reason, detail = ReasonHeader, fmt.Sprintf("%.60q", text)
			}
			begun = true
			rep.Origin = line.Origin
			switch {
			case reason == "":
				err = sink.Report(rep)
			case !line.Cut: // of a cut line the error that follows tells
				err = sink.Skip(report.Skip{Origin: line.Origin, Reason: reason, Detail: detail})
			}
		}
		if err != nil {
			return err
		}
	}
}

// parse reads one row; reason is "" when it is an event.
func parse(line string) (_ report.Report, reason, detail string) {
	var cells [4]string
	rest, ok := line, true
	for i := range cells {
		if !ok {
			return report.Report{}, ReasonCells, fmt.Sprintf("%d cells", i)
		}
		cells[i], rest, ok = strings.Cut(rest, "\t")
		cells[i] = strings.TrimSpace(cells[i])
	}
	if ok {
		return report.Report{}, ReasonCells, fmt.Sprintf("%d cells", 5+strings.Count(rest, "\t"))
	}
	if cells[0] == "" || cells[2] == "" {
		return report.Report{}, ReasonNoActor, fmt.Sprintf("%.80q", line)
	}
	code, err := codeOf(cells[1])
	if err != nil {
		reason := ReasonUnknown
		if errors.Is(err, errAmbiguous) {
			reason = ReasonAmbiguous
		}
		return report.Report{}, reason, fmt.Sprintf("%.60q", cells[1])
	}
	day, ok := dayOf(cells[3])
	if !ok {
		return report.Report{}, ReasonNoDate, fmt.Sprintf("%.60q", cells[3])
	}
	if facts, _ := code.Facts(); facts.Type == "" {
		return report.Report{}, ReasonStatement, fmt.Sprintf("%.60q", cells[1])
	}
	return report.Report{
		Source:    Source,
		Publisher: "ICEWS",
		Key:       strings.Join(cells[:], "\t"),
		Published: day.Time(),
		Coded:     []report.Row{{Initiator: cells[0], Recipient: cells[2], Code: code, Day: day}},
	}, "", ""
}

// header reports whether a first line names its columns.
func header(line string) bool {
	for _, cell := range strings.Split(strings.ToLower(line), "\t") {
		switch strings.TrimSpace(cell) {
		case "date", "event date", "relation", "cameo code", "event text", "target", "target name":
			return true
		}
	}
	return false
}

// dayOf reads YYYY-MM-DD, and M/D/YYYY as some releases have it.
func dayOf(s string) (schema.Day, bool) {
	for _, layout := range [...]string{time.DateOnly, "1/2/2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return schema.DayOf(t), t.Year() >= 1900 // below: a slip of the source
		}
	}
	return schema.NoDay, false
}
