package export

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"faultline/graph"
	"faultline/schema"
)

// STIX 2.1 (https://docs.oasis-open.org/cti/stix/v2.1/): actors are
// identities, places locations, and each event that somebody asserts is a
// relationship from initiator to recipient whose type is the event's, in force
// on its day. Reports gather the relationships that they tell of.

type stixObject struct {
	Type     string `json:"type"`
	Spec     string `json:"spec_version"`
	ID       string `json:"id"`
	Created  string `json:"created"`
	Modified string `json:"modified"`

	CreatedBy   string         `json:"created_by_ref,omitempty"`
	Name        string         `json:"name,omitempty"`
	Description string         `json:"description,omitempty"`
	Class       string         `json:"identity_class,omitempty"`
	Labels      []string       `json:"labels,omitempty"`
	Country     string         `json:"country,omitempty"`
	Latitude    *float64       `json:"latitude,omitempty"`
	Longitude   *float64       `json:"longitude,omitempty"`
	Relation    string         `json:"relationship_type,omitempty"`
	Source      string         `json:"source_ref,omitempty"`
	Target      string         `json:"target_ref,omitempty"`
	Start       string         `json:"start_time,omitempty"`
	Stop        string         `json:"stop_time,omitempty"`
	Confidence  *int           `json:"confidence,omitempty"`
	ReportTypes []string       `json:"report_types,omitempty"`
	Published   string         `json:"published,omitempty"`
	Objects     []string       `json:"object_refs,omitempty"`
	References  []stixExternal `json:"external_references,omitempty"`
}

type stixExternal struct {
	Source string `json:"source_name"`
	ID     string `json:"external_id,omitempty"`
	URL    string `json:"url,omitempty"`
}

// stixSpace is the namespace of the UUIDv5 of STIX ids.
func stixSpace() uuid.UUID {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://faultline/stix/1"))
}

func stixID(kind string, parts ...string) string {
	return kind + "--" + uuid.NewSHA1(stixSpace(), []byte(strings.Join(parts, "\x00"))).String()
}

func stixTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// told is what the claims of an event say together.
type told struct {
	first      time.Time
	confidence float64
	reports    []schema.ReportID
}

// STIX writes a bundle and returns how many objects it holds.
func STIX(ctx context.Context, out io.Writer, r graph.Reader, s Selection) (int, error) {
	var (
		actors  []schema.Actor
		places  []schema.Place
		events  []schema.Event
		reports []schema.Report
		claims  = map[schema.EventID]told{}
		of      = map[schema.ReportID][]schema.EventID{}
		first   time.Time
	)
	err := Walk(ctx, r, s, Visitor{
		Actor:  func(n schema.Actor) error { actors = append(actors, n); return nil },
		Place:  func(n schema.Place) error { places = append(places, n); return nil },
		Event:  func(n schema.Event) error { events = append(events, n); return nil },
		Report: func(n schema.Report) error { reports = append(reports, n); return nil },
		Claim: func(c schema.Claim) error {
			if !c.Retracted.IsZero() || c.Status != schema.Asserted {
				return nil
			}
			t := claims[c.Event]
			if t.first.IsZero() || c.Recorded.Before(t.first) {
				t.first = c.Recorded
			}
			if first.IsZero() || c.Recorded.Before(first) {
				first = c.Recorded
			}
			t.confidence = max(t.confidence, c.Confidence)
			t.reports = append(t.reports, c.Report)
			claims[c.Event] = t
			if !slices.Contains(of[c.Report], c.Event) {
				of[c.Report] = append(of[c.Report], c.Event)
			}
			return nil
		},
	})
	if err != nil {
		return 0, err
	}
	w := newStixWriter(out, first)
	for _, a := range actors {
		w.actor(a)
	}
	for _, p := range places {
		w.place(p)
	}
	urls := map[schema.ReportID]stixExternal{}
	for _, p := range reports {
		urls[p.ID] = stixExternal{Source: p.Name, ID: string(p.ID), URL: p.URL}
	}
	refs := map[schema.EventID][]string{}
	for _, e := range events {
		if t, ok := claims[e.ID]; ok {
			refs[e.ID] = w.event(e, t, urls)
		}
	}
	for _, p := range reports {
		w.report(p, of[p.ID], refs)
	}
	return w.close()
}

type stixWriter struct {
	out   *bufio.Writer
	first string // when the graph learned the first of it
	known map[string]bool
	n     int
	err   error
}

func newStixWriter(out io.Writer, first time.Time) *stixWriter {
	w := &stixWriter{out: bufio.NewWriterSize(out, 1<<16), first: stixTime(first), known: map[string]bool{}}
	if first.IsZero() {
		w.first = stixTime(time.Unix(0, 0))
	}
	w.text(`{"type":"bundle","id":"` + stixID("bundle", w.first) + `","objects":[`)
	return w
}

func (w *stixWriter) text(s string) {
	if _, err := w.out.WriteString(s); err != nil && w.err == nil {
		w.err = err
	}
}

func (w *stixWriter) put(o stixObject) {
	if w.known[o.ID] {
		return
	}
	w.known[o.ID] = true
	o.Spec = "2.1"
	if o.Created == "" {
		o.Created = w.first
	}
	o.Modified = o.Created
	b, err := json.Marshal(o)
	if err != nil && w.err == nil {
		w.err = err
	}
	if w.n++; w.n > 1 {
		w.text(",")
	}
	w.text("\n")
	w.text(string(b))
}

func (w *stixWriter) close() (int, error) {
	w.text("\n]}\n")
	if w.err != nil {
		return w.n, w.err
	}
	return w.n, w.out.Flush()
}

func stixActor(id schema.ActorID) string { return stixID("identity", string(id)) }

func (w *stixWriter) actor(a schema.Actor) {
	class := map[schema.ActorKind]string{schema.Person: "individual", schema.Population: "class", schema.ArmedGroup: "group"}[a.Kind]
	if class == "" {
		class = "organization"
	}
	w.put(stixObject{
		Type: "identity", ID: stixActor(a.ID), Name: a.Name, Class: class, Labels: []string{string(a.Kind)},
		References: []stixExternal{{Source: "faultline", ID: string(a.ID)}},
	})
}

func (w *stixWriter) place(p schema.Place) {
	o := stixObject{Type: "location", ID: stixID("location", string(p.ID)), Name: p.Name, Country: alpha2(p.Country),
		References: []stixExternal{{Source: "faultline", ID: string(p.ID)}}}
	if p.Latitude != 0 || p.Longitude != 0 {
		o.Latitude, o.Longitude = &p.Latitude, &p.Longitude
	}
	if o.Latitude == nil && o.Country == "" {
		return // STIX wants a country or coordinates
	}
	w.put(o)
}

// event writes the relationships of an event and returns their ids and those
// of its places.
func (w *stixWriter) event(e schema.Event, t told, urls map[schema.ReportID]stixExternal) []string {
	var refs []string
	eachPair(e, func(from, to schema.ActorID, _ bool) {
		for _, id := range []schema.ActorID{from, to} {
			if !w.known[stixActor(id)] { // only referred to
				w.actor(schema.Actor{ID: id, Name: id.Slug(), Kind: schema.Organisation})
			}
		}
		sure := int(math.Round(100 * t.confidence))
		o := stixObject{
			Type: "relationship", ID: stixID("relationship", string(e.ID), string(from), string(to)), Created: stixTime(t.first),
			Relation: strings.ToLower(string(e.Type)), Source: stixActor(from), Target: stixActor(to),
			Description: e.Name, Confidence: &sure,
		}
		if e.Day != schema.NoDay {
			o.Start, o.Stop = stixTime(e.Day.Time()), stixTime((e.Day + 1).Time())
		}
		for _, id := range t.reports {
			if x, ok := urls[id]; ok && !slices.Contains(o.References, x) {
				o.References = append(o.References, x)
			}
		}
		w.put(o)
		refs = append(refs, o.ID)
	})
	for _, p := range e.At {
		if id := stixID("location", string(p)); w.known[id] && len(refs) > 0 {
			refs = append(refs, id)
		}
	}
	return refs
}

// report writes a report that tells of a relationship; STIX has none that
// tells of nothing.
func (w *stixWriter) report(p schema.Report, events []schema.EventID, refs map[schema.EventID][]string) {
	o := stixObject{Type: "report", ID: stixID("report", string(p.ID)), Name: p.Name, Description: p.Title, ReportTypes: []string{"threat-report"}}
	for _, e := range events {
		for _, ref := range refs[e] {
			if !slices.Contains(o.Objects, ref) {
				o.Objects = append(o.Objects, ref)
			}
		}
	}
	if len(o.Objects) == 0 {
		return
	}
	if p.PublishedBy != "" && w.known[stixActor(p.PublishedBy)] {
		o.CreatedBy = stixActor(p.PublishedBy)
	}
	o.Published = w.first
	if !p.Published.IsZero() {
		o.Published = stixTime(p.Published)
	}
	o.References = []stixExternal{{Source: "faultline", ID: string(p.ID)}}
	if p.URL != "" {
		o.References = append(o.References, stixExternal{Source: p.Name, URL: p.URL})
	}
	w.put(o)
}
