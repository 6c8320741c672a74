package coder

import (
	"slices"

	"faultline/ingest/coding"
	"faultline/ingest/place"
	"faultline/ingest/when"
	"faultline/schema"
)

// echo is a happening that a sentence without claims speaks of again.
type echo struct {
	start int // of the sentence
	of    string
	place *coding.Location
	day   schema.Day
	date  coding.Span // the words for the day
}

// remarks are nouns for what somebody said: "he made the remarks in Sochi on
// Friday".
var remarks = wordSet("remark comment statement announcement")

// pass notes where and when a sentence without claims puts acts that it speaks
// of: "the fighting flared up in Deir Ezzor on Sunday".
func (h *here) pass() {
	h.look()
	for k := range h.s.tok {
		what := h.s.happening(k)
		if what == "" && remarks[h.s.lemma(k)] {
			what = h.s.lemma(k)
		}
		if what == "" {
			continue
		}
		e, near := echo{start: h.s.start, of: what}, aside
		if remarks[what] {
			near *= 2 // "made the remarks at a conference with the minister in Sochi"
		}
		for i := range h.at {
			if m := &h.at[i]; m.cue.Locative() && m.kind != place.Country && h.distance(m.tok, k) < near {
				l := m.Location
				if e.place = &l; !remarks[what] {
					h.last = &l
				}
				break
			}
		}
		for _, t := range h.times {
			if tok := h.tokenAt(t.Start, t.End); tok >= 0 && t.Role == when.RoleOn && t.Precision == schema.PrecisionDay && !t.Named && !t.Said && h.distance(tok, k) < near {
				e.day, e.date = t.Day, coding.Span{Start: t.Start, End: t.End}
				break
			}
		}
		if h.s.definite(k) && (e.place != nil || e.date != (coding.Span{})) {
			h.echoes = append(h.echoes, e)
		}
	}
}

// aside is how many steps through the tree words may be away from an act that
// they place or date.
const aside = 6

// hear completes claims by what sentences without claims tell of them.
func (c *coder) hear(claims []coding.Claim, set *setting) {
	for _, e := range set.echoes {
		if remarks[e.of] {
			c.said(claims, e)
			continue
		}
		after, _ := slices.BinarySearchFunc(claims, e.start, startsAt)
		for j := after - 1; j >= max(0, after-horizon); j-- {
			a := &claims[j]
			if a.Status != schema.Asserted || a.Type != schema.Assault && a.Type != schema.Protest {
				continue
			}
			if slices.Contains(set.told[j].nouns, e.of) || general[e.of] && a.Type == schema.Assault && e.start-a.End <= nearby {
				c.toldLater(a, e)
				break
			}
		}
	}
}

// said completes the acts of speech in the sentence before the remarks.
func (c *coder) said(claims []coding.Claim, e echo) {
	after, _ := slices.BinarySearchFunc(claims, e.start, startsAt)
	for j := after - 1; j >= 0 && claims[j].Start == claims[after-1].Start; j-- {
		if a := &claims[j]; e.start-a.End < 2 && verbal(a.Type) {
			c.toldLater(a, e)
		}
	}
}

// startsAt orders claims by where their sentences start.
func startsAt(c coding.Claim, at int) int { return c.Start - at }

// toldLater completes a claim by what the report tells further on of the same
// act: a finer place, the day.
func (c *coder) toldLater(a *coding.Claim, later echo) {
	if remarks[later.of] && a.Place == nil && later.place != nil {
		a.Place = elsewhere(later.place)
		a.Reason += "; placed where “the " + later.of + "” was made"
	} else if at := later.place; at != nil && a.Place != nil && at.End > at.Start && !c.vague(at) && c.vague(a.Place) && c.finer(at, a.Place) {
		a.Place = elsewhere(at)
		a.Reason += "; placed where “the " + later.of + "” was, as told later"
	}
	if a.Date == (coding.Span{}) && later.date != (coding.Span{}) && later.day < a.Day && later.day > a.Day-7 {
		a.Day, a.Precision = later.day, schema.PrecisionDay
		a.Reason += "; dated as “the " + later.of + "”, told later"
	}
}
