package coder

import (
	"faultline/ingest/coding"
	"faultline/ingest/place"
	"faultline/ingest/when"
	"faultline/schema"
)

// setting is when and where the document's events happen, as far as it has
// been read.
type setting struct {
	places    *place.Gazetteer
	doc       coding.Document
	published schema.Day
}

func (c *coder) newSetting(d coding.Document) *setting {
	set := &setting{places: c.Places, doc: d, published: d.Published}
	if e, ok := when.Dateline(d.Text); ok && set.published == schema.NoDay {
		set.published = e.Day
	}
	return set
}

// listen takes note of a sentence that has no events.
func (set *setting) listen(*sentence) {}

// here is the setting of one sentence.
type here struct {
	*setting
	s     *sentence
	times []when.Expression // offsets in the document
}

func (set *setting) read(s *sentence) *here {
	h := &here{setting: set, s: s}
	h.times = when.Find(set.doc.Text[s.start:s.end], set.published, when.TenseUnknown)
	for i := range h.times {
		h.times[i].Start += s.start
		h.times[i].End += s.start
	}
	return h
}

// date gives the claim the time expression that stands nearest to its
// trigger, in the trigger's own clause if there is one, and the day of
// publication without any.
func (h *here) date(c *coding.Claim, trigger int) {
	c.Day, c.Precision = h.published, schema.PrecisionDay
	if h.published == schema.NoDay {
		c.Precision = schema.PrecisionUnknown
	}
	best, bestCost := -1, 0
	for i, e := range h.times {
		if e.Named || e.Day == schema.NoDay {
			continue
		}
		cost := h.distance(e.Start, e.End, trigger)
		if e.Said {
			cost += 12
		}
		if e.Role != when.RoleOn && e.Role != when.RoleOver {
			cost += 20
		}
		if best < 0 || cost < bestCost {
			best, bestCost = i, cost
		}
	}
	if best < 0 {
		return
	}
	e := h.times[best]
	if e.Role == when.RoleUntil || e.Role == when.RoleBefore {
		return
	}
	c.Day, c.Precision, c.Date = e.Day, e.Precision, coding.Span{Start: e.Start, End: e.End}
}

// distance counts the steps through the tree from the words at the offsets
// to the trigger.
func (h *here) distance(start, end, trigger int) int {
	tok := -1
	for i, t := range h.s.tok {
		if t.Start < end && start < t.End {
			tok = i
			break
		}
	}
	if tok < 0 {
		return 40
	}
	up := map[int]int{trigger: 0}
	n := 0
	h.s.ancestors(trigger, func(a int) bool { n++; up[a] = n; return true })
	down := 0
	for at := tok; at >= 0 && down <= len(h.s.tok); at = h.s.tok[at].Head {
		if steps, ok := up[at]; ok {
			return 3*steps + down
		}
		down++
	}
	return 40
}

// place gives the claim the place that stands nearest to its trigger.
func (h *here) place(*coding.Claim, int) {}
