package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"faultline/graph"
	"faultline/ingest/coding"
	"faultline/ingest/report"
	"faultline/ingest/resolve"
	"faultline/schema"
)

// Source reads reports and skips into the sink, in the order of the input.
// It returns the sink's error unchanged, and otherwise only what makes going
// on impossible.
type Source func(context.Context, report.Sink) error

// Job is one load.
type Job struct {
	Name     string // of the source, for people: "syria-2011-2018.jsonl.gz"
	Digest   string // of the input, for the load's id; "" if it cannot be known
	Source   Source
	Coder    coding.Coder
	CoderID  string // name and version of the coder
	Resolver *resolve.Resolver
	Version  string           // of the software
	Now      func() time.Time // the clock
	Workers  int              // coders beside each other, at least 1

	From, To schema.Day // only reports published (rows dated) in [From, To), with Windowed
	Windowed bool
	Limit    int // stop after this many reports, 0 for all

	// Changes tells that the source gives out an article again only when it
	// has changed: then one that the store knows may have gone back to an
	// earlier text, which takes a look at all of its versions.
	Changes bool

	Progress func(Summary)                           // called now and then, may be nil
	Skipped  func(report.Skip)                       // called for every skip, may be nil
	Wrote    func(*graph.Batch, graph.Written) error // called after every write, may be nil
}

// Store is what a load needs of a store.
type Store interface {
	graph.Writer
	graph.Reader
}

// Summary is what a load did.
type Summary struct {
	Load      schema.LoadID  `json:"load"`
	Outcome   schema.Outcome `json:"outcome"`
	Reports   int            `json:"reports"`       // read
	Known     int            `json:"reports_known"` // of them in the store before
	New       int            `json:"reports_new"`
	Outside   int            `json:"outside_window"`
	Skipped   map[string]int `json:"skipped,omitempty"` // input passed over, by reason
	Sentences int            `json:"sentences"`
	Claims    int            `json:"claims_new"`
	Events    int            `json:"events_new"`
	EventsOld int            `json:"events_known"` // new claims of events in the store before
	Actors    int            `json:"actors_new"`
	Places    int            `json:"places_new"`
	Replaced  int            `json:"reports_replaced"` // new reports that are versions of known ones
	Closed    int            `json:"claims_closed"`    // of the versions that were replaced
	Seconds   float64        `json:"seconds"`
}

// ReasonFailed is the reason by which a source notes in its load that it
// failed midway. The load keeps the detail of it.
const ReasonFailed = "source failed"

// Skips is the number of inputs that were passed over.
func (s Summary) Skips() int {
	n := 0
	for _, k := range s.Skipped {
		n += k
	}
	return n
}

// batchNodes bounds a batch: about ten thousand quads.
const batchNodes = 1200

// Load runs the job into the store. Reports that the store has already are
// neither coded nor written again, so that a load that was stopped or killed
// is completed by running it again. When ctx ends, Load finishes the batch
// in hand and returns the summary so far with ctx's error.
func Load(ctx context.Context, store Store, job Job) (Summary, error) {
	l := &loader{
		job: job, store: store, started: job.Now().UTC().Truncate(time.Millisecond),
		nouns: schema.NewNouns(), written: map[schema.ActorID]string{},
	}
	l.sum.Skipped = map[string]int{}
	if err := l.begin(ctx); err != nil {
		return l.sum, err
	}
	err := l.run(ctx)
	if end := l.end(ctx, err); err == nil {
		err = end
	}
	l.sum.Seconds = job.Now().Sub(l.started).Seconds()
	return l.sum, err
}

// loader is the state of one running load.
type loader struct {
	job     Job
	store   Store
	started time.Time
	sum     Summary

	failure string // detail of ReasonFailed
	load    schema.Load
	before  schema.Counts // of the load's earlier runs
	exists  bool          // the load is in the store
	nouns   *schema.Nouns
	pending graph.Batch
	closing int                       // claims of the pending batch that the store has, and that it closes
	inBatch map[string]bool           // ids of the pending batch
	written map[schema.ActorID]string // what this run wrote of each actor
}

// begin finds out whether the load ran before.
func (l *loader) begin(ctx context.Context) error {
	digest := l.job.Digest
	if digest == "" {
		digest = l.started.Format(time.RFC3339)
	}
	if l.job.Windowed {
		digest += " " + l.job.From.String() + " " + l.job.To.String()
	}
	if l.job.Limit > 0 {
		digest += fmt.Sprintf(" first %d", l.job.Limit)
	}
	id := graph.LoadID(l.job.Name, digest)
	l.load = schema.Load{
		ID: id, Name: l.job.Name, Source: l.job.Name, Started: l.started,
		Version: l.job.Version, Outcome: schema.Running,
	}
	l.sum.Load = id
	old, err := graph.One(l.store.Loads(ctx, graph.LoadFilter{IDs: []schema.LoadID{id}}), id)
	switch {
	case err == nil:
		l.exists, l.before, l.load.Started = true, old.Counts, old.Started
		if old.Outcome == schema.Complete || old.Outcome == schema.Partial {
			l.load.Outcome = old.Outcome
		}
	case !errors.Is(err, graph.ErrNotFound):
		return err
	}
	return nil
}

// run reads the source to its end and writes all but the last batch.
func (l *loader) run(ctx context.Context) error {
	in := intake{
		From: l.job.From, To: l.job.To, Windowed: l.job.Windowed, Limit: l.job.Limit, skip: l.skip,
	}
	in.take = func(chunk []report.Report) error {
		l.sum.Reports, l.sum.Outside = in.reports, in.outside
		return l.take(ctx, chunk)
	}
	return in.read(ctx, l.job.Source)
}

func (l *loader) skip(s report.Skip) {
	l.sum.Skipped[s.Reason]++
	if s.Reason == ReasonFailed {
		l.failure = s.Detail
	}
	if l.job.Skipped != nil {
		l.job.Skipped(s)
	}
}

// take codes a chunk of reports and adds their nodes to the pending batch.
func (l *loader) take(ctx context.Context, chunk []report.Report) error {
	fresh, err := l.unknown(ctx, chunk)
	if err != nil {
		return err
	}
	recorded := l.job.Now().UTC().Truncate(time.Second)
	fresh, old, err := l.versions(ctx, fresh)
	if err != nil {
		return err
	}
	for i, c := range l.code(fresh, recorded) {
		l.sum.Sentences += c.sentences
		for _, s := range c.skips {
			l.skip(s)
		}
		if len(fresh[i].Coded) > 0 && len(c.claims) == 0 && len(old[i]) == 0 {
			continue // nothing of the row is left
		}
		if err := l.replace(ctx, old[i], recorded); err != nil {
			return err
		}
		if err := l.add(ctx, c.nodes); err != nil {
			return err
		}
	}
	if l.job.Progress != nil {
		l.job.Progress(l.sum)
	}
	return nil
}

// unknown are the reports of the chunk that the store does not have; of
// copies within the chunk the first.
func (l *loader) unknown(ctx context.Context, chunk []report.Report) ([]report.Report, error) {
	ids := make([]string, len(chunk))
	for i, r := range chunk {
		ids[i] = string(resolve.ReportID(r))
	}
	has, err := l.store.Has(ctx, ids...)
	if err != nil {
		return nil, err
	}
	var fresh []report.Report
	seen := map[string]bool{}
	if l.job.Changes {
		if err := l.returned(ctx, chunk, ids, has); err != nil {
			return nil, err
		}
	}
	for i, r := range chunk {
		if has[i] || seen[ids[i]] || l.inBatch[ids[i]] {
			l.sum.Known++
			continue
		}
		seen[ids[i]] = true
		fresh = append(fresh, r)
	}
	return fresh, nil
}

// resolved is a coded report with its nodes.
type resolved struct {
	codedReport
	nodes resolve.Nodes
}

// code codes and resolves the reports, several at a time; the results keep
// their order.
func (l *loader) code(reports []report.Report, recorded time.Time) []resolved {
	out := make([]resolved, len(reports))
	parallel(l.job.Workers, len(reports), func(i int) {
		r := reports[i]
		c := codeReport(r, l.job.Coder, l.job.Resolver)
		by := l.job.CoderID
		if r.Coded != nil {
			by = r.Source
		}
		out[i] = resolved{c, l.job.Resolver.Resolve(r, c.claims, by, recorded)}
	})
	return out
}

// add takes the nodes of one report into the pending batch, and writes the
// batch when it is full. The nodes of a report are never split: the report
// is the sign that all of its claims are in the store.
func (l *loader) add(ctx context.Context, n resolve.Nodes) error {
	if l.inBatch == nil {
		l.inBatch = map[string]bool{}
	}
	n.Report.LoadedIn = []schema.LoadID{l.load.ID}
	l.inBatch[string(n.Report.ID)] = true
	l.pending.Reports = append(l.pending.Reports, n.Report)
	for _, a := range n.Actors {
		l.addActor(a)
	}
	for _, p := range n.Places {
		if !l.inBatch[string(p.ID)] {
			l.inBatch[string(p.ID)] = true
			l.pending.Places = append(l.pending.Places, p)
		}
	}
	for _, e := range n.Events {
		if !l.inBatch[string(e.ID)] {
			l.inBatch[string(e.ID)] = true
			l.pending.Events = append(l.pending.Events, e)
		} else {
			l.mergeEvent(e)
		}
	}
	for _, c := range n.Claims {
		if !l.inBatch[string(c.ID)] {
			l.inBatch[string(c.ID)] = true
			l.pending.Claims = append(l.pending.Claims, c)
		}
	}
	if l.pending.Len() >= batchNodes {
		return l.flush(ctx)
	}
	return nil
}

// addActor adds an actor unless this run has written just that of it; dated
// affiliations make descriptions of one actor differ.
func (l *loader) addActor(a schema.Actor) {
	form := fmt.Sprint(a.PartOf, a.AlignedWith)
	if l.written[a.ID] == form {
		return
	}
	if l.inBatch[string(a.ID)] {
		i := slices.IndexFunc(l.pending.Actors, func(b schema.Actor) bool { return b.ID == a.ID })
		p := &l.pending.Actors[i]
		p.PartOf, p.AlignedWith = union(p.PartOf, a.PartOf), union(p.AlignedWith, a.AlignedWith)
		return
	}
	l.inBatch[string(a.ID)] = true
	l.written[a.ID] = form
	l.pending.Actors = append(l.pending.Actors, a)
}

func (l *loader) mergeEvent(e schema.Event) {
	i := slices.IndexFunc(l.pending.Events, func(b schema.Event) bool { return b.ID == e.ID })
	l.pending.Events[i] = l.nouns.Event.Merge(l.pending.Events[i], e)
}

func union(a, b []schema.ActorID) []schema.ActorID {
	all := append(slices.Clone(a), b...)
	slices.Sort(all)
	return slices.Compact(all)
}

// flush writes the pending batch, with the load's counts up to and with it.
func (l *loader) flush(ctx context.Context) error {
	b := l.pending
	if b.Len() == 0 {
		return nil
	}
	l.pending, l.inBatch = graph.Batch{}, nil
	ctx = context.WithoutCancel(ctx) // what is in hand is written, whatever happens
	if err := l.tally(ctx, &b); err != nil {
		return err
	}
	node := l.load
	node.Counts = l.counts()
	b.Loads = []schema.Load{node}
	w, err := l.store.Write(ctx, &b)
	if err != nil {
		return fmt.Errorf("writing a batch of %d nodes: %w", b.Len(), err)
	}
	l.exists = true
	if l.job.Wrote != nil {
		return l.job.Wrote(&b, w)
	}
	return nil
}

// tally counts what the batch will add to the store. It is done before the
// write, so that the counts enter the store with what they count and stay
// right when the load is killed in between.
func (l *loader) tally(ctx context.Context, b *graph.Batch) error {
	ids := make([]string, 0, b.Len())
	for _, e := range b.Events {
		ids = append(ids, string(e.ID))
	}
	for _, a := range b.Actors {
		ids = append(ids, string(a.ID))
	}
	for _, p := range b.Places {
		ids = append(ids, string(p.ID))
	}
	has, err := l.store.Has(ctx, ids...)
	if err != nil {
		return err
	}
	added := func(list []bool) (n int) {
		for _, known := range list {
			if !known {
				n++
			}
		}
		return n
	}
	events, actors := len(b.Events), len(b.Actors)
	fresh := added(has[:events])
	l.sum.New += len(b.Reports)
	l.sum.Claims += len(b.Claims) - l.closing // the rest is of new reports, so new themselves
	l.sum.Closed += l.closing
	l.closing = 0
	l.sum.Events += fresh
	l.sum.EventsOld += events - fresh
	l.sum.Actors += added(has[events : events+actors])
	l.sum.Places += added(has[events+actors:])
	return nil
}

// counts are the load's totals over all of its runs.
func (l *loader) counts() schema.Counts {
	c := l.before
	c.Reports += int64(l.sum.New)
	c.Sentences += int64(l.sum.Sentences)
	c.Claims += int64(l.sum.Claims)
	c.Events += int64(l.sum.Events)
	c.Actors += int64(l.sum.Actors)
	c.Places += int64(l.sum.Places)
	return c
}

// end writes the last batch and how the load ended. A load that brought
// nothing new leaves no trace.
func (l *loader) end(ctx context.Context, failed error) error {
	l.sum.Outcome = schema.Complete
	switch {
	case failed != nil:
		l.sum.Outcome = schema.Stopped
	case l.sum.Skips() > 0:
		l.sum.Outcome = schema.Partial
	}
	if err := l.flush(ctx); err != nil {
		l.sum.Outcome = schema.Stopped
		return err
	}
	done := l.load.Outcome == schema.Complete || l.load.Outcome == schema.Partial
	if !l.exists || done {
		return nil
	}
	node := l.load
	node.Outcome, node.Counts = l.sum.Outcome, l.counts()
	node.Finished = l.job.Now().UTC().Truncate(time.Millisecond)
	for reason, n := range l.sum.Skipped {
		if reason == ReasonFailed && l.failure != "" {
			reason += " (" + l.failure + ")"
		}
		node.Skipped = append(node.Skipped, fmt.Sprintf("%s: %d", reason, n))
	}
	slices.Sort(node.Skipped)
	b := graph.Batch{Loads: []schema.Load{node}}
	w, err := l.store.Write(context.WithoutCancel(ctx), &b)
	if err == nil && l.job.Wrote != nil {
		err = l.job.Wrote(&b, w)
	}
	return err
}

// String tells the summary in one line, for logs.
func (s Summary) String() string {
	return strings.TrimSpace(fmt.Sprintf("%d reports (%d known), %d sentences, %d claims, %d events new, %d known, %d actors new, %.1f s",
		s.Reports, s.Known, s.Sentences, s.Claims, s.Events, s.EventsOld, s.Actors, s.Seconds))
}
