package coder

import (
	"slices"

	"faultline/ingest/coding"
	"faultline/ingest/nlp"
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
	last      *coding.Location // where the latest event happened
	told      []told           // for each claim, what it tells of and recalls
	seen      []site           // the places so far
	sources   []coding.Mention // whom the report names as sources, in order
}

func (c *coder) newSetting(d coding.Document) *setting {
	set := &setting{places: c.Places, doc: d, published: d.Published}
	// A date at the top of the text is the better witness than a collector's.
	if e, ok := when.Dateline(d.Text); ok {
		set.published = e.Day
	}
	return set
}

// here is the setting of one sentence.
type here struct {
	*setting
	s       *sentence
	times   []when.Expression // offsets in the document
	at      []site            // places of the sentence
	letters int               // 1 when it has no small ones, 2 when it has; 0 before anybody asked

	triggers map[int]bool // of all acts of the sentence
}

func (set *setting) read(s *sentence, acts []act) *here {
	h := &here{setting: set, s: s, triggers: map[int]bool{}}
	for _, a := range acts {
		h.triggers[a.token] = true
	}
	h.times = when.Find(set.doc.Text[s.start:s.end], set.published, when.TenseUnknown)
	for i := range h.times {
		h.times[i].Start += s.start
		h.times[i].End += s.start
	}
	return h
}

// date gives the claim the time expression that stands nearest to its
// trigger and belongs to it, and the day of publication without any: what is
// told without a date is news.
func (h *here) date(c *coding.Claim, trigger int) {
	c.Day, c.Precision = h.published, schema.PrecisionDay
	if h.published == schema.NoDay {
		c.Precision = schema.PrecisionUnknown
	}
	best, bestCost := -1, 0
	for i, e := range h.times {
		if e.Named || e.Day == schema.NoDay || e.Role != when.RoleOn && e.Role != when.RoleOver {
			continue
		}
		tok := h.tokenAt(e.Start, e.End)
		if tok < 0 || h.elsewhere(tok, trigger) || !physical(c.Type) && h.closes(e.Start, trigger) {
			continue
		}
		cost := h.distance(tok, trigger)
		if e.Said {
			cost += 12
		}
		if best < 0 || cost < bestCost {
			best, bestCost = i, cost
		}
	}
	if best < 0 {
		return
	}
	e := h.times[best]
	c.Day, c.Precision, c.Date = e.Day, e.Precision, coding.Span{Start: e.Start, End: e.End}
}

// closes reports whether the time that starts at the offset ends a clause that
// describes what the act at the trigger is about: in "condemned the massacre
// committed by X yesterday" it tells when the massacre was.
func (h *here) closes(start, trigger int) bool {
	s := h.s
	last, _ := slices.BinarySearchFunc(s.tok, start, func(t nlp.Token, at int) int { return t.Start - at })
	last--
	for last >= 0 && (s.tok[last].Tag == nlp.ADP || s.tok[last].Tag == nlp.PUNCT) {
		last--
	}
	above := map[int]bool{trigger: true}
	s.ancestors(trigger, func(a int) bool { above[a] = true; return true })
	closed := false
	at := last
	for n := 0; at >= 0 && !above[at] && n < len(s.tok); n++ {
		if s.rel(at) == "acl" && s.isVerb(at) {
			closed = true
		}
		at = s.tok[at].Head
	}
	return closed && at >= 0
}

// tokenAt is the topmost token of the words at the offsets, −1 if none.
func (h *here) tokenAt(start, end int) int {
	first, last := -1, -1
	for i, t := range h.s.tok {
		if t.Start < end && start < t.End {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return -1
	}
	return h.s.headOf(first, last)
}

// elsewhere reports whether the words at tok belong to a clause or an act
// other than the trigger's: on the way up from them to what they share with
// the trigger stands another verb.
func (h *here) elsewhere(tok, trigger int) bool {
	above := map[int]bool{trigger: true}
	h.s.ancestors(trigger, func(a int) bool { above[a] = true; return true })
	for at, n := h.s.tok[tok].Head, 0; at >= 0 && !above[at] && n < len(h.s.tok); at, n = h.s.tok[at].Head, n+1 {
		if h.s.tok[at].Tag == nlp.VERB || h.triggers[at] {
			return true
		}
	}
	return false
}

// distance counts the steps through the tree from a token to the trigger;
// those up from the trigger count thrice.
func (h *here) distance(tok, trigger int) int {
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
