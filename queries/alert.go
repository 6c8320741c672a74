package queries

import (
	"cmp"
	"slices"
	"time"

	"faultline/schema"
)

// AlertOptions say which alarms are asked for.
type AlertOptions struct {
	Window Window           // of the days of the alarms
	Days   int              // length of the windows that are measured; 0 is 30
	Level  Level            // "" is LevelParent
	Of     []schema.ActorID // only relations of one of these; empty for all
	Grade  Grade            // only alarms of this grade or a higher one; "" for all
	Cracks bool             // only alarms between allies or partners
	Events int              // to show of each alarm; 0 is 3, negative is none
	Limit  int              // of alarms; 0 or less is all
	AsOf   time.Time        // zero: all that is recorded
}

// Alert is an alarm of a relation, with what caused it.
type Alert struct {
	ID schema.RelationID `json:"id"`
	A  ActorRef          `json:"a"` // smaller id first
	B  ActorRef          `json:"b"`
	Alarm
	Direction Direction  `json:"direction"` // in which two thirds of the hostile events go, else mutual
	Crack     bool       `json:"crack"`     // between allies or partners so far
	Aligned   bool       `json:"aligned"`   // the graph has one as aligned with the other
	Events    []EventRef `json:"events"`    // hostile ones since the turn, strongest first
}

// Alerts are the alarms of all relations in a window, the newest first and
// those of a day by surprise.
type Alerts struct {
	Window Window  `json:"window"`
	Level  Level   `json:"level"`
	Total  int     `json:"total"` // before the limit
	Alerts []Alert `json:"alerts"`
}

// Alerts lists the alarms that would have been given in a window, each as
// seen from the evening of its day. What AsOf leaves out enters none of them.
func (r *Record) Alerts(o AlertOptions) (Alerts, error) {
	so := StrainOptions{Days: o.Days, Level: o.Level}
	if err := so.complete(); err != nil {
		return Alerts{}, err
	}
	if err := o.Grade.Validate(); err != nil {
		return Alerts{}, err
	}
	result := Alerts{Window: o.Window.open(), Level: cmp.Or(o.Level, LevelParent), Alerts: []Alert{}}
	all := r.span(o.AsOf)
	if all == (Window{}) {
		return result, nil
	}
	first, end := all.From, all.To
	since := first
	if !o.Window.all() {
		since = max(first, o.Window.From)
		if o.Window.To != schema.NoDay {
			end = min(end, o.Window.To)
		}
	}
	p := r.rollUp(o.Level)
	only := r.only(o.Of, p)
	h := r.dyads(p, o.Level, Window{since - schema.Day(so.Days), end}, true, o.AsOf)
	x := r.exposed(end, o.AsOf)
	type candidate struct {
		dyad int
		Alarm
	}
	var list []candidate
	for d := range h.dyads {
		if only != nil && !only[h.dyads[d].a] && !only[h.dyads[d].b] {
			continue
		}
		for _, a := range alarms(daysOf(h.of(d), true), strikes(h.of(d)), first, end, so.Days, x) {
			if a.Day < since || a.Grade.rank() < o.Grade.rank() {
				continue
			}
			list = append(list, candidate{d, a})
		}
	}
	for _, c := range list {
		a := r.alert(h.dyads[c.dyad], h.of(c.dyad), c.Alarm, so.Days)
		if !o.Cracks || a.Crack {
			result.Alerts = append(result.Alerts, a)
		}
	}
	slices.SortFunc(result.Alerts, func(a, b Alert) int {
		return cmp.Or(cmp.Compare(b.Day, a.Day), cmp.Compare(b.Surprise, a.Surprise),
			cmp.Compare(a.A.ID, b.A.ID), cmp.Compare(a.B.ID, b.B.ID))
	})
	result.Total = len(result.Alerts)
	if o.Limit > 0 && result.Total > o.Limit {
		result.Alerts = result.Alerts[:o.Limit]
	}
	index := make(map[dyad]int, len(h.dyads))
	for i, d := range h.dyads {
		index[d] = i
	}
	for i := range result.Alerts {
		a := &result.Alerts[i]
		n, _ := r.number(a.A.ID)
		m, _ := r.number(a.B.ID)
		hits := h.of(index[dyad{int32(min(n, m)), int32(max(n, m))}])
		a.Events = r.causes(hits, a.Turned, a.Day, n > m, max(0, cmp.Or(o.Events, 3)), o.AsOf)
		a.Expected, a.Surprise = round(a.Expected, 3), round(a.Surprise, 3)
	}
	return result, nil
}

// alert describes an alarm of a dyad, but for its events.
func (r *Record) alert(d dyad, hits []hit, alarm Alarm, length int) Alert {
	a := Alert{A: r.ref(uint32(d.a)), B: r.ref(uint32(d.b)), Alarm: alarm}
	start := alarm.Day + 1 - schema.Day(length)
	var t Tally
	var hostile, cooperation float64 // of the past
	for _, h := range hits {
		switch {
		case h.day > alarm.Day:
		case h.day >= start:
			if h.hostile {
				t.add(directions()[h.direction])
			}
		case h.hostile:
			hostile += decay(int(start - h.day))
		default:
			cooperation += decay(int(start - h.day))
		}
	}
	a.Direction = t.lead()
	if a.B.ID < a.A.ID {
		a.A, a.B = a.B, a.A
		a.Direction = a.Direction.turned()
	}
	a.ID = schema.MakeRelationID(a.A.ID, a.B.ID)
	a.Aligned = r.aligned(a.A.ID, a.B.ID)
	a.Crack = a.Aligned || partners(cooperation, hostile)
	return a
}

// causes lists the strongest hostile events of a span of days, both ends
// included.
func (r *Record) causes(hits []hit, from, to schema.Day, swapped bool, n int, asOf time.Time) []EventRef {
	var list []found
	for _, h := range hits {
		if h.hostile && h.day >= from && h.day <= to {
			d := directions()[h.direction]
			if swapped {
				d = d.turned()
			}
			list = append(list, found{int(h.event), d})
		}
	}
	// An event of many actors can count in both directions.
	slices.SortFunc(list, r.strongest(asOf))
	list = slices.CompactFunc(list, func(a, b found) bool { return a.event == b.event })
	return r.topEvents(list, n, r.strongest(asOf), asOf)
}
