package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // time zones of configurations, on machines without any

	"faultline/graph"
	"faultline/ingest"
	"faultline/ingest/coder"
	"faultline/ingest/config"
	"faultline/ingest/fetch"
	"faultline/ingest/resolve"
	"faultline/ingest/schedule"
)

// watcher is a store that is filled from sources at their times: what watch
// runs, and what a server can run beside its answers.
type watcher struct {
	store     *opened
	config    *config.Config
	log       *slog.Logger
	level     *slog.LevelVar
	tools     sourceTools
	scheduler *schedule.Scheduler
	metrics   *watchMetrics
	filled    *following
	coder     *ownCoder

	ran func(schedule.Run) // told of every run, may be nil
}

// newWatcher prepares a store to be filled as the configuration says. The
// caller closes the store, after the watcher. broken sources are logged and
// left out, so that they do not keep the others from being loaded.
func newWatcher(ctx context.Context, a *app, store *opened, c *config.Config, log *slog.Logger, level *slog.LevelVar, ran func(schedule.Run)) (*watcher, error) {
	state, err := stateFolder(a.store, c)
	if err != nil {
		return nil, err
	}
	records, err := schedule.OpenFolder(state)
	if err != nil {
		return nil, err
	}
	if err := store.series.CatchUp(ctx, store, nil); err != nil {
		return nil, err
	}
	own, err := a.ownCoder(ownFlags{})
	if err != nil {
		return nil, err
	}
	w := &watcher{
		store: store, config: c, log: log, level: level, ran: ran, metrics: newWatchMetrics(store), filled: &following{opened: store}, coder: own,
	}
	w.tools = sourceTools{client: newFetchClient(a, c), now: a.now, cache: filepath.Join(state, "cache")}
	entries, err := w.entries(c)
	if err != nil {
		return nil, err
	}
	workers := c.Workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var random sync.Mutex
	source := rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	w.scheduler, err = schedule.New(ctx, schedule.Options{
		Store: w.filled,
		Job: ingest.Job{
			Coder: own.code, CoderID: coder.Version, Resolver: resolve.New(own.actors), Version: version(), Now: a.now, Workers: workers,
		},
		Records: records, Parallel: c.Parallel, Retry: c.Retry,
		Random: func() float64 {
			random.Lock()
			defer random.Unlock()
			return source.Float64()
		},
		Log: log, Ran: func(r schedule.Run) { w.done(context.WithoutCancel(ctx), r) },
	}, entries)
	if err != nil {
		return nil, err
	}
	w.metrics.follow(w.scheduler)
	return w, nil
}

// Close ends connections; the store is the caller's.
func (w *watcher) Close() { w.tools.client.Close() }

// entries makes the sources of a configuration. One that cannot be made is
// told and left out; when none can it is an error.
func (w *watcher) entries(c *config.Config) ([]schedule.Entry, error) {
	var entries []schedule.Entry
	var errs []error
	for _, s := range c.Sources {
		if !s.Enabled {
			continue
		}
		source, err := newSource(w.tools, s)
		if err != nil {
			w.log.Error("source cannot be loaded", "source", s.Name, "err", err)
			errs = append(errs, fmt.Errorf("source %s: %w", s.Name, err))
			continue
		}
		entries = append(entries, schedule.Entry{
			Name: s.Name, Of: identity(s), Source: source, When: s.When, Jitter: s.Jitter, Stall: s.Stall,
		})
	}
	w.metrics.broken.Set(float64(len(errs)))
	if len(entries) == 0 && len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return entries, nil
}

// reload takes the sources and the log level of a configuration that has
// changed. Of the rest it tells that it waits for a restart.
func (w *watcher) reload(ctx context.Context, c *config.Config) error {
	entries, err := w.entries(c)
	if err == nil {
		err = w.scheduler.Replace(ctx, entries)
	}
	w.metrics.reloaded(err == nil)
	if err != nil {
		return err
	}
	old := w.config
	if c.Store != old.Store || c.State != old.State || c.Parallel != old.Parallel || c.Workers != old.Workers || c.Metrics != old.Metrics ||
		c.LogFormat != old.LogFormat || c.UserAgent != old.UserAgent || c.Interval != old.Interval || c.Retry != old.Retry {
		w.log.Warn("of the settings before the sources only log_level changes without a restart")
	}
	w.level.Set(c.LogLevel)
	w.config = c
	w.log.Info("configuration read again", "sources", len(entries))
	return nil
}

// done takes note of a run that has ended.
func (w *watcher) done(ctx context.Context, r schedule.Run) {
	w.metrics.ran(r)
	if r.Summary.New+r.Summary.Closed+r.Withdrawn.Claims > 0 {
		if err := w.filled.keepReadings(ctx, r.Started, w.tools.now()); err != nil {
			w.log.Error("the readings of relations could not be renewed", "source", r.Source, "err", err)
		}
	}
	if w.ran != nil {
		w.ran(r)
	}
}

// stateFolder is where the state of sources is kept: in the store's folder
// unless the configuration says otherwise.
func stateFolder(spec string, c *config.Config) (string, error) {
	if c.State != "" {
		return c.State, nil
	}
	if path, ok := strings.CutPrefix(spec, "cayley:"); ok {
		return filepath.Join(path, "sources"), nil
	}
	if dir := os.Getenv(envState); dir != "" {
		return dir, nil
	}
	return "", fmt.Errorf("%s is not on this machine: name a folder for the state of the sources (state: ./state, or $%s)", spec, envState)
}

// envState names the folder for the state of sources whose store is not on
// this machine, when the configuration names none.
const envState = "FAULTLINE_STATE"

// newFetchClient makes the one client of all sources, so that politeness is
// per host.
func newFetchClient(a *app, c *config.Config) *fetch.Client {
	agent := c.UserAgent
	if agent == "" {
		agent = "faultline/" + strings.TrimPrefix(version(), "v") + " (reads news for a knowledge graph)"
	}
	return fetch.New(fetch.Options{UserAgent: agent, Now: a.now, Interval: c.Interval})
}

// following is a store whose read model follows every write, one at a time.
type following struct {
	*opened
	mu sync.Mutex
}

func (f *following) Write(ctx context.Context, b *graph.Batch) (graph.Written, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	w, err := f.opened.Write(ctx, b)
	if err != nil {
		return w, err
	}
	return w, f.series.Follow(context.WithoutCancel(ctx), f.opened, b, w)
}

// keepReadings renews the readings of relations that changed since, with no
// write in between.
func (f *following) keepReadings(ctx context.Context, since, now time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return keepReadings(ctx, f.opened, since.Truncate(time.Second), now)
}

// newLog makes the log of a watch.
func newLog(a *app, format string, level *slog.LevelVar) *slog.Logger {
	opts := &slog.HandlerOptions{Level: level}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(a.stderr, opts))
	}
	return slog.New(slog.NewTextHandler(a.stderr, opts))
}

// beatMax is the age of a loop's last beat from which on it counts as stuck.
const beatMax = 5 * time.Minute
