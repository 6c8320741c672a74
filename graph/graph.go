package graph

import (
	"context"
	"errors"
	"iter"
	"slices"

	"faultline/schema"
)

// ErrNotFound is returned, wrapped with the id, when a node that was asked
// for by id is not in the store.
var ErrNotFound = errors.New("not in the graph")

// ErrLocked is returned, wrapped with the path and what to do, when another
// process has the store open.
var ErrLocked = errors.New("store is in use by another process")

// ErrForeign is returned, wrapped with the path, when what lies at a store's
// path is not a store of this kind, or one of a newer version.
var ErrForeign = errors.New("not a faultline store")

// Batch is what one Write adds. A batch describes each node at most once,
// and may refer to nodes that the store already has.
type Batch struct {
	Loads   []schema.Load
	Actors  []schema.Actor
	Places  []schema.Place
	Reports []schema.Report
	Events  []schema.Event
	Claims  []schema.Claim

	Relations []schema.Relation
	Readings  []schema.Reading
}

// Len is the number of nodes in the batch.
func (b *Batch) Len() int {
	return len(b.Loads) + len(b.Actors) + len(b.Places) + len(b.Reports) + len(b.Events) + len(b.Claims) +
		len(b.Relations) + len(b.Readings)
}

// Validate reports every node of the batch that may not enter a store.
func (b *Batch) Validate() error {
	var errs []error
	check := func(err error) {
		if err != nil {
			errs = append(errs, err)
		}
	}
	for i := range b.Loads {
		check(b.Loads[i].Validate())
	}
	for i := range b.Actors {
		check(b.Actors[i].Validate())
	}
	for i := range b.Places {
		check(b.Places[i].Validate())
	}
	for i := range b.Reports {
		check(b.Reports[i].Validate())
	}
	for i := range b.Events {
		check(b.Events[i].Validate())
	}
	for i := range b.Claims {
		check(b.Claims[i].Validate())
	}
	for i := range b.Relations {
		check(b.Relations[i].Validate())
	}
	for i := range b.Readings {
		check(b.Readings[i].Validate())
	}
	return errors.Join(errs...)
}

// Written says what a Write changed.
type Written struct {
	Seq    uint64 // number of the batch; 0 when it held nothing new and was not written
	Actors int    // nodes that the store did not have
	Places int
	Events int
	Claims []schema.ClaimID // claims that the store did not have, in the batch's order

	// Changed are claims that the store had, and of which it now says
	// something else: they were retracted, or their status grew stronger. In
	// the batch's order.
	Changed []schema.ClaimID
}

// Writer adds to a graph.
//
// Write is atomic: after a crash at any moment the store holds all of the
// batch or nothing of it. Write is idempotent and merging: a node that the
// store has already gains what the batch says of it beyond that, as the
// rules of package schema have it (sets grow, the stronger status wins, the
// earlier of two recording times stays); nothing is ever removed. A node that
// is only referred to is not in the store. A batch that fails Validate is
// refused whole. Batches that added something are
// numbered 1, 2, 3 … in the order of their commits. Write may be called from
// several goroutines; one batch is written at a time. After ctx is done
// Write returns its error and has written nothing.
type Writer interface {
	Write(ctx context.Context, b *Batch) (Written, error)
}

// Reader asks a graph.
//
// Every method yields nodes in ascending order of id, complete and merged. A
// filter's zero value selects everything, and so does an empty list in a
// field; several fields of a filter narrow each other; several values within
// one field widen it. An id that the store lacks, or that is of another kind,
// is passed over (see One); one that is listed twice yields its node once. A
// node's values come back as they were written: text byte for byte, times in
// UTC, sets sorted. An error ends the sequence. A sequence may
// be left early and reads from the store as it goes: what is written
// meanwhile may or may not show. Readers may run beside each other and
// beside Write.
type Reader interface {
	Actors(ctx context.Context, f ActorFilter) iter.Seq2[schema.Actor, error]
	Places(ctx context.Context, f PlaceFilter) iter.Seq2[schema.Place, error]
	Reports(ctx context.Context, f ReportFilter) iter.Seq2[schema.Report, error]
	Events(ctx context.Context, f EventFilter) iter.Seq2[schema.Event, error]
	Claims(ctx context.Context, f ClaimFilter) iter.Seq2[schema.Claim, error]
	Loads(ctx context.Context, f LoadFilter) iter.Seq2[schema.Load, error]
	Relations(ctx context.Context, f RelationFilter) iter.Seq2[schema.Relation, error]
	Readings(ctx context.Context, f ReadingFilter) iter.Seq2[schema.Reading, error]

	// Has tells which of the ids, of any kind, the store has, in their order.
	Has(ctx context.Context, ids ...string) ([]bool, error)

	// Head is the number of the last batch written, 0 for an empty store.
	Head(ctx context.Context) (uint64, error)
}

// Store is a graph that can be written and asked. Close frees it; nothing
// may be called after it.
type Store interface {
	Writer
	Reader
	Close() error
}

// ActorFilter selects actors.
type ActorFilter struct {
	IDs []schema.ActorID
}

// PlaceFilter selects places.
type PlaceFilter struct {
	IDs []schema.PlaceID
}

// ReportFilter selects reports.
type ReportFilter struct {
	IDs   []schema.ReportID
	Loads []schema.LoadID // loaded in one of these
	Items []string        // versions of one of these
	URLs  []string
}

// Keeps reports whether the filter's loads, items and URLs keep a report;
// IDs are not looked at.
func (f ReportFilter) Keeps(r schema.Report) bool {
	loaded := func(id schema.LoadID) bool { return slices.Contains(f.Loads, id) }
	return (len(f.Loads) == 0 || slices.ContainsFunc(r.LoadedIn, loaded)) &&
		(len(f.Items) == 0 || slices.Contains(f.Items, r.Item)) &&
		(len(f.URLs) == 0 || slices.Contains(f.URLs, r.URL))
}

// EventFilter selects events.
type EventFilter struct {
	IDs    []schema.EventID
	Actors []schema.ActorID // as initiator or recipient
	From   schema.Day       // first day; 0 is 1970-01-01, so set Dated to use the window
	To     schema.Day       // first day after the window
	Dated  bool             // keep only events with From <= day < To
}

// Keeps reports whether the filter's actors and window keep an event; IDs
// are not looked at.
func (f EventFilter) Keeps(e schema.Event) bool {
	if f.Dated && (e.Day < f.From || e.Day >= f.To) {
		return false
	}
	if len(f.Actors) == 0 {
		return true
	}
	has := func(id schema.ActorID) bool { return slices.Contains(f.Actors, id) }
	return slices.ContainsFunc(e.Initiators, has) || slices.ContainsFunc(e.Recipients, has)
}

// ClaimFilter selects claims, the retracted ones too.
type ClaimFilter struct {
	IDs     []schema.ClaimID
	Events  []schema.EventID
	Reports []schema.ReportID
	After   uint64 // added or changed in a batch with a higher number; see Written
}

// Keeps reports whether the filter's events and reports keep a claim; IDs
// and After are not looked at.
func (f ClaimFilter) Keeps(c schema.Claim) bool {
	return (len(f.Events) == 0 || slices.Contains(f.Events, c.Event)) &&
		(len(f.Reports) == 0 || slices.Contains(f.Reports, c.Report))
}

// LoadFilter selects loads.
type LoadFilter struct {
	IDs []schema.LoadID
}

// RelationFilter selects relations.
type RelationFilter struct {
	IDs     []schema.RelationID
	Parties []schema.ActorID // with one of these as a party
}

// Keeps reports whether the filter's parties keep a relation; IDs are not
// looked at.
func (f RelationFilter) Keeps(r schema.Relation) bool {
	return len(f.Parties) == 0 || slices.ContainsFunc(r.Parties, func(id schema.ActorID) bool {
		return slices.Contains(f.Parties, id)
	})
}

// ReadingFilter selects readings.
type ReadingFilter struct {
	IDs []schema.ReadingID
}
