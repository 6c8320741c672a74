package acled

import (
	"context"
	"io"

	"faultline/ingest/report"
	"faultline/ingest/table"
)

// exports are the tables of this package.
func exports() *table.Set {
	return &table.Set{Has: []string{"event date", "event type", "actor1"}, Foreign: ReasonHeader}
}

// IsHeader reports whether a table with these columns is an export.
func IsHeader(c table.Columns) bool { return exports().Is(c) }

// Read yields one report for each event of a CSV export, with a coded row
// for each source that it cites, and a skip for each row that is no event.
// The error is sink's, ctx's, or a *lines.Error when reading failed.
func Read(ctx context.Context, r io.Reader, file string, sink report.Sink) error {
	return exports().Read(ctx, r, file, sink, parse)
}
