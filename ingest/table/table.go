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

	"faultline/ingest/report"
	"faultline/ingest/source/lines"
)

// The limits of one row, which keep a quotation mark that is never closed
// from swallowing the file. Articles are cells of many lines.
const (
	maxBytes = 1 << 20
	maxLines = 5000
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
	in     *lines.Reader
	comma  byte
	byLine bool   // a row is a line, whatever its marks
	ahead  []line // lines read and not yet given out
	stays  int    // how many of them behind the first are known to close nothing
	size   int    // bytes of the first and of those
	err    error  // after those
}

type line struct {
	lines.Line
	text string
}

// New returns a reader of the rows of r, which file names in origins. Cells
// are parted by comma; 0 finds out from the first row whether it is a comma,
// semicolon or tab. In tables that are said to have tabs a row is a line.
func New(r io.Reader, file string, comma byte) *Reader {
	return &Reader{in: lines.New(r, file, maxBytes), comma: comma, byLine: comma == '\t'}
}

// Next returns the next row that is not blank. The error is io.EOF after the
// last one, ctx's when ctx has ended, and a *lines.Error when reading failed.
func (r *Reader) Next(ctx context.Context) (Row, error) {
	first, err := r.peek(ctx, 0)
	for err == nil && first.TooLong == 0 && strings.TrimSpace(first.text) == "" {
		r.take(1)
		first, err = r.peek(ctx, 0)
	}
	if err != nil {
		return Row{}, err
	}
	row := Row{Origin: first.Origin, TooLong: first.TooLong, Cut: first.Cut}
	if r.comma == 0 && row.TooLong == 0 {
		r.comma = guess(first.text)
	}
	text, taken := first.text, 1
	open := scan(text, r.comma, false)
	if open && !r.byLine && row.TooLong == 0 && !row.Cut {
		if taken, err = r.complete(ctx); err != nil {
			return Row{}, err
		}
		if taken > 1 {
			var b strings.Builder
			for i, l := range r.ahead[:taken] {
				if i > 0 {
					b.WriteByte('\n')
				}
				b.WriteString(l.text)
			}
			text, open, row.Cut = b.String(), false, r.ahead[taken-1].Cut
		}
	}
	r.take(taken)
	if row.TooLong == 0 {
		// A mark that nothing closes is data.
		row.Cells = split(text, r.comma, open && !row.Cut)
	}
	return row, nil
}

// complete returns how many lines make up the row that begins with the first
// one ahead, whose last cell is open: 1 if nothing closes it. The error is
// ctx's.
func (r *Reader) complete(ctx context.Context) (int, error) {
	if r.stays == 0 {
		r.size = len(r.ahead[0].text)
	}
	for r.stays < maxLines && r.size < maxBytes {
		n := r.stays + 1
		next, err := r.peek(ctx, n)
		if err != nil {
			if err == ctx.Err() {
				return 0, err
			}
			break
		}
		if next.TooLong > 0 {
			break
		}
		if !scan(next.text, r.comma, true) || next.Cut {
			return n + 1, nil
		}
		r.stays, r.size = n, r.size+1+len(next.text)
	}
	return 1, nil
}

// take gives out n lines.
func (r *Reader) take(n int) {
	for _, l := range r.ahead[:n] {
		r.size -= 1 + len(l.text)
	}
	r.ahead = r.ahead[n:]
	r.stays = max(r.stays-n, 0)
}

// peek returns the nth line that is ahead.
func (r *Reader) peek(ctx context.Context, n int) (*line, error) {
	for len(r.ahead) <= n {
		if r.err != nil {
			return nil, r.err
		}
		l, err := r.in.Next(ctx)
		if err != nil {
			if err != ctx.Err() {
				r.err = err
			}
			return nil, err
		}
		r.ahead = append(r.ahead, line{Line: l, text: lines.Decode(l.Text)})
		r.ahead[len(r.ahead)-1].Text = nil // it is the reader's
	}
	return &r.ahead[n], nil
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

// scan finds out whether the last cell of a line lacks its end; the line
// begins within a quoted cell or not.
func scan(text string, comma byte, within bool) (open bool) {
	for {
		if !within {
			if !strings.HasPrefix(text, `"`) {
				i := strings.IndexByte(text, comma)
				if i < 0 {
					return false
				}
				text = text[i+1:]
				continue
			}
			text = text[1:]
		}
		i := closing(text, comma)
		if i < 0 {
			return true
		}
		if i+1 == len(text) {
			return false
		}
		text, within = text[i+2:], false
	}
}

// closing returns where the mark is that closes a quoted cell: before a comma
// or the end, and not doubled. It is -1 if there is none.
func closing(text string, comma byte) int {
	for i := 0; ; i++ {
		n := strings.IndexByte(text[i:], '"')
		if n < 0 {
			return -1
		}
		i += n
		switch {
		case i+1 == len(text), text[i+1] == comma:
			return i
		case text[i+1] == '"':
			i++
		}
	}
}

// split parts a row. A cell that begins with a quotation mark ends with one
// before a comma or the end; within it a doubled mark is one, and a single
// one is data. If plain, a cell whose end is lacking is not a quoted one.
func split(text string, comma byte, plain bool) []string {
	cells := make([]string, 0, strings.Count(text, string(comma))+1)
	for {
		if strings.HasPrefix(text, `"`) {
			i := closing(text[1:], comma)
			switch {
			case i >= 0:
				cells = append(cells, strings.ReplaceAll(text[1:1+i], `""`, `"`))
				if text = text[2+i:]; text == "" {
					return cells
				}
				text = text[1:]
				continue
			case !plain:
				return append(cells, strings.ReplaceAll(text[1:], `""`, `"`))
			}
		}
		i := strings.IndexByte(text, comma)
		if i < 0 {
			return append(cells, text)
		}
		cells = append(cells, text[:i])
		text = text[i+1:]
	}
}

// Columns are where a table has its cells, by the column's name in lower
// case with blanks for underscores.
type Columns map[string]int

// ColumnsOf reads a header. Of columns with one name the first counts.
func ColumnsOf(cells []string) Columns {
	c := make(Columns, len(cells))
	for i, name := range cells {
		name = Name(name)
		if _, again := c[name]; !again && name != "" {
			c[name] = i
		}
	}
	return c
}

// Header reads the line of a header whose cells are parted by comma.
func Header(line string, comma byte) Columns { return ColumnsOf(split(line, comma, true)) }

// Name is the form in which Columns has a column's name.
func Name(name string) string {
	return strings.ToLower(strings.ReplaceAll(strings.Trim(name, "\" \t\ufeff\u00a0"), "_", " "))
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
