// Package question is the table of what a graph can be asked: each question
// with its parameters, their limits and what it answers. The HTTP API and the
// tools for assistants are made from it, so that they take the same
// parameters and give the same answers as the command line.
package question

import (
	"context"
	"errors"
	"reflect"
	"time"

	"faultline/graph"
	"faultline/queries"
	"faultline/queries/series"
	"faultline/schema"
)

// Graph is one state of a graph, ready to be asked.
type Graph struct {
	Record *queries.Record
	View   *series.View // that the record is of
	Store  graph.Reader
	Now    time.Time

	// Changes tells what a load did, with so many pairs at most. The error
	// wraps graph.ErrNotFound when there is no such load.
	Changes func(ctx context.Context, id schema.LoadID, pairs int) (Change, error)

	Lists *Lists // of those who walk through long ones; nil to keep none
}

// Change is what a load did to the graph, and what is left of it.
type Change struct {
	Load      schema.Load  `json:"load"`
	Reports   int          `json:"reports"`           // that came with it
	Withdrawn int          `json:"reports_withdrawn"` // of them, since
	Claims    int          `json:"claims"`
	Open      int          `json:"claims_open"`    // of them, that still stand
	Closed    int          `json:"claims_closed"`  // of earlier versions of its reports
	Touched   int          `json:"events_touched"` // that its claims are of
	Pairs     []PairChange `json:"pairs"`          // most events first
}

// PairChange is what a load did to two actors.
type PairChange struct {
	A      schema.Actor `json:"a"` // the smaller id
	B      schema.Actor `json:"b"`
	Events int          `json:"events"`
	Claims int          `json:"claims"`
}

// Question is one thing that can be asked.
type Question struct {
	Name   string       // "who-says"; of what is found by an id, the kind: "event"
	Path   string       // below the API's root: "who-says", "events/{id}"
	Title  string       // a short line
	About  string       // what the answer is, in a few sentences
	When   string       // when to ask it rather than another; "" for what is no tool
	Params []Param      // in the order in which they are shown
	Answer reflect.Type // of the document
	Paged  bool         // it takes a cursor
	Ask    func(ctx context.Context, g Graph, v Values) (Answer, error)
}

// Answer is a document, of the question's type, and the cursor of what
// follows, "" at the end.
type Answer struct {
	Document any
	Next     string
}

// Refused is the error of a question that makes no sense, such as how an
// actor stands with itself.
type Refused struct{ Err error }

// Error tells why.
func (e *Refused) Error() string { return e.Err.Error() }

// Unwrap gives the reason.
func (e *Refused) Unwrap() error { return e.Err }

// ErrMoved is returned for a cursor whose place is no longer in the list,
// because the graph has changed.
var ErrMoved = errors.New("the list has changed and no longer has the cursor's place: ask again without a cursor")

// answer makes an answer of what a record says. Its errors tell of the
// question, as a record does no input.
func answer[T any](document T, err error) (Answer, error) {
	var unknown *queries.NameError
	switch {
	case err == nil:
		return Answer{Document: document}, nil
	case errors.As(err, &unknown), errors.Is(err, graph.ErrNotFound), errors.Is(err, ErrMoved):
		return Answer{}, err
	}
	return Answer{}, &Refused{err}
}

// actors finds actors by name, none for no names.
func actors(r *queries.Record, names []string) ([]schema.ActorID, error) {
	if len(names) == 0 {
		return nil, nil
	}
	found, err := r.Find(names...)
	if err != nil {
		return nil, err
	}
	ids := make([]schema.ActorID, len(found))
	for i, f := range found {
		ids[i] = f.ID
	}
	return ids, nil
}

// pair finds the actors a and b, and the record that has the groups.
func (g Graph) pair(v Values) (r *queries.Record, a, b schema.ActorID, err error) {
	if r, err = g.grouped(v); err != nil {
		return nil, "", "", err
	}
	ids, err := actors(r, []string{v.text("a"), v.text("b")})
	if err != nil {
		return nil, "", "", err
	}
	return r, ids[0], ids[1], nil
}

// lastDay is the day up to which the graph has news.
func (g Graph) lastDay() (schema.Day, error) {
	day, ok := g.Record.News(schema.DayOf(g.Now))
	if !ok {
		return day, &Refused{errors.New("the graph has no dated events: give the day")}
	}
	return day, nil
}
