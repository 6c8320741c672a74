package schema

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// ActorKind is what sort of actor somebody is.
type ActorKind string

// The kinds of actor.
const (
	State        ActorKind = "state"        // a state and its government; capitals stand for it
	Government   ActorKind = "government"   // a ministry, agency, court, parliament, police
	Military     ActorKind = "military"     // state forces and their branches
	ArmedGroup   ActorKind = "armed-group"  // non-state armed actors
	Organisation ActorKind = "organisation" // IGO, bloc, NGO, party, company
	Person       ActorKind = "person"
	Population   ActorKind = "population" // civilians, peoples, protesters, refugees
	Outlet       ActorKind = "outlet"     // media
)

// Validate reports a kind that is none of the known ones.
func (k ActorKind) Validate() error {
	switch k {
	case State, Government, Military, ArmedGroup, Organisation, Person, Population, Outlet:
		return nil
	}
	return fmt.Errorf("%q is no kind of actor", string(k))
}

// Actor is somebody who acts or is acted upon.
type Actor struct {
	ID          ActorID   `json:"id"`
	Name        string    `json:"name"`
	Kind        ActorKind `json:"kind"`
	Country     string    `json:"country,omitempty"` // ISO 3166 alpha-3, "" when of none
	Aliases     []string  `json:"aliases,omitempty"`
	PartOf      []ActorID `json:"part_of,omitempty"`
	AlignedWith []ActorID `json:"aligned_with,omitempty"`
	Unreviewed  bool      `json:"unreviewed,omitempty"` // found in text, not in the gazetteer
}

// Event is one interaction. Its identity is its Key; Code, Precision, Status
// and At gather what its claims say, in a way that does not depend on their order.
type Event struct {
	ID         EventID   `json:"id"`
	Name       string    `json:"name"` // short label, "Russia asks IRGC · 2024-11-22"
	Type       EventType `json:"type"`
	Code       Code      `json:"code,omitempty"` // CAMEO, if a coded source gave one
	Initiators []ActorID `json:"initiators,omitempty"`
	Recipients []ActorID `json:"recipients,omitempty"`
	Day        Day       `json:"date"` // when it happened
	Precision  Precision `json:"precision"`
	Status     Status    `json:"status"`
	At         []PlaceID `json:"at,omitempty"`
}

// Quad is the class of the event: of its code if it has one, else of its
// type.
func (e Event) Quad() QuadClass {
	if f, ok := e.Code.Facts(); ok {
		return f.Quad
	}
	return e.Type.Quad()
}

// Intensity is the Goldstein score of the event's code if it has one, else
// the mean of its type; −10…+10.
func (e Event) Intensity() float64 {
	if f, ok := e.Code.Facts(); ok {
		return f.Goldstein
	}
	return e.Type.Intensity()
}

// Key is what makes two claims speak of one event: type, sorted initiators,
// sorted recipients, day. The id of an event is derived from it.
func (e Event) Key() string {
	return strings.Join([]string{string(e.Type), joinSorted(e.Initiators), joinSorted(e.Recipients), e.Day.String()}, "\t")
}

func joinSorted(ids []ActorID) string {
	s := make([]string, len(ids))
	for i, id := range ids {
		s[i] = string(id)
	}
	slices.Sort(s)
	return strings.Join(slices.Compact(s), " ")
}

// Label makes the short name of an event from the names of its sides.
func (e Event) Label(initiators, recipients []string) string {
	f, _ := e.Type.facts()
	var b strings.Builder
	switch {
	case len(recipients) == 0 && len(initiators) > 1:
		b.WriteString(listed(initiators) + " " + f.joint)
	case len(recipients) == 0:
		b.WriteString(listed(initiators) + " " + intransitive(f.verb))
	default:
		verb := f.verb
		if len(initiators) > 1 {
			verb = plural(verb)
		}
		b.WriteString(listed(initiators) + " " + verb + " " + listed(recipients))
	}
	if e.Day != NoDay {
		b.WriteString(" · " + e.dateText())
	}
	return b.String()
}

func (e Event) dateText() string {
	switch e.Precision {
	case PrecisionMonth:
		return e.Day.Time().Format("2006-01")
	case PrecisionYear:
		return e.Day.Time().Format("2006")
	}
	return e.Day.String()
}

// intransitive drops the preposition that would wait for a recipient.
func intransitive(verb string) string {
	first, _, _ := strings.Cut(verb, " ")
	return first
}

// plural is the verb for several subjects: "meets" gives "meet".
func plural(verb string) string {
	first, rest, _ := strings.Cut(verb, " ")
	first = strings.TrimSuffix(first, "s")
	return strings.TrimSpace(first + " " + rest)
}

func listed(names []string) string {
	switch len(names) {
	case 0:
		return "somebody"
	case 1:
		return names[0]
	case 2:
		return names[0] + " and " + names[1]
	}
	return fmt.Sprintf("%s and %d others", names[0], len(names)-1)
}

// MarkRole says which part of a claim's sentence a Mark points at.
type MarkRole string

// The parts of a sentence that a claim rests on.
const (
	MarkInitiator MarkRole = "initiator"
	MarkRecipient MarkRole = "recipient"
	MarkTrigger   MarkRole = "trigger"
	MarkSpeaker   MarkRole = "speaker"
	MarkDate      MarkRole = "date"
	MarkPlace     MarkRole = "place"
)

// Mark is a part of a claim's sentence: byte offsets into Claim.Sentence.
type Mark struct {
	Role  MarkRole
	Start int
	End   int
}

// Claim is one sentence of one report that asserts, denies, threatens or
// demands one event; or one row of a coded data set, without a sentence.
type Claim struct {
	ID         ClaimID   `json:"id"`
	Name       string    `json:"name"` // the outlet, so that pictures tell claims apart
	Event      EventID   `json:"event"`
	Report     ReportID  `json:"report"`
	SaidBy     ActorID   `json:"said_by,omitempty"`
	Speaker    string    `json:"speaker,omitempty"` // who said it, in the report's words
	Sentence   string    `json:"sentence,omitempty"`
	Start      int       `json:"start,omitempty"` // byte offsets of the sentence in the report's text
	End        int       `json:"end,omitempty"`
	Trigger    string    `json:"trigger,omitempty"`
	Marks      []Mark    `json:"marks,omitempty"`
	Status     Status    `json:"status"`
	Code       Code      `json:"code,omitempty"`
	Confidence float64   `json:"confidence"` // 0…1
	Coder      string    `json:"coder"`      // name and version of what coded it
	Reason     string    `json:"reason,omitempty"`
	Recorded   time.Time `json:"recorded"`           // when it entered the graph
	Retracted  time.Time `json:"retracted,omitzero"` // when it was closed; zero while it holds
}

// Report is an article, post, feed item or row of a coded data set.
type Report struct {
	ID          ReportID  `json:"id"`
	Name        string    `json:"name"` // short: outlet and day
	Title       string    `json:"title,omitempty"`
	URL         string    `json:"url,omitempty"`
	Author      string    `json:"author,omitempty"` // as the source writes it
	Published   time.Time `json:"published,omitzero"`
	Language    string    `json:"language,omitempty"` // BCP 47
	Hash        string    `json:"hash"`               // of the content, hex
	PublishedBy ActorID   `json:"published_by,omitempty"`
	Cites       []ActorID `json:"cites,omitempty"`
	LoadedIn    []LoadID  `json:"loaded_in,omitempty"`

	// Item is what the source calls the article or row, the same for all of
	// its versions; "" for sources whose items do not change.
	Item string `json:"item,omitempty"`
	// Retracted is when somebody withdrew the report by hand; its item is not
	// to come back. Zero while it stands.
	Retracted time.Time `json:"retracted,omitzero"`
}

// Relation is a pair of actors that have events with each other.
type Relation struct {
	ID       RelationID  `json:"id"` // MakeRelationID of the parties
	Name     string      `json:"name"`
	Parties  []ActorID   `json:"parties"` // two, sorted
	Readings []ReadingID `json:"readings,omitempty"`
}

// Reading is how strained a relation was in one period, as it was known at
// one time. It does not change: a reading that later reports make wrong is
// closed, and another takes its place.
type Reading struct {
	ID          ReadingID `json:"id"`
	Name        string    `json:"name"` // short: "Russia – Turkey · 2015-11 · 4.1"
	From        Day       `json:"from"`
	To          Day       `json:"to"` // first day after the period
	Hostile     int       `json:"hostile"`
	Cooperative int       `json:"cooperative"`
	Expected    float64   `json:"expected"`        // hostile events, by the pair's own past
	Surprise    float64   `json:"surprise"`        // −log10 of the chance of so many; 0 and more
	Grade       float64   `json:"grade,omitempty"` // 2, 2.5 or 3; 0 is none
	Recorded    time.Time `json:"recorded"`
	Retracted   time.Time `json:"retracted,omitzero"` // when it was closed; zero while it holds
}

// Place is a town, region, country or base.
type Place struct {
	ID        PlaceID `json:"id"`
	Name      string  `json:"name"`
	Country   string  `json:"country,omitempty"` // ISO 3166 alpha-3
	Latitude  float64 `json:"latitude"`          // degrees north
	Longitude float64 `json:"longitude"`         // degrees east
	Within    PlaceID `json:"within,omitempty"`
}

// Outcome says how a load ended.
type Outcome string

// The outcomes of a load; a load that was killed stays Running until the
// same load is run again.
const (
	Running  Outcome = "running"
	Stopped  Outcome = "stopped"  // interrupted by the user, whole batches kept
	Partial  Outcome = "partial"  // complete but for input that was skipped
	Complete Outcome = "complete" // everything read was good
)

func (o Outcome) rank() int {
	return slices.Index([]Outcome{"", Running, Stopped, Partial, Complete}, o)
}

// Counts are what a load did, over all of its runs when it was interrupted
// and run again.
type Counts struct {
	Reports   int64 `json:"reports"`
	Sentences int64 `json:"sentences"`
	Claims    int64 `json:"claims"`
	Events    int64 `json:"events"`
	Actors    int64 `json:"actors"`
	Places    int64 `json:"places"`
}

// Load is one run of the pipeline over one input.
type Load struct {
	ID       LoadID    `json:"id"`
	Name     string    `json:"name"`
	Source   string    `json:"source"`
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished,omitzero"`
	Version  string    `json:"version"` // of the software
	Outcome  Outcome   `json:"outcome"`
	Counts   Counts    `json:"counts"`
	Skipped  []string  `json:"skipped,omitempty"` // "reason: count", sorted
}

// Validate reports the first thing that keeps the actor out of a store.
func (a Actor) Validate() error {
	return invalid(string(a.ID), KindActor, a.Name, errors.Join(a.Kind.Validate(), vocabulary().Actor.keeps(&a)))
}

// Validate reports the first thing that keeps the event out of a store.
func (e Event) Validate() error {
	err := errors.Join(e.Type.Validate(), e.Precision.Validate(), e.Status.Validate())
	if len(e.Initiators)+len(e.Recipients) == 0 {
		err = errors.Join(err, errors.New("it has neither initiator nor recipient"))
	}
	if y := e.Day.Time().Year(); y < 1 || y > 9999 {
		err = errors.Join(err, fmt.Errorf("day %d is outside the years 1…9999", e.Day))
	}
	return invalid(string(e.ID), KindEvent, e.Name, errors.Join(err, vocabulary().Event.keeps(&e)))
}

// Validate reports the first thing that keeps the claim out of a store.
func (c Claim) Validate() error {
	err := c.Status.Validate()
	switch {
	case c.Event == "" || c.Report == "":
		err = errors.Join(err, errors.New("it lacks its event or its report"))
	case !(c.Confidence >= 0 && c.Confidence <= 1): // NaN too
		err = errors.Join(err, fmt.Errorf("confidence %v is outside 0…1", c.Confidence))
	case c.Recorded.IsZero():
		err = errors.Join(err, errors.New("it does not say when it was recorded"))
	case !slices.Equal(parseMarks(formatMarks(c.Marks)), c.Marks):
		err = errors.Join(err, fmt.Errorf("marks %v: want roles of one word and offsets from 0", c.Marks))
	}
	return invalid(string(c.ID), KindClaim, c.Name, errors.Join(err, vocabulary().Claim.keeps(&c)))
}

// Validate reports the first thing that keeps the report out of a store.
func (r Report) Validate() error {
	return invalid(string(r.ID), KindReport, r.Name, vocabulary().Report.keeps(&r))
}

// Validate reports the first thing that keeps the relation out of a store.
func (r Relation) Validate() error {
	var err error
	if len(r.Parties) != 2 || MakeRelationID(r.Parties[0], r.Parties[1]) != r.ID {
		err = fmt.Errorf("it is no relation of the parties %v", r.Parties)
	}
	return invalid(string(r.ID), KindRelation, r.Name, errors.Join(err, vocabulary().Relation.keeps(&r)))
}

// Validate reports the first thing that keeps the reading out of a store.
func (r Reading) Validate() error {
	var err error
	switch {
	case r.From == NoDay || r.To <= r.From:
		err = fmt.Errorf("the period %v…%v has no day", r.From, r.To)
	case r.Recorded.IsZero():
		err = errors.New("it does not say when it was recorded")
	case r.Expected < 0 || r.Surprise < 0 || r.Grade < 0:
		err = fmt.Errorf("expected %v, surprise %v, grade %v: want none below 0", r.Expected, r.Surprise, r.Grade)
	}
	return invalid(string(r.ID), KindReading, r.Name, errors.Join(err, vocabulary().Reading.keeps(&r)))
}

// Validate reports the first thing that keeps the place out of a store.
func (p Place) Validate() error {
	var err error
	if !(abs(p.Latitude) <= 90 && abs(p.Longitude) <= 180) { // NaN too
		err = fmt.Errorf("%v, %v is nowhere on earth", p.Latitude, p.Longitude)
	}
	return invalid(string(p.ID), KindPlace, p.Name, errors.Join(err, vocabulary().Place.keeps(&p)))
}

// Validate reports the first thing that keeps the load out of a store.
func (l Load) Validate() error {
	var err error
	if l.Outcome.rank() < 1 {
		err = fmt.Errorf("%q is no outcome", string(l.Outcome))
	}
	return invalid(string(l.ID), KindLoad, l.Name, errors.Join(err, vocabulary().Load.keeps(&l)))
}

// invalid checks what every node has, an id of its kind and a name, and
// joins what else was found.
func invalid(id string, want Kind, name string, more error) error {
	k, err := KindOf(id)
	switch {
	case err != nil:
		return err
	case k != want:
		return fmt.Errorf("%s: want an id of kind %s", id, want)
	case !utf8.ValidString(id):
		return fmt.Errorf("%q: the id is not UTF-8", id)
	case name == "":
		return fmt.Errorf("%s: has no name", id)
	case more != nil:
		return fmt.Errorf("%s: %w", id, more)
	}
	return nil
}
