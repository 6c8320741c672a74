package queries

import (
	"cmp"
	"math"
	"slices"
	"time"

	"faultline/schema"
)

// Direction says who of a pair acts on whom.
type Direction string

// The directions between the sides of a pair.
const (
	AToB   Direction = "a_to_b"
	BToA   Direction = "b_to_a"
	Mutual Direction = "mutual" // both act, on each other or together
)

// Tally counts by direction.
type Tally struct {
	AToB   int `json:"a_to_b"`
	BToA   int `json:"b_to_a"`
	Mutual int `json:"mutual"`
}

// Total is the sum over all directions.
func (t Tally) Total() int { return t.AToB + t.BToA + t.Mutual }

func (t *Tally) add(d Direction) {
	switch d {
	case AToB:
		t.AToB++
	case BToA:
		t.BToA++
	case Mutual:
		t.Mutual++
	}
}

// lead is the direction of at least two thirds, "" of nothing.
func (t Tally) lead() Direction {
	switch n := t.Total(); {
	case n == 0:
		return ""
	case 3*t.AToB >= 2*n:
		return AToB
	case 3*t.BToA >= 2*n:
		return BToA
	}
	return Mutual
}

// EventRef is an event as lists show it.
type EventRef struct {
	ID         schema.EventID   `json:"id"`
	Name       string           `json:"name"`
	Type       schema.EventType `json:"type"`
	Code       schema.Code      `json:"code,omitempty"`
	Quad       schema.QuadClass `json:"quad"`
	Intensity  float64          `json:"intensity"` // −10…+10
	Day        schema.Day       `json:"date"`
	Precision  schema.Precision `json:"precision"`
	Direction  Direction        `json:"direction,omitempty"` // between the pair that was asked for
	Status     schema.Status    `json:"status"`
	Claims     int              `json:"claims"`           // that hold and have this status
	Outlets    int              `json:"outlets"`          // that publish them
	Reports    int              `json:"reports"`          // that they are in
	Origins    int              `json:"origins"`          // of their sentences: copies of one story have one
	Denied     int              `json:"denied,omitempty"` // claims that deny it while others assert it
	Initiators []ActorRef       `json:"initiators,omitempty"`
	Recipients []ActorRef       `json:"recipients,omitempty"`
}

func (r *Record) event(i int, d Direction, asOf time.Time) EventRef {
	v := r.view
	s := v.Standing(i, asOf)
	e := EventRef{
		ID: v.ID(i), Type: v.Type(i), Code: v.Code(i), Quad: v.Quad(i), Intensity: math.Round(v.Intensity(i)*100) / 100,
		Day: v.Day(i), Precision: v.Precision(i), Direction: d,
		Status: s.Status, Claims: s.Claims, Outlets: s.Outlets, Reports: s.Reports, Origins: s.Origins, Denied: s.Denied,
	}
	names := func(side []uint32) (refs []ActorRef, list []string) {
		for _, n := range side {
			refs = append(refs, r.ref(n))
		}
		slices.SortFunc(refs, func(a, b ActorRef) int { return cmp.Compare(a.ID, b.ID) })
		for _, ref := range refs {
			list = append(list, ref.Name)
		}
		return refs, list
	}
	var initiators, recipients []string
	e.Initiators, initiators = names(v.Initiators(i))
	e.Recipients, recipients = names(v.Recipients(i))
	e.Name = schema.Event{Type: e.Type, Day: e.Day, Precision: e.Precision}.Label(initiators, recipients)
	return e
}

// found is an event between a pair.
type found struct {
	event     int
	direction Direction
}

// strongest orders events by severity, then by how many origins their claims
// have, the newer first. Among those of the same severity to a point, those
// come first of which a sentence tells, as it can be read.
func (r *Record) strongest(asOf time.Time) func(a, b found) int {
	v := r.view
	severity := func(f found) float64 { return math.Abs(v.Intensity(f.event)) }
	return func(a, b found) int {
		x, y := severity(a), severity(b)
		if c := cmp.Compare(math.Round(y), math.Round(x)); c != 0 {
			return c
		}
		if told := v.Quoted(a.event, asOf); told != v.Quoted(b.event, asOf) {
			if told {
				return -1
			}
			return 1
		}
		if x != y {
			return cmp.Compare(y, x)
		}
		return cmp.Or(
			cmp.Compare(v.Standing(b.event, asOf).Origins, v.Standing(a.event, asOf).Origins),
			cmp.Compare(v.Day(b.event), v.Day(a.event)),
			cmp.Compare(a.event, b.event),
		)
	}
}

// newest orders events by day, the last first, and those of a day by
// severity.
func (r *Record) newest(asOf time.Time) func(a, b found) int {
	strongest := r.strongest(asOf)
	return func(a, b found) int {
		if c := cmp.Compare(r.view.Day(b.event), r.view.Day(a.event)); c != 0 {
			return c
		}
		return strongest(a, b)
	}
}

// topEvents lists the first n events of an order.
func (r *Record) topEvents(list []found, n int, order func(a, b found) int, asOf time.Time) []EventRef {
	list = slices.Clone(list)
	slices.SortFunc(list, order)
	refs := make([]EventRef, 0, min(n, len(list)))
	for _, f := range list[:min(n, len(list))] {
		refs = append(refs, r.event(f.event, f.direction, asOf))
	}
	return refs
}
