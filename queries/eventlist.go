package queries

import (
	"math"
	"slices"
	"time"

	"faultline/schema"
)

// EventOptions narrow a list of events.
type EventOptions struct {
	Window    Window
	Level     Level              // "" is LevelParent
	Types     []schema.EventType // empty for all
	Intensity float64            // least absolute intensity, 0…10
	Any       bool               // what has not happened too: denied, planned, demanded, hypothetical
	Limit     int                // of events, the newest are kept; 0 is 50, negative is all
	AsOf      time.Time          // zero: all that is recorded
}

// EventList are events of an actor, or of a pair, in order of day.
type EventList struct {
	A      ActorRef   `json:"a"`
	B      *ActorRef  `json:"b,omitempty"` // null for all that A takes part in
	Window Window     `json:"window"`
	Total  int        `json:"total"` // before the limit
	Events []EventRef `json:"events"`
	Alarms []Alarm    `json:"alarms,omitempty"` // of a pair, in the days that are listed
}

// Events lists what happened between two actors, or all that happened to a
// and was done by it when b is "". Directions are from a; to and from others
// they are as if those were b. Events without a day come first.
func (r *Record) Events(a, b schema.ActorID, o EventOptions) (EventList, error) {
	if err := o.Level.Validate(); err != nil {
		return EventList{}, err
	}
	list := EventList{A: r.refOf(a), Window: o.Window.open(), Events: []EventRef{}}
	var all []found
	if b == "" {
		all = r.eventsOf(a, o.Level)
	} else {
		p, members, err := r.pair(a, b, o.Level)
		if err != nil {
			return EventList{}, err
		}
		ref := r.refOf(b)
		list.B = &ref
		for _, i := range r.between(members) {
			if d, together := r.class(i, p); d != "" && !together {
				all = append(all, found{i, d})
			}
		}
	}
	v := r.view
	all = slices.DeleteFunc(all, func(f found) bool {
		s := v.Standing(f.event, o.AsOf).Status
		return !o.Window.Contains(v.Day(f.event)) || s == "" || s != schema.Asserted && !o.Any ||
			math.Abs(v.Intensity(f.event)) < o.Intensity ||
			len(o.Types) > 0 && !slices.Contains(o.Types, v.Type(f.event))
	})
	list.Total = len(all)
	limit := o.Limit
	if limit == 0 {
		limit = 50
	}
	if limit > 0 && len(all) > limit {
		all = all[len(all)-limit:]
	}
	for _, f := range all {
		list.Events = append(list.Events, r.event(f.event, f.direction, o.AsOf))
	}
	if b != "" && len(all) > 0 {
		from := v.Day(all[0].event)
		if !o.Window.all() {
			from = max(from, o.Window.From)
		}
		w := Window{from, o.Window.open().To}
		alarms, err := r.Alarms(a, b, w, StrainOptions{Level: o.Level, AsOf: o.AsOf})
		if err != nil {
			return EventList{}, err
		}
		list.Alarms = alarms
	}
	return list, nil
}

// eventsOf lists the events of a side with others, in order of day.
func (r *Record) eventsOf(id schema.ActorID, level Level) []found {
	v := r.view
	p := &parties{of: make([]int32, v.Actors())}
	for n := range p.of {
		p.of[n] = nobody
	}
	side := r.side(id, level)
	for _, n := range side {
		p.of[n] = 0
	}
	if level != LevelActor {
		p.held = r.held
		side = append(side, r.holders(side)...)
	}
	var events []uint32
	for _, n := range side {
		events = append(events, v.EventsOf(n)...)
	}
	slices.Sort(events)
	events = slices.Compact(events)
	var list []found
	among := func(side []uint32, day schema.Day) (own, others bool) {
		for _, n := range side {
			party, _ := p.on(n, day)
			own = own || party == 0
			others = others || party != 0
		}
		return own, others
	}
	for _, e := range events {
		i := int(e)
		acts, with := among(v.Initiators(i), v.Day(i))
		suffers, from := among(v.Recipients(i), v.Day(i))
		switch {
		case acts && (from || len(v.Recipients(i)) == 0 && !with):
			list = append(list, found{i, AToB})
		case suffers && (with || len(v.Initiators(i)) == 0):
			list = append(list, found{i, BToA})
		case acts && with:
			list = append(list, found{i, Mutual})
		}
	}
	return list
}
