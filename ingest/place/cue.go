package place

import (
	"strings"
	"unicode"
)

// class is what a word can do beside the name of a place.
type class uint8

const (
	classNone class = iota
	classIn
	classAt
	classNear
	classFrom
	classTo
	classOf
	classAnd
	classThe
	classArticle   // al, el, ash
	classDirection // northern, west: may start a name, and go between "in" and a name
	classSkip      // nearby, besieged, rebel-held: go between "in" and a name
	classProvince  // province, oblast
	classTown      // city, town, village
	classCamp
	classBase
	classAirport
	classArea        // area, region, countryside: any place
	classEdge        // outskirts, suburbs, north: before "of" they mean near
	classNationality // Syrian: goes between "in" and a name
	classTime        // Friday, May: capitals that make no name
	classTitle       // President, Mr: a person follows
	classSuffix      // Post, Times, University: a name that starts with a place
	classHeld        // -held, -controlled
	classBased       // -based, -backed
	classOut         // "out of"
	classVerb        // captured, bombed: the place is the object
)

// isUpper is unicode.IsUpper for the first letter of a word.
func isUpper(r rune) bool { return unicode.IsUpper(r) }

// classes are keyed by folded words.
var classes = func() map[string]class {
	m := make(map[string]class, 400)
	put := func(c class, words ...string) {
		for _, w := range words {
			var buf [maxWord]byte
			m[string(foldWord(w, buf[:0]))] = c
		}
	}
	put(classIn, "in", "inside", "within", "across", "throughout")
	put(classAt, "at", "on", "over")
	put(classNear, "near", "around", "outside", "off", "surrounding", "besieging", "encircling", "beside", "opposite", "between", "along", "through", "via")
	put(classFrom, "from")
	put(classTo, "to", "into", "toward", "towards", "reaching", "entering", "for", "against")
	put(classOf, "of")
	put(classAnd, "and", "or")
	put(classThe, "the", "a", "an", "its", "their")
	put(classArticle, "al", "el", "ad", "ar", "as", "ash", "at", "ath", "az", "es", "esh", "et", "ez", "ul", "adh")
	put(classOut, "out")
	m["at"], m["an"] = classAt, classThe
	put(classDirection, "north", "south", "east", "west", "northern", "southern", "eastern", "western", "central", "northeast", "northwest",
		"southeast", "southwest", "northeastern", "northwestern", "southeastern", "southwestern", "upper", "lower", "rural", "greater")
	put(classSkip, "nearby", "neighbouring", "neighboring", "besieged", "strategic", "ancient", "historic", "historical", "coastal", "border",
		"divided", "embattled", "restive", "volatile", "troubled", "occupied", "annexed", "mainland", "war-torn", "torn", "key", "main", "major",
		"largest", "second", "biggest", "mountainous", "famous", "disputed", "breakaway", "autonomous", "contested", "devastated", "tiny", "entire",
		"whole", "big", "small", "large", "holy", "old", "predominantly", "mostly", "mainly", "also", "capital", "both", "downtown", "modern",
		"day", "far", "deep", "s", "self", "proclaimed", "facto", "de", "oil", "rich", "sunni", "shiite", "shia", "kurdish",
		"druze", "christian", "alawite", "majority", "populated", "dominated", "run", "ruled")
	put(classProvince, "province", "provinces", "governorate", "governorates", "oblast", "oblasts", "prefecture", "canton", "muhafazah", "krai")
	put(classTown, "city", "town", "village", "cities", "towns", "villages", "settlement", "hamlet", "municipality", "neighborhood", "neighbourhood",
		"port", "kibbutz", "resort", "enclave", "quarter")
	put(classCamp, "camp", "camps")
	put(classBase, "base", "airbase", "barracks", "bases", "airfield")
	put(classAirport, "airport")
	put(classArea, "area", "region", "countryside", "areas", "regions", "territory", "frontline", "axis", "front", "highway", "road", "valley",
		"plain", "desert", "island", "islands", "peninsula", "crossing", "checkpoint", "dam", "strip", "sector", "pocket", "district", "county",
		"hill", "hills", "crossroads", "junction", "farm", "farms")
	put(classEdge, "outskirts", "suburbs", "suburb", "north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest",
		"edge", "vicinity", "gates", "entrance", "border", "coast", "shores", "miles", "km", "kilometers", "kilometres")
	for _, w := range []string{"north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest"} {
		m[w] = classDirection // edges as well, see edge
	}
	put(classNationality, "syrian", "iraqi", "lebanese", "israeli", "palestinian", "yemeni", "libyan", "ukrainian", "russian", "turkish", "iranian",
		"saudi", "egyptian", "jordanian", "afghan", "pakistani", "indian", "chinese", "american", "british", "french", "german", "sudanese",
		"somali", "ethiopian", "eritrean", "kenyan", "nigerian", "malian", "chadian", "tunisian", "algerian", "moroccan", "burmese", "bangladeshi",
		"georgian", "armenian", "azerbaijani", "azeri", "chechen", "crimean", "belarusian", "polish", "serbian", "bosnian", "croatian", "kosovar",
		"albanian", "greek", "cypriot", "italian", "spanish", "mexican", "colombian", "venezuelan", "haitian", "brazilian", "cuban", "canadian",
		"australian", "japanese", "korean", "taiwanese", "philippine", "filipino", "indonesian", "malaysian", "thai", "vietnamese", "cambodian",
		"congolese", "rwandan", "burundian", "ugandan", "mozambican", "burkinabe", "nigerien", "cameroonian", "ivorian", "senegalese", "dutch",
		"belgian", "swiss", "austrian", "swedish", "danish", "norwegian", "finnish", "hungarian", "romanian", "bulgarian", "kazakh", "kyrgyz",
		"tajik", "uzbek", "turkmen", "kashmiri", "tibetan", "bahraini", "qatari", "emirati", "kuwaiti", "omani", "arab", "european", "african", "asian")
	put(classTime, "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april", "may",
		"june", "july", "august", "september", "october", "november", "december", "mondays", "tuesdays", "wednesdays", "thursdays", "fridays",
		"saturdays", "sundays")
	put(classTitle, "president", "minister", "general", "mr", "mrs", "ms", "dr", "king", "prince", "princess", "queen", "sheikh", "sheik", "imam",
		"ayatollah", "colonel", "captain", "major", "lieutenant", "judge", "justice", "senator", "secretary", "commander", "chancellor", "pope",
		"brigadier", "sergeant", "saint", "lord", "lady", "sir", "abu", "bin", "ibn", "ben", "abdul", "abd", "umm", "professor", "spokesman",
		"spokeswoman", "ambassador", "governor", "mayor", "activist", "journalist")
	put(classSuffix, "post", "times", "herald", "tribune", "university", "agreement", "accord", "accords", "declaration", "treaty", "convention",
		"protocol", "conference", "summit", "talks", "club", "stock", "bank", "news", "media", "observatory", "tv", "today", "daily", "star",
		"institute", "college", "museum", "united", "fc", "open", "games", "olympics", "process", "movement", "front", "party", "press", "network",
		"council", "brigade", "brigades", "army", "axis", "mail", "examiner", "mosque", "hilton", "group", "center", "centre", "express", "quartet")
	put(classHeld, "held", "controlled")
	put(classBased, "based", "backed", "led", "aligned", "linked", "supported", "sponsored", "allied", "funded", "born", "made", "brokered", "style",
		"trained", "friendly", "affiliated", "registered")
	put(classVerb, "enter", "enters", "entered", "capture", "captures", "captured", "capturing", "recapture", "recaptured", "recaptures",
		"seize", "seizes", "seized", "seizing", "retake", "retakes", "retook", "retaking", "retaken", "liberate", "liberates", "liberated",
		"liberating", "storm", "storms", "stormed", "storming", "invade", "invades", "invaded", "invading", "bomb", "bombs", "bombed", "bombing",
		"shell", "shells", "shelled", "shelling", "bombard", "bombards", "bombarded", "bombarding", "attack", "attacks", "attacked", "attacking",
		"strike", "strikes", "struck", "striking", "hit", "hits", "hitting", "pound", "pounds", "pounded", "pounding", "target", "targets",
		"targeted", "targeting", "besiege", "besieges", "besieged", "cross", "crosses", "crossed", "crossing", "leave", "leaves", "leaving",
		"visit", "visits", "visited", "visiting", "reach", "reaches", "reached", "overrun", "overran", "occupy", "occupies", "occupied",
		"occupying", "annex", "annexed", "annexing", "flee", "flees", "fled", "fleeing", "encircle", "encircled", "surround", "surrounded",
		"raid", "raids", "raided", "raiding", "rock", "rocks", "rocked", "take", "takes", "took", "taking", "hold", "held", "control", "controls")
	m["occupied"], m["besieged"], m["held"], m["crossing"] = classSkip, classSkip, classHeld, classArea
	m["axis"], m["front"], m["state"] = classArea, classArea, classProvince
	return m
}()

// edge tells whether a word before "of" means near.
func (f *finder) edge(i int) bool {
	return i >= 0 && (f.toks[i].class == classEdge || f.toks[i].class == classDirection && !f.toks[i].capital)
}

// relate finds what the words around each mention say about it.
func (f *finder) relate() {
	for i := range f.all {
		m := &f.all[i]
		f.unit(m)
		f.cue(m, i)
		f.contain(m, i)
	}
	for i := range f.all {
		m := &f.all[i]
		f.part(m, i)
		f.weak(m)
	}
}

// unit takes in a word for the unit that follows: "Idlib province".
func (f *finder) unit(m *Mention) {
	k := int(m.last) + 1
	if k >= len(f.toks) || f.toks[k].gap != gapBlank || f.toks[m.last].owned() {
		return
	}
	switch f.toks[k].class {
	case classProvince:
		if f.g.isCountry(m.head) { // "Syria state media"
			return
		}
		m.Unit = Province
	case classTown:
		m.Unit = Town
	case classCamp:
		m.Unit = Camp
	case classBase:
		m.Unit = Base
	case classAirport:
		m.Unit = Airport
	case classArea:
		if f.toks[k].capital { // "the Kharkiv Front": a name
			return
		}
		if f.toks[k].end-f.toks[k].start == 6 && f.text[f.toks[k].start:f.toks[k].end] == "region" {
			m.Unit = Region
		}
	default:
		return
	}
	m.last, m.End = int32(k), int(f.toks[k].end)
}

// reach is how many words may stand between a preposition and a name.
const reach = 6

// cue reads the words before a mention.
func (f *finder) cue(m *Mention, i int) {
	if k := int(m.last) + 1; k < len(f.toks) && f.toks[k].gap == gapHyphen && !f.toks[k].capital && f.toks[k].class == classBased {
		m.Cue = CueAttribute
		return
	}
	k := int(m.first) - 1
	if i > 0 {
		// "in Homs, Hama and Idlib": the cue of the first is that of all.
		p := &f.all[i-1]
		between := int(m.first) - int(p.last) - 1
		comma := f.toks[m.first].gap == gapComma
		lost := f.toks[m.first].gap == gapBlank && p.Cue.Locative() && !f.toks[p.last].owned() && !f.g.isCountry(p.head) // a comma
		if between == 0 && (comma || lost) || between == 1 && f.toks[k].class == classAnd || between == 2 && f.toks[k].class == classThe && f.toks[k-1].class == classAnd {
			m.Cue, m.plural = p.Cue, p.plural
			if m.plural && m.Unit == "" {
				m.Unit = p.Unit
			}
			if m.Cue == CueUnit && p.Unit != Town && !m.plural {
				m.Cue = CueNone
			}
			if m.Cue != CueNone {
				return
			}
		}
	}
	if m.Unit != "" {
		m.Cue = CueUnit
	}
	for steps := 0; k >= 0 && steps < reach; k, steps = k-1, steps+1 {
		t := &f.toks[k]
		if g := f.toks[k+1].gap; g != gapBlank && g != gapHyphen {
			return
		}
		switch t.class {
		case classIn:
			m.Cue = CueIn
			if f.posted(k) {
				m.Cue = CueOrigin
			}
		case classAt:
			m.Cue = CueAt
		case classNear:
			m.Cue = CueNear
		case classFrom:
			m.Cue = CueFrom
			if f.origin(k) {
				m.Cue = CueOrigin
			}
		case classTo:
			m.Cue = CueTo
		case classVerb:
			if m.Cue == CueNone {
				m.Cue = CueObject
			}
		case classOf:
			if k == 0 {
				return
			}
			u := &f.toks[k-1]
			switch {
			case u.class == classTown:
				m.Unit, m.Cue = Town, CueUnit
			case u.class == classProvince:
				m.Unit, m.Cue = Province, CueUnit
				m.plural = f.text[u.end-1] == 's'
			case u.class == classArea, u.class == classCamp, u.class == classBase:
				m.Cue = CueUnit
			case f.edge(k - 1):
				m.Cue = CueNear
				return
			case u.class == classOut:
				m.Cue = CueFrom
				return
			default:
				if m.Cue == CueNone {
					m.Cue = CueOf
				}
				return
			}
			k--
			continue
		case classThe, classDirection, classSkip, classNationality, classArticle:
			continue
		case classHeld:
			k-- // rebel-held
			continue
		case classTown:
			if m.Cue == CueNone && !f.toks[k].capital { // "the town Tabqa", "the rebel city Aleppo"
				m.Unit, m.Cue = Town, CueUnit
			}
			continue
		case classProvince, classArea, classEdge:
			continue
		default:
			// "in Syria's Idlib", "in Syrias Idlib"
			if i > 0 && k == int(f.all[i-1].last) {
				k = int(f.all[i-1].first)
				continue
			}
			return
		}
		return
	}
}

// origin tells whether "from" at token k says where people come from: it
// stands right behind a word for them, and nobody moves them.
func (f *finder) origin(k int) bool {
	if k == 0 || f.toks[k].gap != gapBlank || !people[strings.ToLower(f.text[f.toks[k-1].start:f.toks[k-1].end])] {
		return false
	}
	for j := k - 2; j >= 0 && j > k-12; j-- {
		w := f.text[f.toks[j].start:f.toks[j].end]
		for _, stem := range [...]string{"evacuat", "withdr", "pull", "expel", "driv", "drov", "remov", "mov", "transfer", "deport", "displac", "transport",
			"tak", "took", "rescu", "oust", "push", "clear", "releas", "free", "dislodg", "recall", "arriv", "bring", "brought", "abduct", "kidnap"} {
			if strings.HasPrefix(w, stem) {
				return false
			}
		}
	}
	return true
}

// posted tells whether "in" at token k says where those are who act elsewhere:
// "rebels positioned in Daraya shelled".
func (f *finder) posted(k int) bool {
	if k < 2 || f.toks[k].gap != gapBlank || f.toks[k-1].gap != gapBlank {
		return false
	}
	switch f.text[f.toks[k-1].start:f.toks[k-1].end] {
	case "positioned", "stationed", "entrenched", "holed":
		return people[strings.ToLower(f.text[f.toks[k-2].start:f.toks[k-2].end])]
	}
	return false
}

// people are words for persons who come from somewhere.
var people = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields("man men woman women girl boy child children person people resident residents native natives civilian civilians " +
		"refugee refugees migrant migrants activist activists student students teacher doctor journalist lawyer volunteer volunteers farmer farmers " +
		"worker workers fighter fighters militant militants gunman gunmen rebel rebels terrorist terrorists jihadist jihadists soldier soldiers " +
		"colonel general officer officers commander commanders spokesman spokeswoman official officials deputy lawmaker politician mp " +
		"family families brothers cousins faction factions syrian syrians iraqi iraqis lebanese palestinian palestinians jordanian jordanians " +
		"saudi saudis turk turks russian russians chechen chechens tunisian tunisians egyptian egyptians yemeni yemenis libyan libyans " +
		"afghan afghans pakistani pakistanis israeli israelis ukrainian ukrainians kurd kurds") {
		m[w] = true
	}
	return m
}()

// contain reads "Vienna, Austria", "Gaziantep in Turkey" and "Syria's
// Idlib": a country beside a name.
func (f *finder) contain(m *Mention, i int) {
	if i == 0 {
		return
	}
	p := &f.all[i-1]
	gap := f.toks[m.first].gap
	if int(m.first) == int(p.last)+1 {
		if gap == gapComma {
			if c := f.g.around(m.head, p.head); c != "" {
				p.Country, m.Country = c, c
				if m.Cue == p.Cue || m.Cue == CueNone {
					m.Cue = CueContainer
				}
				return
			}
		}
		if c := f.g.countryOf(p.head); c != "" && gap == gapBlank && f.g.has(m.head, c) {
			if f.toks[p.last].owned() || f.toks[p.last].end-1 > 0 && f.text[f.toks[p.last].end-1] == 's' {
				m.Country = c
				p.Cue = CueContainer
			}
		}
		return
	}
	if m.Cue == CueNear && f.beside(int(p.last)+1, int(m.first)) && p.Cue != CueNone {
		m.Cue = CueContainer
		return
	}
	if int(m.first) == int(p.last)+2 && f.toks[m.first-1].class == classIn && f.toks[m.first-1].gap == gapBlank && gap == gapBlank {
		if c := f.g.around(m.head, p.head); c != "" {
			p.Country = c
		}
	}
}

// beside tells whether the tokens between two names only say how far and
// which way from the second the first lies: "Duma, 10 km north of Damascus".
func (f *finder) beside(from, to int) bool {
	if to-from > reach || from >= to {
		return false
	}
	for k := from; k < to; k++ {
		t := &f.toks[k]
		if t.gap != gapBlank && t.gap != gapHyphen && t.gap != gapComma {
			return false
		}
		switch w := f.text[t.start:t.end]; {
		case w == "of", w == "to", w == "the", w == "just", w == "about", w == "some", w == "near", w == "outside", w == "on",
			w == "km", w == "miles", w == "kilometers", w == "kilometres", w[0] >= '0' && w[0] <= '9', t.class == classDirection && !t.capital:
		default:
			return false
		}
	}
	return true
}

// part decides whether the name belongs to a longer one.
func (f *finder) part(m *Mention, i int) {
	if k := int(m.last) + 1; k < len(f.toks) && f.toks[k].capital && !f.toks[m.last].owned() && (f.toks[k].gap == gapBlank || f.toks[k].gap == gapHyphen) {
		next := i+1 < len(f.all) && int(f.all[i+1].first) == k
		if !next && (f.toks[k].class == classSuffix || m.Cue == CueNone && f.toks[k].class == classNone) {
			m.Part = true
			return
		}
	}
	k := int(m.first) - 1
	if k < 0 || f.toks[m.first].gap != gapBlank && f.toks[m.first].gap != gapHyphen || !f.toks[k].capital {
		return
	}
	if f.toks[k].class == classTitle {
		m.Part = true
		return
	}
	if m.Cue != CueNone || m.Unit != "" || i > 0 && int(f.all[i-1].last) == k {
		return
	}
	if f.toks[k].class == classNone && !f.toks[k].upper && !f.toks[k].owned() && !f.sentenceStart(k) {
		m.Part = true
	}
}

// sentenceStart tells whether token k opens a sentence.
func (f *finder) sentenceStart(k int) bool {
	return k == 0 || f.toks[k].gap == gapStop || f.toks[k].gap == gapOther
}

// weak decides whether the name is a place at all.
func (f *finder) weak(m *Mention) {
	if m.Cue == CueIn || m.Cue == CueNear || m.Cue == CueUnit || m.Country != "" || m.Unlisted {
		return
	}
	if m.first == m.last || m.article && m.last == m.first+1 {
		t := &f.toks[m.last]
		var buf [maxWord]byte
		if f.g.stop[string(foldWord(f.text[t.start:t.end], buf[:0]))] == stopWeak {
			m.Weak = true
			return
		}
	}
	if m.Cue.Locative() || m.Cue == CueFrom || m.Cue == CueOrigin || m.Cue == CueTo || m.Cue == CueObject {
		return
	}
	for n := m.head; n != 0; n = f.g.names.items[n-1].next {
		r := &f.g.records[f.g.names.items[n-1].place]
		if r.written || r.population >= 200000 || r.kind == Province {
			return
		}
	}
	m.Weak = true
}

// countryOf returns the code of the country that a name may stand for.
func (g *Gazetteer) countryOf(head int32) string {
	for n := head; n != 0; n = g.names.items[n-1].next {
		if r := &g.records[g.names.items[n-1].place]; r.kind == Country {
			return r.country
		}
	}
	return ""
}

// around returns the country of an outer name that may hold an inner one, as
// in "Vienna, Austria" and "Springfield, Illinois"; "" if it does not. A list
// of provinces or of towns ("Homs, Hama") is no such pair.
func (g *Gazetteer) around(outer, inner int32) string {
	if g.isCountry(inner) {
		return ""
	}
	if c := g.countryOf(outer); c != "" && g.has(inner, c) {
		return c
	}
	for n := outer; n != 0; n = g.names.items[n-1].next {
		r := &g.records[g.names.items[n-1].place]
		if r.kind == Province && g.has(inner, r.country) && !g.hasKind(inner, Province, 0) && !g.hasKind(outer, Town, 20000) {
			return r.country
		}
	}
	return ""
}

// hasKind tells whether a name may stand for a place of a kind with some
// population.
func (g *Gazetteer) hasKind(head int32, kind Kind, population int32) bool {
	for n := head; n != 0; n = g.names.items[n-1].next {
		if r := &g.records[g.names.items[n-1].place]; r.kind == kind && r.population >= population {
			return true
		}
	}
	return false
}

func (g *Gazetteer) isCountry(head int32) bool { return g.countryOf(head) != "" }

// has tells whether a name may stand for a place in a country.
func (g *Gazetteer) has(head int32, country string) bool {
	for n := head; n != 0; n = g.names.items[n-1].next {
		if g.records[g.names.items[n-1].place].country == country {
			return true
		}
	}
	return false
}
