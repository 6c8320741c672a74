package schema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A field ties one predicate to one part of a noun, both ways: put lists the
// values that the node has, add takes one more value in. Adding is free of
// order and of repetition, so that the union of two descriptions of a node
// is their merge; where a noun keeps one value of many, the field's rule
// says which.
type field[T any] struct {
	Predicate
	Sort
	put func(*T, func(Value))
	add func(*T, Value)
}

// one is a text field with a single value; of two, rule decides, and without
// a rule the smaller one wins.
func one[T any, S ~string](p Predicate, at func(*T) *S, rule func(a, b S) S) field[T] {
	return oneOf(p, SortText, at, rule)
}

// ref is a single reference.
func ref[T any, S ~string](p Predicate, at func(*T) *S) field[T] {
	return oneOf(p, SortRef, at, nil)
}

func oneOf[T any, S ~string](p Predicate, sort Sort, at func(*T) *S, rule func(a, b S) S) field[T] {
	if rule == nil {
		rule = func(a, b S) S { return min(a, b) }
	}
	return field[T]{p, sort,
		func(n *T, out func(Value)) {
			if s := *at(n); s != "" {
				out(Value{Sort: sort, Text: string(s)})
			}
		},
		func(n *T, v Value) {
			s := at(n)
			if *s == "" {
				*s = S(v.Text)
			} else if t := S(v.Text); t != "" && t != *s {
				*s = rule(*s, t)
			}
		}}
}

// many is a set of texts or references, kept sorted; an empty member says
// nothing and is left out.
func many[T any, S ~string](p Predicate, sort Sort, at func(*T) *[]S) field[T] {
	return field[T]{p, sort,
		func(n *T, out func(Value)) {
			for _, s := range *at(n) {
				if s != "" {
					out(Value{Sort: sort, Text: string(s)})
				}
			}
		},
		func(n *T, v Value) {
			l := at(n)
			if i, found := slices.BinarySearch(*l, S(v.Text)); !found {
				*l = slices.Insert(*l, i, S(v.Text))
			}
		}}
}

// count is a number that only grows.
func count[T any, N ~int | ~int64](p Predicate, at func(*T) *N) field[T] {
	return field[T]{p, SortInt,
		func(n *T, out func(Value)) {
			if x := *at(n); x != 0 {
				out(Value{Sort: SortInt, Int: int64(x)})
			}
		},
		func(n *T, v Value) { x := at(n); *x = max(*x, N(v.Int)) }}
}

// number is a measured value; of two the larger is kept.
func number[T any](p Predicate, at func(*T) *float64) field[T] {
	return field[T]{p, SortFloat,
		func(n *T, out func(Value)) {
			if x := *at(n); x != 0 {
				out(Value{Sort: SortFloat, Float: x})
			}
		},
		func(n *T, v Value) {
			if x := at(n); *x == 0 {
				*x = v.Float
			} else if v.Float != 0 {
				*x = max(*x, v.Float)
			}
		}}
}

// instant is a point in time, kept in UTC; last says which of two is kept.
func instant[T any](p Predicate, at func(*T) *time.Time, last bool) field[T] {
	return field[T]{p, SortTime,
		func(n *T, out func(Value)) {
			if t := *at(n); !t.IsZero() {
				out(Value{Sort: SortTime, Time: t.UTC().Round(0)}) // without the clock reading, so that equal times are ==
			}
		},
		func(n *T, v Value) {
			t := at(n)
			if t.IsZero() || v.Time.After(*t) == last {
				*t = v.Time.UTC()
			}
		}}
}

// day is a day, kept as text; of two the earlier one.
func day[T any](p Predicate, at func(*T) *Day) field[T] {
	return coded(p,
		func(n *T) string { return at(n).String() },
		func(n *T, s string) {
			old := at(n)
			if d, err := ParseDay(s); err == nil && (*old == NoDay || d < *old) {
				*old = d
			}
		})
}

// coded is a field that is kept as text in a form of its own.
func coded[T any](p Predicate, format func(*T) string, parse func(*T, string)) field[T] {
	return field[T]{p, SortText,
		func(n *T, out func(Value)) {
			if s := format(n); s != "" {
				out(Value{Sort: SortText, Text: s})
			}
		},
		func(n *T, v Value) { parse(n, v.Text) }}
}

func actorFields() []field[Actor] {
	return []field[Actor]{
		one(PredName, func(a *Actor) *string { return &a.Name }, nil),
		one(PredActorKind, func(a *Actor) *ActorKind { return &a.Kind }, nil),
		one(PredCountry, func(a *Actor) *string { return &a.Country }, nil),
		many(PredAlias, SortText, func(a *Actor) *[]string { return &a.Aliases }),
		many(PredPartOf, SortRef, func(a *Actor) *[]ActorID { return &a.PartOf }),
		many(PredAlignedWith, SortRef, func(a *Actor) *[]ActorID { return &a.AlignedWith }),
		coded(PredUnreviewed,
			func(a *Actor) string { return map[bool]string{true: "yes"}[a.Unreviewed] },
			func(a *Actor, s string) { a.Unreviewed = s == "yes" }),
	}
}

func eventFields() []field[Event] {
	return []field[Event]{
		one(PredName, func(e *Event) *string { return &e.Name }, nil),
		one(PredType, func(e *Event) *EventType { return &e.Type }, nil),
		one(PredCode, func(e *Event) *Code { return &e.Code }, Code.stronger),
		many(PredInitiator, SortRef, func(e *Event) *[]ActorID { return &e.Initiators }),
		many(PredRecipient, SortRef, func(e *Event) *[]ActorID { return &e.Recipients }),
		day(PredDate, func(e *Event) *Day { return &e.Day }),
		one(PredPrecision, func(e *Event) *Precision { return &e.Precision }, Precision.finer),
		one(PredStatus, func(e *Event) *Status { return &e.Status }, Status.Stronger),
		many(PredAt, SortRef, func(e *Event) *[]PlaceID { return &e.At }),
	}
}

func claimFields() []field[Claim] {
	return []field[Claim]{
		one(PredName, func(c *Claim) *string { return &c.Name }, nil),
		ref(PredOf, func(c *Claim) *EventID { return &c.Event }),
		ref(PredIn, func(c *Claim) *ReportID { return &c.Report }),
		ref(PredSaidBy, func(c *Claim) *ActorID { return &c.SaidBy }),
		one(PredSpeaker, func(c *Claim) *string { return &c.Speaker }, nil),
		one(PredSentence, func(c *Claim) *string { return &c.Sentence }, nil),
		count(PredStart, func(c *Claim) *int { return &c.Start }),
		count(PredEnd, func(c *Claim) *int { return &c.End }),
		one(PredTrigger, func(c *Claim) *string { return &c.Trigger }, nil),
		coded(PredMarks,
			func(c *Claim) string { return formatMarks(c.Marks) },
			func(c *Claim, s string) {
				if old := formatMarks(c.Marks); old == "" || s < old {
					c.Marks = parseMarks(s)
				}
			}),
		one(PredStatus, func(c *Claim) *Status { return &c.Status }, Status.Stronger),
		one(PredCode, func(c *Claim) *Code { return &c.Code }, Code.stronger),
		number(PredConfidence, func(c *Claim) *float64 { return &c.Confidence }),
		one(PredCoder, func(c *Claim) *string { return &c.Coder }, nil),
		one(PredReason, func(c *Claim) *string { return &c.Reason }, nil),
		instant(PredRecorded, func(c *Claim) *time.Time { return &c.Recorded }, false),
		instant(PredRetracted, func(c *Claim) *time.Time { return &c.Retracted }, false),
	}
}

func reportFields() []field[Report] {
	return []field[Report]{
		one(PredName, func(r *Report) *string { return &r.Name }, nil),
		one(PredTitle, func(r *Report) *string { return &r.Title }, nil),
		one(PredURL, func(r *Report) *string { return &r.URL }, nil),
		one(PredAuthor, func(r *Report) *string { return &r.Author }, nil),
		instant(PredPublished, func(r *Report) *time.Time { return &r.Published }, false),
		one(PredLanguage, func(r *Report) *string { return &r.Language }, nil),
		one(PredHash, func(r *Report) *string { return &r.Hash }, nil),
		ref(PredPublishedBy, func(r *Report) *ActorID { return &r.PublishedBy }),
		many(PredCites, SortRef, func(r *Report) *[]ActorID { return &r.Cites }),
		many(PredLoadedIn, SortRef, func(r *Report) *[]LoadID { return &r.LoadedIn }),
		one(PredItem, func(r *Report) *string { return &r.Item }, nil),
		instant(PredRetracted, func(r *Report) *time.Time { return &r.Retracted }, false),
	}
}

func relationFields() []field[Relation] {
	return []field[Relation]{
		one(PredName, func(r *Relation) *string { return &r.Name }, nil),
		many(PredParty, SortRef, func(r *Relation) *[]ActorID { return &r.Parties }),
		many(PredReading, SortRef, func(r *Relation) *[]ReadingID { return &r.Readings }),
	}
}

func readingFields() []field[Reading] {
	return []field[Reading]{
		one(PredName, func(r *Reading) *string { return &r.Name }, nil),
		day(PredFrom, func(r *Reading) *Day { return &r.From }),
		day(PredTo, func(r *Reading) *Day { return &r.To }),
		count(PredHostile, func(r *Reading) *int { return &r.Hostile }),
		count(PredCooperative, func(r *Reading) *int { return &r.Cooperative }),
		number(PredExpected, func(r *Reading) *float64 { return &r.Expected }),
		number(PredSurprise, func(r *Reading) *float64 { return &r.Surprise }),
		number(PredGrade, func(r *Reading) *float64 { return &r.Grade }),
		instant(PredRecorded, func(r *Reading) *time.Time { return &r.Recorded }, false),
		instant(PredRetracted, func(r *Reading) *time.Time { return &r.Retracted }, false),
	}
}

func placeFields() []field[Place] {
	return []field[Place]{
		one(PredName, func(p *Place) *string { return &p.Name }, nil),
		one(PredCountry, func(p *Place) *string { return &p.Country }, nil),
		number(PredLatitude, func(p *Place) *float64 { return &p.Latitude }),
		number(PredLongitude, func(p *Place) *float64 { return &p.Longitude }),
		ref(PredWithin, func(p *Place) *PlaceID { return &p.Within }),
	}
}

func loadFields() []field[Load] {
	return []field[Load]{
		one(PredName, func(l *Load) *string { return &l.Name }, nil),
		one(PredSource, func(l *Load) *string { return &l.Source }, nil),
		instant(PredStarted, func(l *Load) *time.Time { return &l.Started }, false),
		instant(PredFinished, func(l *Load) *time.Time { return &l.Finished }, true),
		one(PredVersion, func(l *Load) *string { return &l.Version }, nil),
		one(PredOutcome, func(l *Load) *Outcome { return &l.Outcome }, Outcome.later),
		count(PredReports, func(l *Load) *int64 { return &l.Counts.Reports }),
		count(PredSentences, func(l *Load) *int64 { return &l.Counts.Sentences }),
		count(PredClaims, func(l *Load) *int64 { return &l.Counts.Claims }),
		count(PredEvents, func(l *Load) *int64 { return &l.Counts.Events }),
		count(PredActors, func(l *Load) *int64 { return &l.Counts.Actors }),
		count(PredPlaces, func(l *Load) *int64 { return &l.Counts.Places }),
		many(PredSkipped, SortText, func(l *Load) *[]string { return &l.Skipped }),
	}
}

func (p Precision) finer(q Precision) Precision {
	order := []Precision{PrecisionDay, PrecisionWeek, PrecisionMonth, PrecisionYear, PrecisionUnknown}
	if slices.Index(order, q) < slices.Index(order, p) {
		return q
	}
	return p
}

func (o Outcome) later(p Outcome) Outcome {
	if p.rank() > o.rank() {
		return p
	}
	return o
}

// formatMarks writes marks as "initiator 0-6 trigger 7-12".
func formatMarks(marks []Mark) string {
	var b strings.Builder
	for i, m := range marks {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%s %d-%d", m.Role, m.Start, m.End)
	}
	return b.String()
}

// parseMarks reads what formatMarks writes and drops what it cannot read.
func parseMarks(s string) []Mark {
	var marks []Mark
	f := strings.Fields(s)
	for i := 0; i+1 < len(f); i += 2 {
		from, to, _ := strings.Cut(f[i+1], "-")
		a, err1 := strconv.Atoi(from)
		b, err2 := strconv.Atoi(to)
		if err1 == nil && err2 == nil {
			marks = append(marks, Mark{MarkRole(f[i]), a, b})
		}
	}
	return marks
}
