// Package table reads delimited tables with named columns, as data sets are
// published: CSV by RFC 4180 with cells over several lines, and
// tab-separated values. It forgives what such files have: a byte order mark,
// stray quotation marks, rows too long or too short, bytes that are no
// UTF-8, an input that breaks off.
package table

import (
	"context"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"faultline/ingest/report"
	"faultline/ingest/source/lines"
)

// The limits of one row, which keep a quotation mark that is never closed
// from swallowing the file.
const (
	maxBytes = 1 << 20
	maxLines = 200
)

// Row is one row of the table.
type Row struct {
	Origin report.Origin // of its first line
	Cells  []string
	// TooLong is the size in bytes of a line that is too long to be read,
	// whose Cells are empty; else 0.
	TooLong int64
	// Cut says that the input broke off within this row. The next call of
	// Next returns the error, which accounts for what is missing.
	Cut bool
}

// Reader reads rows. It is not safe for concurrent use.
type Reader struct {
	in    *lines.Reader
	comma byte
	ahead []line // lines that were read to complete a row that was none
	err   error  // after those
}

type line struct {
	origin  report.Origin
	text    string
	tooLong int64
	cut     bool
}

// New returns a reader of the rows of r, which file names in origins. Cells
// are parted by comma; 0 finds out from the first row whether it is a comma,
// semicolon or tab. In tables with tabs a row is a line.
func New(r io.Reader, file string, comma byte) *Reader {
	return &Reader{in: lines.New(r, file, maxBytes), comma: comma}
}

// Next returns the next row that is not blank. The error is io.EOF after the
// last one, ctx's when ctx has ended, and a *lines.Error when reading failed.
func (r *Reader) Next(ctx context.Context) (Row, error) {
	first, err := r.line(ctx)
	for err == nil && first.tooLong == 0 && strings.TrimSpace(first.text) == "" {
		first, err = r.line(ctx)
	}
	if err != nil {
		return Row{}, err
	}
	row := Row{Origin: first.origin, TooLong: first.tooLong, Cut: first.cut}
	if row.TooLong > 0 {
		return row, nil
	}
	if r.comma == 0 {
		r.comma = guess(first.text)
	}
	cells, open := split(first.text, r.comma, false)
	if !open || row.Cut {
		row.Cells = cells
		return row, nil
	}
	if r.comma != '\t' {
		text, taken := first.text, []line(nil)
		for len(taken) < maxLines && len(text) < maxBytes {
			next, err := r.line(ctx)
			if err != nil {
				if err == ctx.Err() {
					return Row{}, err
				}
				r.err = err
				break
			}
			taken = append(taken, next)
			if next.tooLong > 0 {
				break
			}
			text += "\n" + next.text
			if cells, open = split(text, r.comma, false); !open || next.cut {
				row.Cells, row.Cut = cells, next.cut
				return row, nil
			}
		}
		r.ahead = append(taken, r.ahead...)
	}
	// Nothing closes the mark: it is data, and the lines are rows.
	row.Cells, _ = split(first.text, r.comma, true)
	return row, nil
}

func (r *Reader) line(ctx context.Context) (line, error) {
	if len(r.ahead) > 0 {
		l := r.ahead[0]
		r.ahead = r.ahead[1:]
		return l, nil
	}
	if r.err != nil {
		return line{}, r.err
	}
	l, err := r.in.Next(ctx)
	if err != nil {
		return line{}, err
	}
	return line{l.Origin, decode(l.Text), l.TooLong, l.Cut}, nil
}

// decode takes what is no UTF-8 as Windows-1252.
func decode(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	s, err := charmap.Windows1252.NewDecoder().String(string(b))
	if err != nil {
		return strings.ToValidUTF8(string(b), "\ufffd")
	}
	return s
}

func guess(header string) byte {
	best := byte(',')
	for _, c := range []byte{'\t', ';'} {
		if strings.Count(header, string(c)) > strings.Count(header, string(best)) {
			best = c
		}
	}
	return best
}

// split parts a row. A cell that begins with a quotation mark ends with one
// before a comma or the end; within it a doubled mark is one, and a single
// one is data. open says that the last cell lacks its end. If plain, a cell
// whose end is lacking is not a quoted one.
func split(text string, comma byte, plain bool) (cells []string, open bool) {
	cells = make([]string, 0, strings.Count(text, string(comma))+1)
	for {
		if strings.HasPrefix(text, `"`) {
			cell, rest, closed := quoted(text[1:], comma)
			if closed {
				cells = append(cells, cell)
				if rest == "" {
					return cells, false
				}
				text = rest[1:]
				continue
			}
			if !plain {
				return append(cells, cell), true
			}
		}
		i := strings.IndexByte(text, comma)
		if i < 0 {
			return append(cells, text), false
		}
		cells = append(cells, text[:i])
		text = text[i+1:]
	}
}

// quoted reads a quoted cell behind its mark; rest begins with the comma.
func quoted(text string, comma byte) (cell, rest string, closed bool) {
	if i := strings.IndexByte(text, '"'); i >= 0 && (i+1 == len(text) || text[i+1] == comma) {
		return text[:i], text[i+1:], true // no marks within
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '"' {
			b.WriteByte(text[i])
			continue
		}
		switch {
		case i+1 == len(text), text[i+1] == comma:
			return b.String(), text[i+1:], true
		case text[i+1] == '"':
			i++
		}
		b.WriteByte('"')
	}
	return b.String(), "", false
}

// Columns are where a table has its cells, by the column's name in lower
// case with blanks for underscores.
type Columns map[string]int

// ColumnsOf reads a header. Of columns with one name the first counts.
func ColumnsOf(cells []string) Columns {
	c := make(Columns, len(cells))
	for i, name := range cells {
		name = key(name)
		if _, again := c[name]; !again && name != "" {
			c[name] = i
		}
	}
	return c
}

func key(name string) string {
	return strings.ToLower(strings.ReplaceAll(strings.Trim(name, "\" "), "_", " "))
}

// Has reports whether the table has all of the columns.
func (c Columns) Has(names ...string) bool {
	for _, name := range names {
		if _, ok := c[name]; !ok {
			return false
		}
	}
	return true
}

// Cell returns the trimmed cell of the first of the columns that the table
// has, "" if it has none or the row is too short.
func (c Columns) Cell(cells []string, names ...string) string {
	for _, name := range names {
		if i, ok := c[name]; ok {
			if i < len(cells) {
				return strings.TrimSpace(cells[i])
			}
			return ""
		}
	}
	return ""
}
