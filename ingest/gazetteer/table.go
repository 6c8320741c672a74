package gazetteer

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"
	"unicode/utf8"

	"faultline/schema"
)

// row is one line of a data file, its cells by the column order asked for.
type row struct {
	file  string
	line  int
	cells []string
}

func (r row) errorf(format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", r.file, r.line, fmt.Sprintf(format, args...))
}

// list splits a cell that holds several values.
func (r row) list(i int) []string {
	cell := r.cells[i]
	if cell == "" {
		return nil
	}
	if !strings.Contains(cell, "|") {
		return []string{cell}
	}
	values := make([]string, 0, strings.Count(cell, "|")+1)
	for v := range strings.SplitSeq(cell, "|") {
		if v = strings.TrimSpace(v); v != "" {
			values = append(values, v)
		}
	}
	return values
}

// maxLine bounds a line of a data file, in bytes.
const maxLine = 1 << 20

// readTable reads a tab-separated file: one header line that names the
// columns, in any order; blank lines and lines that start with # are
// skipped; missing cells at the end are empty. A file that does not exist is
// an empty table. Columns that the header names beyond those wanted, and
// cells beyond the header's, are errors, so that a typing slip is not a loss.
func readTable(fsys fs.FS, file string, columns ...string) ([]row, error) {
	b, err := fs.ReadFile(fsys, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rows := make([]row, 0, bytes.Count(b, []byte{'\n'}))
	var cells []string
	var cellSlab []string // rows share allocations
	var order []int       // position in the file → position in columns
	sc := bufio.NewScanner(bytes.NewReader(b))
	sc.Buffer(nil, maxLine)
	for line := 1; sc.Scan(); line++ {
		text := strings.TrimRight(sc.Text(), "\r")
		if strings.TrimSpace(text) == "" || strings.HasPrefix(text, "#") {
			continue
		}
		r := row{file: file, line: line}
		if !utf8.ValidString(text) {
			return nil, r.errorf("is not UTF-8")
		}
		cells = cells[:0]
		for c := range strings.SplitSeq(text, "\t") {
			cells = append(cells, c)
		}
		if order == nil {
			if order, err = columnOrder(r, cells, columns); err != nil {
				return nil, err
			}
			continue
		}
		if len(cells) > len(order) {
			return nil, r.errorf("has %d cells, its header %d columns", len(cells), len(order))
		}
		if len(cellSlab) < len(columns) {
			cellSlab = make([]string, 256*len(columns))
		}
		r.cells, cellSlab = cellSlab[:len(columns):len(columns)], cellSlab[len(columns):]
		for i, c := range cells {
			r.cells[order[i]] = strings.TrimSpace(c)
		}
		rows = append(rows, r)
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return rows, nil
}

func columnOrder(r row, cells, columns []string) ([]int, error) {
	var order []int
	seen := map[string]bool{}
	for _, c := range cells {
		c = strings.TrimSpace(c)
		at := -1
		for i, want := range columns {
			if c == want {
				at = i
			}
		}
		if at < 0 || seen[c] {
			return nil, r.errorf("column %q is unknown or doubled: want %s", c, strings.Join(columns, ", "))
		}
		seen[c] = true
		order = append(order, at)
	}
	if !seen[columns[0]] {
		return nil, r.errorf("the header lacks the column %q", columns[0])
	}
	return order, nil
}

// interval reads "2013-04-08..2015", "..2004", "2013.." or "2013"; dates may
// be years, months or days, and both ends are included. The end it returns
// is the first day after, NoDay when open.
func interval(s string) (from, to schema.Day, err error) {
	a, b, span := strings.Cut(s, "..")
	if !span {
		b = a
	}
	from, to = schema.NoDay, schema.NoDay
	if a != "" {
		if from, _, err = bounds(a); err != nil {
			return from, to, err
		}
	}
	if b != "" {
		if _, to, err = bounds(b); err != nil {
			return from, to, err
		}
	}
	if from != schema.NoDay && to != schema.NoDay && to <= from {
		return from, to, fmt.Errorf("%q ends before it begins", s)
	}
	return from, to, nil
}

// bounds returns the first day of a date of any precision and the first day
// after it.
func bounds(s string) (first, after schema.Day, err error) {
	for _, layout := range []string{"2006-01-02", "2006-01", "2006"} {
		if len(s) != len(layout) {
			continue
		}
		t, err := time.Parse(layout, s)
		if err != nil {
			break
		}
		switch layout {
		case "2006":
			return schema.DayOf(t), schema.DayOf(t.AddDate(1, 0, 0)), nil
		case "2006-01":
			return schema.DayOf(t), schema.DayOf(t.AddDate(0, 1, 0)), nil
		}
		return schema.DayOf(t), schema.DayOf(t) + 1, nil
	}
	return schema.NoDay, schema.NoDay, fmt.Errorf("%q is no date: want YYYY, YYYY-MM or YYYY-MM-DD", s)
}

// dated reads "id" or "id@FROM..TO".
func dated(s string) (Dated, error) {
	slug, when, has := strings.Cut(s, "@")
	d := Dated{ID: schema.MakeActorID(strings.TrimSpace(slug)), From: schema.NoDay, To: schema.NoDay}
	if !has {
		return d, nil
	}
	var err error
	d.From, d.To, err = interval(strings.TrimSpace(when))
	return d, err
}

// office reads "role@id FROM..TO"; the dates may be missing.
func office(s string) (Office, error) {
	role, rest, ok := strings.Cut(s, "@")
	slug, when, _ := strings.Cut(strings.TrimSpace(rest), " ")
	o := Office{
		Role: strings.TrimSpace(role),
		At:   schema.MakeActorID(slug),
		From: schema.NoDay, To: schema.NoDay,
	}
	if !ok || o.Role == "" || slug == "" {
		return o, fmt.Errorf("%q is no office: want role@id FROM..TO", s)
	}
	when = strings.TrimSpace(when)
	if when == "" {
		return o, nil
	}
	var err error
	o.From, o.To, err = interval(when)
	return o, err
}
