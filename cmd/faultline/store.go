package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"faultline/graph"
	"faultline/graph/cayley"
	"faultline/ingest/gazetteer"
	"faultline/queries/series"
)

// opened is a store with the read model that belongs to it.
type opened struct {
	graph.Store
	series *series.Series
	actors func() (*gazetteer.Gazetteer, error) // loads it once
	lock   io.Closer                            // of the series, nil if the store has one itself
}

func (o *opened) Close() error {
	err := errors.Join(o.series.Close(), o.Store.Close())
	if o.lock != nil {
		err = errors.Join(err, o.lock.Close())
	}
	return err
}

const wantStore = "want cayley:PATH, for example cayley:./faultline.db, or dgraph://HOST:9080"

// openStore opens what --store names, and makes it if there is none yet. This
// is the one place that chooses a back-end.
func openStore(ctx context.Context, spec string) (*opened, error) {
	scheme, path, ok := strings.Cut(spec, ":")
	if !ok || path == "" {
		return nil, usageError("--store %q: %s", spec, wantStore)
	}
	switch scheme {
	case "cayley":
		store, err := cayley.Open(path, cayley.Options{})
		if err != nil {
			return nil, err
		}
		events, err := series.Open(filepath.Join(path, "series"))
		if err != nil {
			return nil, errors.Join(err, store.Close())
		}
		return &opened{store, events, sync.OnceValues(gazetteer.Load), nil}, nil
	case "dgraph":
		return openDgraph(ctx, spec, true)
	}
	return nil, usageError("--store %q: there is no back-end %q: %s", spec, scheme, wantStore)
}

// openMemory pairs a store that is not on disk with a read model like it.
func openMemory(store graph.Store) (*opened, error) {
	events, err := series.Open("")
	return &opened{store, events, sync.OnceValues(gazetteer.Load), nil}, err
}

var errNoStore = errors.New("there is no store yet")

// openExisting opens a store that must exist already.
func openExisting(ctx context.Context, spec string) (*opened, error) {
	if path, ok := strings.CutPrefix(spec, "cayley:"); ok && path != "" {
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("%s: %w: fill one with 'faultline load PATH…', or try 'faultline demo'", path, errNoStore)
		}
	}
	if isDgraph(spec) {
		return openDgraph(ctx, spec, false)
	}
	return openStore(ctx, spec)
}

// openForQueries opens a store that must exist already, with its read model
// brought up to date.
func (a *app) openForQueries(ctx context.Context) (*opened, error) {
	store, err := openExisting(ctx, a.store)
	if err != nil {
		return nil, err
	}
	note := newNote(a.stderr)
	go store.actors() // while the series is read
	err = store.series.CatchUp(ctx, store, func(claims int) { note.show("catching up with the store: %d claims", claims) })
	note.done()
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}

// dryStore takes writes without keeping them: it tells what a load would add.
type dryStore struct {
	graph.Reader
	seen map[string]bool
}

func (d *dryStore) Has(ctx context.Context, ids ...string) ([]bool, error) {
	has, err := d.Reader.Has(ctx, ids...)
	for i, id := range ids {
		if err == nil && d.seen[id] {
			has[i] = true
		}
	}
	return has, err
}

func (d *dryStore) Write(_ context.Context, b *graph.Batch) (graph.Written, error) {
	for _, n := range b.Reports {
		d.seen[string(n.ID)] = true
	}
	for _, n := range b.Events {
		d.seen[string(n.ID)] = true
	}
	for _, n := range b.Actors {
		d.seen[string(n.ID)] = true
	}
	for _, n := range b.Places {
		d.seen[string(n.ID)] = true
	}
	return graph.Written{}, b.Validate()
}
