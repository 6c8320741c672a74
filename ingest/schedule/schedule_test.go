package schedule

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"faultline/graph"
	"faultline/graph/mem"
	"faultline/ingest"
	"faultline/ingest/gazetteer"
	"faultline/ingest/report"
	"faultline/ingest/resolve"
	"faultline/schema"
)

// counting is a source of numbered rows: each poll brings so many more than
// the cursor says.
type counting struct {
	name string
	each int

	mu     sync.Mutex
	polls  []time.Time
	before func(ctx context.Context, n int) error // of the n-th poll, from 1; may be nil
	after  func(n int, p *Polled) error
}

func (c *counting) Poll(ctx context.Context, cursor json.RawMessage, sink report.Sink) (Polled, error) {
	c.mu.Lock()
	c.polls = append(c.polls, time.Now())
	n := len(c.polls)
	c.mu.Unlock()
	at := 0
	if cursor != nil {
		if err := json.Unmarshal(cursor, &at); err != nil {
			return Polled{}, err
		}
	}
	if c.before != nil {
		if err := c.before(ctx, n); err != nil {
			return Polled{}, err
		}
	}
	for range c.each {
		if err := sink.Report(row(c.name, at)); err != nil {
			return Polled{}, err
		}
		at++
	}
	b, err := json.Marshal(at)
	p := Polled{Cursor: b}
	if err == nil && c.after != nil {
		err = c.after(n, &p)
	}
	return p, err
}

func (c *counting) times() []time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.polls)
}

// row is a coded row; its actors change so that there are several events.
func row(source string, i int) report.Report {
	day := schema.MakeDay(2024, time.March, 1) + schema.Day(i/3)
	return report.Report{
		Source: source, Key: fmt.Sprint(i), Published: day.Time(), Publisher: "Harbour Post",
		Coded: []report.Row{{Initiator: "Israel", Recipient: []string{"Iran", "Syria", "Lebanon"}[i%3], Code: "190", Day: day}},
	}
}

// world is a scheduler with what it works on. It is made inside of a
// synctest bubble, so that its clock is the bubble's.
type world struct {
	t       *testing.T
	store   ingest.Store
	records *Folder
	log     strings.Builder
	mu      sync.Mutex
	runs    []Run
	opts    Options
}

// newResolver reads the gazetteer once for all tests.
var newResolver = sync.OnceValues(func() (*resolve.Resolver, error) {
	actors, err := gazetteer.Load()
	if err != nil {
		return nil, err
	}
	return resolve.New(actors), nil
})

func newWorld(t *testing.T) *world {
	t.Helper()
	resolver, err := newResolver()
	if err != nil {
		t.Fatal(err)
	}
	records, err := OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, store: mem.New(), records: records}
	w.opts = Options{
		Store: w.store, Records: records, Parallel: 2, Retry: DefaultRetry,
		Job:    ingest.Job{Resolver: resolver, CoderID: "none", Version: "v", Now: time.Now, Workers: 1},
		Random: func() float64 { return 0 },
		Log:    slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Ran: func(r Run) {
			w.mu.Lock()
			w.runs = append(w.runs, r)
			w.mu.Unlock()
		},
	}
	return w
}

func (w *world) scheduler(entries ...Entry) *Scheduler {
	w.t.Helper()
	s, err := New(w.t.Context(), w.opts, entries)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// live runs a scheduler over the entries for so long.
func (w *world) live(d time.Duration, entries ...Entry) *Scheduler {
	w.t.Helper()
	s := w.scheduler(entries...)
	ctx, cancel := context.WithTimeout(w.t.Context(), d)
	defer cancel()
	if err := s.Run(ctx); err != nil {
		w.t.Fatal(err)
	}
	return s
}

func (w *world) claims() int {
	w.t.Helper()
	all, err := graph.All(w.store.Claims(w.t.Context(), graph.ClaimFilter{}))
	if err != nil {
		w.t.Fatal(err)
	}
	return len(all)
}

func (w *world) loads() []schema.Load {
	w.t.Helper()
	all, err := graph.All(w.store.Loads(w.t.Context(), graph.LoadFilter{}))
	if err != nil {
		w.t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b schema.Load) int { return a.Started.Compare(b.Started) })
	return all
}

func every(t *testing.T, d time.Duration) When {
	t.Helper()
	w, err := Every(d)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// minutes are times as minutes since start.
func minutes(start time.Time, times []time.Time) []float64 {
	var list []float64
	for _, t := range times {
		list = append(list, t.Sub(start).Minutes())
	}
	return list
}

func wantTimes(t *testing.T, got []float64, want ...float64) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("polls at minutes %v, want %v", got, want)
	}
}

func TestPollsAtItsTimesAndLoadsWhatIsNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		start := time.Now()
		a := &counting{name: "a", each: 4}
		empty := &counting{name: "b"}
		w.live(61*time.Minute, Entry{Name: "a", Source: a, When: every(t, 20*time.Minute)},
			Entry{Name: "b", Source: empty, When: every(t, 30*time.Minute)})
		wantTimes(t, minutes(start, a.times()), 0, 20, 40, 60)
		wantTimes(t, minutes(start, empty.times()), 0, 30, 60)
		if n := w.claims(); n != 16 {
			t.Errorf("%d claims, want 16", n)
		}
		loads := w.loads()
		if len(loads) != 4 { // none of b, which brought nothing
			t.Fatalf("%d loads, want 4", len(loads))
		}
		for _, l := range loads {
			if l.Source != "a" || l.Outcome != schema.Complete || l.Counts.Claims != 4 {
				t.Errorf("%+v", l)
			}
		}
		r, err := w.records.Load("a")
		if err != nil || string(r.Cursor) != "16" || r.Loading != "" || r.Failures != 0 {
			t.Errorf("record %+v, %v", r, err)
		}
	})
}

func TestOneThatHangsAndOneThatFailsStopNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		start := time.Now()
		good := &counting{name: "good", each: 1}
		hangs := &counting{name: "hangs", before: func(ctx context.Context, _ int) error {
			<-ctx.Done()
			return ctx.Err()
		}}
		fails := &counting{name: "fails", each: 1, after: func(int, *Polled) error { return errors.New("500 of the server") }}
		quarter := every(t, 15*time.Minute)
		s := w.live(239*time.Minute,
			Entry{Name: "fails", Source: fails, When: quarter},
			Entry{Name: "good", Source: good, When: quarter},
			Entry{Name: "hangs", Source: hangs, When: quarter, Stall: 3 * time.Minute})
		if n := len(good.times()); n != 16 {
			t.Errorf("the good source was polled %d times, want 16", n)
		}
		// Delays of 1, 2, 4, 8 minutes, then the circuit opens: 1 h, 2 h.
		wantTimes(t, minutes(start, fails.times()), 0, 1, 3, 7, 15, 75, 195)
		wantTimes(t, minutes(start, hangs.times()), 0, 4, 9, 16, 27, 90, 213)
		for _, st := range s.Status() {
			if bad := st.Name != "good"; st.Open != bad || (st.Error != "") != bad {
				t.Errorf("%+v", st)
			}
		}
		r, err := w.records.Load("hangs")
		if err != nil || !strings.Contains(r.Error, ErrStalled.Error()) {
			t.Errorf("record %+v, %v", r, err)
		}
		// What a source brings before it fails counts, and is not read again.
		if r, _ := w.records.Load("fails"); string(r.Cursor) != "7" {
			t.Errorf("record %+v", r)
		}
		for _, l := range w.loads() {
			if l.Source == "fails" && (l.Outcome != schema.Partial || !slices.Contains(l.Skipped, "source failed (500 of the server): 1")) {
				t.Errorf("%+v", l)
			}
		}
	})
}

func TestSourceRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		start := time.Now()
		a := &counting{name: "a", each: 1, before: func(_ context.Context, n int) error {
			if n >= 2 && n < 8 {
				return errors.New("down")
			}
			return nil
		}}
		s := w.live(8*time.Hour, Entry{Name: "a", Source: a, When: every(t, 2*time.Hour)})
		// Polled at 0, fails at 120, 121, 123, 127, 135, 195, and is well at 315.
		wantTimes(t, minutes(start, a.times()), 0, 120, 121, 123, 127, 135, 195, 315, 435)
		if st := s.Status()[0]; st.Open || st.Failures != 0 || st.Error != "" {
			t.Errorf("%+v", st)
		}
	})
}

func TestServerThatAsksToWaitIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		start := time.Now()
		a := &counting{name: "a", after: func(n int, p *Polled) error {
			switch n {
			case 1:
				p.NotBefore = start.Add(47 * time.Minute)
			case 2:
				p.NotBefore = start.Add(90 * time.Minute)
				return errors.New("429")
			}
			return nil
		}}
		w.live(119*time.Minute, Entry{Name: "a", Source: a, When: every(t, 10*time.Minute)})
		wantTimes(t, minutes(start, a.times()), 0, 47, 90, 100, 110)
	})
}

func TestNeverBesideItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		start := time.Now()
		inside, most := 0, 0
		a := &counting{name: "a"}
		a.before = func(context.Context, int) error {
			inside++
			most = max(most, inside)
			time.Sleep(25 * time.Minute)
			inside--
			return nil
		}
		w.live(2*time.Hour, Entry{Name: "a", Source: a, When: every(t, 10*time.Minute), Stall: time.Hour})
		wantTimes(t, minutes(start, a.times()), 0, 25, 50, 75, 100)
		if most != 1 {
			t.Errorf("%d polls beside each other", most)
		}
	})
}

func TestSoManyBesideEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.opts.Parallel = 3
		var mu sync.Mutex
		inside, most, polls := 0, 0, 0
		var entries []Entry
		for i := range 10 {
			c := &counting{name: fmt.Sprint(i)}
			c.before = func(context.Context, int) error {
				mu.Lock()
				inside++
				polls++
				most = max(most, inside)
				mu.Unlock()
				time.Sleep(time.Minute)
				mu.Lock()
				inside--
				mu.Unlock()
				return nil
			}
			entries = append(entries, Entry{Name: c.name, Source: c, When: every(t, time.Hour)})
		}
		w.live(30*time.Minute, entries...)
		if most != 3 || polls != 10 {
			t.Errorf("%d polls, at most %d beside each other; want 10, 3", polls, most)
		}
	})
}

func TestJitterSpreads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		start := time.Now()
		u := 0.0
		w.opts.Random = func() float64 { u += 0.25; return u - float64(int(u)) }
		a := &counting{name: "a"}
		w.live(50*time.Minute, Entry{Name: "a", Source: a, When: every(t, 20*time.Minute), Jitter: 4 * time.Minute})
		wantTimes(t, minutes(start, a.times()), 1, 23, 46)
	})
}

func TestMoreIsPolledAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		start := time.Now()
		a := &counting{name: "a", each: 2, after: func(n int, p *Polled) error { p.More = n < 4; return nil }}
		w.live(30*time.Minute, Entry{Name: "a", Source: a, When: every(t, time.Hour)})
		wantTimes(t, minutes(start, a.times()), 0, 0, 0, 0)
		if n := w.claims(); n != 8 {
			t.Errorf("%d claims, want 8", n)
		}
	})
}

func TestDowntimeIsMadeUpForOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		a := &counting{name: "a", each: 1}
		e := Entry{Name: "a", Source: a, When: every(t, 15*time.Minute)}
		w.live(time.Minute, e)
		time.Sleep(30 * time.Hour)
		start := time.Now()
		w.live(16*time.Minute, e)
		wantTimes(t, minutes(start, a.times()[1:]), 0, 15)

		// A restart in between changes nothing.
		start = time.Now()
		w.live(15*time.Minute, e)
		wantTimes(t, minutes(start, a.times()[3:]), 14)
	})
}

// brokenStore refuses writes while broken is set.
type brokenStore struct {
	*mem.Store
	broken bool
}

func (s *brokenStore) Write(ctx context.Context, b *graph.Batch) (graph.Written, error) {
	if s.broken {
		return graph.Written{}, errors.New("disk is full")
	}
	return s.Store.Write(ctx, b)
}

func TestCursorMovesOnlyAfterTheWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		store := &brokenStore{Store: mem.New(), broken: true}
		w.store, w.opts.Store = store, store
		a := &counting{name: "a", each: 5}
		e := Entry{Name: "a", Source: a, When: every(t, time.Hour)}
		w.live(30*time.Second, e)
		if r, err := w.records.Load("a"); err != nil || r.Cursor != nil || r.Failures != 1 || !strings.Contains(r.Error, "disk is full") {
			t.Fatalf("record %+v, %v", r, err)
		}
		store.broken = false
		w.live(10*time.Minute, e)
		if r, err := w.records.Load("a"); err != nil || string(r.Cursor) != "5" || r.Failures != 0 || w.claims() != 5 {
			t.Fatalf("record %+v, %v, %d claims", r, err, w.claims())
		}
	})
}

func TestStopWritesWhatWasHandedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		ctx, stop := context.WithCancel(t.Context())
		a := stopping{stop}
		s := w.scheduler(Entry{Name: "a", Source: a, When: every(t, time.Hour)})
		if err := s.Run(ctx); err != nil {
			t.Fatal(err)
		}
		if n := w.claims(); n != 7 {
			t.Errorf("%d claims, want 7", n)
		}
		r, err := w.records.Load("a")
		if err != nil || string(r.Cursor) != "7" || r.Failures != 0 || r.Loading != "" || !r.Started.IsZero() {
			t.Errorf("record %+v, %v", r, err)
		}
		if l := w.loads(); len(l) != 1 || l[0].Outcome != schema.Partial || !slices.Contains(l[0].Skipped, ReasonStopped+": 1") {
			t.Errorf("loads %+v", l)
		}
	})
}

// stopping hands over some rows and waits for the stop that it causes.
type stopping struct{ stop func() }

func (s stopping) Poll(ctx context.Context, _ json.RawMessage, sink report.Sink) (Polled, error) {
	for i := range 7 {
		if err := sink.Report(row("a", i)); err != nil {
			return Polled{}, err
		}
	}
	s.stop()
	<-ctx.Done()
	return Polled{Cursor: json.RawMessage("7")}, ctx.Err()
}

func TestPanicOfASourceIsItsFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		a := &counting{name: "a", each: 1, before: func(_ context.Context, n int) error {
			if n == 1 {
				panic("index out of range")
			}
			return nil
		}}
		w.live(5*time.Minute, Entry{Name: "a", Source: a, When: every(t, time.Hour)})
		if n := w.claims(); n != 1 || w.runs[0].Err == nil || !strings.Contains(w.runs[0].Err.Error(), "panic") {
			t.Errorf("%d claims, first run %+v", n, w.runs[0])
		}
	})
}

// TestKilledLoadIsClosed leaves a record as a killed process does: a load has
// begun and not ended.
func TestKilledLoadIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		killed := schema.Load{ID: graph.LoadID("a", "killed"), Name: "a", Source: "a", Started: time.Now(), Version: "v", Outcome: schema.Running}
		if _, err := w.store.Write(t.Context(), &graph.Batch{Loads: []schema.Load{killed}}); err != nil {
			t.Fatal(err)
		}
		for name, loading := range map[string]schema.LoadID{"a": killed.ID, "b": graph.LoadID("b", "nothing written")} {
			if err := w.records.Save(name, Record{Loading: loading, Cursor: json.RawMessage("3")}); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Hour)
		w.live(time.Minute, Entry{Name: "a", Source: &counting{name: "a", each: 1}, When: every(t, time.Hour)},
			Entry{Name: "b", Source: &counting{name: "b"}, When: every(t, time.Hour)})
		loads := w.loads()
		if len(loads) != 2 || loads[0].Outcome != schema.Stopped || !loads[0].Finished.Equal(killed.Started.Add(time.Hour)) || loads[1].Outcome != schema.Complete {
			t.Errorf("%+v", loads)
		}
		if r, _ := w.records.Load("a"); string(r.Cursor) != "4" || r.Loading != "" {
			t.Errorf("record %+v", r)
		}
	})
}

func TestReplace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		start := time.Now()
		slow := func(context.Context, int) error { time.Sleep(10 * time.Minute); return nil }
		gone := &counting{name: "gone", each: 1, before: slow}
		kept := &counting{name: "kept", each: 1, before: slow}
		other := &counting{name: "moved", each: 1}
		s := w.scheduler(Entry{Name: "gone", Source: gone, When: every(t, 20*time.Minute)},
			Entry{Name: "kept", Source: kept, When: every(t, 20*time.Minute)},
			Entry{Name: "moved", Of: "here", Source: &counting{name: "moved", each: 3}, When: every(t, time.Hour)})
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		go func() {
			time.Sleep(25 * time.Minute) // gone and kept are in their second run
			fresh := &counting{name: "fresh"}
			if err := s.Replace(ctx, []Entry{{Name: "kept", Source: kept, When: every(t, 5*time.Minute)},
				{Name: "fresh", Source: fresh, When: every(t, time.Hour)},
				{Name: "moved", Of: "there", Source: other, When: every(t, 10*time.Minute)}}); err != nil {
				t.Error(err)
			}
		}()
		if err := s.Run(ctx); err != nil {
			t.Fatal(err)
		}
		wantTimes(t, minutes(start, gone.times()), 0, 20)
		wantTimes(t, minutes(start, kept.times()), 0, 20, 30, 40, 50)
		if r, _ := w.records.Load("moved"); string(r.Cursor) != fmt.Sprint(len(other.times())) || r.Of != "there" {
			t.Errorf("the cursor of a source that moved: %+v", r)
		}
		var names []string
		for _, st := range s.Status() {
			names = append(names, st.Name)
		}
		if !slices.Equal(names, []string{"fresh", "kept", "moved"}) {
			t.Errorf("sources %q", names)
		}
		if err := s.Replace(t.Context(), []Entry{{Name: "x"}, {Name: "x"}}); err == nil {
			t.Error("two sources of one name were taken")
		}
	})
}

func TestReplaceTriesWhatFailedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		start := time.Now()
		down := &counting{name: "down", before: func(context.Context, int) error { return errors.New("down") }}
		busy := &counting{name: "busy", after: func(_ int, p *Polled) error {
			p.NotBefore = start.Add(10 * time.Hour)
			return errors.New("busy")
		}}
		entries := []Entry{{Name: "down", Source: down, When: every(t, 24*time.Hour)}, {Name: "busy", Source: busy, When: every(t, 24*time.Hour)}}
		s := w.scheduler(entries...)
		ctx, cancel := context.WithTimeout(t.Context(), 45*time.Minute)
		defer cancel()
		go func() {
			time.Sleep(40 * time.Minute)
			if err := s.Replace(ctx, entries); err != nil {
				t.Error(err)
			}
		}()
		if err := s.Run(ctx); err != nil {
			t.Fatal(err)
		}
		wantTimes(t, minutes(start, down.times()), 0, 1, 3, 7, 15, 40)
		wantTimes(t, minutes(start, busy.times()), 0) // at its server's wish
	})
}

func TestOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		a := &counting{name: "a", each: 2, after: func(n int, p *Polled) error { p.More = n%3 != 0; return nil }}
		bad := &counting{name: "bad", before: func(context.Context, int) error { return errors.New("down") }}
		entries := []Entry{{Name: "a", Source: a, When: every(t, time.Hour)}, {Name: "bad", Source: bad, When: every(t, time.Hour)}}
		resting, err := w.scheduler(entries...).Once(t.Context())
		if err != nil || len(resting) != 0 || w.claims() != 6 || len(bad.times()) != 1 {
			t.Fatalf("%v, %v, %d claims", resting, err, w.claims())
		}
		// Right after it: a is polled whatever its times, bad rests.
		resting, err = w.scheduler(entries...).Once(t.Context())
		if err != nil || len(resting) != 1 || resting[0].Name != "bad" || w.claims() != 12 || len(bad.times()) != 1 {
			t.Fatalf("%v, %v, %d claims", resting, err, w.claims())
		}
		if _, err = w.scheduler(entries...).Once(t.Context(), "bad"); err != nil || len(bad.times()) != 2 || len(a.times()) != 6 {
			t.Fatalf("%v: bad %v", err, bad.times())
		}
		if _, err = w.scheduler(entries...).Once(t.Context(), "nobody"); err == nil || !strings.Contains(err.Error(), "nobody") {
			t.Fatal(err)
		}
	})
}

func TestWithdrawnItemsAreClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		versioned := sourceFunc(func(_ context.Context, cursor json.RawMessage, sink report.Sink) (Polled, error) {
			if cursor != nil {
				return Polled{Cursor: cursor, Withdrawn: []string{"a 1", "a unheard"}}, nil
			}
			for i := range 3 {
				r := row("a", i)
				r.Version = "1"
				if err := sink.Report(r); err != nil {
					return Polled{}, err
				}
			}
			return Polled{Cursor: json.RawMessage("1")}, nil
		})
		w.live(90*time.Minute, Entry{Name: "a", Source: versioned, When: every(t, time.Hour)})
		if len(w.runs) != 2 || w.runs[1].Err != nil || w.runs[1].Withdrawn.Claims != 1 || w.runs[1].Withdrawn.Vanished != 1 {
			t.Fatalf("%+v", w.runs)
		}
		closed := 0
		for c, err := range w.store.Claims(t.Context(), graph.ClaimFilter{}) {
			if err != nil {
				t.Fatal(err)
			}
			if !c.Retracted.IsZero() {
				closed++
			}
		}
		if closed != 1 {
			t.Errorf("%d claims are closed, want 1", closed)
		}
	})
}

type sourceFunc func(context.Context, json.RawMessage, report.Sink) (Polled, error)

func (f sourceFunc) Poll(ctx context.Context, cursor json.RawMessage, sink report.Sink) (Polled, error) {
	return f(ctx, cursor, sink)
}
