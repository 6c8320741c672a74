package coder

import (
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
	s     *sentence
	times []when.Expression // offsets in the document

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
		if tok < 0 || h.elsewhere(tok, trigger) {
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

// findPlaces notes which tokens name places, and how the text introduces
// them.
func (s *sentence) findPlaces(g *place.Gazetteer) {
	s.cue = make([]place.Cue, len(s.tok))
	s.place = make([]bool, len(s.tok))
	s.places = g.Find(s.doc.Text[s.start:s.end], place.Options{})
	for n := range s.places {
		m := &s.places[n]
		m.Start += s.start
		m.End += s.start
		for i, t := range s.tok {
			if t.Start < m.End && m.Start < t.End {
				s.cue[i], s.place[i] = m.Cue, true
			}
		}
	}
}

// context are the countries that the sentence and the document speak of, the
// likeliest first.
func (s *sentence) context() []string {
	var list []string
	for _, m := range s.mentions {
		if c := m.actor.Country; c != "" {
			list = append(list, c)
		}
	}
	if s.doc.home != "" {
		list = append(list, s.doc.home)
	}
	return list
}

// Costs of a place by how it is introduced, in steps of the tree.
func cueCost(c place.Cue) (cost int, ok bool) {
	switch c {
	case place.CueIn, place.CueAt, place.CueNear, place.CueUnit, place.CueObject:
		return 0, true
	case place.CueOf, place.CueTo:
		return 3, true
	case place.CueFrom:
		return 5, true
	case place.CueNone:
		return 6, true
	}
	return 0, false // an attribute, or what another place lies in
}

// place gives the claim the place that stands nearest to its trigger; an act
// that takes place somewhere but is not said where happens where the report
// was last.
func (h *here) place(c *coding.Claim, trigger int) {
	s := h.s
	var best *place.Mention
	var found place.Place
	bestCost := 0
	for n := range s.places {
		m := &s.places[n]
		cost, ok := cueCost(m.Cue)
		if !ok || m.Cue == place.CueNone && s.takesPart(m, c) {
			continue
		}
		tok := h.tokenAt(m.Start, m.End)
		if tok < 0 {
			continue
		}
		p, ok := h.places.Resolve(*m, s.context())
		if !ok {
			continue
		}
		cost += h.distance(tok, trigger) + 2*breadth(p.Kind)
		if h.elsewhere(tok, trigger) {
			cost += 10
		}
		if best == nil || cost < bestCost {
			best, found, bestCost = m, p, cost
		}
	}
	if best != nil {
		c.Place = &coding.Location{
			Span: coding.Span{Start: best.Start, End: best.End}, Text: s.doc.Text[best.Start:best.End], Place: node(found),
		}
		if found.Kind != place.Country {
			h.last = c.Place
		}
		return
	}
	if h.last != nil && physical(c.Type) {
		l := *h.last
		l.Span = coding.Span{}
		c.Place = &l
	}
}

// breadth ranks kinds of place by how much they leave open.
func breadth(k place.Kind) int {
	switch k {
	case place.Base, place.Camp, place.Site, place.Crossing, place.Airport:
		return -1
	case place.Country:
		return 4
	case place.Region, place.Sea, place.Mountain, place.River:
		return 3
	case place.Province:
		return 2
	case place.District, place.Island:
		return 1
	}
	return 0
}

// takesPart reports whether the place's words are a side of the claim.
func (s *sentence) takesPart(m *place.Mention, c *coding.Claim) bool {
	for _, side := range [][]coding.Mention{c.Initiators, c.Recipients} {
		for _, a := range side {
			if a.Start < m.End && m.Start < a.End {
				return true
			}
		}
	}
	return false
}

func physical(t schema.EventType) bool {
	switch t {
	case schema.Assault, schema.Coerce, schema.Protest, schema.Mobilize, schema.Retreat:
		return true
	}
	return false
}

func node(p place.Place) schema.Place {
	return schema.Place{ID: p.ID, Name: p.Name, Country: p.Country, Latitude: p.Latitude, Longitude: p.Longitude, Within: p.Within}
}
