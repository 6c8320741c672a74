package series_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"faultline/graph"
	"faultline/graph/mem"
	"faultline/queries/series"
	"faultline/schema"
)

// batch makes n claims of events between two actors, numbered from i on.
func batch(i, n int) *graph.Batch {
	b := &graph.Batch{
		Actors: []schema.Actor{
			{ID: "actor:north", Name: "North", Kind: schema.State, Country: "NOR", Aliases: []string{fmt.Sprintf("Alias %d", i)}},
			{ID: "actor:south", Name: "South", Kind: schema.State, PartOf: []schema.ActorID{"actor:world"}},
		},
		Places: []schema.Place{{ID: "place:river", Name: "River"}},
	}
	for ; n > 0; n-- {
		e := schema.Event{Name: "event", Type: schema.Assault, Day: schema.Day(19000 + i), Precision: schema.PrecisionMonth,
			Initiators: []schema.ActorID{"actor:north"}, Recipients: []schema.ActorID{"actor:south"},
			Status: schema.Asserted, At: []schema.PlaceID{"place:river"}}
		e.ID = graph.EventID(e)
		r := schema.Report{ID: graph.ReportID("test", fmt.Sprint(i)), Name: "report"}
		c := schema.Claim{ID: graph.ClaimID(r.ID, e.ID, ""), Name: fmt.Sprintf("outlet %d", i%3), Event: e.ID, Report: r.ID,
			Status: schema.Asserted, Code: "190", Recorded: time.Date(2025, 1, 1, 0, 0, i, 123456789, time.UTC)}
		b.Events, b.Reports, b.Claims = append(b.Events, e), append(b.Reports, r), append(b.Claims, c)
		i++
	}
	return b
}

func open(t testing.TB, path string) *series.Series {
	t.Helper()
	s, err := series.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func write(t testing.TB, store graph.Store, s *series.Series, b *graph.Batch) {
	t.Helper()
	w, err := store.Write(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	if s != nil {
		if err := s.Follow(t.Context(), store, b, w); err != nil {
			t.Fatal(err)
		}
	}
}

func agrees(t testing.TB, s *series.Series, store graph.Store) {
	t.Helper()
	d, err := s.Verify(t.Context(), store)
	if err != nil || !d.None() {
		t.Errorf("series and store differ: %+v %v", d, err)
	}
	head, err := store.Head(t.Context())
	if err != nil || s.Head() != head {
		t.Errorf("series at %d, store at %d, %v", s.Head(), head, err)
	}
}

// describe writes a view out without its numbers for actors and outlets,
// which depend on the order of writing.
func describe(v *series.View) []string {
	actors := func(numbers []uint32) (names []schema.ActorID) {
		for _, n := range numbers {
			names = append(names, v.Actor(n).ID)
		}
		return names
	}
	var list []string
	for i := range v.Len() {
		var outlets []string
		for _, w := range v.Outlets(i, time.Time{}) {
			outlets = append(outlets, v.Word(w))
		}
		slices.Sort(outlets)
		list = append(list, fmt.Sprint(v.ID(i), v.Day(i), v.Precision(i), v.Type(i), v.Code(i), v.Quad(i), v.Intensity(i),
			actors(v.Initiators(i)), actors(v.Recipients(i)), v.Standing(i, time.Time{}), v.Places(i), v.ClaimIDs(i), outlets))
	}
	var cast []string
	for n := range uint32(v.Actors()) {
		cast = append(cast, fmt.Sprint(v.Actor(n), v.EventsOf(n)))
	}
	slices.Sort(cast)
	return append(list, cast...)
}

func TestFollowAndReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "series")
	store, s := mem.New(), open(t, path)
	for i := range 5 {
		write(t, store, s, batch(10*i, 10))
	}
	agrees(t, s, store)
	want := describe(s.View())
	v := s.View()
	if v.Len() != 50 || v.Claims() != 50 {
		t.Fatalf("%d events, %d claims; want 50 of each", v.Len(), v.Claims())
	}
	n, ok := v.Number("actor:north")
	if a := v.Actor(n); !ok || len(a.Aliases) != 5 || a.Country != "NOR" || len(v.EventsOf(n)) != 50 {
		t.Errorf("north: %+v, %d events", a, len(v.EventsOf(n)))
	}
	if n, ok := v.Number("actor:world"); !ok || v.Actor(n).Name != "world" {
		t.Errorf("an actor that is only referred to is missing")
	}
	if i, ok := v.Find(v.ID(7)); !ok || i != 7 || v.Day(7) != 19007 || v.Code(7) != "190" || v.Intensity(7) != -10 {
		t.Errorf("event 7: %d %v %s %s %v", i, ok, v.Day(7), v.Code(7), v.Intensity(7))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	again := open(t, path)
	defer again.Close()
	if again.Dropped() != 0 || again.Head() != 5 || !slices.Equal(describe(again.View()), want) {
		t.Errorf("reopened series differs: %d bytes dropped, head %d", again.Dropped(), again.Head())
	}
	// Writing the same again changes nothing, in the file neither.
	size := again.Size()
	write(t, store, again, batch(0, 10))
	if err := again.CatchUp(t.Context(), store, nil); err != nil || again.Size() != size {
		t.Errorf("size %d after %d, %v", again.Size(), size, err)
	}
}

// Wherever the file is cut off or a byte is damaged, it opens with whole
// blocks from its beginning, and catching up makes it complete.
func TestTornAndDamaged(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "series")
	store, s := mem.New(), open(t, path)
	for i := range 3 {
		write(t, store, s, batch(2*i, 2))
	}
	want := describe(s.View())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	check := func(name string, file []byte) {
		t.Helper()
		if err := os.WriteFile(path, file, 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := series.Open(path)
		if errors.Is(err, graph.ErrForeign) && string(file[:4]) != "flsr" {
			return // the first four bytes are all that tells whose it is
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		whole := s.Head() == 3 // so that nothing more is written
		if v := s.View(); uint64(v.Claims()) != 2*s.Head() {
			t.Fatalf("%s: %d claims at head %d", name, v.Claims(), s.Head())
		}
		if err := s.CatchUp(context.Background(), store, nil); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := describe(s.View()); !slices.Equal(got, want) {
			t.Fatalf("%s: not as before:\n%q\n%q", name, got, want)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if now := open(t, path); now.Dropped() != 0 && !whole || now.Head() != 3 {
			t.Fatalf("%s: after catching up, %d bytes dropped, head %d", name, now.Dropped(), now.Head())
		}
	}
	for n := 0; n < len(good); n += 3 {
		check(fmt.Sprintf("cut at %d", n), good[:n])
	}
	for n := 0; n < len(good); n += 5 {
		bad := slices.Clone(good)
		bad[n] ^= 0x41
		check(fmt.Sprintf("damaged at %d", n), bad)
	}
	for n := range 28 {
		bad := slices.Clone(good)
		bad[n] ^= 0x41
		check(fmt.Sprintf("header damaged at %d", n), bad)
	}
	check("zeros at the end", append(slices.Clone(good), make([]byte, 4096)...))
	check("only zeros", make([]byte, 4096))
	check("a block twice", append(slices.Clone(good), good...))
}

func TestForeign(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(path, []byte("dear diary"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := series.Open(path); !errors.Is(err, graph.ErrForeign) {
		t.Errorf("got %v, want ErrForeign", err)
	}
	if b, _ := os.ReadFile(path); string(b) != "dear diary" {
		t.Errorf("the file was touched: %q", b)
	}
}

func TestAppendInOrder(t *testing.T) {
	s := open(t, "")
	for _, test := range []struct {
		seq    uint64
		behind bool
	}{{2, true}, {1, false}, {1, true}, {2, false}, {4, true}} {
		if err := s.Append(test.seq, series.Rows{}); errors.Is(err, series.ErrBehind) != test.behind || err != nil && !test.behind {
			t.Errorf("append %d at %d: %v", test.seq, s.Head(), err)
		}
	}
}

func TestAppendRefuses(t *testing.T) {
	good := series.Row{Claim: "claim:00000000-0000-5000-8000-000000000001", Event: "event:00000000-0000-5000-8000-000000000002",
		Type: schema.Aid, Precision: schema.PrecisionDay, Status: schema.Asserted, Initiators: []schema.ActorID{"actor:new"}}
	for name, spoil := range map[string]func(*series.Row){
		"claim without a UUID": func(r *series.Row) { r.Claim = "claim:7" },
		"event without a UUID": func(r *series.Row) { r.Event = "event:7" },
		"long code":            func(r *series.Row) { r.Code = "19000" },
		"unknown type":         func(r *series.Row) { r.Type = "DANCE" },
		"unknown status":       func(r *series.Row) { r.Status = "sung" },
		"unknown precision":    func(r *series.Row) { r.Precision = "second" },
	} {
		s, bad := open(t, ""), good
		spoil(&bad)
		if err := s.Append(1, series.Rows{Claims: []series.Row{good, bad}}); err == nil {
			t.Errorf("%s: accepted", name)
		}
		if v := s.View(); s.Head() != 0 || v.Claims() != 0 || v.Actors() != 0 {
			t.Errorf("%s: left a trace", name)
		}
		if err := s.Append(1, series.Rows{Claims: []series.Row{good}}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// All event types, statuses and precisions of the schema have a place in
// the file.
func TestVocabularyIsCovered(t *testing.T) {
	s := open(t, "")
	seq := uint64(0)
	for _, typ := range schema.EventTypes() {
		for _, status := range []schema.Status{schema.Asserted, schema.Denied, schema.Planned, schema.Demanded, schema.Hypothetical} {
			for _, p := range []schema.Precision{schema.PrecisionDay, schema.PrecisionWeek, schema.PrecisionMonth, schema.PrecisionYear, schema.PrecisionUnknown} {
				seq++
				row := series.Row{Type: typ, Status: status, Precision: p, Day: schema.Day(seq), Recorded: time.Unix(1, 0)}
				row.Event = graph.EventID(schema.Event{Type: typ, Day: row.Day})
				row.Claim = graph.ClaimID("report:1", row.Event, "")
				if err := s.Append(seq, series.Rows{Claims: []series.Row{row}}); err != nil {
					t.Fatal(err)
				}
				v := s.View()
				i, _ := v.Find(row.Event)
				if v.Type(i) != typ || v.Precision(i) != p || v.Standing(i, time.Time{}).Status != status {
					t.Errorf("%s %s %s reads back as %s %s %+v", typ, status, p, v.Type(i), v.Precision(i), v.Standing(i, time.Time{}))
				}
			}
		}
	}
}

func TestCatchUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "series")
	store := mem.New()
	for i := range 3 {
		write(t, store, nil, batch(3000*i, 3000))
	}
	s := open(t, path)
	var told []int
	if err := s.CatchUp(t.Context(), store, func(n int) { told = append(told, n) }); err != nil {
		t.Fatal(err)
	}
	if want := []int{4096, 8192, 9000}; !slices.Equal(told, want) {
		t.Errorf("progress %v, want %v", told, want)
	}
	agrees(t, s, store)

	// Behind by a batch, of which half is there already.
	write(t, store, nil, batch(8990, 20))
	if err := s.CatchUp(t.Context(), store, nil); err != nil {
		t.Fatal(err)
	}
	agrees(t, s, store)
	if n := s.View().Claims(); n != 9010 {
		t.Errorf("%d claims, want 9010", n)
	}

	// A batch that the series missed, then one that it is told of.
	write(t, store, nil, batch(9010, 5))
	write(t, store, s, batch(9015, 5))
	agrees(t, s, store)

	// Interrupted, then again.
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	s = open(t, path)
	ctx, cancel := context.WithCancel(t.Context())
	if err := s.CatchUp(ctx, store, func(int) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Fatalf("interrupted: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, path)
	defer s.Close()
	if s.Head() != 0 {
		t.Errorf("head %d after an interruption", s.Head())
	}
	if err := s.CatchUp(t.Context(), store, nil); err != nil {
		t.Fatal(err)
	}
	agrees(t, s, store)
}

// A store that is not the series' own makes it start over.
func TestReplacedStore(t *testing.T) {
	later := batch(0, 30)
	for i := range later.Claims {
		later.Claims[i].Recorded = later.Claims[i].Recorded.Add(time.Hour)
	}
	for name, batches := range map[string][]*graph.Batch{
		"fewer batches":           {batch(0, 10)},
		"other claims":            {batch(100, 10), batch(110, 10), batch(120, 10)},
		"same reports, new loads": {later, batch(30, 1), batch(31, 1)},
		"empty":                   nil,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "series")
			store, s := mem.New(), open(t, path)
			for i := range 3 {
				write(t, store, s, batch(10*i, 10))
			}
			other := mem.New()
			for _, b := range batches {
				write(t, other, nil, b)
			}
			old := s.View()
			if err := s.CatchUp(t.Context(), other, nil); err != nil {
				t.Fatal(err)
			}
			agrees(t, s, other)
			if old.Len() != 30 {
				t.Error("a view changed")
			}
			write(t, other, s, batch(500, 5)) // goes on in the new file
			agrees(t, s, other)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			agrees(t, open(t, path), other)
			if left, _ := filepath.Glob(path + ".*"); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// A batch may close a claim, or say more of an event, without describing
// what the store has already.
func TestFollowOldClaims(t *testing.T) {
	store, s := mem.New(), open(t, "")
	b := batch(0, 3)
	write(t, store, s, b)
	c := b.Claims[1]
	c.Retracted = c.Recorded.Add(time.Hour)
	write(t, store, s, &graph.Batch{Claims: []schema.Claim{c}})
	agrees(t, s, store)
	v := s.View()
	i, _ := v.Find(c.Event)
	if v.Retracted() != 1 || v.Standing(i, time.Time{}) != (series.Standing{}) {
		t.Errorf("retracted %d, standing %+v", v.Retracted(), v.Standing(i, time.Time{}))
	}
	if got := v.Standing(i, c.Recorded.Add(time.Minute)); got.Status != schema.Asserted {
		t.Errorf("before it was retracted: %+v", got)
	}
	if got := v.Standing(i, c.Recorded.Add(-time.Minute)); got.Status != "" {
		t.Errorf("before it was recorded: %+v", got)
	}

	// The same when another batch was missed before.
	write(t, store, nil, batch(3, 3))
	c = b.Claims[2]
	c.Retracted = c.Recorded.Add(time.Hour)
	write(t, store, s, &graph.Batch{Claims: []schema.Claim{c}})
	agrees(t, s, store)
}

// Another program, which keeps no series, takes claims back and strengthens
// them.
func TestCatchUpSeesChanges(t *testing.T) {
	path := filepath.Join(t.TempDir(), "series")
	store, s := mem.New(), open(t, path)
	b := batch(0, 6)
	b.Claims[4].Status, b.Events[4].Status = schema.Planned, schema.Planned
	write(t, store, s, b)
	back, stronger := b.Claims[2], b.Claims[4]
	back.Retracted = back.Recorded.Add(time.Hour)
	stronger.Status = schema.Asserted
	write(t, store, nil, &graph.Batch{Claims: []schema.Claim{back}})
	write(t, store, nil, batch(6, 1))
	write(t, store, nil, &graph.Batch{Claims: []schema.Claim{stronger}})
	if err := s.CatchUp(t.Context(), store, nil); err != nil {
		t.Fatal(err)
	}
	agrees(t, s, store)
	v := s.View()
	if v.Standing(2, time.Time{}).Status != "" || v.Standing(2, back.Recorded).Status != schema.Asserted {
		t.Errorf("the claim that was taken back stands: %+v", v.Standing(2, time.Time{}))
	}
	if got := v.Standing(4, time.Time{}).Status; got != schema.Asserted {
		t.Errorf("the plan that was carried out is %q", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// The change is in the file, and a writer may come between.
	again := open(t, path)
	defer again.Close()
	back = b.Claims[0]
	back.Retracted = back.Recorded.Add(time.Minute)
	write(t, store, nil, &graph.Batch{Claims: []schema.Claim{back}})
	write(t, store, again, batch(10, 2))
	agrees(t, again, store)
	if v := again.View(); v.Retracted() != 2 || v.Standing(0, time.Time{}).Status != "" {
		t.Errorf("%d claims retracted, want 2", v.Retracted())
	}
}

// A crash at any byte of an update leaves a series that catches up.
func TestCutAnywhere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "series")
	store, s := mem.New(), open(t, path)
	write(t, store, s, batch(0, 2))
	size := s.Size()
	b := batch(2, 2)
	back := batch(0, 1).Claims[0]
	back.Retracted = back.Recorded.Add(time.Hour)
	b.Claims = append(b.Claims, back)
	write(t, store, s, b)
	want := describe(s.View())
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for n := size; n < int64(len(whole)); n += 7 {
		if err := os.WriteFile(path, whole[:n], 0o644); err != nil {
			t.Fatal(err)
		}
		s := open(t, path)
		if s.Head() != 1 || s.View().Claims() != 2 {
			t.Fatalf("cut at %d: head %d with %d claims, want the first batch", n, s.Head(), s.View().Claims())
		}
		if err := s.CatchUp(t.Context(), store, nil); err != nil {
			t.Fatal(err)
		}
		agrees(t, s, store)
		if got := describe(s.View()); !slices.Equal(got, want) {
			t.Fatalf("cut at %d: the series that caught up differs", n)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestStanding(t *testing.T) {
	store, s := mem.New(), open(t, "")
	b := batch(0, 1)
	first := b.Claims[0]
	for i, more := range []struct {
		outlet string
		status schema.Status
	}{{"outlet 0", schema.Asserted}, {"second", schema.Asserted}, {"third", schema.Denied}, {"third", schema.Planned}} {
		r := schema.Report{ID: graph.ReportID("more", fmt.Sprint(i)), Name: "more"}
		c := first
		c.ID, c.Report, c.Name, c.Status = graph.ClaimID(r.ID, c.Event, ""), r.ID, more.outlet, more.status
		b.Reports, b.Claims = append(b.Reports, r), append(b.Claims, c)
	}
	write(t, store, s, b)
	v := s.View()
	want := series.Standing{Status: schema.Asserted, Claims: 3, Outlets: 2, Reports: 3, Origins: 3, Denied: 1}
	if got := v.Standing(0, time.Time{}); v.Len() != 1 || got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	var outlets []string
	for _, w := range v.Outlets(0, time.Time{}) {
		outlets = append(outlets, v.Word(w))
	}
	slices.Sort(outlets)
	if !slices.Equal(outlets, []string{"outlet 0", "second"}) {
		t.Errorf("outlets %q", outlets)
	}
}

// Two processes must not write over each other.
func TestSecondProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "series")
	store := mem.New()
	one, two := open(t, path), open(t, path)
	defer one.Close()
	defer two.Close()
	write(t, store, one, batch(0, 5))
	if err := two.Append(1, series.Rows{}); !errors.Is(err, series.ErrBehind) {
		t.Fatalf("appended beside another process: %v", err)
	}
	write(t, store, two, batch(5, 5))
	agrees(t, two, store)
	write(t, store, one, batch(10, 5))
	agrees(t, one, store)
	agrees(t, open(t, path), store)
}

func TestReadersBesideWriter(t *testing.T) {
	store, s := mem.New(), open(t, "")
	var wg sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		wg.Go(func() {
			for {
				v := s.View()
				if uint64(v.Len()) != 10*v.Seq {
					t.Errorf("%d events at %d", v.Len(), v.Seq)
					return
				}
				for i := range v.Len() {
					if v.Standing(i, time.Time{}).Claims != 1 || len(v.Initiators(i)) != 1 || v.ID(i) == "" {
						t.Error("half an event")
						return
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
	for i := range 60 {
		write(t, store, s, batch(10*i, 10))
	}
	close(done)
	wg.Wait()
	agrees(t, s, store)
}

func FuzzOpen(f *testing.F) {
	path := filepath.Join(f.TempDir(), "series")
	store, s := mem.New(), open(f, path)
	write(f, store, s, batch(0, 2))
	write(f, store, s, batch(2, 1))
	if err := s.Close(); err != nil {
		f.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:len(good)-3])
	f.Add([]byte("flsr"))
	f.Fuzz(func(t *testing.T, b []byte) {
		series.Seal(b) // so that the checksum does not keep all of it out
		path := filepath.Join(t.TempDir(), "series")
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := series.Open(path)
		if err != nil {
			return
		}
		describe(s.View())
	})
}
