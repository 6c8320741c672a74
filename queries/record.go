package queries

import (
	"sync"
	"time"

	"faultline/queries/series"
	"faultline/schema"
)

// Record is what is known at one moment, ready to be asked. Make one with
// NewRecord for each state of the series.
type Record struct {
	view     *series.View
	namer    Namer
	children [][]uint32 // by actor number: who is part of it
	held     [][]office // by actor number, nil without tenures
	groups   []group
	memory   *memory
	names    func() *names
}

// NewRecord prepares a view. namer, which may be nil, knows actors that the
// graph has not met yet.
func NewRecord(v *series.View, namer Namer) *Record {
	r := &Record{view: v, namer: namer, children: make([][]uint32, v.Actors())}
	for n := range uint32(v.Actors()) {
		for _, parent := range v.Actor(n).PartOf {
			if p, ok := v.Number(parent); ok && p != n {
				r.children[p] = append(r.children[p], n)
			}
		}
	}
	r.names = sync.OnceValue(func() *names { return indexNames(v) })
	return r.anew()
}

// anew forgets what a record has worked out with other tenures or groups.
func (r *Record) anew() *Record {
	r.memory = &memory{levels: make(map[Level]*histories), days: sync.OnceValue(func() []schema.Day { return r.days(time.Time{}) })}
	return r
}

// Window is a span of days, From <= day < To. NoDay leaves an end open; the
// zero Window is all time, events without a day included.
type Window struct {
	From schema.Day `json:"from"`
	To   schema.Day `json:"to"`
}

// Since is the window from a day on.
func Since(day schema.Day) Window { return Window{From: day, To: schema.NoDay} }

// Until is the window before a day.
func Until(day schema.Day) Window { return Window{From: schema.NoDay, To: day} }

func (w Window) all() bool {
	return w == Window{} || w.From == schema.NoDay && w.To == schema.NoDay
}

// Contains reports whether the day is in the window.
func (w Window) Contains(day schema.Day) bool {
	return w.all() || day != schema.NoDay && day >= w.From && (w.To == schema.NoDay || day < w.To)
}

// open replaces the zero window by one that reads as open at both ends.
func (w Window) open() Window {
	if w.all() {
		return Window{schema.NoDay, schema.NoDay}
	}
	return w
}

// ActorRef names an actor.
type ActorRef struct {
	ID   schema.ActorID `json:"id"`
	Name string         `json:"name"`
}

func (r *Record) ref(n uint32) ActorRef {
	if g := r.group(n); g != nil {
		return ActorRef{g.ID, g.Name}
	}
	a := r.view.Actor(n)
	return ActorRef{a.ID, a.Name}
}

// refOf names an actor that the series need not know.
func (r *Record) refOf(id schema.ActorID) ActorRef {
	if n, ok := r.number(id); ok {
		return r.ref(n)
	}
	if r.namer != nil {
		for _, a := range r.namer(id.Slug()) {
			if a.ID == id {
				return ActorRef{id, a.Name}
			}
		}
	}
	return ActorRef{id, id.Slug()}
}
