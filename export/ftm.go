package export

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"

	"faultline/graph"
	"faultline/schema"
)

// FollowTheMoney (https://followthemoney.tech/): one entity a line, as the
// ftm tools and Aleph read them. Persons are Person, states PublicBody, others
// Organization; events are Event with those involved, reports Article.

type ftmEntity struct {
	ID         string              `json:"id"`
	Schema     string              `json:"schema"`
	Properties map[string][]string `json:"properties"`
}

// FTM writes entities and returns their number.
func FTM(ctx context.Context, out io.Writer, r graph.Reader, s Selection) (int, error) {
	buffered := bufio.NewWriterSize(out, 1<<16)
	enc := json.NewEncoder(buffered)
	enc.SetEscapeHTML(false)
	n := 0
	put := func(id, kind string, properties map[string][]string) error {
		for name, values := range properties {
			values = slices.DeleteFunc(values, func(v string) bool { return v == "" })
			if properties[name] = values; len(values) == 0 {
				delete(properties, name)
			}
		}
		n++
		return enc.Encode(ftmEntity{id, kind, properties})
	}
	names := map[schema.PlaceID]schema.Place{}
	links := map[schema.EventID]ftmLinks{}
	reports := map[schema.ReportID]string{}
	var events []schema.Event
	err := Walk(ctx, r, s, Visitor{
		Actor: func(a schema.Actor) error { return put(ftmID(string(a.ID)), ftmSchema(a.Kind), ftmActor(a)) },
		Place: func(p schema.Place) error {
			names[p.ID] = p
			return put(ftmID(string(p.ID)), "Address", map[string][]string{
				"full": {p.Name}, "country": {ftmCountry(p.Country)}, "latitude": {coordinate(p.Latitude)}, "longitude": {coordinate(p.Longitude)},
			})
		},
		Event: func(e schema.Event) error { events = append(events, e); return nil },
		Report: func(p schema.Report) error {
			reports[p.ID] = p.URL
			day := ""
			if !p.Published.IsZero() {
				day = p.Published.UTC().Format("2006-01-02T15:04:05")
			}
			return put(ftmID(string(p.ID)), "Article", map[string][]string{
				"title": {p.Title}, "name": {p.Name}, "sourceUrl": {p.URL}, "publishedAt": {day}, "author": {p.Author},
				"publisher": {p.PublishedBy.Slug()},
			})
		},
		Claim: func(c schema.Claim) error {
			if !c.Retracted.IsZero() || c.Status != schema.Asserted {
				return nil
			}
			l := links[c.Event]
			if id := ftmID(string(c.Report)); !slices.Contains(l.proofs, id) {
				l.proofs = append(l.proofs, id)
				l.urls = append(l.urls, reports[c.Report])
			}
			if c.Sentence != "" && !slices.Contains(l.sentences, c.Sentence) {
				l.sentences = append(l.sentences, c.Sentence)
			}
			links[c.Event] = l
			return nil
		},
	})
	if err != nil {
		return n, err
	}
	for _, e := range events {
		l, ok := links[e.ID]
		if !ok {
			continue // nobody asserts it
		}
		if err := put(ftmID(string(e.ID)), "Event", ftmEvent(e, l, names)); err != nil {
			return n, err
		}
	}
	return n, buffered.Flush()
}

// ftmLinks is where an event is told.
type ftmLinks struct {
	proofs, urls, sentences []string
}

// ftmID is an id as FollowTheMoney allows them: letters, digits, dots,
// hyphens and underscores.
func ftmID(id string) string {
	const hex = "0123456789abcdef"
	var b strings.Builder
	b.WriteString("faultline-")
	for i := range len(id) {
		switch c := id[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-':
			b.WriteByte(c)
		case c == ':':
			b.WriteByte('-')
		default:
			b.WriteString("_" + string(hex[c>>4]) + string(hex[c&15]))
		}
	}
	return b.String()
}

func ftmSchema(k schema.ActorKind) string {
	switch k {
	case schema.Person:
		return "Person"
	case schema.State, schema.Government, schema.Military:
		return "PublicBody"
	}
	return "Organization"
}

func ftmActor(a schema.Actor) map[string][]string {
	return map[string][]string{
		"name": {a.Name}, "alias": slices.Clone(a.Aliases), "country": {ftmCountry(a.Country)}, "keywords": {string(a.Kind)},
	}
}

func ftmEvent(e schema.Event, l ftmLinks, places map[schema.PlaceID]schema.Place) map[string][]string {
	p := map[string][]string{
		"name": {e.Name}, "date": {e.Day.String()}, "keywords": {string(e.Type)}, "summary": l.sentences, "proof": l.proofs, "sourceUrl": l.urls,
	}
	for _, a := range e.Initiators {
		p["organizer"] = append(p["organizer"], ftmID(string(a)))
		p["involved"] = append(p["involved"], ftmID(string(a)))
	}
	for _, a := range e.Recipients {
		p["involved"] = append(p["involved"], ftmID(string(a)))
	}
	for _, id := range e.At {
		p["address"] = append(p["address"], ftmID(string(id)))
		p["location"] = append(p["location"], places[id].Name)
		p["country"] = append(p["country"], ftmCountry(places[id].Country))
	}
	return p
}

func coordinate(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
