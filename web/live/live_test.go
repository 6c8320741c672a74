package live_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"faultline/graph"
	"faultline/graph/mem"
	"faultline/queries"
	"faultline/queries/series"
	"faultline/schema"
	"faultline/web/live"
)

// clock is moved by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) wait(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func TestStates(t *testing.T) {
	store := mem.New()
	s, err := series.Open("")
	if err != nil {
		t.Fatal(err)
	}
	write := func(n int) {
		t.Helper()
		e := schema.Event{Name: "e", Type: schema.Assault, Day: schema.Day(n), Precision: schema.PrecisionDay, Status: schema.Asserted, Initiators: []schema.ActorID{"actor:a"}}
		e.ID = graph.EventID(e)
		p := schema.Report{ID: graph.ReportID("test", fmt.Sprint(n)), Name: "r", Hash: "h"}
		b := graph.Batch{Events: []schema.Event{e}, Reports: []schema.Report{p}, Claims: []schema.Claim{{
			ID: graph.ClaimID(p.ID, e.ID, ""), Name: "o", Event: e.ID, Report: p.ID, Status: schema.Asserted, Coder: "test", Recorded: time.Unix(1, 0),
		}}}
		w, err := store.Write(t.Context(), &b)
		if err == nil {
			err = s.Follow(t.Context(), store, &b, w)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	write(1)
	c := &clock{at: time.Unix(1000, 0)}
	g := live.New(live.Options{
		Store: store, Series: s, Now: c.now, Every: 5 * time.Second, Record: func(v *series.View) *queries.Record { return queries.NewRecord(v, nil) },
	})
	first := g.Now()
	if first.Seq != 1 || first.View.Len() != 1 || first.Record == nil {
		t.Fatalf("the first state: %+v", first)
	}
	write(2)
	if g.Now() != first {
		t.Error("a new state at once")
	}
	if f := g.Fresh(); f.Seq != 2 || g.Now() != f || g.Fresh() != f {
		t.Errorf("the fresh state is that of batch %d", f.Seq)
	}
	write(3)
	c.wait(6 * time.Second)
	if old := g.Now(); old.Seq != 2 { // this asks for the next one
		t.Errorf("the reader who finds the state old waits for batch %d", old.Seq)
	}
	if f := g.Fresh(); f.Seq != 3 || f.View.Len() != 3 { // waits for it
		t.Errorf("then the state is that of batch %d", f.Seq)
	}
}
