package schedule

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"faultline/graph"
	"faultline/ingest"
	"faultline/ingest/report"
)

// ReasonStopped is the reason by which a run that was stopped notes it in its
// load, so that the load does not count as complete; see also
// ingest.ReasonFailed.
const ReasonStopped = "stopped before the end"

// ErrStalled is the error of a poll that did nothing for too long.
var ErrStalled = errors.New("the source hangs")

// run polls a task's source once and loads what it brings; it tells whether
// the source has more now. The caller has set running.
func (s *Scheduler) run(ctx context.Context, t *task) (more bool) {
	s.mu.Lock()
	entry, record, started := t.entry, t.record, t.running
	s.mu.Unlock()
	if record.Of != entry.Of {
		record.Cursor = nil
	}
	log := s.opts.Log.With("source", entry.Name)
	p := &poll{scheduler: s, entry: entry, record: record, started: started, stop: ctx}
	r := p.load()
	record = p.record
	record.Of, record.Loading, record.Started = entry.Of, "", started
	if p.polled.Cursor != nil && !p.lost {
		record.Cursor = p.polled.Cursor
	}
	stopped := r.Err != nil && ctx.Err() != nil
	now := s.now()
	switch {
	case stopped: // by us, which is no failure of the source
		r.Err = context.Canceled
		record.Started = t.record.Started // so that it goes on when started again
	case r.Err != nil:
		record.Failures++
		record.Error = fmt.Sprintf("%.500s", r.Err)
		record.NotBefore = now.Add(s.opts.Retry.delay(record.Failures, s.opts.Random()))
	default:
		record.Failures, record.Error, record.NotBefore = 0, "", time.Time{}
		record.Succeeded = started
	}
	record.Asked = p.polled.NotBefore
	if err := s.opts.Records.Save(entry.Name, record); err != nil {
		// The run is as good as before; after a restart it is read again.
		log.Error("where the source stands could not be kept", "err", err)
	}
	more = p.polled.More && r.Err == nil
	r.Failures, r.Open = record.Failures, s.opts.Retry.open(record.Failures)
	s.mu.Lock()
	t.record, t.running = record, time.Time{}
	if more {
		t.next = now
	} else {
		t.next = s.due(t, now)
	}
	r.Next = t.next
	if t.dropped {
		delete(s.tasks, entry.Name)
	}
	s.mu.Unlock()
	if s.opts.Ran != nil {
		s.opts.Ran(r)
	}
	logRun(log, r) // last, so that who reads it finds all of it done
	return more
}

func logRun(log *slog.Logger, r Run) {
	sum := r.Summary
	fields := []any{"seconds", r.Took.Seconds(), "reports", sum.Reports, "new", sum.New, "claims", sum.Claims, "events", sum.Events}
	if n := sum.Skips(); n > 0 {
		fields = append(fields, "skipped", n)
	}
	if sum.Closed+r.Withdrawn.Claims > 0 {
		fields = append(fields, "claims_closed", sum.Closed+r.Withdrawn.Claims)
	}
	if sum.New > 0 {
		fields = append(fields, "load", sum.Load)
	}
	fields = append(fields, "next", r.Next.Format(time.RFC3339))
	switch {
	case errors.Is(r.Err, context.Canceled):
		log.Info("stopped", fields...)
	case r.Err != nil:
		log.Error("failed", append(fields, "failures", r.Failures, "circuit_open", r.Open, "err", r.Err)...)
	case sum.New+sum.Closed+r.Withdrawn.Claims == 0:
		log.Debug("nothing new", fields...)
	default:
		log.Info("loaded", fields...)
	}
}

// poll is one poll under way.
type poll struct {
	scheduler *Scheduler
	entry     Entry
	record    Record
	started   time.Time
	stop      context.Context // done when the program is to stop

	polled Polled
	failed error // the source's
	lost   bool  // something that was handed over was not written
}

// load runs one load over what the source brings. The load itself is not
// stopped: when the program is to stop the source is, and what it has handed
// over is written.
func (p *poll) load() Run {
	s := p.scheduler
	job := s.opts.Job
	job.Name, job.Digest, job.Source, job.Changes = p.entry.Name, p.digest(), p.read, true
	ctx := context.WithoutCancel(p.stop)
	sum, err := ingest.Load(ctx, s.opts.Store, job)
	r := Run{Source: p.entry.Name, Started: p.started, Summary: sum, Err: p.failed}
	if err != nil {
		p.lost, r.Err = true, fmt.Errorf("loading: %w", err)
	} else if items := p.polled.Withdrawn; len(items) > 0 {
		r.Withdrawn, err = ingest.Retract(ctx, s.opts.Store, ingest.Withdrawal{Items: items, At: s.now(), Wrote: job.Wrote})
		if err != nil {
			p.lost, r.Err = true, fmt.Errorf("closing what the source took back: %w", err)
		}
	}
	r.Took = s.now().Sub(p.started)
	return r
}

// digest makes the id of the run's load.
func (p *poll) digest() string { return p.started.Format(time.RFC3339Nano) }

// begin notes, before anything is written, that a load is under way.
func (p *poll) begin() error {
	p.record.Loading = graph.LoadID(p.entry.Name, p.digest())
	return p.scheduler.opts.Records.Save(p.entry.Name, p.record)
}

// read is the source as a load sees it. An error of the source ends what
// there is to load and is noted in it; only an error of the sink is the
// load's.
func (p *poll) read(ctx context.Context, sink report.Sink) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(p.stop, func() { cancel(context.Cause(p.stop)) })()
	stall := cmp.Or(p.entry.Stall, 10*time.Minute)
	watchdog := time.AfterFunc(stall, func() { cancel(ErrStalled) })
	defer watchdog.Stop()

	var broken error // of the sink
	hand := func(give func() error) error {
		watchdog.Stop() // what the load takes is not the source's
		defer watchdog.Reset(stall)
		if broken == nil {
			broken = give()
		}
		return broken
	}
	err := p.ask(ctx, report.Sink{
		Report: func(r report.Report) error {
			return hand(func() error {
				if p.record.Loading == "" {
					if err := p.begin(); err != nil {
						return err
					}
				}
				return sink.Report(r)
			})
		},
		Skip: func(k report.Skip) error { return hand(func() error { return sink.Skip(k) }) },
	})
	reason := ingest.ReasonFailed
	switch {
	case broken != nil:
		return broken
	case err == nil:
		return nil
	case p.stop.Err() != nil:
		reason = ReasonStopped
	case context.Cause(ctx) == ErrStalled:
		err = fmt.Errorf("%w: nothing came of it for %v", ErrStalled, stall)
	}
	p.failed = err
	return sink.Skip(report.Skip{Origin: report.Origin{File: p.entry.Name}, Reason: reason, Detail: fmt.Sprintf("%.300s", err)})
}

// ask polls the source. One that panics has failed; the others go on.
func (p *poll) ask(ctx context.Context, sink report.Sink) (err error) {
	defer func() {
		if v := recover(); v != nil {
			p.scheduler.opts.Log.Error("panic", "source", p.entry.Name, "panic", v, "stack", string(debug.Stack()))
			p.polled = Polled{} // how far it came is not known
			err = fmt.Errorf("the source panics: %v", v)
		}
	}()
	p.polled, err = p.entry.Source.Poll(ctx, p.record.Cursor, sink)
	return err
}
