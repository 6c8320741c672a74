package coder

import (
	"strings"

	"faultline/ingest/coding"
	"faultline/ingest/nlp"
	"faultline/ingest/place"
)

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
func (set *setting) called(at *site, noun string) bool {
	if strings.HasSuffix(at.Text, " "+noun) || strings.HasPrefix(set.doc.Text[at.End:], " "+noun) {
		return true
	}
	before, ok := strings.CutSuffix(set.doc.Text[max(0, at.Start-60):at.Start], " "+noun+" of ")
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
