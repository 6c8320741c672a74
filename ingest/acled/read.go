package acled

import (
	"context"
	"fmt"
	"io"
	"strings"

	"faultline/ingest/report"
	"faultline/ingest/table"
)

// IsHeader reports whether a table with these columns is an export.
func IsHeader(c table.Columns) bool {
	return c.Has("event date", "event type", "actor1")
}

// Read yields one report for each event of a CSV export, with a coded row
// for each source that it cites, and a skip for each row that is no event.
// The error is sink's, ctx's, or a *lines.Error when reading failed.
func Read(ctx context.Context, r io.Reader, file string, sink report.Sink) error {
	in := table.New(r, file, 0)
	var columns table.Columns
	for {
		row, err := in.Next(ctx)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if columns == nil && row.TooLong == 0 {
			if columns = table.ColumnsOf(row.Cells); !IsHeader(columns) {
				return sink.Skip(report.Skip{Origin: row.Origin, Reason: ReasonHeader, Detail: fmt.Sprintf("%.80q", strings.Join(row.Cells, ","))})
			}
			continue
		}
		var rep report.Report
		reason, detail := ReasonTooLong, ""
		switch {
		case row.TooLong > 0:
		case row.Cut: // the error that follows tells
			continue
		case len(row.Cells) < len(columns):
			reason, detail = ReasonCells, fmt.Sprintf("%d cells, the header has %d", len(row.Cells), len(columns))
		default:
			rep, reason, detail = parse(func(names ...string) string { return columns.Cell(row.Cells, names...) })
		}
		if reason != "" {
			err = sink.Skip(report.Skip{Origin: row.Origin, Reason: reason, Detail: detail})
		} else {
			rep.Origin = row.Origin
			err = sink.Report(rep)
		}
		if err != nil {
			return err
		}
	}
}
