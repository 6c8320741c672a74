package coder

import (
	"slices"
	"strings"

	"faultline/ingest/coding"
	"faultline/ingest/place"
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

func node(p place.Place) schema.Place {
	return schema.Place{ID: p.ID, Name: p.Name, Country: p.Country, Latitude: p.Latitude, Longitude: p.Longitude, Within: p.Within}
}
