package table

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"faultline/ingest/report"
)

// Reasons to skip a row of any set.
const (
	ReasonTooLong = "line is too long"
	ReasonCells   = "row is shorter than its header"
)

// Set is a data set whose tables have named columns: what a reader of its
// rows needs to know of it.
type Set struct {
	Comma   byte     // as for New
	Has     []string // the columns by which a table of the set is known
	Default []string // the columns of tables that come without a header; nil if none does
	Last    string   // the column that a row must reach; "" is the header's last
	Short   bool     // a row may be of any length
	Foreign string   // the reason to skip a table that is none of the set

	// Refuse says why a table that has those columns is none of the set all
	// the same, "" if it is one; nil refuses none.
	Refuse func(Columns) (reason, detail string)
}

// Is reports whether a table with these columns is one of the set.
func (s *Set) Is(c Columns) bool {
	if s.Refuse != nil {
		if reason, _ := s.Refuse(c); reason != "" {
			return false
		}
	}
	return c.Has(s.Has...)
}

// At gives the trimmed cell of the first of the columns that the table has,
// "" if it has none. Names are in lower case with blanks for underscores.
type At func(names ...string) string

// Read yields what parse makes of each row: a report, or a skip when its
// reason is not "". A table that is none of the set is one skip. The error
// is sink's, ctx's, or a *lines.Error when reading failed.
func (s *Set) Read(ctx context.Context, r io.Reader, file string, sink report.Sink, parse func(At) (_ report.Report, reason, detail string)) error {
	in := New(r, file, s.Comma)
	var columns Columns
	width := 0
	for {
		row, err := in.Next(ctx)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if columns == nil && row.TooLong == 0 {
			columns, width = ColumnsOf(row.Cells), len(row.Cells)
			switch {
			case s.Is(columns):
				if last, ok := columns[s.Last]; ok {
					width = last + 1
				}
				for width == len(row.Cells) && width > 1 && strings.TrimSpace(row.Cells[width-1]) == "" {
					width-- // a comma at the end of the header, which rows need not have
				}
				continue
			case len(row.Cells) == len(s.Default) && number(row.Cells[0]):
				columns = ColumnsOf(s.Default)
			default:
				reason, detail := s.Foreign, fmt.Sprintf("%.80q", strings.Join(row.Cells, string(in.comma)))
				if s.Refuse != nil {
					if why, what := s.Refuse(columns); why != "" {
						reason, detail = why, what
					}
				}
				return sink.Skip(report.Skip{Origin: row.Origin, Reason: reason, Detail: detail})
			}
		}
		var rep report.Report
		reason, detail := ReasonTooLong, fmt.Sprintf("%d bytes, at most %d", row.TooLong, maxBytes)
		switch {
		case row.TooLong > 0:
		case row.Cut: // the error that follows tells
			continue
		case len(row.Cells) < width && !s.Short:
			reason, detail = ReasonCells, fmt.Sprintf("%d cells, want %d", len(row.Cells), width)
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

// number reports whether a cell is one, as ids are and names are not.
func number(s string) bool {
	_, err := strconv.ParseUint(strings.TrimSpace(s), 10, 64)
	return err == nil
}

// Locate sets the coordinates of a place from two cells, in degrees. Cells
// that are empty or out of range leave it without.
func Locate(p *report.Place, latitude, longitude string) {
	lat, err1 := strconv.ParseFloat(latitude, 64)
	lon, err2 := strconv.ParseFloat(longitude, 64)
	if err1 == nil && err2 == nil && lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180 {
		p.Latitude, p.Longitude, p.Located = lat, lon, true
	}
}

// PlaceName joins the parts of a place's name, the smallest first, without
// those that are empty or repeat the one before.
func PlaceName(parts ...string) string {
	var kept []string
	for _, part := range parts {
		if part != "" && (len(kept) == 0 || kept[len(kept)-1] != part) {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, ", ")
}

// OneLine joins the lines and words of a cell by single blanks.
func OneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
