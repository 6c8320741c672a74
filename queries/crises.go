package queries

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"faultline/schema"
)

// Crisis is a known turn of a relation for the worse.
type Crisis struct {
	ID    string     `json:"id"`
	SideA string     `json:"side_a"` // names, as Find takes them
	SideB string     `json:"side_b"`
	Onset schema.Day `json:"onset"`
	Kind  string     `json:"kind,omitempty"`
	Note  string     `json:"note,omitempty"`
}

// Quiet is a time in which a relation is known to have had no crisis.
type Quiet struct {
	ID    string     `json:"id"`
	SideA string     `json:"side_a"`
	SideB string     `json:"side_b"`
	Start schema.Day `json:"start"`
	End   schema.Day `json:"end"` // the last day
	Note  string     `json:"note,omitempty"`
}

// Crises are what the detection of strain is measured against.
type Crises struct {
	Crises []Crisis `json:"crises"`
	Quiet  []Quiet  `json:"quiet"`
	Note   string   `json:"note,omitempty"`
}

// within keeps the crises that begin in a window, and the quiet days in it.
func (c Crises) within(w Window) Crises {
	if w.all() {
		return c
	}
	kept := Crises{Note: c.Note}
	for _, x := range c.Crises {
		if w.Contains(x.Onset) {
			kept.Crises = append(kept.Crises, x)
		}
	}
	for _, x := range c.Quiet {
		x.Start = max(x.Start, w.From)
		if w.To != schema.NoDay {
			x.End = min(x.End, w.To-1)
		}
		if x.Start <= x.End {
			kept.Quiet = append(kept.Quiet, x)
		}
	}
	return kept
}

// ReadCrises reads a JSON object with lists of crises and of quiet times.
// The error joins all that is wrong with their entries.
func ReadCrises(in io.Reader) (Crises, error) {
	var c Crises
	if err := json.NewDecoder(in).Decode(&c); err != nil {
		return Crises{}, fmt.Errorf("no list of crises: %w", err)
	}
	var errs []error
	bad := func(list string, i int, id, what string) {
		errs = append(errs, fmt.Errorf("%s[%d] %q: %s", list, i, id, what))
	}
	for i, x := range c.Crises {
		if x.SideA == "" || x.SideB == "" {
			bad("crises", i, x.ID, "want side_a and side_b")
		}
		if x.Onset == schema.NoDay {
			bad("crises", i, x.ID, "want onset, YYYY-MM-DD")
		}
	}
	for i, x := range c.Quiet {
		if x.SideA == "" || x.SideB == "" {
			bad("quiet", i, x.ID, "want side_a and side_b")
		}
		if x.Start == schema.NoDay || x.End < x.Start {
			bad("quiet", i, x.ID, "want start and end, YYYY-MM-DD, in this order")
		}
	}
	if len(c.Crises) == 0 {
		errs = append(errs, errors.New(`want at least one entry in "crises"`))
	}
	return c, errors.Join(errs...)
}
