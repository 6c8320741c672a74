package coder

import (
	"slices"

	"faultline/ingest/coding"
	"faultline/ingest/nlp"
	"faultline/ingest/place"
	"faultline/schema"
)

// A report often begins with "a town in Idlib province" and names the town
// sentences later.

// unnamed is the noun for a place that the sentence puts the act at the
// trigger in without naming it, "" for none.
func (h *here) unnamed(trigger int) string {
	const far = 8 // steps through the tree
	s := h.s
	for k := range s.tok {
		noun := s.lemma(k)
		if s.tok[k].Tag != nlp.NOUN || !settlements[noun] || s.place[k] || s.at[k] >= 0 || h.distance(k, trigger) > far {
			continue
		}
		if d := s.child(k, "det"); d < 0 || s.lower(d) != "a" && s.lower(d) != "an" {
			continue
		}
		switch s.rel(k) {
		case "obj":
			return noun
		case "obl", "nmod":
			switch s.preposition(k) {
			case "in", "inside", "within", "at", "on", "over", "near", "outside", "of":
				return noun
			}
		}
	}
	return ""
}

// name gives acts in a place without a name the place by that noun in the
// next sentences, if it lies where the act was.
func (c *coder) name(claims []coding.Claim, set *setting) {
	const within = 800 // bytes
	for i := range claims {
		a, noun := &claims[i], set.told[i].unnamed
		if noun == "" || a.Status != schema.Asserted || !scenic(a.Type) {
			continue
		}
		next, _ := slices.BinarySearchFunc(set.seen, a.End, func(at site, end int) int { return at.Start - end })
		for n := next; n < len(set.seen) && set.seen[n].Start < a.End+within; n++ {
			at := &set.seen[n]
			if !at.cue.Locative() || breadth(at.kind) > 1 || !set.calledLike(at, noun) || !c.holds(a.Place, at) {
				continue
			}
			a.Place = elsewhere(&at.Location)
			a.Reason += "; placed in the " + noun + " that the report names later"
			break
		}
	}
}

// calledLike reports whether the text calls the place by the noun or by one
// that means much the same.
func (set *setting) calledLike(at *site, noun string) bool {
	alike := []string{noun}
	switch noun {
	case "town", "city":
		alike = []string{"town", "city"}
	case "district", "neighborhood", "neighbourhood":
		alike = []string{"district", "neighborhood", "neighbourhood"}
	case "area":
		alike = []string{"town", "city", "village", "district", "neighborhood", "neighbourhood", "area"}
	}
	return slices.ContainsFunc(alike, func(n string) bool { return set.called(at, n) })
}

// holds reports whether a place may be where the act was of which only that
// around is told: in its country, its province, a quarter of its town.
func (c *coder) holds(around *coding.Location, at *site) bool {
	switch {
	case around == nil:
		return true
	case around.Place.ID == at.Place.ID || around.Place.Country != at.Place.Country:
		return false
	case at.Place.Within == around.Place.ID:
		return true
	}
	p, listed := c.Places.Place(around.Place.ID)
	return listed && breadth(p.Kind) > 1 && (p.Kind != place.Province || c.finer(&at.Location, around))
}
