package question

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"faultline/queries/series"
)

// What follows a cursor is worked out once, until the graph or the day
// changes, or other questions have been asked.
func TestRecall(t *testing.T) {
	day := time.Date(2024, 7, 1, 12, 0, 0, 0, time.UTC)
	made := 0
	var lists Lists
	ask := func(name string, seq uint64, now time.Time, err error) (string, error) {
		q := Question{Path: name}
		return recall(Graph{View: &series.View{Seq: seq}, Now: now, Lists: &lists}, Values{question: &q}, func() (string, error) {
			made++
			return fmt.Sprint(name, seq), err
		})
	}
	for i, c := range []struct {
		name string
		seq  uint64
		now  time.Time
		made int
	}{
		{"a", 1, day, 1}, {"a", 1, day.Add(time.Hour), 1}, {"a", 2, day, 2}, {"a", 2, day.AddDate(0, 0, 1), 3},
		{"b", 2, day, 4}, {"c", 2, day, 5}, {"d", 2, day, 6}, {"e", 2, day, 7},
		{"b", 2, day, 7}, {"f", 2, day, 8}, {"b", 2, day, 8}, {"c", 2, day, 9},
	} {
		got, err := ask(c.name, c.seq, c.now, nil)
		if err != nil || got != fmt.Sprint(c.name, c.seq) || made != c.made {
			t.Errorf("step %d, %s: %q, made %d times, want %d; %v", i, c.name, got, made, c.made, err)
		}
	}
	if _, err := ask("bad", 3, day, errors.New("no")); err == nil {
		t.Error("an error was lost")
	}
	if got, err := ask("bad", 3, day, nil); err != nil || got != "bad3" {
		t.Errorf("after an error: %q %v", got, err)
	}
}

// Readings wait for whoever goes on, the last few of them and not for ever,
// and are ended when they wait no longer.
func TestReadingsWait(t *testing.T) {
	now := time.Date(2024, 7, 1, 12, 0, 0, 0, time.UTC)
	g := Graph{Now: now, Lists: new(Lists)}
	ended := map[string]bool{}
	rest := func(name, key string) {
		r := begin(func(yield func(int, error) bool) {
			defer func() { ended[name] = true }()
			for i := 0; yield(i, nil); i++ {
			}
		})
		if _, more, err := r.read(t.Context(), 2); err != nil || !more {
			t.Fatal(more, err)
		}
		leave(g, name, key, r)
	}
	rest("a", "1")
	if resume[string](g, "a", "1") != nil || resume[int](g, "a", "2") != nil || resume[int](g, "b", "1") != nil {
		t.Error("a reading of something else went on")
	}
	r := resume[int](g, "a", "1")
	if r == nil || resume[int](g, "a", "1") != nil {
		t.Fatal("a reading does not go on once")
	}
	if list, more, err := r.read(t.Context(), 3); err != nil || !more || len(list) != 3 || list[0] != 2 || list[2] != 4 {
		t.Errorf("it goes on with %v", list)
	}
	leave(g, "a", "4", r)
	for _, name := range []string{"b", "c", "d", "e"} {
		rest(name, "1")
	}
	if !ended["a"] || ended["b"] || resume[int](g, "a", "4") != nil {
		t.Errorf("ended: %v", ended)
	}
	g.Now = now.Add(patience + time.Second)
	if resume[int](g, "b", "1") != nil {
		t.Error("it waited for too long")
	}
	rest("f", "1")
	if !ended["b"] || !ended["e"] || ended["f"] {
		t.Errorf("ended: %v", ended)
	}
	g.Lists = nil
	if rest("g", "1"); !ended["g"] {
		t.Error("nobody keeps it, and it goes on")
	}
}
