package queries

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"faultline/graph"
	"faultline/schema"
)

// ReadingOptions say which readings are renewed.
type ReadingOptions struct {
	Since time.Time // only relations with claims recorded or retracted from then on; zero: all
	Now   time.Time // when the readings are recorded, and wrong ones closed
}

// readingsPerBatch is how many readings are written at once.
const readingsPerBatch = 1000

// Readings compares what the store says of relations, month by month, with
// what the record says now, and returns the batches that bring the store up
// to date: nothing, when it is. A month of the calendar has a reading when it
// has two hostile events or more, at LevelParent, by the measures of Strain. A
// reading that is no longer right is closed, and another one takes its place;
// one whose figures only differ by less than is ever shown stays.
//
// A relation is described in one batch, unless it has more readings than one
// takes. Batches come in the order of relations, so that the same store and
// record give the same batches.
func (r *Record) Readings(ctx context.Context, store graph.Reader, o ReadingOptions) ([]graph.Batch, error) {
	found := r.readMonths(o.Since)
	filter := graph.RelationFilter{}
	if !o.Since.IsZero() {
		if len(found) == 0 {
			return nil, nil
		}
		for _, f := range found {
			filter.IDs = append(filter.IDs, f.ID)
		}
	}
	known, err := graph.All(store.Relations(ctx, filter))
	if err != nil {
		return nil, err
	}
	var ids []schema.ReadingID
	of := make(map[schema.RelationID][]schema.ReadingID, len(known))
	read := make(map[schema.RelationID]bool, len(found))
	for _, f := range found {
		read[f.ID] = true
	}
	for _, k := range known {
		of[k.ID] = k.Readings
		ids = append(ids, k.Readings...)
		if o.Since.IsZero() && !read[k.ID] {
			found = append(found, relationReadings{Relation: schema.Relation{ID: k.ID, Name: k.Name, Parties: k.Parties}})
		}
	}
	slices.SortFunc(found, func(a, b relationReadings) int { return cmp.Compare(a.ID, b.ID) })
	readings := make(map[schema.ReadingID]schema.Reading, len(ids))
	if len(ids) > 0 {
		for old, err := range store.Readings(ctx, graph.ReadingFilter{IDs: ids}) {
			if err != nil {
				return nil, err
			}
			readings[old.ID] = old
		}
	}
	var batches []graph.Batch
	var b graph.Batch
	for _, f := range found {
		var old []schema.Reading
		for _, id := range of[f.ID] {
			if x, ok := readings[id]; ok {
				old = append(old, x)
			}
		}
		changed := renew(f.ID, old, f.now, o.Now)
		for len(changed) > 0 {
			n := min(len(changed), readingsPerBatch-len(b.Readings))
			relation := f.Relation
			for _, x := range changed[:n] {
				relation.Readings = append(relation.Readings, x.ID)
			}
			b.Relations = append(b.Relations, relation)
			b.Readings = append(b.Readings, changed[:n]...)
			if changed = changed[n:]; len(b.Readings) == readingsPerBatch {
				batches, b = append(batches, b), graph.Batch{}
			}
		}
	}
	if b.Len() > 0 {
		batches = append(batches, b)
	}
	return batches, nil
}

// relationReadings are the readings that a relation has by the record.
type relationReadings struct {
	schema.Relation
	now []schema.Reading // without ids and times, in order of the period
}

// readMonths reads all months of the relations that have claims recorded or
// retracted since a moment, of all for the zero time.
func (r *Record) readMonths(since time.Time) []relationReadings {
	all := r.span(time.Time{})
	if all == (Window{}) {
		return nil
	}
	v := r.view
	p := r.rollUp(LevelParent)
	h := r.dyads(p, LevelParent, Window{schema.NoDay, all.To}, true, time.Time{})
	if !since.IsZero() {
		// What no longer counts has changed as well.
		index := make(map[dyad]span, len(h.dyads))
		for i, d := range h.dyads {
			index[d] = h.spans[i]
		}
		few, chosen := &histories{hits: h.hits}, r.selection(p, time.Time{})
		seen := make(map[dyad]bool)
		for _, i := range v.Changed(since) {
			chosen.pairs(i, func(d dyad, _ uint8, _ bool) {
				if !seen[d] {
					seen[d] = true
					few.dyads = append(few.dyads, d)
					few.spans = append(few.spans, index[d])
				}
			})
		}
		h = few
	}
	x := r.exposed(UnitMonth.start(UnitMonth.number(all.To-1)+1), time.Time{})
	list := make([]relationReadings, 0, len(h.dyads))
	for i, d := range h.dyads {
		a, b := r.ref(uint32(d.a)), r.ref(uint32(d.b))
		if b.ID < a.ID {
			a, b = b, a
		}
		f := relationReadings{Relation: schema.Relation{
			ID: schema.MakeRelationID(a.ID, b.ID), Name: a.Name + " – " + b.Name, Parties: []schema.ActorID{a.ID, b.ID},
		}}
		f.now = readHits(f.Name, h.of(i), x)
		if len(f.now) > 0 || !since.IsZero() {
			list = append(list, f)
		}
	}
	slices.SortFunc(list, func(a, b relationReadings) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// readHits reads the months that have enough hostile events, given the hits
// of a relation.
func readHits(name string, hits []hit, x exposure) []schema.Reading {
	var list []schema.Reading
	hostile := daysOf(hits, true)
	past, at, start := 0.0, schema.NoDay, 0 // weight of the hostile days before start, at a day
	for i := 0; i < len(hits); {
		month := UnitMonth.number(hits[i].day)
		from, to := UnitMonth.start(month), UnitMonth.start(month+1)
		reading := schema.Reading{From: from, To: to}
		for ; i < len(hits) && hits[i].day < to; i++ {
			if hits[i].hostile {
				reading.Hostile++
			} else {
				reading.Cooperative++
			}
		}
		if at != schema.NoDay {
			past *= decay(int(from - at))
		}
		for at = from; start < len(hostile) && hostile[start] < from; start++ {
			past += decay(int(from - hostile[start]))
		}
		if reading.Hostile < enough {
			continue
		}
		m := score(reading.Hostile, hostile[:start], past, from, to, x)
		reading.Expected, reading.Surprise = round(m.expected, 3), round(m.surprise, 3)
		reading.Grade = gradeOf(reading.Surprise, reading.Hostile).Number()
		// What a picture of twelve characters must show comes first.
		reading.Name = fmt.Sprintf("%.1f %s %s", reading.Surprise, from.Time().Format("2006-01"), name)
		list = append(list, reading)
	}
	return list
}

// Number is the surprise from which on a grade is given: 2, 2.5 or 3; 0 for
// no grade.
func (g Grade) Number() float64 {
	if n := g.rank(); n > 0 {
		return 1.5 + float64(n)/2
	}
	return 0
}

// renew compares the readings that a store has of a relation with those that
// it should have, and returns what to write: closed ones and new ones.
func renew(relation schema.RelationID, old, now []schema.Reading, at time.Time) []schema.Reading {
	holds := make(map[schema.Day]schema.Reading) // by the first day of the period
	closed := make(map[schema.ReadingID]bool)
	var changed []schema.Reading
	for _, x := range old {
		if !x.Retracted.IsZero() {
			closed[x.ID] = true
			continue
		}
		holds[x.From] = x
	}
	for _, x := range now {
		was, ok := holds[x.From]
		delete(holds, x.From)
		if ok && sameReading(was, x) {
			continue
		}
		if ok {
			was.Retracted = at
			closed[was.ID] = true
			changed = append(changed, was)
		}
		// Figures that come back after they were closed are another reading.
		key := relation
		for x.ID = graph.ReadingID(key, x); closed[x.ID]; x.ID = graph.ReadingID(key, x) {
			key += "'"
		}
		x.Recorded = at
		changed = append(changed, x)
	}
	for _, x := range old { // in the store's order
		if was, ok := holds[x.From]; ok && was.ID == x.ID {
			was.Retracted = at
			changed = append(changed, was)
		}
	}
	return changed
}

// sameReading tells whether two readings of a period look the same. What was
// read before the same period's past was known changes little by little;
// readings are not closed for that.
func sameReading(a, b schema.Reading) bool {
	const hairs = 0.05
	near := func(x, y float64) bool { return x-y <= hairs && y-x <= hairs }
	return a.To == b.To && a.Hostile == b.Hostile && a.Cooperative == b.Cooperative && a.Grade == b.Grade &&
		near(a.Surprise, b.Surprise) && near(a.Expected, b.Expected)
}
