package gdelt

import (
	"slices"
	"strings"
	"time"

	"faultline/ingest/cameo"
	"faultline/schema"
)

// Options say which events are taken, and how often.
type Options struct {
	Filter Filter
	Dedup  Dedup
	// Recent takes the events that Read reads, and gives them to
	// ReadMentions; nil keeps none.
	Recent *Recent
	// Window passes over mentions of events that were added longer before
	// them; 0 passes over none.
	Window time.Duration

	// find takes the place of Recent.
	find func(*Mention) (Event, bool)
}

// event finds what a mention tells of.
func (o *Options) event(m *Mention) (Event, bool) {
	if o.find != nil {
		return o.find(m)
	}
	return o.Recent.Event(m.Event)
}

// Filter says which events are taken. Its zero value takes all; of several
// conditions all must hold.
type Filter struct {
	Countries   []string      // ISO 3166 alpha-3: of an actor, or of the place of the act
	Actors      []string      // beginnings of CAMEO actor codes: "SYRREB", "IGO"
	Codes       []schema.Code // beginnings of CAMEO event codes: "19", "0233"
	MinMentions int           // in the first 15 minutes
	RootOnly    bool          // found in the lead paragraph
}

// Keep reports whether the event passes.
func (f *Filter) Keep(e *Event) bool {
	switch {
	case f.RootOnly && !e.Root, e.Mentions < f.MinMentions:
		return false
	case len(f.Codes) > 0 && !slices.ContainsFunc(f.Codes, func(c schema.Code) bool {
		return strings.HasPrefix(string(e.Code), string(c))
	}):
		return false
	case len(f.Actors) > 0 && !slices.ContainsFunc(f.Actors, func(code string) bool {
		return strings.HasPrefix(e.Actor1.Code, code) || strings.HasPrefix(e.Actor2.Code, code)
	}):
		return false
	case len(f.Countries) > 0 && !slices.ContainsFunc(f.Countries, e.in):
		return false
	}
	return true
}

// in reports whether the event has to do with a country.
func (e *Event) in(iso3 string) bool {
	for _, code := range [...]string{e.Actor1.Country, e.Actor2.Country} {
		if c, ok := cameo.Country(code); ok && c == iso3 {
			return true
		}
	}
	c, ok := cameo.CountryOfFIPS(e.Place.Country)
	return ok && c == iso3
}

// Dedup says which rows are the same.
type Dedup int

// The ways to find the same rows.
const (
	// DedupID takes a GLOBALEVENTID once.
	DedupID Dedup = iota
	// DedupArticle takes of one article each act once: rows that differ only
	// in their places, or in words for one actor, are the same.
	DedupArticle
)

// seen are the rows that a file had before.
type seen struct {
	ids      map[int64]struct{}
	articles map[article]struct{} // nil unless asked for
}

type article struct {
	url, actor1, actor2 string
	code                schema.Code
	day                 schema.Day
}

func newSeen(d Dedup) *seen {
	s := &seen{ids: map[int64]struct{}{}}
	if d == DedupArticle {
		s.articles = map[article]struct{}{}
	}
	return s
}

// again reports why the row is no new one, "" if it is.
func (s *seen) again(e *Event) (reason string) {
	if _, ok := s.ids[e.ID]; ok {
		return ReasonRepeated
	}
	s.ids[e.ID] = struct{}{}
	if s.articles == nil {
		return ""
	}
	a := article{e.URL, e.Actor1.Code, e.Actor2.Code, e.Code, e.Day}
	if _, ok := s.articles[a]; ok {
		return ReasonSameArticle
	}
	s.articles[a] = struct{}{}
	return ""
}
