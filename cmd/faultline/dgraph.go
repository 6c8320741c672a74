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

	"faultline/graph/dgraph"
	"faultline/ingest/gazetteer"
	"faultline/queries/series"
)

// isDgraph tells a --store that is on a cluster.
func isDgraph(spec string) bool { return strings.HasPrefix(spec, "dgraph:") }

// dgraphOptions reads a --store that is on a cluster.
func dgraphOptions(spec string) (dgraph.Options, error) {
	o, err := dgraph.ParseURL(spec, os.Getenv)
	if err != nil {
		return o, usageError("--store %w", err)
	}
	return o, nil
}

// openDgraph opens the store on a cluster; with create, one that is empty
// becomes a store.
func openDgraph(ctx context.Context, spec string, create bool) (*opened, error) {
	o, err := dgraphOptions(spec)
	if err != nil {
		return nil, err
	}
	open := dgraph.Open
	if create {
		open = dgraph.Create
	}
	store, err := open(ctx, o)
	if errors.Is(err, dgraph.ErrEmpty) {
		return nil, fmt.Errorf("%s: %w: fill one with 'faultline load PATH…'", o, errNoStore)
	} else if err != nil {
		return nil, err
	}
	events, lock, err := openSeriesOf(store.ID())
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return &opened{store, events, sync.OnceValues(gazetteer.Load), lock}, nil
}

// envSeries names the folder for the read models of stores that are not on
// this machine.
const envSeries = "FAULTLINE_SERIES"

// seriesFolder is where the read model of a store on a cluster is kept: it
// can always be made anew, so it belongs with the caches.
func seriesFolder(id string) (string, error) {
	dir := os.Getenv(envSeries)
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("there is no folder for the read model; name one by %s: %w", envSeries, err)
		}
		dir = filepath.Join(cache, "faultline")
	}
	return filepath.Join(dir, id), nil
}

// openSeriesOf opens the read model of the store with this id. While another
// process has it, a copy serves, which is thrown away in the end: what it
// gathers the other process or the next one gathers too.
func openSeriesOf(id string) (*series.Series, io.Closer, error) {
	dir, err := seriesFolder(id)
	if err != nil {
		return nil, nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, nil, fmt.Errorf("read model: %w", err)
	}
	path := filepath.Join(dir, "series")
	lock, err := lockFile(filepath.Join(dir, "lock"))
	if err == nil {
		events, err := series.Open(path)
		if err != nil {
			return nil, nil, errors.Join(err, lock.Close())
		}
		return events, lock, nil
	} else if !errors.Is(err, errHeld) {
		return nil, nil, fmt.Errorf("read model: %w", err)
	}
	spare, err := os.MkdirTemp("", "faultline-series-")
	if err != nil {
		return nil, nil, fmt.Errorf("read model: %w", err)
	}
	remove := removal(spare)
	if err := copyFile(filepath.Join(spare, "series"), path); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("read model: %w", err), remove.Close())
	}
	events, err := series.Open(filepath.Join(spare, "series"))
	if err != nil {
		return nil, nil, errors.Join(err, remove.Close())
	}
	return events, remove, nil
}

// errHeld is returned by lockFile when another process holds the lock.
var errHeld = errors.New("another process holds the lock")

// removal is a folder that goes when it is closed.
type removal string

func (r removal) Close() error { return os.RemoveAll(string(r)) }

// copyFile copies a file that may be growing, or not be there.
func copyFile(to, from string) error {
	in, err := os.Open(from)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
