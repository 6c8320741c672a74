package gdelt

import (
	"context"
	"io"

	"faultline/ingest/source/lines"
)

// Recent keeps the rows of the events read last, for the mentions of them
// that later files have. It is not safe for concurrent use.
type Recent struct {
	max   int
	rows  map[int64]string
	order []int64 // a ring once it is full
	next  int
}

// RecentMax is how many events a Recent keeps when not told otherwise: about
// a day of both streams, some 100 MB.
const RecentMax = 200_000

// NewRecent returns a Recent of at most max events; RecentMax if max is 0.
func NewRecent(max int) *Recent {
	if max <= 0 {
		max = RecentMax
	}
	return &Recent{max: max, rows: map[int64]string{}}
}

// Len returns how many events it has.
func (r *Recent) Len() int { return len(r.rows) }

// add takes the row of an event in; the oldest one falls out.
func (r *Recent) add(id int64, row string) {
	if _, ok := r.rows[id]; ok {
		return
	}
	r.rows[id] = row
	if len(r.order) < r.max {
		r.order = append(r.order, id)
		return
	}
	delete(r.rows, r.order[r.next])
	r.order[r.next] = id
	r.next = (r.next + 1) % r.max
}

// Event returns the event of a number.
func (r *Recent) Event(id int64) (Event, bool) {
	if r == nil {
		return Event{}, false
	}
	row, ok := r.rows[id]
	if !ok {
		return Event{}, false
	}
	e, reason, _ := ParseEvent(row)
	return e, reason == ""
}

// WriteTo writes the rows, oldest first, in the form of an export file.
func (r *Recent) WriteTo(w io.Writer) (n int64, err error) {
	for i := range r.order {
		id := r.order[(r.next+i)%len(r.order)]
		k, err := io.WriteString(w, r.rows[id]+"\n")
		n += int64(k)
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// ReadFrom takes in the rows of an export file, passing over what is no row.
func (r *Recent) ReadFrom(in io.Reader) (n int64, err error) {
	rows := lines.New(in, "recent events", rowMax)
	for {
		line, err := rows.Next(context.Background())
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		n += int64(len(line.Text)) + 1
		row := string(line.Text)
		if e, reason, _ := ParseEvent(row); reason == "" && !line.Cut {
			r.add(e.ID, row)
		}
	}
}
