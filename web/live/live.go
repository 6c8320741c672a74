// Package live keeps the present state of a graph ready for many readers
// while a load writes to it.
package live

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"faultline/graph"
	"faultline/queries"
	"faultline/queries/series"
)

// State is one state of the graph. It does not change.
type State struct {
	Record *queries.Record
	View   *series.View
	Seq    uint64    // the store's batch that it is complete to
	Begun  time.Time // when it was looked at
	ready  time.Time
}

// Options are what a Graph is made of.
type Options struct {
	Store  graph.Reader
	Series *series.Series                     // of the store, caught up with by the caller
	Record func(*series.View) *queries.Record // makes a record of a state
	Ready  func(context.Context, *State)      // may be nil; is called with each state before readers get it, to work out what all will ask
	Now    func() time.Time
	Every  time.Duration // least time between two states while the graph changes; 0 is 10 s
}

// Graph is a store and its read model. Its methods may be called from many
// goroutines.
type Graph struct {
	Store graph.Reader

	options Options
	state   atomic.Pointer[State]
	making  sync.Mutex // held by whoever makes the next state
}

// New prepares a graph; the first state is made at once.
func New(o Options) *Graph {
	if o.Every == 0 {
		o.Every = 10 * time.Second
	}
	g := &Graph{Store: o.Store, options: o}
	g.make()
	return g
}

// Now returns the present state. While the graph changes, it may be a few
// seconds old: nobody waits for the next one.
func (g *Graph) Now() *State {
	s := g.state.Load()
	if g.options.Series.Head() != s.Seq && g.options.Now().Sub(s.ready) >= g.options.Every && g.making.TryLock() {
		go func() {
			defer g.making.Unlock()
			g.make()
		}()
	}
	return s
}

// Fresh returns a state that holds all that was written before the call.
func (g *Graph) Fresh() *State {
	g.making.Lock()
	defer g.making.Unlock()
	if s := g.state.Load(); s.Seq == g.options.Series.Head() {
		return s
	}
	return g.make()
}

func (g *Graph) make() *State {
	v := g.options.Series.View()
	s := &State{Record: g.options.Record(v), View: v, Seq: v.Seq, Begun: g.options.Now()}
	if g.options.Ready != nil {
		g.options.Ready(context.Background(), s)
	}
	s.ready = g.options.Now()
	g.state.Store(s)
	return s
}
