package coder

import (
	"strings"

	"faultline/ingest/coding"
	"faultline/ingest/nlp"
	"faultline/ingest/place"
	"faultline/schema"
)

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

// listed is the place that holds a whole list of places, "in A, B and C in
// Idlib province": an act in many towns is placed there.
func (h *here) listed(best *site) *site {
	const many = 3
	n, last := 0, 0
	for i := range h.at {
		at := &h.at[i]
		if at.kind == best.kind && at.Place.Within == best.Place.Within && at.Place.Within != "" {
			n++
			last = at.End
		}
	}
	if n < many {
		return best
	}
	for i := range h.at {
		if at := &h.at[i]; at.Start >= last && at.Place.ID == best.Place.Within && at.cue == place.CueIn {
			return at
		}
	}
	return best
}

// place gives the claim the place that stands nearest to its trigger; an act
// that takes place somewhere but is not said where happens where the report
// was last, or in the country of those who suffer it.
func (h *here) place(c *coding.Claim, trigger int) {
	h.look()
	var best *site
	bestCost := 0
	for n := range h.at {
		m := &h.at[n]
		if h.stamp.End > h.stamp.Start && (m.Start < h.stamp.Start) != (h.s.tok[trigger].Start < h.stamp.Start) {
			continue // a headline and the text below it, run together
		}
		cost, ok := cueCost(m.cue)
		if !ok || takesPart(m.Span, c) && (m.cue == place.CueNone || m.cue == place.CueTo || m.cue == place.CueOf || !physical(c.Type)) {
			continue // a side, no scene
		}
		if m.cue == place.CueNone && m.kind == place.Country {
			if cost, ok = h.subjectOrOwner(m.tok); !ok {
				continue
			}
		}
		if c.Type == schema.Retreat && m.cue == place.CueFrom || physical(c.Type) && m.cue == place.CueOf && h.of(m.tok, trigger) {
			cost = 0
		}
		away, byVerb := h.elsewhere(m.tok, trigger), false
		if away {
			byVerb = h.behindVerb(m.tok, trigger)
		}
		if !physical(c.Type) && (m.cue == place.CueAt && !away && h.topic(m.Start) || m.cue == place.CueTo && h.concern(m.Start)) {
			continue
		}
		where := h.where(m.tok, trigger)
		if where {
			away, cost = false, -4
		}
		if byVerb && !where && m.kind == place.Country {
			continue // "a group that is based in the UK", "outlawed in Russia"
		}
		if !physical(c.Type) && (byVerb && !where || away && c.Type != schema.Accuse || m.cue == place.CueNone || m.cue == place.CueOf || m.cue == place.CueFrom) {
			continue
		}
		cost += h.distance(m.tok, trigger) + 2*h.breadth(m.Place, m.kind)
		if away {
			cost += 10
		}
		if best == nil || cost < bestCost {
			best, bestCost = m, cost
		}
	}
	switch {
	case best != nil:
		best = h.inner(h.listed(best), c, trigger)
		l := best.Location
		c.Place = &l
		if best.kind != place.Country && physical(c.Type) {
			h.last = c.Place
		}
	case h.last != nil && scenic(c.Type) && h.isNews(c) && !h.somewhere(trigger) && !h.habitual() && h.fits(h.last.Place.Country, c):
		c.Place = elsewhere(h.last)
	case h.ground(c) != "":
		if p, ok := h.places.Country(h.ground(c)); ok {
			c.Place = &coding.Location{Text: p.Name, Place: node(p)}
		}
	}
	if k := h.nameless(trigger); k >= 0 && c.Place != nil && c.Place.End == c.Place.Start {
		// "in a northern village": as far as it is known
		first, last := h.s.sourceWords(k)
		c.Place.Span = coding.Span{Start: h.s.tok[first].Start, End: h.s.tok[last].End}
		c.Place.Text = h.s.text(first, last)
	}
}

// of reports whether the words at tok are what a noun at the trigger is done
// to: "the shelling of Maharda".
func (h *here) of(tok, trigger int) bool {
	return h.s.tok[trigger].Tag == nlp.NOUN && h.s.tok[tok].Head == trigger && h.s.rel(tok) == "nmod"
}

// inner is the place of the sentence that lies in best, as far as the act at
// the trigger may be there: "in Aleppo … in Khan Touman".
func (h *here) inner(best *site, c *coding.Claim, trigger int) *site {
	for i := range h.at {
		m := &h.at[i]
		if m != best && best.kind != place.Country && m.Place.Within == best.Place.ID && m.cue.Locative() && m.Start > best.Start &&
			!takesPart(m.Span, c) && !h.elsewhere(m.tok, trigger) {
			return m
		}
	}
	return best
}

// owned are nouns that lie where the country is that they belong to.
var owned = wordSet("war conflict unrest crisis revolution uprising violence fighting north south east west northeast northwest " +
	"southeast southwest center centre capital city town village province region area district parliament port airport border coast")

// topic reports whether the words at the offset tell what is spoken about:
// "talks over Syria's future", "agreed on Idlib".
func (h *here) topic(start int) bool {
	before := strings.TrimSuffix(h.doc.Text[h.s.start:start], " ")
	return strings.HasSuffix(before, " over") || strings.HasSuffix(before, " on")
}

// concern reports whether the words at the offset tell whom somebody works
// for: "the mediator for Syria".
func (h *here) concern(start int) bool {
	before := strings.TrimSuffix(h.doc.Text[h.s.start:start], " ")
	return strings.HasSuffix(before, " for") || strings.HasSuffix(before, " against")
}

// somewhere reports whether the act at the trigger is told to be at a place
// without a name.
func (h *here) somewhere(trigger int) bool { return h.nameless(trigger) >= 0 }

// isNews reports whether the act is of the days that the report is about.
func (h *here) isNews(c *coding.Claim) bool {
	return h.published == schema.NoDay || c.Day == schema.NoDay || c.Day >= h.published-news
}

// habitual reports whether the sentence tells what goes on for weeks: that is
// not where the last event was.
func (h *here) habitual() bool {
	words := h.doc.Text[h.s.start:h.s.end]
	for _, often := range [...]string{" recent weeks", " recent months", " recent years", " past weeks", " past months", " past few", "regularly", "repeatedly", "frequently", "routinely", "-daily", " daily"} {
		if strings.Contains(words, often) {
			return true
		}
	}
	return false
}

// nameless is the noun for the place without a name where the act is, "in a
// northern village", −1 for none.
func (h *here) nameless(trigger int) int {
	s := h.s
	for _, k := range s.kids[trigger] {
		if s.rel(k) == "obl" && s.tok[k].Tag == nlp.NOUN && settlements[s.lemma(k)] && !s.place[k] && !s.definite(k) && !s.under(trigger, k) {
			return k
		}
	}
	return -1
}

// subjectOrOwner is the cost of a country that the sentence is about, "Syria
// has been mired in war", or to which the scene belongs, "in Syria's war"; ok
// is false for any other country without a preposition.
func (h *here) subjectOrOwner(tok int) (cost int, ok bool) {
	s := h.s
	switch s.tok[tok].Rel {
	case "nsubj", "nsubj:pass":
		if s.tok[tok].Rel == "nsubj:pass" || !s.isVerb(s.tok[tok].Head) {
			return 6, true
		}
	case "nmod:poss":
		if g := s.tok[tok].Head; g >= 0 && s.rel(g) == "obl" && owned[s.lemma(g)] && (s.preposition(g) == "in" || s.preposition(g) == "during" || s.preposition(g) == "across") {
			return 1, true
		}
	}
	return 0, false
}

// breadth is that of the place's kind, less for a quarter of a town.
func (h *here) breadth(p schema.Place, k place.Kind) int {
	if k == place.District && quarter(h.places, p) {
		return -1
	}
	return breadth(k)
}

// quarter reports whether the place lies in a town.
func quarter(g *place.Gazetteer, p schema.Place) bool {
	if p.Within == "" {
		return false
	}
	w, ok := g.Place(p.Within)
	return ok && w.Kind == place.Town
}

// fits reports whether an act of these sides may happen in a country where
// the report was: somebody is from there, or the report is about it.
func (h *here) fits(country string, c *coding.Claim) bool {
	if country == "" || country == h.s.doc.home {
		return true
	}
	foreign := false
	for _, side := range [][]coding.Mention{c.Initiators, c.Recipients} {
		for _, m := range side {
			if m.Actor.Country == country {
				return true
			}
			foreign = foreign || m.Actor.Country != ""
		}
	}
	return !foreign
}

// ground is the country where an act without a place happens by its nature:
// who is attacked at home, who arrests at home.
func (h *here) ground(c *coding.Claim) string {
	switch c.Type {
	case schema.Assault, schema.Aid:
		for _, m := range c.Recipients {
			switch m.Actor.Kind {
			case schema.State, schema.Population, schema.ArmedGroup:
				if m.Actor.Country != "" {
					return m.Actor.Country
				}
			}
		}
	case schema.Coerce, schema.Protest:
		for _, m := range c.Initiators {
			switch m.Actor.Kind {
			case schema.State, schema.Government, schema.Population:
				if m.Actor.Country != "" {
					return m.Actor.Country
				}
			}
		}
	}
	return ""
}

// where reports whether the trigger is in a clause that tells what happened
// at the place: "Marjeh where raids killed".
func (h *here) where(tok, trigger int) bool {
	s := h.s
	at := trigger
	for n := 0; at >= 0 && n < len(s.tok); n++ {
		if (s.rel(at) == "acl" || s.rel(at) == "advcl") && h.clauseOf(at, tok) {
			return true
		}
		at = s.tok[at].Head
	}
	return false
}

// clauseOf reports whether the clause at v describes the place with "where".
func (h *here) clauseOf(v, tok int) bool {
	s := h.s
	if head := s.tok[v].Head; head != tok && (head < 0 || s.tok[tok].Head != head) {
		return false
	}
	for k := tok + 1; k < len(s.tok) && k < tok+6; k++ {
		if s.lower(k) == "where" {
			return s.under(k, v)
		}
	}
	return false
}

// behindVerb reports whether a verb stands on the way up from tok to what it
// shares with the trigger.
func (h *here) behindVerb(tok, trigger int) bool {
	above := map[int]bool{trigger: true}
	h.s.ancestors(trigger, func(a int) bool { above[a] = true; return true })
	for at, n := h.s.tok[tok].Head, 0; at >= 0 && !above[at] && n < len(h.s.tok); at, n = h.s.tok[at].Head, n+1 {
		if h.s.tok[at].Tag == nlp.VERB && !h.s.speaking(at, trigger) {
			return true
		}
	}
	return false
}

// settle places news without a place of its own, or with a country only, in
// the town that the report speaks of most.
func (set *setting) settle(claims []coding.Claim) {
	var scene *site
	counts := map[schema.PlaceID]int{}
	for i := range set.seen {
		at := &set.seen[i]
		if !at.cue.Locative() && at.cue != place.CueObject || breadth(at.kind) > 1 {
			continue
		}
		counts[at.Place.ID]++
		if n := counts[at.Place.ID]; n >= 1 && (scene == nil || n > counts[scene.Place.ID]) {
			scene = at
		}
	}
	if scene == nil || counts[scene.Place.ID] == 1 && len(counts) > 1 {
		return
	}
	for i := range claims {
		c := &claims[i]
		if !scenic(c.Type) || set.told[i].apart || c.Day == schema.NoDay || c.Day < set.published-news {
			continue
		}
		if c.Place != nil && (c.Place.End > c.Place.Start || c.Place.Place.Within != "" || c.Place.Place.Country != scene.Place.Country) {
			continue // it has one of its own
		}
		c.Place = elsewhere(&scene.Location)
		c.Reason += "; placed where the report is mostly about"
	}
}

// news is how many days back an act still counts as what a report is about.
const news = 14

// takesPart reports whether the words are a side of the claim.
func takesPart(at coding.Span, c *coding.Claim) bool {
	for _, side := range [][]coding.Mention{c.Initiators, c.Recipients} {
		for _, a := range side {
			if a.Start < at.End && at.Start < a.End {
				return true
			}
		}
	}
	return false
}

// scenic are the types whose acts of one report happen mostly in one place.
func scenic(t schema.EventType) bool {
	switch t {
	case schema.Assault, schema.Coerce, schema.Protest, schema.Mobilize, schema.Retreat:
		return true
	}
	return false
}

// physical are the types whose acts happen somewhere.
func physical(t schema.EventType) bool {
	switch t {
	case schema.Assault, schema.Coerce, schema.Protest, schema.Mobilize, schema.Retreat, schema.Aid, schema.Cooperate:
		return true
	}
	return false
}
