package dgraph_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"faultline/graph"
	"faultline/graph/dgraph"
	"faultline/graph/dgraph/dgraphtest"
	"faultline/graph/graphtest"
	"faultline/schema"
)

// batches are n batches of made-up claims. Actors recur in all of them, and
// events in some, with ever more claims and a stronger status.
func batches(n int) []*graph.Batch {
	actors := []schema.Actor{}
	for i := range 12 {
		actors = append(actors, schema.Actor{ID: schema.MakeActorID(fmt.Sprintf("band-%d", i)), Name: fmt.Sprintf("Band %d", i), Kind: schema.ArmedGroup})
	}
	var list []*graph.Batch
	for i := range n {
		load := schema.Load{ID: graph.LoadID("made up", "1"), Name: "made up", Source: "made up", Started: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), Version: "1", Outcome: schema.Running}
		load.Counts.Claims = int64(i+1) * 20
		b := &graph.Batch{Loads: []schema.Load{load}, Actors: actors[i%3 : 9+i%3]}
		for k := range 20 {
			x, y := actors[(i+k)%12].ID, actors[(i*k+5)%11].ID
			day := schema.MakeDay(2020, 1, 1) + schema.Day((i+k)/2)
			e := schema.Event{Name: fmt.Sprintf("%s accuses %s", x, y), Type: schema.Accuse, Initiators: []schema.ActorID{x}, Recipients: []schema.ActorID{y},
				Day: day, Precision: schema.PrecisionDay, Status: []schema.Status{schema.Demanded, schema.Asserted}[i%2]}
			e.ID = graph.EventID(e)
			r := schema.Report{ID: graph.ReportID("made up", fmt.Sprint(i, k)), Name: "Post " + day.String(), Hash: graph.ContentHash(fmt.Sprint(i, k)), LoadedIn: []schema.LoadID{load.ID}}
			c := schema.Claim{ID: graph.ClaimID(r.ID, e.ID, ""), Name: "Post", Event: e.ID, Report: r.ID, SaidBy: y, Status: e.Status, Confidence: 0.5, Coder: "test/1",
				Sentence: fmt.Sprintf("Sentence %d of report %d.", k, i), Recorded: time.Date(2024, 1, 1, 0, 0, i, 0, time.UTC)}
			if !slices.ContainsFunc(b.Events, func(o schema.Event) bool { return o.ID == e.ID }) {
				b.Events = append(b.Events, e)
			}
			b.Reports, b.Claims = append(b.Reports, r), append(b.Claims, c)
		}
		if i > 0 { // withdraw one of the batch before
			c := list[i-1].Claims[0]
			c.Retracted = time.Date(2024, 2, 1, 0, 0, 0, 0, time.UTC)
			b.Claims = append(b.Claims, c)
		}
		list = append(list, b)
	}
	return list
}

// contents is everything that a store has, by kind.
func contents(t testing.TB, s graph.Reader) map[string]any {
	t.Helper()
	ctx := context.Background()
	head, err := s.Head(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{
		"head":      head,
		"actors":    list(t, s.Actors(ctx, graph.ActorFilter{})),
		"places":    list(t, s.Places(ctx, graph.PlaceFilter{})),
		"reports":   list(t, s.Reports(ctx, graph.ReportFilter{})),
		"events":    list(t, s.Events(ctx, graph.EventFilter{})),
		"claims":    list(t, s.Claims(ctx, graph.ClaimFilter{})),
		"loads":     list(t, s.Loads(ctx, graph.LoadFilter{})),
		"relations": list(t, s.Relations(ctx, graph.RelationFilter{})),
		"readings":  list(t, s.Readings(ctx, graph.ReadingFilter{})),
	}
}

func list[T any](t testing.TB, seq iter.Seq2[T, error]) []T {
	t.Helper()
	nodes, err := graph.All(seq)
	if err != nil {
		t.Fatal(err)
	}
	return nodes
}

func sameContents(t testing.TB, got, want map[string]any) {
	t.Helper()
	for kind := range want {
		if !reflect.DeepEqual(got[kind], want[kind]) {
			t.Errorf("%s:\n got %.1000s\nwant %.1000s", kind, fmt.Sprintf("%+v", got[kind]), fmt.Sprintf("%+v", want[kind]))
		}
	}
}

// through is a store on the far side of a proxy.
func through(t testing.TB, c *dgraphtest.Cluster) (*dgraphtest.Proxy, dgraph.Options) {
	t.Helper()
	p := dgraphtest.NewProxy(t, c.Addr(0))
	o := options(c)
	o.Addrs = []string{p.Addr()}
	return p, o
}

func closed(t testing.TB, s *dgraph.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

// A wire that breaks at any byte, of requests, answers and commits, neither
// loses nor doubles anything, and every Write tells what it wrote.
func testBrokenWire(t *testing.T, c *dgraphtest.Cluster) {
	ctx := context.Background()
	work := batches(12)
	p, o := through(t, c)

	c.Empty()
	s := create(t, o)
	before := p.Carried()
	var wrote []graph.Written
	for _, b := range work {
		w, err := s.Write(ctx, b)
		if err != nil {
			t.Fatal(err)
		}
		wrote = append(wrote, w)
	}
	bytes := p.Carried() - before
	want := contents(t, s)
	closed(t, s)

	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, %d bytes", seed, bytes)
	random := rand.New(rand.NewPCG(seed, 0))
	for round := range 12 {
		c.Empty()
		s := create(t, o)
		for i, b := range work {
			p.CutAfter(1+random.Int64N(bytes/int64(len(work))), nil)
			w, err := s.Write(ctx, b)
			if err != nil {
				t.Fatalf("round %d, batch %d: %v", round, i, err)
			}
			if !reflect.DeepEqual(w, wrote[i]) {
				t.Errorf("round %d, batch %d: wrote %+v, want %+v", round, i, w, wrote[i])
			}
		}
		p.CutAfter(1<<50, nil)
		sameContents(t, contents(t, s), want)
		closed(t, s)
		if t.Failed() {
			t.Fatalf("round %d; seed %d", round, seed)
		}
	}
}

// Writers in different processes, with the same and with different batches,
// number them without gaps, and each thing is new to one of them only.
func testTwoWriters(t *testing.T, c *dgraphtest.Cluster) {
	ctx := context.Background()
	work := batches(16)
	c.Empty()
	alone := create(t, options(c))
	for _, b := range work {
		if _, err := alone.Write(ctx, b); err != nil {
			t.Fatal(err)
		}
	}
	want := contents(t, alone)
	closed(t, alone)

	c.Empty()
	var stores []*dgraph.Store
	for range 2 {
		s := create(t, options(c))
		defer closed(t, s)
		stores = append(stores, s)
	}
	var mu sync.Mutex
	numbers := map[uint64]bool{}
	newTo := map[schema.ClaimID]int{}
	var events, actors int
	var writing sync.WaitGroup
	for i, s := range stores {
		writing.Go(func() {
			for k := range work {
				w, err := s.Write(ctx, work[(k+i*5)%len(work)])
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				if w.Seq != 0 && numbers[w.Seq] {
					t.Errorf("number %d was given twice", w.Seq)
				}
				if w.Seq != 0 {
					numbers[w.Seq] = true
				}
				for _, id := range w.Claims {
					newTo[id]++
				}
				events += w.Events
				actors += w.Actors
				mu.Unlock()
			}
		})
	}
	writing.Wait()
	got := contents(t, stores[0])
	if got["head"] != uint64(len(numbers)) {
		t.Errorf("head %v after %d batches", got["head"], len(numbers))
	}
	want["head"] = got["head"]
	sameContents(t, got, want)
	for id, n := range newTo {
		if n != 1 {
			t.Errorf("%s was new %d times", id, n)
		}
	}
	if n := len(want["claims"].([]schema.Claim)); len(newTo) != n {
		t.Errorf("%d claims were new, want %d", len(newTo), n)
	}
	if n := len(want["events"].([]schema.Event)); events != n {
		t.Errorf("%d events were new, want %d", events, n)
	}
	if n := len(want["actors"].([]schema.Actor)); actors != n {
		t.Errorf("%d actors were new, want %d", actors, n)
	}
}

// A server that is silent is given up at the deadline, and nothing is
// written then or later.
func testDeadline(t *testing.T, c *dgraphtest.Cluster) {
	c.Empty()
	p, o := through(t, c)
	s := create(t, o)
	defer closed(t, s)
	if _, err := s.Write(context.Background(), graphtest.World()); err != nil {
		t.Fatal(err)
	}
	before := contents(t, s)

	p.Stall(true)
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	begun := time.Now()
	if w, err := s.Write(ctx, batches(1)[0]); !errors.Is(err, context.DeadlineExceeded) || w.Seq != 0 {
		t.Errorf("Write: %+v, %v; want context.DeadlineExceeded", w, err)
	}
	if _, err := graph.All(s.Events(ctx, graph.EventFilter{})); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Events: %v, want context.DeadlineExceeded", err)
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it took %v to give up", took)
	}
	p.Stall(false)
	sameContents(t, contents(t, s), before)
	if w, err := s.Write(context.Background(), batches(1)[0]); err != nil || w.Seq != 2 {
		t.Errorf("the next Write: %+v, %v; want number 2", w, err)
	}
}

// A request that takes too long is asked again, with the same result.
func testSlowServer(t *testing.T, c *dgraphtest.Cluster) {
	c.Empty()
	p, o := through(t, c)
	s := create(t, o)
	closed(t, s)
	o.Timeout = 300 * time.Millisecond
	s = create(t, o)
	defer closed(t, s)
	p.Stall(true)
	time.AfterFunc(time.Second, func() { p.Stall(false) })
	if w, err := s.Write(context.Background(), graphtest.World()); err != nil || w.Seq != 1 || w.Events != 5 {
		t.Errorf("Write: %+v, %v; want batch 1 with five events", w, err)
	}
}

// A Write whose context ends while its commit is on the way says truly whether
// it wrote: it finds out, if the server comes back soon enough.
func testCancelledCommit(t *testing.T, c *dgraphtest.Cluster) {
	p, o := through(t, c)
	work := batches(2)
	c.Empty()
	s := create(t, o)
	if _, err := s.Write(context.Background(), work[0]); err != nil {
		t.Fatal(err)
	}
	before := p.Carried()
	if _, err := s.Write(context.Background(), work[1]); err != nil {
		t.Fatal(err)
	}
	bytes := p.Carried() - before
	closed(t, s)

	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	wrote := 0
	const rounds = 12
	for range rounds {
		c.Empty()
		s := create(t, o)
		if _, err := s.Write(context.Background(), work[0]); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		// Most of the bytes are the commit's request; a few are its answer.
		p.CutAfter(bytes-random.Int64N(bytes/2), func() {
			p.Stall(true)
			cancel()
			time.AfterFunc(200*time.Millisecond, func() { p.Stall(false) })
		})
		w, err := s.Write(ctx, work[1])
		cancel()
		p.CutAfter(1<<50, nil)
		head, headErr := s.Head(context.Background())
		if headErr != nil {
			t.Fatal(headErr)
		}
		switch {
		case err == nil && w.Seq == 2 && head == 2:
			wrote++
		case errors.Is(err, context.Canceled) && w.Seq == 0 && head == 1:
		default:
			t.Errorf("Write: %+v, %v; the store's head is %d", w, err, head)
		}
		closed(t, s)
	}
	t.Logf("%d of %d were written", wrote, rounds)
}

// An id or a text that would end a string, a query or a line is found again,
// and asks nothing of its own.
func testHostileNames(t *testing.T, c *dgraphtest.Cluster) {
	c.Empty()
	s := create(t, options(c))
	defer closed(t, s)
	ctx := context.Background()
	var b graph.Batch
	for _, name := range []string{`") { uid } }`, `"]) { uid } } #`, `$v0`, `\`, "a\nb", "_STAR_ALL", "_:n0", "uid(v)", "val(x)", "0x1", `<x> * * .`, "\x00"} {
		b.Actors = append(b.Actors, schema.Actor{ID: schema.MakeActorID(name), Name: name, Kind: schema.Person, Aliases: []string{name}})
		b.Reports = append(b.Reports, schema.Report{ID: schema.ReportID("report:" + name), Name: name, URL: name, Item: name, Hash: "0"})
	}
	if w, err := s.Write(ctx, &b); err != nil || w.Actors != len(b.Actors) {
		t.Fatalf("Write: %+v, %v", w, err)
	}
	for i, a := range b.Actors {
		got := list(t, s.Actors(ctx, graph.ActorFilter{IDs: []schema.ActorID{a.ID}}))
		if len(got) != 1 || !reflect.DeepEqual(got[0], a) {
			t.Errorf("actor %q: got %+v", a.Name, got)
		}
		r := b.Reports[i]
		for _, f := range []graph.ReportFilter{{IDs: []schema.ReportID{r.ID}}, {Items: []string{r.Item}}, {URLs: []string{r.URL}}} {
			if got := list(t, s.Reports(ctx, f)); len(got) != 1 || !reflect.DeepEqual(got[0], r) {
				t.Errorf("report by %+v: got %+v", f, got)
			}
		}
	}
	if w, err := s.Write(ctx, &b); err != nil || w.Seq != 0 {
		t.Errorf("again: %+v, %v; want nothing new", w, err)
	}
}
