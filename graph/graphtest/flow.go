package graphtest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"testing"

	"faultline/graph"
	"faultline/schema"
)

func testCancelled(t *testing.T, s graph.Store) {
	mustWrite(t, s, World())
	before := contents(t, s)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()

	w, err := s.Write(ctx, &graph.Batch{Events: []schema.Event{event(schema.Aid, Russia, SDF, 2020, 1, 1)}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Write: %v, want context.Canceled", err)
	}
	same(t, "written", w, graph.Written{})
	if _, err := s.Has(ctx, string(Russia)); !errors.Is(err, context.Canceled) {
		t.Errorf("Has: %v, want context.Canceled", err)
	}
	wantCancelled(t, "Actors", s.Actors(ctx, graph.ActorFilter{}))
	wantCancelled(t, "Places", s.Places(ctx, graph.PlaceFilter{}))
	wantCancelled(t, "Reports", s.Reports(ctx, graph.ReportFilter{}))
	wantCancelled(t, "Events", s.Events(ctx, graph.EventFilter{}))
	wantCancelled(t, "Claims", s.Claims(ctx, graph.ClaimFilter{}))
	wantCancelled(t, "Loads", s.Loads(ctx, graph.LoadFilter{}))
	wantCancelled(t, "Relations", s.Relations(ctx, graph.RelationFilter{}))
	wantCancelled(t, "Readings", s.Readings(ctx, graph.ReadingFilter{}))
	same(t, "contents", contents(t, s), before)

	// Cancelled on the way, a sequence ends with the error.
	ctx, cancel = context.WithCancel(context.Background())
	defer cancel()
	var last error
	n := 0
	for _, err := range s.Events(ctx, graph.EventFilter{}) {
		n++
		last = err
		cancel()
	}
	if n != 2 || !errors.Is(last, context.Canceled) {
		t.Errorf("cancelled after the first event: %d yields, the last with %v; want 2 and context.Canceled", n, last)
	}
}

func wantCancelled[T any](t *testing.T, what string, seq iter.Seq2[T, error]) {
	t.Helper()
	nodes, err := graph.All(seq)
	if !errors.Is(err, context.Canceled) || len(nodes) != 0 {
		t.Errorf("%s: %d nodes, %v; want none, context.Canceled", what, len(nodes), err)
	}
}

func testLeftEarly(t *testing.T, s graph.Store) {
	mustWrite(t, s, World())
	all := contents(t, s)
	seq := s.Events(context.Background(), graph.EventFilter{})
	for i := range 50 {
		for e, err := range seq {
			if err != nil || e.ID != all.Events[0].ID {
				t.Fatalf("pass %d: first event %v, %v", i, e.ID, err)
			}
			break
		}
	}
	same(t, "the same sequence again, to its end", list(t, seq), all.Events)
	same(t, "write after sequences left early", mustWrite(t, s, &graph.Batch{Events: []schema.Event{event(schema.Aid, Russia, SDF, 2020, 1, 1)}}).Seq, 2)
}

func testWriteWhileReading(t *testing.T, s graph.Store) {
	mustWrite(t, s, World())
	n := 0
	for e, err := range s.Events(context.Background(), graph.EventFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n > 5 {
			continue // what is written meanwhile may show
		}
		for range s.Claims(context.Background(), graph.ClaimFilter{Events: []schema.EventID{e.ID}}) {
		}
		mustWrite(t, s, &graph.Batch{Events: []schema.Event{event(schema.Aid, Russia, SDF, 2020, 1, n)}})
	}
	if n < 5 {
		t.Errorf("read %d events, want the five that were there before", n)
	}
	same(t, "head", head(t, s), 6)
}

// Writers and readers at once: every batch gets its own number, and a batch
// whose number a reader knows is there whole.
func testConcurrent(t *testing.T, s graph.Store) {
	const writers, batches, claims = 2, 8, 5
	world := World()
	mustWrite(t, s, world)
	ctx := context.Background()
	var writing, reading sync.WaitGroup
	done := make(chan struct{})
	var mu sync.Mutex
	numbers := make(map[uint64]bool)

	for w := range writers {
		writing.Go(func() {
			for i := range batches {
				e := event(schema.Accuse, Russia, SDF, 2010+w, 1, i+1)
				b := &graph.Batch{Events: []schema.Event{e}}
				for k := range claims {
					b.Claims = append(b.Claims, claim(e, world.Reports[0], fmt.Sprintf("Sentence %d of %d by %d.", k, i, w)))
				}
				written, err := s.Write(ctx, b)
				if err != nil || len(written.Claims) != claims {
					t.Errorf("Write: %d claims, %v; want %d", len(written.Claims), err, claims)
				}
				mu.Lock()
				if numbers[written.Seq] {
					t.Errorf("number %d was given twice", written.Seq)
				}
				numbers[written.Seq] = true
				mu.Unlock()
			}
		})
	}
	for range 2 {
		reading.Go(func() {
			for {
				n, err := s.Head(ctx)
				if err != nil {
					t.Error(err)
				}
				all, err := graph.All(s.Claims(ctx, graph.ClaimFilter{After: 1}))
				if err != nil {
					t.Error(err)
				}
				if want := int(n-1) * claims; len(all) < want {
					t.Errorf("head %d, but %d claims after batch 1; want %d or more", n, len(all), want)
				}
				for _, c := range all {
					if err := c.Validate(); err != nil {
						t.Errorf("read a claim that is not whole: %v", err)
					}
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	writing.Wait()
	close(done)
	reading.Wait()
	same(t, "head", head(t, s), 1+writers*batches)
}

// More nodes than any page or batch of look-ups.
func testMany(t *testing.T, s graph.Store) {
	const n = 2500
	var ids []string
	b := &graph.Batch{}
	for i := range n {
		e := event(schema.Accuse, Russia, SDF, 2000, 1, i+1)
		b.Events = append(b.Events, e)
		ids = append(ids, string(e.ID), "event:none-"+string(e.ID))
	}
	same(t, "written", mustWrite(t, s, b), graph.Written{Seq: 1, Events: n})
	got := list(t, s.Events(context.Background(), graph.EventFilter{Actors: []schema.ActorID{SDF}}))
	same(t, "events", got, expected(b).Events)
	has, err := s.Has(context.Background(), ids...)
	if err != nil || len(has) != len(ids) {
		t.Fatalf("Has: %d answers, %v", len(has), err)
	}
	for i, is := range has {
		if is != (i%2 == 0) {
			t.Fatalf("Has(%s) = %v", ids[i], is)
		}
	}
}
