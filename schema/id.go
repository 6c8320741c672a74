package schema

import (
	"fmt"
	"strings"
)

// Identifiers carry their kind as a prefix, so that an id found anywhere (a
// log, a picture, a URL) says what it names. Actors, places and relations
// have readable slugs; events, claims, reports and loads have UUIDs.
type (
	// ActorID is "actor:" and a slug, for example "actor:hezbollah".
	ActorID string
	// EventID is "event:" and a UUIDv5 of the event's Key.
	EventID string
	// ClaimID is "claim:" and a UUIDv5 of report, event and place in the text.
	ClaimID string
	// ReportID is "report:" and a UUIDv5 of where the report came from.
	ReportID string
	// PlaceID is "place:" and a slug, for example "place:deir-ezzor".
	PlaceID string
	// RelationID is "relation:" and the two actors' slugs in order,
	// "relation:iran~russia".
	RelationID string
	// ReadingID is "reading:" and a UUIDv5 of what was read, and when.
	ReadingID string
	// LoadID is "load:" and a UUIDv5 of the load's input.
	LoadID string
)

// Kind is the noun that a node is an instance of.
type Kind string

// The kinds of node.
const (
	KindActor    Kind = "actor"
	KindEvent    Kind = "event"
	KindClaim    Kind = "claim"
	KindReport   Kind = "report"
	KindPlace    Kind = "place"
	KindRelation Kind = "relation"
	KindReading  Kind = "reading"
	KindLoad     Kind = "load"
)

// KindOf returns the kind that an id names by its prefix. The error names
// the id when the prefix is none of the kinds or nothing follows it.
func KindOf(id string) (Kind, error) {
	prefix, rest, ok := strings.Cut(id, ":")
	k := Kind(prefix)
	switch k {
	case KindActor, KindEvent, KindClaim, KindReport, KindPlace, KindRelation, KindReading, KindLoad:
		if ok && rest != "" {
			return k, nil
		}
	}
	return "", fmt.Errorf("%q is no id: want kind:name, for example actor:hezbollah", id)
}

// MakeActorID returns the actor id of a slug; see Slug.
func MakeActorID(slug string) ActorID { return ActorID(string(KindActor) + ":" + slug) }

// Slug returns the id without its prefix.
func (id ActorID) Slug() string { return strings.TrimPrefix(string(id), string(KindActor)+":") }

// MakePlaceID returns the place id of a slug; see Slug.
func MakePlaceID(slug string) PlaceID { return PlaceID(string(KindPlace) + ":" + slug) }

// Slug returns the id without its prefix.
func (id PlaceID) Slug() string { return strings.TrimPrefix(string(id), string(KindPlace)+":") }

// MakeRelationID returns the id of the pair a, b, whatever their order.
func MakeRelationID(a, b ActorID) RelationID {
	if b < a {
		a, b = b, a
	}
	return RelationID(string(KindRelation) + ":" + a.Slug() + "~" + b.Slug())
}

// Slug folds a name to the readable form that ids use: lower case ASCII
// letters and digits, with single hyphens between words. Letters with marks
// lose them ("Deir ez-Zôr" gives "deir-ez-zor"); letters of other scripts
// are kept, so that two names never fold to the same empty slug.
func Slug(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range FoldAccents(name) {
		switch {
		case r == '\'' || r == '’' || r == '‘' || r == 'ʿ' || r == 'ʾ':
			continue // Sana'a and Sanaa are one
		case isWordRune(r):
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(lower(r))
		default:
			gap = true
		}
	}
	return b.String()
}
