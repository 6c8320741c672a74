package coder

import (
	"slices"
	"strings"

	"faultline/ingest/coding"
	"faultline/ingest/nlp"
	"faultline/ingest/place"
	"faultline/ingest/when"
	"faultline/schema"
)

// findPlaces notes which tokens name places, and how the text introduces
// them.
func (s *sentence) findPlaces(g *place.Gazetteer) {
	s.cue = make([]place.Cue, len(s.tok))
	s.place = make([]bool, len(s.tok))
	s.places = g.Find(s.doc.Text[s.start:s.end], place.Options{Unlisted: true})
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

// site is a place that a sentence speaks of.
type site struct {
	coding.Location
	kind place.Kind
	cue  place.Cue
	tok  int // the topmost token of its words
}

// reporters are nouns for those who only report from a place: "our
// correspondent in Baalbek".
var reporters = wordSet("correspondent reporter")

// branches are nouns for parts of a group that are called by where they are:
// "al-Qaeda's branch in the Levant".
var branches = wordSet("branch affiliate offshoot wing arm")

// reported reports whether the place at tok is only where somebody reports from
// or what a part of a group is called by.
func (h *here) reported(tok int) bool {
	k := h.s.tok[tok].Head
	return k >= 0 && (branches[h.s.lemma(k)] || reporters[h.s.lemma(k)] && h.s.speaks(k))
}

// sites are the places of the sentence where an act may happen.
func (h *here) sites() []site {
	s := h.s
	var list []site
	made := -1 // the last that has no entry in a list of places
	countries := s.context()
	for n := range s.places {
		m := &s.places[n]
		tok := h.tokenAt(m.Start, m.End)
		if tok < 0 || h.dateline(m) || h.reported(tok) || h.named(m) {
			continue
		}
		at := site{cue: m.Cue, tok: tok, Location: coding.Location{
			Span: coding.Span{Start: m.Start, End: m.End}, Text: s.doc.Text[m.Start:m.End],
		}}
		if p, ok := h.places.Resolve(*m, countries); ok {
			if h.rural(m) {
				p = h.around(p)
			}
			at.Place, at.kind = node(p), p.Kind
			if made >= 0 && made == len(list)-1 {
				// "the Ferdous district of Aleppo"
				if between := s.doc.Text[list[made].End:m.Start]; between == " of " || between == " in " {
					list[made].Place, _ = madeUp(list[made].Text, at.Place)
				}
			}
		} else if m.Unlisted {
			if at.Place, ok = h.unlisted(m, list); !ok {
				continue
			}
			at.kind, made = place.Town, len(list)
		} else {
			continue
		}
		list = append(list, at)
	}
	h.rehouse(list, countries)
	named := len(list)
	for k := range s.tok {
		if at, ok := h.pointed(k, list[:named]); ok {
			list = append(list, at)
		}
	}
	return list
}

// named reports whether the place only belongs to the name of something else:
// "Operation Euphrates Shield", "the Wrath of Euphrates", "the Bank of Syria".
func (h *here) named(m *place.Mention) bool {
	before, after := h.doc.Text[h.s.start:m.Start], h.doc.Text[m.End:h.s.end]
	if strings.HasSuffix(before, "Operation ") || strings.HasPrefix(after, " Shield") || strings.HasSuffix(before, "Islamic State of ") {
		return true
	}
	before, ok := strings.CutSuffix(strings.TrimSuffix(before, "the "), " of ")
	if !ok || m.Cue != place.CueOf {
		return false
	}
	at := strings.LastIndexByte(before, ' ') + 1
	word := before[at:]
	return at > 0 && word != strings.ToLower(word) && word != strings.ToUpper(word)
}

// rehouse mends quarters that share their name with a town of a country that
// nothing else speaks of: "the Sulaymaniyah neighborhood of Aleppo" lies there.
func (h *here) rehouse(list []site, countries []string) {
	for i := range list {
		at := &list[i]
		after := h.doc.Text[at.End:h.s.end]
		quarter := false
		for _, noun := range []string{" neighborhood", " neighbourhood", " quarter", " district"} {
			quarter = quarter || strings.HasSuffix(at.Text, noun) || strings.HasPrefix(after, noun)
		}
		if !quarter || slices.Contains(countries, at.Place.Country) {
			continue
		}
		for k := range list {
			if town := list[k].Place; k != i && town.Country != at.Place.Country && town.Country != "" {
				if p, ok := madeUp(at.Text, town); ok {
					at.Place, at.kind = p, place.District
				}
				break
			}
		}
	}
}

// rural reports whether the words mean the country around a town: "rural
// Idlib", "the Aleppo countryside".
func (h *here) rural(m *place.Mention) bool {
	text := h.doc.Text
	before, words, after := text[h.s.start:m.Start], text[m.Start:m.End], text[m.End:h.s.end]
	return strings.HasSuffix(before, "rural ") || strings.HasPrefix(words, "rural ") || strings.HasSuffix(before, "countryside of ") ||
		strings.HasSuffix(words, " countryside") || strings.HasPrefix(after, " countryside") || strings.HasPrefix(after, "'s countryside")
}

// around is the province that a town lies in, the town itself if it is not
// known.
func (h *here) around(p place.Place) place.Place {
	if p.Kind == place.Town && p.Within != "" {
		if w, ok := h.places.Place(p.Within); ok && w.Kind == place.Province {
			return w
		}
	}
	return p
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

// unlisted makes a place of a name that only the text calls one. It lies
// where the sentence or the report was before, or in the country spoken of.
func (h *here) unlisted(m *place.Mention, before []site) (schema.Place, bool) {
	var around schema.Place
	for i := range before {
		switch before[i].cue {
		case place.CueNone, place.CueAttribute, place.CueOrigin: // the US of "the US-led coalition"
		default:
			around = before[i].Place
		}
	}
	switch {
	case around.ID != "":
	case h.last != nil:
		around = h.last.Place
	case h.s.doc.home != "":
		c, ok := h.places.Country(h.s.doc.home)
		if !ok {
			return schema.Place{}, false
		}
		around = node(c)
	}
	return madeUp(h.doc.Text[m.Start:m.End], around)
}

// madeUp makes a place of a name in another place.
func madeUp(name string, around schema.Place) (schema.Place, bool) {
	if cut := strings.LastIndexByte(name, ' '); cut > 0 && name[cut+1:] == strings.ToLower(name[cut+1:]) {
		name = name[:cut] // without "village"
	}
	slug := schema.Slug(name)
	if around.ID == "" || len(slug) < 3 {
		return schema.Place{}, false
	}
	if around.Country != "" {
		slug += "-" + strings.ToLower(around.Country)
	}
	return schema.Place{
		ID: schema.MakePlaceID(slug), Name: name, Country: around.Country, Within: around.ID,
		Latitude: around.Latitude, Longitude: around.Longitude,
	}, true
}

// settlements are nouns that point back to a place: "the town".
var settlements = wordSet("town city village area province region district camp neighborhood neighbourhood enclave capital country base airport")

// pointed is the place that "the town" points back to; named are those that
// the sentence names.
func (h *here) pointed(k int, named []site) (site, bool) {
	s := h.s
	if s.lower(k) == "there" && s.tok[k].Tag == nlp.ADV && s.rel(k) == "advmod" {
		return h.there(k)
	}
	if s.tok[k].Tag != nlp.NOUN || !settlements[s.lemma(k)] || s.place[k] || !s.definite(k) || s.at[k] >= 0 {
		return site{}, false
	}
	for _, c := range s.kids[k] {
		switch s.rel(c) {
		case "compound", "nmod", "appos", "flat", "acl":
			return site{}, false // it has a name or a clause of its own
		}
	}
	cue := place.CueNone
	switch s.rel(k) {
	case "obl", "nmod":
		switch s.preposition(k) {
		case "in", "inside", "within", "across":
			cue = place.CueIn
		case "on", "at", "over":
			cue = place.CueAt
		case "near", "around", "outside":
			cue = place.CueNear
		case "to", "into", "for", "against":
			cue = place.CueTo
		case "from":
			cue = place.CueFrom
		case "of":
			cue = place.CueOf
		default:
			return site{}, false
		}
	case "obj":
		cue = place.CueObject
	case "nsubj":
		if s.tok[k].Rel != "nsubj:pass" {
			return site{}, false
		}
		cue = place.CueObject // "the town was shelled"
	default:
		return site{}, false
	}
	was, ok := h.seenAs(s.lemma(k), s.tok[k].Start, named)
	if !ok {
		return site{}, false
	}
	return site{cue: cue, tok: k, kind: was.kind, Location: coding.Location{
		Span: coding.Span{Start: s.tok[k].Start, End: s.tok[k].End}, Text: s.tok[k].Text, Place: was.Place,
	}}, true
}

// there is the place that the adverb at k points back to: the last one where
// something was.
func (h *here) there(k int) (site, bool) {
	t := h.s.tok[k]
	for i := len(h.seen) - 1; i >= max(0, len(h.seen)-horizon); i-- {
		if was := &h.seen[i]; was.Start < t.Start && was.cue.Locative() && breadth(was.kind) <= 1 {
			return site{cue: place.CueIn, tok: k, kind: was.kind, Location: coding.Location{
				Span: coding.Span{Start: t.Start, End: t.End}, Text: t.Text, Place: was.Place,
			}}, true
		}
	}
	return site{}, false
}

// seenAs is the last place before the offset that the noun may mean.
func (h *here) seenAs(noun string, before int, named []site) (site, bool) {
	for n, seen := range [...][]site{named, h.seen[max(0, len(h.seen)-horizon):]} {
		for _, called := range [...]bool{true, false} { // one that was called so is the better
			for i := len(seen) - 1; i >= 0; i-- {
				at := &seen[i]
				if n == 0 && at.cue == place.CueNone && h.s.tok[at.tok].Rel != "obj" {
					continue // "Moscow declared a pause in the city"
				}
				if at.Start < before && at.cue != place.CueContainer && at.cue != place.CueOrigin && goesBy(*at, noun) && (called && h.called(at, noun) || !called && !h.exceeds(at, noun)) {
					return *at, true
				}
			}
		}
	}
	if noun == "country" && h.s.doc.home != "" {
		if c, ok := h.places.Country(h.s.doc.home); ok {
			return site{kind: c.Kind, Location: coding.Location{Place: node(c)}}, true
		}
	}
	return site{}, false
}

// exceeds reports whether a place is too large for the noun.
func (h *here) exceeds(at *site, noun string) bool {
	const town, village = 500_000, 50_000
	p, _ := h.places.Place(at.Place.ID)
	return noun == "town" && p.Population > town || noun == "village" && p.Population > village
}

// called reports whether the text calls the place by the noun: "the town of
// Dumayr", "Waer district".
func (h *here) called(at *site, noun string) bool {
	if strings.HasSuffix(at.Text, " "+noun) || strings.HasPrefix(h.doc.Text[at.End:], " "+noun) {
		return true
	}
	before, ok := strings.CutSuffix(h.doc.Text[max(0, at.Start-60):at.Start], " "+noun+" of ")
	word := before[strings.LastIndexByte(before, ' ')+1:]
	return ok && word == strings.ToLower(word) // not "Waer district of Homs"
}

func goesBy(at site, noun string) bool {
	switch noun {
	case "town", "city", "village", "neighborhood", "neighbourhood", "district":
		return at.kind == place.Town || at.kind == place.District
	case "province":
		return at.kind == place.Province
	case "country":
		return at.kind == place.Country
	case "region":
		return at.kind == place.Province || at.kind == place.Region || at.kind == place.District
	case "camp":
		return at.kind == place.Camp
	case "base":
		return at.kind == place.Base || at.kind == place.Airport
	case "airport":
		return at.kind == place.Airport
	case "capital":
		return false
	}
	return at.kind != place.Country
}

// dateline reports whether the place only says where the report was written:
// "BEIRUT (AFP)", "MOSCOW October 1", "Geneva (Reuters) –".
func (h *here) dateline(m *place.Mention) bool {
	if m.Cue != place.CueNone {
		return false
	}
	word := h.doc.Text[m.Start:m.End]
	rest := h.doc.Text[m.End:h.s.end]
	if len(word) > 4 && word == strings.ToUpper(word) && h.mixed() {
		return true
	}
	rest = strings.TrimLeft(rest, " ,")
	if !strings.HasPrefix(rest, "(") {
		return false
	}
	agency, after, ok := strings.Cut(rest[1:], ")")
	after = strings.TrimLeft(after, " ")
	return ok && len(agency) < 20 && agency != "" && agency[0] >= 'A' && agency[0] <= 'Z' &&
		(m.Start-h.s.start < 40 || strings.HasPrefix(after, "-") || strings.HasPrefix(after, "–") || strings.HasPrefix(after, "—"))
}

// mixed reports whether the sentence has small letters.
func (h *here) mixed() bool {
	if h.letters == 0 {
		h.letters = 1
		for i := h.s.start; i < h.s.end; i++ {
			if c := h.doc.Text[i]; c >= 'a' && c <= 'z' {
				h.letters = 2
				break
			}
		}
	}
	return h.letters == 2
}

// look notes the places of the sentence.
func (h *here) look() {
	if h.at == nil {
		h.at = h.sites()
		h.seen = append(h.seen, h.at...)
	}
}

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
		if m.cue == place.CueAt && !away && !physical(c.Type) && h.topic(m.Start) {
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
	case h.last != nil && scenic(c.Type) && !h.somewhere(trigger) && !h.habitual() && h.fits(h.last.Place.Country, c):
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

// somewhere reports whether the act at the trigger is told to be at a place
// without a name.
func (h *here) somewhere(trigger int) bool { return h.nameless(trigger) >= 0 }

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

func node(p place.Place) schema.Place {
	return schema.Place{ID: p.ID, Name: p.Name, Country: p.Country, Latitude: p.Latitude, Longitude: p.Longitude, Within: p.Within}
}
