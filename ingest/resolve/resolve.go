// Package resolve turns coded claims into the nodes of the graph: mentions
// into actors, what several claims say into one event, reports and places
// into nodes with ids.
package resolve

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"faultline/graph"
	"faultline/ingest/coding"
	"faultline/ingest/gazetteer"
	"faultline/ingest/report"
	"faultline/schema"
)

// Resolver knows the actors by name. It is safe for concurrent use.
type Resolver struct {
	actors *gazetteer.Gazetteer
	states map[string]schema.ActorID // by ISO 3166 alpha-3
}

// New returns a resolver over the gazetteer.
func New(actors *gazetteer.Gazetteer) *Resolver {
	v := &Resolver{actors: actors}
	v.indexStates()
	return v
}

// Nodes are what one report brings to the graph. Actors holds whoever the
// claims and the report name, with those whom they are part of or aligned
// with; events may occur more than once.
type Nodes struct {
	Report schema.Report
	Actors []schema.Actor
	Places []schema.Place
	Events []schema.Event
	Claims []schema.Claim

	has map[schema.ActorID]bool
}

// ReportID is the id of a report: of what names it in its source and of its
// content, so that a changed article is a new version and a copy is not. One
// that goes back to an earlier text is another version: Report.After.
func ReportID(r report.Report) schema.ReportID {
	name := r.Key + "\x00" + Hash(r)
	if r.After != "" {
		name += "\x00" + r.After
	}
	return graph.ReportID(r.Source, name)
}

// Hash is the hash of a report's content, the same for copies of it and for
// another version with the same text.
func Hash(r report.Report) string {
	switch {
	case r.Coded != nil && r.Version != "":
		return graph.ContentHash(r.Key, r.Version)
	case r.Coded != nil:
		return graph.ContentHash(r.Key)
	}
	return graph.ContentHash(r.Title, r.Text)
}

// Resolve makes the nodes of a report from the claims that were coded of it;
// coder names what coded them, recorded is when.
func (v *Resolver) Resolve(r report.Report, claims []coding.Claim, coder string, recorded time.Time) Nodes {
	var n Nodes
	n.Report = schema.Report{
		ID: ReportID(r), Title: r.Title, URL: r.URL, Author: r.Author, Published: r.Published, Language: r.Language, Hash: Hash(r), Item: r.Item(),
	}
	outlet := r.Publisher
	if outlet != "" {
		a := v.outlet(outlet)
		n.Report.PublishedBy = a.ID
		n.add(v, a, schema.DayOf(r.Published))
		outlet = a.Name
	} else {
		outlet = r.Source
	}
	n.Report.Name = outlet
	if d := schema.DayOf(r.Published); d != schema.NoDay {
		n.Report.Name += " · " + d.String()
	}
	for _, cited := range r.Cites {
		if cited == "" {
			continue
		}
		a := v.outlet(cited)
		n.Report.Cites = append(n.Report.Cites, a.ID)
		n.add(v, a, schema.DayOf(r.Published))
	}
	for _, c := range claims {
		v.claim(&n, r, c, outlet, coder, recorded)
	}
	return n
}

// Code makes the claim of a row that a source has coded itself. A row whose
// relation is no event, or that names nobody, is an error.
func (v *Resolver) Code(row report.Row) (coding.Claim, error) {
	c := coding.Claim{
		Type: row.Type, Status: schema.Asserted, Day: row.Day, Precision: schema.PrecisionDay, Confidence: 1,
		Start: row.Start, End: row.End, Place: v.place(row.Place),
	}
	if row.Code != "" || row.Type == "" {
		facts, ok := row.Code.Facts()
		if !ok || facts.Type == "" {
			return coding.Claim{}, fmt.Errorf("CAMEO code %q has no event type", row.Code)
		}
		c.Type = facts.Type
		c.Reason = fmt.Sprintf("coded by the source as CAMEO %s, %s", row.Code, facts.Name)
	} else {
		c.Reason = "coded by the source"
	}
	if row.Detail != "" {
		c.Reason += ": " + row.Detail
	}
	if row.Precision != "" {
		c.Precision = row.Precision
	}
	if row.Confidence > 0 {
		c.Confidence = row.Confidence
	}
	if row.Speaker != "" {
		c.Speaker = &coding.Mention{Text: row.Speaker, Actor: v.outlet(row.Speaker)}
	}
	c.Initiators = v.mention(row.Initiator, row.InitiatorIs, row.Day)
	c.Recipients = v.mention(row.Recipient, row.RecipientIs, row.Day)
	if row.Joint {
		c.Initiators, c.Recipients = append(c.Initiators, c.Recipients...), nil
	}
	if len(c.Initiators)+len(c.Recipients) == 0 {
		return coding.Claim{}, errors.New("the row names no actor")
	}
	return c, nil
}

// Named is the actor that a coded source's name means on a day; a name that
// nobody has listed becomes a new actor, not yet reviewed.
func (v *Resolver) Named(name string, day schema.Day) schema.Actor {
	if a, ok := v.actors.LookupICEWS(name, day); ok {
		return a
	}
	return unlisted(name, schema.Organisation)
}

// outlet is the publisher of a name, made up if it is not listed.
func (v *Resolver) outlet(name string) schema.Actor {
	if a, ok := v.actors.Publisher(name); ok {
		return a
	}
	return unlisted(name, schema.Outlet)
}

func unlisted(name string, kind schema.ActorKind) schema.Actor {
	slug := schema.Slug(name)
	if slug == "" {
		slug = "unnamed"
	}
	return schema.Actor{ID: schema.MakeActorID(slug), Name: name, Kind: kind, Unreviewed: true}
}

func (v *Resolver) claim(n *Nodes, r report.Report, c coding.Claim, outlet, coder string, recorded time.Time) {
	e := schema.Event{Type: c.Type, Day: c.Day, Precision: c.Precision, Status: c.Status}
	initiators, in := v.side(n, c.Initiators, c.Day)
	recipients, rn := v.side(n, c.Recipients, c.Day)
	if len(initiators)+len(recipients) == 0 {
		return
	}
	e.Initiators, e.Recipients = initiators, recipients
	if c.Place != nil {
		e.At = []schema.PlaceID{c.Place.Place.ID}
		n.Places = append(n.Places, c.Place.Place)
	}
	if len(r.Coded) > 0 {
		e.Code = r.Coded[0].Code
	}
	e.Name = e.Label(in, rn)
	e.ID = graph.EventID(e)

	cl := schema.Claim{
		Name: outlet, Event: e.ID, Report: n.Report.ID, Status: c.Status, Code: e.Code,
		Confidence: c.Confidence, Coder: coder, Reason: c.Reason, Recorded: recorded,
	}
	mark := ""
	if c.End > c.Start {
		cl.Sentence, cl.Start, cl.End = r.Text[c.Start:c.End], c.Start, c.End
		cl.Trigger = r.Text[c.Trigger.Start:c.Trigger.End]
		cl.Marks = marks(c)
		mark = fmt.Sprint(c.Start)
	}
	if c.Speaker != nil {
		cl.Speaker = c.Speaker.Text
		if c.Speaker.Actor.ID != "" {
			cl.SaidBy = c.Speaker.Actor.ID
			n.add(v, c.Speaker.Actor, c.Day)
		}
		mark += "\x00" + cl.Speaker
	}
	cl.ID = graph.ClaimID(cl.Report, e.ID, mark)
	n.Events = append(n.Events, e)
	n.Claims = append(n.Claims, cl)
}

// pronouns name nobody by themselves.
var pronouns = map[string]bool{
	"he": true, "she": true, "it": true, "they": true, "him": true, "her": true, "them": true, "his": true, "hers": true, "its": true,
	"their": true, "theirs": true, "himself": true, "herself": true, "itself": true, "themselves": true, "who": true, "whom": true,
	"which": true, "that": true, "this": true, "these": true, "those": true, "i": true, "we": true, "us": true, "you": true, "me": true,
	"our": true, "my": true, "your": true, "one": true, "others": true, "some": true, "many": true, "all": true, "both": true, "each": true,
}

// side resolves the mentions of one side, in the order of the actors' ids.
func (v *Resolver) side(n *Nodes, mentions []coding.Mention, day schema.Day) (ids []schema.ActorID, names []string) {
	var actors []schema.Actor
	for _, m := range mentions {
		a := m.Actor
		if a.ID == "" {
			if pronouns[strings.ToLower(m.Text)] {
				continue // nobody knows whom it means
			}
			a = unlisted(strings.TrimSpace(m.Text), schema.Population)
		}
		actors = append(actors, a)
	}
	slices.SortStableFunc(actors, func(a, b schema.Actor) int { return strings.Compare(string(a.ID), string(b.ID)) })
	actors = slices.CompactFunc(actors, func(a, b schema.Actor) bool { return a.ID == b.ID })
	for _, a := range actors {
		n.add(v, a, day)
		ids = append(ids, a.ID)
		names = append(names, a.Name)
	}
	return ids, names
}

// add takes in an actor and those it is part of or aligned with.
func (n *Nodes) add(v *Resolver, a schema.Actor, day schema.Day) {
	if n.has[a.ID] {
		return
	}
	if n.has == nil {
		n.has = map[schema.ActorID]bool{}
	}
	n.has[a.ID] = true
	n.Actors = append(n.Actors, a)
	for _, list := range [][]schema.ActorID{a.PartOf, a.AlignedWith} {
		for _, id := range list {
			if e, ok := v.actors.Actor(id); ok {
				n.add(v, e.On(day), day)
			}
		}
	}
}

// marks are the parts of the sentence that the claim rests on, as offsets in
// the sentence.
func marks(c coding.Claim) []schema.Mark {
	var out []schema.Mark
	add := func(role schema.MarkRole, s coding.Span) {
		if s.End > s.Start && s.Start >= c.Start && s.End <= c.End {
			out = append(out, schema.Mark{Role: role, Start: s.Start - c.Start, End: s.End - c.Start})
		}
	}
	for _, m := range c.Initiators {
		add(schema.MarkInitiator, m.Span)
	}
	for _, m := range c.Recipients {
		add(schema.MarkRecipient, m.Span)
	}
	add(schema.MarkTrigger, c.Trigger)
	if c.Speaker != nil {
		add(schema.MarkSpeaker, c.Speaker.Span)
	}
	add(schema.MarkDate, c.Date)
	if c.Place != nil {
		add(schema.MarkPlace, c.Place.Span)
	}
	return out
}
