package schedule

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"faultline/ingest"
	"faultline/ingest/report"
)

// Source is what can be polled: a feed, a stream of files, an interface, a
// folder.
//
// Poll reads what is new since the cursor into the sink. The cursor is nil
// the first time. What Poll returns holds, with an error too, for just what
// it has handed to the sink. Poll returns the sink's error unchanged, and
// soon after ctx is done. A source is never polled beside itself.
type Source interface {
	Poll(ctx context.Context, cursor json.RawMessage, sink report.Sink) (Polled, error)
}

// Polled is how far a poll came.
type Polled struct {
	Cursor    json.RawMessage // for the next poll; nil keeps the one before
	More      bool            // there is more to be had now
	NotBefore time.Time       // the server asks not to be polled before; zero if it does not
	Withdrawn []string        // items that the source has taken back: Report.Item
}

// Entry is a source with its times.
type Entry struct {
	Name   string // of the source, as loads are named by it; no two have the same
	Of     string // what is polled; when it changes the cursor is dropped
	Source Source
	When   When
	Jitter time.Duration // up to so long is added to each time
	Stall  time.Duration // a poll that does nothing for so long has failed; 0 is 10 minutes
}

// Options are what a Scheduler works with.
type Options struct {
	Store    ingest.Store
	Job      ingest.Job // coder, resolver, clock and so on; each run has its own name, digest and source
	Records  *Folder
	Parallel int // loads beside each other, at least 1
	Retry    Retry
	Random   func() float64 // in [0, 1), for jitter; safe for concurrent use
	Log      *slog.Logger
	Ran      func(Run) // told of every run when it has ended, from several goroutines; may be nil
}

// Run is one run of a source that has ended.
type Run struct {
	Source    string
	Started   time.Time
	Took      time.Duration
	Summary   ingest.Summary
	Withdrawn ingest.Retraction // of what the source took back
	Failures  int               // runs with an error in a row, this one included; 0 after a good one
	Open      bool              // the source's circuit is open
	Next      time.Time         // when it is polled again
	Err       error             // context.Canceled when the program was stopped
}

// Status is where a source stands in the scheduler.
type Status struct {
	Name      string    `json:"name"`
	When      string    `json:"when"`
	Running   time.Time `json:"running,omitzero"`   // since; zero when it is not
	Started   time.Time `json:"started,omitzero"`   // of the last run that ended
	Succeeded time.Time `json:"succeeded,omitzero"` // start of the last run without an error
	Failures  int       `json:"failures"`
	Open      bool      `json:"circuit_open"`
	Error     string    `json:"error,omitempty"`
	Next      time.Time `json:"next,omitzero"` // zero while it runs
}

// Scheduler polls sources. Make one with New, and call Run or Once, one at a
// time; the other methods may be called from anywhere.
type Scheduler struct {
	opts Options
	wake chan struct{} // something has changed

	mu    sync.Mutex
	tasks map[string]*task
	beat  time.Time // when the loop last looked at the clock
}

// task is an entry with its state.
type task struct {
	entry   Entry
	record  Record
	next    time.Time
	running time.Time // since; zero when it is not
	dropped bool      // no entry any more; it goes when its run ends
}

// New makes a scheduler over the entries. Loads that a killed process left
// open are closed first, as stopped.
func New(ctx context.Context, opts Options, entries []Entry) (*Scheduler, error) {
	s := &Scheduler{opts: opts, wake: make(chan struct{}, 1), tasks: map[string]*task{}}
	return s, s.Replace(ctx, entries)
}

// Replace takes other entries in place of the present ones. A source of the
// same name keeps its record and a run in progress, and is tried at once if
// it failed before, as somebody may have mended it; one that is gone ends the
// run it is in.
func (s *Scheduler) Replace(ctx context.Context, entries []Entry) error {
	names := map[string]bool{}
	for _, e := range entries {
		if names[e.Name] {
			return fmt.Errorf("source %s: there are two of this name", e.Name)
		}
		names[e.Name] = true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	for _, e := range entries {
		t := s.tasks[e.Name]
		if t == nil {
			record, err := s.open(ctx, e.Name)
			if err != nil {
				return err
			}
			t = &task{record: record}
			s.tasks[e.Name] = t
		} else if t.record.Failures > 0 {
			t.record.NotBefore = now
		}
		t.entry, t.dropped = e, false
		if t.record.Of != e.Of && t.record.Of != "" && t.running.IsZero() {
			s.opts.Log.Info("source is another one now: starting from nothing", "source", e.Name)
			t.record = Record{}
		}
		t.next = s.due(t, now)
	}
	for name, t := range s.tasks {
		if names[name] {
			continue
		}
		t.dropped = true
		if t.running.IsZero() {
			delete(s.tasks, name)
		}
	}
	s.poke()
	return nil
}

// open reads the record of a source, and closes the load that a killed
// process left open.
func (s *Scheduler) open(ctx context.Context, name string) (Record, error) {
	r, err := s.opts.Records.Load(name)
	if errors.Is(err, ErrDamaged) {
		s.opts.Log.Warn("starting from nothing", "source", name, "err", err)
	} else if err != nil {
		return r, err
	}
	if r.Loading == "" {
		return r, nil
	}
	if err := ingest.Abandon(ctx, s.opts.Store, s.opts.Job, r.Loading); err != nil {
		return r, fmt.Errorf("source %s: closing the load of a killed process: %w", name, err)
	}
	r.Loading = ""
	return r, s.opts.Records.Save(name, r)
}

// due is when a task that is not running runs next.
func (s *Scheduler) due(t *task, now time.Time) time.Time {
	last := t.record.Started
	if last.After(now) {
		last = now // the clock was put back
	}
	next := now
	switch {
	case t.record.Failures > 0:
		// Sooner or later than its times: they do not know of the failure.
		return t.record.rests()
	case !last.IsZero():
		if next = t.entry.When.Next(last); next.Before(now) {
			next = now // missed times are made up for by one run
		}
	}
	if j := t.entry.Jitter; j > 0 {
		next = next.Add(time.Duration(s.opts.Random() * float64(j)))
	}
	if until := t.record.rests(); next.Before(until) {
		next = until
	}
	return next
}

// longestWait is how long the loop sleeps at most, so that it notices when
// the clock of the machine was put right or the machine slept.
const longestWait = time.Minute

// Run polls sources as they become due until ctx is done, then lets the runs
// in progress write what they have. It returns nil.
func (s *Scheduler) Run(ctx context.Context) error {
	var runs sync.WaitGroup
	defer runs.Wait()
	timer := time.NewTimer(longestWait)
	defer timer.Stop()
	for ctx.Err() == nil {
		next := s.start(ctx, &runs)
		timer.Reset(min(max(next.Sub(s.now()), 0), longestWait))
		select {
		case <-ctx.Done():
		case <-s.wake:
		case <-timer.C:
		}
	}
	return nil
}

// start starts what is due, and tells when the next is.
func (s *Scheduler) start(ctx context.Context, runs *sync.WaitGroup) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	s.beat = now
	next := now.Add(longestWait)
	free := s.opts.Parallel
	var waiting []*task
	for _, t := range s.tasks {
		if !t.running.IsZero() {
			free--
		} else {
			waiting = append(waiting, t)
		}
	}
	slices.SortFunc(waiting, func(a, b *task) int {
		return cmp.Or(a.next.Compare(b.next), cmp.Compare(a.entry.Name, b.entry.Name))
	})
	for _, t := range waiting {
		switch {
		case t.next.After(now):
			if t.next.Before(next) {
				next = t.next
			}
			return next
		case free <= 0:
			return next // the end of a run wakes the loop
		}
		free--
		t.running = now
		runs.Go(func() {
			s.run(ctx, t)
			s.poke()
		})
	}
	return next
}

// Once polls every source now, or those that are named, whatever their times,
// until they have no more. Those that are to be let alone, after failures or
// at their server's wish, are left out unless named, and returned.
func (s *Scheduler) Once(ctx context.Context, names ...string) (resting []Status, err error) {
	s.mu.Lock()
	now := s.now()
	var list []*task
	for name, t := range s.tasks {
		switch {
		case len(names) > 0 && !slices.Contains(names, name):
		case len(names) == 0 && t.record.rests().After(now):
			resting = append(resting, s.status(t))
		default:
			list = append(list, t)
		}
	}
	for _, name := range names {
		if s.tasks[name] == nil {
			err = errors.Join(err, fmt.Errorf("there is no source %s", name))
		}
	}
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b *task) int { return cmp.Compare(a.entry.Name, b.entry.Name) })
	slices.SortFunc(resting, func(a, b Status) int { return cmp.Compare(a.Name, b.Name) })
	slots := make(chan struct{}, s.opts.Parallel)
	var runs sync.WaitGroup
	for _, t := range list {
		slots <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		runs.Go(func() {
			defer func() { <-slots }()
			for more := true; more && ctx.Err() == nil; {
				s.mu.Lock()
				t.running = s.now()
				s.mu.Unlock()
				more = s.run(ctx, t)
			}
		})
	}
	runs.Wait()
	return resting, ctx.Err()
}

// Status tells where the sources stand, by name.
func (s *Scheduler) Status() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Status, 0, len(s.tasks))
	for _, t := range s.tasks {
		list = append(list, s.status(t))
	}
	slices.SortFunc(list, func(a, b Status) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

func (s *Scheduler) status(t *task) Status {
	st := Status{
		Name: t.entry.Name, When: t.entry.When.String(), Running: t.running,
		Started: t.record.Started, Succeeded: t.record.Succeeded,
		Failures: t.record.Failures, Open: s.opts.Retry.open(t.record.Failures), Error: t.record.Error,
	}
	if t.running.IsZero() {
		st.Next = t.next
	}
	return st
}

// Beat is when the loop last looked at the clock: less than two minutes ago
// while all is well.
func (s *Scheduler) Beat() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.beat
}

// now is the time of the wall clock alone, which goes on while a machine
// sleeps.
func (s *Scheduler) now() time.Time { return s.opts.Job.Now().UTC().Round(0) }

func (s *Scheduler) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}
