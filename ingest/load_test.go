package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"faultline/graph"
	"faultline/graph/mem"
	"faultline/ingest"
	"faultline/ingest/coding"
	"faultline/ingest/gazetteer"
	"faultline/ingest/report"
	"faultline/ingest/resolve"
	"faultline/schema"
)

// clock ticks a second every time it is asked.
func clock() func() time.Time {
	t := time.Date(2024, 11, 24, 12, 0, 0, 0, time.UTC)
	return func() time.Time { t = t.Add(time.Second); return t }
}

// attackCoder codes "A attacks B." and nothing else.
func attackCoder(d coding.Document) coding.Coded {
	var out coding.Coded
	at := 0
	for _, s := range strings.SplitAfter(d.Text, ".") {
		if a, b, ok := strings.Cut(strings.TrimSuffix(s, "."), " attacks "); ok {
			mention := func(text string, start int) coding.Mention {
				text = strings.TrimSpace(text)
				return coding.Mention{Text: text, Span: coding.Span{Start: start, End: start + len(text)}, Actor: schema.Actor{
					ID: schema.MakeActorID(schema.Slug(text)), Name: text, Kind: schema.ArmedGroup,
				}}
			}
			lead := len(a) - len(strings.TrimLeft(a, " "))
			out.Claims = append(out.Claims, coding.Claim{
				Start: at, End: at + len(s), Type: schema.Assault, Status: schema.Asserted, Day: d.Published,
				Precision: schema.PrecisionDay, Confidence: 0.9, Reason: "test",
				Initiators: []coding.Mention{mention(a, at+lead)},
				Recipients: []coding.Mention{mention(b, at+len(a)+len(" attacks "))},
			})
		}
		if s != "" {
			out.Sentences++
		}
		at += len(s)
	}
	return out
}

func sourceOf(reports []report.Report) ingest.Source {
	return func(_ context.Context, sink report.Sink) error {
		for _, r := range reports {
			if err := sink.Report(r); err != nil {
				return err
			}
		}
		return sink.Skip(report.Skip{Origin: report.Origin{File: "f", Line: 9}, Reason: "no text"})
	}
}

func reports(n int) []report.Report {
	list := make([]report.Report, n)
	for i := range list {
		list[i] = report.Report{
			Source: "test", Key: fmt.Sprint(i), Publisher: fmt.Sprintf("Outlet %d", i%3),
			Published: time.Date(2024, 1, 1+i/10, 0, 0, 0, 0, time.UTC),
			Text:      fmt.Sprintf("Alpha%d attacks Beta%d. Nothing else happened.", i%7, i%5),
		}
	}
	return list
}

// loadActors reads the gazetteer once for all tests.
var loadActors = sync.OnceValues(gazetteer.Load)

func job(t *testing.T, src ingest.Source) ingest.Job {
	t.Helper()
	actors, err := loadActors()
	if err != nil {
		t.Fatal(err)
	}
	return ingest.Job{
		Name: "test", Digest: "d", Source: src, Coder: attackCoder, CoderID: "test/1",
		Resolver: resolve.New(actors), Version: "v", Now: clock(), Workers: 2,
	}
}

func load(t *testing.T, store ingest.Store, j ingest.Job) ingest.Summary {
	t.Helper()
	sum, err := ingest.Load(t.Context(), store, j)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func TestLoadTwiceAddsNothing(t *testing.T) {
	store := mem.New()
	first := load(t, store, job(t, sourceOf(reports(3000))))
	if first.Reports != 3000 || first.New != 3000 || first.Claims != 3000 || first.Sentences != 6000 {
		t.Fatalf("first load: %+v", first)
	}
	if first.Skipped["no text"] != 1 || first.Outcome != schema.Partial {
		t.Fatalf("skips: %+v", first)
	}
	before := dump(t, store)
	head, _ := store.Head(t.Context())
	second := load(t, store, job(t, sourceOf(reports(3000))))
	if second.New != 0 || second.Claims != 0 || second.Events != 0 || second.Actors != 0 || second.Known != 3000 {
		t.Fatalf("second load: %+v", second)
	}
	if after, _ := store.Head(t.Context()); after != head {
		t.Fatalf("the second load wrote %d batches", after-head)
	}
	if diff := difference(before, dump(t, store)); diff != "" {
		t.Fatal(diff)
	}
}

// failing is a store that breaks after some writes, like a killed process.
type failing struct {
	*mem.Store
	left int
}

var errKilled = errors.New("killed")

func (f *failing) Write(ctx context.Context, b *graph.Batch) (graph.Written, error) {
	if f.left == 0 {
		return graph.Written{}, errKilled
	}
	f.left--
	return f.Store.Write(ctx, b)
}

func TestInterruptedLoadIsCompletedByRunningItAgain(t *testing.T) {
	whole := mem.New()
	load(t, whole, job(t, sourceOf(reports(4000))))
	want := dump(t, whole)
	for left := range 8 {
		store := mem.New()
		_, err := ingest.Load(t.Context(), &failing{store, left}, job(t, sourceOf(reports(4000))))
		if !errors.Is(err, errKilled) {
			t.Fatalf("after %d writes: error %v, want %v", left, err, errKilled)
		}
		load(t, store, job(t, sourceOf(reports(4000))))
		if diff := difference(want, dump(t, store)); diff != "" {
			t.Fatalf("after %d writes: %s", left, diff)
		}
	}
}

func TestCancelledLoadKeepsWhatItHas(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	store := mem.New()
	j := job(t, func(_ context.Context, sink report.Sink) error {
		for i, r := range reports(2000) {
			if i == 1500 {
				cancel()
			}
			if err := sink.Report(r); err != nil {
				return err
			}
		}
		return nil
	})
	sum, err := ingest.Load(ctx, store, j)
	if !errors.Is(err, context.Canceled) || sum.Outcome != schema.Stopped {
		t.Fatalf("%v, %+v", err, sum)
	}
	kept, err := graph.All(store.Claims(t.Context(), graph.ClaimFilter{}))
	if err != nil || len(kept) != sum.Claims || len(kept) < 1000 {
		t.Fatalf("%d claims kept, summary says %d: %v", len(kept), sum.Claims, err)
	}
}

func TestWindowAndLimit(t *testing.T) {
	j := job(t, sourceOf(reports(100))) // ten a day
	j.From, j.To, j.Windowed = schema.MakeDay(2024, 1, 3), schema.MakeDay(2024, 1, 5), true
	if sum := load(t, mem.New(), j); sum.New != 20 || sum.Outside != 80 {
		t.Errorf("window: %+v", sum)
	}
	j = job(t, sourceOf(reports(100)))
	j.Limit = 7
	if sum := load(t, mem.New(), j); sum.New != 7 {
		t.Errorf("limit: %+v", sum)
	}
}

func TestCodedRows(t *testing.T) {
	row := func(initiator string, code schema.Code, recipient, day string) report.Report {
		d, err := schema.ParseDay(day)
		if err != nil {
			t.Fatal(err)
		}
		return report.Report{Source: "icews", Key: initiator + string(code) + recipient + day, Published: d.Time(),
			Coded: []report.Row{{Initiator: initiator, Code: code, Recipient: recipient, Day: d}}}
	}
	store := mem.New()
	sum := load(t, store, job(t, sourceOf([]report.Report{
		row("Military (Mali)", "190", "Citizen (India)", "2012-04-01"),
		row("Military (Mali)", "193", "Citizen (India)", "2012-04-01"),
		row("Iran", "010", "Iraq", "2012-04-01"), // a statement
	})))
	if sum.Events != 1 || sum.Claims != 2 || sum.Skipped["row has no event"] != 1 {
		t.Fatalf("%+v", sum)
	}
	events, err := graph.All(store.Events(t.Context(), graph.EventFilter{}))
	if err != nil || len(events) != 1 {
		t.Fatal(events, err)
	}
	e := events[0]
	if e.Type != schema.Assault || e.Intensity() != -10 || e.Day.String() != "2012-04-01" {
		t.Errorf("%+v", e)
	}
	actors, err := graph.All(store.Actors(t.Context(), graph.ActorFilter{IDs: append(e.Initiators, e.Recipients...)}))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range actors {
		got = append(got, fmt.Sprintf("%s %s %s", a.ID, a.Kind, a.Country))
	}
	slices.Sort(got)
	want := []string{"actor:india-civilians population IND", "actor:mali-military military MLI"}
	if !slices.Equal(got, want) {
		t.Errorf("actors %q, want %q", got, want)
	}
}

// dump is all that a store holds, without the times at which it was learned.
func dump(t *testing.T, r graph.Reader) []string {
	t.Helper()
	nouns := schema.NewNouns()
	var all []string
	add := func(s schema.Statement) {
		switch s.Predicate {
		case schema.PredRecorded, schema.PredStarted, schema.PredFinished:
			return
		}
		all = append(all, fmt.Sprintf("%s %s %+v", s.Subject, s.Predicate, s.Object))
	}
	ctx := t.Context()
	for n, err := range r.Loads(ctx, graph.LoadFilter{}) {
		fatal(t, err)
		nouns.Load.Put(n, add)
	}
	for n, err := range r.Actors(ctx, graph.ActorFilter{}) {
		fatal(t, err)
		nouns.Actor.Put(n, add)
	}
	for n, err := range r.Reports(ctx, graph.ReportFilter{}) {
		fatal(t, err)
		nouns.Report.Put(n, add)
	}
	for n, err := range r.Events(ctx, graph.EventFilter{}) {
		fatal(t, err)
		nouns.Event.Put(n, add)
	}
	for n, err := range r.Claims(ctx, graph.ClaimFilter{}) {
		fatal(t, err)
		nouns.Claim.Put(n, add)
	}
	return all
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func difference(a, b []string) string {
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			get := func(l []string) string {
				if i < len(l) {
					return l[i]
				}
				return "(end)"
			}
			return fmt.Sprintf("stores differ at statement %d:\n%s\n%s", i, get(a), get(b))
		}
	}
	return ""
}
