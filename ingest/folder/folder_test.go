package folder

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"faultline/ingest/report"
)

// watched is a folder and its polls; the state goes through JSON as a
// scheduler keeps it.
type watched struct {
	t     *testing.T
	dir   string
	now   time.Time
	state State
}

func watch(t *testing.T) *watched {
	return &watched{t: t, dir: t.TempDir(), now: time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)}
}

// put writes a file that was last changed so long ago.
func (w *watched) put(name, content string, ago time.Duration) {
	w.t.Helper()
	p := filepath.Join(w.dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o755), os.WriteFile(p, []byte(content), 0o644), os.Chtimes(p, w.now, w.now.Add(-ago))); err != nil {
		w.t.Fatal(err)
	}
}

func (w *watched) source() *Source {
	return &Source{Path: w.dir, Now: func() time.Time { return w.now }}
}

// poll returns the keys of the reports, and the skips.
func (w *watched) poll() []string {
	w.t.Helper()
	var got []string
	next, err := w.source().Poll(context.Background(), w.state, report.Sink{
		Report: func(r report.Report) error { got = append(got, r.Key); return nil },
		Skip: func(s report.Skip) error {
			got = append(got, strings.ReplaceAll(s.String(), w.dir+string(filepath.Separator), ""))
			return nil
		},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	before, _ := json.Marshal(w.state)
	b, err := json.Marshal(next)
	if err != nil {
		w.t.Fatal(err)
	}
	w.state = State{}
	if err := json.Unmarshal(b, &w.state); err != nil {
		w.t.Fatal(err)
	}
	if again, _ := json.Marshal(w.state); string(again) != string(b) {
		w.t.Errorf("state %s, through JSON %s", b, again)
	}
	if got == nil && len(w.state.Files) > 0 && string(before) == string(b) {
		return []string{"idle"}
	}
	return got
}

func line(id string) string { return `{"id":"` + id + `","text":"The sides met."}` + "\n" }

func (w *watched) want(why string, want ...string) {
	w.t.Helper()
	if got := w.poll(); !reflect.DeepEqual(got, want) {
		w.t.Errorf("%s: got %q, want %q", why, got, want)
	}
}

func TestPoll(t *testing.T) {
	w := watch(t)
	if got := w.poll(); got != nil {
		t.Errorf("empty folder: %q", got)
	}
	w.put("b.jsonl", line("1"), time.Hour)
	w.put("a/z.jsonl", line("2"), time.Hour)
	w.put("notes.xyz", "x", time.Hour)
	w.put(".hidden.jsonl", line("9"), time.Hour)
	w.want("new files", "2", "1", "notes.xyz: unknown extension: .xyz")
	w.want("nothing new", "idle")

	w.put("b.jsonl", line("1")+line("3"), 30*time.Minute)
	w.want("a file changed", "1", "3")
	w.put("b.jsonl", line("1")+line("3"), 20*time.Minute)
	w.want("touched")
	w.want("and then", "idle")
	w.put("b.jsonl", line("1")+line("4"), 20*time.Minute+time.Nanosecond)
	w.want("another content of that size", "1", "4")

	if err := os.Remove(filepath.Join(w.dir, "b.jsonl")); err != nil {
		t.Fatal(err)
	}
	w.want("a file vanished")
	w.want("and then", "idle")
}

func TestStillBeingWritten(t *testing.T) {
	w := watch(t)
	w.put("a.jsonl", line("1"), time.Second)
	w.want("young")
	w.now = w.now.Add(time.Second)
	w.put("a.jsonl", line("1")+line("2"), 0)
	w.want("it grows")
	w.want("it has stopped growing", "1", "2")
	w.want("and then", "idle")

	w.put("a.jsonl", line("1")+line("2")+line("3"), time.Second)
	w.want("young again")
	w.now = w.now.Add(time.Minute)
	w.put("b.jsonl", line("5"), -time.Hour) // a clock that is ahead
	w.want("old enough, and one from the future", "1", "2", "3")
	w.want("the one from the future has stayed as it was", "5")
}

func TestChangesWhileRead(t *testing.T) {
	w := watch(t)
	w.put("a.jsonl", line("1"), time.Hour)
	n := 0
	next, err := w.source().Poll(context.Background(), State{}, report.Sink{
		Report: func(report.Report) error { n++; w.put("a.jsonl", line("1")+line("2"), 30*time.Minute); return nil },
		Skip:   func(s report.Skip) error { return errors.New(s.String()) },
	})
	if err != nil || n == 0 || !next.Files["a.jsonl"].Waits {
		t.Fatalf("%d reports, %+v, %v", n, next, err)
	}
	w.state = next
	w.want("the rest", "1", "2")
}

func TestSinkStops(t *testing.T) {
	w := watch(t)
	w.put("a.jsonl", line("1"), time.Hour)
	w.put("b.jsonl", line("2")+line("3"), time.Hour)
	stop := errors.New("store is full")
	next, err := w.source().Poll(context.Background(), State{}, report.Sink{
		Report: func(r report.Report) error {
			if r.Key == "3" {
				return stop
			}
			return nil
		},
		Skip: func(report.Skip) error { return nil },
	})
	if err != stop || len(next.Files) != 1 {
		t.Errorf("%+v, %v; want a.jsonl alone and the sink's error", next, err)
	}
	w.state = next
	w.want("again", "2", "3")

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if next, err := w.source().Poll(ctx, State{}, report.Sink{}); err != context.Canceled || next.Files != nil {
		t.Errorf("%+v, %v", next, err)
	}
}

func TestFails(t *testing.T) {
	w := watch(t)
	w.put("file", "x", time.Hour)
	for _, path := range []string{"nowhere", "file"} {
		s := w.source()
		s.Path = filepath.Join(w.dir, path)
		if _, err := s.Poll(context.Background(), State{}, report.Sink{}); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if err := (&Source{}).Validate(); err == nil {
		t.Error("no path is no error")
	}
	s := w.source()
	s.Options.Format = "xml"
	if err := s.Validate(); err == nil {
		t.Error("a format that there is not is no error")
	}
}
